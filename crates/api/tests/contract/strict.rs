//! Requests are strict and answers are not, and what the document says of both.

use countersign_api::{
    Application, AskAgain, CURSOR, Declaration, LARGEST_PAGE, LIMIT, Label, NewGrant, NewPerson, NewPlan,
    NewToken, ORDER, PROBLEM_MEDIA_TYPE, PostureReport, Problem, Publication, Reason, Rollback, SORT,
    Settings, SortOrder, USUAL_PAGE, endpoints, openapi,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn document() -> Value {
    serde_json::from_str(&openapi().to_json().unwrap()).unwrap()
}

/// Every operation under `/api/v1`, with its method and path.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let ours = paths.iter().filter(|(path, _)| path.starts_with("/api/v1/"));
    ours.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (format!("{method} {path}"), operation))
    })
    .collect()
}

/// Adds the names of the schemas that a value leads to, directly and through others.
fn follow(document: &Value, value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let name = fields.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
            if let Some(name) = name.filter(|name| into.insert((*name).to_owned())) {
                follow(document, &document["components"]["schemas"][name], into);
            }
            fields.values().for_each(|field| follow(document, field, into));
        }
        Value::Array(items) => items.iter().for_each(|item| follow(document, item, into)),
        _ => {}
    }
}

#[test]
fn the_document_says_that_requests_are_strict_and_answers_are_not() {
    let document = document();
    let (mut sent, mut received) = (BTreeSet::new(), BTreeSet::new());
    for (_, operation) in operations(&document) {
        follow(&document, &operation["requestBody"], &mut sent);
        follow(&document, &operation["responses"], &mut received);
    }
    let is_strict = |name: &str| document["components"]["schemas"][name]["additionalProperties"] == false;
    let has_fields = |name: &str| document["components"]["schemas"][name].get("properties").is_some();
    let lenient: Vec<_> = sent.iter().filter(|name| has_fields(name) && !is_strict(name)).collect();
    assert!(lenient.is_empty(), "requests that would ignore an unknown field: {lenient:?}");
    let strict: Vec<_> = received.difference(&sent).filter(|name| is_strict(name)).collect();
    assert!(strict.is_empty(), "answers that an older client could not read: {strict:?}");
    assert!(sent.len() > 40 && received.len() > 100, "{} and {}", sent.len(), received.len());
}

/// Parses a body, and the same with a field that nobody knows.
fn check<T: DeserializeOwned>(body: Value) {
    let kind = std::any::type_name::<T>();
    serde_json::from_value::<T>(body.clone()).unwrap_or_else(|error| panic!("{kind}: {error}"));
    let mut unknown = body;
    unknown["colour"] = json!("red");
    let Err(error) = serde_json::from_value::<T>(unknown) else { panic!("{kind} ignores a field") };
    assert!(error.to_string().contains("unknown field `colour`"), "{kind}: {error}");
}

#[test]
fn an_unknown_field_of_a_request_is_named() {
    check::<Reason>(json!({"reason": "r"}));
    check::<NewPerson>(json!({"name": "Ada", "email": "ada@example.org"}));
    check::<Settings>(json!({}));
    check::<Label>(json!({"sensitivity": null}));
    check::<AskAgain>(json!({}));
    check::<PostureReport>(json!({"checks": {"disk_encryption": "pass"}}));
    check::<Publication>(json!({"files": {}, "why": "w"}));
    check::<Rollback>(json!({"version": "9f", "why": "w"}));
    check::<Declaration>(json!({"title": "T", "owner": "o", "hosts": ["h"], "upstream": "http://a"}));
    for endpoint in endpoints() {
        assert!(!matches!(endpoint.check_example(), Some(Err(_))), "{}", endpoint.id);
    }
}

/// A required field that is missing is named, and so is a value of another type.
#[test]
fn what_is_wrong_with_a_body_names_the_field() {
    fn refused<T: DeserializeOwned>(body: Value) -> String {
        match serde_json::from_value::<T>(body) {
            Ok(_) => panic!("it is accepted"),
            Err(error) => error.to_string(),
        }
    }
    for (said, expected) in [
        (refused::<Reason>(json!({})), "missing field `reason`"),
        (refused::<NewPerson>(json!({"email": "a"})), "missing field `name`"),
        (refused::<NewPerson>(json!({"name": "a"})), "missing field `email`"),
        (refused::<NewGrant>(json!({"application": "wiki"})), "missing field"),
        (
            refused::<NewGrant>(json!({"application": "Wi ki", "reason": "r", "duration_seconds": 1})),
            "is not an application name",
        ),
        (refused::<NewToken>(json!({"expires_in_seconds": "soon"})), "invalid type: string \"soon\""),
        (refused::<NewPlan>(json!({"files": 3})), "invalid type: integer `3`"),
        // A label that is forgotten must not be taken for one that is to be removed.
        (refused::<Label>(json!({})), "missing field `sensitivity`"),
        (refused::<Label>(json!({"sensitivity": "secret"})), "unknown variant `secret`"),
        (
            refused::<Declaration>(json!({"title": "T", "owner": "o", "hosts": "h", "upstream": "u"})),
            "invalid type: string \"h\"",
        ),
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert_eq!(serde_json::from_value::<Label>(json!({"sensitivity": null})).unwrap().sensitivity, None);
}

/// A client of this version reads what a later server answers.
#[test]
fn an_unknown_field_of_an_answer_is_ignored() {
    let problem = json!({
        "type": "about:blank#denied", "title": "Denied", "status": 403, "detail": "d", "colour": "red",
        "reasons": [{"policy": "managed-device", "text": "t", "colour": "red"}],
    });
    let problem: Problem = serde_json::from_value(problem).unwrap();
    assert_eq!((problem.status, problem.reasons.len()), (403, 1));
    let application = json!({
        "name": "wiki", "labels": {}, "version": "9f", "colour": "red",
        "declared": {"title": "T", "owner": "o", "hosts": ["h"], "upstream": "u"},
    });
    assert_eq!(serde_json::from_value::<Application>(application).unwrap().name.as_str(), "wiki");
}

#[test]
fn every_operation_answers_an_error_with_a_problem_and_says_who_may_call_it() {
    let document = document();
    let all = operations(&document);
    assert_eq!(all.len(), endpoints().len());
    for endpoint in endpoints() {
        let id = endpoint.id;
        let (_, operation) = all.iter().find(|(_, operation)| operation["operationId"] == id).unwrap();
        let problem = &operation["responses"]["default"]["content"][PROBLEM_MEDIA_TYPE]["schema"]["$ref"];
        assert_eq!(problem, "#/components/schemas/Problem", "{id}");
        let responses: Vec<_> = operation["responses"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(responses, [endpoint.status.to_string(), "default".to_owned()], "{id}");
        let (part, action) = (endpoint.access.resource.part(), endpoint.access.action.as_str());
        let access = &operation["x-countersign-access"];
        assert_eq!(access["resource"], format!("countersign/{part}"), "{id}");
        assert_eq!(access["action"], action, "{id}");
        assert_eq!(access.get("own").is_some(), endpoint.access.own.is_some(), "{id}");
        let said = operation["description"].as_str().unwrap();
        assert!(said.starts_with(&format!("Requires `{action}` on `countersign/{part}`.")), "{id}: {said}");
        assert_eq!(said.contains("the caller's own"), endpoint.access.own.is_some(), "{id}: {said}");
        let body = &operation["requestBody"];
        assert_eq!(body["required"] == true, endpoint.needs_body(), "{id}");
    }
}

#[test]
fn a_page_has_bounds_a_field_a_direction_and_a_next_one() {
    assert_eq!((USUAL_PAGE, LARGEST_PAGE), (1_000, 10_000));
    let document = document();
    let all = operations(&document);
    let mut lists = 0;
    for endpoint in endpoints() {
        let (id, (_, operation)) =
            (endpoint.id, all.iter().find(|(_, operation)| operation["operationId"] == endpoint.id).unwrap());
        let answer = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let pages = answer["properties"].get("next").is_some();
        let parameter = |name: &str| {
            let none = Vec::new();
            let parameters = operation["parameters"].as_array().unwrap_or(&none);
            parameters.iter().find(|parameter| parameter["name"] == name).cloned()
        };
        if !pages {
            assert!(endpoint.sorts.is_empty(), "{id}");
            continue;
        }
        lists += 1;
        assert_eq!(answer["required"], json!(["items"]), "{id}: the last page has no `next`");
        let limit = parameter(LIMIT).unwrap();
        let schema = &document["components"]["schemas"]["PageLimit"];
        assert_eq!((&limit["required"], &limit["in"]), (&json!(false), &json!("query")), "{id}");
        assert_eq!((&schema["minimum"], &schema["default"]), (&json!(1), &json!(USUAL_PAGE)));
        assert!(limit["description"].as_str().unwrap().contains("10,000"), "{id}");
        let fields: Vec<_> = endpoint.sorts.iter().map(|field| field.name).collect();
        let sort = parameter(SORT).unwrap();
        assert_eq!(sort["schema"]["enum"], json!(fields), "{id}");
        assert_eq!(sort["schema"]["default"], fields[0], "{id}");
        assert!(parameter(ORDER).is_some() && parameter(CURSOR).is_some(), "{id}");
    }
    assert_eq!(lists, endpoints().iter().filter(|endpoint| !endpoint.sorts.is_empty()).count());
    let directions = [SortOrder::Ascending, SortOrder::Descending].map(SortOrder::as_str);
    assert_eq!(document["components"]["schemas"]["SortDirection"]["enum"], json!(directions));
}
