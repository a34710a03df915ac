//! The policies that a new installation and a newly protected application begin with.

use countersign_names::ApplicationName;
use countersign_policy::{PolicySet, defaults, starter_permits};
use std::collections::BTreeSet;

#[test]
fn the_ids_of_starting_permits_are_as_long_as_an_id_may_be_and_never_the_same() {
    let ids = |application: &ApplicationName| -> Vec<String> {
        let path = format!("applications/{application}.cedar");
        let text = starter_permits(application, None);
        let set = PolicySet::parse(&[(path, text)].into()).unwrap();
        set.policies().iter().map(|meta| meta.id.to_string()).collect()
    };
    let named = |length: usize, last: char| -> ApplicationName {
        format!("{}{last}", "a".repeat(length - 1)).parse().unwrap()
    };
    assert_eq!(ids(&"wiki".parse().unwrap()), ["wiki-users", "wiki-administrators"]);
    // Of 63 bytes an id is written out; above that it is cut, and told apart by a digest.
    let [users, administrators] = &ids(&named(57, 'b'))[..] else { unreachable!("two permits") };
    assert_eq!(*users, format!("{}b-users", "a".repeat(56)));
    assert_eq!(users.len(), 63);
    assert_eq!(administrators.len(), 63);
    assert!(administrators.starts_with(&format!("{}-", "a".repeat(39))), "{administrators}");
    assert!(administrators.ends_with("-administrators"), "{administrators}");
    let [users, _] = &ids(&named(58, 'b'))[..] else { unreachable!("two permits") };
    assert_eq!(users.len(), 63);
    assert!(users.starts_with(&format!("{}-", "a".repeat(48))) && users.ends_with("-users"), "{users}");
    let long: BTreeSet<String> = ('a'..='z').flat_map(|last| ids(&named(63, last))).collect();
    assert_eq!(long.len(), 52, "every application has its own ids");
}

#[test]
fn the_digest_of_a_long_name_is_hexadecimal_and_of_the_whole_name() {
    let name = "a".repeat(63);
    let text = starter_permits(&name.parse().unwrap(), None);
    // SHA-256 of sixty-three times the letter a begins with these bytes.
    let digest = "7d3e74a0";
    assert!(text.contains(&format!("@id(\"{}-{digest}-users\")", "a".repeat(48))), "{text}");
}

#[test]
fn the_shipped_files_are_those_of_a_policy_folder() {
    let files = defaults();
    assert_eq!(files.keys().filter(|path| path.starts_with("guardrails/")).count(), 8);
    assert!(files["tests/guardrails.toml"].contains("[[test]]"));
}
