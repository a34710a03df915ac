//! Rule: no library is built twice with other features. What `make up` builds, what `make test` builds and what a test of one
//! room builds must ask of each library the same, or each of them compiles it anew. `workspace-hack` sees to that, and this
//! rule sees to `workspace-hack`.

use super::{Finding, Report, TidyError};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// A build, by how it is called and what cargo is told of it.
struct Selection {
    called: &'static str,
    arguments: &'static [&'static str],
}

/// Everything with its tests, which all other builds must be a part of.
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

/// The libraries of other people in a build, each with its features.
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

/// Reads lines such as `serde v1.0.1 [derive] (*)`. What has a path is ours.
fn read(tree: &str) -> BTreeSet<String> {
    let lines = tree.lines().map(|line| line.trim_end_matches("(*)").trim_end());
    lines.filter(|line| !line.is_empty() && !line.contains("(/")).map(str::to_owned).collect()
}

/// What a build has that the whole has not.
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
