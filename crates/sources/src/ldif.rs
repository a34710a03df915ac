//! LDIF (RFC 2849): the content of a directory as text.

mod entry;
mod lines;

use crate::directory::DirectoryReading;
use crate::reading::{ReadingReport, SourceError, SourceSink};
use entry::EntryReader;
use std::io::BufRead;

/// Reads the content of a directory from LDIF, as `slapcat`, `ldapsearch -LLL` and `ldifde` write it.
///
/// Entries are read one after the other. Only references between entries are held until the end, because a group may name
/// a member that comes later. A value that the file names by a URL (`:<`) is never fetched.
///
/// # Errors
/// [`SourceError::Malformed`] with the line if the input is not LDIF, is a list of changes, or exceeds a limit. Records that
/// were handed over before must not be used then.
pub fn read_ldif<S: SourceSink>(
    input: impl BufRead,
    sink: &mut S,
) -> Result<ReadingReport, SourceError<S::Error>> {
    let mut entries = EntryReader::new(input);
    let mut reading = DirectoryReading::by("line");
    while let Some(entry) = entries.next_entry()? {
        reading.take(&entry, sink)?;
    }
    reading.finish(sink)
}
