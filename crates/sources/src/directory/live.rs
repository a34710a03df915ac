//! Entries that a directory itself gives, in contrast to an export of it.

use super::{DirectoryEntry, DirectoryReading, is_read, is_secret};
use crate::reading::{ReadingReport, SourceError, SourceSink, Unread};
use std::io;

/// What a directory gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DirectoryItem {
    /// An entry.
    Entry(DirectoryEntry),
    /// Something that is not read, and why.
    Unread(Unread),
}

impl DirectoryEntry {
    /// Begins an entry with its number among those that the directory gives, and its distinguished name.
    pub const fn new(number: u64, dn: String) -> Self {
        Self { line: number, dn, values: Vec::new() }
    }

    /// Adds a value of an attribute, as the directory describes it, with options. What is not read is not kept, and of a
    /// secret only that it is there.
    pub fn add(&mut self, description: &str, value: Vec<u8>) {
        let name = description.to_ascii_lowercase();
        if is_read(&name) {
            let value = if is_secret(&name) { Vec::new() } else { value };
            self.values.push((name, value));
        }
    }
}

/// Reads what a directory gives, as [`read_ldif`](crate::read_ldif) reads an export of it.
///
/// # Errors
/// [`SourceError::Input`] with the first error among the items; [`SourceError::Malformed`] with the number of the entry, where
/// that has a line, if an entry is there twice or has no name. Records that were handed over before must not be used then.
pub fn read_directory<S: SourceSink>(
    items: impl IntoIterator<Item = io::Result<DirectoryItem>>,
    sink: &mut S,
) -> Result<ReadingReport, SourceError<S::Error>> {
    let mut reading = DirectoryReading::by("entry");
    for item in items {
        match item? {
            DirectoryItem::Entry(entry) => reading.take(&entry, sink)?,
            DirectoryItem::Unread(Unread { place, reason }) => reading.report.leave_out(place, reason),
        }
    }
    reading.finish(sink)
}
