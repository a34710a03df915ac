//! Reads the bytes of a segment without opening the store: for diagnosis and for the fuzzer.

use crate::kind::Decisions;
use crate::record::{Completed, Decided};
use countersign_lake::Payload;
use std::ops::Range;

/// The contents of a segment.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Examined {
    /// The decisions, in the order of the file.
    pub decided: Vec<Decided>,
    /// The completions, in the order of the file.
    pub completed: Vec<Completed>,
    /// Number of whole frames that hold no record that this build reads.
    pub unreadable: usize,
    /// Byte ranges that are not frames although whole frames follow.
    pub damaged: Vec<Range<usize>>,
}

/// Reads the bytes of a write-ahead segment (`wal-*.log`); `None` if they do not begin with the header of one.
///
/// Nothing in them is trusted: a frame counts if its checksum matches, a record if every field parses.
pub fn examine_segment(bytes: &[u8]) -> Option<Examined> {
    let segment = countersign_lake::examine::<Decisions>(bytes)?;
    let (unreadable, damaged) = (segment.unreadable, segment.damaged);
    let mut found = Examined { unreadable, damaged, ..Examined::default() };
    for payload in segment.payloads {
        match payload {
            Payload::Record(decided) => found.decided.push(*decided),
            Payload::End(completed) => found.completed.push(completed),
        }
    }
    Some(found)
}
