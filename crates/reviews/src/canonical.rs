//! The one form of a JSON text whose digest is stated.

use aws_lc_rs::digest::{SHA256, digest};
use countersign_facts::Digest;
use serde_json::Value;

/// Writes JSON in the canonical form of RFC 8785, of values that have no fractions: the names of an object are sorted, and
/// there is no space between the parts.
pub fn canonical_json(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            text.push('{');
            for (place, (name, value)) in fields.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
        Value::Array(values) => {
            text.push('[');
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write(value, text);
            }
            text.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            text.push_str(&value.to_string())
        }
    }
}

/// Returns the SHA-256 of a text.
pub fn digest_of(text: &str) -> Digest {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    Digest::new(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_names_does_not_matter() {
        let one = canonical_json(&json!({"b": [1, {"d": null, "c": "é\n"}], "a": true}));
        assert_eq!(one, "{\"a\":true,\"b\":[1,{\"c\":\"é\\n\",\"d\":null}]}");
        assert_eq!(one, canonical_json(&json!({"a": true, "b": [1, {"c": "é\n", "d": null}]})));
    }
}
