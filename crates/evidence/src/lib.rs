//! The evidence: every decision with exactly what it read, stored so that it can be evaluated again.
//!
//! Decisions are the first kind of record of the lake, which stores them: a bounded queue, a write-ahead file, and
//! Parquet with one partition per day, which any engine can read without this code (`docs/evidence.md` lists the
//! columns).
//!
//! This room knows the data of decisions and of their completions. It must not know how records are stored, policies,
//! live state, who decides, or the meaning of a decision.

mod accesses;
mod cells;
mod codec;
mod columns;
mod examine;
mod kind;
pub mod ocsf;
mod query;
mod record;

#[cfg(test)]
mod tests;

pub use accesses::{Access, Accesses, Reasons};
pub use countersign_lake::{
    Anchors, Away, Bytes, Disk, DiskFile, DiskSpace, Elsewhere, Everywhere, Fault, Fetched, FileSet, Finding,
    Full, Going, Health, KnownFile, Lent, LocalDisk, NotAnchored, NotDurable, OpenError, Options, SealedFile,
    Skipped, State, Tending, Unanchored, Unfetched, Unknown, UpkeepError, Upkept, UpkeptDay, Verified,
};
pub use examine::{Examined, examine_segment};
pub use kind::{ALLOWED, DENIED, Decisions, WOULD_BE_DENIED};
pub use query::Query;
pub use record::{
    Authentication, Cause, Completed, CutText, Decided, DeviceEvidence, Effect, Ended, Folded, FoldedOver,
    Place, Row, UnknownWord,
};

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use countersign_lake::{
    RecordListing, RecordLookup, RecordScan, RecordSink, RecordStore, RecordSweep, columns as lake,
};
use std::path::Path;

/// The handle with which callers record decisions.
pub type Sink = RecordSink<Decisions>;
/// The reading side of the decisions.
pub type Store = RecordStore<Decisions>;
/// An iterator over every decision of a span, oldest first.
pub type Scan = RecordScan<Decisions>;
/// An iterator over the accesses of a span, many at a time.
pub type Sweep = RecordSweep<Decisions>;
/// Decisions, and what could not be read.
pub type Listing = RecordListing<Row>;
/// One decision, if it was found, and what could not be read.
pub type DecisionLookup = RecordLookup<Row>;

/// The evidence of one folder.
#[derive(Debug, Clone, Copy)]
pub enum Evidence {}

impl Evidence {
    /// Opens the evidence in `folder`. The folder is created if it is missing, and other users lose access to it.
    /// Segments of an earlier process are converted to Parquet in the background, and are readable meanwhile.
    ///
    /// # Errors
    /// If another process has the folder open, or the folder is not usable.
    pub fn open(folder: impl AsRef<Path>, options: Options) -> Result<(Sink, Store), OpenError> {
        countersign_lake::open::<Decisions>(folder, options)
    }
}

/// Returns the schema of files with decisions.
pub fn decisions_schema() -> SchemaRef {
    lake::rows_schema::<Decisions>()
}

/// Returns how many of the last of these columns describe the completion.
pub fn completed_columns() -> usize {
    lake::end_columns::<Decisions>()
}

/// Converts rows to these columns.
///
/// # Errors
/// Arrow's; never for rows that a store returned.
pub fn decisions_batch(rows: &[Row]) -> Result<RecordBatch, ArrowError> {
    lake::rows_batch::<Decisions>(rows)
}

/// Converts completions to the last of these columns; null where a completion is unknown.
///
/// # Errors
/// Arrow's; never for completions that a store returned.
pub fn completed_batch(ends: &[Option<&Completed>]) -> Result<RecordBatch, ArrowError> {
    lake::joined_ends_batch::<Decisions>(ends)
}
