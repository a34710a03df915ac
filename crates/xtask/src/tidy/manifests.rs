//! Rule: every crate uses the workspace's lints.

use super::tree::Tree;
use super::{Finding, Report};

pub(super) fn check(tree: &Tree, report: &mut Report) {
    for (path, text) in tree.texts.iter().filter(|(path, _)| is_member(path)) {
        match text.parse::<toml::Table>() {
            Ok(manifest) if takes_lints(&manifest) => {}
            Ok(_) => report.findings.push(Finding::new(path, "add `[lints]` with `workspace = true`")),
            Err(error) => {
                report.findings.push(Finding::new(path, format!("is not TOML: {}", error.message())))
            }
        }
    }
}

/// Returns whether this is `crates/<room>/Cargo.toml`; deeper manifests, such as of fuzz targets, are workspaces of
/// their own.
fn is_member(path: &str) -> bool {
    let parts: Vec<_> = path.split('/').collect();
    matches!(parts.as_slice(), ["crates", _, "Cargo.toml"])
}

fn takes_lints(manifest: &toml::Table) -> bool {
    let lints = manifest.get("lints").and_then(|lints| lints.get("workspace"));
    lints.and_then(toml::Value::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_without_the_lints_is_found() {
        for (path, text, found) in [
            ("crates/a/Cargo.toml", "[lints]\nworkspace = true\n", 0),
            ("crates/a/Cargo.toml", "[package]\nname = \"a\"\n", 1),
            ("crates/a/Cargo.toml", "[lints]\nworkspace = false\n", 1),
            ("crates/a/Cargo.toml", "[lints", 1),
            ("crates/a/fuzz/Cargo.toml", "[package]\n", 0),
            ("Cargo.toml", "[workspace]\n", 0),
        ] {
            let mut report = Report::default();
            check(&Tree::of([(path.to_owned(), text.to_owned())]), &mut report);
            assert_eq!(report.findings.len(), found, "{path}: {text}");
        }
    }
}
