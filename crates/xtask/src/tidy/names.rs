//! Rule: a type is named for what it is, in terms that a search finds, and two types share a name only for a reason.
//!
//! A participle says what happened to a thing, not what the thing is: `Asked` was a query, a limit and a challenge. The
//! rule counts names that several types share; the count may only decrease. Types of a contract ([`CONTRACTS`]) and
//! idiomatic names ([`IDIOMATIC`]) do not count.

use super::tree::{SourceKind, Tree};
use super::{Finding, Report};
use std::collections::BTreeMap;
use syn::Item;

/// Names that no type may have.
const VAGUE: [&str; 20] = [
    "Asked", "Asking", "Begun", "Counted", "Cut", "Ends", "Found", "Given", "Heard", "Held", "Kept", "Made",
    "Named", "Noted", "Opened", "Said", "Seen", "Sighted", "Taken", "Told",
];

/// Words that no function name may contain, except in names of tests, which are sentences.
const VAGUE_WORDS: [&str; 3] = ["bear", "bears", "patiently"];

/// Folders whose types are the form of other types in a contract: the API's JSON, and events in OCSF. Such a type has the
/// name of what it represents (`api::Device` is the JSON of `world::Device`), because clients read the name in the
/// document; code that uses both names the module.
const CONTRACTS: [&str; 2] = ["crates/api/src/", "crates/evidence/src/ocsf/"];

/// Names that several crates may use, each with the reason.
const IDIOMATIC: [(&str, &str); 1] = [(
    "Inner",
    "the content of a handle that is cheap to clone; private to its crate, and at most one in a module",
)];

/// The number of names that several types of production code share. Lower it when the count decreases.
const MOST_SHARED: usize = 72;

pub(super) fn check(tree: &Tree, report: &mut Report) {
    let mut places: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (path, source) in &tree.sources {
        let Ok(file) = &source.syntax else { continue };
        let mut names = Vec::new();
        gather(&file.items, &mut names);
        for Name { name, line, is_type } in names {
            if is_type && VAGUE.contains(&name.as_str()) {
                let says = format!("{name} says what happened to it and not what it is: call it what it is");
                report.findings.push(Finding::at(path, line, says));
            }
            let ships = source.kind == SourceKind::Production;
            if !is_type && ships && name.split('_').any(|word| VAGUE_WORDS.contains(&word)) {
                let says = format!("{name} is no term that anybody searches for: call it what it does");
                report.findings.push(Finding::at(path, line, says));
            }
            if is_type && ships && counts(path, &name) {
                places.entry(name).or_default().push(path);
            }
        }
    }
    count(&places, MOST_SHARED, report);
}

/// Returns whether a type of this file may be the one that shares a name.
fn counts(path: &str, name: &str) -> bool {
    !CONTRACTS.iter().any(|folder| path.starts_with(folder))
        && !IDIOMATIC.iter().any(|(idiomatic, _)| *idiomatic == name)
}

/// Compares the number of shared names with the limit.
fn count(places: &BTreeMap<String, Vec<&str>>, most: usize, report: &mut Report) {
    let mut shared: Vec<_> = places.iter().filter(|(_, places)| places.len() > 1).collect();
    shared.sort_by_key(|(name, places)| (std::cmp::Reverse(places.len()), *name));
    let found = shared.len();
    let often: Vec<_> =
        shared.iter().take(8).map(|(name, places)| format!("{name} {}", places.len())).collect();
    report.notes.push(format!(
        "type names that several types have: {found} (of {}): {}",
        places.len(),
        often.join(", ")
    ));
    let here = "crates/xtask/src/tidy/names.rs";
    if found > most {
        let says = format!(
            "{found} names are shared by several types, and {most} were: call the new type something else"
        );
        report.findings.push(Finding::new(here, says));
    } else if found < most {
        report.findings.push(Finding::new(
            here,
            format!("only {found} names are shared now: lower MOST_SHARED to that"),
        ));
    }
}

struct Name {
    name: String,
    line: usize,
    is_type: bool,
}

/// Collects the names of types and functions, also in modules within the file.
fn gather(items: &[Item], names: &mut Vec<Name>) {
    for item in items {
        let (ident, is_type) = match item {
            Item::Struct(item) => (&item.ident, true),
            Item::Enum(item) => (&item.ident, true),
            Item::Trait(item) => (&item.ident, true),
            Item::Type(item) => (&item.ident, true),
            Item::Fn(item) => (&item.sig.ident, false),
            Item::Mod(item) => {
                // Modules for tests only are exempt.
                let is_test = item.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"));
                if let (Some((_, inner)), false) = (&item.content, is_test) {
                    gather(inner, names);
                }
                continue;
            }
            Item::Impl(item) => {
                names.extend(item.items.iter().filter_map(|inner| match inner {
                    syn::ImplItem::Fn(function) => Some(name(&function.sig.ident, false)),
                    _ => None,
                }));
                continue;
            }
            _ => continue,
        };
        names.push(name(ident, is_type));
    }
}

fn name(ident: &syn::Ident, is_type: bool) -> Name {
    Name { name: ident.to_string(), line: ident.span().start().line, is_type }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(texts: &[(&str, &str)]) -> Vec<String> {
        let tree = Tree::of(texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
        let mut report = Report::default();
        check(&tree, &mut report);
        report.findings.retain(|finding| !finding.says.contains("shared"));
        report.findings.into_iter().map(|finding| format!("{} {}", finding.place, finding.says)).collect()
    }

    #[test]
    fn a_type_that_is_called_after_what_happened_to_it_is_found() {
        let found = findings(&[
            ("crates/a/src/lib.rs", "struct Asked;\nmod inner {\n    enum Kept {}\n}\nstruct AskedOnce;"),
            ("crates/a/tests/a.rs", "type Told = u8;"),
        ]);
        let places: Vec<_> = found.iter().map(|found| found.split(' ').next().unwrap_or_default()).collect();
        assert_eq!(places, ["crates/a/src/lib.rs:1", "crates/a/src/lib.rs:3", "crates/a/tests/a.rs:1"]);
    }

    #[test]
    fn a_function_in_no_known_words_is_found() {
        let text =
            "fn wait_patiently() {}\nstruct A;\nimpl A {\n    fn bears(&self) {}\n    fn bearer(&self) {}\n}";
        let found = findings(&[("crates/a/src/lib.rs", text)]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].contains("lib.rs:1 wait_patiently") && found[1].contains("lib.rs:4 bears"),
            "{found:?}"
        );
    }

    #[test]
    fn contracts_and_idioms_share_names_and_other_types_do_not() {
        let shared = |texts: &[(&str, &str)]| {
            let tree = Tree::of(texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
            let mut report = Report::default();
            check(&tree, &mut report);
            report.notes.concat()
        };
        let world = ("crates/world/src/a.rs", "pub struct Device;\nstruct Inner;");
        let contract = ("crates/api/src/a.rs", "pub struct Device;");
        let other = ("crates/gate/src/a.rs", "struct Inner;");
        assert!(shared(&[world, contract, other]).contains("have: 0 (of 1)"));
        let facts = ("crates/facts/src/a.rs", "pub struct Device;");
        assert!(shared(&[world, contract, facts]).contains("have: 1 (of 1): Device 2"));
    }

    #[test]
    fn names_that_are_shared_may_only_become_fewer() {
        let places = BTreeMap::from([
            ("Answer".to_owned(), vec!["a", "b"]),
            ("Kind".to_owned(), vec!["a", "b", "c"]),
            ("Only".to_owned(), vec!["a"]),
        ]);
        for (most, says) in [(1, Some("2 names are shared")), (2, None), (3, Some("only 2 names"))] {
            let mut report = Report::default();
            count(&places, most, &mut report);
            let found = report.findings.first().map(|finding| finding.says.as_str());
            assert!(found.zip(says).is_none_or(|(found, says)| found.starts_with(says)), "{most}: {found:?}");
            assert_eq!(found.is_some(), says.is_some(), "{most}");
            assert_eq!(report.notes, ["type names that several types have: 2 (of 3): Kind 3, Answer 2"]);
        }
    }
}
