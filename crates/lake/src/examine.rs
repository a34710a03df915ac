//! What the bytes of a segment hold, for whoever looks at a file without opening the store, and for the fuzzer.

use crate::frame;
use crate::kind::{PayloadOf, RecordKind};
use std::ops::Range;

/// What was found in a segment's bytes.
#[derive(Debug, Clone)]
pub struct ExaminedSegment<K: RecordKind> {
    /// The records and ends, in the order of the file.
    pub payloads: Vec<PayloadOf<K>>,
    /// How many whole frames hold no record that this build reads.
    pub unreadable: usize,
    /// Stretches of the file that are no frames although whole ones follow.
    pub damaged: Vec<Range<usize>>,
}

/// Reads the bytes of a write-ahead segment (`wal-*.log`); none when they do not begin as one of this kind.
///
/// Nothing in them is believed: a frame counts when its checksum fits, a record when every field of it parses.
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
