//! Proof key for code exchange (RFC 7636), with S256 only.

use crate::error::ProtocolError;
use crate::parameters::Parameters;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

/// The digest of the verifier that whoever exchanges the code must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Reads the challenge of an authorization request. Without S256 the verifier itself would be in the browser's history.
    pub(crate) fn of(parameters: &Parameters) -> Result<Self, ProtocolError> {
        let text = parameters.get("code_challenge").ok_or_else(|| {
            ProtocolError::request(
                "code_challenge is missing: send one (PKCE) with code_challenge_method=S256",
            )
        })?;
        match parameters.get("code_challenge_method") {
            Some("S256") => {}
            Some(_) => {
                return Err(ProtocolError::request("code_challenge_method is not S256, the only one here"));
            }
            None => {
                let text =
                    "code_challenge_method is missing, which means plain: send S256, the only one here";
                return Err(ProtocolError::request(text));
            }
        }
        Self::parse(text)
            .ok_or_else(|| ProtocolError::request("code_challenge is not the base64url of a SHA-256"))
    }

    /// Parses the text of a challenge; `None` if it is not the base64url of 32 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether this is the digest of the verifier, which must be one of RFC 7636.
    pub fn is_met_by(&self, verifier: &str) -> bool {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
        if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
            return false;
        }
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
        URL_SAFE_NO_PAD.encode(digest).as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}
