//! The OpenAPI document is checked in, so that a change of the contract is seen in review.

use countersign_api::{endpoints, openapi};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn the_document_that_is_checked_in_is_the_contract() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let mut current = openapi().to_pretty_json().unwrap();
    current.push('\n');
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &current).unwrap();
    }
    let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = checked_in.lines().zip(current.lines()).enumerate().find(|(_, (old, new))| old != new);
    if checked_in != current {
        panic!(
            "docs/openapi.json is not the contract (first difference: {differs:?}): \
             run `UPDATE_OPENAPI=1 cargo test -p countersign-api` and look at what changed"
        );
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document: serde_json::Value = serde_json::from_str(&openapi().to_json().unwrap()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut references = BTreeSet::new();
    collect(&document, &mut references);
    assert!(references.len() > 40, "only {} references were found", references.len());
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn every_endpoint_has_a_name_of_its_own_and_every_path_parameter_is_declared() {
    let all = endpoints();
    let names: BTreeSet<_> = all.iter().map(|endpoint| endpoint.id).collect();
    assert_eq!(names.len(), all.len());
    for endpoint in &all {
        let in_path = endpoint.path.matches('{').count();
        assert!(endpoint.parameters.len() >= in_path, "{}", endpoint.id);
    }
}

#[test]
fn every_body_that_is_needed_has_an_example_which_is_such_a_body() {
    for endpoint in endpoints() {
        match endpoint.check_example() {
            Some(checked) => assert_eq!(checked, Ok(()), "the example of {}", endpoint.id),
            None => assert!(!endpoint.needs_body(), "{} has no example", endpoint.id),
        }
    }
}

#[test]
fn every_list_says_how_it_is_sorted_and_nothing_else_does() {
    for endpoint in endpoints() {
        let pages = endpoint.parameters.iter().any(|parameter| parameter.name == "cursor");
        // These have one order: decisions newest first, reach by class and name or as declared, access by what is the
        // strongest or the nearest.
        let one_order = ["decisions.list", "reach.who", "reach.what"].contains(&endpoint.id)
            || endpoint.path.starts_with("/inventory/access/") && pages;
        let sorted = !endpoint.sorts.is_empty() || one_order;
        assert_eq!(sorted, pages, "{}", endpoint.id);
        let names: BTreeSet<_> = endpoint.sorts.iter().map(|field| field.name).collect();
        assert_eq!(names.len(), endpoint.sorts.len(), "{}", endpoint.id);
    }
}

#[test]
fn a_path_is_one_endpoint_of_a_method() {
    let all = endpoints();
    for endpoint in &all {
        let method = endpoint.method.as_str();
        let same: Vec<_> = all.iter().filter(|other| other.is_asked(method, endpoint.path)).collect();
        assert_eq!(same.len(), 1, "{method} {}", endpoint.path);
    }
}

#[test]
fn what_only_reads_is_not_written_and_what_writes_does_not_only_read() {
    // These work out what would happen, or what is so, and take their question as a body.
    let questions = [
        "applications.meaning",
        "decisions.again",
        "policies.check",
        "policies.test",
        "policies.format",
        "replays.start",
        "plans.start",
        "shadow.start",
        "query.ask",
        "evidence.verify",
        "journal.verify",
        "projections.verify",
    ];
    for endpoint in endpoints() {
        let reads = endpoint.access.action == countersign_names::Action::Read;
        let expected = endpoint.method == countersign_api::Method::Get
            || questions.contains(&endpoint.id)
            || endpoint.id == "jobs.stop";
        assert_eq!(reads, expected, "{}", endpoint.id);
    }
}

fn collect(value: &serde_json::Value, into: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_str() {
                    Some(reference) if name == "$ref" => {
                        into.insert(reference.to_owned());
                    }
                    _ => collect(field, into),
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        _ => {}
    }
}
