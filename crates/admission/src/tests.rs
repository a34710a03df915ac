//! Refusals of anonymous requests that stop coming are recorded all the same.

use super::*;
use countersign_evidence::{Evidence, Options, Query, Store};
use countersign_journal::Journal;
use countersign_names::Action;
use countersign_testkit::story::*;
use std::sync::atomic::AtomicI64;

/// Longer than any wait in these tests; only a test that would hang reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts an enforcement point before one application without policies. The clock shows the microseconds in `now`.
async fn begin(folder: &tempfile::TempDir, now: &Arc<AtomicI64>) -> (Admission, Store) {
    let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
    let reads = Arc::clone(now);
    let clock = Arc::new(move || Timestamp::from_micros(reads.load(Ordering::SeqCst)));
    let ledger = Ledger::open(journal, clock, |_| {}).await.unwrap();
    let line = application("wiki").stated();
    ledger.state(line.by, vec![line.fact]).await.unwrap();
    let (sink, store) = Evidence::open(folder.path().join("evidence"), Options::default()).unwrap();
    let settings = Settings { gate: "test".into(), freshness: Freshness::default() };
    (Admission::start(settings, ledger, sink), store)
}

fn stranger() -> Request {
    Request {
        who: Who::Anonymous,
        key: None,
        application: name("wiki"),
        resource: "wiki/pages".parse().unwrap(),
        action: Action::Read,
        operation: "GET".into(),
        item: "/".into(),
        tags: BTreeMap::new(),
        content_type: None,
        address: None,
        idle: 0,
        posture_confirmed_at: None,
    }
}

#[tokio::test]
async fn what_was_folded_is_recorded_when_its_window_is_over_though_nobody_asks_again() {
    let folder = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicI64::new(at(20).as_micros()));
    let (admission, store) = begin(&folder, &now).await;
    let putting = tokio::spawn(put_folded(Arc::downgrade(&admission.0), Duration::from_millis(5)));
    for _ in 0..3 {
        assert!(admission.ask(stranger()).await.is_err());
    }
    now.store(at(20).plus(unauthenticated::WINDOW).as_micros(), Ordering::SeqCst);
    let recorded = async {
        loop {
            admission.sink().flush().await.unwrap();
            let rows = store.list(&Query::default()).rows;
            if let Some(folded) = rows.iter().find_map(|row| row.decided.folded) {
                return (rows.len(), folded.count);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let recorded = tokio::time::timeout(PATIENCE, recorded).await.expect("it was never recorded");
    assert_eq!(recorded, (2, 2), "the first, and one record for the two others");
    drop(admission);
    tokio::time::timeout(PATIENCE, putting).await.expect("it goes on without its admission").unwrap();
}
