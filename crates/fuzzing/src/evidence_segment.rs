//! A write-ahead segment: as arbitrary bytes, and as payloads in frames whose checksums fit, so that the records
//! behind them are reached. What is found can be told as JSON and read back.

use crate::Fields;
use countersign_evidence::{Row, examine_segment};

/// Examines a segment. The first byte says whether the rest is its bytes (even), or a salt, payloads to be framed and a
/// tail (odd, and half of it is the number of payloads). Returns whether a record was found.
pub fn evidence_segment(input: &[u8]) -> bool {
    let mut fields = Fields::new(input);
    let kind = fields.byte();
    let bytes = if kind.is_multiple_of(2) {
        fields.rest().to_vec()
    } else {
        let salt = u32::from_le_bytes(fields.array());
        let payloads: Vec<&[u8]> = (0..kind / 2).map(|_| fields.bytes()).collect();
        segment(salt, &payloads, fields.rest())
    };
    let Some(found) = examine_segment(&bytes) else { return false };
    let is_reached = !found.decided.is_empty();
    for damaged in &found.damaged {
        assert!(damaged.start < damaged.end && damaged.end <= bytes.len(), "{damaged:?} lies in the file");
    }
    for decided in found.decided {
        let row = Row { decided, completed: None };
        let told = row_json(&row);
        assert_eq!(told, row, "a record means what it meant");
    }
    is_reached
}

fn row_json(row: &Row) -> Row {
    let text = serde_json::to_string(row).expect("a record can be told");
    serde_json::from_str(&text).expect("what was told can be read")
}

/// The format of `docs/evidence.md`, written out so that it is not the code under test.
fn segment(salt: u32, payloads: &[&[u8]], tail: &[u8]) -> Vec<u8> {
    let sum = |parts: &[&[u8]]| {
        let mut sum = crc32fast::Hasher::new_with_initial(salt);
        parts.iter().for_each(|part| sum.update(part));
        sum.finalize().to_le_bytes()
    };
    let magic = b"CSEVID01";
    let mut bytes = [&magic[..], &salt.to_le_bytes(), &sum(&[magic])].concat();
    for payload in payloads {
        let length = u32::try_from(payload.len()).expect("inputs are small").to_le_bytes();
        bytes.extend_from_slice(&length);
        bytes.extend_from_slice(&sum(&[&length, payload]));
        bytes.extend_from_slice(payload);
    }
    bytes.extend_from_slice(tail);
    bytes
}
