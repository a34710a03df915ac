//! Diagnostics of policy files, which underline the author's own text.

use miette::{Diagnostic, LabeledSpan, NamedSource, Severity};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// One problem of a file (or, as a warning, a doubtful passage), with advice.
///
/// It implements [`Diagnostic`], so that a terminal can show the file, the line and the passage.
#[derive(Debug, Clone)]
pub struct PolicyDiagnostic(Box<ProblemDetails>);

#[derive(Debug, Clone)]
struct ProblemDetails {
    path: Arc<str>,
    message: String,
    help: Option<String>,
    source: NamedSource<Arc<str>>,
    labels: Vec<LabeledSpan>,
    severity: Severity,
}

impl PolicyDiagnostic {
    pub(crate) fn new(file: &File, message: impl Into<String>) -> Self {
        Self(Box::new(ProblemDetails {
            path: file.path.clone(),
            message: message.into(),
            help: None,
            source: NamedSource::new(&file.path, file.text.clone()),
            labels: Vec::new(),
            severity: Severity::Error,
        }))
    }

    /// Turns the problem into a warning, which does not refuse the set.
    pub(crate) fn into_warning(mut self) -> Self {
        self.0.severity = Severity::Warning;
        self
    }

    pub(crate) fn help(mut self, remedy: impl Into<String>) -> Self {
        self.0.help = Some(remedy.into());
        self
    }

    /// Underlines these bytes. Clamps the span to the text, so that a wrong span cannot break the report.
    pub(crate) fn at(mut self, span: Range<usize>, label: &str) -> Self {
        let end = span.end.min(self.0.source.inner().len());
        let start = span.start.min(end);
        let label = (!label.is_empty()).then(|| label.to_owned());
        self.0.labels.push(LabeledSpan::new(label, start, end - start));
        self
    }

    /// Converts the finding of a parser or validator, with its labels and help. The severity is always error.
    pub(crate) fn from_diagnostic(file: &File, found: &dyn Diagnostic) -> Self {
        let mut problem = Self::new(file, in_our_words(&found.to_string()));
        problem.0.help = found.help().map(|help| in_our_words(&help.to_string()));
        for label in found.labels().into_iter().flatten() {
            let start = label.offset();
            problem = problem.at(start..start + label.len(), label.label().unwrap_or_default());
        }
        problem
    }

    /// Returns the path of the file within the policy folder.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Returns the problem in one sentence, without the location.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the underlined byte ranges; the first is the most important.
    pub fn spans(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.0.labels.iter().map(|label| label.offset()..label.offset() + label.len())
    }

    /// Returns the line of the first underlined byte, counted from 1; `None` if the problem concerns the whole file.
    pub fn line(&self) -> Option<usize> {
        let start = self.spans().next()?.start;
        Some(line_of(self.0.source.inner(), start))
    }
}

impl fmt::Display for PolicyDiagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line() {
            Some(line) => write!(f, "{}:{line}: {}", self.0.path, self.0.message),
            None => write!(f, "{}: {}", self.0.path, self.0.message),
        }
    }
}

impl std::error::Error for PolicyDiagnostic {}

impl Diagnostic for PolicyDiagnostic {
    fn severity(&self) -> Option<Severity> {
        Some(self.0.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.0.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.0.labels.iter().cloned()))
    }
}

/// The reason why a set of policy files was refused: all its problems, in the order of the files, so that the author
/// can correct them all at once.
#[derive(Debug, Clone)]
pub struct Rejected(Vec<PolicyDiagnostic>);

impl Rejected {
    pub(crate) fn new(problems: Vec<PolicyDiagnostic>) -> Self {
        Self(problems)
    }

    /// Returns the problems; never empty.
    pub fn problems(&self) -> &[PolicyDiagnostic] {
        &self.0
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [only] => write!(f, "the policy set is refused: {only}"),
            all => {
                write!(f, "the policy set is refused, for {} reasons", all.len())?;
                all.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
            }
        }
    }
}

impl std::error::Error for Rejected {}

impl Diagnostic for Rejected {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.0.iter().map(|problem| problem as &dyn Diagnostic)))
    }
}

/// A file that is being read.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) path: Arc<str>,
    pub(crate) text: Arc<str>,
}

impl File {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into() }
    }
}

/// Removes from Cedar's message or advice the internal policy number, which the author never sees, and the one action of five
/// that the validator happened to check.
fn in_our_words(message: &str) -> String {
    let message = match message.strip_prefix("for policy `").and_then(|rest| rest.split_once("`, ")) {
        Some((_, rest)) => rest,
        None => message,
    };
    match message.split_once(" for Countersign::Action::\"") {
        Some((before, rest)) => {
            rest.split_once('"').map_or_else(|| message.to_owned(), |(_, after)| format!("{before}{after}"))
        }
        None => message.to_owned(),
    }
}

/// Returns the line of this byte, counted from 1.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}
