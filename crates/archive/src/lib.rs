//! Archive files: entries of the journal that left its store, in Parquet that any engine can read.
//!
//! A file holds consecutive entries, in order, with their hashes. Its name contains the first and the last sequence
//! number. Its digest is a fact in the journal, so a reader that knows the facts accepts only the file that was
//! written. A reader that does not know them yet (a start that folds everything) needs no digest, because each entry
//! must continue the chain.
//!
//! The files are in one folder. Copies may exist elsewhere, from which a missing file is downloaded.
//!
//! This room must not know the meaning of an entry, nor the protocol of a store of copies.

mod digest;
mod name;
mod read;
mod unfinished;
mod write;

/// The name of the folder of archive files, beside the journal's file.
pub const ARCHIVE_FOLDER: &str = "archive";

pub use name::Stretch;
pub use read::{ArchiveCopies, Archives, KnownArchive};
pub use write::{ArchiveWriteError, ArchiveWriter, WrittenArchive};
