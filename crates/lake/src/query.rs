//! Queries to the store, and their results.

use crate::elsewhere::Away;
use crate::kind::LakeRecord;
use countersign_names::Timestamp;
use std::ffi::OsStr;
use std::fmt;
use std::path::PathBuf;

/// A filter for records. A record must match every part that is set; the default selects the newest 100 records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordQuery {
    /// The first time that matches (inclusive).
    pub since: Timestamp,
    /// The end of the time span (exclusive).
    pub until: Timestamp,
    /// Text columns with the exact value that each must hold.
    pub texts: Vec<(&'static str, String)>,
    /// Maximum number of rows; the newest are returned. No result has more than [`RecordQuery::MOST`].
    pub limit: usize,
}

impl Default for RecordQuery {
    fn default() -> Self {
        let (since, until) = (Timestamp::from_micros(i64::MIN), Timestamp::MAX);
        Self { since, until, texts: Vec::new(), limit: 100 }
    }
}

impl RecordQuery {
    /// Maximum number of rows in one result. For more, use an engine that reads the Parquet files itself.
    pub const MOST: usize = 10_000;

    /// Returns whether a file that is stored elsewhere may hold records of the time span.
    pub(crate) fn spans(&self, away: &Away) -> bool {
        away.file.first < self.until && self.since <= away.file.last
    }

    /// Returns whether a record matches.
    pub(crate) fn wants(&self, record: &impl LakeRecord) -> bool {
        let at = record.at();
        let holds = |(column, wanted): &(&str, String)| record.text(column).as_deref() == Some(wanted);
        at >= self.since && at < self.until && self.texts.iter().all(holds)
    }
}

/// A query that can be converted to a [`RecordQuery`], such as a kind's own query type with its columns as fields.
pub trait AsRecordQuery {
    /// Converts the query.
    fn as_record_query(&self) -> RecordQuery;
}

impl AsRecordQuery for RecordQuery {
    fn as_record_query(&self) -> RecordQuery {
        self.clone()
    }
}

/// A result, and what it does not include.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordListing<R> {
    /// The rows: newest first from [`RecordStore::list`](crate::RecordStore::list), oldest first from a
    /// [`RecordScan`](crate::RecordScan).
    pub rows: Vec<R>,
    /// Everything that could not be read. If this is not empty, rows may be missing, and the caller must show that.
    pub skipped: Vec<Skipped>,
}

/// A file, or a part of one, that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The path of the file or folder.
    pub path: PathBuf,
    /// The reason, for the administrator.
    pub why: String,
}

impl fmt::Display for Skipped {
    /// Writes the file's name and the reason. The path of the folder is not for clients.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
        write!(out, "{file}: {}", self.why)
    }
}
