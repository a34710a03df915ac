//! The checks of tokens that come back: ours, of the right kind, and signed with a key that is believed.

use crate::claims::TokenKind;
use countersign_names::Timestamp;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Maximum length of a token.
const LONGEST_TOKEN: usize = 8 * 1024;

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OwnTokenError {
    /// It is no signed JWT.
    #[error("it is no signed token")]
    Malformed,
    /// It is of another kind.
    #[error("it is another kind of token")]
    Kind,
    /// It is not signed with ES256 and a key that is believed.
    #[error("it is not signed by us")]
    Signature,
    /// Another issuer made it.
    #[error("it is of another issuer")]
    Issuer,
    /// It has expired.
    #[error("it has expired")]
    Expired,
}

/// The public keys that are believed.
pub struct OwnKeys(Vec<Jwk>);

#[derive(Deserialize)]
struct EveryToken {
    iss: String,
    exp: i64,
}

impl OwnKeys {
    /// Reads the keys; one that is not a JWK is left out.
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a Value>) -> Self {
        Self(keys.into_iter().filter_map(|key| serde_json::from_value(key.clone()).ok()).collect())
    }

    /// Checks a token of this kind and issuer, and returns its claims. `now` is `None` where a token may have expired, as the
    /// hint of a logout.
    ///
    /// # Errors
    /// If it is not accepted.
    pub fn check<T: DeserializeOwned>(
        &self,
        token: &str,
        kind: TokenKind,
        issuer: &str,
        now: Option<Timestamp>,
    ) -> Result<T, OwnTokenError> {
        if token.len() > LONGEST_TOKEN {
            return Err(OwnTokenError::Malformed);
        }
        // `none` and everything unknown is no header at all for this library.
        let header = decode_header(token).map_err(|_| OwnTokenError::Malformed)?;
        if header.alg != Algorithm::ES256 || header.crit.is_some() {
            return Err(OwnTokenError::Signature);
        }
        if header.typ.as_deref() != Some(kind.typ()) {
            return Err(OwnTokenError::Kind);
        }
        let kid = header.kid.ok_or(OwnTokenError::Signature)?;
        let key = self.0.iter().find(|key| key.common.key_id.as_deref() == Some(kid.as_str()));
        let key = DecodingKey::from_jwk(key.ok_or(OwnTokenError::Signature)?);
        let key = key.map_err(|_| OwnTokenError::Signature)?;
        let mut validation = Validation::new(Algorithm::ES256);
        // The claims are checked here, against a time that is an argument.
        (validation.validate_exp, validation.validate_aud) = (false, false);
        validation.required_spec_claims.clear();
        let claims: Value = decode(token, &key, &validation).map_err(|_| OwnTokenError::Signature)?.claims;
        let every: EveryToken = serde_json::from_value(claims.clone()).map_err(|_| OwnTokenError::Kind)?;
        if every.iss != issuer {
            return Err(OwnTokenError::Issuer);
        }
        if now.is_some_and(|now| every.exp <= now.as_seconds()) {
            return Err(OwnTokenError::Expired);
        }
        serde_json::from_value(claims).map_err(|_| OwnTokenError::Kind)
    }
}
