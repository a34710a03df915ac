//! Codes and refresh tokens: opaque to the client, and stored as a digest.
//!
//! A token names its authorization, so that a token that was replaced is told from one that never was: its authorization
//! ends. The name is random too, so that only somebody who held a token can do that.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_facts::Digest;
use secrecy::SecretString;
use uuid::Uuid;

/// What an opaque token is for. The prefix keeps one kind from being taken for the other, and lets scanners find it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpaqueKind {
    /// The code of an authorization.
    Code,
    /// A refresh token.
    Refresh,
}

impl OpaqueKind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Code => "csc_",
            Self::Refresh => "csr_",
        }
    }
}

/// An opaque token that was presented: the authorization that it names, and the digest of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpaqueToken {
    /// The authorization.
    pub authorization: Uuid,
    /// SHA-256 of the text.
    pub digest: Digest,
}

impl OpaqueToken {
    /// Writes the token of an authorization with this secret of 256 random bits. Returns the text, which only its holder may
    /// see, and the token as it is when it is presented.
    pub fn write(kind: OpaqueKind, authorization: Uuid, secret: &[u8; 32]) -> (SecretString, Self) {
        let mut bytes = authorization.as_bytes().to_vec();
        bytes.extend_from_slice(secret);
        let text = format!("{}{}", kind.prefix(), URL_SAFE_NO_PAD.encode(bytes));
        let digest = sha256(text.as_bytes());
        (text.into(), Self { authorization, digest })
    }

    /// Parses a token of this kind; `None` if the text is not one. A token has one spelling.
    pub fn parse(kind: OpaqueKind, text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(kind.prefix())?).ok()?;
        let (authorization, secret) = bytes.split_at_checked(16)?;
        let authorization = Uuid::from_slice(authorization).ok()?;
        (secret.len() == 32).then(|| Self { authorization, digest: sha256(text.as_bytes()) })
    }
}

/// Returns SHA-256 of `bytes`.
fn sha256(bytes: &[u8]) -> Digest {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let mut out = [0; 32];
    out.copy_from_slice(digest.as_ref());
    Digest::new(out)
}
