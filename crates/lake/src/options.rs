//! The options of a store.

use crate::{Anchors, Disk, Elsewhere, LocalDisk, Unanchored};
use std::sync::Arc;
use std::time::Duration;

/// Options of recording and storing. The defaults suit one gate on one machine.
#[derive(Debug, Clone)]
pub struct Options {
    /// Maximum number of bytes of records that wait for the disk; further records are refused. Default 32 MiB.
    pub backlog_bytes: usize,
    /// Maximum time until a record without a waiting caller is durable. Default 200 ms.
    pub sync_every: Duration,
    /// Number of unsynced records that triggers a sync. Default 4,096.
    pub sync_records: usize,
    /// How long records without a waiting caller are collected before they are written together. Default 5 ms.
    pub linger: Duration,
    /// Size in bytes from which a segment is converted to Parquet. Default 32 MiB.
    pub segment_bytes: u64,
    /// Age from which a segment is converted to Parquet. Default one hour.
    pub segment_age: Duration,
    /// The first back-off before a failing disk is tried again; it doubles up to 2 s. Default 100 ms.
    pub retry: Duration,
    /// The disk on which files are created.
    pub disk: Arc<dyn Disk>,
    /// The anchors of the files. Default: none.
    pub anchors: Arc<dyn Anchors>,
    /// How long records are retained; `None` (the default) means for ever.
    pub keep: Option<Duration>,
    /// Bytes of the disk that are reserved for records of people who are signed in. Default 256 MiB.
    pub reserve: u64,
    /// The source of files that are not in this folder. Default: none.
    pub elsewhere: Option<Arc<dyn Elsewhere>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            backlog_bytes: 32 << 20,
            sync_every: Duration::from_millis(200),
            sync_records: 4_096,
            linger: Duration::from_millis(5),
            segment_bytes: 32 << 20,
            segment_age: Duration::from_secs(3_600),
            retry: Duration::from_millis(100),
            disk: Arc::new(LocalDisk),
            anchors: Arc::new(Unanchored),
            keep: None,
            reserve: 256 << 20,
            elsewhere: None,
        }
    }
}
