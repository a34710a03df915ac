//! A process that records and copies, and what it can be asked.

use countersign_bucket::{Address, Bucket, Source};
use countersign_control::Anchoring;
use countersign_copies::{Compared, Copies, Pace};
use countersign_evidence::{
    Accesses, Cause, Completed, Decided, Effect, Ended, Evidence, Options, Sink, Store,
};
use countersign_facts::{Actor, Fact, GroupFact};
use countersign_journal::Journal;
use countersign_lake::Lake;
use countersign_ledger::Ledger;
use countersign_names::{Action, DecisionId, Principal, RiskLevel, Sensitivity, Timestamp};
use countersign_testkit::{S3, s3};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) const EVER: Timestamp = Timestamp::from_micros(i64::MIN);
pub(crate) const URL: &str = "s3://evidence/a/b";

/// Without delays.
pub(crate) const PACE: Pace = Pace {
    grace: Duration::ZERO,
    relist: Duration::ZERO,
    every: Duration::from_millis(20),
    retry: Duration::from_millis(20),
    longest: Duration::from_millis(100),
};

/// Noon of a day; day 0 is 2026-11-22.
pub(crate) fn noon(day: i64) -> Timestamp {
    let first: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    Timestamp::from_micros(first.as_micros() + day * 86_400_000_000)
}

pub(crate) fn decided(day: i64, n: u64) -> Decided {
    let at = Timestamp::from_micros(noon(day).as_micros() + i64::try_from(n).unwrap() * 1_000_000);
    let seconds = u64::try_from(at.as_micros() / 1_000_000).unwrap();
    Decided {
        id: DecisionId::new(Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0))),
        at,
        gate: "gate".to_owned(),
        principal: Principal::Anonymous,
        session: None,
        device: None,
        application: "wiki".parse().unwrap(),
        resource: "wiki/pages".parse().unwrap(),
        action: Action::Read,
        operation: "GET".to_owned(),
        item: format!("/{n}"),
        effect: Effect::Allow,
        enforced: true,
        cause: Cause::First,
        world: 1,
        policies: [0; 32],
        reasons: Vec::new(),
        shadow: Vec::new(),
        errors: Vec::new(),
        remedies: Vec::new(),
        exceptions: Vec::new(),
        grant: None,
        sensitivity: Sensitivity::Internal,
        labelled: true,
        authentication: None,
        session_age_seconds: None,
        session_idle_seconds: None,
        device_evidence: None,
        place: None,
        risk: RiskLevel::Low,
        content_type: None,
        latency_micros: 1,
        tags: BTreeMap::new(),
        folded: None,
        item_cut: None,
    }
}

pub(crate) async fn ledger(folder: &Path) -> Ledger {
    let journal = Journal::open_sqlite(folder.join("journal.db")).await.unwrap();
    let ledger = Ledger::open(journal, Arc::new(|| noon(0)), |_| {}).await.unwrap();
    if ledger.seq() == 0 {
        let group =
            Fact::Group(GroupFact::Added { group: "staff".parse().unwrap(), purpose: "test".to_owned() });
        ledger.state(Actor::Operator, vec![group]).await.unwrap();
    }
    ledger
}

/// A process that records, or did.
pub(crate) struct Process {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) ledger: Ledger,
    pub(crate) sink: Sink,
    pub(crate) store: Store,
    pub(crate) copies: Copies,
}

pub(crate) fn keys_file(folder: &Path, (id, secret): &(String, String)) -> PathBuf {
    let path = folder.join("keys");
    fs::write(&path, format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"))
        .unwrap();
    path
}

impl Process {
    pub(crate) fn open(
        folder: &Path,
        name: &str,
        ledger: &Ledger,
        store: &S3,
        url: &str,
        options: Options,
    ) -> Self {
        Self::paced(folder, name, ledger, store, (url, PACE), options)
    }

    pub(crate) fn paced(
        folder: &Path,
        name: &str,
        ledger: &Ledger,
        store: &S3,
        (url, pace): (&str, Pace),
        options: Options,
    ) -> Self {
        let own = folder.join(name);
        fs::create_dir_all(&own).unwrap();
        let keys = own.join("keys");
        let keys = if keys.exists() { keys } else { keys_file(&own, &store.allowed) };
        let address = Address::parse(url, Some(&store.origin), s3::REGION, false).unwrap();
        let bucket = Bucket::new(address, Source::File(keys), None).unwrap();
        let cache = own.join("fetched");
        let cache = (cache.as_path(), 1 << 20);
        let copies = Copies::new(bucket, ledger.clone(), name.to_owned(), cache, pace).unwrap();
        let anchors = Arc::new(Anchoring::new(ledger.clone(), name.to_owned()));
        let elsewhere = Some(Arc::new(copies.clone()) as _);
        let options = Options { anchors, elsewhere, ..options };
        let (sink, store) = Evidence::open(own.join("evidence"), options).unwrap();
        Self { name: name.to_owned(), folder: own, ledger: ledger.clone(), sink, store, copies }
    }

    /// Records `count` accesses of a day, every second of which ends after its file was written, and converts all to
    /// Parquet.
    pub(crate) async fn record(self, day: i64, count: u64, store: &S3, url: &str) -> Self {
        let rows: Vec<Decided> = (0..count).map(|n| decided(day, n)).collect();
        rows.iter().for_each(|row| self.sink.record(row).unwrap());
        let again = self.again(store, url, Options::default()).await;
        for row in rows.iter().step_by(2) {
            let end = Completed {
                id: row.id,
                at: row.at,
                status: 200,
                bytes_in: 0,
                bytes_out: 7,
                duration_micros: 1,
                ended: Ended::Finished,
            };
            again.sink.complete(&end).unwrap();
        }
        again.again(store, url, Options::default()).await
    }

    /// Ends and restarts the same process.
    pub(crate) async fn again(self, store: &S3, url: &str, options: Options) -> Self {
        self.sink.close().await.unwrap();
        Self::open(self.folder.parent().unwrap(), &self.name, &self.ledger, store, url, options)
    }

    /// Copies until the returned guard is dropped.
    pub(crate) fn copy(&self) -> tokio_util::sync::DropGuard {
        let stop = CancellationToken::new();
        tokio::spawn(self.copies.clone().keep(self.store.clone(), stop.clone()));
        stop.drop_guard()
    }

    pub(crate) async fn copied(&self) {
        let copying = self.copy();
        self.until(|process| process.copies.state().waiting == Some(0)).await;
        drop(copying);
    }

    pub(crate) async fn until(&self, done: impl Fn(&Self) -> bool) {
        for _ in 0..6_000 {
            if done(self) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it does not come to be: {:?}", self.copies.state());
    }

    /// Reads every decision of every process. Returns their number, that of distinct ones, and the gaps.
    pub(crate) async fn swept(&self) -> (usize, usize, Vec<String>) {
        let store = self.store.clone();
        let sweeping = tokio::task::spawn_blocking(move || {
            let mut sweep = store.sweep(EVER, Timestamp::MAX);
            let ids = |accesses: Accesses| accesses.iter().map(|access| access.id).collect::<Vec<_>>();
            let ids: Vec<DecisionId> = sweep.by_ref().flat_map(ids).collect();
            let distinct = ids.iter().collect::<BTreeSet<_>>().len();
            let gaps = sweep.skipped().iter().map(|gap| format!("{}: {}", gap.path.display(), gap.why));
            (ids.len(), distinct, gaps.collect())
        });
        sweeping.await.unwrap()
    }

    /// Compares the copies of the days from `since` on.
    pub(crate) async fn verified(&self, since: Timestamp) -> Compared {
        let (copies, store) = (self.copies.clone(), self.store.clone());
        let comparing = tokio::task::spawn_blocking(move || {
            copies.verify(&Lake::from(store.clone()), since, &mut |_, _| ControlFlow::Continue(())).unwrap()
        });
        comparing.await.unwrap()
    }

    /// Returns the number of intact copies, and the problems in the bucket, one per line.
    pub(crate) async fn compared(&self) -> (u64, String) {
        let compared = self.verified(EVER).await;
        let mut said = String::new();
        for finding in compared.findings {
            writeln!(said, "{:?} {}", finding.fault, finding.path).unwrap();
        }
        (compared.files, said)
    }

    pub(crate) fn files(&self) -> Vec<String> {
        let world = self.ledger.world();
        let files = world.evidence(&self.name).into_iter().flat_map(|kept| kept.files());
        files.map(|known| known.file.path.clone()).collect()
    }

    /// Returns those of the decisions themselves, without those of their ends.
    pub(crate) fn decisions(&self) -> Vec<String> {
        self.files().into_iter().filter(|path| path.contains("/decisions-")).collect()
    }

    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.folder.join("evidence").join(path)
    }

    pub(crate) fn key(&self, path: &str) -> String {
        format!("a/b/{}/{path}", self.name)
    }
}
