//! Keeps the bucket in step with the journal: copies anchored files, and removes copies that are no longer needed.
//!
//! No state is stored on disk. The bucket's listing says what exists, the journal what must exist. A process that is
//! killed at any point continues from these two.

use crate::place::Halt;
use crate::state::CopyProblem;
use crate::{Copies, told};
use countersign_bucket::{BucketError, Expected};
use countersign_facts::EvidenceFile;
use countersign_lake::Lake;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::time::{Duration, Instant};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

/// Delay after a change of the world: the world changes often, and new files are rare.
const SETTLE: Duration = Duration::from_secs(1);

/// The progress of copying.
#[derive(Default)]
pub(crate) struct Tour {
    /// When the place was last confirmed to be ours. There may be no other request for an hour, and an unreachable
    /// store must be reported all the same.
    claimed_at: Option<Instant>,
    listed_at: Option<Instant>,
    /// The sizes of our objects in the bucket, by path.
    pub(crate) there: Option<BTreeMap<String, u64>>,
    /// Since when another file in the bucket replaces each of these.
    due: HashMap<String, Instant>,
    pub(crate) left: BTreeMap<String, String>,
    pub(crate) problem: Option<CopyProblem>,
    pub(crate) copied: u64,
    pub(crate) copied_bytes: u64,
    pub(crate) failures: u64,
}

impl Copies {
    /// Copies the files of these kinds until `stop` is cancelled.
    pub async fn keep(self, lake: impl Into<Lake>, stop: CancellationToken) {
        let lake = lake.into();
        let mut moved = self.0.ledger.moved();
        let pace = self.0.pace;
        let mut retry = pace.retry;
        loop {
            let Some(passed) = stop.run_until_cancelled(self.pass(&lake)).await else { return };
            let pause = match passed {
                Ok(()) => {
                    self.went_well();
                    retry = pace.retry;
                    pace.every
                }
                Err(halt) => {
                    self.failed(halt);
                    let pause = retry;
                    retry = pace.longest.min(retry * 2);
                    pause
                }
            };
            let waiting = async {
                tokio::time::sleep(SETTLE.min(pause)).await;
                // After a failure, waiting for changes would not shorten the work.
                if self.0.tour.lock().problem.is_some() {
                    tokio::time::sleep(pause.saturating_sub(SETTLE)).await;
                    return;
                }
                tokio::select! {
                    () = tokio::time::sleep(pause.saturating_sub(SETTLE)) => {}
                    _ = moved.changed() => {}
                }
            };
            if stop.run_until_cancelled(waiting).await.is_none() {
                return;
            }
        }
    }

    fn went_well(&self) {
        if let Some(problem) = self.0.tour.lock().problem.take() {
            tracing::info!(before = problem.what, "copying of the evidence to its store works again");
        }
    }

    fn failed(&self, halt: Halt) {
        let problem = CopyProblem::from(halt);
        let mut tour = self.0.tour.lock();
        tour.failures += 1;
        // The content may have changed by the time the store answers again.
        (tour.claimed_at, tour.listed_at) = (None, None);
        if tour.problem.as_ref() != Some(&problem) {
            let CopyProblem { what, remedy } = &problem;
            tracing::warn!(
                problem = what,
                remedy,
                "the evidence is not copied to its store; it is kept here, and copied later"
            );
        }
        tour.problem = Some(problem);
    }

    /// Does all the work that is due now.
    pub(crate) async fn pass(&self, lake: &Lake) -> Result<(), Halt> {
        let every = self.0.pace.every;
        if self.0.tour.lock().claimed_at.is_none_or(|at| at.elapsed() >= every) {
            self.claim().await?;
            self.0.tour.lock().claimed_at = Some(Instant::now());
        }
        let relist = self.0.pace.relist;
        let fresh = self.0.tour.lock().listed_at.is_some_and(|at| at.elapsed() < relist);
        if !fresh {
            self.look(lake).await?;
        }
        for file in self.missing() {
            self.copy(lake, &file).await?;
        }
        self.clear_away(lake).await
    }

    /// Lists the bucket.
    async fn look(&self, lake: &Lake) -> Result<(), Halt> {
        let folder = format!("{}/", self.0.gate);
        let mut there = BTreeMap::new();
        for listed in self.0.bucket.list(&folder).await? {
            // Names in the bucket are untrusted: only names that files of ours can have count.
            if let Some(path) = listed.key.strip_prefix(&folder).filter(|path| lake.is_path(path)) {
                there.insert(path.to_owned(), listed.bytes);
            }
        }
        let mut tour = self.0.tour.lock();
        (tour.there, tour.listed_at) = (Some(there), Some(Instant::now()));
        Ok(())
    }

    /// Returns the files that must be in the bucket, by their paths among all kinds.
    pub(crate) fn expected(&self) -> BTreeMap<String, EvidenceFile> {
        let world = self.0.ledger.world();
        let mut expected = BTreeMap::new();
        for kind in &self.0.kinds {
            let kept = world.evidence(&kind.account(&self.0.gate));
            for known in kept.into_iter().flat_map(|kept| kept.files()) {
                let path = kind.within(&known.file.path);
                expected.insert(path.clone(), EvidenceFile { path, ..known.file.clone() });
            }
        }
        expected
    }

    /// Returns those that are missing, oldest day first.
    fn missing(&self) -> Vec<EvidenceFile> {
        let expected = self.expected();
        let tour = self.0.tour.lock();
        let lacks = |file: &EvidenceFile| {
            tour.there.as_ref().is_none_or(|there| there.get(&file.path) != Some(&file.bytes))
        };
        expected.into_values().filter(lacks).collect()
    }

    async fn copy(&self, lake: &Lake, file: &EvidenceFile) -> Result<(), Halt> {
        let opened = match lake.open(&file.path) {
            Ok(opened) => opened,
            Err(error) => {
                // A file that was compacted or has expired meanwhile is not missing.
                if self.expected().contains_key(&file.path) {
                    self.leave(file, &unreadable(&error));
                }
                return Ok(());
            }
        };
        let expected = Expected { bytes: file.bytes, digest: *file.digest.as_bytes() };
        let path = Self::path(&self.0.gate, &file.path);
        match self.0.bucket.put_file(&path, opened, expected).await {
            Ok(()) => {
                let mut tour = self.0.tour.lock();
                tour.there.get_or_insert_default().insert(file.path.clone(), file.bytes);
                tour.left.remove(&file.path);
                (tour.copied, tour.copied_bytes) = (tour.copied + 1, tour.copied_bytes + file.bytes);
                tracing::debug!(path = file.path, bytes = file.bytes, "copied");
                Ok(())
            }
            Err(error) if !error.is_stores() => {
                self.leave(file, &told(&error));
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Notes a file that cannot be copied. The others are copied all the same.
    fn leave(&self, file: &EvidenceFile, why: &str) {
        let before = self.0.tour.lock().left.insert(file.path.clone(), why.to_owned());
        if before.as_deref() != Some(why) {
            tracing::error!(path = file.path, why, "a file of the evidence cannot be copied to its store");
        }
    }

    /// Removes expired copies, and after a delay copies that another copy replaces. Other objects were added by an
    /// attacker or another program, and stay for the administrator to examine.
    async fn clear_away(&self, lake: &Lake) -> Result<(), Halt> {
        let expected = self.expected();
        let there = self.0.tour.lock().there.clone().unwrap_or_default();
        self.0.tour.lock().left.retain(|path, _| expected.contains_key(path));
        let surplus: Vec<&String> = there.keys().filter(|path| !expected.contains_key(*path)).collect();
        if surplus.is_empty() {
            self.0.tour.lock().due.clear();
            return Ok(());
        }
        let covered = self.covered(lake, &expected, &there, &surplus).await;
        let mut due: HashMap<String, Instant> = HashMap::new();
        for path in surplus {
            let expired = lake.has_expired(path);
            if !expired && !covered.contains(path) {
                continue;
            }
            let since = self.0.tour.lock().due.get(path).copied().unwrap_or_else(Instant::now);
            if expired || since.elapsed() >= self.0.pace.grace {
                self.0.bucket.remove(&Self::path(&self.0.gate, path)).await?;
                if let Some(there) = &mut self.0.tour.lock().there {
                    there.remove(path);
                }
                tracing::debug!(path, "a copy that nothing needs was removed");
            } else {
                due.insert(path.clone(), since);
            }
        }
        self.0.tour.lock().due = due;
        Ok(())
    }

    /// Returns the paths of files that another file in the bucket replaces.
    pub(crate) async fn covered(
        &self,
        lake: &Lake,
        expected: &BTreeMap<String, EvidenceFile>,
        there: &BTreeMap<String, u64>,
        surplus: &[&String],
    ) -> BTreeSet<String> {
        let partitions: BTreeSet<&str> = surplus.iter().filter_map(|path| folder_of(path)).collect();
        let standing = expected.values().filter(|file| {
            let within = folder_of(&file.path).is_some_and(|partition| partitions.contains(partition));
            within && there.get(&file.path) == Some(&file.bytes)
        });
        let (lake, standing) = (lake.clone(), standing.map(|file| file.path.clone()).collect::<Vec<_>>());
        let read = move || standing.iter().flat_map(|path| lake.replaced_files(path)).collect();
        spawn_blocking(read).await.unwrap_or_default()
    }
}

/// Returns the folder of a path.
fn folder_of(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => {
            "it is missing here and in the store: restore it from a copy of your own".to_owned()
        }
        _ => told(&BucketError::Disk { why: error.to_string() }),
    }
}
