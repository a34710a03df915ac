//! The bounded queue between those who record and the one thread that writes. Records wait in it as frames, not as
//! values: its bound is a number of bytes, and what it holds can go to the file with a single write.

use crate::{DiskSpace, Full, Health, NotDurable, State};
use countersign_names::Timestamp;
use parking_lot::{Condvar, Mutex};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Somebody who waits until the medium has what they gave.
type Waiter = oneshot::Sender<Result<(), NotDurable>>;

/// Frames on their way to the file, and those who wait for them.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Whole frames whose checksums are still open.
    pub(crate) bytes: Vec<u8>,
    pub(crate) frames: usize,
    /// When the last of them happened.
    pub(crate) last_at: Option<Timestamp>,
    /// Records that somebody waits for, by where their frames are.
    durable: Vec<(Range<usize>, Waiter)>,
    flushes: Vec<Waiter>,
    barriers: Vec<SyncSender<()>>,
}

impl Batch {
    pub(crate) fn is_urgent(&self) -> bool {
        !(self.durable.is_empty() && self.flushes.is_empty() && self.barriers.is_empty())
    }

    pub(crate) fn wants_sync(&self) -> bool {
        !(self.durable.is_empty() && self.flushes.is_empty())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && !self.is_urgent()
    }

    /// Takes over everything in `other`, which keeps an empty buffer.
    pub(crate) fn absorb(&mut self, other: &mut Self) {
        if self.is_empty() {
            std::mem::swap(self, other);
            other.frames = 0;
            return;
        }
        let offset = self.bytes.len();
        self.bytes.append(&mut other.bytes);
        self.frames += std::mem::take(&mut other.frames);
        self.last_at = other.last_at.or(self.last_at);
        let moved = other.durable.drain(..).map(|(at, waiter)| (at.start + offset..at.end + offset, waiter));
        self.durable.extend(moved);
        self.flushes.append(&mut other.flushes);
        self.barriers.append(&mut other.barriers);
    }

    /// The file holds everything: readers may go on.
    pub(crate) fn written(&mut self) {
        for barrier in self.barriers.drain(..) {
            // A reader that lost its patience is gone, and that is its right.
            let _ = barrier.try_send(());
        }
    }

    /// How many wait for their record.
    pub(crate) fn waiting(&self) -> u64 {
        self.durable.len() as u64
    }

    /// The medium holds everything: those who waited are told.
    pub(crate) fn synced(&mut self) {
        let waiters = self.durable.drain(..).map(|(_, waiter)| waiter).chain(self.flushes.drain(..));
        waiters.for_each(|waiter| drop(waiter.send(Ok(()))));
        self.written();
        self.bytes.clear();
        self.frames = 0;
    }

    /// Forgets the first `count` bytes, whole frames that nobody waits for because they were written long ago: who
    /// waits makes the writer sync in the same turn.
    pub(crate) fn drop_front(&mut self, count: usize) {
        self.bytes.drain(..count.min(self.bytes.len()));
        for (range, _) in &mut self.durable {
            *range = range.start.saturating_sub(count)..range.end.saturating_sub(count);
        }
    }

    /// Tells everyone who waits that it failed, and takes out the records that were waited for: whoever was told so
    /// refused the access, and a record of an access that did not happen would be untrue.
    pub(crate) fn withdraw(&mut self, why: &Arc<str>) {
        self.barriers.clear();
        for waiter in self.flushes.drain(..) {
            drop(waiter.send(Err(NotDurable::new(why))));
        }
        let mut kept = Vec::with_capacity(self.bytes.len());
        let mut from = 0;
        for (range, waiter) in self.durable.drain(..) {
            kept.extend_from_slice(self.bytes.get(from..range.start).unwrap_or_default());
            from = range.end;
            self.frames = self.frames.saturating_sub(1);
            drop(waiter.send(Err(NotDurable::new(why))));
        }
        kept.extend_from_slice(self.bytes.get(from..).unwrap_or_default());
        self.bytes = kept;
    }
}

#[derive(Debug, Default)]
struct Inner {
    batch: Batch,
    closing: bool,
    /// The writer is gone; nothing that is put in now would ever be taken.
    finished: bool,
    failing: Option<Arc<str>>,
    rotation_failing: Option<Arc<str>>,
}

/// How many bytes a segment has at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// So many were synced by this process: whole frames all of them.
    Synced(u64),
    /// So many were there when this process began. The last write of the one before may have been cut off.
    Found(u64),
}

impl Length {
    pub(crate) const fn bytes(self) -> u64 {
        match self {
            Self::Synced(bytes) | Self::Found(bytes) => bytes,
        }
    }

    /// How many of them are whole frames, as far as that is known.
    pub(crate) const fn whole(self) -> u64 {
        match self {
            Self::Synced(bytes) => bytes,
            Self::Found(_) => 0,
        }
    }
}

/// Counters since the start; all of them only grow.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) recorded: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) durable: AtomicU64,
    pub(crate) syncs: AtomicU64,
    pub(crate) failures: AtomicU64,
    pub(crate) bytes: AtomicU64,
    pub(crate) rotated: AtomicU64,
    /// Not a counter: bytes that the writer took and has not synced.
    pub(crate) unsynced: AtomicU64,
}

#[derive(Debug)]
pub(crate) struct Queue {
    inner: Mutex<Inner>,
    arrived: Condvar,
    limit: usize,
    pub(crate) counters: Counters,
    /// A [`DiskSpace`]: read for each stranger's request, so without a lock.
    space: AtomicU8,
    /// The segments that this process writes, or found when it began, and that are not removed yet.
    segments: Mutex<BTreeMap<PathBuf, Length>>,
}

impl Queue {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            inner: Mutex::default(),
            arrived: Condvar::new(),
            limit,
            counters: Counters::default(),
            space: AtomicU8::new(DiskSpace::default() as u8),
            segments: Mutex::default(),
        }
    }

    /// Notes how much disk space there is.
    pub(crate) fn set_space(&self, space: DiskSpace) {
        self.space.store(space as u8, Relaxed);
    }

    /// How much disk space there was when the writer last looked.
    pub(crate) fn space(&self) -> DiskSpace {
        match self.space.load(Relaxed) {
            space if space == DiskSpace::Enough as u8 => DiskSpace::Enough,
            space if space == DiskSpace::Low as u8 => DiskSpace::Low,
            _ => DiskSpace::Reserved,
        }
    }

    /// Takes note of a segment that is ours, and of how long it is by now.
    pub(crate) fn note_segment(&self, path: &Path, length: Length) {
        let mut segments = self.segments.lock();
        match segments.get_mut(path) {
            Some(known) => *known = length,
            None => drop(segments.insert(path.to_owned(), length)),
        }
    }

    /// The segment is no more.
    pub(crate) fn forget_segment(&self, path: &Path) {
        self.segments.lock().remove(path);
    }

    /// The segments that are ours, with how long each is at least.
    pub(crate) fn segments(&self) -> BTreeMap<PathBuf, Length> {
        self.segments.lock().clone()
    }

    /// Puts one frame in. Never waits for the disk.
    pub(crate) fn put(&self, frame: &[u8], at: Timestamp) -> Result<(), Full> {
        let mut inner = self.inner.lock();
        self.admit(&mut inner, frame, at)?;
        let first = inner.batch.frames == 1;
        drop(inner);
        if first {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Puts one frame in and gives what resolves when the medium has it.
    pub(crate) fn put_durably(
        &self,
        frame: &[u8],
        at: Timestamp,
    ) -> Result<oneshot::Receiver<Result<(), NotDurable>>, NotDurable> {
        let (waiter, answer) = oneshot::channel();
        let mut inner = self.inner.lock();
        if let Some(why) = &inner.failing {
            self.counters.refused.fetch_add(1, Relaxed);
            return Err(NotDurable::new(why));
        }
        let start = inner.batch.bytes.len();
        self.admit(&mut inner, frame, at).map_err(|full| NotDurable { why: full.to_string().into() })?;
        let end = inner.batch.bytes.len();
        inner.batch.durable.push((start..end, waiter));
        drop(inner);
        self.arrived.notify_one();
        Ok(answer)
    }

    fn admit(&self, inner: &mut Inner, frame: &[u8], at: Timestamp) -> Result<(), Full> {
        let refusal = if inner.closing {
            Some(Full::Closed)
        } else if inner.batch.bytes.len() + frame.len() > self.limit {
            Some(inner.failing.as_ref().map_or(Full::Backlog { bytes: self.limit }, |why| Full::Failing {
                bytes: self.limit,
                why: Arc::clone(why),
            }))
        } else {
            None
        };
        if let Some(full) = refusal {
            self.counters.refused.fetch_add(1, Relaxed);
            return Err(full);
        }
        inner.batch.bytes.extend_from_slice(frame);
        inner.batch.frames += 1;
        inner.batch.last_at = Some(at);
        self.counters.recorded.fetch_add(1, Relaxed);
        Ok(())
    }

    /// What resolves when the medium has everything that was put in before.
    pub(crate) fn flush(&self) -> oneshot::Receiver<Result<(), NotDurable>> {
        let (waiter, answer) = oneshot::channel();
        let mut inner = self.inner.lock();
        if let Some(why) = &inner.failing {
            drop(waiter.send(Err(NotDurable::new(why))));
            return answer;
        }
        if inner.finished {
            drop(waiter.send(Ok(())));
            return answer;
        }
        inner.batch.flushes.push(waiter);
        drop(inner);
        self.arrived.notify_one();
        answer
    }

    /// Waits until the file holds what was put in before; false when the writer did not manage it in time.
    pub(crate) fn written(&self, patience: Duration) -> bool {
        let (barrier, passed) = std::sync::mpsc::sync_channel(1);
        let mut inner = self.inner.lock();
        if inner.failing.is_some() {
            return false;
        }
        if inner.finished {
            return true;
        }
        inner.batch.barriers.push(barrier);
        drop(inner);
        self.arrived.notify_one();
        // A writer that ended meanwhile wrote everything first, unless it was failing.
        passed.recv_timeout(patience).is_ok() || {
            let inner = self.inner.lock();
            inner.finished && inner.failing.is_none()
        }
    }

    /// Waits for something to write and takes it; at the latest at `until`. Records that nobody waits for are left
    /// to gather for `linger`, so that a steady trickle costs a write every few milliseconds and not one each.
    pub(crate) fn take(&self, into: &mut Batch, until: Option<Instant>, linger: Duration) {
        let mut inner = self.inner.lock();
        while inner.batch.is_empty() && !inner.closing {
            match until {
                None => self.arrived.wait(&mut inner),
                Some(until) if self.arrived.wait_until(&mut inner, until).timed_out() => return,
                Some(_) => {}
            }
        }
        let gathered = Instant::now() + linger;
        while !inner.batch.is_urgent() && !inner.closing && inner.batch.bytes.len() < self.limit / 4 {
            if self.arrived.wait_until(&mut inner, gathered).timed_out() {
                break;
            }
        }
        into.absorb(&mut inner.batch);
    }

    /// Waits until it is closing or so long has passed.
    pub(crate) fn pause(&self, pause: Duration) {
        let mut inner = self.inner.lock();
        let until = Instant::now() + pause;
        while !inner.closing && !self.arrived.wait_until(&mut inner, until).timed_out() {}
    }

    pub(crate) fn fail(&self, why: &Arc<str>) {
        let mut inner = self.inner.lock();
        inner.failing = Some(Arc::clone(why));
        inner.batch.withdraw(why);
        self.counters.failures.fetch_add(1, Relaxed);
    }

    pub(crate) fn recover(&self) {
        self.inner.lock().failing = None;
    }

    pub(crate) fn rotation(&self, failing: Option<Arc<str>>) {
        self.inner.lock().rotation_failing = failing;
    }

    pub(crate) fn rotation_failing(&self) -> Option<Arc<str>> {
        self.inner.lock().rotation_failing.clone()
    }

    pub(crate) fn close(&self) {
        self.inner.lock().closing = true;
        self.arrived.notify_all();
    }

    /// The writer has ended; a failure stays on record, so that whoever still waits or asks is not told it went well.
    pub(crate) fn finish(&self) {
        let mut inner = self.inner.lock();
        inner.closing = true;
        inner.finished = true;
        inner.batch = Batch::default();
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.inner.lock().closing
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.inner.lock().batch.is_empty()
    }

    pub(crate) fn state(&self) -> State {
        let inner = self.inner.lock();
        let backlog = inner.batch.bytes.len();
        let health = match &inner.failing {
            Some(why) => Health::Failing(why.to_string()),
            None if backlog > self.limit / 2 => Health::Backlog,
            None => Health::Healthy,
        };
        let count = |counter: &AtomicU64| counter.load(Relaxed);
        State {
            health,
            rotation_failing: inner.rotation_failing.as_ref().map(ToString::to_string),
            space: self.space(),
            backlog_bytes: backlog as u64,
            backlog_limit: self.limit as u64,
            unsynced_bytes: count(&self.counters.unsynced),
            recorded: count(&self.counters.recorded),
            refused: count(&self.counters.refused),
            durable: count(&self.counters.durable),
            syncs: count(&self.counters.syncs),
            failures: count(&self.counters.failures),
            bytes: count(&self.counters.bytes),
            rotated: count(&self.counters.rotated),
        }
    }
}
