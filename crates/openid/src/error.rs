//! The errors of RFC 6749, RFC 6750 and OpenID Connect, as a client reads them.

use std::fmt;

/// The error codes, each defined by a standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OAuthErrorCode {
    /// A parameter is missing, doubled or not valid.
    InvalidRequest,
    /// The client could not be authenticated.
    InvalidClient,
    /// The code or the refresh token is not valid, is used up, or is of another client.
    InvalidGrant,
    /// The client may not use this grant.
    UnauthorizedClient,
    /// There is no such grant type here.
    UnsupportedGrantType,
    /// There is no such response type here.
    UnsupportedResponseType,
    /// The scope is missing or goes beyond what was granted.
    InvalidScope,
    /// The person may not use the application.
    AccessDenied,
    /// Nobody is signed in, or not freshly enough, and no page may be shown.
    LoginRequired,
    /// The person must do something, and no page may be shown.
    InteractionRequired,
    /// Request objects are not supported.
    RequestNotSupported,
    /// Request objects by reference are not supported.
    RequestUriNotSupported,
    /// Registration in a request is not supported.
    RegistrationNotSupported,
    /// The access token is not valid.
    InvalidToken,
    /// The server cannot answer at the moment.
    TemporarilyUnavailable,
    /// The server failed.
    ServerError,
}

impl OAuthErrorCode {
    /// Returns the code as the standards write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::LoginRequired => "login_required",
            Self::InteractionRequired => "interaction_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::InvalidToken => "invalid_token",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }
}

/// A refusal in the protocol's words. The description names the parameter and never quotes a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", code.as_str())]
pub struct ProtocolError {
    /// The error code.
    pub code: OAuthErrorCode,
    /// What is wrong, for the developer of the client.
    pub description: String,
}

impl ProtocolError {
    /// Creates an error. Characters that RFC 6749 forbids in a description are replaced.
    pub fn new(code: OAuthErrorCode, description: impl fmt::Display) -> Self {
        let allowed = |c: char| matches!(c, ' ' | '!' | '#'..='[' | ']'..='~');
        let description =
            description.to_string().chars().map(|c| if allowed(c) { c } else { '\'' }).collect();
        Self { code, description }
    }

    /// Creates an `invalid_request`.
    pub fn request(description: impl fmt::Display) -> Self {
        Self::new(OAuthErrorCode::InvalidRequest, description)
    }

    /// Creates an `invalid_grant`.
    pub fn grant(description: impl fmt::Display) -> Self {
        Self::new(OAuthErrorCode::InvalidGrant, description)
    }

    /// Creates an `invalid_client`.
    pub fn client(description: impl fmt::Display) -> Self {
        Self::new(OAuthErrorCode::InvalidClient, description)
    }
}
