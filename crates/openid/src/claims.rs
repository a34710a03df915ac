//! What tokens say.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// Maximum life of an access token and of an ID token: as long as it takes at most until the end of a session is felt.
pub const ACCESS_TOKEN_LIFE: Duration = Duration::from_secs(300);

/// How long a logout token is valid.
pub const LOGOUT_TOKEN_LIFE: Duration = Duration::from_secs(120);

/// The event that a logout token states.
pub const BACKCHANNEL_LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The kind of a token, stated in its header, so that none is taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Says who signed in.
    Id,
    /// Opens the userinfo endpoint (RFC 9068).
    Access,
    /// Says that a session ended.
    Logout,
}

impl TokenKind {
    /// Returns the `typ` of the header.
    pub const fn typ(self) -> &'static str {
        match self {
            Self::Id => "JWT",
            Self::Access => "at+jwt",
            Self::Logout => "logout+jwt",
        }
    }
}

/// What a client may know of a person, by the scopes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileClaims {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the address is the person's: the organisation says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// The groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
}

/// The claims of an ID token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdTokenClaims {
    /// The issuer.
    pub iss: String,
    /// The person.
    pub sub: String,
    /// The client id.
    pub aud: String,
    /// When it was issued, in seconds.
    pub iat: i64,
    /// When it expires, in seconds.
    pub exp: i64,
    /// When the person proved who they are, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// The client's value of the authorization request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The assurance level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The session.
    pub sid: String,
    /// What the scopes allow.
    #[serde(flatten)]
    pub profile: ProfileClaims,
}

/// The claims of an access token (RFC 9068).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// The issuer.
    pub iss: String,
    /// The person.
    pub sub: String,
    /// The issuer, for its userinfo endpoint, and the application's own address space.
    pub aud: Vec<String>,
    /// The client id.
    pub client_id: String,
    /// When it was issued, in seconds.
    pub iat: i64,
    /// When it expires, in seconds.
    pub exp: i64,
    /// The id of the token.
    pub jti: String,
    /// The scopes.
    pub scope: String,
    /// The session.
    pub sid: String,
    /// The authorization from which it came.
    pub authorization: String,
}

/// The claims of a logout token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutTokenClaims {
    /// The issuer.
    pub iss: String,
    /// The person.
    pub sub: String,
    /// The client id.
    pub aud: String,
    /// When it was issued, in seconds.
    pub iat: i64,
    /// When it expires, in seconds.
    pub exp: i64,
    /// The id of the token.
    pub jti: String,
    /// The session that ended.
    pub sid: String,
    /// The logout event.
    pub events: Value,
}

impl LogoutTokenClaims {
    /// Returns the value of `events`.
    pub fn logout_event() -> Value {
        json!({ BACKCHANNEL_LOGOUT_EVENT: {} })
    }
}
