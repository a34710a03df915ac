//! Rule: the workspaces beside the product's use the libraries in the product's versions. CI checks all of them in one
//! target folder, and would compile each library twice where the versions differ; and what `make bench` measures would not
//! be what ships.

use super::tree::Tree;
use super::{Finding, Report};
use std::collections::{BTreeMap, BTreeSet};

const OURS: &str = "Cargo.lock";
const OTHERS: [(&str, &str); 2] = [("fuzz", "fuzz/Cargo.lock"), ("bench", "bench/Cargo.lock")];

/// The versions of each library in a lock file.
type Versions = BTreeMap<String, BTreeSet<String>>;

pub(super) fn check(tree: &Tree, report: &mut Report) {
    let Some(ours) = versions(tree, OURS, report) else { return };
    for (folder, path) in OTHERS {
        let Some(theirs) = versions(tree, path, report) else { continue };
        report.findings.extend(different(&ours, &theirs).map(|(name, theirs, ours)| {
            let says = format!(
                "has {name} {theirs}, and the product has {ours}: run `cargo update {name}@{theirs} --precise {ours}` in {folder}/"
            );
            Finding::new(path, says)
        }));
    }
}

fn versions(tree: &Tree, path: &str, report: &mut Report) -> Option<Versions> {
    let text = tree.text(path)?;
    let table = match text.parse::<toml::Table>() {
        Ok(table) => table,
        Err(error) => {
            report.findings.push(Finding::new(path, format!("is not TOML: {}", error.message())));
            return None;
        }
    };
    let mut versions = Versions::new();
    for package in table.get("package").and_then(toml::Value::as_array).into_iter().flatten() {
        let text = |field| package.get(field).and_then(toml::Value::as_str).map(str::to_owned);
        if let (Some(name), Some(version)) = (text("name"), text("version")) {
            versions.entry(name).or_default().insert(version);
        }
    }
    Some(versions)
}

/// Returns the name, their version and ours of each library that could have ours. A version that is not compatible with any
/// of ours is a peer's requirement.
fn different<'a>(
    ours: &'a Versions,
    theirs: &'a Versions,
) -> impl Iterator<Item = (&'a str, &'a str, &'a str)> {
    theirs.iter().flat_map(|(name, versions)| {
        let known = ours.get(name);
        let strange =
            versions.iter().filter(move |version| known.is_some_and(|known| !known.contains(*version)));
        strange.filter_map(move |version| {
            let compatible = known?.iter().find(|ours| series(ours) == series(version))?;
            Some((name.as_str(), version.as_str(), compatible.as_str()))
        })
    })
}

/// Returns the part of a version that says what it is compatible with: up to the first number that is not zero.
fn series(version: &str) -> &str {
    let end = version.find(|c: char| c.is_ascii_digit() && c != '0').unwrap_or(version.len());
    let rest = version.get(end..).unwrap_or_default();
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    version.get(..end + digits).unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(packages: &[(&str, &str)]) -> String {
        packages
            .iter()
            .map(|(name, version)| format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n"))
            .collect()
    }

    #[test]
    fn a_library_in_another_version_than_the_products_is_found() {
        for (ours, theirs, found) in [
            ("1.1.1", "1.1.1", None),
            ("1.1.1", "1.1.2", Some("run `cargo update a@1.1.2 --precise 1.1.1` in bench/")),
            ("0.14.0", "0.14.2", Some("--precise 0.14.0")),
            ("10.0.0", "1.0.0", None),
            ("0.12.0", "0.13.0", None),
            ("1.0.0", "2.0.0", None),
        ] {
            let files = [
                (OURS, lock(&[("a", ours), ("b", "1.0.0")])),
                ("bench/Cargo.lock", lock(&[("a", theirs), ("c", "7.0.0")])),
            ];
            let mut report = Report::default();
            check(&Tree::of(files.map(|(path, text)| (path.to_owned(), text))), &mut report);
            match found {
                Some(says) => {
                    assert_eq!(report.findings.len(), 1, "{ours} {theirs}");
                    assert!(report.findings[0].says.contains(says), "{:?}", report.findings);
                }
                None => assert!(report.findings.is_empty(), "{ours} {theirs}: {:?}", report.findings),
            }
        }
    }

    #[test]
    fn one_of_several_versions_of_the_product_is_enough() {
        let files =
            [(OURS, lock(&[("a", "1.0.0"), ("a", "2.0.0")])), ("fuzz/Cargo.lock", lock(&[("a", "2.0.0")]))];
        let mut report = Report::default();
        check(&Tree::of(files.map(|(path, text)| (path.to_owned(), text))), &mut report);
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    }
}
