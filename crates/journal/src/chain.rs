//! The hash chain, as pure functions over bytes.
//!
//! The hash of an entry is SHA-256 over, in this order: the 21 bytes `countersign journal 1`, the 32 bytes of the
//! previous hash (zeros for the first), its sequence number and the length of its payload as 64-bit big-endian
//! integers, and the payload. Every part has a fixed position, so no two entries are hashed from the same bytes.
//! Anybody can check a chain with these lines and a SHA-256.

use aws_lc_rs::digest;

/// Maximum length of a payload, in bytes: 1 MiB.
pub const MAX_PAYLOAD_BYTES: usize = 1 << 20;

/// Maximum length of all payloads of a batch together, in bytes: 16 MiB.
pub const MAX_BATCH_BYTES: usize = 16 << 20;

const DOMAIN: &[u8; 21] = b"countersign journal 1";

/// A sequence number, counted from 1. Zero is the place before the first entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seq(pub u64);

impl Seq {
    /// The place before the first entry.
    pub const ZERO: Self = Self(0);

    /// Returns the next sequence number.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl std::fmt::Display for Seq {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The SHA-256 of an entry and, through it, of every entry before.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EntryHash(pub [u8; 32]);

impl std::fmt::Display for EntryHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::fmt::Debug for EntryHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// The last entry's place and hash, which covers the whole journal. As text: `12:` and 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Head {
    /// The sequence number of the last entry.
    pub seq: Seq,
    /// The hash of the last entry.
    pub hash: EntryHash,
}

impl Head {
    /// The head of an empty journal.
    pub const GENESIS: Self = Self { seq: Seq::ZERO, hash: EntryHash([0; 32]) };

    /// Returns the hash that the next entry has with this payload.
    pub fn hash_next(&self, payload: &[u8]) -> EntryHash {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(DOMAIN);
        context.update(&self.hash.0);
        context.update(&self.seq.next().0.to_be_bytes());
        // A length never exceeds 64 bits; saturating avoids a panic that cannot happen.
        context.update(&u64::try_from(payload.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(payload);
        let mut hash = [0; 32];
        for (to, from) in hash.iter_mut().zip(context.finish().as_ref()) {
            *to = *from;
        }
        EntryHash(hash)
    }

    /// Returns the next entry with this payload.
    pub fn entry(&self, payload: Vec<u8>) -> Entry {
        Entry { seq: self.seq.next(), hash: self.hash_next(&payload), payload }
    }
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

/// An error: a text is not a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not the head of a journal: it looks like 12: and 64 hexadecimal digits; `countersign journal verify` prints it"
)]
pub struct HeadError;

impl std::str::FromStr for Head {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        let (seq, hash) = text.split_once(':').ok_or(HeadError)?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(hash, &mut bytes).map_err(|_| HeadError)?;
        let head = Self { seq: Seq(seq.parse().map_err(|_| HeadError)?), hash: EntryHash(bytes) };
        // Each head has one spelling only: no plus sign, no leading zeros, no upper case.
        if head.to_string() == text { Ok(head) } else { Err(HeadError) }
    }
}

/// One entry, in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The sequence number.
    pub seq: Seq,
    /// The hash, which covers everything before.
    pub hash: EntryHash,
    /// The payload, whose meaning this room does not know.
    pub payload: Vec<u8>,
}

impl Entry {
    /// Returns the head of a journal that ends with this entry.
    pub const fn head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash }
    }
}

/// An entry as a store returned it: untrusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// The value in the column of the sequence number.
    pub seq: i64,
    /// The bytes in the column of the hash.
    pub hash: Vec<u8>,
    /// The payload.
    pub payload: Vec<u8>,
}

impl StoredEntry {
    /// Returns the entry, if its place is right after `last`.
    ///
    /// # Errors
    /// If it has another place, or its hash has a wrong length.
    pub fn placed_after(self, last: Seq) -> Result<Entry, Fault> {
        let seq = u64::try_from(self.seq).map(Seq).map_err(|_| Fault::OutOfOrder { stored: self.seq })?;
        if seq <= last {
            return Err(Fault::OutOfOrder { stored: self.seq });
        }
        if seq != last.next() {
            return Err(Fault::Missing { until: Seq(seq.0.saturating_sub(1)) });
        }
        let hash = <[u8; 32]>::try_from(self.hash.as_slice())
            .map_err(|_| Fault::NotAHash { bytes: self.hash.len() })?;
        Ok(Entry { seq, hash: EntryHash(hash), payload: self.payload })
    }

    /// Returns the entry, if it continues the chain that ends in `head`.
    ///
    /// # Errors
    /// Those of [`StoredEntry::placed_after`], and if its hash is not that of its payload after `head`.
    pub fn chained_after(self, head: Head) -> Result<Entry, Fault> {
        let entry = self.placed_after(head.seq)?;
        let computed = head.hash_next(&entry.payload);
        if computed == entry.hash {
            Ok(entry)
        } else {
            Err(Fault::HashDiffers { stored: entry.hash, computed })
        }
    }
}

/// A fault of an entry, or of the journal at an entry's place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Payload, hash or neighbours were changed after it was appended.
    #[error(
        "its hash is {stored}, but what stands there gives {computed}: it, or an entry moved to its place, was altered"
    )]
    HashDiffers {
        /// The stored hash.
        stored: EntryHash,
        /// The hash computed from its payload in this place.
        computed: EntryHash,
    },
    /// Entries are missing from this place on.
    #[error(
        "the entries from here to {until} are missing: they were removed, or the archive file that holds them is not there"
    )]
    Missing {
        /// The last missing entry.
        until: Seq,
    },
    /// The archive file that holds it is not the one that was written.
    #[error("{why}")]
    Archive {
        /// The file, and what to do.
        why: String,
    },
    /// The sequence number is impossible in this place.
    #[error("an entry numbered {stored} stands in its place")]
    OutOfOrder {
        /// The stored number.
        stored: i64,
    },
    /// The hash has a wrong length.
    #[error("its hash has {bytes} bytes, not 32")]
    NotAHash {
        /// The stored length in bytes.
        bytes: usize,
    },
    /// The store holds rows that are not part of the chain.
    #[error("the store holds {rows} entries up to here, but {met} of the chain's")]
    Strays {
        /// Number of rows.
        rows: u64,
        /// Number of entries of the chain that came from the store; others may have come from an archive.
        met: u64,
    },
    /// The journal ends before the anchor: its tail was removed.
    #[error(
        "the journal ends before it, yet the anchor {anchor} says that it was there: the tail was removed"
    )]
    Truncated {
        /// The head that was stored elsewhere.
        anchor: Head,
    },
    /// The journal has another entry at the anchor's place: the chain was computed anew.
    #[error("its hash is {found}, but the anchor says {anchor}: the journal was written anew")]
    AnchorDiffers {
        /// The head that was stored elsewhere.
        anchor: Head,
        /// The stored hash, which continues the chain.
        found: EntryHash,
    },
}

/// Entries that continue a chain, ready to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    after: Head,
    entries: Vec<Entry>,
    head: Head,
}

impl Batch {
    /// Creates the entries that follow `after` with these payloads.
    ///
    /// # Errors
    /// If there is no payload, one is longer than [`MAX_PAYLOAD_BYTES`], all together are longer than
    /// [`MAX_BATCH_BYTES`], or the sequence numbers exceed what a store can hold.
    pub fn new(after: Head, payloads: Vec<Vec<u8>>) -> Result<Self, BatchError> {
        check_sizes(&payloads)?;
        let mut head = after;
        let mut entries = Vec::with_capacity(payloads.len());
        for payload in payloads {
            let entry = head.entry(payload);
            head = entry.head();
            entries.push(entry);
        }
        // Stores use signed 64-bit numbers. No journal becomes that long, but an `after` from an untrusted source may
        // claim so.
        if i64::try_from(head.seq.0).is_err() {
            return Err(BatchError::Full);
        }
        Ok(Self { after, entries, head })
    }

    /// Returns the head that the batch follows.
    pub const fn after(&self) -> Head {
        self.after
    }

    /// Returns the head after the batch.
    pub const fn head(&self) -> Head {
        self.head
    }

    /// Returns the entries, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn into_entries(self) -> Vec<Entry> {
        self.entries
    }
}

fn check_sizes(payloads: &[Vec<u8>]) -> Result<(), BatchError> {
    if payloads.is_empty() {
        return Err(BatchError::Empty);
    }
    let mut bytes = 0_usize;
    for (index, payload) in payloads.iter().enumerate() {
        if payload.len() > MAX_PAYLOAD_BYTES {
            return Err(BatchError::PayloadTooLarge { index, bytes: payload.len() });
        }
        bytes = bytes.saturating_add(payload.len());
    }
    if bytes > MAX_BATCH_BYTES {
        return Err(BatchError::TooLarge { bytes });
    }
    Ok(())
}

/// Why a batch is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// The batch is empty.
    #[error("the batch is empty: append at least one payload")]
    Empty,
    /// One payload is too long.
    #[error("payload {index} has {bytes} bytes; at most {MAX_PAYLOAD_BYTES} are taken")]
    PayloadTooLarge {
        /// The index of the payload, counted from 0.
        index: usize,
        /// Its length in bytes.
        bytes: usize,
    },
    /// All payloads together are too long.
    #[error("the batch has {bytes} bytes; at most {MAX_BATCH_BYTES} are taken, so append it in parts")]
    TooLarge {
        /// Their length in bytes.
        bytes: usize,
    },
    /// The sequence number does not fit a store's signed 64-bit number.
    #[error("the sequence would go beyond {}", i64::MAX)]
    Full,
}

#[cfg(test)]
mod tests;
