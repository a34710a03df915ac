//! Which resources a filter selects, and what is said of one that cannot be read.
#![expect(clippy::expect_used, reason = "tests stop at the first surprise")]

use countersign_scim::{SCIM_GROUP, SCIM_USER, ScimErrorType, ScimFilter};
use serde_json::{Map, Value, json};

fn barbara() -> Map<String, Value> {
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "2819c223",
        "externalId": "B-7",
        "userName": "bjensen@example.com",
        "name": { "familyName": "Jensen", "givenName": "Barbara" },
        "active": true,
        "emails": [
            { "value": "bjensen@example.com", "type": "work", "primary": true },
            { "value": "babs@home.example", "type": "home" },
        ],
        "meta": { "resourceType": "User", "lastModified": "2026-05-13T04:42:34Z" },
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "department": "Tour Operations",
            "manager": { "value": "26118915" },
        },
    });
    user.as_object().expect("an object").clone()
}

#[test]
fn a_filter_selects_what_the_standard_says() {
    let check = |filter: &str, expected: bool| {
        let parsed =
            ScimFilter::parse(&SCIM_USER, filter).unwrap_or_else(|error| panic!("{filter}: {error}"));
        assert_eq!(parsed.selects(&barbara()), expected, "{filter}");
    };
    // Names in any case; texts in any case unless the attribute distinguishes.
    check(r#"userName eq "bjensen@example.com""#, true);
    check(r#"USERNAME Eq "BJENSEN@EXAMPLE.COM""#, true);
    check(r#"externalId eq "B-7""#, true);
    check(r#"externalId eq "b-7""#, false);
    check(r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "bj""#, true);
    check(r#"userName ew ".com" and not (userName co "admin")"#, true);
    check(r#"userName ne "bjensen@example.com""#, false);
    check(r#"nickName ne "Babs""#, true);
    check(r#"name.familyName co "ens""#, true);
    check(r#"name.familyName gt "jansen""#, true);
    check(r#"name.familyName le "jensen""#, true);
    check(r#"name.familyName lt "jensen""#, false);
    // Presence.
    check("title pr", false);
    check("name pr", true);
    check("emails pr", true);
    check("name.middleName pr", false);
    check("title eq null", true);
    check("userName ne null", true);
    // And binds closer than or.
    check(r#"title pr or userName pr and name pr"#, true);
    check(r#"(title pr or userName pr) and title pr"#, false);
    check(r#"not (title pr) and not (nickName pr)"#, true);
    // Booleans, also as Entra ID writes them.
    check("active eq true", true);
    check(r#"active eq "True""#, true);
    check("active ne true", false);
    // Moments compare as moments, whatever their offset.
    check(r#"meta.lastModified ge "2026-05-13T06:42:34+02:00""#, true);
    check(r#"meta.lastModified gt "2026-05-13T04:42:34Z""#, false);
    // Several values: one of them is enough, and a selection is about one value at a time.
    check(r#"emails eq "babs@home.example""#, true);
    check(r#"emails.value co "home""#, true);
    check(r#"emails[type eq "work" and value co "@example.com"]"#, true);
    check(r#"emails[type eq "work" and value co "home"]"#, false);
    check(r#"emails.type eq "work" and emails.value co "home""#, true);
    check(r#"emails[primary eq true] and emails[not (primary pr)]"#, true);
    // The extension.
    check(
        r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "tour operations""#,
        true,
    );
    check(r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq "26118915""#, true);
    check("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter pr", false);
    // Texts are JSON's.
    check(r#"userName eq "bjensen\u0040example.com""#, true);
    check(r#"userName eq "a\"b""#, false);
}

#[test]
fn a_filter_that_cannot_be_read_is_refused_with_its_place() {
    let check = |filter: &str, expected: &str| {
        let error = ScimFilter::parse(&SCIM_USER, filter).expect_err(filter);
        assert_eq!((error.status, error.error_type), (400, Some(ScimErrorType::InvalidFilter)), "{filter}");
        assert_eq!(error.detail, expected, "{filter}");
    };
    check("", "an attribute, \"not (\" or \"(\" was expected, not the end (at character 0)");
    check("userName", "an operator such as \"eq\" was expected, not the end (at character 8)");
    check("userName is \"x\"", "there is no operator \"is\" (at character 11)");
    check("userName eq x", "userName is a text: write \"x\" in quotation marks (at character 13)");
    check("userName eq", "a value was expected, not the end (at character 11)");
    check("userName eq \"x", "a text has no closing quotation mark (at character 12)");
    check("userName eq \"\\q\"", "\"\\q\" is not a text as JSON writes one (at character 12)");
    check(
        "userName pr userName pr",
        "\"and\", \"or\" or the end was expected, not \"userName\" (at character 20)",
    );
    check("(userName pr", "\")\" was expected, not the end (at character 12)");
    check("not userName pr", "\"(\" after \"not\" was expected, not \"userName\" (at character 12)");
    check("nothing pr", "User has no attribute \"nothing\" (at character 7)");
    check("name.nothing pr", "name has no part \"nothing\" (at character 12)");
    check("userName.x pr", "userName has no parts (at character 10)");
    check("urn:example:User:x pr", "User has no schema urn:example:User (at character 18)");
    check("name eq \"x\"", "name has parts: compare one of them (at character 7)");
    check("userName[type pr]", "userName has no values to select from (at character 9)");
    check("emails[department pr]", "emails has no part \"department\" (at character 17)");
    check("active gt true", "active can be compared so with \"eq\" and \"ne\" only (at character 14)");
    check("active eq \"yes\"", "active is true or false (at character 15)");
    check("userName gt null", "userName can be compared so with \"eq\" and \"ne\" only (at character 16)");
    check(
        "meta.created co \"2026\"",
        "meta.created is a moment, and has no pieces to compare (at character 22)",
    );
    check("meta.created gt \"soon\"", "\"soon\" is no moment such as 2026-11-30T12:00:00Z (at character 22)");
    // Characters, not bytes.
    check("userName eq \"äöü\" ?", "\"and\", \"or\" or the end was expected, not \"?\" (at character 19)");
}

#[test]
fn filters_have_limits() {
    let long = format!("userName eq \"{}\"", "x".repeat(ScimFilter::LONGEST));
    let deep = format!("{}userName pr{}", "(".repeat(5_000 / 2), ")".repeat(5_000 / 2));
    let many = vec!["id pr"; ScimFilter::MOST_COMPARISONS + 1].join(" or ");
    for (filter, limit) in
        [(long, "longer than 8192 bytes"), (deep, "deeper than 16"), (many, "more than 200")]
    {
        let error = ScimFilter::parse(&SCIM_USER, &filter).expect_err("over a limit");
        assert!(error.detail.contains(limit), "{}", error.detail);
    }
    let most = vec!["id pr"; ScimFilter::MOST_COMPARISONS].join(" or ");
    assert!(ScimFilter::parse(&SCIM_USER, &most).is_ok());
}

#[test]
fn a_store_learns_which_text_to_look_up() {
    let check = |filter: &str, attribute: &str, expected: Option<&str>| {
        let parsed = ScimFilter::parse(&SCIM_USER, filter).expect(filter);
        assert_eq!(parsed.required_text(attribute), expected, "{filter}");
    };
    check(r#"userName eq "Ada""#, "userName", Some("ada"));
    check(r#"active eq true and userName eq "Ada""#, "userName", Some("ada"));
    check(r#"externalId eq "Ada""#, "externalId", Some("Ada"));
    check(r#"userName eq "Ada" or active eq true"#, "userName", None);
    check(r#"not (userName eq "Ada")"#, "userName", None);
    check(r#"userName sw "Ada""#, "userName", None);
    check(r#"name.givenName eq "Ada""#, "name", None);
}

#[test]
fn members_are_found_by_their_identifier() {
    let group = json!({ "displayName": "Tour guides", "members": [{ "value": "u-1" }, { "value": "u-2" }] });
    let group = group.as_object().expect("an object");
    let selects = |filter: &str| ScimFilter::parse(&SCIM_GROUP, filter).expect(filter).selects(group);
    assert!(selects(r#"members eq "u-2""#));
    assert!(selects(r#"members[value eq "u-1"] and displayName eq "tour GUIDES""#));
    assert!(!selects(r#"members.value eq "U-1""#), "identifiers distinguish upper and lower case");
}
