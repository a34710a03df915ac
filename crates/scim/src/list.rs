//! A question for several resources (RFC 7644, sections 3.4.2 and 3.4.3), and its answer.

use crate::error::{ScimError, invalid_path, invalid_syntax, invalid_value};
use crate::filter::ScimFilter;
use crate::path::ScimPath;
use crate::read::is_primary;
use crate::resource_type::ResourceType;
use crate::show::ShownAttributes;
use serde_json::{Map, Value, json};
use std::cmp::Ordering;

/// Maximum number of resources in an answer.
pub const LONGEST_PAGE: usize = 1_000;
/// Number of resources in an answer if the client does not say.
const USUAL_PAGE: usize = 100;
const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// A question for several resources of one type.
#[derive(Debug, Clone)]
pub struct ListRequest {
    /// Which resources.
    pub filter: Option<ScimFilter>,
    /// What they are ordered by.
    pub sorted_by: Option<ScimPath>,
    /// Whether the last comes first.
    pub descending: bool,
    /// The number of the first one that is shown, from 1 on.
    pub start: usize,
    /// How many are shown, at most [`LONGEST_PAGE`].
    pub count: usize,
    /// Which attributes are shown.
    pub shown: ShownAttributes,
}

impl ListRequest {
    /// Reads the parameters of a query, decoded.
    ///
    /// # Errors
    /// With the parameter that cannot be read.
    pub fn from_parameters(
        kind: &'static ResourceType,
        parameters: &[(String, String)],
    ) -> Result<Self, ScimError> {
        let get = |wanted: &str| {
            parameters
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, value)| value.as_str())
        };
        let number = |name: &str| -> Result<Option<i64>, ScimError> {
            let no_number = |_| invalid_value(format!("{name} is no whole number"));
            get(name).map(|text| text.trim().parse::<i64>().map_err(no_number)).transpose()
        };
        let names =
            |name: &str| get(name).unwrap_or_default().split(',').filter(|name| !name.trim().is_empty());
        let shown = ShownAttributes::read(kind, names("attributes"), names("excludedAttributes"))?;
        let page = (number("startIndex")?, number("count")?);
        Self::read(kind, (get("filter"), get("sortBy"), get("sortOrder")), page, shown)
    }

    /// Reads the body of a question that is posted to `/.search`.
    ///
    /// # Errors
    /// With the member that cannot be read.
    pub fn from_body(kind: &'static ResourceType, body: &Value) -> Result<Self, ScimError> {
        let object = body.as_object().ok_or_else(|| invalid_syntax("the body is no JSON object"))?;
        let get = |wanted: &str| {
            let member = object.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            member.map(|(_, value)| value).filter(|value| !value.is_null())
        };
        let schemas = get("schemas").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if !schemas.iter().any(|schema| schema.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(SEARCH))) {
            return Err(invalid_syntax(format!("schemas does not name {SEARCH}")));
        }
        let text = |name: &str| -> Result<Option<&str>, ScimError> {
            get(name)
                .map(|value| value.as_str().ok_or_else(|| invalid_value(format!("{name} is no text"))))
                .transpose()
        };
        let number = |name: &str| -> Result<Option<i64>, ScimError> {
            get(name)
                .map(|value| {
                    value.as_i64().ok_or_else(|| invalid_value(format!("{name} is no whole number")))
                })
                .transpose()
        };
        let names = |name: &str| -> Result<Vec<&str>, ScimError> {
            let Some(value) = get(name) else { return Ok(Vec::new()) };
            let no_names = || invalid_value(format!("{name} is no array of texts"));
            value
                .as_array()
                .ok_or_else(no_names)?
                .iter()
                .map(|name| name.as_str().ok_or_else(no_names))
                .collect()
        };
        let (only, without) = (names("attributes")?, names("excludedAttributes")?);
        let shown = ShownAttributes::read(kind, only.into_iter(), without.into_iter())?;
        let page = (number("startIndex")?, number("count")?);
        Self::read(kind, (text("filter")?, text("sortBy")?, text("sortOrder")?), page, shown)
    }

    fn read(
        kind: &'static ResourceType,
        (filter, sorted_by, order): (Option<&str>, Option<&str>, Option<&str>),
        (start, count): (Option<i64>, Option<i64>),
        shown: ShownAttributes,
    ) -> Result<Self, ScimError> {
        let descending = match order {
            None => false,
            Some(order) if order.eq_ignore_ascii_case("ascending") => false,
            Some(order) if order.eq_ignore_ascii_case("descending") => true,
            Some(order) => {
                return Err(invalid_value(format!(
                    "sortOrder is {order:?}, and has to be ascending or descending"
                )));
            }
        };
        let unsortable = |detail| invalid_path(format!("sortBy: {detail}"));
        let at_least =
            |least: i64, number: Option<i64>| number.map(|number| usize::try_from(number.max(least)));
        Ok(Self {
            filter: filter.map(|text| ScimFilter::parse(kind, text)).transpose()?,
            sorted_by: sorted_by.map(|name| ScimPath::parse(kind, name).map_err(unsortable)).transpose()?,
            descending,
            // RFC 7644, section 3.4.2.4: less than 1 means 1, and a negative count means none.
            start: at_least(1, start).and_then(Result::ok).unwrap_or(1),
            count: at_least(0, count).and_then(Result::ok).unwrap_or(USUAL_PAGE).min(LONGEST_PAGE),
            shown,
        })
    }

    /// Returns whether the question selects a resource.
    pub fn selects(&self, resource: &Map<String, Value>) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.selects(resource))
    }

    /// Compares two resources by what the question orders them by. Those without the attribute come last
    /// (RFC 7644, section 3.4.2.3).
    pub fn order(&self, left: &Map<String, Value>, right: &Map<String, Value>) -> Ordering {
        let Some(path) = &self.sorted_by else { return Ordering::Equal };
        let order = match (sort_text(path, left), sort_text(path, right)) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Greater,
            (Some(_), None) => return Ordering::Less,
            (Some(left), Some(right)) => left.cmp(&right),
        };
        if self.descending { order.reverse() } else { order }
    }
}

/// Returns what a resource is ordered by: of several values the primary one, or the first.
fn sort_text(path: &ScimPath, resource: &Map<String, Value>) -> Option<String> {
    let values = path.attribute.and_then(|attribute| resource.get(attribute.name)).and_then(Value::as_array);
    let primary = values.and_then(|values| values.iter().find(|value| is_primary(value)));
    let part = path.part.map_or("value", |part| part.name);
    let value = primary.and_then(|value| value.get(part));
    let value = value.or_else(|| path.values(resource).into_iter().next())?;
    let folds = path.leaf().is_some_and(|leaf| leaf.part("value").unwrap_or(leaf).folds_case());
    match value {
        Value::String(text) if folds => Some(text.to_lowercase()),
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Returns the answer to a question: a page of the resources that it selects, `total` of them in all.
pub fn list_response(total: usize, start: usize, page: Vec<Value>) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": page.len(),
        "Resources": page,
    })
}
