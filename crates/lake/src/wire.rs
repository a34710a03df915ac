//! The binary form of records in the write-ahead file. A write-ahead file lasts for at most an hour, so the form is
//! fast rather than readable by other programs. Parquet is the lasting form.
//!
//! A payload is its layout (one byte; a changed layout gets a new byte) and then the fields of the record in a fixed
//! order: numbers as LEB128, text and lists with a length prefix. Names are encoded as text and parsed again, so that a
//! file cannot contain a value that could not have been recorded. Text longer than 4,096 bytes is cut and ends in "…";
//! a list keeps its first 128 entries.
//!
//! Kinds are defined in other crates, and these small functions are called for each field of each record. So they are
//! marked to be inlined across crates.

use crate::kind::RecordKey;
use countersign_names::{
    Action, ApplicationName, Assurance, CredentialId, DecisionId, DeviceId, ExceptionId, GrantId, PolicyId,
    PostureCheck, Principal, ResourceName, RiskLevel, Sensitivity, SessionId, Timestamp,
};
use std::collections::BTreeMap;
use std::net::IpAddr;
use uuid::Uuid;

/// Maximum number of entries of a list; further entries are dropped.
const LONGEST_LIST: usize = 128;
/// Maximum number of bytes of a text, including the mark.
const LONGEST_TEXT: usize = 4_096;

/// The mark at the end of a text that was cut.
pub const CUT_MARK: &str = "…";

/// Returns the part of a text that is recorded before the mark; `None` if the whole text is recorded.
pub fn cut_text(text: &str) -> Option<&str> {
    let end = || text.floor_char_boundary(LONGEST_TEXT - CUT_MARK.len());
    (text.len() > LONGEST_TEXT).then(|| text.get(..end()).unwrap_or_default())
}

/// An error: a whole frame that holds no record that this build knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a frame holds no record that this version reads")]
pub struct Unreadable;

/// A value that can be encoded into a payload and decoded from it.
pub trait Wire: Sized {
    /// Appends the value.
    fn put(&self, out: &mut Vec<u8>);

    /// Decodes the value from the front of the slice.
    ///
    /// # Errors
    /// If the slice does not begin with a valid value.
    fn take(from: &mut &[u8]) -> Result<Self, Unreadable>;
}

/// Decodes all of `bytes` as one value.
///
/// # Errors
/// If they are not a valid value, or bytes are left.
pub fn whole<T: Wire>(mut bytes: &[u8]) -> Result<T, Unreadable> {
    let value = T::take(&mut bytes)?;
    if bytes.is_empty() { Ok(value) } else { Err(Unreadable) }
}

#[inline]
fn bytes<'a>(from: &mut &'a [u8], count: usize) -> Result<&'a [u8], Unreadable> {
    let (taken, rest) = from.split_at_checked(count).ok_or(Unreadable)?;
    *from = rest;
    Ok(taken)
}

impl Wire for u64 {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        let mut left = *self;
        while left >= 0x80 {
            out.push((left & 0x7f) as u8 | 0x80);
            left >>= 7;
        }
        out.push(left as u8);
    }

    #[inline]
    fn take(from: &mut &[u8]) -> Result<Self, Unreadable> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = from.split_first().ok_or(Unreadable)?;
            *from = rest;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(Unreadable);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Unreadable)
    }
}

macro_rules! narrower {
    ($($type:ty),+) => {$(
        impl Wire for $type {
            #[inline]
            fn put(&self, out: &mut Vec<u8>) {
                u64::from(*self).put(out);
            }
            #[inline]
            fn take(from: &mut &[u8]) -> Result<Self, Unreadable> {
                u64::take(from)?.try_into().map_err(|_| Unreadable)
            }
        }
    )+};
}
narrower!(u16, u32);

impl Wire for i64 {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        // Zigzag encoding: small numbers of either sign stay short.
        ((*self << 1) ^ (*self >> 63)).cast_unsigned().put(out);
    }

    #[inline]
    fn take(from: &mut &[u8]) -> Result<Self, Unreadable> {
        let folded = u64::take(from)?;
        Ok((folded >> 1).cast_signed() ^ -((folded & 1).cast_signed()))
    }
}

impl Wire for bool {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    #[inline]
    fn take(from: &mut &[u8]) -> Result<Self, Unreadable> {
        match bytes(from, 1)? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(Unreadable),
        }
    }
}

impl Wire for String {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        put_text(self, out);
    }

    #[inline]
    fn take(from: &mut &[u8]) -> Result<Self, Unreadable> {
        take_text(from).map(str::to_owned)
    }
}

/// Appends a text, cut to the maximum length.
pub fn put_text(text: &str, out: &mut Vec<u8>) {
    let (kept, mark) = cut_text(text).map_or((text, ""), |kept| (kept, CUT_MARK));
    ((kept.len() + mark.len()) as u64).put(out);
    out.extend_from_slice(kept.as_bytes());
    out.extend_from_slice(mark.as_bytes());
}

/// Decodes a text from the front of the slice.
///
/// # Errors
/// If the slice does not begin with a valid text.
pub fn take_text<'a>(from: &mut &'a [u8]) -> Result<&'a str, Unreadable> {
    let length = usize::try_from(u64::take(from)?).map_err(|_| Unreadable)?;
    std::str::from_utf8(bytes(from, length)?).map_err(|_| Unreadable)
}

impl<T: Wire> Wire for Option<T> {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }

    #[inline]
    fn take(from: &mut &[u8]) -> Result<Self, Unreadable> {
        if bool::take(from)? { T::take(from).map(Some) } else { Ok(None) }
    }
}

impl<T: Wire> Wire for Vec<T> {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        (self.len().min(LONGEST_LIST) as u64).put(out);
        for value in self.iter().take(LONGEST_LIST) {
            value.put(out);
        }
    }

    #[inline]
    fn take(from: &mut &[u8]) -> Result<Self, Unreadable> {
        let count = usize::try_from(u64::take(from)?).map_err(|_| Unreadable)?;
        if count > LONGEST_LIST {
            return Err(Unreadable);
        }
        (0..count).map(|_| T::take(from)).collect()
    }
}

impl Wire for BTreeMap<String, String> {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        (self.len().min(LONGEST_LIST) as u64).put(out);
        for (key, value) in self.iter().take(LONGEST_LIST) {
            key.put(out);
            value.put(out);
        }
    }

    #[inline]
    fn take(from: &mut &[u8]) -> Result<Self, Unreadable> {
        let count = usize::try_from(u64::take(from)?).map_err(|_| Unreadable)?;
        if count > LONGEST_LIST {
            return Err(Unreadable);
        }
        (0..count).map(|_| Ok((String::take(from)?, String::take(from)?))).collect()
    }
}

impl Wire for Timestamp {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        self.as_micros().put(out);
    }

    #[inline]
    fn take(from: &mut &[u8]) -> Result<Self, Unreadable> {
        i64::take(from).map(Self::from_micros)
    }
}

impl Wire for [u8; 32] {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    #[inline]
    fn take(from: &mut &[u8]) -> Result<Self, Unreadable> {
        bytes(from, 32)?.try_into().map_err(|_| Unreadable)
    }
}

/// Returns when a UUID v7 was generated; `None` for other versions, which contain no such time.
fn drawn_at(bits: Uuid) -> Option<Timestamp> {
    let millis = i64::try_from(bits.as_u128() >> 80).ok()?;
    (bits.get_version_num() == 7).then(|| Timestamp::from_micros(millis.saturating_mul(1_000)))
}

impl Wire for Uuid {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }

    #[inline]
    fn take(from: &mut &[u8]) -> Result<Self, Unreadable> {
        Self::from_slice(bytes(from, 16)?).map_err(|_| Unreadable)
    }
}

impl RecordKey for Uuid {
    fn drawn_at(self) -> Option<Timestamp> {
        drawn_at(self)
    }
}

macro_rules! ids {
    ($($type:ident),+) => {$(
        impl Wire for $type {
            #[inline]
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(self.bits().as_bytes());
            }
            #[inline]
            fn take(from: &mut &[u8]) -> Result<Self, Unreadable> {
                Uuid::from_slice(bytes(from, 16)?).map(Self::new).map_err(|_| Unreadable)
            }
        }

        impl RecordKey for $type {
            fn drawn_at(self) -> Option<Timestamp> {
                drawn_at(self.bits())
            }
        }
    )+};
}
ids!(DecisionId, SessionId, DeviceId, ExceptionId, GrantId, CredentialId);

/// Implements [`Wire`] for types that are encoded as text and parsed again. Each has `as_str` and `FromStr`.
#[macro_export]
macro_rules! wire_as_text {
    ($($type:ident),+ $(,)?) => {$(
        impl $crate::wire::Wire for $type {
            #[inline]
            fn put(&self, out: &mut Vec<u8>) {
                $crate::wire::put_text(self.as_str(), out);
            }
            #[inline]
            fn take(from: &mut &[u8]) -> Result<Self, $crate::wire::Unreadable> {
                $crate::wire::take_text(from)?.parse().map_err(|_| $crate::wire::Unreadable)
            }
        }
    )+};
}
wire_as_text!(
    ApplicationName,
    ResourceName,
    PolicyId,
    Action,
    Sensitivity,
    RiskLevel,
    Assurance,
    PostureCheck
);

impl Wire for Principal {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Anonymous => out.push(0),
            Self::Person(id) => {
                out.push(1);
                out.extend_from_slice(id.bits().as_bytes());
            }
            Self::Service(id) => {
                out.push(2);
                out.extend_from_slice(id.bits().as_bytes());
            }
        }
    }

    #[inline]
    fn take(from: &mut &[u8]) -> Result<Self, Unreadable> {
        let kind = bytes(from, 1)?;
        let mut bits = || Uuid::from_slice(bytes(from, 16)?).map_err(|_| Unreadable);
        match kind {
            [0] => Ok(Self::Anonymous),
            [1] => Ok(Self::Person(countersign_names::PersonId::new(bits()?))),
            [2] => Ok(Self::Service(countersign_names::ServiceId::new(bits()?))),
            _ => Err(Unreadable),
        }
    }
}

impl Wire for IpAddr {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::V4(address) => {
                out.push(4);
                out.extend_from_slice(&address.octets());
            }
            Self::V6(address) => {
                out.push(6);
                out.extend_from_slice(&address.octets());
            }
        }
    }

    #[inline]
    fn take(from: &mut &[u8]) -> Result<Self, Unreadable> {
        match bytes(from, 1)? {
            [4] => <[u8; 4]>::try_from(bytes(from, 4)?).map(Self::from).map_err(|_| Unreadable),
            [6] => <[u8; 16]>::try_from(bytes(from, 16)?).map(Self::from).map_err(|_| Unreadable),
            _ => Err(Unreadable),
        }
    }
}

/// Implements [`Wire`] for a struct by its fields in order. One list defines both directions, so they cannot differ.
#[macro_export]
macro_rules! wire_in_order {
    ($type:ident { $($field:ident),+ $(,)? }) => {
        impl $crate::wire::Wire for $type {
            #[inline]
            fn put(&self, out: &mut Vec<u8>) {
                $($crate::wire::Wire::put(&self.$field, out);)+
            }
            #[inline]
            fn take(from: &mut &[u8]) -> Result<Self, $crate::wire::Unreadable> {
                Ok(Self { $($field: $crate::wire::Wire::take(from)?,)+ })
            }
        }
    };
}
