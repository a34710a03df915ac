//! A row as a store gives it back, against the head of a chain. It is accepted only if it is the entry that follows,
//! and the printed form of a head has one spelling.

use crate::Fields;
use countersign_journal::{Head, Seq, StoredEntry};

#[derive(Debug)]
struct GivenRow {
    last: u64,
    hash: [u8; 32],
    stored: i64,
    /// What stands in the place of the hash; none is the right one, so that acceptance is reached.
    stored_hash: Option<Vec<u8>>,
    payload: Vec<u8>,
    printed: String,
}

impl GivenRow {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            last: u64::from_le_bytes(fields.array()),
            hash: fields.array(),
            stored: i64::from_le_bytes(fields.array()),
            stored_hash: (!fields.byte().is_multiple_of(2)).then(|| fields.bytes().to_vec()),
            payload: fields.bytes().to_vec(),
            printed: fields.rest_text().to_owned(),
        }
    }
}

/// Chains a row, and reads a head. Returns whether the row was accepted.
pub fn journal_entry(bytes: &[u8]) -> bool {
    let input = GivenRow::read(&mut Fields::new(bytes));
    let head = Head { seq: Seq(input.last), hash: countersign_journal::EntryHash(input.hash) };
    let right = head.hash_next(&input.payload);
    let hash = input.stored_hash.clone().unwrap_or_else(|| right.0.to_vec());
    let row = StoredEntry { seq: input.stored, hash: hash.clone(), payload: input.payload.clone() };
    let chained = row.chained_after(head);
    let is_accepted = chained.is_ok();
    match chained {
        Ok(entry) => {
            assert_eq!(i64::try_from(entry.seq.0), Ok(input.stored));
            assert_eq!(entry.seq.0.checked_sub(1), Some(input.last), "it stands right after the head");
            assert_eq!(hash, right.0, "its hash is that of its payload after the head");
            assert_eq!(entry.payload, input.payload);
            assert_eq!(entry.head().to_string().parse::<Head>().expect("a head reads back"), entry.head());
        }
        Err(fault) => assert!(!fault.to_string().is_empty()),
    }
    if let Ok(head) = input.printed.parse::<Head>() {
        assert_eq!(head.to_string(), input.printed, "a head has one spelling");
    }
    is_accepted
}
