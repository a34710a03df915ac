//! The bounded queue between the recording threads and the one writer thread. Records wait as encoded frames, so that
//! the bound is a number of bytes and the writer can write everything with a single call.

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

/// The channel to a caller that waits until its record is durable.
type Waiter = oneshot::Sender<Result<(), NotDurable>>;

/// Frames that wait to be written, and the callers that wait for them.
#[derive(Debug, Default)]
pub(crate) struct FrameBatch {
    /// Whole frames whose checksums are not computed yet.
    pub(crate) bytes: Vec<u8>,
    pub(crate) frames: usize,
    /// When the last record happened.
    pub(crate) last_at: Option<Timestamp>,
    /// The positions of frames for which a caller waits.
    durable: Vec<(Range<usize>, Waiter)>,
    flushes: Vec<Waiter>,
    barriers: Vec<SyncSender<()>>,
}

impl FrameBatch {
    pub(crate) fn is_urgent(&self) -> bool {
        !(self.durable.is_empty() && self.flushes.is_empty() && self.barriers.is_empty())
    }

    pub(crate) fn wants_sync(&self) -> bool {
        !(self.durable.is_empty() && self.flushes.is_empty())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && !self.is_urgent()
    }

    /// Moves everything from `other` to the end of this batch; `other` keeps an empty buffer.
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

    /// Wakes readers: everything is in the file.
    pub(crate) fn written(&mut self) {
        for barrier in self.barriers.drain(..) {
            // A reader that has timed out has dropped its end.
            let _ = barrier.try_send(());
        }
    }

    /// Returns how many callers wait for their record.
    pub(crate) fn waiting(&self) -> u64 {
        self.durable.len() as u64
    }

    /// Answers the waiting callers: everything is durable.
    pub(crate) fn synced(&mut self) {
        let waiters = self.durable.drain(..).map(|(_, waiter)| waiter).chain(self.flushes.drain(..));
        waiters.for_each(|waiter| drop(waiter.send(Ok(()))));
        self.written();
        self.bytes.clear();
        self.frames = 0;
    }

    /// Removes the first `count` bytes. These are whole frames without waiting callers, because they were written
    /// earlier, and a waiting caller makes the writer sync in the same round.
    pub(crate) fn drop_front(&mut self, count: usize) {
        self.bytes.drain(..count.min(self.bytes.len()));
        for (range, _) in &mut self.durable {
            *range = range.start.saturating_sub(count)..range.end.saturating_sub(count);
        }
    }

    /// Answers all waiting callers with an error, and removes the records for which they waited. Those callers refuse
    /// the access, so a record of the access would be untrue.
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
    batch: FrameBatch,
    closing: bool,
    /// The writer has ended; it would never write anything that is added now.
    finished: bool,
    failing: Option<Arc<str>>,
    rotation_failing: Option<Arc<str>>,
}

/// The minimum length of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// Bytes that this process has synced: all of them are whole frames.
    Synced(u64),
    /// Bytes that existed when this process started. The last write of the previous process may have been cut off.
    Found(u64),
}

impl Length {
    pub(crate) const fn bytes(self) -> u64 {
        match self {
            Self::Synced(bytes) | Self::Found(bytes) => bytes,
        }
    }

    /// Returns how many of these bytes are known to be whole frames.
    pub(crate) const fn whole(self) -> u64 {
        match self {
            Self::Synced(bytes) => bytes,
            Self::Found(_) => 0,
        }
    }
}

/// Counters since the start; they only grow.
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
    /// A [`DiskSpace`]. It is atomic instead of locked because every unauthenticated request reads it.
    space: AtomicU8,
    /// The segments that this process writes, or found when it started, and that are not removed yet.
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

    /// Sets the class of free disk space.
    pub(crate) fn set_space(&self, space: DiskSpace) {
        self.space.store(space as u8, Relaxed);
    }

    /// Returns the class of free disk space at the writer's last check.
    pub(crate) fn space(&self) -> DiskSpace {
        match self.space.load(Relaxed) {
            space if space == DiskSpace::Enough as u8 => DiskSpace::Enough,
            space if space == DiskSpace::Low as u8 => DiskSpace::Low,
            _ => DiskSpace::Reserved,
        }
    }

    /// Notes a segment of this process, and its current length.
    pub(crate) fn note_segment(&self, path: &Path, length: Length) {
        let mut segments = self.segments.lock();
        match segments.get_mut(path) {
            Some(known) => *known = length,
            None => drop(segments.insert(path.to_owned(), length)),
        }
    }

    /// Removes a segment from the noted ones.
    pub(crate) fn forget_segment(&self, path: &Path) {
        self.segments.lock().remove(path);
    }

    /// Returns the segments of this process, with their minimum lengths.
    pub(crate) fn segments(&self) -> BTreeMap<PathBuf, Length> {
        self.segments.lock().clone()
    }

    /// Adds one frame. Never waits for the disk.
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

    /// Adds one frame, and returns a channel that resolves when the frame is durable.
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

    /// Returns a channel that resolves when everything added before is durable.
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

    /// Waits until everything added before is in the file; returns false if the writer fails or exceeds the time-out.
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
        // If the writer has ended meanwhile, it wrote everything first, unless it was failing.
        passed.recv_timeout(patience).is_ok() || {
            let inner = self.inner.lock();
            inner.finished && inner.failing.is_none()
        }
    }

    /// Waits until there is something to write, at most until `until`, and takes it. Frames without waiting callers are
    /// collected for `linger`, so that a steady trickle costs one write every few milliseconds instead of one each.
    pub(crate) fn take(&self, into: &mut FrameBatch, until: Option<Instant>, linger: Duration) {
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

    /// Waits until the queue is closing or the time has passed.
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

    /// Notes that the writer has ended. A failure stays noted, so that later callers do not receive a success.
    pub(crate) fn finish(&self) {
        let mut inner = self.inner.lock();
        inner.closing = true;
        inner.finished = true;
        inner.batch = FrameBatch::default();
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
