//! Samples of the bodies that the document describes: for stand-ins that answer anything, and for types that must read
//! what the document says.

use serde_json::{Map, Value, json};

/// The maximum depth of a sample; beyond it, lists are empty and what may be absent is.
const DEEPEST: usize = 12;

/// Names and ids that the document calls texts, by the field that holds them: as its value, as the keys of a map or as the
/// items of a list.
const NAMES: &[(&str, &str)] = &[
    ("applications", "wiki"),
    ("checks", "firewall"),
    ("depends", "device"),
    ("labels", "wiki/pages"),
    ("plan", "job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("rehearsal", "job_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"),
    ("resources", "wiki/pages"),
];

/// How a sample is filled.
#[derive(Debug, Clone, Copy)]
pub struct BodySample {
    /// Whether it has the fields that may be absent, and an item in each list.
    pub whole: bool,
    /// Which of several values or alternatives it takes; counted round, so any number will do.
    pub turn: usize,
    /// Every text that may be any text.
    pub text: &'static str,
}

impl BodySample {
    /// Returns a sample with everything that there can be.
    pub const fn whole(turn: usize) -> Self {
        Self { whole: true, turn, text: "text" }
    }

    /// Returns a sample with only what there must be.
    pub const fn least(turn: usize) -> Self {
        Self { whole: false, turn, text: "text" }
    }

    /// Returns a value that a schema of the document describes.
    pub(super) fn of(self, document: &Value, schema: &Value) -> Value {
        self.value(document, schema, "", 0)
    }

    /// Returns a value of a field of this name.
    fn value(self, document: &Value, schema: &Value, name: &str, depth: usize) -> Value {
        if let Some(path) = schema.get("$ref").and_then(Value::as_str) {
            let found = path.strip_prefix('#').and_then(|path| document.pointer(path));
            return found.map_or(Value::Null, |found| self.value(document, found, name, depth));
        }
        let list = |name: &str| schema.get(name).and_then(Value::as_array);
        if let Some(choices) = list("oneOf").or_else(|| list("anyOf")) {
            let choices: Vec<_> = choices.iter().filter(|choice| !is_null(choice)).collect();
            return self.turned(&choices).map_or(Value::Null, |one| self.value(document, one, name, depth));
        }
        if let Some(parts) = list("allOf") {
            let parts = parts.iter().map(|part| self.value(document, part, name, depth));
            let fields = parts.filter_map(|part| part.as_object().cloned()).flatten();
            return Value::Object(fields.collect());
        }
        if let Some(values) = list("enum") {
            return self.turned(values).cloned().unwrap_or_default();
        }
        match kind(schema) {
            Some("string") => Value::String(self.string(schema, name)),
            Some("integer") => json!(schema.get("minimum").and_then(Value::as_i64).unwrap_or(0).max(1)),
            Some("number") => json!(0.5),
            Some("boolean") => json!(self.turn.is_multiple_of(2)),
            Some("array") => self.array(document, schema, name, depth),
            Some("object") => self.object(document, schema, name, depth),
            Some("null") => Value::Null,
            _ => json!("anything"),
        }
    }

    /// Returns the value whose turn it is.
    fn turned<T>(self, values: &[T]) -> Option<&T> {
        values.get(self.turn.checked_rem(values.len())?)
    }

    fn string(self, schema: &Value, name: &str) -> String {
        let given = ["example"].iter().find_map(|name| schema.get(*name)?.as_str());
        let example = given.or_else(|| schema.get("examples")?.as_array()?.first()?.as_str());
        let form = match schema.get("format").and_then(Value::as_str) {
            Some("date-time") => Some("2026-11-22T09:00:00.000000Z"),
            Some("date") => Some("2027-05-31"),
            Some("ip") => Some("192.0.2.7"),
            Some("uri") => Some("https://countersign.example.org/"),
            _ => None,
        };
        example.or(form).or_else(|| known_name(name)).unwrap_or(self.text).to_owned()
    }

    fn array(self, document: &Value, schema: &Value, name: &str, depth: usize) -> Value {
        let wanted = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
        let empty = depth >= DEEPEST || !self.whole && wanted == 0;
        let item = schema.get("items").filter(|_| !empty);
        item.map(|item| self.value(document, item, name, depth + 1)).into_iter().collect()
    }

    fn object(self, document: &Value, schema: &Value, name: &str, depth: usize) -> Value {
        let required = schema.get("required").and_then(Value::as_array);
        let is_required = |name: &String| {
            required.is_some_and(|names| names.iter().any(|known| known.as_str() == Some(name)))
        };
        let has = |name: &String| is_required(name) || self.whole && depth < DEEPEST;
        let fields = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        let mut object: Map<String, Value> = fields
            .filter(|(name, _)| has(name))
            .map(|(name, field)| (name.clone(), self.value(document, field, name, depth + 1)))
            .collect();
        let others = schema.get("additionalProperties").filter(|others| others.is_object());
        if let Some(others) = others.filter(|_| self.whole && depth < DEEPEST) {
            let known = known_name(name).map(str::to_owned);
            let names = schema.get("propertyNames").filter(|_| known.is_none());
            let key = names.map(|names| self.value(document, names, "", depth + 1));
            let key = known.or_else(|| key?.as_str().map(str::to_owned));
            let value = self.value(document, others, "", depth + 1);
            object.insert(key.unwrap_or_else(|| self.text.to_owned()), value);
        }
        Value::Object(object)
    }
}

fn known_name(field: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == field).map(|(_, name)| *name)
}

fn is_null(schema: &Value) -> bool {
    kind(schema) == Some("null")
}

/// Returns the type of a schema; of several, the first that is not `null`.
fn kind(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sample: BodySample, schema: Value, expected: Value) {
        let document = json!({ "components": { "schemas": { "Level": { "type": "string", "enum": ["low", "high"] } } } });
        assert_eq!(sample.of(&document, &schema), expected, "{schema}");
    }

    #[test]
    fn a_sample_has_everything_or_only_what_there_must_be() {
        let level = json!({ "$ref": "#/components/schemas/Level" });
        let thing = json!({
            "type": "object", "required": ["id", "names"],
            "properties": {
                "id": { "type": "string", "examples": ["thing_1"], "pattern": "^thing" },
                "names": { "type": "array", "items": { "type": "string" } },
                "level": { "oneOf": [{ "type": "null" }, level] },
                "count": { "type": ["integer", "null"], "minimum": 60 },
            },
        });
        check(BodySample::least(0), thing.clone(), json!({ "id": "thing_1", "names": [] }));
        let whole = json!({ "id": "thing_1", "names": ["text"], "level": "high", "count": 60 });
        check(BodySample::whole(3), thing.clone(), whole);
        let map = json!({ "type": "object", "additionalProperties": thing, "propertyNames": level });
        check(BodySample::least(0), map.clone(), json!({}));
        let sample = BodySample { text: "\u{1b}", ..BodySample::whole(0) };
        let one = json!({ "id": "thing_1", "names": ["\u{1b}"], "level": "low", "count": 60 });
        check(sample, map, json!({ "low": one }));
    }

    #[test]
    fn parts_are_joined_and_alternatives_take_turns() {
        let part = |name: &str| json!({ "type": "object", "required": [name], "properties": { name: { "type": "boolean" } } });
        let both = json!({ "allOf": [part("a"), part("b")] });
        check(BodySample::least(1), both, json!({ "a": false, "b": false }));
        let either = json!({ "oneOf": [part("a"), part("b")] });
        check(BodySample::least(2), either.clone(), json!({ "a": true }));
        check(BodySample::least(3), either, json!({ "b": false }));
    }
}
