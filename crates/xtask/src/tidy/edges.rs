//! Rule: the dependencies between rooms are those that ARCHITECTURE.md allows, and only tests use `testkit`.

use super::table::{self, Rooms};
use super::{Finding, Report, TidyError};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The room that only tests may use, whatever the table says.
const TESTS_ONLY: &str = "testkit";

/// The crate that every room may use: it has no code, and makes cargo build each library with one set of features.
const FEATURES_ONLY: &str = "workspace-hack";

/// The output of `cargo metadata`, as far as it is needed here.
#[derive(Debug, Deserialize)]
pub(super) struct CargoMetadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    /// `Some` only for a dependency within the checkout.
    path: Option<PathBuf>,
    kind: Option<String>,
}

impl CargoMetadata {
    pub(super) fn of(root: &Path) -> Result<Self, TidyError> {
        let command = "cargo metadata";
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["metadata", "--format-version", "1", "--no-deps"])
            .current_dir(root)
            .output()
            .map_err(|source| TidyError::Command { command, source })?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(TidyError::Failed { command, said });
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    fn edges(&self) -> BTreeSet<Edge> {
        let mut edges = BTreeSet::new();
        for package in &self.packages {
            let from = folder(package.manifest_path.parent());
            for dependency in &package.dependencies {
                if let Some(path) = &dependency.path {
                    let test = dependency.kind.as_deref() == Some("dev");
                    edges.insert(Edge { from: from.clone(), to: folder(Some(path)), test });
                }
            }
        }
        edges
    }
}

/// A dependency between rooms, in production code or only in tests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    from: String,
    to: String,
    test: bool,
}

/// Returns the name of a room: its folder rather than its package, so that the package prefix is not needed here.
fn folder(path: Option<&Path>) -> String {
    path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

pub(super) fn check(metadata: &CargoMetadata, architecture: Option<&str>, report: &mut Report) {
    let place = "ARCHITECTURE.md";
    let Some(text) = architecture else {
        report.findings.push(Finding::new(place, "is missing: it holds the table of rooms"));
        return;
    };
    match table::parse(text) {
        Ok(rooms) => {
            let built: BTreeSet<_> =
                metadata.packages.iter().map(|package| folder(package.manifest_path.parent())).collect();
            let edges = metadata.edges();
            report.findings.extend(compare(&rooms, &built, &edges));
            report.notes.push(unused(&rooms, &edges));
            report.notes.push(tests_only(&edges));
        }
        Err(says) => report.findings.push(Finding::new(place, says)),
    }
}

fn compare(rooms: &Rooms, built: &BTreeSet<String>, edges: &BTreeSet<Edge>) -> Vec<Finding> {
    let mut found = Vec::new();
    let place = "ARCHITECTURE.md";
    for room in built.iter().filter(|room| !rooms.contains_key(*room)) {
        found.push(Finding::new(
            place,
            format!("has no row for the room `{room}`: add what it knows, must not know and may use"),
        ));
    }
    for room in rooms.keys().filter(|room| !built.contains(*room)) {
        found.push(Finding::new(
            place,
            format!("has a row for `{room}`, which is not built: take it out until it is"),
        ));
    }
    for Edge { from, to, .. } in edges.iter().filter(|edge| !edge.test && edge.to != FEATURES_ONLY) {
        let manifest = format!("crates/{from}/Cargo.toml");
        if to == TESTS_ONLY {
            found.push(Finding::new(manifest, format!("`{to}` is for tests: move it to [dev-dependencies]")));
        } else if rooms.get(from).is_some_and(|may_use| !may_use.contains(to)) {
            found.push(Finding::new(
                manifest,
                format!("`{from}` uses `{to}`, which the table of rooms does not allow: drop the dependency, or add `{to}` to its column \"may use\" in ARCHITECTURE.md and argue for it in the commit"),
            ));
        }
    }
    found
}

/// Lists allowed dependencies that are not used. Not a violation, because a room may be in development.
fn unused(rooms: &Rooms, edges: &BTreeSet<Edge>) -> String {
    let uses = |from: &String, to: &String| edges.iter().any(|e| !e.test && e.from == *from && e.to == *to);
    let idle = rooms
        .iter()
        .flat_map(|(from, may_use)| may_use.iter().map(move |to| (from, to)))
        .filter(|(from, to)| !uses(from, to))
        .map(|(from, to)| format!("{from}->{to}"));
    listed("edges allowed and not used", idle)
}

fn tests_only(edges: &BTreeSet<Edge>) -> String {
    let of_tests = edges.iter().filter(|e| e.test).map(|e| format!("{}->{}", e.from, e.to));
    listed("edges of tests only", of_tests)
}

fn listed(what: &str, edges: impl Iterator<Item = String>) -> String {
    let edges: Vec<_> = edges.collect();
    format!("{what}: {}", if edges.is_empty() { "none".to_owned() } else { edges.join(" ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "| room | knows | must not know | may use |\n|-|-|-|-|\n\
        | a | x | y | - |\n| b | x | y | a |\n| testkit | x | y | a |\n";

    /// Checks packages as `(name, normal dependencies, development dependencies)`, and the expected findings.
    fn check_house(house: &[(&str, &[&str], &[&str])], says: &[&str]) {
        let dependency = |kind: Option<&str>, to: &&str| Dependency {
            path: Some(PathBuf::from(format!("/x/crates/{to}"))),
            kind: kind.map(str::to_owned),
        };
        let packages = house.iter().map(|(name, normal, dev)| Package {
            manifest_path: PathBuf::from(format!("/x/crates/{name}/Cargo.toml")),
            dependencies: normal
                .iter()
                .map(|to| dependency(None, to))
                .chain(dev.iter().map(|to| dependency(Some("dev"), to)))
                .collect(),
        });
        let mut report = Report::default();
        check(&CargoMetadata { packages: packages.collect() }, Some(TABLE), &mut report);
        assert_eq!(report.findings.len(), says.len(), "{:?}", report.findings);
        for (finding, says) in report.findings.iter().zip(says) {
            assert!(finding.says.contains(says), "{} lacks {says}", finding.says);
        }
    }

    #[test]
    fn an_edge_that_the_table_does_not_name_is_found() {
        let kit: (&str, &[&str], &[&str]) = ("testkit", &["a"], &[]);
        check_house(&[("a", &[], &["b"]), ("b", &["a"], &["testkit"]), kit], &[]);
        check_house(&[("a", &["b"], &[]), ("b", &[], &[]), kit], &["`a` uses `b`"]);
        check_house(&[("a", &[], &[]), ("b", &["testkit"], &[]), kit], &["[dev-dependencies]"]);
        check_house(&[("a", &[], &[]), ("b", &[], &[]), ("c", &[], &[]), kit], &["no row for the room `c`"]);
        check_house(&[("a", &["workspace-hack"], &[]), ("b", &[], &[]), kit], &[]);
        check_house(&[("a", &[], &[]), kit], &["a row for `b`, which is not built"]);
    }

    #[test]
    fn a_house_without_a_table_is_not_tidy() {
        let mut report = Report::default();
        check(&CargoMetadata { packages: Vec::new() }, None, &mut report);
        check(&CargoMetadata { packages: Vec::new() }, Some("# Nothing"), &mut report);
        assert_eq!(report.findings.len(), 2);
    }
}
