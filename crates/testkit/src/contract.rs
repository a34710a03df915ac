//! Compares answers with `docs/openapi.json`: the status, the media type, and the body by its schema.
//!
//! A field that the document does not have is a fault too, because the document is how clients know what there is.

mod sample;
mod schema;

pub use sample::BodySample;
use schema::Schemas;
use serde_json::Value;
use std::path::Path;
use std::sync::LazyLock;

#[expect(clippy::expect_used, reason = "a test without the contract stops here")]
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let text = std::fs::read_to_string(path).expect("the document can be read");
    serde_json::from_str(&text).expect("the document is JSON")
});

/// How much of an answer there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerExtent {
    /// All of it, as the server sent it.
    Whole,
    /// What a stand-in says, which a test needs: fields may be left out, and a digest may be a short text. A body may be
    /// missing.
    Parts,
}

/// An answer of the API.
#[derive(Debug, Clone, Copy)]
pub struct ApiAnswer<'a> {
    /// The method of the request, in capital letters.
    pub method: &'a str,
    /// The path of the request, with or without a query.
    pub path: &'a str,
    /// The status.
    pub status: u16,
    /// The header `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The body. Only a body of JSON is compared.
    pub body: &'a [u8],
}

/// Checks that the document describes this answer.
///
/// # Panics
/// If it does not, with what is wrong.
#[expect(clippy::panic, reason = "a test whose answer is not in the contract stops here")]
#[track_caller]
pub fn hold(answer: &ApiAnswer<'_>, extent: AnswerExtent) {
    let faults = faults(&DOCUMENT, answer, extent);
    let ApiAnswer { method, path, status, body, .. } = answer;
    if !faults.is_empty() {
        panic!(
            "docs/openapi.json does not describe the answer {status} to {method} {path}:\n{}\n{}",
            faults.join("\n"),
            String::from_utf8_lossy(body)
        );
    }
}

/// Returns a sample of the successful answer to a request, with its status; `None` if the document has no such operation
/// or no JSON for it. `Value::Null` stands for an answer without a body.
pub fn sample_answer(method: &str, path: &str, sample: BodySample) -> Option<(u16, Value)> {
    let path = path.split('?').next().unwrap_or_default();
    let responses = operation(&DOCUMENT, &method.to_lowercase(), path)?.get("responses")?.as_object()?;
    let (status, response) = responses.iter().find(|(status, _)| status.starts_with('2'))?;
    let status = status.parse().ok()?;
    let Some(content) = response.get("content") else { return Some((status, Value::Null)) };
    let schema = content.get("application/json")?.get("schema")?;
    Some((status, sample.of(&DOCUMENT, schema)))
}

/// Returns a sample of the body of a request; `None` if it has none.
pub fn sample_body(method: &str, path: &str, sample: BodySample) -> Option<Value> {
    let body = operation(&DOCUMENT, &method.to_lowercase(), path)?.get("requestBody")?;
    Some(sample.of(&DOCUMENT, body.get("content")?.get("application/json")?.get("schema")?))
}

/// Returns a sample of each query parameter of a request, as text.
pub fn sample_query(method: &str, path: &str, sample: BodySample) -> Vec<(String, String)> {
    let operation = operation(&DOCUMENT, &method.to_lowercase(), path);
    let parameters = operation.and_then(|operation| operation.get("parameters")?.as_array());
    let in_query = parameters
        .into_iter()
        .flatten()
        .filter(|parameter| parameter.get("in").and_then(Value::as_str) == Some("query"));
    in_query
        .filter_map(|parameter| {
            let value = sample.of(&DOCUMENT, parameter.get("schema")?);
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Some((parameter.get("name")?.as_str()?.to_owned(), text))
        })
        .collect()
}

/// Returns a sample of a component of the document; `None` if it has no component of this name.
pub fn sample_component(name: &str, sample: BodySample) -> Option<Value> {
    let schema = DOCUMENT.get("components")?.get("schemas")?.get(name)?;
    Some(sample.of(&DOCUMENT, schema))
}

fn faults(document: &Value, answer: &ApiAnswer<'_>, extent: AnswerExtent) -> Vec<String> {
    let path = answer.path.split('?').next().unwrap_or_default();
    let method = if answer.method == "HEAD" { "GET" } else { answer.method };
    let Some(operation) = operation(document, &method.to_lowercase(), path) else {
        return undocumented(document, answer, extent);
    };
    let status = answer.status.to_string();
    let responses = operation.get("responses").and_then(Value::as_object);
    let listed = responses.and_then(|responses| responses.get(&status));
    // What answers by default describes refusals; a success that is not listed is none of them.
    let default = responses.and_then(|responses| responses.get("default")).filter(|_| answer.status >= 400);
    match listed.or(default) {
        Some(response) => described(document, response, answer, extent),
        None => vec![format!("it has no answer {status} here")],
    }
}

/// Returns what is wrong with an answer to a request that is not in the document: it must be refused.
fn undocumented(document: &Value, answer: &ApiAnswer<'_>, extent: AnswerExtent) -> Vec<String> {
    if !matches!(answer.status, 400..500) {
        return vec!["it has no such operation, and the request was not refused".to_owned()];
    }
    let schema = serde_json::json!({ "$ref": "#/components/schemas/Problem" });
    let response = serde_json::json!({ "content": { "application/problem+json": { "schema": schema } } });
    described(document, &response, answer, extent)
}

fn described(
    document: &Value,
    response: &Value,
    answer: &ApiAnswer<'_>,
    extent: AnswerExtent,
) -> Vec<String> {
    let content = response.get("content").and_then(Value::as_object).filter(|content| !content.is_empty());
    if answer.body.is_empty() {
        let may_be_empty = content.is_none() || answer.method == "HEAD" || extent == AnswerExtent::Parts;
        return if may_be_empty { Vec::new() } else { vec!["it has a body here".to_owned()] };
    }
    let Some(content) = content else { return vec!["it has no body here".to_owned()] };
    let media = answer.content_type.map(|given| given.split(';').next().unwrap_or_default().trim());
    let known = media.and_then(|media| content.get(media));
    let Some(known) = known else {
        let known: Vec<_> = content.keys().map(String::as_str).collect();
        return vec![format!("its media type is {media:?}, and the document has {}", known.join(", "))];
    };
    let is_json = media.is_some_and(|media| media.ends_with("json") && !media.ends_with("ndjson"));
    let Some(schema) = known.get("schema").filter(|_| is_json) else { return Vec::new() };
    match serde_json::from_slice(answer.body) {
        Ok(body) => Schemas::new(document, extent).faults(schema, &body),
        Err(error) => vec![format!("it is not JSON: {error}")],
    }
}

/// Returns the operation of a method and a path. The path without parameters goes first.
fn operation<'a>(document: &'a Value, method: &str, path: &str) -> Option<&'a Value> {
    let paths = document.get("paths").and_then(Value::as_object)?;
    let matching = paths.iter().filter(|(template, _)| is_of_template(path, template));
    let known = matching.filter_map(|(template, methods)| Some((template, methods.get(method)?)));
    known.min_by_key(|(template, _)| template.matches('{').count()).map(|(_, operation)| operation)
}

fn is_of_template(path: &str, template: &str) -> bool {
    let (mut path, mut template) = (path.split('/'), template.split('/'));
    loop {
        match (path.next(), template.next()) {
            (None, None) => return true,
            // A part of an application is the one parameter that may hold slashes. It is the last one.
            (Some(_), Some("{part}")) => return template.next().is_none(),
            (Some(given), Some(known)) if known == given || known.starts_with('{') && !given.is_empty() => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document() -> Value {
        let ok = |schema| {
            json!({ "200": { "content": { "application/json": { "schema": schema } } },
            "204": {}, "default": { "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } } })
        };
        let id =
            json!({ "type": "object", "required": ["id"], "properties": { "id": { "type": "string" } } });
        json!({
            "paths": {
                "/things": { "get": { "responses": ok(json!({ "type": "array", "items": { "$ref": "#/components/schemas/Thing" } })) } },
                "/things/{id}": { "get": { "responses": ok(json!({ "$ref": "#/components/schemas/Thing" })) } },
                "/things/new": { "get": { "responses": ok(json!({ "type": "boolean" })) } },
                "/labels/{part}": { "get": { "responses": ok(json!({ "type": "boolean" })) } },
            },
            "components": { "schemas": {
                "Thing": id,
                "Problem": { "type": "object", "required": ["title"], "properties": { "title": { "type": "string" } } },
            } },
        })
    }

    #[track_caller]
    fn check(line: &str, status: u16, media: &str, body: &str, fault: Option<&str>) {
        let (method, path) = line.split_once(' ').unwrap();
        let content_type = (!media.is_empty()).then_some(media);
        let answer = ApiAnswer { method, path, status, content_type, body: body.as_bytes() };
        let found = faults(&document(), &answer, AnswerExtent::Whole);
        match fault {
            None => assert!(found.is_empty(), "{line}: {found:?}"),
            Some(fault) => assert!(found.iter().any(|found| found.contains(fault)), "{line}: {found:?}"),
        }
    }

    #[test]
    fn an_answer_is_what_the_document_says_or_it_is_found() {
        let (json, problem) = ("application/json", "application/problem+json");
        check("GET /things?limit=1", 200, json, r#"[{"id":"a"}]"#, None);
        check("GET /things", 200, "application/json; charset=utf-8", "[]", None);
        check("GET /things/a", 200, json, r#"{"id":"a"}"#, None);
        check("GET /things/new", 200, json, "true", None);
        check("GET /labels/a/b", 200, json, "true", None);
        check("HEAD /things", 200, json, "", None);
        check("GET /things", 204, "", "", None);
        check("GET /things", 404, problem, r#"{"title":"a"}"#, None);
        check("GET /nothing", 404, problem, r#"{"title":"a"}"#, None);

        check("GET /things", 200, json, r#"[{"id":"a"},{"id":1}]"#, Some("1.id: is no string"));
        check("GET /things", 200, json, r#"[{}]"#, Some("0: lacks id"));
        check("GET /things/a", 200, json, r#"{"id":"a","more":1}"#, Some("it has no field more"));
        check("GET /things", 200, json, "", Some("it has a body here"));
        check("GET /things", 200, json, "[", Some("it is not JSON"));
        check("GET /things", 204, json, "[]", Some("it has no body here"));
        check("GET /things", 200, problem, "[]", Some("its media type is"));
        check("GET /things", 200, "", "[]", Some("its media type is"));
        check("GET /things", 201, json, "[]", Some("it has no answer 201 here"));
        check("GET /things", 404, json, r#"{"title":"a"}"#, Some("its media type is"));
        check("GET /things", 404, problem, r#"{"titel":"a"}"#, Some("lacks title"));
        check("GET /nothing", 200, json, "[]", Some("was not refused"));
        check("POST /things", 500, problem, r#"{"title":"a"}"#, Some("was not refused"));
        check("GET /things/", 200, json, r#"{"id":"a"}"#, Some("was not refused"));
    }

    #[test]
    fn what_a_stand_in_leaves_out_is_no_fault_and_what_it_adds_is_one() {
        let of_parts = |body: &str| {
            let content_type = Some("application/json");
            let answer = ApiAnswer {
                method: "GET",
                path: "/things/a",
                status: 200,
                content_type,
                body: body.as_bytes(),
            };
            faults(&document(), &answer, AnswerExtent::Parts)
        };
        assert!(of_parts("{}").is_empty() && of_parts("").is_empty());
        assert!(!of_parts(r#"{"ident":"a"}"#).is_empty() && !of_parts(r#"{"id":1}"#).is_empty());
    }
}
