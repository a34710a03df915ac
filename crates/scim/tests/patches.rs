//! What a patch makes of a resource, as the standard says and as the large identity providers send it.
#![expect(clippy::expect_used, reason = "tests stop at the first surprise")]

use countersign_scim::{
    PatchRequest, ResourceType, SCIM_GROUP, SCIM_USER, ScimError, ScimErrorType, ScimResource,
};
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn user() -> ScimResource {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "userName": "ada",
        "name": { "givenName": "Ada", "familyName": "Byron" },
        "active": true,
        "emails": [
            { "value": "ada@example.com", "type": "work", "primary": true },
            { "value": "ada@home.example", "type": "home" },
        ],
        ENTERPRISE: { "department": "Engines" },
    });
    SCIM_USER.read(&body).expect("a user")
}

fn group(members: &[&str]) -> ScimResource {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id, "type": "User" })).collect();
    let schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"];
    SCIM_GROUP
        .read(&json!({ "schemas": schemas, "displayName": "Guides", "members": members }))
        .expect("a group")
}

fn patched(resource: &ScimResource, operations: Value) -> Result<Value, ScimError> {
    let kind: &'static ResourceType = resource.kind();
    let body =
        json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
    let patched = resource.patched(&PatchRequest::read(kind, &body)?)?;
    let read_again = patched.attributes().clone();
    assert_eq!(kind.read(&Value::Object(read_again)).expect("what a patch makes is a resource"), patched);
    Ok(Value::Object(patched.attributes().clone()))
}

fn members(resource: &ScimResource, operations: Value) -> Vec<String> {
    let patched = patched(resource, operations).expect("a patch");
    let members = patched.get("members").and_then(Value::as_array).cloned().unwrap_or_default();
    members.iter().map(|member| member["value"].as_str().expect("an identifier").to_owned()).collect()
}

#[test]
fn attributes_are_added_replaced_and_removed() {
    let after = patched(
        &user(),
        json!([
            { "op": "add", "path": "nickName", "value": "Countess" },
            { "op": "replace", "path": "name.familyName", "value": "Lovelace" },
            { "op": "remove", "path": "active" },
            { "op": "add", "path": format!("{ENTERPRISE}:costCenter"), "value": "7" },
            { "op": "remove", "path": format!("{ENTERPRISE}:department") },
        ]),
    );
    let after = after.expect("a patch");
    assert_eq!(after["nickName"], "Countess");
    assert_eq!(after["name"], json!({ "givenName": "Ada", "familyName": "Lovelace" }), "other parts stay");
    assert_eq!(after.get("active"), None);
    assert_eq!(after[ENTERPRISE], json!({ "costCenter": "7" }));
    let without = patched(&user(), json!([{ "op": "remove", "path": ENTERPRISE }])).expect("a patch");
    assert_eq!(without["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:User"]));
    assert_eq!(without.get(ENTERPRISE), None);
}

#[test]
fn values_are_selected_by_filters() {
    let emails = |operations: Value| patched(&user(), operations).expect("a patch")["emails"].clone();
    assert_eq!(
        emails(
            json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "ada@new.example" }])
        ),
        json!([
            { "value": "ada@new.example", "type": "work", "primary": true },
            { "value": "ada@home.example", "type": "home" },
        ])
    );
    assert_eq!(
        emails(json!([{ "op": "remove", "path": "emails[type eq \"home\"]" }])),
        json!([{ "value": "ada@example.com", "type": "work", "primary": true }])
    );
    assert_eq!(
        emails(
            json!([{ "op": "replace", "path": "emails[type eq \"home\"]", "value": { "value": "x@y.example" } }])
        )[1],
        json!({ "value": "x@y.example" }),
        "a replaced value says what it says now"
    );
    // RFC 7644, 3.5.2: a new primary value takes it from the one before.
    let after = emails(json!([
        { "op": "add", "path": "emails", "value": [{ "value": "ada@third.example", "type": "other", "primary": true }] },
    ]));
    assert_eq!((&after[0]["primary"], &after[2]["primary"]), (&json!(false), &json!(true)));
    let after =
        emails(json!([{ "op": "replace", "path": "emails[type eq \"home\"].primary", "value": true }]));
    assert_eq!((&after[0]["primary"], &after[1]["primary"]), (&json!(false), &json!(true)));
    // The same value again changes nothing.
    let again =
        json!([{ "op": "add", "path": "emails", "value": [{ "value": "ada@example.com", "type": "work" }] }]);
    assert_eq!(emails(again).as_array().map(Vec::len), Some(2));
}

#[test]
fn what_entra_id_sends_is_understood() {
    // Operations in capitals, a boolean as a text, several attributes as paths in one value.
    let after = patched(
        &user(),
        json!([
            { "op": "Replace", "path": "active", "value": "False" },
            { "op": "Add", "value": {
                "name.givenName": "Augusta Ada",
                "displayName": "Ada Lovelace",
                "emails[type eq \"work\"].value": "ada@work.example",
                format!("{ENTERPRISE}:department"): "Analytics",
                "somethingElse": "left out",
            } },
        ]),
    );
    let after = after.expect("a patch");
    assert_eq!(after["active"], json!(false));
    assert_eq!(after["name"]["givenName"], "Augusta Ada");
    assert_eq!(after["emails"][0]["value"], "ada@work.example");
    assert_eq!(after[ENTERPRISE]["department"], "Analytics");
    assert_eq!(after.get("somethingElse"), None);
    // A value that is not there yet is made as the filter describes it.
    let made =
        json!([{ "op": "Replace", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+49 30 1" }]);
    let made = patched(&user(), made).expect("a patch");
    assert_eq!(made["phoneNumbers"], json!([{ "type": "mobile", "value": "+49 30 1" }]));
    // A manager as a text.
    let manager = json!([{ "op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "u-7" }]);
    assert_eq!(patched(&user(), manager).expect("a patch")[ENTERPRISE]["manager"], json!({ "value": "u-7" }));
    // Members to remove stand in the value: only these go.
    let of_three = group(&["u-1", "u-2", "u-3"]);
    assert_eq!(
        members(&of_three, json!([{ "op": "Remove", "path": "members", "value": [{ "value": "u-2" }] }])),
        ["u-1", "u-3"]
    );
    assert_eq!(
        members(&of_three, json!([{ "op": "Remove", "path": "members[value eq \"u-3\"]" }])),
        ["u-1", "u-2"]
    );
}

#[test]
fn what_okta_sends_is_understood() {
    let of_two = group(&["u-1", "u-2"]);
    let replaced =
        json!([{ "op": "replace", "path": "members", "value": [{ "value": "u-9", "display": "Nina" }] }]);
    assert_eq!(members(&of_two, replaced), ["u-9"]);
    let added =
        json!([{ "op": "add", "path": "members", "value": [{ "value": "u-2" }, { "value": "u-3" }] }]);
    assert_eq!(members(&of_two, added), ["u-1", "u-2", "u-3"], "nobody is a member twice");
    // The identifier comes with what is replaced, in a value without a path.
    let renamed = json!([{ "op": "replace", "value": { "id": "g-1", "displayName": "Tour guides" } }]);
    let renamed = patched(&of_two, renamed).expect("a patch");
    assert_eq!(renamed["displayName"], "Tour guides");
    let deactivated = json!([{ "op": "replace", "value": { "active": false } }]);
    assert_eq!(patched(&user(), deactivated).expect("a patch")["active"], json!(false));
    assert_eq!(members(&of_two, json!([{ "op": "remove", "path": "members" }])), Vec::<String>::new());
}

#[test]
fn a_patch_that_cannot_be_applied_changes_nothing_and_says_why() {
    let check = |operations: Value, error_type: ScimErrorType, expected: &str| {
        let error = patched(&user(), operations.clone()).expect_err(expected);
        assert_eq!(error.detail, expected, "{operations}");
        assert_eq!(error.error_type, Some(error_type), "{operations}");
    };
    check(json!([]), ScimErrorType::InvalidSyntax, "Operations is missing, empty, or no array");
    check(
        json!([{ "op": "move", "path": "title" }]),
        ScimErrorType::InvalidSyntax,
        "Operations[0]: op is \"move\", and has to be add, replace or remove",
    );
    check(json!([{ "op": "remove" }]), ScimErrorType::NoTarget, "Operations[0]: remove needs a path");
    check(
        json!([{ "op": "add", "path": "title" }]),
        ScimErrorType::InvalidValue,
        "Operations[0]: value is missing",
    );
    check(
        json!([{ "op": "add", "path": "nothing", "value": 1 }]),
        ScimErrorType::InvalidPath,
        "Operations[0]: the path \"nothing\" cannot be used: User has no attribute \"nothing\"",
    );
    check(
        json!([{ "op": "add", "path": 7, "value": 1 }]),
        ScimErrorType::InvalidPath,
        "Operations[0]: path is no text",
    );
    check(
        json!([{ "op": "replace", "value": "x" }]),
        ScimErrorType::InvalidValue,
        "Operations[0]: without a path, value is an object of attributes",
    );
    check(
        json!([{ "op": "replace", "value": { "emails[": "x" } }]),
        ScimErrorType::InvalidPath,
        "Operations[0]: the path \"emails[\" cannot be used: an attribute, \"not (\" or \"(\" was expected, not the end \
         (at character 0)",
    );
    check(
        json!([{ "op": "replace", "path": "emails[type eq \"work\"]value", "value": "x" }]),
        ScimErrorType::InvalidPath,
        "Operations[0]: the path \"emails[type eq \\\"work\\\"]value\" cannot be used: \"value\" follows the selection \
         (at character 15)",
    );
    check(
        json!([{ "op": "add", "path": "title", "value": "Countess" }, { "op": "add", "path": "groups", "value": [] }]),
        ScimErrorType::Mutability,
        "operation 1: groups is said by this server, and cannot be changed",
    );
    check(
        json!([{ "op": "replace", "path": "id", "value": "x" }]),
        ScimErrorType::Mutability,
        "operation 0: id is said by this server, and cannot be changed",
    );
    check(
        json!([{ "op": "replace", "path": "active", "value": "perhaps" }]),
        ScimErrorType::InvalidValue,
        "operation 0: active is neither true nor false",
    );
    check(
        json!([{ "op": "replace", "path": "emails[type co \"pager\"].value", "value": "x" }]),
        ScimErrorType::NoTarget,
        "operation 0: no value of emails is selected",
    );
    check(
        json!([{ "op": "remove", "path": "userName" }]),
        ScimErrorType::InvalidValue,
        "userName is missing",
    );
    check(
        json!([{ "op": "replace", "path": "userName", "value": " " }]),
        ScimErrorType::InvalidValue,
        "userName is missing",
    );
    check(
        json!([{ "op": "replace", "path": "emails", "value": [
            { "value": "a", "primary": true }, { "value": "b", "primary": true },
        ] }]),
        ScimErrorType::InvalidValue,
        "emails has 2 primary values: at most one is",
    );
    let many: Vec<Value> = (0..=PatchRequest::MOST_OPERATIONS)
        .map(|number| json!({ "op": "add", "path": "title", "value": number.to_string() }))
        .collect();
    check(Value::Array(many), ScimErrorType::TooMany, "a patch has at most 1000 operations");
    let unnamed = PatchRequest::read(&SCIM_USER, &json!({ "Operations": [] })).expect_err("no schema");
    assert_eq!(unnamed.detail, "schemas does not name urn:ietf:params:scim:api:messages:2.0:PatchOp");
}

#[test]
fn ten_thousand_members_are_added_at_once_and_no_more_than_the_limit() {
    let added = |from: usize, to: usize| -> Value {
        let members: Vec<Value> =
            (from..to).map(|number| json!({ "value": format!("u-{number}") })).collect();
        json!([{ "op": "add", "path": "members", "value": members }])
    };
    let after = members(&group(&["u-0", "u-7"]), added(0, 10_000));
    assert_eq!(after.len(), 10_000);
    let many: Vec<Value> =
        (0..1_000).map(|_| json!({ "op": "remove", "path": "members[value eq \"x\"]" })).collect();
    let names: Vec<String> = (0..20_000).map(|number| format!("u-{number}")).collect();
    let large = group(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let error = patched(&large, Value::Array(many)).expect_err("too much work");
    assert_eq!((error.status, error.error_type), (413, Some(ScimErrorType::TooMany)));
    let error = patched(&group(&["first"]), added(0, 100_000)).expect_err("one too many");
    assert_eq!(error.detail, "operation 0: members would have more than 100000 values");
}
