//! Recording.

use crate::disk::DiskSpace;
use crate::frame;
use crate::kind::{LakeRecord as _, RecordKind, put_end, put_record};
use crate::queue::Queue;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::Arc;
use tokio::sync::watch;

/// A record was not taken, and the access that it is about must not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// Records arrive faster than the disk takes them.
    #[error("no record was made: {bytes} bytes of records already wait for the disk")]
    Backlog {
        /// The bound, in bytes.
        bytes: usize,
    },
    /// The disk fails, and the backlog is full.
    #[error("no record was made: the disk fails ({why}), and {bytes} bytes of records already wait for it")]
    Failing {
        /// The bound, in bytes.
        bytes: usize,
        /// What the system says.
        why: Arc<str>,
    },
    /// It is longer than a record may be.
    #[error("no record was made: it has {bytes} bytes, and may have {most}: shorten what it says")]
    TooLong {
        /// Its bytes.
        bytes: usize,
        /// The bound, in bytes.
        most: usize,
    },
    /// The sink was closed.
    #[error("no record was made: the evidence is closed, because the process is shutting down")]
    Closed,
}

/// A record did not become durable, and the access that waited for it must not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the record is not durable: {why}")]
pub struct NotDurable {
    /// What the system says.
    pub why: Arc<str>,
}

impl NotDurable {
    pub(crate) fn new(why: &Arc<str>) -> Self {
        Self { why: Arc::clone(why) }
    }
}

/// How recording goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// Records become durable as they come.
    Healthy,
    /// More than half of the backlog is in use.
    Backlog,
    /// The disk fails; what the system says.
    Failing(String),
}

/// How recording goes, in figures. The counters count from the start of the process and only grow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// In a word.
    pub health: Health,
    /// Why the last segment could not be turned into Parquet; nothing is lost by it, but disk space is.
    pub rotation_failing: Option<String>,
    /// How much disk space there is.
    pub space: DiskSpace,
    /// Bytes that wait to be written.
    pub backlog_bytes: u64,
    /// The bound on them.
    pub backlog_limit: u64,
    /// Bytes that were written and not synced.
    pub unsynced_bytes: u64,
    /// Records taken, and ends of records.
    pub recorded: u64,
    /// Records refused.
    pub refused: u64,
    /// Records that somebody waited for and that became durable.
    pub durable: u64,
    /// Syncs; `durable / syncs` tells what group commit saves.
    pub syncs: u64,
    /// Writes and syncs that failed.
    pub failures: u64,
    /// Bytes written.
    pub bytes: u64,
    /// Segments turned into Parquet.
    pub rotated: u64,
}

/// How the threads ended.
pub(crate) type Ending = Option<Result<(), Arc<str>>>;

/// Where records of a kind are put. Cheap to clone; when the last clone is dropped the rest is written and the threads
/// end, but only [`close`](Self::close) tells whether that went well.
#[derive(Debug, Clone)]
pub struct RecordSink<K> {
    inner: Arc<Inner>,
    kind: PhantomData<K>,
}

#[derive(Debug)]
struct Inner {
    queue: Arc<Queue>,
    ended: watch::Receiver<Ending>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue.close();
    }
}

thread_local! {
    /// Room for one frame, kept from record to record.
    static FRAME: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The frame of a record, built outside the queue's lock.
fn framed<T>(fill: impl FnOnce(&mut Vec<u8>), then: impl FnOnce(&[u8]) -> T) -> T {
    FRAME.with_borrow_mut(|frame| {
        frame.clear();
        frame::append(frame, fill);
        then(frame)
    })
}

/// A frame that is longer than any that is read again is no record.
fn fits(frame: &[u8]) -> Result<(), Full> {
    let bytes = frame.len() - frame::PREFIX;
    if bytes > frame::LONGEST { Err(Full::TooLong { bytes, most: frame::LONGEST }) } else { Ok(()) }
}

impl<K: RecordKind> RecordSink<K> {
    pub(crate) fn new(queue: Arc<Queue>, ended: watch::Receiver<Ending>) -> Self {
        Self { inner: Arc::new(Inner { queue, ended }), kind: PhantomData }
    }

    /// Records without waiting for the disk: the record is durable within [`Options::sync_every`](crate::Options).
    ///
    /// # Errors
    /// When the backlog is full. The access must be refused then: no record, no access.
    pub fn record(&self, record: &K::Record) -> Result<(), Full> {
        framed(
            |out| put_record::<K>(record, out),
            |frame| {
                fits(frame)?;
                self.inner.queue.put(frame, record.at())
            },
        )
    }

    /// Records and returns when the record is durable. Many that wait share one sync.
    ///
    /// The record goes into the queue when the call is made, not when its future is first polled, and stays when
    /// the future is dropped.
    ///
    /// # Errors
    /// When it did not become durable. The access must be refused then, and the record is taken back where that is
    /// possible; where it is not (the disk failed between writing and syncing), it may still be found later.
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

    /// Records what came of it later, without waiting for the disk.
    ///
    /// # Errors
    /// When the backlog is full. What was recorded has happened; what is lost is how it ended.
    pub fn complete(&self, end: &K::End) -> Result<(), Full> {
        framed(
            |out| put_end::<K>(end, out),
            |frame| {
                fits(frame)?;
                self.inner.queue.put(frame, end.at())
            },
        )
    }

    /// Returns when everything recorded before is durable.
    ///
    /// # Errors
    /// When the disk fails.
    pub async fn flush(&self) -> Result<(), NotDurable> {
        match self.inner.queue.flush().await {
            Ok(answer) => answer,
            // The writer ended meanwhile, and it does not end well without having written everything.
            Err(_) => self.ending().await,
        }
    }

    /// Takes no more records, makes those it has durable, turns the segment into Parquet, and returns when the
    /// threads have ended and another process may open the folder.
    ///
    /// # Errors
    /// When the disk fails: the records that had not become durable are lost.
    pub async fn close(&self) -> Result<(), NotDurable> {
        self.inner.queue.close();
        self.ending().await
    }

    async fn ending(&self) -> Result<(), NotDurable> {
        let mut ended = self.inner.ended.clone();
        match ended.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(Ok(()))) => Ok(()),
            Ok(Some(Err(why))) => Err(NotDurable::new(why)),
            Ok(None) | Err(_) => Err(NotDurable { why: "the writer ended without a word".into() }),
        }
    }

    /// How much disk space there was when the writer last looked: at most a second ago while records come or space is short.
    pub fn space(&self) -> DiskSpace {
        self.inner.queue.space()
    }

    /// How recording goes.
    pub fn state(&self) -> State {
        self.inner.queue.state()
    }
}
