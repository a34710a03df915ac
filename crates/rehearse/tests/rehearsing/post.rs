//! An enforcement point that decides and records, with a real journal and real evidence, and a clock that the test
//! controls. The tests of other rooms that read what was recorded begin with it too.

use countersign_admission::{Admission, Completion, Ended, Freshness, Request, Who};
use countersign_evidence::{Evidence, Options, Query, Store};
use countersign_facts::{Actor, Digest, Fact, PoliciesFact, PolicyFile, Stated};
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_names::{Action, CheckResult, Sensitivity, Timestamp};
use countersign_policy::{PolicySet, defaults, starter_permits};
use countersign_testkit::story::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

pub const APPLICATIONS: [&str; 3] = ["wiki", "payroll", "shop"];
pub const PEOPLE: u128 = 6;

/// An enforcement point, with a clock that the test controls.
pub struct Post {
    pub admission: Admission,
    pub ledger: Ledger,
    pub store: Store,
    pub now: Arc<AtomicI64>,
}

impl Post {
    pub async fn open(folder: &Path, segment_bytes: u64) -> Self {
        let journal = Journal::open_sqlite(folder.join("journal.sqlite")).await.unwrap();
        let now = Arc::new(AtomicI64::new(at(20).as_micros()));
        let clock = now.clone();
        let clock = Arc::new(move || Timestamp::from_micros(clock.load(Ordering::SeqCst)));
        let ledger = Ledger::open(journal, clock, |_| {}).await.unwrap();
        let options = Options { segment_bytes, ..Options::default() };
        let (sink, store) = Evidence::open(folder.join("evidence"), options).unwrap();
        let settings =
            countersign_admission::Settings { gate: "test".into(), freshness: Freshness::default() };
        let admission = Admission::start(settings, ledger.clone(), sink);
        Self { admission, ledger, store, now }
    }

    /// States a fact, and ignores a contradiction: a random history tries some.
    pub async fn tell(&self, line: Line) {
        let Stated { by, fact, .. } = line.stated();
        drop(self.ledger.state(by, vec![fact]).await);
    }

    pub async fn begin(&self) {
        self.tell(network("office", &["10.0.0.0/8"])).await;
        for application in APPLICATIONS {
            self.tell(countersign_testkit::story::application(application)).await;
        }
        self.tell(label("wiki/pages", Some(Sensitivity::Internal))).await;
        self.tell(label("payroll/pages", Some(Sensitivity::Confidential))).await;
        self.tell(group("staff")).await;
        for n in 1..=PEOPLE {
            self.tell(person(n)).await;
            self.tell(key(n, n)).await;
            self.tell(session(u8::try_from(n).unwrap(), n, n)).await;
            self.tell(device(n)).await;
            self.tell(all_checks(n, 15, CheckResult::Pass)).await;
            self.tell(join("staff", countersign_facts::Member::Person(per(n)))).await;
        }
        self.publish(&shipped()).await;
    }

    pub async fn publish(&self, files: &BTreeMap<String, String>) {
        let version = Digest::new(PolicySet::parse(files).unwrap().version());
        let files = files.iter().map(|(path, text)| (path.clone(), PolicyFile(text.clone()))).collect();
        self.ledger
            .state(Actor::Operator, vec![Fact::Policies(PoliciesFact::Published { version, files })])
            .await
            .unwrap();
        for _ in 0..12_000 {
            if self.admission.policies().version() == *version.as_bytes() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the policies never came into force: {:?}", self.admission.policies_problem());
    }

    pub async fn ask(&self, request: Request) -> bool {
        match self.admission.ask(request).await {
            Ok(admitted) => {
                admitted.complete(Completion {
                    status: 200,
                    bytes_in: 1,
                    bytes_out: 2,
                    ended: Ended::Finished,
                });
                true
            }
            Err(_) => false,
        }
    }

    pub async fn rows(&self) -> Vec<countersign_evidence::Row> {
        self.admission.sink().flush().await.unwrap();
        self.store.list(&Query { limit: Query::MOST, ..Query::default() }).rows
    }
}

pub fn shipped() -> BTreeMap<String, String> {
    let mut files = defaults();
    for application in APPLICATIONS {
        let permits = starter_permits(&name(application), Some(&"staff".parse().unwrap()));
        files.insert(format!("applications/{application}.cedar"), permits);
    }
    files
}

pub fn with(guardrail: &str) -> BTreeMap<String, String> {
    let mut files = shipped();
    files.insert(
        "guardrails/more.cedar".into(),
        format!(
            "@id(\"more\")\n@owner(\"security\")\n@reason(\"More.\")\n@review(\"2027-01-01\")\n{guardrail}\n"
        ),
    );
    files
}

pub fn asking(n: u128, application: &str, action: Action, item: &str) -> Request {
    Request {
        who: Who::Session(ses(n)),
        key: Some(Digest::new([u8::try_from(n).unwrap(); 32])),
        application: name(application),
        resource: format!("{application}/pages").parse().unwrap(),
        action,
        operation: "GET".into(),
        item: item.into(),
        tags: BTreeMap::new(),
        content_type: None,
        address: Some("10.0.0.7".parse().unwrap()),
        idle: 0,
        posture_confirmed_at: None,
    }
}
