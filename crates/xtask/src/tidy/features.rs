//! Rule: no library is built twice with different features. The builds of `make up`, `make test` and the tests of one
//! room must use each library with the same features; otherwise each of them compiles it again. `workspace-hack`
//! unifies the features, and this rule checks `workspace-hack`.

use super::{Finding, Report, TidyError};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// A build, with its name in messages and its cargo arguments.
struct Selection {
    called: &'static str,
    arguments: &'static [&'static str],
}

/// The whole workspace with its tests; every other build must be a subset of it.
const ALL: Selection =
    Selection { called: "make test", arguments: &["--workspace", "--edges", "normal,build,dev"] };

const PARTS: &[Selection] = &[
    Selection { called: "make up", arguments: &["--package", "countersign", "--edges", "normal,build"] },
    Selection {
        called: "the build of the SQL engine",
        arguments: &["--package", "countersign-query", "--edges", "normal,build"],
    },
    Selection { called: "make test-e2e", arguments: &["--workspace", "--edges", "normal,build"] },
    Selection {
        called: "the tests of decide",
        arguments: &["--package", "countersign-decide", "--edges", "normal,build,dev"],
    },
    Selection {
        called: "the tests of gate-http",
        arguments: &["--package", "countersign-gate-http", "--edges", "normal,build,dev"],
    },
    Selection { called: "cargo xtask", arguments: &["--package", "xtask", "--edges", "normal,build"] },
];

pub(super) fn check(root: &Path, report: &mut Report) -> Result<(), TidyError> {
    let all = libraries(root, &ALL)?;
    for part in PARTS {
        let other = alone(&libraries(root, part)?, &all);
        if !other.is_empty() {
            let place = "crates/workspace-hack/Cargo.toml";
            report.findings.push(Finding::new(place, says(part.called, &other)));
        }
    }
    Ok(())
}

fn says(called: &str, other: &[String]) -> String {
    format!(
        "{called} builds these with other features than {}, so they are compiled twice: {}; write the manifest anew with `cargo hakari generate`",
        ALL.called,
        other.join(", ")
    )
}

/// Returns the third-party libraries of a build, each with its features.
fn libraries(root: &Path, selection: &Selection) -> Result<BTreeSet<String>, TidyError> {
    let command = "cargo tree";
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["tree", "--offline", "--prefix", "none", "--format", "{p} [{f}]"])
        .args(selection.arguments)
        .current_dir(root)
        .output()
        .map_err(|source| TidyError::Command { command, source })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(TidyError::Failed { command, said });
    }
    Ok(read(&String::from_utf8_lossy(&output.stdout)))
}

/// Parses lines such as `serde v1.0.1 [derive] (*)`. Lines with a path are our own crates.
fn read(tree: &str) -> BTreeSet<String> {
    let lines = tree.lines().map(|line| line.trim_end_matches("(*)").trim_end());
    lines.filter(|line| !line.is_empty() && !line.contains("(/")).map(str::to_owned).collect()
}

/// Returns what the part has and the whole does not.
fn alone(part: &BTreeSet<String>, all: &BTreeSet<String>) -> Vec<String> {
    part.difference(all).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_with_other_features_is_named() {
        let all = read(
            "countersign v0.1.0 (/home/somebody/countersign) []\nserde v1.0.1 [derive,std]\nsyn v2.0.0 (proc-macro) [full]\nserde v1.0.1 [derive,std] (*)\n",
        );
        assert_eq!(all.len(), 2, "{all:?}");
        assert_eq!(alone(&read("serde v1.0.1 [derive,std] (*)\n\n"), &all), Vec::<String>::new());
        let other = alone(&read("serde v1.0.1 [std]\nsyn v2.0.0 (proc-macro) [full]\n"), &all);
        assert_eq!(other, ["serde v1.0.1 [std]"]);
        assert!(says("make up", &other).contains("compiled twice: serde v1.0.1 [std]"));
    }
}
