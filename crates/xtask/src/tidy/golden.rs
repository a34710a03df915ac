//! Rule: a golden journal that was ever committed stays. The name of each ends with its digest, which the tests of
//! `facts` check, so a journal that was changed or removed is a name of the history that the checkout lacks. A shallow clone is compared as
//! far as its history goes; whole clones of others find the rest.

use super::tree::Tree;
use super::{Finding, Report, TidyError};
use std::path::Path;
use std::process::Command;

const FOLDER: &str = "crates/facts/golden";

pub(super) fn check(root: &Path, tree: &Tree, report: &mut Report) -> Result<(), TidyError> {
    let arguments = ["log", "--diff-filter=A", "--no-renames", "--format=", "--name-only", "--", FOLDER];
    let added = git(root, "git log", &arguments)?;
    report.findings.extend(missing(&added, tree));
    Ok(())
}

/// Returns a finding for each golden journal among the `added` files, one per line, that the tree lacks.
fn missing(added: &str, tree: &Tree) -> Vec<Finding> {
    let journals = added.lines().filter(|path| has_digest(path));
    let missing = journals.filter(|path| tree.text(path).is_none());
    missing
        .map(|path| {
            Finding::new(
                path,
                "was published, and must be read for ever: bring it back, and add a file instead",
            )
        })
        .collect()
}

/// Returns whether a path is named for its digest: `networks.20a46ab6105db80c.jsonl`.
fn has_digest(path: &str) -> bool {
    let stem = path.strip_suffix(".jsonl").and_then(|stem| stem.rsplit_once('.'));
    stem.is_some_and(|(_, digest)| digest.len() == 16 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn git(root: &Path, command: &'static str, arguments: &[&str]) -> Result<String, TidyError> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(root)
        .output()
        .map_err(|source| TidyError::Command { command, source })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(TidyError::Failed { command, said });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_of_the_history_that_is_gone_is_found() {
        let (kept, gone) = ("a/one.0123456789abcdef.jsonl", "a/two.0123456789abcdef.jsonl");
        let tree = Tree::of([(kept.to_owned(), String::new())]);
        // The third had no digest in its name, so it was no golden journal of today's form.
        let added = format!("{gone}\n\n{kept}\na/three.jsonl\n");
        let found: Vec<_> = missing(&added, &tree).into_iter().map(|finding| finding.place).collect();
        assert_eq!(found, [gone]);
    }
}
