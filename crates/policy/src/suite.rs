//! Tests of policies, in files beside them: *given* this evidence, *expect* this answer, *because* of these policies.

mod given;

use crate::problem::{File, PolicyDiagnostic, Rejected};
use crate::question::Question;
use crate::set::PolicySet;
use countersign_names::PolicyId;
use given::TestEvidence;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A file of tests.
#[derive(Debug, Clone)]
pub struct Suite {
    path: String,
    with: BTreeMap<String, String>,
    tests: Vec<Test>,
}

/// The result of one test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The test's name.
    pub name: String,
    /// The file of the test.
    pub file: String,
    /// The line on which the test begins, counted from 1.
    pub line: usize,
    /// Whether every expectation was met.
    pub passed: bool,
    /// The expected answer.
    pub expected: Expected,
    /// The actual answer.
    pub got: Expected,
    /// The policies that determined the actual answer.
    pub determining: Vec<PolicyId>,
    /// The reasons for a failure, one per entry; empty if the test passed.
    pub reasons: Vec<String>,
}

/// An answer, as tests write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expected {
    /// The access is allowed.
    Allow,
    /// The access is denied.
    Deny,
}

impl Suite {
    /// Reads a file of tests.
    ///
    /// # Errors
    /// If the file is not TOML in the form that `docs/policies.md` describes; the error underlines the offending text.
    pub fn parse(path: &str, text: &str) -> Result<Self, PolicyDiagnostic> {
        let file = File::new(path, text);
        let read: SuiteFile = toml::from_str(text).map_err(|error| {
            let problem = PolicyDiagnostic::new(&file, error.message());
            match error.span() {
                Some(span) => problem.at(span, "here"),
                None => problem,
            }
        })?;
        let line = |offset| crate::problem::line_of(text, offset);
        let tests =
            read.test.into_iter().map(|test| Test::read(&file, test, &line)).collect::<Result<_, _>>()?;
        Ok(Self { path: path.to_owned(), with: read.with, tests })
    }

    /// Returns the questions of the tests, with the tests' names.
    pub fn questions(&self) -> impl Iterator<Item = (&str, &Question)> {
        self.tests.iter().map(|test| (test.name.as_str(), &test.question))
    }

    /// Evaluates every question against `set`, extended by the policies that the file contains itself, if any.
    ///
    /// # Errors
    /// If the set does not parse together with those policies.
    pub fn run(&self, set: &PolicySet) -> Result<Vec<Outcome>, Rejected> {
        if self.with.is_empty() {
            return Ok(self.tests.iter().map(|test| test.run(&self.path, set)).collect());
        }
        let mut files = set.files().clone();
        // These files replace files of the set with the same path, so that a test does not depend on the application's
        // current permits.
        files.extend(self.with.iter().map(|(path, text)| (path.clone(), text.clone())));
        let set = PolicySet::parse(&files)?;
        Ok(self.tests.iter().map(|test| test.run(&self.path, &set)).collect())
    }
}

#[derive(Debug, Clone)]
struct Test {
    name: String,
    line: usize,
    question: Question,
    expected: Expected,
    because: Option<Vec<PolicyId>>,
}

impl Test {
    fn read(
        file: &File,
        spanned: toml::Spanned<TestEntry>,
        line: &dyn Fn(usize) -> usize,
    ) -> Result<Self, PolicyDiagnostic> {
        let span = spanned.span();
        let test = spanned.into_inner();
        let question = test.given.question().map_err(|(message, help)| {
            PolicyDiagnostic::new(file, message).at(span.clone(), "in this test").help(help)
        })?;
        Ok(Self {
            name: test.name,
            line: line(span.start),
            question,
            expected: test.expect,
            because: test.because,
        })
    }

    fn run(&self, file: &str, set: &PolicySet) -> Outcome {
        let verdict = set.judge(&self.question);
        let got = if verdict.allowed { Expected::Allow } else { Expected::Deny };
        let mut reasons = Vec::new();
        if got != self.expected {
            reasons.push(format!("expected {}, and the answer is {}", self.expected, got));
        }
        reasons.extend(verdict.errors.iter().map(|id| format!("{id} could not be evaluated")));
        match self.because.as_deref() {
            Some([]) if !verdict.determining.is_empty() => {
                reasons.push("expected that no policy determines it".to_owned());
            }
            Some(because) => reasons.extend(because.iter().filter_map(|id| match set.get(id) {
                None => Some(format!("there is no policy {id}")),
                Some(_) if verdict.determining.contains(id) => None,
                Some(_) => Some(format!("expected because of {id}, which did not determine it")),
            })),
            None => {}
        }
        Outcome {
            name: self.name.clone(),
            file: file.to_owned(),
            line: self.line,
            passed: reasons.is_empty(),
            expected: self.expected,
            got,
            determining: verdict.determining,
            reasons,
        }
    }
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SuiteFile {
    /// Policy files that exist in these tests only.
    #[serde(default)]
    with: BTreeMap<String, String>,
    #[serde(default)]
    test: Vec<toml::Spanned<TestEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TestEntry {
    name: String,
    given: TestEvidence,
    expect: Expected,
    because: Option<Vec<PolicyId>>,
}
