//! Creates bearer secrets and ids. The rule for secrets is the same everywhere: 32 random bytes, shown as base64url,
//! stored as the SHA-256 of that text.

use crate::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_facts::Digest;
use countersign_names::Timestamp;
use secrecy::SecretString;
use uuid::Uuid;

/// Prefix of service accounts' tokens, by which secret scanners find them in code.
pub const TOKEN_PREFIX: &str = "cst_";

/// Draws a new secret with `prefix` before it, and the digest to store.
pub fn draw(prefix: &str) -> Result<(SecretString, Digest), Refusal> {
    let mut bytes = [0; 32];
    fill(&mut bytes)?;
    let text = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes));
    let digest = sha256(text.as_bytes());
    Ok((text.into(), digest))
}

/// Returns the SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> Digest {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let mut out = [0; 32];
    out.copy_from_slice(digest.as_ref());
    Digest::new(out)
}

/// Returns 128 bits for an id that sorts by its creation time.
pub fn fresh(now: Timestamp) -> Result<Uuid, Refusal> {
    let mut random = [0; 10];
    fill(&mut random)?;
    let millis = u64::try_from(now.as_micros() / 1000).unwrap_or(0);
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}

fn fill(bytes: &mut [u8]) -> Result<(), Refusal> {
    aws_lc_rs::rand::fill(bytes).map_err(|_| Refusal::unavailable("the operating system gives no randomness"))
}
