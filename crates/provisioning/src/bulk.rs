//! Several requests in one (RFC 7644, section 3.7). They are done in order; each stands by itself.

use crate::Provisioning;
use crate::call::{ProvisioningCall, ProvisioningMethod};
use countersign_scim::{ScimError, ScimErrorType};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Maximum number of operations of one request.
pub(crate) const MOST_OPERATIONS: usize = 1_000;
/// Maximum size of a body, in bytes: that of every request to the API.
pub(crate) const MOST_BYTES: usize = 1 << 20;

const REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
/// How a reference begins to what an earlier operation created.
const REFERENCE: &str = "bulkId:";

impl Provisioning {
    pub(crate) async fn bulk(&self, call: &ProvisioningCall, body: &Value) -> Result<Value, ScimError> {
        let wrong = |detail: &str| ScimError::new(ScimErrorType::InvalidSyntax, detail);
        let schemas = body.get("schemas").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if !schemas.iter().any(|schema| schema.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(REQUEST)))
        {
            return Err(wrong(&format!("schemas does not name {REQUEST}")));
        }
        let operations = body.get("Operations").and_then(Value::as_array);
        let operations = operations.ok_or_else(|| wrong("Operations is missing, or no array"))?;
        if operations.len() > MOST_OPERATIONS {
            let detail = format!("{} operations are more than {MOST_OPERATIONS}", operations.len());
            return Err(ScimError::new(ScimErrorType::TooMany, detail));
        }
        let stop_after = match body.get("failOnErrors") {
            None | Some(Value::Null) => usize::MAX,
            Some(number) => number
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
                .filter(|number| *number > 0)
                .ok_or_else(|| wrong("failOnErrors is no positive whole number"))?,
        };
        let (mut created, mut failed, mut done) = (HashMap::new(), 0, Vec::with_capacity(operations.len()));
        for operation in operations {
            if failed >= stop_after {
                break;
            }
            let (shown, is_done) = self.operation(call, operation, &mut created).await;
            failed += usize::from(!is_done);
            done.push(shown);
        }
        Ok(json!({ "schemas": [RESPONSE], "Operations": done }))
    }

    /// Does one operation. Returns what is shown of it, and whether it was done.
    async fn operation(
        &self,
        call: &ProvisioningCall,
        operation: &Value,
        created: &mut HashMap<String, String>,
    ) -> (Value, bool) {
        let text = |name: &str| operation.get(name).and_then(Value::as_str);
        let bulk_id = text("bulkId");
        let answer = match read(call, operation, created) {
            Err(error) => error.into(),
            Ok(single) => self.resource(&single).await,
        };
        let is_done = answer.status < 400;
        if let (true, Some(bulk_id), Some(location)) = (is_done, bulk_id, &answer.location) {
            let id = location.rsplit('/').next().unwrap_or_default();
            created.insert(bulk_id.to_owned(), id.to_owned());
        }
        let mut shown = Map::new();
        let mut say = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                shown.insert(name.to_owned(), value.into());
            }
        };
        say("method", text("method"));
        say("bulkId", bulk_id);
        say("location", answer.location.as_deref());
        say("version", answer.version.as_deref());
        say("status", Some(&answer.status.to_string()));
        if let (false, Some(body)) = (is_done, answer.body) {
            shown.insert("response".to_owned(), body);
        }
        (Value::Object(shown), is_done)
    }
}

fn read(
    call: &ProvisioningCall,
    operation: &Value,
    created: &HashMap<String, String>,
) -> Result<ProvisioningCall, ScimError> {
    let wrong = |detail: String| ScimError::new(ScimErrorType::InvalidSyntax, detail);
    let text = |name: &str| operation.get(name).and_then(Value::as_str).unwrap_or_default();
    let method = text("method").to_uppercase();
    let method = match ProvisioningMethod::read(&method) {
        Some(ProvisioningMethod::Get) | None => {
            return Err(wrong(format!("method is {method:?}, and has to be POST, PUT, PATCH or DELETE")));
        }
        Some(method) => method,
    };
    let path = referring(text("path"), created)?;
    if method == ProvisioningMethod::Post && !["/Users", "/Groups"].contains(&path.as_str()) {
        return Err(wrong(format!("POST to {path:?} is no operation: the paths are /Users and /Groups")));
    }
    if method == ProvisioningMethod::Post && text("bulkId").is_empty() {
        return Err(wrong("bulkId is missing, and POST needs one".to_owned()));
    }
    let mut body = operation.get("data").cloned();
    if let Some(body) = &mut body {
        resolve(body, created)?;
    }
    let version = operation.get("version").and_then(Value::as_str).map(str::to_owned);
    Ok(ProvisioningCall {
        client: call.client,
        method,
        path,
        parameters: Vec::new(),
        body,
        if_match: version,
        if_none_match: None,
    })
}

/// Replaces a reference to what an earlier operation created by its identifier.
fn referring(text: &str, created: &HashMap<String, String>) -> Result<String, ScimError> {
    let Some((before, bulk_id)) = text.split_once(REFERENCE) else { return Ok(text.to_owned()) };
    let unknown = || {
        let detail = format!("{REFERENCE}{bulk_id} refers to nothing that an earlier operation created");
        ScimError { status: 409, ..ScimError::new(ScimErrorType::InvalidValue, detail) }
    };
    created.get(bulk_id).map(|id| format!("{before}{id}")).ok_or_else(unknown)
}

fn resolve(value: &mut Value, created: &HashMap<String, String>) -> Result<(), ScimError> {
    match value {
        Value::String(text) if text.starts_with(REFERENCE) => {
            *text = referring(text, created)?;
            Ok(())
        }
        Value::Array(values) => values.iter_mut().try_for_each(|value| resolve(value, created)),
        Value::Object(object) => object.values_mut().try_for_each(|value| resolve(value, created)),
        _ => Ok(()),
    }
}
