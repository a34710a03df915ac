//! The name of an attribute in a request (RFC 7644, section 3.10), and the path of a patch (section 3.5.2).

use crate::attribute::{ScimAttribute, ScimSchema, ScimValueKind};
use crate::error::{ScimError, invalid_path};
use crate::filter::ScimFilter;
use crate::parse::{FilterParser, FilterScope};
use crate::resource_type::ResourceType;
use serde_json::{Map, Value};
use std::fmt;

/// An attribute of a type of resource, or a part of one, or a whole extension.
#[derive(Debug, Clone, Copy)]
pub struct ScimPath {
    /// The extension that has the attribute, unless the schema itself does.
    pub extension: Option<&'static ScimSchema>,
    /// The attribute; `None` for the whole extension.
    pub attribute: Option<&'static ScimAttribute>,
    /// The part of a complex attribute.
    pub part: Option<&'static ScimAttribute>,
}

impl ScimPath {
    /// Reads a name such as `userName`, `name.familyName` or `urn:…:enterprise:2.0:User:department`, in any case.
    ///
    /// # Errors
    /// What is wrong with the name.
    pub fn parse(kind: &ResourceType, text: &str) -> Result<Self, String> {
        if let Some(extension) = kind.extension(text) {
            return Ok(Self { extension: Some(extension), attribute: None, part: None });
        }
        let (extension, rest) = match text.rsplit_once(':') {
            None => (None, text),
            // The urn of a schema has a full stop in its version, so the last colon is what ends it.
            Some((urn, rest)) if kind.schema.id.eq_ignore_ascii_case(urn) => (None, rest),
            Some((urn, rest)) => {
                let unknown = || format!("{} has no schema {urn}", kind.name);
                (Some(kind.extension(urn).ok_or_else(unknown)?), rest)
            }
        };
        let (name, part) = rest.split_once('.').map_or((rest, None), |(name, part)| (name, Some(part)));
        let found = extension.map_or_else(|| kind.attribute(name), |schema| schema.attribute(name));
        let attribute = found.ok_or_else(|| format!("{} has no attribute {text:?}", kind.name))?;
        let part = part.map(|part| part_of(attribute, part)).transpose()?;
        Ok(Self { extension, attribute: Some(attribute), part })
    }

    /// Returns the attribute or part that has the value.
    pub fn leaf(&self) -> Option<&'static ScimAttribute> {
        self.part.or(self.attribute)
    }

    /// Returns the values in a resource. An attribute with several values has each; a value with parts has the one that
    /// is called `value`, if it has one.
    pub fn values<'a>(&self, resource: &'a Map<String, Value>) -> Vec<&'a Value> {
        let whole = match self.extension {
            None => Some(resource),
            Some(schema) => resource.get(schema.id).and_then(Value::as_object),
        };
        let Some(attribute) = self.attribute else {
            return whole
                .filter(|_| self.extension.is_some())
                .map_or_else(Vec::new, |map| map.values().collect());
        };
        let Some(value) = whole.and_then(|whole| whole.get(attribute.name)) else { return Vec::new() };
        let values = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
        match self.part.or_else(|| attribute.part("value")) {
            Some(part) => values.iter().filter_map(|value| value.get(part.name)).collect(),
            None => values.iter().collect(),
        }
    }
}

impl fmt::Display for ScimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = self.extension {
            f.write_str(schema.id)?;
            if self.attribute.is_some() {
                f.write_str(":")?;
            }
        }
        if let Some(attribute) = self.attribute {
            f.write_str(attribute.name)?;
        }
        self.part.map_or(Ok(()), |part| write!(f, ".{}", part.name))
    }
}

fn part_of(attribute: &'static ScimAttribute, part: &str) -> Result<&'static ScimAttribute, String> {
    if attribute.kind != ScimValueKind::Complex {
        return Err(format!("{} has no parts", attribute.name));
    }
    attribute.part(part).ok_or_else(|| format!("{} has no part {part:?}", attribute.name))
}

/// What an operation of a patch is about: an attribute, some of its values, a part of these.
#[derive(Debug, Clone)]
pub struct PatchPath {
    /// The attribute, or the part of an attribute that has no filter.
    pub path: ScimPath,
    /// Which values of the attribute.
    pub filter: Option<ScimFilter>,
    /// The part of these values.
    pub part: Option<&'static ScimAttribute>,
}

impl PatchPath {
    /// Reads a path such as `userName`, `members[value eq "1"]` or `emails[type eq "work"].value`.
    ///
    /// # Errors
    /// [`InvalidPath`](crate::ScimErrorType::InvalidPath) with what is wrong.
    pub fn parse(kind: &'static ResourceType, text: &str) -> Result<Self, ScimError> {
        let wrong = |detail: String| invalid_path(format!("the path {text:?} cannot be used: {detail}"));
        let Some((name, selection)) = text.split_once('[') else {
            let path = ScimPath::parse(kind, text).map_err(wrong)?;
            return Ok(Self { path, filter: None, part: None });
        };
        let path = ScimPath::parse(kind, name).map_err(wrong)?;
        let Some(attribute) =
            path.attribute.filter(|attribute| attribute.multi_valued && path.part.is_none())
        else {
            return Err(wrong(format!("{name} has no values to select from")));
        };
        let mut parser = FilterParser::new(selection, FilterScope::Parts(attribute))
            .map_err(|error| wrong(error.detail))?;
        let filter = parser.filter().map_err(|error| wrong(error.detail))?;
        let rest = parser.after_bracket().map_err(|error| wrong(error.detail))?;
        let part = match rest {
            None => None,
            Some(part) => Some(part_of(attribute, part).map_err(wrong)?),
        };
        Ok(Self { path, filter: Some(filter), part })
    }
}
