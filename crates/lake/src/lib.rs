//! The lake: stores records of any kind on disk, and reads them back.
//!
//! Records enter a bounded queue. One thread appends them in groups to a write-ahead file. Full write-ahead files
//! become Parquet, with one partition per day, which any engine can read without this code. Upkeep compacts the files
//! of a finished day into one and removes expired days. Every finished file is anchored outside the folder, where an
//! attacker who can write the folder cannot change the anchor.
//!
//! A kind of record is a [`RecordKind`]: its columns, its form in the write-ahead file, and the names of its files.
//! Each kind has its own folder.
//!
//! This room must not know the meaning of a record, policies, live state, or who decides. It never reads a clock: days
//! come from the records, and the ages of files from a monotonic timer.

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
mod texts;
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
