//! Answers to clients: errors in the protocol's words, and redirects.

use axum::Json;
use axum::response::{IntoResponse, Response};
use countersign_database::DatabaseError;
use countersign_openid::{OAuthErrorCode, ProtocolError};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;
use std::fmt::Display;

/// A refusal of the token endpoint and its neighbours.
#[derive(Debug)]
pub struct TokenRefusal {
    error: ProtocolError,
    /// The challenge for a client or a token that was not accepted.
    challenge: Option<&'static str>,
}

impl TokenRefusal {
    /// The server cannot answer now; the cause is for the log.
    pub fn unavailable(cause: &dyn Display) -> Self {
        tracing::error!(%cause, "the OpenID provider cannot answer");
        let text = "this server cannot answer at the moment: try again";
        Self { error: ProtocolError::new(OAuthErrorCode::TemporarilyUnavailable, text), challenge: None }
    }

    /// Names the scheme by which the client presented itself.
    pub fn challenging(self, basic: bool) -> Self {
        Self { challenge: basic.then_some("Basic realm=\"client\""), ..self }
    }

    /// Refuses an access token.
    pub fn token(description: impl Display) -> Self {
        let error = ProtocolError::new(OAuthErrorCode::InvalidToken, description);
        Self { error, challenge: Some("Bearer error=\"invalid_token\"") }
    }

    /// Returns the error.
    pub fn into_error(self) -> ProtocolError {
        self.error
    }
}

impl From<ProtocolError> for TokenRefusal {
    fn from(error: ProtocolError) -> Self {
        Self { error, challenge: None }
    }
}

impl From<DatabaseError> for TokenRefusal {
    fn from(error: DatabaseError) -> Self {
        Self::unavailable(&error)
    }
}

impl From<crate::CannotSign> for TokenRefusal {
    fn from(error: crate::CannotSign) -> Self {
        Self::unavailable(&error)
    }
}

impl IntoResponse for TokenRefusal {
    fn into_response(self) -> Response {
        let status = match self.error.code {
            OAuthErrorCode::InvalidClient | OAuthErrorCode::InvalidToken => StatusCode::UNAUTHORIZED,
            OAuthErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({ "error": self.error.code.as_str(), "error_description": self.error.description });
        let mut answer = (status, Json(body)).into_response();
        if let Some(challenge) = self.challenge {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        answer
    }
}

/// Sends the browser to a URI, with a `GET` whatever it came with.
pub fn see_other(uri: &str) -> Response {
    match HeaderValue::from_str(uri) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        // A declared URI and our own parameters are always a header's value.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
