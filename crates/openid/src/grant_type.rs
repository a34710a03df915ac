//! The grant types of the token endpoint.

use crate::error::{OAuthErrorCode, ProtocolError};
use crate::parameters::Parameters;

/// What a token request presents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantType {
    /// A code from an authorization.
    AuthorizationCode,
    /// A refresh token.
    RefreshToken,
}

impl GrantType {
    /// The grant types, as the discovery document lists them.
    pub const ALL: [Self; 2] = [Self::AuthorizationCode, Self::RefreshToken];

    /// Returns the name in `grant_type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
        }
    }

    /// Reads the grant type of a request.
    ///
    /// # Errors
    /// If it is missing or unknown.
    pub fn of(parameters: &Parameters) -> Result<Self, ProtocolError> {
        let asked = parameters.required("grant_type")?;
        Self::ALL.into_iter().find(|known| known.as_str() == asked).ok_or_else(|| {
            let text = "grant_type is none of those that the discovery document lists";
            ProtocolError::new(OAuthErrorCode::UnsupportedGrantType, text)
        })
    }
}
