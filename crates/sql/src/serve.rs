//! What the server does for the engine while that answers a question: reads the journal, says which files there must be, and
//! fetches those that only a store has. Nothing else can be asked of it, and no file that it did not name itself.

use crate::facts::Facts;
use crate::wire::{Call, Reply, SentAway, SentEntry, SentKnown};
use countersign_evidence::{Away, Fetched, Store};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Most entries of the journal in one reply.
const PAGE: usize = 1_000;

/// What one question may ask of the server.
#[derive(Debug)]
pub(crate) struct Source {
    store: Store,
    facts: Arc<dyn Facts>,
    /// The files elsewhere that were named to the engine, by process and path.
    named: BTreeMap<(String, String), Away>,
    /// The files that it reads, by the number that it was told.
    held: HashMap<u64, Fetched>,
    last: u64,
}

impl Source {
    pub(crate) fn new(store: Store, facts: Arc<dyn Facts>) -> Self {
        Self { store, facts, named: BTreeMap::new(), held: HashMap::new(), last: 0 }
    }

    pub(crate) async fn reply(&mut self, call: Call) -> Reply {
        match call {
            Call::Facts { after, limit } => {
                let read = self.facts.read(after, limit.min(PAGE)).await;
                Reply::Facts(read.map(|entries| entries.into_iter().map(SentEntry::from).collect()))
            }
            Call::Release(number) => {
                self.held.remove(&number);
                Reply::Done
            }
            Call::Fetch(process, path) => self.fetch(process, path).await,
            Call::Known(partition) => self.known(partition).await,
            Call::Others(partition) => self.others(partition).await,
            Call::Partitions | Call::GoneBefore | Call::OthersPartitions | Call::OthersGone => {
                self.blocking(Reply::Done, move |store| summary(store, &call)).await
            }
        }
    }

    /// Does what may wait where that is fine; `failed` is the reply when it breaks off.
    async fn blocking<T: Send + 'static>(
        &self,
        failed: T,
        run: impl FnOnce(&Store) -> T + Send + 'static,
    ) -> T {
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || run(&store)).await.unwrap_or(failed)
    }

    async fn known(&mut self, partition: String) -> Reply {
        let known = self.blocking(None, move |store| store.anchors().known(&partition)).await;
        // Those that were lost here may be fetched as copies of this process's own.
        if let (Some(known), Some(elsewhere)) = (&known, self.store.elsewhere()) {
            let process = elsewhere.process().to_owned();
            let own = known.iter().map(|known| Away { process: process.clone(), file: known.file.clone() });
            self.named.extend(own.map(named));
        }
        Reply::Known(known.map(|known| known.into_iter().map(SentKnown::from).collect()))
    }

    async fn others(&mut self, partition: String) -> Reply {
        let others = move |store: &Store| {
            store.elsewhere().map(|elsewhere| elsewhere.others(&partition)).unwrap_or_default()
        };
        let others = self.blocking(Vec::new(), others).await;
        self.named.extend(others.iter().cloned().map(named));
        Reply::Others(others.into_iter().map(SentAway::from).collect())
    }

    async fn fetch(&mut self, process: String, path: String) -> Reply {
        let Some(away) = self.named.get(&(process, path)).cloned() else {
            return Reply::Fetched(Err("the journal names no such file".to_owned()));
        };
        let failed = Err("fetching it broke off".to_owned());
        let fetched = self.blocking(failed, move |store| store.fetch(&away)).await;
        Reply::Fetched(fetched.map(|fetched| {
            self.last += 1;
            let path = fetched.path().to_owned();
            self.held.insert(self.last, fetched);
            (self.last, path)
        }))
    }
}

fn named(away: Away) -> ((String, String), Away) {
    ((away.process.clone(), away.file.path.clone()), away)
}

fn summary(store: &Store, call: &Call) -> Reply {
    let elsewhere = store.elsewhere();
    match call {
        Call::Partitions => Reply::Partitions(store.anchors().partitions()),
        Call::OthersPartitions => {
            Reply::Partitions(elsewhere.map(|elsewhere| elsewhere.partitions()).unwrap_or_default())
        }
        Call::GoneBefore => Reply::Moment(store.anchors().gone_before().map(|at| at.as_micros())),
        _ => {
            let gone = elsewhere.map(|elsewhere| elsewhere.gone_before()).unwrap_or_default();
            Reply::Gone(gone.into_iter().map(|(process, at)| (process, at.as_micros())).collect())
        }
    }
}
