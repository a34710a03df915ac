//! Rule: every test that the threat model names exists. If the test of a defence is renamed or removed, nothing proves
//! the defence, although the document claims it.

use super::tree::Tree;
use super::{Finding, Report};
use std::collections::BTreeSet;

const MODEL: &str = "docs/threat-model.md";

pub(super) fn check(tree: &Tree, report: &mut Report) {
    let Some(model) = tree.text(MODEL) else { return };
    let functions: BTreeSet<&str> =
        tree.sources.values().flat_map(|source| source.text.split("fn ").filter_map(name)).collect();
    // A fuzz target is a file.
    let is_target = |name: &str| tree.sources.contains_key(&format!("fuzz/fuzz_targets/{name}.rs"));
    for (number, line) in (1..).zip(model.lines()) {
        for name in line.split('`').skip(1).step_by(2).filter(|quoted| is_sentence(quoted)) {
            if !functions.contains(name) && !is_target(name) {
                let says = format!("there is no test {name}: name the one that holds the defence");
                report.findings.push(Finding::at(MODEL, number, says));
            }
        }
    }
}

/// Returns the name at the start of a text.
fn name(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !is_in_name(c))?;
    text.get(..end)
}

const fn is_in_name(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
}

/// Returns whether this is a name of at least three words. Names of tests are; names of settings and fields are not.
fn is_sentence(quoted: &str) -> bool {
    quoted.chars().all(is_in_name) && quoted.matches('_').count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_is_named_and_is_not_there_is_found() {
        let model = "| threat | defence | a: `what_is_there_holds`, `what_is_gone_held`; fuzz `a_small_target` | `journal_head` |";
        let tree = Tree::of([
            (MODEL.to_owned(), format!("# Threat model\n{model}\n")),
            ("crates/a/tests/a.rs".to_owned(), "#[test]\nfn what_is_there_holds() {}\n".to_owned()),
            ("fuzz/fuzz_targets/a_small_target.rs".to_owned(), String::new()),
        ]);
        let mut report = Report::default();
        check(&tree, &mut report);
        let found: Vec<_> = report.findings.iter().map(|finding| finding.says.as_str()).collect();
        assert_eq!(found, ["there is no test what_is_gone_held: name the one that holds the defence"]);
        assert_eq!(report.findings[0].place, "docs/threat-model.md:2");
    }
}
