//! The evidence: every decision with exactly what it read, kept so that it can be asked again.
//!
//! Decisions are the first kind of record of the lake, which keeps them: a bounded queue, a write-ahead file, and Parquet,
//! one partition a day, which any engine can read without us (`docs/evidence.md` has the columns).
//!
//! This room knows the shape of decisions and of what came of them. It must not know how records are kept, policies, live
//! state, who decides, or what a decision means.

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
pub use kind::Decisions;
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

/// Where decisions are recorded.
pub type Sink = RecordSink<Decisions>;
/// The decisions, for reading.
pub type Store = RecordStore<Decisions>;
/// Every decision of a time, oldest first.
pub type Scan = RecordScan<Decisions>;
/// The accesses of a span, many at a time.
pub type Sweep = RecordSweep<Decisions>;
/// Decisions, and what could not be read.
pub type Listing = RecordListing<Row>;
/// One decision, if it was found, and what could not be read.
pub type DecisionLookup = RecordLookup<Row>;

/// The evidence of one folder.
#[derive(Debug, Clone, Copy)]
pub enum Evidence {}

impl Evidence {
    /// Opens the evidence in `folder`, which is made when it is missing and closed to other users. Segments that an
    /// earlier process left are turned into Parquet in the background, and are readable meanwhile.
    ///
    /// # Errors
    /// When another process has the folder open, or it cannot be used.
    pub fn open(folder: impl AsRef<Path>, options: Options) -> Result<(Sink, Store), OpenError> {
        countersign_lake::open::<Decisions>(folder, options)
    }
}

/// The columns of files with decisions.
pub fn decisions_schema() -> SchemaRef {
    lake::rows_schema::<Decisions>()
}

/// How many of these columns, the last ones, say what came of a decision.
pub fn completed_columns() -> usize {
    lake::end_columns::<Decisions>()
}

/// Rows as these columns.
///
/// # Errors
/// Arrow's; never for rows that a store gave.
pub fn decisions_batch(rows: &[Row]) -> Result<RecordBatch, ArrowError> {
    lake::rows_batch::<Decisions>(rows)
}

/// What came of decisions as the last of these columns; nothing where it is not known.
///
/// # Errors
/// Arrow's; never for what a store gave.
pub fn completed_batch(ends: &[Option<&Completed>]) -> Result<RecordBatch, ArrowError> {
    lake::joined_ends_batch::<Decisions>(ends)
}
