//! Who may call what. The table is kept by hand, and no variable writes it: a change of access is written twice.

use countersign_api::access::{ANSWERS, ASKS_FOR_ONESELF, READS_OWN};
use countersign_api::{ControlResource, Endpoint, Method, OwnedBy, ParameterPlace, SortOrder, endpoints};
use countersign_names::Action;
use std::collections::BTreeSet;

/// Each endpoint: id, method, path, status, action, resource, and `own` if there is a rule for the caller's own data.
const TABLE: &str = include_str!("endpoints.txt");

fn line(endpoint: &Endpoint) -> String {
    let Endpoint { id, path, status, access, .. } = endpoint;
    let (method, action, part) = (endpoint.method.as_str(), access.action.as_str(), access.resource.part());
    let own = if access.own.is_some() { " own" } else { "" };
    format!("{id} {method} {path} {status} {action} {part}{own}")
}

#[test]
fn every_endpoint_requires_the_permission_in_the_table() {
    let all = endpoints();
    let found: BTreeSet<String> = all.iter().map(line).collect();
    let expected: BTreeSet<String> = TABLE.lines().map(str::to_owned).collect();
    let missing: Vec<_> = expected.difference(&found).collect();
    let new: Vec<_> = found.difference(&expected).collect();
    assert!(
        missing.is_empty() && new.is_empty(),
        "tests/contract/endpoints.txt differs from the endpoints: change it by hand, and have it reviewed.\n\
         only in the table: {missing:#?}\nonly in the endpoints: {new:#?}"
    );
    assert_eq!(found.len(), all.len());
    assert!(TABLE.lines().is_sorted(), "the table is sorted by id");
}

/// What a method promises: GET reads, and only commands have other actions.
#[test]
fn a_method_and_its_action_agree() {
    for endpoint in endpoints() {
        let Endpoint { id, access, status, .. } = &endpoint;
        if endpoint.method == Method::Get {
            assert_eq!((access.action, *status), (Action::Read, 200), "{id}");
            assert!(!endpoint.needs_body() && endpoint.check_example().is_none(), "{id}: GET has no body");
        }
        if endpoint.method == Method::Put {
            assert!(
                access.action == Action::Administer && endpoint.needs_body() || id.ends_with(".join"),
                "{id}"
            );
        }
        let writes = [Action::Administer, Action::Write].contains(&access.action);
        assert!(
            writes || access.action == Action::Read,
            "{id}: policies know no other action of the control plane"
        );
        match access.resource {
            ControlResource::Control => assert_ne!(access.action, Action::Write, "{id}"),
            ControlResource::Approvals => assert_ne!(access.action, Action::Administer, "{id}"),
            ControlResource::Provisioning => panic!("{id}: SCIM has no operation of the API"),
            ControlResource::Own => assert!([READS_OWN, ASKS_FOR_ONESELF].contains(access), "{id}"),
        }
    }
}

/// An answer to another person's request needs the permission to approve. The one to administer is not enough.
#[test]
fn what_needs_a_second_person_is_an_answer() {
    let answers: Vec<_> = endpoints()
        .into_iter()
        .filter(|endpoint| endpoint.access == ANSWERS)
        .map(|endpoint| endpoint.id)
        .collect();
    let expected = [
        "people.confirm",
        "grants.approve",
        "grants.refuse",
        "grants.revoke",
        "proposals.countersign",
        "proposals.refuse",
    ];
    assert_eq!(answers, expected);
}

/// What who is responsible for an application may say about it. Everything else that is the caller's own is only read.
const SAID_BY_OWNERS: [&str; 3] =
    ["content_labels.confirm", "content_labels.dismiss", "content_labels.withdraw"];

/// A rule for the caller's own data finds the owner in a part of the request that the endpoint has, and lets nobody change
/// anything but answers about labels, which decide nothing.
#[test]
fn the_owner_of_own_data_is_named_where_the_rule_looks() {
    let mut rules = 0;
    for endpoint in endpoints() {
        let Some(own) = endpoint.access.own else { continue };
        rules += 1;
        let expected = if SAID_BY_OWNERS.contains(&endpoint.id) { Action::Administer } else { Action::Read };
        assert_eq!(endpoint.access.action, expected, "{}", endpoint.id);
        let has = |place, name: &str| {
            endpoint.parameters.iter().any(|parameter| parameter.place == place && parameter.name == name)
        };
        let found = match own {
            OwnedBy::PersonInPath => has(ParameterPlace::Path, "person"),
            OwnedBy::PersonInQuery => has(ParameterPlace::Query, "person"),
            OwnedBy::OwnerInQuery => has(ParameterPlace::Query, "owner"),
            OwnedBy::PersonOfGrant => {
                has(ParameterPlace::Path, "id") && endpoint.path.starts_with("/grants/")
            }
            OwnedBy::ApplicationInQuery => has(ParameterPlace::Query, "application"),
            OwnedBy::ApplicationOfLabel => {
                has(ParameterPlace::Path, "label") && endpoint.path.starts_with("/content-labels/")
            }
        };
        assert!(found, "{}", endpoint.id);
    }
    assert_eq!(rules, TABLE.lines().filter(|line| line.ends_with(" own")).count());
}

#[test]
fn an_id_begins_with_its_subject_and_a_summary_is_a_sentence() {
    for endpoint in endpoints() {
        let Endpoint { id, path, tag, summary, .. } = &endpoint;
        let (subject, verb) = id.split_once('.').unwrap();
        assert!(
            !verb.is_empty() && id.bytes().all(|byte| byte.is_ascii_lowercase() || b"._".contains(&byte)),
            "{id}"
        );
        assert_eq!(path.split('/').nth(1), Some(*tag), "{id}");
        // Two words of a subject are joined as their places allow. Two paths have no room for their subject: a stream beside
        // the decisions, and reports of the shadow stage.
        // Two paths have no room for their subject: a stream beside the decisions, and reports of the shadow stage.
        let fits = tag.replace('-', "_") == subject || ["decision-stream", "shadow-reports"].contains(tag);
        assert!(fits, "{id} at {path}");
        assert!(
            summary.ends_with('.') && summary.starts_with(|first: char| first.is_ascii_uppercase()),
            "{id}: {summary}"
        );
        assert!(!summary.contains('\n') && summary.trim() == *summary, "{id}: {summary}");
    }
}

#[test]
fn parameters_of_a_path_come_first_in_its_order_and_each_name_once() {
    for endpoint in endpoints() {
        let id = endpoint.id;
        let in_path: Vec<&str> = endpoint
            .path
            .split('/')
            .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
            .map(|name| name.trim_start_matches('*'))
            .collect();
        let (path, query) = endpoint.parameters.split_at(in_path.len());
        assert_eq!(path.iter().map(|parameter| parameter.name).collect::<Vec<_>>(), in_path, "{id}");
        assert!(
            path.iter().all(|parameter| parameter.place == ParameterPlace::Path && parameter.required),
            "{id}"
        );
        assert!(query.iter().all(|parameter| parameter.place == ParameterPlace::Query), "{id}");
        let names: BTreeSet<_> = endpoint.parameters.iter().map(|parameter| parameter.name).collect();
        assert_eq!(names.len(), endpoint.parameters.len(), "{id}");
        let said = endpoint.parameters.iter().all(|parameter| parameter.about.ends_with('.'));
        assert!(said, "{id}: each parameter is explained by a sentence");
        // Only the last segment may hold slashes.
        assert!(endpoint.path.find("{*").is_none_or(|at| !endpoint.path[at..].contains('/')), "{id}");
    }
}

#[test]
fn a_list_is_sorted_by_fields_of_which_the_first_is_the_default() {
    let all = endpoints();
    let order = |id: &str| {
        let endpoint = all.iter().find(|endpoint| endpoint.id == id).unwrap();
        endpoint.sorts.iter().map(|field| (field.name, field.order)).collect::<Vec<_>>()
    };
    let ascending = |name| (name, SortOrder::Ascending);
    assert_eq!(order("people.list"), ["email", "name", "id"].map(ascending));
    assert_eq!(order("jobs.list"), [("started_at", SortOrder::Descending)]);
    assert_eq!([SortOrder::Ascending.as_str(), SortOrder::Descending.as_str()], ["asc", "desc"]);
}
