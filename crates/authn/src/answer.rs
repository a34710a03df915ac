//! Request and response bodies: JSON with exactly the expected fields, and refusals as `application/problem+json`.

use crate::pages::retry_after;
use crate::{Limits, Refusal};
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRef, FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Extracts a JSON body of this type.
pub struct Json<T>(pub T);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
    Limits: FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let most = Limits::from_ref(state).body;
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Refusal::NotJson),
            Err(JsonRejection::JsonDataError(error)) => Err(Refusal::BadBody(cause(&error))),
            Err(JsonRejection::JsonSyntaxError(error)) => Err(Refusal::BadBody(cause(&error))),
            Err(other) if other.status() == http::StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Refusal::BodyTooLarge(most))
            }
            Err(_) => Err(Refusal::BadBody("it ended before it was complete".to_owned())),
        }
    }
}

/// Returns serde's message, which names the field and the position. The framework's message around it would reveal our
/// type names.
fn cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// A problem document (RFC 9457), with the additional members `code` and `field`.
#[derive(Serialize)]
struct SignInProblem<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: String,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.log();
        let status = self.status();
        let problem = SignInProblem {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Refused"),
            status: status.as_u16(),
            detail: self.to_string(),
            code: self.code(),
            field: self.about(),
        };
        let mut answer = (status, axum::Json(problem)).into_response();
        answer
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        retry_after(&mut answer, &self);
        answer
    }
}
