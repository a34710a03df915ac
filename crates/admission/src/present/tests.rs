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
    publish(&ledger).await;
    let before = shared.moves();
    let told = shared.tell(&told);
    assert!(is_told(), "something moved that everybody reads");
    shared.keep_up();
    assert_ne!(shared.moves(), before, "what was looked at before has to be looked at again");
    let told = shared.tell(&told);
    assert!(is_told(), "the policies are in force only now");
    shared.keep_up();
    shared.tell(&told);
    assert!(!is_told(), "nothing moved since");
}
