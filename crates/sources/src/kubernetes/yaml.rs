//! YAML and JSON as values. kubectl writes no aliases, so none are read: an alias makes a small file large.

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// Maximum depth of a document.
const DEEPEST: usize = 64;

/// A line, and what is wrong there.
type Problem = (u64, String);

/// Reads the documents of a file.
pub(super) fn documents(bytes: &[u8]) -> Result<Vec<Value>, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| (1, "it is not UTF-8".to_owned()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('{') {
        let StrictValue(value) = serde_json::from_str(text).map_err(|error| {
            (u64::try_from(error.line()).unwrap_or(u64::MAX), format!("not JSON: {error}"))
        })?;
        return Ok(vec![value]);
    }
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            (u64::try_from(error.marker().line()).unwrap_or(u64::MAX), format!("not YAML: {}", error.info()))
        })?;
        let line = u64::try_from(span.start.line()).unwrap_or(u64::MAX);
        builder.event(event).map_err(|problem| (line, problem))?;
    }
    Ok(builder.documents)
}

/// Builds values from the events of the parser.
#[derive(Default)]
struct Builder {
    documents: Vec<Value>,
    /// The collections that are open.
    open: Vec<OpenCollection>,
}

enum OpenCollection {
    List(Vec<Value>),
    /// With the key whose value comes next.
    Map(Map<String, Value>, Option<String>),
}

impl Builder {
    fn event(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Alias(_) => {
                Err("it has an alias (`*name`), which is not read: write the value out".to_owned())
            }
            Event::SequenceStart(..) => self.begin(OpenCollection::List(Vec::new())),
            Event::MappingStart(..) => self.begin(OpenCollection::Map(Map::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(OpenCollection::List(list)) => self.value(Value::Array(list)),
                Some(OpenCollection::Map(map, _)) => self.value(Value::Object(map)),
                None => Ok(()),
            },
            Event::Scalar(text, style, ..) => self.value(scalar(&text, style)),
            _ => Ok(()),
        }
    }

    fn begin(&mut self, collection: OpenCollection) -> Result<(), String> {
        if self.open.len() >= DEEPEST {
            return Err(format!("it is deeper than {DEEPEST} levels"));
        }
        self.open.push(collection);
        Ok(())
    }

    fn value(&mut self, value: Value) -> Result<(), String> {
        match self.open.last_mut() {
            None => self.documents.push(value),
            Some(OpenCollection::List(list)) => list.push(value),
            Some(OpenCollection::Map(map, key)) => match key.take() {
                Some(name) => {
                    map.insert(name, value);
                }
                None => {
                    let name = match value {
                        Value::String(name) => name,
                        Value::Bool(name) => name.to_string(),
                        _ => return Err("a key is no text".to_owned()),
                    };
                    if map.contains_key(&name) {
                        return Err(format!("the key `{}` is there twice", crate::text::shortened(&name)));
                    }
                    *key = Some(name);
                }
            },
        }
        Ok(())
    }
}

/// Reads a scalar. Numbers stay texts: nothing that is read is one.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    match text {
        "" | "~" | "null" if style == ScalarStyle::Plain => Value::Null,
        "true" | "false" if style == ScalarStyle::Plain => Value::Bool(text == "true"),
        text => Value::String(text.to_owned()),
    }
}

/// A value of JSON in which no key is there twice.
struct StrictValue(Value);

impl<'de> Deserialize<'de> for StrictValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(StrictValue)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(StrictValue(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((name, StrictValue(value))) = entries.next_entry::<String, StrictValue>()? {
            if map.contains_key(&name) {
                return Err(A::Error::custom(format!(
                    "the key `{}` is there twice",
                    crate::text::shortened(&name)
                )));
            }
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}
