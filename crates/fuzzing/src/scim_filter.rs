//! A filter of SCIM. Parentheses change nothing, `not` turns every answer round, and what a store is told to look up is
//! in whatever the filter selects; what is refused says what is wrong.

use countersign_scim::{SCIM_USER, ScimFilter};
use serde_json::{Map, Value, json};

/// Reads the bytes as a filter over users. Returns whether it was accepted.
pub fn scim_filter(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let filter = match ScimFilter::parse(&SCIM_USER, text) {
        Ok(filter) => filter,
        Err(error) => {
            assert!(error.status == 400 && !error.detail.is_empty(), "{error:?}");
            return false;
        }
    };
    for user in users() {
        let selected = filter.selects(&user);
        for (around, expected) in [(format!("({text})"), selected), (format!("not ({text})"), !selected)] {
            // Only the limits of depth and length can be in the way.
            match ScimFilter::parse(&SCIM_USER, &around) {
                Ok(filter) => assert_eq!(filter.selects(&user), expected, "{around}"),
                Err(error) => assert!(error.detail.contains("than"), "{around}: {error}"),
            }
        }
        if let Some(name) = filter.required_text("userName").filter(|_| selected) {
            let found = user.get("userName").and_then(Value::as_str).map(str::to_lowercase);
            assert_eq!(found.as_deref(), Some(name), "{text}");
        }
    }
    true
}

pub(crate) fn users() -> [Map<String, Value>; 2] {
    let ada = json!({
        "id": "u-1",
        "userName": "Ada",
        "name": { "givenName": "Ada", "familyName": "Lovelace" },
        "active": true,
        "emails": [{ "value": "ada@example.com", "type": "work", "primary": true }, { "value": "a@b.example" }],
        "meta": { "created": "2026-11-30T12:00:00Z" },
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Engines" },
    });
    [ada, json!({ "id": "u-2" })].map(|user| user.as_object().cloned().unwrap_or_default())
}
