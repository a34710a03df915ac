//! A provider's keys.

use crate::error::{FederationError, TokenError};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

const WHAT: &str = "keys";

/// Maximum number of keys that are kept of a provider.
const MOST: usize = 100;

/// The keys with which a provider signs.
#[derive(Debug, Clone, Default)]
pub struct ProviderKeys {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct JwkSetDocument {
    keys: Vec<Value>,
}

impl ProviderKeys {
    /// Parses a JWK set. A key of a kind that is not known here is left out, as RFC 7517 asks.
    ///
    /// # Errors
    /// If it is no JWK set, or has more than 100 keys.
    pub fn parse(bytes: &[u8]) -> Result<Self, FederationError> {
        let written: JwkSetDocument = serde_json::from_slice(bytes)
            .map_err(|error| FederationError::document(WHAT, format!("they cannot be read: {error}")))?;
        if written.keys.len() > MOST {
            return Err(FederationError::document(WHAT, "there are more than 100"));
        }
        let keys = written.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
        Ok(Self { keys: keys.collect() })
    }

    /// Returns the key with this id that fits the algorithm. Without an id there must be exactly one that fits.
    pub(crate) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<DecodingKey, TokenError> {
        let mut fitting = self.keys.iter().filter(|key| {
            fits(key, algorithm) && id.is_none_or(|id| key.common.key_id.as_deref() == Some(id))
        });
        let key = fitting.next().ok_or(TokenError::UnknownKey)?;
        if id.is_none() && fitting.next().is_some() {
            return Err(TokenError::UnknownKey);
        }
        DecodingKey::from_jwk(key).map_err(|_| TokenError::UnknownKey)
    }
}

fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let signs = !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption));
    let stated = key.common.key_algorithm.as_ref();
    let same = stated.is_none_or(|stated| {
        serde_json::to_value(stated).ok().as_ref().and_then(Value::as_str) == Some(name(algorithm))
    });
    let kind = match (&key.algorithm, algorithm) {
        (
            AlgorithmParameters::RSA(_),
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512,
        ) => true,
        (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES256) => curve.curve == EllipticCurve::P256,
        (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES384) => curve.curve == EllipticCurve::P384,
        (AlgorithmParameters::OctetKeyPair(curve), Algorithm::EdDSA) => curve.curve == EllipticCurve::Ed25519,
        _ => false,
    };
    signs && same && kind
}

/// Returns the algorithm's name, if tokens may use it: none that is symmetric, since a client's secret is no proof of
/// who signed.
pub(crate) const fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::RS256 => "RS256",
        Algorithm::RS384 => "RS384",
        Algorithm::RS512 => "RS512",
        Algorithm::PS256 => "PS256",
        Algorithm::PS384 => "PS384",
        Algorithm::PS512 => "PS512",
        Algorithm::ES256 => "ES256",
        Algorithm::ES384 => "ES384",
        Algorithm::EdDSA => "EdDSA",
        _ => "",
    }
}
