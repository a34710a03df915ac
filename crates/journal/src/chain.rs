//! The chain itself, as pure functions over bytes: what follows from what.
//!
//! The hash of an entry is SHA-256 over, in this order: the 21 bytes `countersign journal 1`, the 32 bytes of the
//! hash before it (zeros for the first), its sequence number and the length of its payload as 64-bit big-endian
//! integers, and the payload. Every part has a fixed place, so no two entries are hashed from the same bytes.
//! Anybody can check a chain with these lines and a SHA-256.

use aws_lc_rs::digest;

/// The longest payload, in bytes: 1 MiB.
pub const MAX_PAYLOAD_BYTES: usize = 1 << 20;

/// The most that the payloads of one batch may hold together, in bytes: 16 MiB.
pub const MAX_BATCH_BYTES: usize = 16 << 20;

const DOMAIN: &[u8; 21] = b"countersign journal 1";

/// A place in the journal, counted from 1. Zero is the place before the first entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seq(pub u64);

impl Seq {
    /// The place before the first entry.
    pub const ZERO: Self = Self(0);

    /// The place after this one.
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

/// How far a journal goes, and the hash that stands for all of it. As text: `12:` and 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Head {
    /// The place of the last entry.
    pub seq: Seq,
    /// Its hash.
    pub hash: EntryHash,
}

impl Head {
    /// The head of a journal that has no entry.
    pub const GENESIS: Self = Self { seq: Seq::ZERO, hash: EntryHash([0; 32]) };

    /// The hash of the entry that would follow with this payload.
    pub fn hash_next(&self, payload: &[u8]) -> EntryHash {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(DOMAIN);
        context.update(&self.hash.0);
        context.update(&self.seq.next().0.to_be_bytes());
        // A length beyond 64 bits cannot be had; saturating keeps this free of a panic that nobody could cause.
        context.update(&u64::try_from(payload.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(payload);
        let mut hash = [0; 32];
        for (to, from) in hash.iter_mut().zip(context.finish().as_ref()) {
            *to = *from;
        }
        EntryHash(hash)
    }

    /// The entry that follows with this payload.
    pub fn entry(&self, payload: Vec<u8>) -> Entry {
        Entry { seq: self.seq.next(), hash: self.hash_next(&payload), payload }
    }
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

/// Text that is not a head.
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
        // One spelling only: no plus sign, no leading zeros, no upper case.
        if head.to_string() == text { Ok(head) } else { Err(HeadError) }
    }
}

/// One entry, in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place.
    pub seq: Seq,
    /// Its hash, which covers all before it.
    pub hash: EntryHash,
    /// What it says, to whom it means something.
    pub payload: Vec<u8>,
}

impl Entry {
    /// The head of a journal that ends with this entry.
    pub const fn head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash }
    }
}

/// An entry as a store gave it back: nothing about it is believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// The number in the place of the sequence.
    pub seq: i64,
    /// The bytes in the place of the hash.
    pub hash: Vec<u8>,
    /// The payload.
    pub payload: Vec<u8>,
}

impl StoredEntry {
    /// The entry, if it stands in the place right after `last`.
    ///
    /// # Errors
    /// When it stands elsewhere, or what should be its hash cannot be one.
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

    /// The entry, if it is the one that continues the chain ending in `head`.
    ///
    /// # Errors
    /// As [`StoredEntry::placed_after`]; and when its hash is not that of its payload after `head`.
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

/// What is wrong with an entry, or with the journal at an entry's place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Payload, hash or neighbours were changed after it was appended.
    #[error(
        "its hash is {stored}, but what stands there gives {computed}: it, or an entry moved to its place, was altered"
    )]
    HashDiffers {
        /// The hash that is stored.
        stored: EntryHash,
        /// The hash that its payload gives in this place.
        computed: EntryHash,
    },
    /// Entries are missing from here.
    #[error(
        "the entries from here to {until} are missing: they were removed, or the archive file that holds them is not there"
    )]
    Missing {
        /// The last that is missing.
        until: Seq,
    },
    /// The archive file that holds it is not the one that was written.
    #[error("{why}")]
    Archive {
        /// Which, and what to do.
        why: String,
    },
    /// An entry stands where none can.
    #[error("an entry numbered {stored} stands in its place")]
    OutOfOrder {
        /// The number that was found.
        stored: i64,
    },
    /// The hash has a wrong length.
    #[error("its hash has {bytes} bytes, not 32")]
    NotAHash {
        /// The length found.
        bytes: usize,
    },
    /// The store holds rows that no walk along the chain meets.
    #[error("the store holds {rows} entries up to here, but {met} of the chain's")]
    Strays {
        /// How many rows there are.
        rows: u64,
        /// How many of the chain's entries the store gave; an archive may have given others.
        met: u64,
    },
    /// The journal ends before the anchor: its tail was removed.
    #[error(
        "the journal ends before it, yet the anchor {anchor} says that it was there: the tail was removed"
    )]
    Truncated {
        /// The head kept elsewhere.
        anchor: Head,
    },
    /// The journal has another entry than the anchor says: it was written anew.
    #[error("its hash is {found}, but the anchor says {anchor}: the journal was written anew")]
    AnchorDiffers {
        /// The head kept elsewhere.
        anchor: Head,
        /// The hash that is stored, and chains.
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
    /// The payloads as the entries that follow `after`.
    ///
    /// # Errors
    /// For no payload, one of more than [`MAX_PAYLOAD_BYTES`], all together of more than [`MAX_BATCH_BYTES`], and
    /// numbers that no store can hold.
    pub fn new(after: Head, payloads: Vec<Vec<u8>>) -> Result<Self, BatchError> {
        check_sizes(&payloads)?;
        let mut head = after;
        let mut entries = Vec::with_capacity(payloads.len());
        for payload in payloads {
            let entry = head.entry(payload);
            head = entry.head();
            entries.push(entry);
        }
        // Stores keep signed 64-bit numbers. Nobody appends that often; an `after` that was made up may say so.
        if i64::try_from(head.seq.0).is_err() {
            return Err(BatchError::Full);
        }
        Ok(Self { after, entries, head })
    }

    /// The head that the batch follows.
    pub const fn after(&self) -> Head {
        self.after
    }

    /// The head once it is appended.
    pub const fn head(&self) -> Head {
        self.head
    }

    /// The entries, in order.
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

/// A batch that no journal takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// There is nothing in it.
    #[error("the batch is empty: append at least one payload")]
    Empty,
    /// One payload is too long.
    #[error("payload {index} has {bytes} bytes; at most {MAX_PAYLOAD_BYTES} are taken")]
    PayloadTooLarge {
        /// Which, counted from 0.
        index: usize,
        /// Its length in bytes.
        bytes: usize,
    },
    /// The payloads are too long together.
    #[error("the batch has {bytes} bytes; at most {MAX_BATCH_BYTES} are taken, so append it in parts")]
    TooLarge {
        /// Their length in bytes.
        bytes: usize,
    },
    /// The sequence would not fit a store's signed 64-bit number.
    #[error("the sequence would go beyond {}", i64::MAX)]
    Full,
}

#[cfg(test)]
mod tests;
