//! The lake: how records of any kind are kept, so that they can be asked again.
//!
//! Records go into a bounded queue, from there in groups into a write-ahead file, and from full files into Parquet, one
//! partition a day, which any engine can read without us. The files of a finished day become one, what is too old goes, and
//! every file is anchored where whoever can write to the folder cannot.
//!
//! A kind of record is a [`RecordKind`]: its columns, its form in the write-ahead file, and how its files are named. Each kind
//! has a folder of its own.
//!
//! This room must not know what a record means, policies, live state, or who decides; and it never reads a clock: days come
//! from the records, and ages of files from a stopwatch.

mod anchors;
pub mod cells;
pub mod columns;
mod covers;
mod day;
pub mod digest;
mod disk;
mod elsewhere;
mod examine;
pub mod frame;
mod kind;
mod lake;
mod lease;
mod open;
mod options;
mod partitions;
mod query;
mod queue;
mod rotate;
mod seal;
mod segment;
mod sink;
mod store;
mod sweep;
mod tail;
mod upkeep;
mod verify;
pub mod wire;
mod writer;

pub use anchors::{Anchors, KnownFile, NotAnchored, SealedFile, Unanchored};
pub use disk::{Disk, DiskFile, DiskSpace, LocalDisk};
pub use elsewhere::{Away, Elsewhere, Fetched, Unfetched};
pub use examine::{ExaminedSegment, examine};
pub use kind::{
    EndFiles, EndedRecord, KeyOf, KindFiles, LakeRecord, NoEnd, Payload, PayloadOf, Peek, RecordKey,
    RecordKind, RecordRow, RecordTable, TableFiles, put_end, put_record,
};
pub use lake::{Lake, RecordFiles};
pub use open::{OpenError, open};
pub use options::Options;
pub use query::{AsRecordQuery, RecordListing, RecordQuery, Skipped};
pub use sink::{Full, Health, NotDurable, RecordSink, State};
pub use store::{Everywhere, FileSet, Lent, RecordLookup, RecordScan, RecordStore};
pub use sweep::{Bytes, RecordSweep, SweptKind};
pub use upkeep::{Tending, UpkeepError, Upkept, UpkeptDay};
pub use verify::{Fault, Finding, Going, Unknown, Verified};
