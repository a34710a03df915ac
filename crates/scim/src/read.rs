//! Reads what a client sends as a resource: every name in its one spelling, every value of its attribute's type.

use crate::attribute::{ScimAttribute, ScimMutability, ScimSchema, ScimValueKind};
use crate::error::{ScimError, invalid_syntax, invalid_value};
use crate::parse::read_boolean;
use crate::resource_type::ResourceType;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Maximum length of a text, in bytes.
const LONGEST_TEXT: usize = 4 * 1024;
/// Maximum number of values of an attribute.
pub(crate) const MOST_VALUES: usize = 100_000;

/// The attributes of a resource, as a client may say them. `id` and `meta`, which the server says, are not among them.
#[derive(Debug, Clone, PartialEq)]
pub struct ScimResource {
    pub(crate) kind: &'static ResourceType,
    pub(crate) attributes: Map<String, Value>,
}

// Two types of resources differ in their names.
impl PartialEq for ResourceType {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for ResourceType {}

impl ScimResource {
    /// Returns the type.
    pub const fn kind(&self) -> &'static ResourceType {
        self.kind
    }

    /// Returns the attributes by their names, and those of an extension under its URN.
    pub const fn attributes(&self) -> &Map<String, Value> {
        &self.attributes
    }

    /// Returns a text outside the extensions.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).and_then(Value::as_str)
    }

    /// Returns whether the user may sign in; a resource that does not say so may.
    pub fn is_active(&self) -> bool {
        self.attributes.get("active").and_then(Value::as_bool).unwrap_or(true)
    }

    /// Writes `schemas` anew: the schema of the type, and those of the extensions that are used.
    pub(crate) fn name_schemas(&mut self) {
        let used = self.kind.extensions.iter().filter(|schema| self.attributes.contains_key(schema.id));
        let schemas = std::iter::once(self.kind.schema.id).chain(used.map(|schema| schema.id));
        let schemas: Value = schemas.map(Value::from).collect();
        self.attributes.insert("schemas".to_owned(), schemas);
    }

    /// Checks what holds for the resource as a whole.
    ///
    /// # Errors
    /// [`InvalidValue`](crate::ScimErrorType::InvalidValue) if an attribute is missing, or two values are the primary one.
    pub(crate) fn check(&self) -> Result<(), ScimError> {
        for attribute in self.kind.schema.attributes {
            let value = self.attributes.get(attribute.name);
            // What else is required has a value all the same: a user without `active` may sign in, and one without mail
            // addresses may have a name that is one, which is decided where it is known what it is for.
            if attribute.required
                && attribute.kind == ScimValueKind::String
                && value.is_none_or(|value| value.as_str().is_some_and(|text| text.trim().is_empty()))
            {
                return Err(invalid_value(format!("{} is missing", attribute.name)));
            }
            let values = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let primaries = values.iter().filter(|value| is_primary(value)).count();
            if primaries > 1 {
                return Err(invalid_value(format!(
                    "{} has {primaries} primary values: at most one is",
                    attribute.name
                )));
            }
        }
        Ok(())
    }
}

pub(crate) fn is_primary(value: &Value) -> bool {
    value.get("primary").and_then(Value::as_bool).unwrap_or(false)
}

impl ResourceType {
    /// Reads the body of a request that creates or replaces a resource. What the server says (`id`, `meta`, a user's
    /// groups) and what the schemas do not name is left out, as RFC 7644, sections 3.3 and 3.5.1 ask.
    ///
    /// # Errors
    /// [`InvalidSyntax`](crate::ScimErrorType::InvalidSyntax) if it is no resource of this type, or has a name twice;
    /// [`InvalidValue`](crate::ScimErrorType::InvalidValue) with the attribute whose value is missing or cannot be used.
    pub fn read(&'static self, body: &Value) -> Result<ScimResource, ScimError> {
        let object = body.as_object().ok_or_else(|| invalid_syntax("the body is no JSON object"))?;
        self.check_schemas(object)?;
        let mut attributes = Map::new();
        for (name, value) in object {
            if let Some(extension) = self.extension(name) {
                let said = value.as_object().ok_or_else(|| invalid_value(format!("{name} is no object")))?;
                let said =
                    read_attributes(said, |name| extension.attribute(name), &format!("{}:", extension.id))?;
                if !said.is_empty() {
                    put_once(&mut attributes, extension.id, Value::Object(said))?;
                }
            } else if let Some(attribute) =
                self.attribute(name).filter(|attribute| is_said_by_clients(attribute))
                && let Some(value) = read_value(attribute, value, attribute.name)?
            {
                put_once(&mut attributes, attribute.name, value)?;
            }
        }
        let mut resource = ScimResource { kind: self, attributes };
        resource.name_schemas();
        resource.check()?;
        Ok(resource)
    }

    /// Takes attributes that were read before, as a store kept them.
    pub const fn kept(&'static self, attributes: Map<String, Value>) -> ScimResource {
        ScimResource { kind: self, attributes }
    }

    fn check_schemas(&self, object: &Map<String, Value>) -> Result<(), ScimError> {
        let named =
            object.iter().find(|(name, _)| name.eq_ignore_ascii_case("schemas")).map(|(_, value)| value);
        let schemas = named.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let is_named =
            |schema: &Value| schema.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(self.schema.id));
        if schemas.iter().any(is_named) {
            return Ok(());
        }
        Err(invalid_syntax(format!("schemas does not name {}", self.schema.id)))
    }
}

const fn is_said_by_clients(attribute: &ScimAttribute) -> bool {
    !matches!(attribute.mutability, ScimMutability::ReadOnly)
}

fn put_once(attributes: &mut Map<String, Value>, name: &str, value: Value) -> Result<(), ScimError> {
    match attributes.insert(name.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(invalid_syntax(format!("{name} is given twice, in two spellings"))),
    }
}

/// Reads attributes of an extension, or parts of a value. `path` is what stands before their names.
fn read_attributes(
    said: &Map<String, Value>,
    find: impl Fn(&str) -> Option<&'static ScimAttribute>,
    path: &str,
) -> Result<Map<String, Value>, ScimError> {
    let mut read = Map::new();
    for (name, value) in said {
        let Some(attribute) = find(name).filter(|attribute| is_said_by_clients(attribute)) else { continue };
        if let Some(value) = read_value(attribute, value, &format!("{path}{}", attribute.name))? {
            put_once(&mut read, attribute.name, value)?;
        }
    }
    Ok(read)
}

/// Reads attributes of an extension that a patch gives as a whole.
pub(crate) fn read_extension(
    schema: &'static ScimSchema,
    value: &Value,
) -> Result<Map<String, Value>, ScimError> {
    let said = value.as_object().ok_or_else(|| invalid_value(format!("{} is no object", schema.id)))?;
    read_attributes(said, |name| schema.attribute(name), &format!("{}:", schema.id))
}

/// Reads the value of an attribute. `None` if nothing is said: null, an empty array and an object without parts say
/// that there is no value (RFC 7643, section 2.5).
pub(crate) fn read_value(
    attribute: &'static ScimAttribute,
    value: &Value,
    path: &str,
) -> Result<Option<Value>, ScimError> {
    if !attribute.multi_valued {
        return read_single(attribute, value, path);
    }
    let values = match value {
        Value::Array(values) => values.as_slice(),
        // Some clients send the only value without brackets.
        single => std::slice::from_ref(single),
    };
    if values.len() > MOST_VALUES {
        return Err(invalid_value(format!("{path} has more than {MOST_VALUES} values")));
    }
    let mut read = Vec::with_capacity(values.len());
    for (place, value) in values.iter().enumerate() {
        read.extend(read_single(attribute, value, &format!("{path}[{place}]"))?);
    }
    Ok((!read.is_empty()).then_some(Value::Array(read)))
}

pub(crate) fn read_single(
    attribute: &'static ScimAttribute,
    value: &Value,
    path: &str,
) -> Result<Option<Value>, ScimError> {
    match (attribute.kind, value) {
        (_, Value::Null) => Ok(None),
        (ScimValueKind::Complex, Value::Object(parts)) => {
            let parts = read_attributes(parts, |name| attribute.part(name), &format!("{path}."))?;
            Ok((!parts.is_empty()).then_some(Value::Object(parts)))
        }
        // A value that has nothing but its main part, as Entra ID sends a manager.
        (ScimValueKind::Complex, Value::String(_)) => match attribute.part("value") {
            None => Err(invalid_value(format!("{path} has parts, and is no text"))),
            Some(part) => Ok(read_single(part, value, path)?
                .map(|value| Value::Object(std::iter::once((part.name.to_owned(), value)).collect()))),
        },
        (ScimValueKind::Complex, _) => Err(invalid_value(format!("{path} is no object"))),
        (ScimValueKind::Boolean, Value::Bool(_)) => Ok(Some(value.clone())),
        // Entra ID sends "True" and "False" unless its tenant asks for the standard.
        (ScimValueKind::Boolean, Value::String(text)) => match read_boolean(text) {
            Some(read) => Ok(Some(read.into())),
            None => Err(invalid_value(format!("{path} is neither true nor false"))),
        },
        (ScimValueKind::Boolean, _) => Err(invalid_value(format!("{path} is neither true nor false"))),
        (_, Value::String(text)) => read_text(attribute, text, path).map(Some),
        _ => Err(invalid_value(format!("{path} is no text"))),
    }
}

fn read_text(attribute: &ScimAttribute, text: &str, path: &str) -> Result<Value, ScimError> {
    if text.len() > LONGEST_TEXT {
        return Err(invalid_value(format!("{path} is longer than {LONGEST_TEXT} bytes")));
    }
    if text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t')) {
        return Err(invalid_value(format!("{path} has a control character")));
    }
    if attribute.kind == ScimValueKind::DateTime && text.parse::<Timestamp>().is_err() {
        return Err(invalid_value(format!("{path} is no moment such as 2026-11-30T12:00:00Z")));
    }
    Ok(text.into())
}
