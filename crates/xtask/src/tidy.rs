//! The house rules. Each rule is a module that reads a [`tree::Tree`] and returns findings. A finding tells the place,
//! the fault, and what to change.

mod defences;
mod edges;
mod excuses;
mod features;
mod golden;
mod locks;
mod manifests;
mod modules;
mod names;
mod protocols;
mod shape;
mod table;
mod tree;
mod words;

use std::path::Path;
use std::process::ExitCode;

/// A violation of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    /// The path from the root, with a line if there is one.
    place: String,
    /// What is wrong, and what to do about it.
    says: String,
}

impl Finding {
    fn new(place: impl Into<String>, says: impl Into<String>) -> Self {
        Self { place: place.into(), says: says.into() }
    }

    fn at(path: &str, line: usize, says: impl Into<String>) -> Self {
        Self::new(format!("{path}:{line}"), says)
    }
}

/// The result of all rules.
#[derive(Debug, Default)]
struct Report {
    /// The violations, which fail the check.
    findings: Vec<Finding>,
    /// Statistics, which do not fail the check.
    notes: Vec<String>,
}

/// Why the rules could not be applied.
#[derive(Debug, thiserror::Error)]
enum TidyError {
    #[error("{command} could not be run: {source}")]
    Command { command: &'static str, source: std::io::Error },
    #[error("{command} failed: {said}")]
    Failed { command: &'static str, said: String },
    #[error("the answer of cargo metadata is not what it was: {0}")]
    Metadata(#[from] serde_json::Error),
    #[error("{path} cannot be read: {source}")]
    Read { path: String, source: std::io::Error },
}

/// Applies every rule and prints the result.
pub(crate) fn run(root: &Path) -> ExitCode {
    let report = match check(root) {
        Ok(report) => report,
        Err(error) => {
            crate::complain(&format!("tidy: {error}"));
            return ExitCode::from(2);
        }
    };
    for note in &report.notes {
        crate::say(note);
    }
    for Finding { place, says } in &report.findings {
        crate::complain(&format!("{place}: {says}"));
    }
    let count = report.findings.len();
    if count == 0 {
        crate::say("tidy: nothing to mend");
        return ExitCode::SUCCESS;
    }
    crate::complain(&format!("tidy: {count} to mend"));
    ExitCode::FAILURE
}

fn check(root: &Path) -> Result<Report, TidyError> {
    let tree = tree::Tree::read(root)?;
    let mut report = Report::default();
    defences::check(&tree, &mut report);
    edges::check(&edges::CargoMetadata::of(root)?, tree.text("ARCHITECTURE.md"), &mut report);
    features::check(root, &mut report)?;
    golden::check(root, &tree, &mut report)?;
    locks::check(&tree, &mut report);
    manifests::check(&tree, &mut report);
    modules::check(&tree, &mut report);
    names::check(&tree, &mut report);
    protocols::check(&tree, &mut report);
    shape::check(&tree, &mut report);
    excuses::check(&tree, &mut report);
    words::check(&tree, &mut report);
    report.findings.sort();
    report.findings.dedup();
    Ok(report)
}
