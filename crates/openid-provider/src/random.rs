//! Secrets and ids.

use crate::answer::TokenRefusal;
use countersign_openid::{OpaqueKind, OpaqueToken};
use secrecy::SecretString;
use uuid::Uuid;

fn fill(bytes: &mut [u8]) -> Result<(), TokenRefusal> {
    aws_lc_rs::rand::fill(bytes)
        .map_err(|_| TokenRefusal::unavailable(&"the operating system gives no randomness"))
}

/// Draws an id.
pub fn id() -> Result<Uuid, TokenRefusal> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// Draws a code or refresh token of an authorization.
pub fn opaque(kind: OpaqueKind, authorization: Uuid) -> Result<(SecretString, OpaqueToken), TokenRefusal> {
    let mut secret = [0; 32];
    fill(&mut secret)?;
    Ok(OpaqueToken::write(kind, authorization, &secret))
}
