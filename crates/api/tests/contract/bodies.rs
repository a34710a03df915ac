//! The types read and write what the document says: every body and every answer of every row, with all that there can be
//! and with only what there must be.

use crate::every::{RowCheck, check_every_row};
use countersign_api::{EndpointRow, PREFIX, RequestBody, RequestQuery, ResponseBody};
use countersign_testkit::contract::{AnswerExtent, ApiAnswer, BodySample, hold, sample_answer, sample_body};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The number of values and alternatives that are tried; no enumeration of the contract has more.
const TURNS: usize = 32;

/// The method and the path of a row in the document.
fn target<const N: usize, B, A, Q>(row: &EndpointRow<N, B, A, Q>) -> (&'static str, String) {
    (row.method().as_str(), format!("{PREFIX}{}", row.path().replace("{*", "{")))
}

/// A check of the JSON of a row.
trait JsonCheck {
    fn check<T: Serialize + DeserializeOwned>(&self, id: &str, method: &str, path: &str) -> bool;
}

/// The bodies of requests.
struct Bodies<C>(C, usize);

impl<C: JsonCheck> RowCheck for Bodies<C> {
    fn row<const N: usize, B, A, Q>(&mut self, row: &EndpointRow<N, B, A, Q>)
    where
        B: RequestBody<Json: DeserializeOwned>,
        A: ResponseBody<Json: Serialize>,
        Q: RequestQuery,
    {
        let (method, path) = target(row);
        self.1 += usize::from(self.0.check::<B::Json>(row.id(), method, &path));
    }
}

/// The answers.
struct Answers<C>(C, usize);

impl<C: JsonCheck> RowCheck for Answers<C> {
    fn row<const N: usize, B, A, Q>(&mut self, row: &EndpointRow<N, B, A, Q>)
    where
        B: RequestBody<Json: DeserializeOwned>,
        A: ResponseBody<Json: Serialize>,
        Q: RequestQuery,
    {
        let (method, path) = target(row);
        self.1 += usize::from(self.0.check::<A::Json>(row.id(), method, &path));
    }
}

fn bodies(check: impl JsonCheck) {
    let mut bodies = Bodies(check, 0);
    check_every_row(&mut bodies);
    assert!(bodies.1 > 40, "only {} bodies were checked", bodies.1);
}

fn answers(check: impl JsonCheck) {
    let mut answers = Answers(check, 0);
    check_every_row(&mut answers);
    assert!(answers.1 > 80, "only {} answers were checked", answers.1);
}

fn read<T: DeserializeOwned>(id: &str, value: &Value) -> T {
    T::deserialize(value).unwrap_or_else(|error| panic!("{id}: {error}: {value:#}"))
}

fn with(value: &Value, field: &str, other: Value) -> Value {
    let mut changed = value.clone();
    changed[field] = other;
    changed
}

fn without(value: &Value, field: &str) -> Value {
    let mut changed = value.clone();
    changed.as_object_mut().unwrap().remove(field);
    changed
}

/// Checks that what was written is what was read, and adds the paths of the fields that were left out.
fn compare(id: &str, written: &Value, whole: &Value, path: &str, left_out: &mut BTreeSet<String>) {
    match (written, whole) {
        (Value::Object(written), Value::Object(whole)) => {
            assert!(
                written.keys().all(|name| whole.contains_key(name)),
                "{id} writes more at {path}: {written:?}"
            );
            for (name, value) in whole {
                let path = format!("{path}.{name}");
                match written.get(name) {
                    Some(written) => compare(id, written, value, &path, left_out),
                    None => drop(left_out.insert(path)),
                }
            }
        }
        (Value::Array(written), Value::Array(whole)) => {
            assert_eq!(written.len(), whole.len(), "{id} at {path}");
            for (written, whole) in written.iter().zip(whole) {
                compare(id, written, whole, &format!("{path}[]"), left_out);
            }
        }
        _ => assert_eq!(written, whole, "{id} at {path}"),
    }
}

/// Checks samples of one type: each value that there can be is read and written unchanged. Only a default may be left
/// out, so what is left out whatever its value is lost.
fn unchanged<T: Serialize + DeserializeOwned>(id: &str, sample: impl Fn(usize) -> Option<Value>) -> bool {
    let mut lost: Option<BTreeSet<String>> = None;
    for turn in 0..TURNS {
        let Some(whole) = sample(turn) else { return false };
        let written = serde_json::to_value(read::<T>(id, &whole)).unwrap();
        let mut left_out = BTreeSet::new();
        compare(id, &written, &whole, "", &mut left_out);
        lost = Some(lost.map_or(left_out.clone(), |lost| &lost & &left_out));
    }
    // An application has one kind so far, which is its default.
    let lost: Vec<_> = lost.into_iter().flatten().filter(|path| !path.ends_with("kind")).collect();
    assert_eq!(lost, [""; 0], "{id} loses fields");
    true
}

fn fields(value: &Value) -> Vec<String> {
    value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

#[test]
fn every_answer_of_the_document_is_read_and_written_unchanged() {
    struct Check;

    impl JsonCheck for Check {
        fn check<T: Serialize + DeserializeOwned>(&self, id: &str, method: &str, path: &str) -> bool {
            unchanged::<T>(id, |turn| Some(sample_answer(method, path, BodySample::whole(turn))?.1))
        }
    }

    answers(Check);
}

#[test]
fn what_an_answer_leaves_out_may_be_left_out() {
    struct Check;

    impl JsonCheck for Check {
        fn check<T: Serialize + DeserializeOwned>(&self, id: &str, method: &str, path: &str) -> bool {
            let Some((status, least)) = sample_answer(method, path, BodySample::least(0)) else {
                return false;
            };
            let written = serde_json::to_value(read::<T>(id, &least)).unwrap();
            let body = if written.is_null() { String::new() } else { written.to_string() };
            let (content_type, body) = (Some("application/json"), body.as_bytes());
            // What is written of it is an answer of the document too: nothing that must be there was lost.
            hold(&ApiAnswer { method, path, status, content_type, body }, AnswerExtent::Whole);
            for field in fields(&least) {
                let lacks = T::deserialize(without(&least, &field)).err().map(|error| error.to_string());
                let expected = format!("missing field `{field}`");
                assert_eq!(lacks.as_deref(), Some(expected.as_str()), "{id}");
            }
            true
        }
    }

    answers(Check);
}

/// A client of this version reads the answers of a later server.
#[test]
fn what_a_later_server_adds_to_an_answer_is_ignored() {
    struct Check;

    impl JsonCheck for Check {
        fn check<T: Serialize + DeserializeOwned>(&self, id: &str, method: &str, path: &str) -> bool {
            let Some((_, whole)) = sample_answer(method, path, BodySample::whole(0)) else { return false };
            // The text of a policy file is a body too, and bodies are strict.
            if !whole.is_object() || id == "policies.format" {
                return false;
            }
            let mut later = with(&whole, "colour", json!("red"));
            if let Some(item) = later.get_mut("items").and_then(|items| items.get_mut(0)) {
                item["colour"] = json!("red");
            }
            let written = |value: &Value| serde_json::to_value(read::<T>(id, value)).unwrap();
            assert_eq!(written(&later), written(&whole), "{id}");
            true
        }
    }

    answers(Check);
}

#[test]
fn every_body_of_the_document_is_read_and_written_unchanged() {
    struct Check;

    impl JsonCheck for Check {
        fn check<T: Serialize + DeserializeOwned>(&self, id: &str, method: &str, path: &str) -> bool {
            unchanged::<T>(id, |turn| sample_body(method, path, BodySample::whole(turn)))
        }
    }

    bodies(Check);
}

#[test]
fn a_body_without_a_field_that_it_needs_names_it_and_so_does_one_with_a_field_too_many() {
    struct Check;

    impl JsonCheck for Check {
        fn check<T: Serialize + DeserializeOwned>(&self, id: &str, method: &str, path: &str) -> bool {
            let Some(least) = sample_body(method, path, BodySample::least(0)) else { return false };
            read::<T>(id, &least);
            let fault = |body: Value| T::deserialize(body).err().map(|error| error.to_string());
            for field in fields(&least) {
                let expected = format!("missing field `{field}`");
                assert_eq!(fault(without(&least, &field)), Some(expected), "{id}");
            }
            let strange = fault(with(&least, "colour", json!("red"))).unwrap_or_default();
            assert!(strange.starts_with("unknown field `colour`, expected"), "{id}: {strange}");
            true
        }
    }

    bodies(Check);
}

#[test]
fn a_field_of_another_type_is_refused() {
    struct Check;

    impl JsonCheck for Check {
        fn check<T: Serialize + DeserializeOwned>(&self, id: &str, method: &str, path: &str) -> bool {
            let Some(whole) = sample_body(method, path, BodySample::whole(0)) else { return false };
            for field in fields(&whole) {
                for other in [json!([[7]]), json!(7.5), json!({ "colour": [7] })] {
                    // A field that is no whole number takes one that is not whole.
                    if other.is_f64() && whole.get(&field).is_some_and(Value::is_f64) {
                        continue;
                    }
                    let body = with(&whole, &field, other.clone());
                    assert!(T::deserialize(body).is_err(), "{id}: {field} takes {other}");
                }
            }
            for other in [json!([]), json!("text"), json!(1), json!(null)] {
                let read = T::deserialize(other.clone());
                assert!(read.is_err() || other.is_array(), "{id} takes {other}");
            }
            true
        }
    }

    bodies(Check);
}
