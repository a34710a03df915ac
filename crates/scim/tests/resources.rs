//! Which bodies are resources, what an answer shows of one, and what the schemas say.
#![expect(clippy::expect_used, reason = "tests stop at the first surprise")]

use countersign_scim::{
    ENTERPRISE_USER_SCHEMA, GROUP_SCHEMA, LONGEST_PAGE, ListRequest, ResourceType, SCIM_GROUP, SCIM_USER,
    ScimAttribute, ScimErrorType, ScimMutability, ScimValueKind, ShownAttributes, USER_SCHEMA, list_response,
};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

#[test]
fn a_resource_is_read_into_one_spelling() {
    let body = json!({
        "SCHEMAS": [USER.to_uppercase(), ENTERPRISE],
        "ID": "chosen by the client",
        "username": "ada",
        "Name": { "GIVENNAME": "Ada", "unknown": 1 },
        "active": "TRUE",
        "emails": { "value": "ada@example.com", "Primary": "true" },
        "phoneNumbers": [],
        "title": null,
        "groups": [{ "value": "g-1" }],
        "password": "never kept",
        ENTERPRISE.to_lowercase(): { "Manager": { "value": "u-2", "displayName": "said by the server" } },
        "urn:example:other": { "x": 1 },
    });
    let read = SCIM_USER.read(&body).expect("a user");
    let expected = json!({
        "schemas": [USER, ENTERPRISE],
        "userName": "ada",
        "name": { "givenName": "Ada" },
        "active": true,
        "emails": [{ "value": "ada@example.com", "primary": true }],
        ENTERPRISE: { "manager": { "value": "u-2" } },
    });
    assert_eq!(Value::Object(read.attributes().clone()), expected);
    assert!(read.is_active());
    assert_eq!(read.text("userName"), Some("ada"));
    assert_eq!(SCIM_USER.kept(read.attributes().clone()), read);
}

#[test]
fn a_body_that_is_no_resource_is_refused_by_its_attribute() {
    let check = |body: Value, error_type: ScimErrorType, expected: &str| {
        let mut body = body;
        if let Some(object) = body.as_object_mut() {
            object.entry("schemas").or_insert_with(|| json!([USER]));
        }
        let error = SCIM_USER.read(&body).expect_err(expected);
        assert_eq!((error.detail.as_str(), error.error_type), (expected, Some(error_type)));
        assert_eq!(error.body()["scimType"], error_type.as_str());
        assert_eq!(error.body()["status"], "400");
    };
    use ScimErrorType::{InvalidSyntax, InvalidValue};
    check(json!([]), InvalidSyntax, "the body is no JSON object");
    check(json!({ "schemas": [], "userName": "a" }), InvalidSyntax, &format!("schemas does not name {USER}"));
    check(
        json!({ "schemas": "x", "userName": "a" }),
        InvalidSyntax,
        &format!("schemas does not name {USER}"),
    );
    check(json!({}), InvalidValue, "userName is missing");
    check(json!({ "userName": "" }), InvalidValue, "userName is missing");
    check(json!({ "userName": 7 }), InvalidValue, "userName is no text");
    check(json!({ "userName": ["a"] }), InvalidValue, "userName is no text");
    check(
        json!({ "userName": "a", "username": "b" }),
        InvalidSyntax,
        "userName is given twice, in two spellings",
    );
    check(json!({ "userName": "a", "active": 1 }), InvalidValue, "active is neither true nor false");
    check(json!({ "userName": "a", "name": "Ada" }), InvalidValue, "name has parts, and is no text");
    check(json!({ "userName": "a", "name": { "givenName": {} } }), InvalidValue, "name.givenName is no text");
    check(
        json!({ "userName": "a", "emails": [{ "value": "x" }, { "value": 2 }] }),
        InvalidValue,
        "emails[1].value is no text",
    );
    check(json!({ "userName": "a", "emails": [7] }), InvalidValue, "emails[0] is no object");
    check(json!({ "userName": "a", ENTERPRISE: 1 }), InvalidValue, &format!("{ENTERPRISE} is no object"));
    check(
        json!({ "userName": "a", ENTERPRISE: { "department": 1 } }),
        InvalidValue,
        &format!("{ENTERPRISE}:department is no text"),
    );
    check(json!({ "userName": "a\u{0}b" }), InvalidValue, "userName has a control character");
    check(json!({ "userName": "a".repeat(4097) }), InvalidValue, "userName is longer than 4096 bytes");
}

fn stored() -> Map<String, Value> {
    let stored = json!({
        "schemas": [USER, ENTERPRISE],
        "id": "u-1",
        "meta": { "resourceType": "User", "location": "https://scim.example/Users/u-1" },
        "userName": "ada",
        "name": { "givenName": "Ada", "familyName": "Byron" },
        "emails": [{ "value": "ada@example.com", "type": "work" }],
        ENTERPRISE: { "department": "Engines", "costCenter": "7" },
    });
    stored.as_object().expect("an object").clone()
}

#[test]
fn an_answer_shows_what_was_asked_for() {
    let shown = |only: &[&str], without: &[&str]| {
        let shown =
            ShownAttributes::read(&SCIM_USER, only.iter().copied(), without.iter().copied()).expect("names");
        let mut shown = shown.of(&SCIM_USER, &stored());
        for always in ["schemas", "id"] {
            assert!(shown.remove(always).is_some(), "{always} is always there");
        }
        Value::Object(shown)
    };
    let mut all = Value::Object(stored());
    for always in ["schemas", "id"] {
        all.as_object_mut().expect("an object").remove(always);
    }
    assert_eq!(shown(&[], &[]), all);
    assert_eq!(shown(&["USERNAME"], &[]), json!({ "userName": "ada" }));
    assert_eq!(
        shown(&["name.familyName", "emails.value"], &[]),
        json!({
            "name": { "familyName": "Byron" },
            "emails": [{ "value": "ada@example.com" }],
        })
    );
    assert_eq!(
        shown(&[&format!("{ENTERPRISE}:costCenter")], &[]),
        json!({ ENTERPRISE: { "costCenter": "7" } })
    );
    assert_eq!(
        shown(&[ENTERPRISE], &[]),
        json!({ ENTERPRISE: { "department": "Engines", "costCenter": "7" } })
    );
    assert_eq!(shown(&["nothing"], &[]), json!({}), "a name that nothing has does not show everything");
    assert_eq!(
        shown(&[], &["emails", "name.givenName", "meta", "id", ENTERPRISE]),
        json!({
            "userName": "ada",
            "name": { "familyName": "Byron" },
        })
    );
    assert_eq!(shown(&[], &[&format!("{ENTERPRISE}:department")])[ENTERPRISE], json!({ "costCenter": "7" }));
    let both = ShownAttributes::read(&SCIM_USER, ["id"].into_iter(), ["meta"].into_iter()).expect_err("both");
    assert_eq!(both.detail, "attributes and excludedAttributes cannot be used together");
    let many =
        ShownAttributes::read(&SCIM_USER, ["id"; 101].into_iter(), [].into_iter()).expect_err("too many");
    assert_eq!(many.detail, "more than 100 attributes are named");
}

#[test]
fn a_list_is_asked_for_by_parameters_or_by_a_body() {
    let ask = |pairs: &[(&str, &str)]| {
        let pairs: Vec<(String, String)> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        ListRequest::from_parameters(&SCIM_USER, &pairs)
    };
    let usual = ask(&[]).expect("no parameters");
    assert_eq!((usual.start, usual.count, usual.descending), (1, 100, false));
    let asked = ask(&[
        ("startindex", "0"),
        ("COUNT", "-3"),
        ("sortBy", "name.familyName"),
        ("sortOrder", "Descending"),
    ]);
    let asked = asked.expect("parameters");
    assert_eq!((asked.start, asked.count, asked.descending), (1, 0, true));
    assert_eq!(asked.sorted_by.expect("an order").to_string(), "name.familyName");
    assert_eq!(ask(&[("count", "1000000")]).expect("a count").count, LONGEST_PAGE);
    let wrong = |name: &str, value: &str| ask(&[(name, value)]).expect_err(name).detail;
    assert_eq!(wrong("count", "many"), "count is no whole number");
    assert_eq!(wrong("startIndex", "1.5"), "startIndex is no whole number");
    assert_eq!(wrong("sortBy", "nothing"), "sortBy: User has no attribute \"nothing\"");
    assert_eq!(wrong("sortOrder", "up"), "sortOrder is \"up\", and has to be ascending or descending");
    let search = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
    let body = json!({
        "schemas": [search], "filter": "userName eq \"ada\"", "startIndex": 2, "count": 10,
        "attributes": ["userName"], "sortBy": null,
    });
    let posted = ListRequest::from_body(&SCIM_USER, &body).expect("a question");
    assert!(posted.selects(&stored()));
    assert_eq!((posted.start, posted.count), (2, 10));
    let wrong = |body: Value| ListRequest::from_body(&SCIM_USER, &body).expect_err("refused").detail;
    assert_eq!(wrong(json!({})), format!("schemas does not name {search}"));
    assert_eq!(wrong(json!({ "schemas": [search], "count": "2" })), "count is no whole number");
    assert_eq!(wrong(json!({ "schemas": [search], "filter": 2 })), "filter is no text");
    assert_eq!(wrong(json!({ "schemas": [search], "attributes": "id" })), "attributes is no array of texts");
    assert_eq!(
        wrong(json!({ "schemas": [search], "excludedAttributes": [1] })),
        "excludedAttributes is no array of texts"
    );
}

#[test]
fn resources_are_ordered_by_an_attribute_and_those_without_it_come_last() {
    let named = |name: Option<&str>| -> Map<String, Value> {
        let name = name.map_or_else(|| json!({}), |name| json!({ "userName": name }));
        name.as_object().expect("an object").clone()
    };
    let order = |order: &str| {
        let pairs =
            [("sortBy".to_owned(), "userName".to_owned()), ("sortOrder".to_owned(), order.to_owned())];
        let asked = ListRequest::from_parameters(&SCIM_USER, &pairs).expect("parameters");
        let mut users = [named(None), named(Some("Zoe")), named(Some("ada")), named(Some("Bea"))];
        users.sort_by(|left, right| asked.order(left, right));
        users.map(|user| user.get("userName").and_then(Value::as_str).unwrap_or("-").to_owned())
    };
    assert_eq!(order("ascending"), ["ada", "Bea", "Zoe", "-"]);
    assert_eq!(order("descending")[..3], ["Zoe", "Bea", "ada"]);
    let mail = |value: &str, primary: &str| {
        json!({ "emails": [{ "value": value }, { "value": primary, "primary": true }] })
            .as_object()
            .expect("one")
            .clone()
    };
    let by_mail = [("sortBy".to_owned(), "emails".to_owned())];
    let by_mail = ListRequest::from_parameters(&SCIM_USER, &by_mail).expect("parameters");
    assert!(by_mail.order(&mail("a", "z"), &mail("b", "y")).is_gt(), "the primary value counts");
    assert_eq!(list_response(7, 3, vec![json!({ "id": "u-1" })])["itemsPerPage"], 1);
}

#[test]
fn the_schemas_are_consistent() {
    fn check(attributes: &'static [ScimAttribute], path: &str) {
        let mut names = HashSet::new();
        for attribute in attributes {
            let path = format!("{path}{}", attribute.name);
            assert!(names.insert(attribute.name.to_lowercase()), "{path} is there twice");
            assert_eq!(attribute.kind == ScimValueKind::Complex, !attribute.parts.is_empty(), "{path}");
            assert_eq!(
                attribute.kind == ScimValueKind::Reference,
                !attribute.reference_types.is_empty(),
                "{path}"
            );
            assert!(attribute.description.ends_with('.'), "{path}");
            let definition = attribute.definition();
            assert_eq!(definition["name"], attribute.name);
            assert_eq!(definition.get("subAttributes").is_some(), !attribute.parts.is_empty(), "{path}");
            if attribute.mutability == ScimMutability::ReadOnly && attribute.required {
                panic!("{path} is required, and nobody can say it");
            }
            check(attribute.parts, &format!("{path}."));
        }
    }
    for schema in [&USER_SCHEMA, &ENTERPRISE_USER_SCHEMA, &GROUP_SCHEMA] {
        check(schema.attributes, &format!("{}:", schema.id));
        let shown = schema.definition("https://scim.example/Schemas/x");
        assert_eq!(shown["attributes"].as_array().map(Vec::len), Some(schema.attributes.len()));
        assert_eq!(shown["meta"]["location"], "https://scim.example/Schemas/x");
    }
    let kinds: [&ResourceType; 2] = [&SCIM_USER, &SCIM_GROUP];
    for kind in kinds {
        let shown = kind.definition("there");
        assert_eq!((&shown["id"], &shown["schema"]), (&json!(kind.name), &json!(kind.schema.id)));
        assert_eq!(shown["schemaExtensions"].as_array().map(Vec::len), Some(kind.extensions.len()));
    }
}
