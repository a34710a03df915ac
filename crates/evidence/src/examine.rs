//! What the bytes of a segment hold, for whoever looks at a file without opening the store, and for the fuzzer.

use crate::kind::Decisions;
use crate::record::{Completed, Decided};
use countersign_lake::Payload;
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
