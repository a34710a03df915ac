//! Permits that end, answers that are reused but never after their time, and the records of all of it, with a real
//! journal and real evidence.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

use countersign_admission::{
    Admission, Admitted, Completion, Ended, Freshness, Refused, Request, Settings, Who, Why,
};
use countersign_database::Database;
use countersign_evidence::{Cause, Effect, Evidence, Options, Query, Row, Store};
use countersign_facts::{Actor, Digest, Fact, PoliciesFact, PolicyFile};
use countersign_journal::{Journal, PostgresOptions};
use countersign_ledger::Ledger;
use countersign_names::{Action, CheckResult, PostureCheck, Sensitivity, Timestamp};
use countersign_observations::ObservationExchange;
use countersign_policy::{PolicySet, defaults, starter_permits};
use countersign_testkit::Postgres;
use countersign_testkit::story::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// An enforcement point with a simulated clock.
struct Post {
    admission: Admission,
    ledger: Ledger,
    store: Store,
    now: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

impl Post {
    async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
        Self::over(journal, folder, Freshness::default()).await
    }

    async fn over(journal: Journal, folder: tempfile::TempDir, freshness: Freshness) -> Self {
        let now = Arc::new(AtomicI64::new(at(20).as_micros()));
        let clock = now.clone();
        let clock = Arc::new(move || Timestamp::from_micros(clock.load(Ordering::SeqCst)));
        let ledger = Ledger::open(journal, clock, |_| {}).await.unwrap();
        let (sink, store) = Evidence::open(folder.path().join("evidence"), Options::default()).unwrap();
        let settings = Settings { gate: "test".into(), freshness };
        let admission = Admission::start(settings, ledger.clone(), sink);
        Self { admission, ledger, store, now, _folder: folder }
    }

    async fn tell(&self, story: &[Line]) {
        for line in story {
            self.ledger.state(line.stated().by, vec![line.stated().fact]).await.unwrap();
        }
        self.settled().await;
    }

    /// Facts carry the time of the test's clock here, so stories are stated at second 20.
    async fn begin(sensitivity: Sensitivity) -> Self {
        let post = Self::sqlite().await;
        post.tell(&before(sensitivity)).await;
        post.publish(shipped()).await;
        post
    }

    async fn publish(&self, files: BTreeMap<String, String>) {
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

    async fn settled(&self) {
        let head = self.ledger.journal().head().await.unwrap().seq.0;
        while self.admission.world().seq() < head {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Gives the holders of permits time to be notified.
    async fn told(&self) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    fn clock(&self, seconds: i64) {
        self.now.store(at(seconds).as_micros(), Ordering::SeqCst);
    }

    async fn rows(&self) -> Vec<Row> {
        self.admission.sink().flush().await.unwrap();
        let mut rows = self.store.list(&Query::default()).rows;
        rows.sort_by_key(|row| row.decided.id);
        rows
    }
}

fn before(sensitivity: Sensitivity) -> Vec<Line> {
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

fn shipped() -> BTreeMap<String, String> {
    let mut files = defaults();
    files.insert("applications/wiki.cedar".into(), starter_permits(&name("wiki"), None));
    files
}

fn asking(action: Action) -> Request {
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

async fn soon(admitted: &Admitted) -> Refused {
    tokio::time::timeout(Duration::from_secs(5), admitted.revoked()).await.expect("it was never revoked")
}

async fn goes_on(admitted: &Admitted) {
    let ended = tokio::time::timeout(Duration::from_millis(100), admitted.revoked()).await;
    assert!(ended.is_err(), "it was revoked: {ended:?}");
}

fn done() -> Completion {
    Completion { status: 200, bytes_in: 1, bytes_out: 2, ended: Ended::Finished }
}

#[tokio::test]
async fn an_answer_is_given_again_and_both_are_on_record() {
    let post = Post::begin(Sensitivity::Confidential).await;
    for _ in 0..2 {
        post.admission.ask(asking(Action::Read)).await.unwrap().complete(done());
    }
    let rows = post.rows().await;
    // Both have the same time, so their ids do not show which was first.
    let mut causes: Vec<_> = rows.iter().map(|row| row.decided.cause.as_str()).collect();
    causes.sort_unstable();
    assert_eq!(causes, [Cause::First.as_str(), Cause::Reused.as_str()]);
    for row in rows {
        assert_eq!(row.decided.effect, Effect::Allow);
        assert_eq!(row.decided.session, Some(ses(1)));
        assert_eq!(row.decided.device, Some(dev(1)));
        assert_eq!(row.decided.policies, post.admission.policies().version());
        assert_eq!(row.completed.unwrap().bytes_out, 2);
    }
}

#[tokio::test]
async fn an_access_is_decided_on_the_snapshot_that_it_is_asked_on() {
    let post = Post::begin(Sensitivity::Internal).await;
    let snapshot = post.admission.snapshot();
    post.tell(&[end_session(1)]).await;
    let admitted = post.admission.ask_on(&snapshot, asking(Action::Read)).await.unwrap();
    assert_eq!(admitted.answer().world(), snapshot.world().seq());
    // The world has changed, so the held access is decided again before any data passes.
    assert_eq!(admitted.may_pass().unwrap_err().why(), Why::Denied);
    assert!(post.admission.ask(asking(Action::Read)).await.is_err());
}

#[tokio::test]
async fn an_answer_is_given_again_to_whatever_no_policy_tells_apart() {
    let mut reads_items = shipped();
    reads_items.insert(
        "guardrails/secret.cedar".into(),
        "@id(\"secret\")\n@owner(\"security\")\n@reason(\"Secret.\")\n@review(\"2027-01-01\")\nforbid (principal, action, resource) when { context.item like \"/secret*\" };\n".into(),
    );
    for (files, again) in [(shipped(), [Cause::Reused; 2]), (reads_items, [Cause::First; 2])] {
        let post = Post::begin(Sensitivity::Confidential).await;
        post.publish(files).await;
        post.admission.ask(asking(Action::Read)).await.unwrap().complete(done());
        for item in ["/another", "/secret"] {
            let request = Request {
                item: item.into(),
                operation: "HEAD".into(),
                address: Some("192.0.2.9".parse().unwrap()),
                ..asking(Action::Read)
            };
            let told = post.admission.ask(request).await;
            assert_eq!(told.is_err(), item == "/secret" && again == [Cause::First; 2], "{item}");
        }
        let asked: Vec<_> = post.rows().await.into_iter().filter(|row| row.decided.item != "/").collect();
        assert_eq!(asked.iter().map(|row| row.decided.cause).collect::<Vec<_>>(), again);
        for row in asked {
            // The record of a reused answer also holds its own request, not the first one.
            assert_eq!(row.decided.operation, "HEAD");
            assert_eq!(row.decided.place.unwrap().address.to_string(), "192.0.2.9");
        }
    }
}

#[tokio::test]
async fn an_answer_is_never_given_past_its_time() {
    let post = Post::begin(Sensitivity::Restricted).await;
    post.admission.ask(asking(Action::Read)).await.unwrap().complete(done());
    post.clock(900);
    post.admission.ask(asking(Action::Read)).await.unwrap().complete(done());
    post.clock(1_000);
    let refused = post.admission.ask(asking(Action::Read)).await.err().unwrap();
    assert!(refused.needs_sign_in(), "the session ended by itself at second 1000");
}

#[tokio::test]
async fn a_permit_ends_when_what_it_rested_on_changes_and_only_then() {
    let ends: [(&str, Line, &str); 4] = [
        ("the session is revoked", end_session(1), "signed-in"),
        (
            "the device fails a check",
            one_check(1, 21, PostureCheck::Firewall, CheckResult::Fail),
            "compliant-device",
        ),
        ("the person is at risk", risk(1, countersign_names::RiskLevel::High), "no-high-risk"),
        ("the label rises and with it what is asked for", label("wiki/pages", None), "unlabelled"),
    ];
    for (what, fact, because) in ends {
        let post = Post::begin(Sensitivity::Confidential).await;
        let admitted = post.admission.ask(asking(Action::Read)).await.unwrap();
        post.tell(&[person(2), suspend(2), application("shop")]).await;
        goes_on(&admitted).await;
        post.clock(21);
        if because == "unlabelled" {
            // A healthy device may read restricted resources too, so this access continues after a new decision.
            post.tell(&[fact]).await;
            goes_on(&admitted).await;
            assert!(post.rows().await.iter().any(|row| row.decided.cause == Cause::Reasked), "{what}");
            continue;
        }
        post.tell(&[fact]).await;
        let refused = soon(&admitted).await;
        assert_eq!(refused.why(), Why::Denied, "{what}");
        assert!(refused.reasons().iter().any(|(id, _)| id.as_str() == because), "{what}: {refused:?}");
        admitted.complete(Completion { ended: Ended::Revoked, ..done() });
        let cut = post.rows().await.into_iter().find(|row| row.decided.cause == Cause::Cut).unwrap();
        assert_eq!(cut.decided.session, Some(ses(1)), "{what}: a cut says whose it was");
    }
}

/// Counts how often the task that waits for the end of a permit is woken.
#[derive(Default)]
struct Woken(AtomicI64);

impl std::task::Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_move_wakes_those_who_read_what_it_changed_and_nobody_else() {
    let post = Post::begin(Sensitivity::Internal).await;
    post.tell(&[person(2), key(2, 2), session(2, 2, 2)]).await;
    let asked = [1, 2].map(|n| Request { who: Who::Session(ses(n)), ..asking(Action::Read) });
    let mut held = Vec::new();
    for request in asked {
        held.push((post.admission.ask(request).await.unwrap(), Arc::<Woken>::default()));
    }
    let mut waiting: Vec<_> =
        held.iter().map(|(admitted, woken)| (Box::pin(admitted.revoked()), Arc::clone(woken))).collect();
    let mut look = || {
        let mut counts = Vec::new();
        for (revoked, woken) in &mut waiting {
            counts.push(woken.0.swap(0, Ordering::SeqCst));
            let waker = Arc::clone(woken).into();
            assert!(revoked.as_mut().poll(&mut std::task::Context::from_waker(&waker)).is_pending());
        }
        counts
    };
    look();
    // Longer than the interval between two checks of the clock.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(look(), [0, 0], "nothing moved");
    post.tell(&[person(3), suspend(3), application("shop"), group("staff")]).await;
    post.told().await;
    assert_eq!(look(), [0, 0], "nothing moved that they read");
    for (line, expected) in [
        (risk(2, countersign_names::RiskLevel::Medium), [0, 1]),
        (step_up(1), [1, 0]),
        (one_check(1, 21, PostureCheck::Firewall, CheckResult::Pass), [1, 1]),
        (label("wiki/pages", Some(Sensitivity::Public)), [1, 1]),
        (exception(1, Some(3), Some("wiki")), [1, 1]),
    ] {
        post.tell(std::slice::from_ref(&line)).await;
        post.told().await;
        assert_eq!(look(), expected, "{line:?}");
    }
    // A timer fires too late once the time has jumped.
    post.clock(60);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(look(), [1, 1], "time jumped");
}

#[tokio::test]
async fn nothing_passes_from_the_moment_that_a_revocation_is_acknowledged() {
    let post = Post::begin(Sensitivity::Confidential).await;
    let admitted = post.admission.ask(asking(Action::Read)).await.unwrap();
    admitted.may_pass().unwrap();
    // An unrelated fact also changes the world: the answer is checked, and the access continues.
    post.tell(&[person(2), suspend(2)]).await;
    admitted.may_pass().unwrap();
    post.tell(&[end_session(1)]).await;
    // The task that notifies holders has had no chance to run.
    let refused = admitted.may_pass().unwrap_err();
    assert_eq!(refused.why(), Why::Denied);
    admitted.complete(Completion { ended: Ended::Revoked, ..done() });
    let cuts = post.rows().await.into_iter().filter(|row| row.decided.cause == Cause::Cut).count();
    assert_eq!(cuts, 1, "what was cut is on record once");
}

#[tokio::test]
async fn a_permit_ends_by_itself_when_its_time_is_up() {
    let post = Post::begin(Sensitivity::Internal).await;
    post.clock(999);
    let admitted = post.admission.ask(asking(Action::Read)).await.unwrap();
    goes_on(&admitted).await;
    post.clock(1_000);
    // Nothing is notified: the holder checks the clock by itself.
    assert!(soon(&admitted).await.needs_sign_in());
}

#[tokio::test]
async fn a_permit_ends_when_a_policy_does() {
    let post = Post::begin(Sensitivity::Internal).await;
    let admitted = post.admission.ask(asking(Action::Read)).await.unwrap();
    post.publish(defaults()).await;
    let refused = soon(&admitted).await;
    assert_eq!(refused.reasons().first().unwrap().0.as_str(), "no-permit");
}

#[tokio::test]
async fn a_permit_ends_when_a_rollout_reaches_whoever_holds_it_and_whom_it_turned_is_told_once() {
    let post = Post::begin(Sensitivity::Internal).await;
    let mut files = shipped();
    files.insert(
        "guardrails/tried.cedar".into(),
        "@id(\"on-trial\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\") @stage(\"shadow\")\n\
         forbid (principal, action == Countersign::Action::\"read\", resource);\n"
            .into(),
    );
    post.publish(files).await;
    let admitted = post.admission.ask(asking(Action::Read)).await.unwrap();
    // In its shadow stage the policy stops nobody.
    goes_on(&admitted).await;
    assert!(post.admission.sighted().is_empty());
    post.tell(&[roll_out(1, "on-trial", &[100])]).await;
    let refused = soon(&admitted).await;
    assert_eq!(refused.reasons().first().unwrap().0.as_str(), "on-trial");
    assert!(post.admission.ask(asking(Action::Read)).await.is_err());
    tokio::time::timeout(Duration::from_secs(5), post.admission.sighting()).await.expect("nothing was told");
    let sighted = post.admission.sighted();
    let seen = &sighted.get(&rol(1)).unwrap().newly_denied;
    assert_eq!((seen.people.len(), seen.accesses, seen.example), (1, 2, refused.id()));
    assert!(post.admission.sighted().is_empty(), "what was told is told once");
    // A denial that is not enforced stops nobody, and is not counted.
    post.tell(&[observe("wiki")]).await;
    post.admission.ask(asking(Action::Read)).await.unwrap().complete(done());
    assert!(post.admission.sighted().is_empty());
    post.tell(&[halt(1)]).await;
    post.admission.ask(asking(Action::Read)).await.unwrap().complete(done());
}

#[tokio::test]
async fn draining_ends_every_permit_and_admits_nobody() {
    let post = Post::begin(Sensitivity::Internal).await;
    let admitted = post.admission.ask(asking(Action::Read)).await.unwrap();
    post.admission.drain();
    assert_eq!(soon(&admitted).await.why(), Why::Drained);
    assert_eq!(post.admission.ask(asking(Action::Read)).await.err().unwrap().why(), Why::Drained);
}

#[tokio::test]
async fn a_privileged_access_is_durable_before_it_is_admitted() {
    let post = Post::begin(Sensitivity::Internal).await;
    post.tell(&[
        group("administrators"),
        join("administrators", countersign_facts::Member::Person(per(1))),
        request(1, 1),
        approve(1),
    ])
    .await;
    let before = post.admission.sink().state().durable;
    let admitted = post.admission.ask(asking(Action::Administer)).await.unwrap();
    assert!(post.admission.sink().state().durable > before);
    // Once records can no longer be stored, nobody is admitted, privileged or not.
    post.admission.sink().close().await.unwrap();
    for action in [Action::Administer, Action::Read] {
        let refused = post.admission.ask(asking(action)).await.err().unwrap();
        assert_eq!(refused.why(), Why::Unavailable, "{action}");
    }
    drop(admitted);
}

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
    post.confirm(390);
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

/// Without the control plane, decisions continue with the last known world for a while, and are then refused.
#[tokio::test]
async fn without_its_journal_a_post_is_static_and_then_closed() {
    let mut server = Postgres::start();
    let url = server.fresh_database();
    let journal = Journal::open_postgres(url.into(), PostgresOptions::default()).await.unwrap();
    let freshness = Freshness { internal: Duration::from_secs(600), ..Freshness::default() };
    let post = Post::over(journal, tempfile::tempdir().unwrap(), freshness).await;
    post.tell(&before(Sensitivity::Internal)).await;
    post.publish(shipped()).await;
    let held = post.admission.ask(asking(Action::Read)).await.unwrap();
    server.stop();
    for _ in 0..1000 {
        if !post.ledger.journal().connected() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!post.ledger.journal().connected(), "the loss was never noticed");
    post.clock(500);
    post.admission
        .ask(asking(Action::Read))
        .await
        .expect("within its bound the world still vouches")
        .complete(done());
    goes_on(&held).await;
    post.clock(700);
    let refused = post.admission.ask(asking(Action::Read)).await.err().unwrap();
    assert_eq!(refused.why(), Why::Unavailable);
    assert_eq!(soon(&held).await.why(), Why::Unavailable, "what was open ends too");
    let last = post.rows().await.pop().unwrap();
    assert_eq!(last.decided.reasons.first().unwrap().as_str(), "stale-world");
    server.start_again();
    for _ in 0..6000 {
        if post.admission.behind() < Duration::from_secs(600) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    post.admission.ask(asking(Action::Read)).await.expect("and when it is back, it goes on").complete(done());
}
