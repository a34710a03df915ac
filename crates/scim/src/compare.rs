//! Whether a resource, or a value of an attribute, is what a filter selects.

use crate::attribute::{ScimAttribute, ScimValueKind};
use crate::filter::{FilterOperator, FilterValue, ScimFilter};
use crate::path::ScimPath;
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::cmp::Ordering;

impl ScimFilter {
    /// Returns whether the filter selects a resource, or a value if its names are parts.
    pub fn selects(&self, resource: &Map<String, Value>) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(|filter| filter.selects(resource)),
            Self::Any(filters) => filters.iter().any(|filter| filter.selects(resource)),
            Self::Not(filter) => !filter.selects(resource),
            Self::Present(path) => is_present(path, resource),
            Self::Compare { path, operator, value } => compares(path, *operator, value, resource),
            Self::Values { path, filter } => {
                let whole = ScimPath { part: None, ..*path };
                let values = elements(&whole, resource);
                values.iter().filter_map(Value::as_object).any(|value| filter.selects(value))
            }
        }
    }
}

fn elements<'a>(path: &ScimPath, resource: &'a Map<String, Value>) -> &'a [Value] {
    let whole = match path.extension {
        None => Some(resource),
        Some(schema) => resource.get(schema.id).and_then(Value::as_object),
    };
    let value = path.attribute.and_then(|attribute| whole.and_then(|whole| whole.get(attribute.name)));
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// An attribute with parts is there if one of these is, whichever.
fn is_present(path: &ScimPath, resource: &Map<String, Value>) -> bool {
    let complex = path.part.is_none() && path.leaf().is_some_and(|leaf| leaf.kind == ScimValueKind::Complex);
    if !complex {
        return path.values(resource).iter().any(|value| !is_empty(value));
    }
    let whole =
        path.extension.map_or(Some(resource), |schema| resource.get(schema.id).and_then(Value::as_object));
    let value = path.attribute.and_then(|attribute| whole.and_then(|whole| whole.get(attribute.name)));
    value.is_some_and(|value| !is_empty(value))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(parts) => parts.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn compares(
    path: &ScimPath,
    operator: FilterOperator,
    wanted: &FilterValue,
    resource: &Map<String, Value>,
) -> bool {
    let values = path.values(resource);
    let leaf = path.leaf().map(|leaf| leaf.part("value").unwrap_or(leaf));
    let is_equal = |value: &&Value| holds(leaf, value, FilterOperator::Equal, wanted);
    match operator {
        FilterOperator::NotEqual if *wanted == FilterValue::Null => !values.is_empty(),
        FilterOperator::NotEqual => !values.iter().any(is_equal),
        _ if *wanted == FilterValue::Null => values.is_empty(),
        _ => values.iter().any(|value| holds(leaf, value, operator, wanted)),
    }
}

fn holds(
    leaf: Option<&ScimAttribute>,
    value: &Value,
    operator: FilterOperator,
    wanted: &FilterValue,
) -> bool {
    match (value, wanted) {
        (Value::Bool(value), FilterValue::Boolean(wanted)) => value == wanted,
        (Value::String(value), FilterValue::Moment(wanted)) => {
            value.parse::<Timestamp>().is_ok_and(|value| is_ordered(value.cmp(wanted), operator))
        }
        (Value::String(value), FilterValue::Text(wanted)) => {
            if leaf.is_some_and(ScimAttribute::folds_case) {
                return compares_texts(&value.to_lowercase(), operator, wanted);
            }
            compares_texts(value, operator, wanted)
        }
        _ => false,
    }
}

fn compares_texts(value: &str, operator: FilterOperator, wanted: &str) -> bool {
    match operator {
        FilterOperator::Contains => value.contains(wanted),
        FilterOperator::StartsWith => value.starts_with(wanted),
        FilterOperator::EndsWith => value.ends_with(wanted),
        _ => is_ordered(value.cmp(wanted), operator),
    }
}

const fn is_ordered(order: Ordering, operator: FilterOperator) -> bool {
    match operator {
        FilterOperator::Equal => order.is_eq(),
        FilterOperator::NotEqual => order.is_ne(),
        FilterOperator::Greater => order.is_gt(),
        FilterOperator::GreaterOrEqual => order.is_ge(),
        FilterOperator::Less => order.is_lt(),
        FilterOperator::LessOrEqual => order.is_le(),
        FilterOperator::Contains | FilterOperator::StartsWith | FilterOperator::EndsWith => false,
    }
}
