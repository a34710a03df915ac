//! Compares a value with a schema, as far as `docs/openapi.json` uses JSON Schema (draft 2020-12). A keyword that this
//! does not know stops the test: what is not compared must not pass for compared.

use super::AnswerExtent;
use countersign_names::Timestamp;
use regex::Regex;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{LazyLock, Mutex};

/// The schemas of a document.
pub struct Schemas<'a> {
    document: &'a Value,
    extent: AnswerExtent,
}

/// What a schema says of the fields of an object.
#[derive(Default)]
struct Described {
    /// The fields that it names.
    fields: BTreeSet<String>,
    /// Whether it names any: one that does not is open.
    is_closed: bool,
    /// Whether every other field may stand there too.
    is_map: bool,
}

impl Described {
    fn add(&mut self, other: Self) {
        self.fields.extend(other.fields);
        self.is_closed |= other.is_closed;
        self.is_map |= other.is_map;
    }
}

/// The faults so far, each with where it is.
type Faults = Vec<String>;

impl<'a> Schemas<'a> {
    pub fn new(document: &'a Value, extent: AnswerExtent) -> Self {
        Self { document, extent }
    }

    /// Returns what is wrong with a value; nothing if it is as the schema says.
    pub fn faults(&self, schema: &Value, value: &Value) -> Faults {
        let mut faults = Faults::new();
        self.whole(schema, value, "", &mut faults);
        faults
    }

    /// Compares a value, of which no other schema says anything more.
    fn whole(&self, schema: &Value, value: &Value, at: &str, faults: &mut Faults) {
        let described = self.compare(schema, value, at, faults);
        let Value::Object(fields) = value else { return };
        if described.is_closed && !described.is_map {
            let strange = fields.keys().filter(|name| !described.fields.contains(*name));
            faults.extend(strange.map(|name| format!("{at}: it has no field {name}")));
        }
    }

    #[expect(clippy::panic, reason = "a keyword that is not compared stops the test")]
    fn compare(&self, schema: &Value, value: &Value, at: &str, faults: &mut Faults) -> Described {
        let mut described = Described::default();
        let Some(keywords) = schema.as_object() else {
            assert_eq!(schema, &Value::Bool(true), "a schema is an object, or true");
            return described;
        };
        for (keyword, says) in keywords {
            match keyword.as_str() {
                "$ref" => described.add(self.compare(self.referred(says), value, at, faults)),
                "allOf" => {
                    list(says).iter().for_each(|part| described.add(self.compare(part, value, at, faults)))
                }
                "oneOf" | "anyOf" => described.add(self.one_of(keyword, list(says), value, at, faults)),
                "properties" | "additionalProperties" | "propertyNames" | "required" => {}
                "description" | "default" | "example" | "examples" | "title" | "deprecated" => {}
                "type" => typed(says, value, at, faults),
                "enum" if !list(says).contains(value) => faults.push(format!("{at}: is none of {says}")),
                "enum" => {}
                "format" => formatted(text(says), value, at, faults),
                "items" => {
                    let items = value.as_array().into_iter().flatten().enumerate();
                    items.for_each(|(index, item)| {
                        self.whole(says, item, &below(at, &index.to_string()), faults)
                    });
                }
                "pattern" if self.extent == AnswerExtent::Parts => {}
                "pattern" | "minLength" | "maxLength" | "minItems" | "maxItems" | "minimum" | "maximum"
                | "uniqueItems" => {
                    bounded(keyword, says, value, at, faults);
                }
                unknown => panic!(
                    "docs/openapi.json uses {unknown}, which testkit::contract does not compare: teach it"
                ),
            }
        }
        if let Value::Object(fields) = value {
            described.add(self.object(keywords, fields, at, faults));
        }
        described
    }

    fn object(
        &self,
        keywords: &Map<String, Value>,
        fields: &Map<String, Value>,
        at: &str,
        faults: &mut Faults,
    ) -> Described {
        let mut described = Described::default();
        let named = keywords.get("properties").and_then(Value::as_object);
        for (name, schema) in named.into_iter().flatten() {
            described.is_closed = true;
            described.fields.insert(name.clone());
            if let Some(value) = fields.get(name) {
                self.whole(schema, value, &below(at, name), faults);
            }
        }
        if self.extent == AnswerExtent::Whole {
            let required = keywords.get("required").map(list).unwrap_or_default();
            let lacking = required.iter().map(text).filter(|name| !fields.contains_key(*name));
            faults.extend(lacking.map(|name| format!("{at}: lacks {name}")));
        }
        let others = fields.iter().filter(|(name, _)| !described.fields.contains(*name));
        match keywords.get("additionalProperties") {
            Some(Value::Bool(false)) => described.is_closed = true,
            Some(schema) => {
                described.is_map = true;
                others.for_each(|(name, value)| self.whole(schema, value, &below(at, name), faults));
            }
            None => {}
        }
        if let Some(schema) = keywords.get("propertyNames") {
            fields
                .keys()
                .for_each(|name| self.whole(schema, &Value::String(name.clone()), &below(at, name), faults));
        }
        described
    }

    /// Compares a value with several schemas, of which one must fit; of `oneOf`, no other.
    fn one_of(
        &self,
        keyword: &str,
        schemas: &[Value],
        value: &Value,
        at: &str,
        faults: &mut Faults,
    ) -> Described {
        let mut fitting = Vec::new();
        let mut nearest: Option<Faults> = None;
        for schema in schemas {
            let mut found = Faults::new();
            let described = self.compare(schema, value, at, &mut found);
            if found.is_empty() {
                fitting.push(described);
            } else if nearest.as_ref().is_none_or(|nearest| found.len() < nearest.len()) {
                nearest = Some(found);
            }
        }
        if fitting.is_empty() {
            faults.push(format!("{at}: fits none of {} schemas; of the nearest:", schemas.len()));
            faults.extend(nearest.into_iter().flatten());
        } else if keyword == "oneOf" && fitting.len() > 1 && self.extent == AnswerExtent::Whole {
            faults.push(format!("{at}: fits {} schemas, of which one should fit", fitting.len()));
        }
        let mut described = Described::default();
        fitting.into_iter().for_each(|fitting| described.add(fitting));
        described
    }

    #[expect(clippy::panic, reason = "a document that refers to nothing stops the test")]
    fn referred(&self, reference: &Value) -> &'a Value {
        let pointer = text(reference).strip_prefix('#').and_then(|pointer| self.document.pointer(pointer));
        pointer.unwrap_or_else(|| panic!("docs/openapi.json refers to {reference}, which it does not have"))
    }
}

fn below(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn typed(says: &Value, value: &Value, at: &str, faults: &mut Faults) {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        _ => false,
    };
    let fits = if says.is_array() { list(says).iter().any(|name| is(text(name))) } else { is(text(says)) };
    if !fits {
        let says = if says.is_array() { says.to_string() } else { text(says).to_owned() };
        faults.push(format!("{at}: is no {says}"));
    }
}

/// Compares a text or a number with a format. A value of another type is not of this format, and has its own fault.
#[expect(clippy::panic, reason = "a format that is not compared stops the test")]
fn formatted(format: &str, value: &Value, at: &str, faults: &mut Faults) {
    let spelled = |fits: fn(&str) -> bool| value.as_str().is_none_or(fits);
    let fits = match format {
        "int32" => {
            value.as_i64().is_none_or(|number| i32::try_from(number).is_ok() || u32::try_from(number).is_ok())
        }
        "int64" | "double" => true,
        "date-time" => spelled(|text| text.parse::<Timestamp>().is_ok()),
        "date" => spelled(|text| format!("{text}T00:00:00Z").parse::<Timestamp>().is_ok()),
        "ip" => spelled(|text| text.parse::<IpAddr>().is_ok()),
        "uri" => spelled(|text| text.contains(':')),
        unknown => panic!(
            "docs/openapi.json uses the format {unknown}, which testkit::contract does not compare: teach it"
        ),
    };
    if !fits {
        faults.push(format!("{at}: is not of the format {format}"));
    }
}

fn bounded(keyword: &str, says: &Value, value: &Value, at: &str, faults: &mut Faults) {
    let length = value.as_str().map(|text| text.chars().count() as f64);
    let items = value.as_array().map(|items| items.len() as f64);
    let limit = says.as_f64().unwrap_or_default();
    let fits = match keyword {
        "pattern" => value.as_str().is_none_or(|value| matches(text(says), value)),
        "minLength" => length.is_none_or(|length| length >= limit),
        "maxLength" => length.is_none_or(|length| length <= limit),
        "minItems" => items.is_none_or(|items| items >= limit),
        "maxItems" => items.is_none_or(|items| items <= limit),
        "minimum" => value.as_f64().is_none_or(|number| number >= limit),
        "maximum" => value.as_f64().is_none_or(|number| number <= limit),
        // The only other one.
        _ => list(value)
            .iter()
            .enumerate()
            .all(|(index, item)| !list(value).iter().skip(index + 1).any(|other| other == item)),
    };
    if !fits {
        faults.push(format!("{at}: is {value}, against {keyword} {says}"));
    }
}

#[expect(clippy::expect_used, reason = "a pattern that is none stops the test")]
fn matches(pattern: &str, text: &str) -> bool {
    static PATTERNS: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Mutex::default);
    let mut patterns = PATTERNS.lock().expect("no test stopped in here");
    let known = patterns.entry(pattern.to_owned());
    known.or_insert_with(|| Regex::new(pattern).expect("a pattern of the document is one")).is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(schema: &Value, good: &[Value], bad: &[Value]) {
        let document =
            json!({ "components": { "schemas": { "Id": { "type": "string", "pattern": "^a[0-9]$" } } } });
        let schemas = Schemas::new(&document, AnswerExtent::Whole);
        for value in good {
            assert_eq!(schemas.faults(schema, value), Faults::new(), "{schema} {value}");
        }
        for value in bad {
            assert!(!schemas.faults(schema, value).is_empty(), "{schema} takes {value}");
        }
    }

    #[test]
    fn every_keyword_takes_what_fits_and_finds_what_does_not() {
        check(&json!({ "type": "integer" }), &[json!(1), json!(-1)], &[json!(1.5), json!("1"), json!(null)]);
        check(&json!({ "type": ["string", "null"] }), &[json!("a"), json!(null)], &[json!(1)]);
        check(&json!({ "enum": ["a", 1] }), &[json!("a"), json!(1)], &[json!("b")]);
        check(&json!({ "$ref": "#/components/schemas/Id" }), &[json!("a1")], &[json!("b1"), json!(1)]);
        check(&json!({ "minimum": 1, "maximum": 2 }), &[json!(1), json!(2)], &[json!(0), json!(3)]);
        check(
            &json!({ "minLength": 1, "maxLength": 2 }),
            &[json!("é"), json!("ab")],
            &[json!(""), json!("abc")],
        );
        check(&json!({ "minItems": 1, "maxItems": 2 }), &[json!([1])], &[json!([]), json!([1, 2, 3])]);
        check(&json!({ "uniqueItems": true }), &[json!([1, 2])], &[json!([1, 2, 1])]);
        check(&json!({ "items": { "type": "string" } }), &[json!(["a"]), json!([])], &[json!(["a", 1])]);
        check(&json!({ "format": "date-time" }), &[json!("2026-11-22T09:00:00Z")], &[json!("22 November")]);
        check(&json!({ "format": "date" }), &[json!("2026-11-22")], &[json!("2026-22-11")]);
        check(&json!({ "format": "ip" }), &[json!("::1")], &[json!("localhost")]);
        check(
            &json!({ "format": "int32" }),
            &[json!(-1), json!(4_294_967_295_u32)],
            &[json!(4_294_967_296_u64)],
        );
        check(&json!({ "format": "uri" }), &[json!("https://a")], &[json!("a")]);
    }

    #[test]
    fn an_object_has_the_fields_that_one_of_its_schemas_names_and_no_others() {
        let a = json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "integer" } } });
        let b = json!({ "type": "object", "properties": { "b": { "enum": ["x"] } } });
        check(&a, &[json!({ "a": 1 })], &[json!({}), json!({ "a": "1" }), json!({ "a": 1, "b": "x" })]);
        let both = json!({ "allOf": [a, b] });
        check(
            &both,
            &[json!({ "a": 1, "b": "x" })],
            &[json!({ "a": 1, "b": "y" }), json!({ "a": 1, "c": 1 })],
        );
        check(
            &json!({ "oneOf": [a, { "type": "null" }] }),
            &[json!({ "a": 1 }), json!(null)],
            &[json!({ "b": "x" })],
        );
        check(&json!({ "oneOf": [{ "type": "integer" }, { "minimum": 0 }] }), &[json!(-1)], &[json!(1)]);
        check(
            &json!({ "anyOf": [{ "type": "integer" }, { "enum": ["never"] }] }),
            &[json!(1), json!("never")],
            &[json!("x")],
        );
        check(&json!({ "type": "object" }), &[json!({ "any": 1 })], &[json!([])]);
        let map =
            json!({ "additionalProperties": { "type": "integer" }, "propertyNames": { "minLength": 2 } });
        check(&map, &[json!({ "ab": 1 })], &[json!({ "ab": "1" }), json!({ "a": 1 })]);
        check(&json!({ "additionalProperties": false }), &[json!({})], &[json!({ "a": 1 })]);
    }

    #[test]
    #[should_panic(expected = "uses minProperties, which testkit::contract does not compare")]
    fn a_keyword_that_is_not_compared_stops_the_test() {
        check(&json!({ "minProperties": 1 }), &[json!({})], &[]);
    }
}
