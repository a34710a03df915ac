//! Moves old facts from the journal's store to archive files, as a job.
//!
//! The order is always: write a file, read it back, copy it; state the fact that records it; only then delete its
//! entries from the store. So wherever the process is killed, each entry is in the store or in a file that the journal
//! knows, and another run continues.

mod scheduled;

use crate::input::OptionalJson;
use crate::jobs::{JobParameters, JobWork, NewJob, RunningJob, begin};
use crate::refusal::CreatedResult;
use crate::{Caller, Control, Refusal};
use axum::extract::State;
use countersign_api as api;
use countersign_archive::{
    ArchiveWriteError, ArchiveWriter, Archives, KnownArchive, Stretch, WrittenArchive,
};
use countersign_facts::{Actor, Digest, Fact, JournalFact, Stated};
use countersign_journal::{Archive as _, ArchiveError, EntryHash, Head, ReadError, Seq};
use countersign_ledger::{CommandError, Ledger};
use countersign_names::Timestamp;
use countersign_world::{ArchivedEntries, World};
use std::ops::ControlFlow;
use std::time::Duration;
use tokio::runtime::Handle;

/// Minimum age of the facts that are archived by default: 90 days. Younger ones stay in the journal's store.
const USUAL: Duration = Duration::from_secs(90 * 86_400);

/// Maximum number of entries in one file.
const MOST_ENTRIES: u64 = 1_000_000;

/// Number of entries that are read at a time.
const PAGE: u32 = 4_096;

/// Why the job archived nothing more. What it archived before stays archived.
#[derive(Debug, thiserror::Error)]
enum ArchivingError {
    #[error("the journal was not read: {0}")]
    Read(#[from] ReadError),
    #[error("entry {0} of the journal cannot be read")]
    NoEntry(u64),
    #[error("the archive file was not written: {0}")]
    Write(#[from] ArchiveWriteError),
    #[error("the archive file was written and then not read back as it was: {0}")]
    NotReadBack(String),
    #[error("the archive file could not be copied to the store: {0}; its entries stay in the journal")]
    NotCopied(String),
    #[error("an archive file on record is not as it must be, so nothing left the journal: {0}")]
    NotKept(#[from] ArchiveError),
    #[error("it is not known to be on record, so nothing left the journal: {0}")]
    NotStated(String),
    #[error("archived entries were not deleted from the journal's store, and stay there as well: {0}")]
    NotPruned(#[from] countersign_journal::PruneError),
    #[error("it was stopped before it finished")]
    Stopped,
}

/// Returns the archive files that the journal knows.
pub fn known_archives(world: &World) -> impl Iterator<Item = KnownArchive> {
    world.archives().map(|file| KnownArchive {
        stretch: Stretch { first: Seq(file.first), last: Seq(file.last) },
        digest: *file.digest.as_bytes(),
    })
}

pub async fn archive(
    State(control): State<Control>,
    caller: Caller,
    OptionalJson(asked): OptionalJson<api::NewArchive>,
) -> CreatedResult<api::Job> {
    let before = asked.before.unwrap_or_else(|| older_than(USUAL, control.now()));
    let work = archive_work(&control, before, (!asked.dry_run).then_some(caller.actor()))?;
    let again = asked.dry_run.then_some(JobParameters::Archive { before });
    let (kind, span) = (api::JobKind::Archive, (Some(Timestamp::from_micros(0)), None));
    begin(&control, NewJob { kind, span, by: caller.actor(), again }, work).await
}

/// Returns the moment that facts of this age are older than.
fn older_than(age: Duration, now: Timestamp) -> Timestamp {
    let age = i64::try_from(age.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(now.as_micros().saturating_sub(age))
}

/// Archives in the actor's name; without an actor, only reports what would be archived.
pub(crate) fn archive_work(
    control: &Control,
    before: Timestamp,
    by: Option<Actor>,
) -> Result<JobWork, Refusal> {
    let Some(archives) = control.archives().cloned() else {
        return Err(Refusal::unavailable("this process keeps no archive files"));
    };
    check_shared(control, &archives)?;
    if before > control.now() {
        return Err(Refusal::invalid("before", format!("{before} has not come yet")).remedy(
            "give a moment of the past: facts that are not older than it stay in the journal's store",
        ));
    }
    Ok(Box::new(move |job, control| {
        let (runtime, dry_run) = (Handle::current(), by.is_none());
        let by = by.unwrap_or(Actor::Operator);
        let archiving = Archiving { ledger: control.ledger(), archives: &archives, by, job, runtime };
        match archiving.run(before, dry_run) {
            Ok(report) => job.end(Some(api::JobResult::Archive(report).into())),
            Err(ArchivingError::Stopped) => job.end(None),
            Err(error) => job.fail(error.to_string()),
        }
    }))
}

/// Checks that every process which reads this journal could read the archive files, before entries leave the store.
fn check_shared(control: &Control, archives: &Archives) -> Result<(), Refusal> {
    if control.ledger().journal().is_sole_appender() || archives.has_copies() {
        return Ok(());
    }
    Err(Refusal::conflict(
        "several processes read this journal, and the others could not read this process's archive files",
    )
    .remedy("configure a store that they share: [evidence.store] in docs/configuration.md"))
}

struct Archiving<'a> {
    ledger: &'a Ledger,
    archives: &'a Archives,
    by: Actor,
    job: &'a RunningJob,
    runtime: Handle,
}

impl Archiving<'_> {
    /// Archives the entries up to the newest checkpoint of which every fact is older than `before`; a start from that
    /// checkpoint needs none of them.
    fn run(&self, before: Timestamp, dry_run: bool) -> Result<api::ArchiveReport, ArchivingError> {
        let world = self.ledger.world();
        let until = world.checkpoint_until(self.last_before(before, world.seq())?);
        let begin = world.archived_until();
        let mut report = api::ArchiveReport { dry_run, before, until, files: Vec::new(), deleted: 0 };
        let mut after = match world.archives().last() {
            Some(file) => head(file),
            None => Head::GENESIS,
        };
        while after.seq.0 < until {
            let last = until.min(after.seq.0 + MOST_ENTRIES);
            if dry_run {
                report.files.push(planned(after.seq.next().0, last));
                after.seq = Seq(last);
                continue;
            }
            let written = self.write(after, last, (begin, until))?;
            self.put_on_record(&written)?;
            after = written.last;
            report.files.push(shown(&written));
        }
        // This also deletes what an earlier run recorded but did not delete. That may be long ago, so each file must
        // still exist and match its record; otherwise its facts stay.
        let world = self.ledger.world();
        if let (false, Some(file)) = (dry_run, world.archives().last()) {
            self.archives.expect(known_archives(&world));
            self.archives.verify_known()?;
            report.deleted = self.runtime.block_on(self.ledger.journal().prune(head(file), |_| {}))?;
        }
        Ok(report)
    }

    /// Returns the last entry up to `end` that is older than `before`. A binary search, because facts ascend in
    /// time, as far as the world corrects their dates.
    fn last_before(&self, before: Timestamp, end: u64) -> Result<u64, ArchivingError> {
        let (mut older, mut newer) = (0, end + 1);
        while newer - older > 1 {
            let middle = older + (newer - older) / 2;
            match self.moment(middle)? < before {
                true => older = middle,
                false => newer = middle,
            }
        }
        Ok(older)
    }

    fn moment(&self, seq: u64) -> Result<Timestamp, ArchivingError> {
        let entry = self.runtime.block_on(self.ledger.journal().read(Seq(seq - 1), 1))?;
        let stated = entry.first().and_then(|entry| Stated::from_bytes(&entry.payload).ok());
        let dated = stated.map(|stated| stated.at).ok_or(ArchivingError::NoEntry(seq))?;
        Ok(self.ledger.world().stated_by_then(seq, dated))
    }

    /// Writes one file, reads it back, and copies it to the store.
    fn write(
        &self,
        after: Head,
        last: u64,
        (begin, until): (u64, u64),
    ) -> Result<WrittenArchive, ArchivingError> {
        let mut writer = ArchiveWriter::begin(self.archives.folder(), after)?;
        let mut head = after;
        while head.seq.0 < last {
            let limit = u32::try_from(last - head.seq.0).unwrap_or(PAGE).min(PAGE);
            let page = self.runtime.block_on(self.ledger.journal().read_chained(head, limit))?;
            head = page.last().ok_or(ArchivingError::NoEntry(head.seq.0 + 1))?.head();
            for entry in page {
                writer.push(entry)?;
            }
            #[expect(clippy::cast_precision_loss, reason = "a share need not be exact")]
            let share = (head.seq.0 - begin) as f64 / (until - begin) as f64;
            if let ControlFlow::Break(()) = self.job.went_on(head.seq.0 - begin, 0, share) {
                return Err(ArchivingError::Stopped);
            }
        }
        let written = writer.finish()?;
        self.read_back(after, &written)?;
        let first = self.runtime.block_on(self.ledger.journal().read(Seq::ZERO, 1))?;
        let installation = first.first().ok_or(ArchivingError::NoEntry(1))?.hash;
        self.archives.copy_out(&written, installation).map_err(ArchivingError::NotCopied)?;
        Ok(written)
    }

    fn read_back(&self, after: Head, written: &WrittenArchive) -> Result<(), ArchivingError> {
        let wrong = |why: &dyn std::fmt::Display| ArchivingError::NotReadBack(why.to_string());
        let alone = Archives::new(self.archives.folder().to_owned(), None);
        alone.expect([KnownArchive { stretch: written.stretch, digest: written.digest }]);
        let mut head = after;
        while head != written.last {
            let page = alone.page(head.seq, PAGE, usize::MAX).map_err(|error| wrong(&error))?;
            if page.is_empty() {
                return Err(wrong(&format_args!("entry {} is not in it", head.seq.next())));
            }
            for stored in page {
                head = stored.chained_after(head).map_err(|fault| wrong(&fault))?.head();
            }
        }
        Ok(())
    }

    fn put_on_record(&self, written: &WrittenArchive) -> Result<(), ArchivingError> {
        let fact = Fact::Journal(JournalFact::Archived {
            first: written.stretch.first.0,
            last: written.stretch.last.0,
            hash: Digest::new(written.last.hash.0),
            digest: Digest::new(written.digest),
            bytes: written.bytes,
        });
        let stated = self.runtime.block_on(self.ledger.state(self.by.clone(), vec![fact]));
        if let Err(error) = stated {
            // On a contradiction, another process archived the same entries first, and its file counts. After any other
            // error it is unknown whether this file is on record, so the file stays.
            if let CommandError::Contradiction(_) = error {
                drop(std::fs::remove_file(&written.path));
            }
            return Err(ArchivingError::NotStated(error.to_string()));
        }
        self.archives.expect([KnownArchive { stretch: written.stretch, digest: written.digest }]);
        Ok(())
    }
}

fn head(file: &ArchivedEntries) -> Head {
    Head { seq: Seq(file.last), hash: EntryHash(*file.hash.as_bytes()) }
}

fn planned(first: u64, last: u64) -> api::ArchivedFile {
    api::ArchivedFile { first, last, bytes: None, digest: None }
}

fn shown(written: &WrittenArchive) -> api::ArchivedFile {
    let digest = Digest::new(written.digest).to_string();
    let (first, last) = (written.stretch.first.0, written.stretch.last.0);
    api::ArchivedFile { first, last, bytes: Some(written.bytes), digest: Some(digest) }
}
