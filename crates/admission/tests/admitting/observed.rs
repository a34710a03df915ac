//! What goes on without a fact: a session in use, and a posture that is still so.

use crate::Woken;
use crate::post::{Post, asking, before, done, goes_on, shipped, soon};
use countersign_admission::{Freshness, ObservationKind, Who};
use countersign_database::Database;
use countersign_evidence::{Cause, Row};
use countersign_facts::Fact;
use countersign_journal::{Journal, PostgresOptions};
use countersign_names::{Action, CheckResult, PostureCheck, Sensitivity, Timestamp};
use countersign_observations::ObservationExchange;
use countersign_policy::PolicySet;
use countersign_testkit::Postgres;
use countersign_testkit::story::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

#[tokio::test]
async fn idleness_counts_from_the_last_access_that_was_admitted() {
    let mut files = shipped();
    files.insert(
        "guardrails/short.cedar".into(),
        "@id(\"short\")\n@owner(\"security\")\n@reason(\"Idle.\")\n@review(\"2027-01-01\")\nforbid (principal, action, resource) when { context has session && context.session.idle > 60 };\n".into(),
    );
    let post = Post::begin(Sensitivity::Internal).await;
    post.publish(files).await;
    for second in [30, 90, 150, 210] {
        post.clock(second);
        assert!(post.admission.ask(asking(Action::Read)).await.is_ok(), "at {second}");
    }
    post.clock(400);
    for _ in 0..2 {
        let refused = post.admission.ask(asking(Action::Read)).await.err().unwrap();
        assert_eq!(refused.reasons().first().unwrap().0.as_str(), "short", "a refused request is not a use");
    }
}

/// The shipped guardrails, and a posture of at most five minutes.
fn fresh_posture() -> BTreeMap<String, String> {
    let mut files = shipped();
    files.insert(
        "guardrails/fresh.cedar".into(),
        "@id(\"fresh\")\n@owner(\"security\")\n@reason(\"Old.\")\n@review(\"2027-01-01\")\nforbid (principal, action, resource) unless { context has device.posture_age && context.device.posture_age < 300 };\n".into(),
    );
    files
}

impl Post {
    /// Confirms the device's posture at this second.
    fn confirm(&self, second: i64) {
        let world = self.ledger.world();
        self.admission.posture_confirmed(dev(1), &world.device(dev(1)).unwrap().checks, at(second));
    }

    /// Returns the ages of the posture that were recorded, in order.
    async fn posture_ages(&self) -> Vec<(Cause, Option<i64>)> {
        let age =
            |row: &Row| row.decided.device_evidence.as_ref().and_then(|device| device.posture_age_seconds);
        self.rows().await.iter().map(|row| (row.decided.cause, age(row))).collect()
    }
}

#[tokio::test]
async fn a_holder_goes_on_while_its_device_is_confirmed_and_no_longer() {
    let post = Post::begin(Sensitivity::Internal).await;
    post.publish(fresh_posture()).await;
    post.clock(100);
    let admitted = post.admission.ask(asking(Action::Read)).await.unwrap();
    post.clock(250);
    // Holders woken by the jump of the clock have run by now.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let woken = Arc::<Woken>::default();
    let waker = Arc::clone(&woken).into();
    {
        let mut revoked = Box::pin(admitted.revoked());
        let mut look = || revoked.as_mut().poll(&mut std::task::Context::from_waker(&waker)).is_pending();
        assert!(look());
        post.confirm(240);
        post.told().await;
        assert!(look());
        assert_eq!(woken.0.load(Ordering::SeqCst), 0, "nothing changed, so nobody is woken");
    }
    // By the report of second 15 alone, the posture would be too old now.
    post.clock(400);
    goes_on(&admitted).await;
    assert_eq!(
        post.posture_ages().await,
        [(Cause::First, Some(85)), (Cause::Reasked, Some(160))],
        "the age that was read is on record"
    );
    post.clock(539);
    goes_on(&admitted).await;
    post.clock(541);
    let refused = soon(&admitted).await;
    assert_eq!(refused.reasons().first().unwrap().0.as_str(), "fresh");
    assert_eq!(post.posture_ages().await.last(), Some(&(Cause::Cut, Some(301))));
}

#[tokio::test]
async fn what_one_gate_observes_counts_at_the_other() {
    let server = Postgres::start();
    let url = server.fresh_database();
    let open = async || {
        let journal = Journal::open_postgres(url.clone().into(), PostgresOptions::default()).await.unwrap();
        Post::over(journal, tempfile::tempdir().unwrap(), Freshness::default()).await
    };
    let (one, two) = (open().await, open().await);
    let exchange = async |post: &Post| {
        let database = Database::open_postgres(&url.clone().into(), 2).await.unwrap();
        ObservationExchange::open(database, post.admission.observations().clone()).await.unwrap()
    };
    let (mut first, mut second) = (exchange(&one).await, exchange(&two).await);
    one.tell(&before(Sensitivity::Internal)).await;
    let mut files = fresh_posture();
    files.insert(
        "guardrails/short.cedar".into(),
        "@id(\"short\")\n@owner(\"security\")\n@reason(\"Idle.\")\n@review(\"2027-01-01\")\nforbid (principal, action, resource) when { context has session && context.session.idle > 60 };\n".into(),
    );
    one.publish(files.clone()).await;
    let version = PolicySet::parse(&files).unwrap().version();
    while two.admission.policies().version() != version {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for second in [30, 90, 150, 210] {
        one.clock(second);
        one.admission.ask(asking(Action::Read)).await.unwrap().complete(done());
    }
    let why = async |post: &Post| match post.admission.ask(asking(Action::Read)).await {
        Ok(admitted) => {
            admitted.complete(done());
            String::new()
        }
        Err(refused) => refused.reasons().first().unwrap().0.to_string(),
    };
    two.clock(220);
    assert_eq!(why(&two).await, "short", "what the other gate saw is not known: it fails closed");
    first.once(at(220)).await.unwrap();
    second.once(at(220)).await.unwrap();
    assert_eq!(why(&two).await, "", "the session moved from one gate to the other");
    for post in [&one, &two] {
        post.clock(280);
    }
    one.confirm(275);
    assert_eq!(why(&one).await, "");
    for post in [&one, &two] {
        post.clock(340);
    }
    assert_eq!(why(&two).await, "fresh");
    first.once(at(340)).await.unwrap();
    second.once(at(340)).await.unwrap();
    assert_eq!(why(&two).await, "", "its posture was confirmed at the other");
}

#[tokio::test]
async fn a_denial_for_an_old_posture_does_not_outlive_a_newer_look() {
    let post = Post::begin(Sensitivity::Internal).await;
    post.publish(fresh_posture()).await;
    post.clock(400);
    assert!(post.admission.ask(asking(Action::Read)).await.is_err());
    let confirmed = || post.admission.posture_confirmed_at(post.ledger.world().device(dev(1)).unwrap());
    assert_eq!(confirmed(), None);
    post.confirm(390);
    assert_eq!(confirmed(), Some(at(390)));
    post.admission.ask(asking(Action::Read)).await.expect("it is fresh again").complete(done());
    // A check has changed: earlier observations say nothing about this posture.
    post.tell(&[one_check(1, 50, PostureCheck::Firewall, CheckResult::Fail)]).await;
    let refused = post.admission.ask(asking(Action::Read)).await.err().unwrap();
    assert!(refused.reasons().iter().any(|(id, _)| id.as_str() == "fresh"), "{refused:?}");
    post.confirm(395);
    // A removed device is unknown, whatever was observed of it.
    let removed = Fact::Device(countersign_facts::DeviceFact::Removed { device: dev(1) });
    post.tell(&[Line::of(removed)]).await;
    let refused = post.admission.ask(asking(Action::Read)).await.err().unwrap();
    assert!(refused.reasons().iter().any(|(id, _)| id.as_str() == "fresh"), "{refused:?}");
}

/// Returns when the session, the passkey, the person and the device of [`asking`] were last used.
fn uses(post: &Post) -> [Option<Timestamp>; 4] {
    let observations = post.admission.observations();
    let subjects = [
        (ObservationKind::SessionUse, ses(1).bits()),
        (ObservationKind::PasskeyUse, cred(1).bits()),
        (ObservationKind::PersonUse, per(1).bits()),
        (ObservationKind::DeviceUse, dev(1).bits()),
    ];
    subjects.map(|(kind, subject)| observations.get(kind, subject).map(|newest| newest.at))
}

#[tokio::test]
async fn an_admitted_access_is_a_use_of_all_that_it_rests_on() {
    let post = Post::begin(Sensitivity::Internal).await;
    post.clock(100);
    let mut stranger = asking(Action::Read);
    (stranger.who, stranger.key) = (Who::Anonymous, None);
    assert!(post.admission.ask(stranger).await.is_err());
    assert!(post.admission.ask(asking(Action::Administer)).await.is_err());
    assert_eq!(uses(&post), [None; 4], "a refused access is no use");

    let proved = post.ledger.world().session(ses(1)).unwrap().proved_at;
    let admitted = post.admission.ask(asking(Action::Read)).await.unwrap();
    let used = |second| [Some(at(second)), Some(proved), Some(at(second)), Some(at(second))];
    assert_eq!(uses(&post), used(100), "the passkey was used when the session was proved");
    // A stream is in use while bytes pass, and records that once a second.
    for (second, micros, recorded) in
        [(100, 999_999, 100), (101, 0, 101), (101, 999_999, 101), (102, 0, 102), (160, 0, 160)]
    {
        post.now.store(at(second).as_micros() + micros, Ordering::SeqCst);
        admitted.touch();
        assert_eq!(uses(&post), used(recorded), "at {second}.{micros:06}");
    }

    let mut without_device = asking(Action::Read);
    without_device.key = None;
    post.clock(200);
    post.admission.ask(without_device).await.unwrap().complete(done());
    assert_eq!(uses(&post), [Some(at(200)), Some(proved), Some(at(200)), Some(at(160))]);
    admitted.complete(done());
}
