//! Bearer secrets: 32 random bytes that a person or browser holds, and whose digest the world holds.

use crate::Refusal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_facts::Digest;
use secrecy::{ExposeSecret, SecretBox, SecretString};

/// Number of bytes in a secret.
const BYTES: usize = 32;

/// A secret of 256 random bits. Its text is 43 characters of base64url, with one spelling for each secret.
pub struct Secret(SecretBox<[u8; BYTES]>);

impl Secret {
    /// Creates a random secret.
    ///
    /// # Errors
    /// If the operating system provides no randomness; nothing may be signed then.
    pub fn draw() -> Result<Self, Refusal> {
        random::<BYTES>().map(|bytes| Self(SecretBox::new(Box::new(bytes))))
    }

    /// Parses a secret; `None` if the text is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let bytes: [u8; BYTES] = bytes.try_into().ok()?;
        Some(Self(SecretBox::new(Box::new(bytes))))
    }

    /// Returns the text, which only its holder may see.
    pub fn text(&self) -> SecretString {
        URL_SAFE_NO_PAD.encode(self.0.expose_secret()).into()
    }

    /// Returns SHA-256 of the text, which the world stores.
    ///
    /// The digest covers the text and not the bytes behind it, so that `printf %s SECRET | sha256sum` finds it in a
    /// journal.
    pub fn digest(&self) -> Digest {
        sha256(self.text().expose_secret().as_bytes())
    }
}

/// Returns SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> Digest {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let mut out = [0; 32];
    out.copy_from_slice(digest.as_ref());
    Digest::new(out)
}

/// Returns random bytes.
pub fn random<const N: usize>() -> Result<[u8; N], Refusal> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| Refusal::Unavailable("the operating system gives no randomness".to_owned()))?;
    Ok(bytes)
}

/// Returns 128 bits for an id that sorts by its creation time.
pub fn fresh_id(now: countersign_names::Timestamp) -> Result<uuid::Uuid, Refusal> {
    let millis = u64::try_from(now.as_micros() / 1000).unwrap_or(0);
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random::<10>()?).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_one_spelling_and_its_digest_is_that_of_its_text() {
        let secret = Secret::draw().unwrap();
        let text = secret.text().expose_secret().to_owned();
        assert_eq!(text.len(), 43);
        assert_eq!(Secret::parse(&text).unwrap().digest(), secret.digest());
        assert_eq!(secret.digest(), sha256(text.as_bytes()));
        let zeros = "A".repeat(43);
        assert!(Secret::parse(&zeros).is_some());
        for other in [
            "",
            "A",
            &zeros[1..],
            &format!("{zeros}A"),
            &format!("{zeros}="),
            &format!("{}B", &zeros[1..]),
            &format!("{}+", &zeros[1..]),
            &format!(" {}", &zeros[1..]),
        ] {
            assert!(Secret::parse(other).is_none(), "{other:?} must not parse");
        }
    }

    #[test]
    fn ids_sort_by_their_birth() {
        let at = |micros| countersign_names::Timestamp::from_micros(micros);
        let earlier = fresh_id(at(1_000_000)).unwrap();
        let later = fresh_id(at(2_000_000)).unwrap();
        assert!(earlier < later);
        assert_eq!(earlier.get_version_num(), 7);
    }
}
