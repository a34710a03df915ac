//! Digests by which rows are found and compared.

use aws_lc_rs::digest::{Context, SHA256};
use std::fmt::Write as _;

/// A digest: the first half of SHA-256. It tells rows of one source apart, and protects nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RowDigest([u8; 16]);

impl RowDigest {
    /// Returns the digest of these parts, whose lengths count too.
    pub(crate) fn of(parts: &[&str]) -> Self {
        let mut context = Context::new(&SHA256);
        for part in parts {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part.as_bytes());
        }
        let mut half = [0; 16];
        for (byte, whole) in half.iter_mut().zip(context.finish().as_ref()) {
            *byte = *whole;
        }
        Self(half)
    }

    /// Returns the digest as a row stores it.
    pub(crate) fn stored(self) -> String {
        let mut text = String::with_capacity(32);
        for byte in self.0 {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// Reads a stored digest.
    pub(crate) fn read(text: &str) -> Option<Self> {
        u128::from_str_radix(text, 16)
            .ok()
            .filter(|_| text.len() == 32)
            .map(|number| Self(number.to_be_bytes()))
    }
}
