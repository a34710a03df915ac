//! The recording side.

use crate::disk::DiskSpace;
use crate::frame;
use crate::kind::{LakeRecord as _, RecordKind, put_end, put_record};
use crate::queue::Queue;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::Arc;
use tokio::sync::watch;

/// An error: a record was refused, and the access that it describes must not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// Records arrive faster than the disk writes them.
    #[error("no record was made: {bytes} bytes of records already wait for the disk")]
    Backlog {
        /// The limit of the backlog, in bytes.
        bytes: usize,
    },
    /// The disk is failing, and the backlog is full.
    #[error("no record was made: the disk fails ({why}), and {bytes} bytes of records already wait for it")]
    Failing {
        /// The limit of the backlog, in bytes.
        bytes: usize,
        /// The error of the operating system.
        why: Arc<str>,
    },
    /// The record is longer than the maximum.
    #[error("no record was made: it has {bytes} bytes, and may have {most}: shorten its texts")]
    TooLong {
        /// The length of the record, in bytes.
        bytes: usize,
        /// The maximum, in bytes.
        most: usize,
    },
    /// The sink is closed.
    #[error("no record was made: the evidence is closed, because the process is shutting down")]
    Closed,
}

/// An error: a record did not become durable, and the access that waited for it must not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the record is not durable: {why}")]
pub struct NotDurable {
    /// The error of the operating system.
    pub why: Arc<str>,
}

impl NotDurable {
    pub(crate) fn new(why: &Arc<str>) -> Self {
        Self { why: Arc::clone(why) }
    }
}

/// The health of recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// Records become durable as they arrive.
    Healthy,
    /// More than half of the backlog is in use.
    Backlog,
    /// The disk is failing, with the error of the operating system.
    Failing(String),
}

/// The state of recording, in numbers. The counters start at zero with the process and only grow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The health.
    pub health: Health,
    /// Why the last conversion of a segment to Parquet failed. No records are lost by this, but it uses disk space.
    pub rotation_failing: Option<String>,
    /// The class of free disk space.
    pub space: DiskSpace,
    /// Bytes that wait to be written.
    pub backlog_bytes: u64,
    /// Maximum number of such bytes.
    pub backlog_limit: u64,
    /// Bytes that are written but not synced.
    pub unsynced_bytes: u64,
    /// Number of accepted records and ends.
    pub recorded: u64,
    /// Number of refused records.
    pub refused: u64,
    /// Number of records that became durable while a caller waited for them.
    pub durable: u64,
    /// Number of syncs; `durable / syncs` shows the gain of group commit.
    pub syncs: u64,
    /// Number of writes and syncs that failed.
    pub failures: u64,
    /// Number of bytes written.
    pub bytes: u64,
    /// Number of segments converted to Parquet.
    pub rotated: u64,
}

/// The result of the threads, once they have ended.
pub(crate) type ThreadsResult = Option<Result<(), Arc<str>>>;

/// The handle with which callers record. Cheap to clone. When the last clone is dropped, the remaining records are
/// written and the threads end, but only [`close`](Self::close) returns whether that succeeded.
#[derive(Debug, Clone)]
pub struct RecordSink<K> {
    inner: Arc<Inner>,
    kind: PhantomData<K>,
}

#[derive(Debug)]
struct Inner {
    queue: Arc<Queue>,
    ended: watch::Receiver<ThreadsResult>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue.close();
    }
}

thread_local! {
    /// Buffer for one frame, reused for every record.
    static FRAME: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Builds the frame of a record, outside the queue's lock.
fn framed<T>(fill: impl FnOnce(&mut Vec<u8>), then: impl FnOnce(&[u8]) -> T) -> T {
    FRAME.with_borrow_mut(|frame| {
        frame.clear();
        frame::append(frame, fill);
        then(frame)
    })
}

/// Refuses a frame that is longer than the reader accepts, because the record could never be read again.
fn fits(frame: &[u8]) -> Result<(), Full> {
    let bytes = frame.len() - frame::PREFIX;
    if bytes > frame::LONGEST { Err(Full::TooLong { bytes, most: frame::LONGEST }) } else { Ok(()) }
}

impl<K: RecordKind> RecordSink<K> {
    pub(crate) fn new(queue: Arc<Queue>, ended: watch::Receiver<ThreadsResult>) -> Self {
        Self { inner: Arc::new(Inner { queue, ended }), kind: PhantomData }
    }

    /// Records without waiting for the disk: the record is durable within [`Options::sync_every`](crate::Options).
    ///
    /// # Errors
    /// If the backlog is full. The caller must then refuse the access: no record, no access.
    pub fn record(&self, record: &K::Record) -> Result<(), Full> {
        framed(
            |out| put_record::<K>(record, out),
            |frame| {
                fits(frame)?;
                self.inner.queue.put(frame, record.at())
            },
        )
    }

    /// Records, and returns when the record is durable. Concurrent callers share one sync.
    ///
    /// The record enters the queue when this function is called, not when its future is first polled, and stays in the
    /// queue if the future is dropped.
    ///
    /// # Errors
    /// If the record did not become durable. The caller must then refuse the access. The record is withdrawn if
    /// possible; if the disk failed between writing and syncing, it may still be found later.
    pub fn record_durably(
        &self,
        record: &K::Record,
    ) -> impl Future<Output = Result<(), NotDurable>> + Send + use<K> {
        let queued = framed(
            |out| put_record::<K>(record, out),
            |frame| {
                fits(frame).map_err(|full| NotDurable { why: full.to_string().into() })?;
                self.inner.queue.put_durably(frame, record.at())
            },
        );
        async move { queued?.await.unwrap_or_else(|_| Err(NotDurable { why: "the writer has ended".into() })) }
    }

    /// Records the end of a record, without waiting for the disk.
    ///
    /// # Errors
    /// If the backlog is full. The access has happened and its record stays; only the end is lost.
    pub fn complete(&self, end: &K::End) -> Result<(), Full> {
        framed(
            |out| put_end::<K>(end, out),
            |frame| {
                fits(frame)?;
                self.inner.queue.put(frame, end.at())
            },
        )
    }

    /// Returns when everything recorded before this call is durable.
    ///
    /// # Errors
    /// If the disk fails.
    pub async fn flush(&self) -> Result<(), NotDurable> {
        match self.inner.queue.flush().await {
            Ok(answer) => answer,
            // The writer has ended meanwhile. It ends without error only if it has written everything.
            Err(_) => self.ending().await,
        }
    }

    /// Accepts no more records, makes the accepted ones durable, converts the segment to Parquet, and returns when the
    /// threads have ended and another process may open the folder.
    ///
    /// # Errors
    /// If the disk fails: the records that were not yet durable are lost.
    pub async fn close(&self) -> Result<(), NotDurable> {
        self.inner.queue.close();
        self.ending().await
    }

    async fn ending(&self) -> Result<(), NotDurable> {
        let mut ended = self.inner.ended.clone();
        match ended.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(Ok(()))) => Ok(()),
            Ok(Some(Err(why))) => Err(NotDurable::new(why)),
            Ok(None) | Err(_) => Err(NotDurable { why: "the writer ended without an answer".into() }),
        }
    }

    /// Returns the class of free disk space at the writer's last check: at most a second ago while records arrive or
    /// space is short.
    pub fn space(&self) -> DiskSpace {
        self.inner.queue.space()
    }

    /// Returns the state of recording.
    pub fn state(&self) -> State {
        self.inner.queue.state()
    }
}
