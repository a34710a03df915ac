//! How records are kept.

use crate::{Anchors, Disk, Elsewhere, LocalDisk, Unanchored};
use std::sync::Arc;
use std::time::Duration;

/// How to keep records. The defaults are for one gate on one machine.
#[derive(Debug, Clone)]
pub struct Options {
    /// Most bytes of records that wait for the disk; beyond it, records are refused. Default 32 MiB.
    pub backlog_bytes: usize,
    /// A record that nobody waits for is durable after at most this long. Default 200 ms.
    pub sync_every: Duration,
    /// Sync when so many records are not synced. Default 4,096.
    pub sync_records: usize,
    /// How long records that nobody waits for gather before they are written together. Default 5 ms.
    pub linger: Duration,
    /// A segment of at least so many bytes becomes Parquet. Default 32 MiB.
    pub segment_bytes: u64,
    /// A segment this old becomes Parquet. Default one hour.
    pub segment_age: Duration,
    /// The first pause before a failing disk is tried again; it doubles up to 2 s. Default 100 ms.
    pub retry: Duration,
    /// Where files are created.
    pub disk: Arc<dyn Disk>,
    /// Where it is kept which files there must be. Default: nowhere.
    pub anchors: Arc<dyn Anchors>,
    /// For how long records are kept; none: for ever, which is the default.
    pub keep: Option<Duration>,
    /// Bytes of the disk that are kept for records of people who are signed in. Default 256 MiB.
    pub reserve: u64,
    /// Who has copies of files that are not in this folder. Default: nobody.
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
