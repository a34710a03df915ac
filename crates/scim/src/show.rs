//! What an answer shows of a resource (RFC 7644, section 3.9).

use crate::attribute::ScimReturned;
use crate::error::{ScimError, invalid_value};
use crate::path::ScimPath;
use crate::resource_type::ResourceType;
use serde_json::{Map, Value};

/// Which attributes an answer has.
#[derive(Debug, Clone, Default)]
pub struct ShownAttributes {
    /// Only these, and those that are always there. Empty: all.
    only: Vec<ScimPath>,
    /// Not these.
    without: Vec<ScimPath>,
}

impl ShownAttributes {
    /// Maximum number of attributes that a client names.
    pub const MOST: usize = 100;

    /// Reads the two parameters: names of attributes that are shown, and of some that are not. Names that no schema has
    /// are left out, since a client names those of all its servers.
    ///
    /// # Errors
    /// If there are more than [`Self::MOST`] names, or both parameters have some.
    pub fn read<'a>(
        kind: &ResourceType,
        only: impl Iterator<Item = &'a str>,
        without: impl Iterator<Item = &'a str>,
    ) -> Result<Self, ScimError> {
        let known = |names: &mut dyn Iterator<Item = &'a str>| -> Result<Vec<ScimPath>, ScimError> {
            let mut paths = Vec::new();
            for (place, name) in names.enumerate() {
                if place >= Self::MOST {
                    return Err(invalid_value(format!("more than {} attributes are named", Self::MOST)));
                }
                paths.extend(ScimPath::parse(kind, name.trim()).ok());
            }
            Ok(paths)
        };
        let (mut only, mut without) = (only.peekable(), without.peekable());
        if only.peek().is_some() && without.peek().is_some() {
            return Err(invalid_value("attributes and excludedAttributes cannot be used together"));
        }
        let names_any = only.peek().is_some();
        let mut only = known(&mut only)?;
        if names_any {
            // What is always shown, so that names which nothing has do not show everything.
            only.extend(ScimPath::parse(kind, "id").ok());
        }
        Ok(Self { only, without: known(&mut without)? })
    }

    /// Returns what is shown of a resource.
    pub fn of(&self, kind: &ResourceType, resource: &Map<String, Value>) -> Map<String, Value> {
        let mut shown = Map::new();
        for (name, value) in resource {
            let value = match kind.extension(name) {
                None => self.of_attribute(kind, name, value),
                Some(_) => self.of_extension(name, value),
            };
            if let Some(value) = value {
                shown.insert(name.clone(), value);
            }
        }
        shown
    }

    fn of_attribute(&self, kind: &ResourceType, name: &str, value: &Value) -> Option<Value> {
        let attribute = kind.attribute(name)?;
        if attribute.returned == ScimReturned::Always {
            return Some(value.clone());
        }
        let about = |paths: &[ScimPath]| -> Vec<ScimPath> {
            let is_it = |path: &&ScimPath| {
                path.extension.is_none() && path.attribute.is_some_and(|found| found.name == attribute.name)
            };
            paths.iter().filter(is_it).copied().collect()
        };
        self.choose(&about(&self.only), &about(&self.without), value)
    }

    fn of_extension(&self, urn: &str, value: &Value) -> Option<Value> {
        let about = |paths: &[ScimPath]| -> Vec<ScimPath> {
            let is_it = |path: &&ScimPath| path.extension.is_some_and(|schema| schema.id == urn);
            paths.iter().filter(is_it).copied().collect()
        };
        let (only, without) = (about(&self.only), about(&self.without));
        if only.iter().chain(&without).any(|path| path.attribute.is_none())
            || (only.is_empty() && without.is_empty())
        {
            return self.choose(&only, &without, value);
        }
        let mut shown = Map::new();
        for (name, value) in value.as_object()? {
            let about = |paths: &[ScimPath]| -> Vec<ScimPath> {
                let is_it = |path: &&ScimPath| path.attribute.is_some_and(|found| found.name == name);
                paths.iter().filter(is_it).copied().collect()
            };
            if let Some(value) = self.choose(&about(&only), &about(&without), value) {
                shown.insert(name.clone(), value);
            }
        }
        (!shown.is_empty()).then_some(Value::Object(shown))
    }

    /// Chooses from a value by the paths that are about its attribute.
    fn choose(&self, only: &[ScimPath], without: &[ScimPath], value: &Value) -> Option<Value> {
        if !self.only.is_empty() {
            if only.is_empty() {
                return None;
            }
            if only.iter().any(|path| path.part.is_none()) {
                return Some(value.clone());
            }
            return parts(value, |name| {
                only.iter().any(|path| path.part.is_some_and(|part| part.name == name))
            });
        }
        if without.iter().any(|path| path.part.is_none()) {
            return None;
        }
        if without.is_empty() {
            return Some(value.clone());
        }
        parts(value, |name| !without.iter().any(|path| path.part.is_some_and(|part| part.name == name)))
    }
}

/// Returns a value with some of its parts; `None` if nothing is left.
fn parts(value: &Value, is_shown: impl Fn(&str) -> bool + Copy) -> Option<Value> {
    match value {
        Value::Array(values) => {
            let values: Vec<Value> = values.iter().filter_map(|value| parts(value, is_shown)).collect();
            (!values.is_empty()).then_some(Value::Array(values))
        }
        Value::Object(object) => {
            let shown: Map<String, Value> = object
                .iter()
                .filter(|(name, _)| is_shown(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            (!shown.is_empty()).then_some(Value::Object(shown))
        }
        other => Some(other.clone()),
    }
}
