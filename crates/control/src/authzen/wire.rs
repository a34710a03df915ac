//! The shapes of AuthZEN requests. Unknown members are ignored, as the standard requires; known members are parsed
//! strictly, and an error names them.
//!
//! Properties are never dropped: a policy that permits "unless archived" would otherwise permit what it was not shown.

use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;

/// One evaluation as the client wrote it. In a batch, a member that it lacks is taken whole from beside the list; its
/// own member replaces the batch's. Nothing is copied: a thousand evaluations may share one long member.
#[derive(Debug, Clone, Copy)]
pub struct EvaluationJson<'a> {
    own: &'a Value,
    shared: Option<&'a Value>,
}

impl<'a> EvaluationJson<'a> {
    /// Treats a whole body as one evaluation.
    pub fn alone(body: &'a Value) -> Self {
        Self { own: body, shared: None }
    }

    fn object(self, name: &str) -> Result<Option<&'a Map<String, Value>>, String> {
        match (self.own.get(name), self.shared) {
            (None, Some(shared)) => object(shared, name),
            _ => object(self.own, name),
        }
    }
}

/// One parsed evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedEvaluation<'a> {
    pub subject_type: &'a str,
    pub subject_id: &'a str,
    pub action: &'a str,
    pub resource_type: &'a str,
    pub resource_id: &'a str,
    /// The properties of the resource by their names, and those of subject and action by `subject.NAME` and
    /// `action.NAME`, as strings.
    pub properties: BTreeMap<String, String>,
    pub session: Option<&'a str>,
    pub address: Option<std::net::IpAddr>,
}

/// A batch of evaluations.
#[derive(Debug)]
pub struct EvaluationBatch<'a> {
    body: &'a Value,
    items: &'a [Value],
    pub semantic: Semantic,
}

/// When the evaluation of a batch stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Semantic {
    ExecuteAll,
    DenyOnFirstDeny,
    PermitOnFirstPermit,
}

fn object<'a>(within: &'a Value, name: &str) -> Result<Option<&'a Map<String, Value>>, String> {
    match within.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(found)) => Ok(Some(found)),
        Some(_) => Err(format!("{name} is not an object")),
    }
}

fn text<'a>(parent: &str, within: &'a Map<String, Value>, name: &str) -> Result<&'a str, String> {
    match within.get(name) {
        None => Err(format!("{parent}.{name} is missing")),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("{parent}.{name} is not a string")),
    }
}

/// Adds the properties of one part of the evaluation to `all`, under `prefix`.
fn add_properties(
    all: &mut BTreeMap<String, String>,
    (parent, prefix): (&str, &str),
    within: &Map<String, Value>,
) -> Result<(), String> {
    let found = match within.get("properties") {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Object(found)) => found,
        Some(_) => return Err(format!("{parent}.properties is not an object")),
    };
    for (name, value) in found {
        let field = format!("{parent}.properties.{name}");
        if prefix.is_empty() && is_reserved(name) {
            return Err(format!(
                "{field}: names that begin with subject. or action. are those of subject and action"
            ));
        }
        let value = plain(value).map_err(|wrong| format!("{field} {wrong}"))?;
        all.insert(format!("{prefix}{name}"), value);
    }
    Ok(())
}

/// The prefixes of the properties of subject and action among the tags.
const RESERVED: [&str; 2] = ["subject.", "action."];

/// Returns whether a tag is a property of the subject or the action.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.iter().any(|reserved| name.starts_with(reserved))
}

impl<'a> ParsedEvaluation<'a> {
    /// Parses the evaluation in a JSON object.
    pub fn read(from: EvaluationJson<'a>) -> Result<Self, String> {
        if !from.own.is_object() {
            return Err("the evaluation is not an object".to_owned());
        }
        let needed = |name: &str| from.object(name)?.ok_or_else(|| format!("{name} is missing"));
        let (subject, action, resource) = (needed("subject")?, needed("action")?, needed("resource")?);
        let mut properties = BTreeMap::new();
        add_properties(&mut properties, ("subject", "subject."), subject)?;
        add_properties(&mut properties, ("action", "action."), action)?;
        add_properties(&mut properties, ("resource", ""), resource)?;
        let context = from.object("context")?;
        let said = |name: &str| context.and_then(|context| context.get(name));
        let session = match said("session") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.as_str()),
            Some(_) => return Err("context.session is not a string".to_owned()),
        };
        let address = match said("ip_address") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => {
                Some(text.parse().map_err(|_| "context.ip_address is not an IP address".to_owned())?)
            }
            Some(_) => return Err("context.ip_address is not a string".to_owned()),
        };
        Ok(Self {
            subject_type: text("subject", subject, "type")?,
            subject_id: text("subject", subject, "id")?,
            action: text("action", action, "name")?,
            resource_type: text("resource", resource, "type")?,
            resource_id: text("resource", resource, "id")?,
            properties,
            session,
            address,
        })
    }
}

/// Converts a string, number or boolean to the string that policies compare.
fn plain(value: &Value) -> Result<String, &'static str> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => numeral(number),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Null => Err("is null: leave it out, or say what it is"),
        Value::Array(_) => Err("is an array, which policies cannot read: send a text, a number or a boolean"),
        Value::Object(_) => {
            Err("is an object, which policies cannot read: send a text, a number or a boolean")
        }
    }
}

/// Formats a number in one spelling: policies compare strings, so `1`, `1.0` and `1e0` must be the same.
fn numeral(number: &Number) -> Result<String, &'static str> {
    /// 2^53: from here on, neighbouring whole numbers have the same floating-point value.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(whole), ..) => Ok(whole.to_string()),
        (None, Some(whole), _) => Ok(whole.to_string()),
        (None, None, Some(real)) if real.abs() >= EXACT => {
            Err("is a number that cannot be kept exactly: send it as a text")
        }
        // Adding 0.0 removes the sign of zero; whole numbers are shown without a fraction.
        (None, None, Some(real)) => Ok((real + 0.0).to_string()),
        (None, None, None) => Err("is no number that can be kept: send it as a text"),
    }
}

/// The members that the evaluations of a batch can share.
const SHARED: [&str; 4] = ["subject", "action", "resource", "context"];

impl<'a> EvaluationBatch<'a> {
    /// Parses the batch in a request; `None` if the request is a single evaluation.
    pub fn read(body: &'a Value) -> Result<Option<Self>, String> {
        for name in SHARED {
            object(body, name)?;
        }
        let semantic = semantic(body)?;
        match body.get("evaluations") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(items)) if items.is_empty() => Ok(None),
            Some(Value::Array(items)) => Ok(Some(Self { body, items, semantic })),
            Some(_) => Err("evaluations is not an array".to_owned()),
        }
    }

    /// Number of evaluations in the batch.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns each evaluation, in order.
    pub fn questions(&self) -> impl Iterator<Item = EvaluationJson<'a>> {
        self.items.iter().map(|own| EvaluationJson { own, shared: Some(self.body) })
    }
}

fn semantic(body: &Value) -> Result<Semantic, String> {
    let Some(options) = object(body, "options")? else { return Ok(Semantic::ExecuteAll) };
    match options.get("evaluations_semantic") {
        None | Some(Value::Null) => Ok(Semantic::ExecuteAll),
        Some(Value::String(word)) => match word.as_str() {
            "execute_all" => Ok(Semantic::ExecuteAll),
            "deny_on_first_deny" => Ok(Semantic::DenyOnFirstDeny),
            "permit_on_first_permit" => Ok(Semantic::PermitOnFirstPermit),
            _ => Err(
                "options.evaluations_semantic is not one that is known: use execute_all, deny_on_first_deny \
                      or permit_on_first_permit"
                    .to_owned(),
            ),
        },
        Some(_) => Err("options.evaluations_semantic is not a string".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// With copies, a body of one megabyte would become a gigabyte.
    #[test]
    fn the_questions_of_a_batch_share_what_stands_beside_them_and_copy_nothing() {
        let body = json!({
            "subject": { "type": "user", "id": "u" }, "action": { "name": "read" },
            "resource": { "type": "t", "id": "long" },
            "evaluations": [{}, { "action": { "name": "write" } }, { "action": null }],
        });
        let batch = EvaluationBatch::read(&body).unwrap().unwrap();
        let asked: Vec<_> = batch.questions().map(ParsedEvaluation::read).collect();
        let [Ok(first), Ok(second), Err(third)] = asked.as_slice() else { panic!("{asked:?}") };
        assert_eq!((first.action, second.action, batch.len()), ("read", "write", 3));
        assert_eq!(third, "action is missing");
        let shared = body["resource"]["id"].as_str().unwrap();
        assert!([first, second].iter().all(|asked| std::ptr::eq(asked.resource_id, shared)));
    }
}
