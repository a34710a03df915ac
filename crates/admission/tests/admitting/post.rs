//! An enforcement point for one test, with a real journal, real evidence and a simulated clock.

use countersign_admission::{
    Admission, Admitted, Completion, Ended, Freshness, Refused, Request, Settings, Who,
};
use countersign_evidence::{Evidence, Options, Query, Row, Store};
use countersign_facts::{Actor, Digest, Fact, PoliciesFact, PolicyFile};
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_names::{Action, CheckResult, Sensitivity, Timestamp};
use countersign_policy::{PolicySet, defaults, starter_permits};
use countersign_testkit::story::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// An enforcement point with a simulated clock.
pub(crate) struct Post {
    pub(crate) admission: Admission,
    pub(crate) ledger: Ledger,
    pub(crate) store: Store,
    pub(crate) now: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

impl Post {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
        Self::over(journal, folder, Freshness::default()).await
    }

    pub(crate) async fn over(journal: Journal, folder: tempfile::TempDir, freshness: Freshness) -> Self {
        let now = Arc::new(AtomicI64::new(at(20).as_micros()));
        let clock = now.clone();
        let clock = Arc::new(move || Timestamp::from_micros(clock.load(Ordering::SeqCst)));
        let ledger = Ledger::open(journal, clock, |_| {}).await.unwrap();
        Self::with(ledger, folder, freshness, Options::default(), now)
    }

    /// Starts an enforcement point that follows this ledger, whose clock shows `now`.
    pub(crate) fn with(
        ledger: Ledger,
        folder: tempfile::TempDir,
        freshness: Freshness,
        options: Options,
        now: Arc<AtomicI64>,
    ) -> Self {
        let (sink, store) = Evidence::open(folder.path().join("evidence"), options).unwrap();
        let settings = Settings { gate: "test".into(), freshness };
        let admission = Admission::start(settings, ledger.clone(), sink);
        Self { admission, ledger, store, now, _folder: folder }
    }

    pub(crate) async fn tell(&self, story: &[Line]) {
        for line in story {
            self.ledger.state(line.stated().by, vec![line.stated().fact]).await.unwrap();
        }
        self.settled().await;
    }

    /// Facts carry the time of the test's clock here, so stories are stated at second 20.
    pub(crate) async fn begin(sensitivity: Sensitivity) -> Self {
        let post = Self::sqlite().await;
        post.tell(&before(sensitivity)).await;
        post.publish(shipped()).await;
        post
    }

    pub(crate) async fn publish(&self, files: BTreeMap<String, String>) {
        let version = Digest::new(PolicySet::parse(&files).unwrap().version());
        let files = files.into_iter().map(|(path, text)| (path, PolicyFile(text))).collect();
        self.ledger
            .state(Actor::Operator, vec![Fact::Policies(PoliciesFact::Published { version, files })])
            .await
            .unwrap();
        for _ in 0..1000 {
            if self.admission.policies().version() == *version.as_bytes() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the policies never came into force: {:?}", self.admission.policies_problem());
    }

    pub(crate) async fn settled(&self) {
        let head = self.ledger.journal().head().await.unwrap().seq.0;
        while self.admission.world().seq() < head {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Gives the holders of permits time to be notified.
    pub(crate) async fn told(&self) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    pub(crate) fn clock(&self, seconds: i64) {
        self.now.store(at(seconds).as_micros(), Ordering::SeqCst);
    }

    pub(crate) async fn rows(&self) -> Vec<Row> {
        self.admission.sink().flush().await.unwrap();
        let mut rows = self.store.list(&Query::default()).rows;
        rows.sort_by_key(|row| row.decided.id);
        rows
    }
}

pub(crate) fn before(sensitivity: Sensitivity) -> Vec<Line> {
    vec![
        person(1),
        key(1, 1),
        session(1, 1, 1),
        device(1),
        application("wiki"),
        label("wiki/pages", Some(sensitivity)),
        all_checks(1, 15, CheckResult::Pass),
    ]
}

pub(crate) fn shipped() -> BTreeMap<String, String> {
    let mut files = defaults();
    files.insert("applications/wiki.cedar".into(), starter_permits(&name("wiki"), None));
    files
}

pub(crate) fn asking(action: Action) -> Request {
    Request {
        who: Who::Session(ses(1)),
        key: Some(digest(1)),
        application: name("wiki"),
        resource: "wiki/pages".parse().unwrap(),
        action,
        operation: "GET".into(),
        item: "/".into(),
        tags: BTreeMap::new(),
        content_type: None,
        address: None,
        idle: 0,
        posture_confirmed_at: None,
    }
}

pub(crate) async fn soon(admitted: &Admitted) -> Refused {
    tokio::time::timeout(Duration::from_secs(5), admitted.revoked()).await.expect("it was never revoked")
}

pub(crate) async fn goes_on(admitted: &Admitted) {
    let ended = tokio::time::timeout(Duration::from_millis(100), admitted.revoked()).await;
    assert!(ended.is_err(), "it was revoked: {ended:?}");
}

pub(crate) fn done() -> Completion {
    Completion { status: 200, bytes_in: 1, bytes_out: 2, ended: Ended::Finished }
}
