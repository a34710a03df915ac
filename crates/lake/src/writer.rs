//! The writer thread: takes the collected frames, appends them, syncs once for all waiting callers, and passes full
//! segments on to be converted.
//!
//! Written but unsynced frames stay in memory until the sync succeeds. If a write or a sync fails, the segment is
//! abandoned (after a failed sync the content of the medium is unknown) and those frames go to a new segment.

use crate::Options;
use crate::disk::DiskSpace;
use crate::kind::KindFiles;
use crate::queue::{FrameBatch, Length, Queue};
use crate::segment::Segment;
use countersign_names::Timestamp;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// The shortest time between two checks of the free disk space.
const LOOK: Duration = Duration::from_secs(1);

pub(crate) struct Writer {
    queue: Arc<Queue>,
    folder: PathBuf,
    files: KindFiles,
    options: Options,
    full: Sender<PathBuf>,
    segment: Option<Segment>,
    /// All frames since the last successful sync.
    pending: FrameBatch,
    /// How many bytes of these are already written to the segment.
    written: usize,
    oldest: Option<Instant>,
    /// The back-off before the next attempt, while the disk fails.
    pause: Option<Duration>,
    day: Option<i64>,
    last_at: Timestamp,
    looked: Instant,
}

impl Writer {
    pub(crate) fn new(
        queue: Arc<Queue>,
        (folder, files): (PathBuf, KindFiles),
        options: Options,
        full: Sender<PathBuf>,
    ) -> Self {
        Self {
            queue,
            folder,
            files,
            options,
            full,
            segment: None,
            pending: FrameBatch::default(),
            written: 0,
            oldest: None,
            pause: None,
            day: None,
            last_at: Timestamp::from_micros(0),
            // The space was checked when the folder was opened.
            looked: Instant::now(),
        }
    }

    /// Writes until the queue is closed and empty, or closed and the disk fails.
    pub(crate) fn run(mut self) -> Result<(), String> {
        loop {
            let until = self.wake_at();
            match self.pause {
                Some(pause) => self.queue.pause(pause),
                None => self.queue.take(&mut self.pending, until, self.options.linger),
            }
            self.look();
            let closing = self.queue.is_closing();
            match self.advance(closing) {
                Ok(()) => self.recovered(),
                Err(error) => {
                    self.failed(&error);
                    if closing {
                        return Err(error.to_string());
                    }
                }
            }
            if closing && self.pending.is_empty() && self.queue.is_empty() {
                self.hand_on();
                return Ok(());
            }
        }
    }

    /// Checks the free disk space, at most once a second.
    fn look(&mut self) {
        if self.looked.elapsed() < LOOK {
            return;
        }
        self.looked = Instant::now();
        let space = DiskSpace::of(self.options.disk.free(&self.folder), self.options.reserve);
        if space != self.queue.space() {
            tracing::warn!(folder = %self.folder.display(), ?space, "the disk space for records has changed");
            self.queue.set_space(space);
        }
    }

    fn wake_at(&self) -> Option<Instant> {
        let sync = self.oldest.map(|oldest| oldest + self.options.sync_every);
        let age = self.segment.as_ref().map(|segment| segment.born() + self.options.segment_age);
        // While space is short, refused records never reach the queue, so they would not trigger another check.
        let look = (self.queue.space() != DiskSpace::Enough).then(|| self.looked + LOOK);
        sync.into_iter().chain(age).chain(look).min()
    }

    /// Writes and syncs what is pending.
    fn advance(&mut self, closing: bool) -> io::Result<()> {
        if let Some(at) = self.pending.last_at {
            self.last_at = at;
        }
        if self.is_due() {
            self.sync_written()?;
            self.hand_on();
        }
        self.write()?;
        let overdue = self.oldest.is_some_and(|oldest| oldest.elapsed() >= self.options.sync_every);
        let many = self.pending.frames >= self.options.sync_records;
        if self.pending.wants_sync() || overdue || many || closing {
            self.sync()?;
        }
        Ok(())
    }

    fn is_due(&self) -> bool {
        let Some(segment) = &self.segment else { return false };
        segment.length() >= self.options.segment_bytes
            || segment.born().elapsed() >= self.options.segment_age
            || self.day.is_some_and(|day| day < day_of(self.last_at))
    }

    /// Writes the frames that the segment does not have yet. While the disk fails, creating a segment is also the
    /// probe.
    fn write(&mut self) -> io::Result<()> {
        let fresh = self.pending.bytes.get_mut(self.written..).unwrap_or_default();
        if !fresh.is_empty() || self.pause.is_some() {
            let segment = match &mut self.segment {
                Some(segment) => segment,
                None => {
                    let made =
                        Segment::create(&*self.options.disk, &self.folder, self.files.magic, self.last_at)?;
                    self.queue.note_segment(made.path(), Length::Synced(made.length()));
                    self.day = Some(day_of(self.last_at));
                    self.segment.insert(made)
                }
            };
            segment.append(fresh)?;
            self.queue.counters.bytes.fetch_add(fresh.len() as u64, Relaxed);
            self.written = self.pending.bytes.len();
            self.queue.counters.unsynced.store(self.written as u64, Relaxed);
            if self.written > 0 {
                self.oldest.get_or_insert_with(Instant::now);
            }
        }
        self.pending.written();
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        if self.written > 0
            && let Some(segment) = &mut self.segment
        {
            segment.sync()?;
            self.queue.note_segment(segment.path(), Length::Synced(segment.length()));
            self.queue.counters.syncs.fetch_add(1, Relaxed);
        }
        // Count before answering the callers, so that a caller finds its own record in the count.
        self.queue.counters.durable.fetch_add(self.pending.waiting(), Relaxed);
        self.pending.synced();
        self.queue.counters.unsynced.store(0, Relaxed);
        self.written = 0;
        self.oldest = None;
        Ok(())
    }

    /// Syncs the segment before it is passed on, which makes its part of the pending frames durable. The remaining
    /// frames are not written yet and go to the next segment.
    fn sync_written(&mut self) -> io::Result<()> {
        if self.written == 0 {
            return Ok(());
        }
        if let Some(segment) = &mut self.segment {
            segment.sync()?;
            self.queue.note_segment(segment.path(), Length::Synced(segment.length()));
        }
        self.pending.drop_front(self.written);
        self.written = 0;
        self.oldest = None;
        Ok(())
    }

    fn hand_on(&mut self) {
        self.end_segment(Segment::close);
    }

    fn end_segment(&mut self, end: fn(Segment) -> Option<PathBuf>) {
        let Some(segment) = self.segment.take() else { return };
        let path = segment.path().to_owned();
        match end(segment) {
            // The rotator normally lives as long as this thread; if it has ended, the next start converts the segment.
            Some(path) => drop(self.full.send(path)),
            None => self.queue.forget_segment(&path),
        }
    }

    fn recovered(&mut self) {
        if self.pause.take().is_some() {
            self.queue.recover();
            tracing::info!(kind = self.files.name, folder = %self.folder.display(), "records are written again");
        }
    }

    fn failed(&mut self, error: &io::Error) {
        let why: Arc<str> = error.to_string().into();
        if self.pause.is_none() {
            tracing::error!(kind = self.files.name, folder = %self.folder.display(), %error, "records cannot be written");
        }
        self.end_segment(Segment::abandon);
        self.pending.withdraw(&why);
        self.queue.fail(&why);
        self.written = 0;
        self.oldest = None;
        let longer = self.pause.map_or(self.options.retry, |pause| pause * 2);
        self.pause = Some(longer.min(LONGEST_PAUSE));
    }
}

fn day_of(at: Timestamp) -> i64 {
    at.as_seconds().div_euclid(86_400)
}
