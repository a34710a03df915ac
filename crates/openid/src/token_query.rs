//! The token request (RFC 6749, sections 4.1.3 and 6), and the bearer token of the userinfo request.

use crate::error::ProtocolError;
use crate::grant_type::GrantType;
use crate::opaque::{OpaqueKind, OpaqueToken};
use crate::parameters::Parameters;
use secrecy::SecretString;

/// Maximum length of a bearer token.
const LONGEST_TOKEN: usize = 8 * 1024;

/// A token request.
pub enum TokenQuery {
    /// A code to exchange.
    Code(CodeQuery),
    /// A refresh token to exchange.
    Refresh(RefreshQuery),
}

/// A code to exchange.
pub struct CodeQuery {
    /// The code.
    pub code: OpaqueToken,
    /// The redirect URI of the authorization request.
    pub redirect_uri: String,
    /// The PKCE verifier.
    pub verifier: SecretString,
}

/// A refresh token to exchange.
pub struct RefreshQuery {
    /// The refresh token.
    pub token: OpaqueToken,
    /// The scopes that are asked for; `None`: those that were granted.
    pub scope: Option<String>,
}

impl TokenQuery {
    /// Reads a request.
    ///
    /// # Errors
    /// If it is not valid.
    pub fn of(parameters: &Parameters) -> Result<Self, ProtocolError> {
        match GrantType::of(parameters)? {
            GrantType::AuthorizationCode => {
                let code = OpaqueToken::parse(OpaqueKind::Code, parameters.required("code")?)
                    .ok_or_else(|| ProtocolError::grant("the code is none of ours"))?;
                let redirect_uri = parameters.required("redirect_uri")?.to_owned();
                let verifier = parameters.required("code_verifier")?.into();
                Ok(Self::Code(CodeQuery { code, redirect_uri, verifier }))
            }
            GrantType::RefreshToken => {
                let token = OpaqueToken::parse(OpaqueKind::Refresh, parameters.required("refresh_token")?)
                    .ok_or_else(|| ProtocolError::grant("the refresh token is none of ours"))?;
                Ok(Self::Refresh(RefreshQuery { token, scope: parameters.get("scope").map(str::to_owned) }))
            }
        }
    }
}

/// Reads the token of `Authorization: Bearer`; `None` if there is none. A token in a query or form is not read: it would end
/// up in logs.
pub fn bearer_token(authorization: &[u8]) -> Option<&str> {
    let (scheme, token) = std::str::from_utf8(authorization).ok()?.split_once(' ')?;
    let fits = scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.len() <= LONGEST_TOKEN;
    (fits && token.bytes().all(|b| b.is_ascii_graphic())).then_some(token)
}
