//! A world that nobody confirms as the newest, by two clocks that the test moves.

use crate::post::{Post, asking, before, done, goes_on, shipped, soon};
use countersign_admission::{Freshness, Why};
use countersign_evidence::{Cause, Effect, Options};
use countersign_journal::Journal;
use countersign_ledger::{Clocks, Ledger, MOST_SKEW};
use countersign_names::{Action, Sensitivity, Timestamp};
use countersign_testkit::story::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// How long the world of these tests may be unconfirmed.
const BOUND: u64 = 100;

#[tokio::test]
async fn an_unconfirmed_world_justifies_an_access_up_to_its_bound_and_no_longer() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
    let (wall, passed) = (Arc::new(AtomicI64::new(at(20).as_micros())), Arc::new(AtomicU64::new(0)));
    let (wall_read, passed_read) = (Arc::clone(&wall), Arc::clone(&passed));
    let clocks = Clocks::new(
        Arc::new(move || Timestamp::from_micros(wall_read.load(Ordering::SeqCst))),
        Arc::new(move || Duration::from_secs(passed_read.load(Ordering::SeqCst))),
    );
    let ledger = Ledger::open_by(journal, clocks, None, |_| {}).await.unwrap();
    let freshness = Freshness { internal: Duration::from_secs(BOUND), ..Freshness::default() };
    let post = Post::with(ledger, folder, freshness, Options::default(), wall);
    post.tell(&before(Sensitivity::Internal)).await;
    post.publish(shipped()).await;
    let held = post.admission.ask(asking(Action::Read)).await.unwrap();
    // A machine's clock that is further behind than clocks differ counts as a journal out of reach.
    post.clock(20 - i64::try_from(MOST_SKEW.as_secs()).unwrap() - 1);

    passed.store(BOUND, Ordering::SeqCst);
    assert_eq!(post.admission.behind(), Duration::from_secs(BOUND));
    post.admission.ask(asking(Action::Read)).await.expect("at its bound").complete(done());
    goes_on(&held).await;

    passed.store(BOUND + 1, Ordering::SeqCst);
    let refused = post.admission.ask(asking(Action::Read)).await.err().unwrap();
    assert_eq!((refused.why(), refused.remedies().len()), (Why::Unavailable, 0));
    assert!(refused.detail().is_some());
    let cut = soon(&held).await;
    assert_eq!(cut.why(), Why::Unavailable, "what is held ends too");
    let stale: Vec<_> = post
        .rows()
        .await
        .into_iter()
        .map(|row| row.decided)
        .filter(|decided| decided.reasons.iter().any(|reason| reason.as_str() == "stale-world"))
        .collect();
    assert!(stale.iter().all(|decided| decided.effect == Effect::Deny && decided.enforced), "{stale:#?}");
    let of = |id| stale.iter().find(|decided| Some(decided.id) == id).map(|decided| decided.cause);
    assert_eq!((stale.len(), of(refused.id()), of(cut.id())), (2, Some(Cause::Reused), Some(Cause::Cut)));
}
