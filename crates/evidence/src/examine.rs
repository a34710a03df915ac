//! What the bytes of a segment hold, for whoever looks at a file without opening the store, and for the fuzzer.

use crate::codec::{self, Entry};
use crate::frame;
use crate::record::{Completed, Decided};
use std::ops::Range;

/// What was found in a segment's bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Examined {
    /// The decisions, in the order of the file.
    pub decided: Vec<Decided>,
    /// The ends of accesses, in the order of the file.
    pub completed: Vec<Completed>,
    /// How many whole frames hold no record that this build reads.
    pub unreadable: usize,
    /// Stretches of the file that are no frames although whole ones follow.
    pub damaged: Vec<Range<usize>>,
}

/// Reads the bytes of a write-ahead segment (`wal-*.log`); none when they do not begin as one.
///
/// Nothing in them is believed: a frame counts when its checksum fits, a record when every field of it parses.
pub fn examine_segment(bytes: &[u8]) -> Option<Examined> {
    let salt = frame::salt_of(bytes)?;
    let frames = bytes.get(frame::HEADER..)?;
    let scan = frame::scan(frames, salt);
    let moved = |range: Range<usize>| range.start + frame::HEADER..range.end + frame::HEADER;
    let mut found =
        Examined { damaged: scan.damaged.into_iter().map(moved).collect(), ..Examined::default() };
    for payload in scan.payloads {
        match frames.get(payload).map(codec::read) {
            Some(Ok(Entry::Decided(decided))) => found.decided.push(*decided),
            Some(Ok(Entry::Completed(completed))) => found.completed.push(completed),
            Some(Err(_)) | None => found.unreadable += 1,
        }
    }
    Some(found)
}
