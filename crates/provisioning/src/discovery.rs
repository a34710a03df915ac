//! What a client can find out about the service (RFC 7644, section 4).

use crate::Provisioning;
use crate::bulk::{MOST_BYTES, MOST_OPERATIONS};
use crate::call::{ProvisioningAnswer, ProvisioningCall};
use countersign_scim::{
    ENTERPRISE_USER_SCHEMA, GROUP_SCHEMA, LONGEST_PAGE, SCIM_GROUP, SCIM_USER, ScimError, USER_SCHEMA,
    list_response,
};
use serde_json::{Value, json};

impl Provisioning {
    /// Answers what is asked of a path that describes the service; `None` if it is no such path.
    pub(crate) fn discover(
        &self,
        call: &ProvisioningCall,
        path: &[&str],
    ) -> Option<Result<Value, ScimError>> {
        let found = match *path {
            ["ServiceProviderConfig"] => Ok(self.configuration()),
            ["Schemas"] => Ok(all(self.schemas())),
            ["ResourceTypes"] => Ok(all(self.resource_types())),
            ["Schemas", id] => one(self.schemas(), id, "schema"),
            ["ResourceTypes", id] => one(self.resource_types(), id, "type of resource"),
            _ => return None,
        };
        // RFC 7644, section 4: whoever filters here has misunderstood what is found here.
        let filters = call.parameters.iter().any(|(name, _)| name.eq_ignore_ascii_case("filter"));
        Some(if filters {
            Err(ScimError::plain(403, "what describes the service cannot be filtered"))
        } else {
            found
        })
    }

    fn schemas(&self) -> Vec<Value> {
        let schemas = [&USER_SCHEMA, &ENTERPRISE_USER_SCHEMA, &GROUP_SCHEMA];
        schemas.map(|schema| schema.definition(&format!("{}/Schemas/{}", self.base, schema.id))).into()
    }

    fn resource_types(&self) -> Vec<Value> {
        let types = [&SCIM_USER, &SCIM_GROUP];
        types.map(|kind| kind.definition(&format!("{}/ResourceTypes/{}", self.base, kind.name))).into()
    }

    fn configuration(&self) -> Value {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            "patch": { "supported": true },
            "bulk": { "supported": true, "maxOperations": MOST_OPERATIONS, "maxPayloadSize": MOST_BYTES },
            "filter": { "supported": true, "maxResults": LONGEST_PAGE },
            "changePassword": { "supported": false },
            "sort": { "supported": true },
            "etag": { "supported": true },
            "authenticationSchemes": [{
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "The token of a service account, in the header Authorization.",
                "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
                "primary": true,
            }],
            "meta": {
                "resourceType": "ServiceProviderConfig",
                "location": format!("{}/ServiceProviderConfig", self.base),
            },
        })
    }
}

fn all(found: Vec<Value>) -> Value {
    list_response(found.len(), 1, found)
}

fn one(found: Vec<Value>, id: &str, what: &str) -> Result<Value, ScimError> {
    let is_it = |value: &Value| {
        value.get("id").and_then(Value::as_str).is_some_and(|known| known.eq_ignore_ascii_case(id))
    };
    found.into_iter().find(is_it).ok_or_else(|| ScimError::plain(404, format!("there is no {what} {id:?}")))
}

impl ProvisioningAnswer {
    /// Returns the answer to a method that a path does not have.
    pub(crate) fn no_such_method(allow: &'static str) -> Self {
        let error = ScimError::plain(405, format!("this path has the methods {allow} only"));
        Self { allow: Some(allow), ..error.into() }
    }
}
