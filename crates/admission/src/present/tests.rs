//! Events between the steps of a check: a policy set is published while holders are being notified.

use super::*;
use countersign_facts::{Actor, Digest, Fact, PoliciesFact, PolicyFile};
use countersign_journal::Journal;
use countersign_testkit::story::*;
use countersign_world::Touched;
use std::pin::pin;
use std::task::{Context, Waker};

async fn publish(ledger: &Ledger) {
    let rule = "@id(\"all\") @owner(\"o\") @reason(\"r\") @review(\"2099-01-01\")\n\
                permit (principal, action, resource in Countersign::Application::\"wiki\");\n";
    let files = BTreeMap::from([("applications/wiki.cedar".to_owned(), rule.to_owned())]);
    let version = Digest::new(PolicySet::parse(&files).unwrap().version());
    let files = files.into_iter().map(|(path, text)| (path, PolicyFile(text))).collect();
    let fact = Fact::Policies(PoliciesFact::Published { version, files });
    ledger.state(Actor::Operator, vec![fact]).await.unwrap();
}

/// The world holds the publication, but its policies are not in force yet: a holder that is woken now evaluates the old ones.
#[tokio::test]
async fn a_set_that_is_published_while_holders_are_told_is_told_once_it_is_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
    let ledger = Ledger::open(journal, Arc::new(|| at(20)), |_| {}).await.unwrap();
    let shared = SharedPresent::new(ledger.clone(), Duration::from_secs(60));
    let holder = shared.holders.enter(Some(vec![Touched::Person(per(1))]));
    let is_told = || pin!(holder.told()).poll(&mut Context::from_waker(Waker::noop())).is_ready();
    let told = LastTold::now(&shared);
    shared.keep_up();
    let mut moves = vec![shared.moves()];
    publish(&ledger).await;
    moves.push(shared.moves());
    let told = shared.tell(&told);
    assert!(is_told(), "something moved that everybody reads");
    shared.keep_up();
    moves.push(shared.moves());
    assert!(moves.is_sorted_by(|a, b| a < b), "what was looked at has to be looked at again: {moves:?}");
    let told = shared.tell(&told);
    assert!(is_told(), "the policies are in force only now");
    shared.keep_up();
    shared.tell(&told);
    assert!(!is_told(), "nothing moved since");
}

#[tokio::test]
async fn time_jumps_when_it_runs_ahead_of_the_timers_by_more_than_a_check_may_take() {
    let begun = Instant::now();
    let told = |micros: i64, passed: Duration| LastTold {
        seq: 1,
        sets: 1,
        at: (at(20).plus(Duration::from_micros(micros.unsigned_abs())), begun + passed),
    };
    let before = told(0, Duration::ZERO);
    for (micros, jumped) in [
        (0, false),
        (1_000_000, false),
        (1_099_999, false),
        (1_100_000, false),
        (1_100_001, true),
        (9_000_000, true),
    ] {
        assert_eq!(told(micros, TICK).jumped_since(&before), jumped, "{micros} µs in a second");
    }
    assert!(!told(0, Duration::from_millis(5)).jumped_since(&before), "a check soon after another");
}
