//! What a client of SCIM sends as a resource, or to change one. What is read can be read again and says the same, and a
//! patch makes a resource or says why not.

use crate::scim_filter::users;
use countersign_scim::{PatchRequest, ResourceType, SCIM_GROUP, SCIM_USER, ScimError, ScimResource};
use serde_json::{Value, json};

/// Reads the bytes as a patch, and as a resource. Returns whether either was accepted.
pub fn scim_patch(bytes: &[u8]) -> bool {
    let Ok(body) = serde_json::from_slice::<Value>(bytes) else { return false };
    let [ada, _] = users();
    let group = json!({ "displayName": "Guides", "members": [{ "value": "u-1", "type": "User" }, { "value": "u-2" }] });
    let group = group.as_object().cloned().unwrap_or_default();
    let mut accepted = false;
    for (kind, attributes) in [(&SCIM_USER, ada), (&SCIM_GROUP, group)] {
        accepted |= hold(kind, kind.read(&body));
        let mut said = Value::Object(attributes);
        said["schemas"] = json!([kind.schema.id]);
        let before = kind.read(&said).expect("the sample is a resource");
        accepted |= match PatchRequest::read(kind, &body) {
            Err(error) => refused(&error),
            Ok(patch) => hold(kind, before.patched(&patch)),
        };
    }
    accepted
}

fn hold(kind: &'static ResourceType, read: Result<ScimResource, ScimError>) -> bool {
    match read {
        Err(error) => refused(&error),
        Ok(resource) => {
            let said = Value::Object(resource.attributes().clone());
            assert_eq!(kind.read(&said).expect("what was read can be read again"), resource);
            true
        }
    }
}

fn refused(error: &ScimError) -> bool {
    assert!(error.error_type.is_some() && !error.detail.is_empty(), "{error:?}");
    false
}
