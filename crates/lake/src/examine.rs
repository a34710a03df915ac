//! Reads the bytes of a segment without opening the store: for diagnosis and for the fuzzer.

use crate::frame;
use crate::kind::{PayloadOf, RecordKind};
use std::ops::Range;

/// The contents of a segment.
#[derive(Debug, Clone)]
pub struct ExaminedSegment<K: RecordKind> {
    /// The records and ends, in the order of the file.
    pub payloads: Vec<PayloadOf<K>>,
    /// Number of whole frames that hold no record that this build reads.
    pub unreadable: usize,
    /// Byte ranges that are not frames although whole frames follow.
    pub damaged: Vec<Range<usize>>,
}

/// Reads the bytes of a write-ahead segment (`wal-*.log`); `None` if they do not begin with the header of this kind.
///
/// Nothing in them is trusted: a frame counts if its checksum matches, a record if every field parses.
pub fn examine<K: RecordKind>(bytes: &[u8]) -> Option<ExaminedSegment<K>> {
    let salt = frame::salt_of(K::FILES.magic, bytes)?;
    let frames = bytes.get(frame::HEADER..)?;
    let scan = frame::scan(frames, salt);
    let moved = |range: Range<usize>| range.start + frame::HEADER..range.end + frame::HEADER;
    let damaged = scan.damaged.into_iter().map(moved).collect();
    let mut found = ExaminedSegment { payloads: Vec::new(), unreadable: 0, damaged };
    for payload in scan.payloads {
        match frames.get(payload).map(K::read) {
            Some(Ok(payload)) => found.payloads.push(payload),
            Some(Err(_)) | None => found.unreadable += 1,
        }
    }
    Some(found)
}
