//! Applies a patch to a resource.

use crate::attribute::{ScimAttribute, ScimMutability, ScimSchema, ScimValueKind};
use crate::error::{ScimError, ScimErrorType, invalid_value};
use crate::filter::{FilterOperator, FilterValue, ScimFilter};
use crate::patch::{PatchOperation, PatchOperationKind, PatchRequest};
use crate::path::PatchPath;
use crate::read::{MOST_VALUES, ScimResource, is_primary, read_extension, read_single, read_value};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Maximum number of values that the operations of a patch look at: a hundred operations on the largest group. Each is
/// bounded, and a thousand operations on a hundred thousand members would still hold a processor for a minute.
const MOST_LOOKED_AT: usize = 10_000_000;

impl ScimResource {
    /// Returns the resource as a patch makes it. The resource itself stays as it is, so that a patch of which one
    /// operation is refused changes nothing.
    ///
    /// # Errors
    /// With the place of the operation: [`Mutability`](ScimErrorType::Mutability), [`NoTarget`](ScimErrorType::NoTarget),
    /// [`InvalidValue`](ScimErrorType::InvalidValue).
    pub fn patched(&self, patch: &PatchRequest) -> Result<Self, ScimError> {
        let mut changed = self.clone();
        let mut looked_at = 0;
        for (place, operation) in patch.operations.iter().enumerate() {
            looked_at += changed.values_of(operation);
            if looked_at > MOST_LOOKED_AT {
                let detail =
                    "so many operations on so many values are too much at once: send several patches";
                return Err(ScimError::new(ScimErrorType::TooMany, detail));
            }
            let at = |error: ScimError| ScimError {
                detail: format!("operation {place}: {}", error.detail),
                ..error
            };
            changed.apply(operation).map_err(at)?;
        }
        changed.name_schemas();
        changed.check()?;
        Ok(changed)
    }

    /// Returns how many values an operation looks at: all that its attribute has.
    fn values_of(&self, operation: &PatchOperation) -> usize {
        let name = operation.path.path.attribute.map_or("", |attribute| attribute.name);
        self.attributes.get(name).and_then(Value::as_array).map_or(1, Vec::len)
    }

    fn apply(&mut self, operation: &PatchOperation) -> Result<(), ScimError> {
        let PatchPath { path, filter, part } = &operation.path;
        let read_only = [path.attribute, path.part, *part].into_iter().flatten().find(|attribute| {
            attribute.mutability == ScimMutability::ReadOnly || attribute.name == "schemas"
        });
        if let Some(attribute) = read_only {
            let detail = format!("{} is said by this server, and cannot be changed", attribute.name);
            return Err(ScimError::new(ScimErrorType::Mutability, detail));
        }
        let Some(attribute) = path.attribute else {
            return path.extension.map_or(Ok(()), |schema| self.change_extension(schema, operation));
        };
        let within = match path.extension {
            None => &mut self.attributes,
            Some(schema) => {
                let entry = self.attributes.entry(schema.id).or_insert_with(|| Value::Object(Map::new()));
                entry.as_object_mut().ok_or_else(|| invalid_value(format!("{} is no object", schema.id)))?
            }
        };
        let done = match (filter, path.part) {
            (Some(filter), _) => change_selected(within, attribute, (filter, *part), operation),
            (None, Some(part)) => change_part(within, attribute, part, operation),
            (None, None) => change_attribute(within, attribute, operation),
        };
        if let Some(schema) = path.extension
            && self.attributes.get(schema.id).and_then(Value::as_object).is_some_and(Map::is_empty)
        {
            self.attributes.remove(schema.id);
        }
        done
    }

    fn change_extension(
        &mut self,
        schema: &'static ScimSchema,
        operation: &PatchOperation,
    ) -> Result<(), ScimError> {
        let Some(value) = operation.value.as_ref().filter(|_| operation.kind != PatchOperationKind::Remove)
        else {
            self.attributes.remove(schema.id);
            return Ok(());
        };
        let mut said = read_extension(schema, value)?;
        if let (PatchOperationKind::Add, Some(Value::Object(before))) =
            (operation.kind, self.attributes.remove(schema.id))
        {
            for (name, value) in before {
                said.entry(name).or_insert(value);
            }
        }
        if !said.is_empty() {
            self.attributes.insert(schema.id.to_owned(), Value::Object(said));
        }
        Ok(())
    }
}

/// Changes a whole attribute.
fn change_attribute(
    within: &mut Map<String, Value>,
    attribute: &'static ScimAttribute,
    operation: &PatchOperation,
) -> Result<(), ScimError> {
    let value = match &operation.value {
        None => None,
        Some(value) => read_value(attribute, value, attribute.name)?,
    };
    match (operation.kind, value) {
        (PatchOperationKind::Remove, Some(Value::Array(values))) if attribute.multi_valued => {
            // Entra ID names the members to remove in the value. The standard has no meaning for a value here, and to
            // leave it out would remove everybody.
            remove_values(within, attribute, &values);
        }
        (PatchOperationKind::Remove, _) | (PatchOperationKind::Replace, None) => {
            within.remove(attribute.name);
        }
        (PatchOperationKind::Add, None) => {}
        (PatchOperationKind::Add, Some(Value::Array(values))) => add_values(within, attribute, values)?,
        (PatchOperationKind::Add | PatchOperationKind::Replace, Some(Value::Object(parts)))
            if attribute.kind == ScimValueKind::Complex =>
        {
            // RFC 7644, section 3.5.2.3: parts that are not named stay.
            let entry = within.entry(attribute.name).or_insert_with(|| Value::Object(Map::new()));
            if let Some(before) = entry.as_object_mut() {
                before.extend(parts);
            }
        }
        (PatchOperationKind::Add | PatchOperationKind::Replace, Some(value)) => {
            within.insert(attribute.name.to_owned(), value);
        }
    }
    Ok(())
}

/// Changes one part of an attribute without a filter: of every value, if it has several.
fn change_part(
    within: &mut Map<String, Value>,
    attribute: &'static ScimAttribute,
    part: &'static ScimAttribute,
    operation: &PatchOperation,
) -> Result<(), ScimError> {
    let value = part_value(attribute, part, operation)?;
    if attribute.multi_valued {
        let Some(values) = within.get_mut(attribute.name).and_then(Value::as_array_mut) else {
            return if value.is_none() { Ok(()) } else { Err(no_target(attribute)) };
        };
        for element in values.iter_mut().filter_map(Value::as_object_mut) {
            set(element, part, value.clone());
        }
        return Ok(());
    }
    let entry = within.entry(attribute.name).or_insert_with(|| Value::Object(Map::new()));
    if let Some(parts) = entry.as_object_mut() {
        set(parts, part, value);
        if parts.is_empty() {
            within.remove(attribute.name);
        }
    }
    Ok(())
}

/// Changes the values that a filter selects, or a part of these.
fn change_selected(
    within: &mut Map<String, Value>,
    attribute: &'static ScimAttribute,
    (filter, part): (&ScimFilter, Option<&'static ScimAttribute>),
    operation: &PatchOperation,
) -> Result<(), ScimError> {
    let entry = within.entry(attribute.name).or_insert_with(|| Value::Array(Vec::new()));
    let Some(values) = entry.as_array_mut() else { return Err(no_target(attribute)) };
    let is_selected = |value: &Value| value.as_object().is_some_and(|value| filter.selects(value));
    let done = match (operation.kind, part) {
        (PatchOperationKind::Remove, None) => {
            values.retain(|value| !is_selected(value));
            Ok(())
        }
        (_, Some(part)) => {
            let value = part_value(attribute, part, operation)?;
            change_parts(values, attribute, (filter, part), value)
        }
        (_, None) => {
            let value = operation.value.as_ref().unwrap_or(&Value::Null);
            match read_single(attribute, value, attribute.name)? {
                Some(Value::Object(parts)) => {
                    change_values(values, attribute, filter, &parts, operation.kind)
                }
                _ => Err(invalid_value(format!("the value for {} is no object", attribute.name))),
            }
        }
    };
    if values.is_empty() {
        within.remove(attribute.name);
    }
    done
}

fn change_parts(
    values: &mut Vec<Value>,
    attribute: &'static ScimAttribute,
    (filter, part): (&ScimFilter, &'static ScimAttribute),
    value: Option<Value>,
) -> Result<(), ScimError> {
    let mut changed = Vec::new();
    for (place, element) in values.iter_mut().enumerate() {
        if let Some(parts) = element.as_object_mut().filter(|parts| filter.selects(parts)) {
            set(parts, part, value.clone());
            changed.push(place);
        }
    }
    if changed.is_empty()
        && let Some(value) = value
    {
        // Entra ID replaces `emails[type eq "work"].value` of users that have no such address yet.
        let mut made = described(filter).ok_or_else(|| no_target(attribute))?;
        made.insert(part.name.to_owned(), value);
        changed.push(values.len());
        values.push(Value::Object(made));
    }
    values.retain(|value| value.as_object().is_none_or(|parts| !parts.is_empty()));
    keep_one_primary(values, &changed);
    Ok(())
}

fn change_values(
    values: &mut Vec<Value>,
    attribute: &'static ScimAttribute,
    filter: &ScimFilter,
    parts: &Map<String, Value>,
    kind: PatchOperationKind,
) -> Result<(), ScimError> {
    let mut changed = Vec::new();
    for (place, element) in values.iter_mut().enumerate() {
        if let Some(before) = element.as_object_mut().filter(|before| filter.selects(before)) {
            if kind == PatchOperationKind::Replace {
                before.clear();
            }
            before.extend(parts.clone());
            changed.push(place);
        }
    }
    if changed.is_empty() {
        let mut made = described(filter).ok_or_else(|| no_target(attribute))?;
        made.extend(parts.clone());
        changed.push(values.len());
        values.push(Value::Object(made));
    }
    keep_one_primary(values, &changed);
    Ok(())
}

fn part_value(
    attribute: &ScimAttribute,
    part: &'static ScimAttribute,
    operation: &PatchOperation,
) -> Result<Option<Value>, ScimError> {
    match (&operation.value, operation.kind) {
        (_, PatchOperationKind::Remove) | (None, _) => Ok(None),
        (Some(value), _) => read_single(part, value, &format!("{}.{}", attribute.name, part.name)),
    }
}

fn set(parts: &mut Map<String, Value>, part: &ScimAttribute, value: Option<Value>) {
    match value {
        Some(value) => parts.insert(part.name.to_owned(), value),
        None => parts.remove(part.name),
    };
}

/// Returns the value that a filter describes, if it says nothing but what parts are equal to.
fn described(filter: &ScimFilter) -> Option<Map<String, Value>> {
    match filter {
        ScimFilter::Compare { path, operator: FilterOperator::Equal, value } => {
            let value = match value {
                FilterValue::Text(text) => Value::from(text.as_str()),
                FilterValue::Boolean(value) => Value::from(*value),
                FilterValue::Moment(_) | FilterValue::Null => return None,
            };
            path.attribute.map(|part| std::iter::once((part.name.to_owned(), value)).collect())
        }
        ScimFilter::All(filters) => filters.iter().map(described).try_fold(Map::new(), |mut all, one| {
            all.extend(one?);
            Some(all)
        }),
        _ => None,
    }
}

/// Adds values that are not there yet. Values with an identifier are the same if that is.
fn add_values(
    within: &mut Map<String, Value>,
    attribute: &'static ScimAttribute,
    added: Vec<Value>,
) -> Result<(), ScimError> {
    let entry = within.entry(attribute.name).or_insert_with(|| Value::Array(Vec::new()));
    let Some(values) = entry.as_array_mut() else { return Err(no_target(attribute)) };
    let mut known: HashSet<String> = values.iter().map(identity).collect();
    let mut changed = Vec::new();
    for value in added {
        if known.insert(identity(&value)) {
            changed.push(values.len());
            values.push(value);
        }
    }
    if values.len() > MOST_VALUES {
        return Err(invalid_value(format!("{} would have more than {MOST_VALUES} values", attribute.name)));
    }
    keep_one_primary(values, &changed);
    Ok(())
}

fn remove_values(within: &mut Map<String, Value>, attribute: &ScimAttribute, removed: &[Value]) {
    let removed: HashSet<String> = removed.iter().map(identity).collect();
    if let Some(values) = within.get_mut(attribute.name).and_then(Value::as_array_mut) {
        values.retain(|value| !removed.contains(&identity(value)));
        if values.is_empty() {
            within.remove(attribute.name);
        }
    }
}

/// What makes a value the same as another: what it says, with its kind, whatever else is said about it.
fn identity(value: &Value) -> String {
    let Some(parts) = value.as_object() else { return value.to_string() };
    match parts.get("value").and_then(Value::as_str) {
        // A member is who it is; an address of two kinds is two values.
        Some(text) => {
            let kind =
                parts.get("type").and_then(Value::as_str).filter(|kind| !["User", "Group"].contains(kind));
            format!("{}\n{text}", kind.unwrap_or_default())
        }
        None => {
            let mut said: Vec<String> = parts.iter().map(|(name, value)| format!("{name}={value}")).collect();
            said.sort_unstable();
            said.join("\n")
        }
    }
}

/// Takes `primary` from the values before if a changed one has it (RFC 7644, section 3.5.2).
fn keep_one_primary(values: &mut [Value], changed: &[usize]) {
    let newest = changed.iter().rev().copied().find(|place| values.get(*place).is_some_and(is_primary));
    let Some(newest) = newest else { return };
    for (place, value) in values.iter_mut().enumerate() {
        if place != newest
            && is_primary(value)
            && let Some(parts) = value.as_object_mut()
        {
            parts.insert("primary".to_owned(), false.into());
        }
    }
}

fn no_target(attribute: &ScimAttribute) -> ScimError {
    ScimError::new(ScimErrorType::NoTarget, format!("no value of {} is selected", attribute.name))
}
