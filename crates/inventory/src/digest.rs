//! Digests by which keys are found and rows are compared.

use aws_lc_rs::digest::{Context, SHA256};
use std::fmt::Write as _;

/// A digest: the first half of SHA-256. It tells rows apart, and protects nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

    /// Returns the bytes, as the table of keys stores them.
    pub(crate) fn bytes(self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// Reads stored bytes.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Returns the digits, as the table of nodes stores them.
    pub(crate) fn digits(self) -> String {
        let mut text = String::with_capacity(32);
        for byte in self.0 {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}
