//! What a schema says about an attribute (RFC 7643, sections 2 and 7).

use serde_json::{Map, Value, json};

/// A schema: a name for a set of attributes.
#[derive(Debug)]
pub struct ScimSchema {
    /// Its URN.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it describes.
    pub description: &'static str,
    /// Its attributes.
    pub attributes: &'static [ScimAttribute],
}

/// An attribute of a schema, or a part of one.
#[derive(Debug)]
pub struct ScimAttribute {
    /// Its name, in the spelling of answers. Requests may spell it in any case.
    pub name: &'static str,
    /// What its values are.
    pub kind: ScimValueKind,
    /// Whether it has several values.
    pub multi_valued: bool,
    /// Whether a resource must have it.
    pub required: bool,
    /// Whether upper and lower case make different values.
    pub case_exact: bool,
    /// Whether clients may change it.
    pub mutability: ScimMutability,
    /// When answers have it.
    pub returned: ScimReturned,
    /// Whether two resources may have the same value.
    pub uniqueness: ScimUniqueness,
    /// What it says.
    pub description: &'static str,
    /// The values that the standard suggests.
    pub canonical_values: &'static [&'static str],
    /// What a reference may refer to.
    pub reference_types: &'static [&'static str],
    /// The parts of a complex attribute.
    pub parts: &'static [Self],
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScimValueKind {
    /// A text.
    String,
    /// True or false.
    Boolean,
    /// A moment, as RFC 3339 writes one.
    DateTime,
    /// The address of something.
    Reference,
    /// A value with parts.
    Complex,
}

/// Whether clients may change an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScimMutability {
    /// Only this server says it.
    ReadOnly,
    /// Clients say it.
    ReadWrite,
    /// Clients say it once, with the value that it is part of.
    Immutable,
}

/// When answers have an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScimReturned {
    /// Always, also if the client excludes it.
    Always,
    /// Unless the client names other attributes, or excludes it.
    Default,
}

/// Whether two resources may have the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScimUniqueness {
    /// They may.
    None,
    /// No two of the same type may.
    Server,
}

impl ScimAttribute {
    /// A text that clients may change: what most attributes are. The others are changed from it.
    pub(crate) const fn text(name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            kind: ScimValueKind::String,
            multi_valued: false,
            required: false,
            case_exact: false,
            mutability: ScimMutability::ReadWrite,
            returned: ScimReturned::Default,
            uniqueness: ScimUniqueness::None,
            description,
            canonical_values: &[],
            reference_types: &[],
            parts: &[],
        }
    }

    pub(crate) const fn of_kind(self, kind: ScimValueKind) -> Self {
        Self { kind, ..self }
    }

    pub(crate) const fn complex(self, parts: &'static [Self]) -> Self {
        Self { kind: ScimValueKind::Complex, parts, ..self }
    }

    pub(crate) const fn several(self) -> Self {
        Self { multi_valued: true, ..self }
    }

    pub(crate) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(crate) const fn case_exact(self) -> Self {
        Self { case_exact: true, ..self }
    }

    pub(crate) const fn with(self, mutability: ScimMutability) -> Self {
        Self { mutability, ..self }
    }

    pub(crate) const fn always_returned(self) -> Self {
        Self { returned: ScimReturned::Always, ..self }
    }

    pub(crate) const fn unique(self) -> Self {
        Self { uniqueness: ScimUniqueness::Server, ..self }
    }

    pub(crate) const fn suggesting(self, canonical_values: &'static [&'static str]) -> Self {
        Self { canonical_values, ..self }
    }

    pub(crate) const fn referring_to(self, reference_types: &'static [&'static str]) -> Self {
        Self { kind: ScimValueKind::Reference, case_exact: true, reference_types, ..self }
    }

    /// Returns the part with a name in any case.
    pub fn part(&self, name: &str) -> Option<&'static Self> {
        find(self.parts, name)
    }

    /// Returns whether values that differ in case only are the same.
    pub const fn folds_case(&self) -> bool {
        !self.case_exact && matches!(self.kind, ScimValueKind::String)
    }

    /// Returns the attribute as `/Schemas` shows it (RFC 7643, section 7).
    pub fn definition(&self) -> Value {
        let kind = match self.kind {
            ScimValueKind::String => "string",
            ScimValueKind::Boolean => "boolean",
            ScimValueKind::DateTime => "dateTime",
            ScimValueKind::Reference => "reference",
            ScimValueKind::Complex => "complex",
        };
        let mutability = match self.mutability {
            ScimMutability::ReadOnly => "readOnly",
            ScimMutability::ReadWrite => "readWrite",
            ScimMutability::Immutable => "immutable",
        };
        let returned = match self.returned {
            ScimReturned::Always => "always",
            ScimReturned::Default => "default",
        };
        let mut definition = Map::new();
        let mut say = |name: &str, value: Value| definition.insert(name.to_owned(), value);
        say("name", self.name.into());
        say("type", kind.into());
        say("multiValued", self.multi_valued.into());
        say("description", self.description.into());
        say("required", self.required.into());
        say("mutability", mutability.into());
        say("returned", returned.into());
        if self.kind == ScimValueKind::Complex {
            say("subAttributes", self.parts.iter().map(Self::definition).collect());
        } else {
            let unique = matches!(self.uniqueness, ScimUniqueness::Server);
            say("caseExact", self.case_exact.into());
            say("uniqueness", if unique { "server" } else { "none" }.into());
        }
        if !self.canonical_values.is_empty() {
            say("canonicalValues", self.canonical_values.into());
        }
        if !self.reference_types.is_empty() {
            say("referenceTypes", self.reference_types.into());
        }
        Value::Object(definition)
    }
}

impl ScimSchema {
    /// Returns the attribute with a name in any case.
    pub fn attribute(&self, name: &str) -> Option<&'static ScimAttribute> {
        find(self.attributes, name)
    }

    /// Returns the schema as `/Schemas` shows it; `location` is its address.
    pub fn definition(&self, location: &str) -> Value {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "attributes": self.attributes.iter().map(ScimAttribute::definition).collect::<Vec<_>>(),
            "meta": { "resourceType": "Schema", "location": location },
        })
    }
}

pub(crate) fn find(attributes: &'static [ScimAttribute], name: &str) -> Option<&'static ScimAttribute> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}
