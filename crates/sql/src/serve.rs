//! Serves the engine's calls while it runs a query: reads the journal, lists the expected files, and fetches those in
//! an object store. The engine can request nothing else, and no file that the server did not list.

use crate::facts::Facts;
use crate::wire::{Call, FilesCall, Reply, SentAway, SentEntry, SentKnown, world_part};
use countersign_lake::{Away, Fetched, Lake, RecordFiles};
use countersign_names::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Maximum number of journal entries per reply.
const PAGE: usize = 1_000;

/// A file in an object store, by its kind, process and path.
type AwayName = (String, String, String);

/// The state of one query's requests to the server.
#[derive(Debug)]
pub(crate) struct QuerySource {
    lake: Lake,
    facts: Arc<dyn Facts>,
    /// The files in an object store that the server has listed to the engine.
    named: BTreeMap<AwayName, Away>,
    /// The fetched files that the engine reads, by the number that it received.
    held: HashMap<u64, Fetched>,
    last: u64,
    /// The world that the engine reads in parts.
    world: Vec<u8>,
}

impl QuerySource {
    pub(crate) fn new(lake: Lake, facts: Arc<dyn Facts>) -> Self {
        Self { lake, facts, named: BTreeMap::new(), held: HashMap::new(), last: 0, world: Vec::new() }
    }

    pub(crate) async fn reply(&mut self, call: Call) -> Reply {
        match call {
            Call::Facts { after, limit } => {
                let read = self.facts.read(after, limit.min(PAGE)).await;
                Reply::Facts(read.map(|entries| entries.into_iter().map(SentEntry::from).collect()))
            }
            Call::EarlierWorld { before, after } => {
                if after == 0 {
                    let reading = self.facts.earlier_world(Timestamp::from_micros(before));
                    self.world = reading.await.unwrap_or_default();
                }
                world_part(&self.world, after)
            }
            Call::Release(number) => {
                self.held.remove(&number);
                Reply::Done
            }
            Call::Files(kind, FilesCall::Fetch(process, path)) => self.fetch((kind, process, path)).await,
            Call::Files(kind, FilesCall::Known(partition)) => self.known(kind, partition).await,
            Call::Files(kind, FilesCall::Others(partition)) => self.others(kind, partition).await,
            Call::Files(kind, call) => {
                self.blocking(&kind, Reply::Done, move |files| summary(files, &call)).await
            }
        }
    }

    /// Runs an operation that may block on a thread for it. Returns `failed` if that panics or the kind does not exist.
    async fn blocking<T: Send + 'static>(
        &self,
        kind: &str,
        failed: T,
        run: impl FnOnce(&dyn RecordFiles) -> T + Send + 'static,
    ) -> T {
        let (lake, kind) = (self.lake.clone(), kind.to_owned());
        let ran = tokio::task::spawn_blocking(move || lake.kind(&kind).map(run)).await;
        ran.ok().flatten().unwrap_or(failed)
    }

    async fn known(&mut self, kind: String, partition: String) -> Reply {
        let known = self.blocking(&kind, None, move |files| files.account().known(&partition)).await;
        // If this process lost some of its own files, they may be fetched as copies.
        let elsewhere = self.lake.kind(&kind).and_then(|files| files.elsewhere());
        if let (Some(known), Some(elsewhere)) = (&known, elsewhere) {
            let process = elsewhere.process().to_owned();
            let own = known.iter().map(|known| Away { process: process.clone(), file: known.file.clone() });
            self.named.extend(own.map(|away| named(&kind, away)));
        }
        Reply::Known(known.map(|known| known.into_iter().map(SentKnown::from).collect()))
    }

    async fn others(&mut self, kind: String, partition: String) -> Reply {
        let others = move |files: &dyn RecordFiles| {
            files.elsewhere().map(|elsewhere| elsewhere.others(&partition)).unwrap_or_default()
        };
        let others = self.blocking(&kind, Vec::new(), others).await;
        self.named.extend(others.iter().cloned().map(|away| named(&kind, away)));
        Reply::Others(others.into_iter().map(SentAway::from).collect())
    }

    async fn fetch(&mut self, name: AwayName) -> Reply {
        let Some(away) = self.named.get(&name).cloned() else {
            return Reply::Fetched(Err("the journal names no such file".to_owned()));
        };
        let failed = Err("fetching it broke off".to_owned());
        let fetched = self.blocking(&name.0, failed, move |files| files.fetch(&away)).await;
        Reply::Fetched(fetched.map(|fetched| {
            self.last += 1;
            let path = fetched.path().to_owned();
            self.held.insert(self.last, fetched);
            (self.last, path)
        }))
    }
}

fn named(kind: &str, away: Away) -> (AwayName, Away) {
    ((kind.to_owned(), away.process.clone(), away.file.path.clone()), away)
}

fn summary(files: &dyn RecordFiles, call: &FilesCall) -> Reply {
    let elsewhere = files.elsewhere();
    match call {
        FilesCall::Partitions => Reply::Partitions(files.account().partitions()),
        FilesCall::OthersPartitions => {
            Reply::Partitions(elsewhere.map(|elsewhere| elsewhere.partitions()).unwrap_or_default())
        }
        FilesCall::GoneBefore => Reply::Moment(files.account().gone_before().map(|at| at.as_micros())),
        _ => {
            let gone = elsewhere.map(|elsewhere| elsewhere.gone_before()).unwrap_or_default();
            Reply::Gone(gone.into_iter().map(|(process, at)| (process, at.as_micros())).collect())
        }
    }
}
