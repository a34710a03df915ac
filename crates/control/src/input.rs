//! Parses what a request brings, strictly: an unknown or wrong field is refused by name.

mod unambiguous;

use crate::{Control, Refusal};
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use countersign_api::{ParameterError, RequestQuery};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::str::FromStr;
use unambiguous::JsonFault;

/// Maximum size of a body in bytes.
pub const LONGEST_BODY: usize = 1 << 20;

/// A JSON body.
pub struct Json<T>(pub T);

/// A JSON body that may be omitted because everything in it has a default.
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Control> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &Control) -> Result<Self, Refusal> {
        let typed = media_type(request.headers()).cloned();
        let bytes = body(request).await?;
        if bytes.is_empty() {
            return Err(
                Refusal::malformed("the body is empty").remedy("send the JSON that docs/openapi.json shows")
            );
        }
        if !is_json(typed.as_ref()) {
            let found =
                typed.as_ref().and_then(|value| value.to_str().ok()).unwrap_or("of no single stated type");
            return Err(Refusal::media_type(found));
        }
        parse(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned + Default> FromRequest<Control> for OptionalJson<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &Control) -> Result<Self, Refusal> {
        let empty = axum::body::HttpBody::is_end_stream(request.body());
        if empty {
            Ok(Self(T::default()))
        } else {
            Json::from_request(request, state).await.map(|Json(read)| Self(read))
        }
    }
}

/// Reads the whole body, up to the limit.
pub async fn body(request: Request) -> Result<Bytes, Refusal> {
    let limited = Limited::new(request.into_body(), LONGEST_BODY);
    match limited.collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Refusal::too_large(LONGEST_BODY)),
        Err(error) => Err(Refusal::malformed(format!("the body could not be read: {error}"))),
    }
}

/// Returns the media type of the body; `None` if it is absent or given twice.
pub fn media_type(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut given = headers.get_all(header::CONTENT_TYPE).iter();
    given.next().filter(|_| given.next().is_none())
}

/// Returns whether a `Content-Type` is JSON, whatever its parameters.
pub fn is_json(typed: Option<&HeaderValue>) -> bool {
    let essence = typed.and_then(|value| value.to_str().ok()).and_then(|text| text.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// Parses JSON; an error names the wrong field.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let value = unambiguous(bytes)?;
    // serde would also read a structure from an array, by the order of its fields: an undocumented second form, whose
    // meaning changes when a field is added.
    if !value.is_object() {
        return Err(Refusal::invalid("body", "the body is not a JSON object"));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let (path, message) = (error.path().to_string(), error.into_inner().to_string());
        Refusal::invalid(field(&path, &message), message)
    })
}

/// Parses JSON, and refuses an object that repeats a name.
pub fn unambiguous(bytes: &[u8]) -> Result<Value, Refusal> {
    unambiguous::read(bytes).map_err(|fault| match fault {
        JsonFault::Malformed(error) => Refusal::malformed(format!("the body is not JSON: {error}")),
        JsonFault::Repeated(path) => {
            let detail = format!("{path} is given twice");
            Refusal::invalid(path, detail).remedy("say it once: readers differ in which of the two counts")
        }
    })
}

/// Returns the path of the wrong field. For a missing or unknown field, serde's path ends at the enclosing object, and
/// only the message names the field.
fn field(path: &str, message: &str) -> String {
    // A wrong key of a map has no path of its own yet.
    let path = path.strip_suffix(".?").unwrap_or(path);
    let quoted = message.strip_prefix("missing field `").or_else(|| message.strip_prefix("unknown field `"));
    let named = quoted.and_then(|rest| rest.split('`').next());
    match (path, named) {
        (".", Some(named)) => named.to_owned(),
        (".", None) => "body".to_owned(),
        (path, Some(named)) if path != named && !path.ends_with(&format!(".{named}")) => {
            format!("{path}.{named}")
        }
        (path, _) => path.to_owned(),
    }
}

/// The query parameters of a row. That the request has no others, and none twice, is checked before the handler.
pub struct QueryParameters<Q>(pub Q);

impl<Q: RequestQuery> FromRequestParts<Control> for QueryParameters<Q> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Control) -> Result<Self, Refusal> {
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let mut given: BTreeMap<_, _> = url::form_urlencoded::parse(query).collect();
        Q::read(|name| given.remove(name).map(Cow::into_owned)).map(Self).map_err(wrong_parameter)
    }
}

/// Returns the refusal of a parameter.
fn wrong_parameter(ParameterError { name, wrong }: ParameterError) -> Refusal {
    let refusal = Refusal::invalid(name, wrong.detail);
    match wrong.remedy {
        Some(remedy) => refusal.remedy(remedy),
        None => refusal,
    }
}

/// Parses an id or name in a path.
pub fn in_path<T>(field: &str, text: &str) -> Result<T, Refusal>
where
    T: FromStr<Err = countersign_names::NameError>,
{
    text.parse().map_err(|error| Refusal::name(field, &error))
}

/// Checks a text that goes on record: not empty and not too long. Returns it trimmed.
pub fn on_record(field: &str, text: &str) -> Result<String, Refusal> {
    const LONGEST: usize = 2000;
    // Counted before trimming, because docs/openapi.json limits the text as it is sent.
    if text.chars().count() > LONGEST {
        return Err(Refusal::invalid(field, format!("{field} is longer than {LONGEST} characters")));
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::invalid(field, format!("{field} is empty"))
            .remedy("give a reason, which the journal keeps"));
    }
    Ok(text.to_owned())
}

/// Parses a span in seconds within bounds.
pub fn span(field: &str, seconds: u64, shortest: u64, longest: u64) -> Result<std::time::Duration, Refusal> {
    if (shortest..=longest).contains(&seconds) {
        return Ok(std::time::Duration::from_secs(seconds));
    }
    let detail = format!("{seconds} seconds is not between {shortest} and {longest}");
    Err(Refusal::invalid(field, detail).remedy("give a span between these two"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_for_the_record_is_neither_empty_nor_a_book_with_its_spaces_counted() {
        let said = |text: &str| on_record("reason", text).ok();
        assert_eq!(said(" it was agreed\n").as_deref(), Some("it was agreed"));
        assert_eq!(said(" \n"), None);
        assert_eq!(said(&"é".repeat(2000)).map(|text| text.chars().count()), Some(2000));
        assert_eq!(said(&"é".repeat(2001)), None);
        assert_eq!(said(&format!("a{}", " ".repeat(2000))), None);
    }

    #[test]
    fn a_wrong_body_names_its_field() {
        let check = |body: &str, field: Option<&str>, status: u16| {
            let refusal = parse::<countersign_api::Declaration>(body.as_bytes()).unwrap_err();
            assert_eq!(refusal.problem().field.as_deref(), field, "{body}: {refusal:?}");
            assert_eq!(refusal.problem().status, status, "{body}");
        };
        let rest = r#""owner":"a","hosts":["w"],"upstream":"http://a""#;
        check("{", None, 400);
        check("nonsense", None, 400);
        check("[]", Some("body"), 422);
        check("3", Some("body"), 422);
        check("{}", Some("title"), 422);
        check(&format!(r#"{{"title":3,{rest}}}"#), Some("title"), 422);
        check(&format!(r#"{{"title":"t","colour":1,{rest}}}"#), Some("colour"), 422);
        check(
            &format!(r#"{{"title":"t",{rest},"resources":[{{"routes":[]}}]}}"#),
            Some("resources[0].part"),
            422,
        );
        check(
            &format!(r#"{{"title":"t",{rest},"resources":[{{"part":"a","x":1}}]}}"#),
            Some("resources[0].x"),
            422,
        );
        check(&format!(r#"{{"title":"t",{rest}}} trailing"#), None, 400);
        // serde would refuse only the first of these: maps silently keep the last value.
        check(&format!(r#"{{"title":"t","title":"u",{rest}}}"#), Some("title"), 422);
        check(
            &format!(r#"{{"title":"t",{rest},"operations":{{"a":"read","a":"administer"}}}}"#),
            Some("operations.a"),
            422,
        );
    }
}
