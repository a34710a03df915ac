//! The verification of an assertion that `docs/verify-assertion.md` gives applications written in Rust to copy.

use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};

/// Who asks: the claims of `token`, where one of the gates' `keys` signed it for this application.
pub fn who<C: serde::de::DeserializeOwned>(
    token: &str,
    keys: &JwkSet,
    issuer: &str,
    application: &str,
) -> Result<C> {
    let kid = decode_header(token)?.kid.unwrap_or_default();
    let key = keys.find(&kid).filter(|key| {
        key.common.key_algorithm == Some(KeyAlgorithm::ES256)
            && key.common.public_key_use == Some(PublicKeyUse::Signature)
            && matches!(&key.algorithm, AlgorithmParameters::EllipticCurve(on) if on.curve == EllipticCurve::P256)
    });
    let key = DecodingKey::from_jwk(key.ok_or(ErrorKind::InvalidKeyFormat)?)?;
    let mut rules = Validation::new(Algorithm::ES256);
    rules.set_issuer(&[issuer]);
    rules.set_audience(&[application]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    rules.validate_nbf = true;
    rules.leeway = 30;
    Ok(decode(token, &key, &rules)?.claims)
}
