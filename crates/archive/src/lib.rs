//! Archive files: entries of the journal that left its store, in Parquet that any engine reads.
//!
//! A file holds the entries of one stretch, in order, with their hashes. Its name says which stretch. Its digest is a fact in the
//! journal, so a reader that knows the facts accepts only the file that was written. A reader that does not know them yet (a start that
//! folds everything) needs no digest, since each entry must continue the chain.
//!
//! Files lie in one folder. Copies of them may lie elsewhere, from where a missing file is fetched.
//!
//! This room must not know what an entry means, nor how a store of copies is spoken to.

mod digest;
mod name;
mod read;
mod write;

/// The name of the folder of archive files, beside the journal's file.
pub const ARCHIVE_FOLDER: &str = "archive";

pub use name::Stretch;
pub use read::{ArchiveCopies, Archives, KnownArchive};
pub use write::{ArchiveWriteError, ArchiveWriter, WrittenArchive};
