//! What each layer of the crate does before and beside a decision, case by case: reading files, determining what a
//! condition reads, reducing questions, naming entities, reporting problems, running tests and the lint.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

mod annotations;
mod conditions;
mod diagnostics;
mod discerning;
mod intents;
mod limits;
mod mentions;
mod names;
mod overlaps;
mod reading;
mod starting;
mod suites;

use countersign_policy::{Code, Finding, PolicyDiagnostic, PolicySet, Question, Suite};
use std::collections::BTreeMap;

/// The annotations of a policy `one`.
const HEAD: &str = "@id(\"one\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")\n";
const GUARDRAILS: &str = "guardrails/all.cedar";
const WIKI: &str = "applications/wiki.cedar";

fn files(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// The set of one file.
fn set(path: &str, text: &str) -> PolicySet {
    PolicySet::parse(&files(&[(path, text)])).unwrap()
}

/// The problems of one file, of which there must be some.
fn problems(path: &str, text: &str) -> Vec<PolicyDiagnostic> {
    PolicySet::parse(&files(&[(path, text)])).unwrap_err().problems().to_vec()
}

/// A permit of the wiki for everybody, under a condition.
fn permit(id: &str, condition: &str) -> String {
    format!(
        "{}permit (principal, action, resource in Countersign::Application::\"wiki\") {condition};\n",
        HEAD.replace("one", id)
    )
}

/// A guardrail for everybody, under a condition.
fn forbid(id: &str, condition: &str) -> String {
    format!("{}forbid (principal, action, resource) {condition};\n", HEAD.replace("one", id))
}

/// The set of one permit of the wiki.
fn permitting(condition: &str) -> PolicySet {
    set(WIKI, &permit("one", &format!("when {{ {condition} }}")))
}

/// The question of a test with this evidence.
fn question(given: &str) -> Question {
    let text = format!("[[test]]\nname = \"n\"\nexpect = \"deny\"\ngiven = {{ {given} }}");
    Suite::parse("tests/a.toml", &text).unwrap().questions().next().unwrap().1.clone()
}

/// The question of a person who reads a page of the wiki, with this evidence.
fn of_person(given: &str) -> Question {
    question(&format!("person = {{}}, action = \"read\", resource = \"wiki/pages\", {given}"))
}

/// What the lint finds in these policies, of which each is one line: guardrails, and permits of the wiki.
fn findings(policies: &[(&str, &str)]) -> Vec<Finding> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for (id, policy) in policies {
        let path = if policy.starts_with("forbid") { GUARDRAILS } else { WIKI };
        let (policy, stage) = match policy.strip_suffix("// tried") {
            Some(policy) => (policy, "@stage(\"shadow\") "),
            None => (*policy, ""),
        };
        let annotated = format!("{stage}{}{policy}\n", HEAD.replace("one", id).replace('\n', " "));
        texts.entry(path.to_owned()).or_default().push_str(&annotated);
    }
    PolicySet::parse(&texts).unwrap().lint("2026-11-22T12:00:00Z".parse().unwrap())
}

/// The policies of which the lint finds this, in the order of the findings.
fn found(code: Code, policies: &[(&str, &str)]) -> Vec<String> {
    let findings = findings(policies);
    findings.iter().filter(|found| found.code == code).map(|found| found.policy.to_string()).collect()
}
