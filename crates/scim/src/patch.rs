//! Patches (RFC 7644, section 3.5.2): what a client wants changed, read once.

use crate::error::{ScimError, ScimErrorType, invalid_path, invalid_syntax, invalid_value};
use crate::path::PatchPath;
use crate::resource_type::ResourceType;
use serde_json::Value;

/// A patch. Its operations hold all together or not at all.
#[derive(Debug, Clone)]
pub struct PatchRequest {
    /// The operations, in order.
    pub operations: Vec<PatchOperation>,
}

/// One change.
#[derive(Debug, Clone)]
pub struct PatchOperation {
    /// What is done.
    pub kind: PatchOperationKind,
    /// To what; an operation without a path is split into one per attribute of its value.
    pub path: PatchPath,
    /// With what. Reading it needs the attribute's type, so that is done when it is applied.
    pub value: Option<Value>,
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatchOperationKind {
    /// Adds values, or sets the only one.
    Add,
    /// Replaces values.
    Replace,
    /// Removes values.
    Remove,
}

impl PatchOperationKind {
    /// Entra ID writes `Add`, `Replace` and `Remove`.
    fn read(word: &str) -> Option<Self> {
        let words = [("add", Self::Add), ("replace", Self::Replace), ("remove", Self::Remove)];
        words.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, kind)| *kind)
    }
}

impl PatchRequest {
    /// Maximum number of operations.
    pub const MOST_OPERATIONS: usize = 1_000;
    const SCHEMA: &'static str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    /// Reads the body of a request.
    ///
    /// # Errors
    /// If it is no patch, or an operation cannot be read, with the operation's place.
    pub fn read(kind: &'static ResourceType, body: &Value) -> Result<Self, ScimError> {
        let object = body.as_object().ok_or_else(|| invalid_syntax("the body is no JSON object"))?;
        let member = |wanted: &str| {
            object.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
        };
        let schemas = member("schemas").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let is_patch =
            |schema: &Value| schema.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(Self::SCHEMA));
        if !schemas.iter().any(is_patch) {
            return Err(invalid_syntax(format!("schemas does not name {}", Self::SCHEMA)));
        }
        let Some(wanted) = member("Operations").and_then(Value::as_array).filter(|wanted| !wanted.is_empty())
        else {
            return Err(invalid_syntax("Operations is missing, empty, or no array"));
        };
        let mut operations = Vec::with_capacity(wanted.len());
        for (place, operation) in wanted.iter().enumerate() {
            let at = |error: ScimError| ScimError {
                detail: format!("Operations[{place}]: {}", error.detail),
                ..error
            };
            read_operation(kind, operation, &mut operations).map_err(at)?;
            if operations.len() > Self::MOST_OPERATIONS {
                let detail = format!("a patch has at most {} operations", Self::MOST_OPERATIONS);
                return Err(ScimError::new(ScimErrorType::TooMany, detail));
            }
        }
        Ok(Self { operations })
    }
}

fn read_operation(
    kind: &'static ResourceType,
    operation: &Value,
    into: &mut Vec<PatchOperation>,
) -> Result<(), ScimError> {
    let object = operation.as_object().ok_or_else(|| invalid_syntax("it is no JSON object"))?;
    let member = |wanted: &str| {
        object.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    };
    let word = member("op").and_then(Value::as_str).unwrap_or_default();
    let Some(operation) = PatchOperationKind::read(word) else {
        return Err(invalid_syntax(format!("op is {word:?}, and has to be add, replace or remove")));
    };
    let value = member("value").cloned();
    if value.is_none() && operation != PatchOperationKind::Remove {
        return Err(invalid_value("value is missing"));
    }
    match member("path") {
        Some(Value::String(path)) => {
            into.push(PatchOperation { kind: operation, path: PatchPath::parse(kind, path)?, value });
            Ok(())
        }
        Some(other) if !other.is_null() => Err(invalid_path("path is no text")),
        _ if operation == PatchOperationKind::Remove => {
            Err(ScimError::new(ScimErrorType::NoTarget, "remove needs a path"))
        }
        _ => split_value(kind, operation, value.as_ref(), into),
    }
}

/// An operation without a path has its attributes in its value. Entra ID and Okta write paths there too, such as
/// `name.givenName` and `emails[type eq "work"].value`; what the schemas do not name is left out, as in a resource.
fn split_value(
    kind: &'static ResourceType,
    operation: PatchOperationKind,
    value: Option<&Value>,
    into: &mut Vec<PatchOperation>,
) -> Result<(), ScimError> {
    let said = value.and_then(Value::as_object);
    let said = said.ok_or_else(|| invalid_value("without a path, value is an object of attributes"))?;
    for (name, value) in said {
        if is_said_by_the_server(name) {
            continue;
        }
        match PatchPath::parse(kind, name) {
            Ok(path) => into.push(PatchOperation { kind: operation, path, value: Some(value.clone()) }),
            // A selection was meant for an attribute that exists, so it is an error and not an unknown name.
            Err(error) if name.contains('[') => return Err(error),
            Err(_) => {}
        }
    }
    Ok(())
}

/// Okta sends the identifier and the schemas with the attributes that it replaces.
fn is_said_by_the_server(name: &str) -> bool {
    ["schemas", "id", "meta"].iter().any(|said| said.eq_ignore_ascii_case(name))
}
