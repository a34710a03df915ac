//! What is asked of the store, and what it answers.

use crate::elsewhere::Away;
use crate::kind::LakeRecord;
use countersign_names::Timestamp;
use std::path::PathBuf;

/// Which records are wanted. Every part that is set must hold; the default wants the newest 100.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordQuery {
    /// Not before this moment.
    pub since: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// Columns of text that must hold a certain text.
    pub texts: Vec<(&'static str, String)>,
    /// Maximum number of rows, the newest. No answer holds more than [`RecordQuery::MOST`].
    pub limit: usize,
}

impl Default for RecordQuery {
    fn default() -> Self {
        let (since, until) = (Timestamp::from_micros(i64::MIN), Timestamp::MAX);
        Self { since, until, texts: Vec::new(), limit: 100 }
    }
}

impl RecordQuery {
    /// Most rows of one answer: larger questions are for an engine that reads the Parquet itself.
    pub const MOST: usize = 10_000;

    /// Whether a file that is elsewhere may hold records of the time.
    pub(crate) fn spans(&self, away: &Away) -> bool {
        away.file.first < self.until && self.since <= away.file.last
    }

    /// Whether a record is wanted.
    pub(crate) fn wants(&self, record: &impl LakeRecord) -> bool {
        let at = record.at();
        let holds = |(column, wanted): &(&str, String)| record.text(column).as_deref() == Some(wanted);
        at >= self.since && at < self.until && self.texts.iter().all(holds)
    }
}

/// What can be asked of a store: a question of a kind's own, in the columns that it names.
pub trait AsRecordQuery {
    /// The same question.
    fn as_record_query(&self) -> RecordQuery;
}

impl AsRecordQuery for RecordQuery {
    fn as_record_query(&self) -> RecordQuery {
        self.clone()
    }
}

/// An answer, and what it could not take into account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordListing<R> {
    /// The rows: newest first from [`RecordStore::list`](crate::RecordStore::list), oldest first from a
    /// [`RecordScan`](crate::RecordScan).
    pub rows: Vec<R>,
    /// What was not read. An answer with an entry here may lack rows, and whoever shows it must say so.
    pub skipped: Vec<Skipped>,
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Which file or folder.
    pub path: PathBuf,
    /// Why, for the person who looks after the installation.
    pub why: String,
}
