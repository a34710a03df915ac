//! What a reader hands over, and what it says at its end.

use crate::record::SourceRecord;
use std::fmt;

/// Maximum number of unread items that are listed; further ones are only counted.
const LISTED: usize = 100;

/// Receives the records as they are read.
///
/// An error of the receiver ends the reading.
pub trait SourceSink {
    /// The error of the receiver.
    type Error;

    /// Receives the next record.
    ///
    /// # Errors
    /// If the receiver cannot take it.
    fn take(&mut self, record: SourceRecord) -> Result<(), Self::Error>;
}

impl SourceSink for Vec<SourceRecord> {
    type Error = std::convert::Infallible;

    fn take(&mut self, record: SourceRecord) -> Result<(), Self::Error> {
        self.push(record);
        Ok(())
    }
}

/// Something in the input that became no record, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where it is: a line, an entry, a field.
    pub place: String,
    /// Why it was not read, and what to do about it.
    pub reason: String,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

/// What a reader says when it has reached the end of its input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadingReport {
    /// Number of nodes.
    pub nodes: u64,
    /// Number of edges.
    pub edges: u64,
    /// Number of items that became no record.
    pub unread: u64,
    /// The first of these.
    pub listed: Vec<Unread>,
}

impl ReadingReport {
    /// Notes an item that became no record.
    pub(crate) fn leave_out(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        self.unread += 1;
        if self.listed.len() < LISTED {
            self.listed.push(Unread { place: place.into(), reason: reason.into() });
        }
    }
}

/// Why a reading ended before the end of its input. Nothing that was read before may be used.
#[derive(Debug, thiserror::Error)]
pub enum SourceError<E> {
    /// The input is not what it should be.
    #[error("line {line}: {problem}")]
    Malformed {
        /// The line, counted from 1.
        line: u64,
        /// What is wrong there, and what to do about it.
        problem: String,
    },
    /// The input could not be read.
    #[error("cannot read the input: {0}")]
    Input(#[from] std::io::Error),
    /// The receiver of the records failed.
    #[error("{0}")]
    Sink(E),
}
