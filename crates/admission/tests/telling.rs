//! What the requester, the records and the counters learn of each answer, rule by rule.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_admission::{
    Admission, Completion, Ended, Freshness, Refused, Remedy, Request, RolloutTurns, Settings,
    TurnedAccesses, Who, Why, reason_text, reserved,
};
use countersign_evidence::{Cause, Effect, Evidence, Options, Query, Row, Store};
use countersign_facts::{Actor, Digest, Fact, PoliciesFact, PolicyFile};
use countersign_journal::Journal;
use countersign_ledger::Ledger;
use countersign_names::{
    Action, Assurance, CheckResult, DecisionId, Principal, RiskLevel, Sensitivity, Timestamp,
};
use countersign_policy::{PolicySet, defaults, starter_permits};
use countersign_testkit::story::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Waker};
use std::time::Duration;
use uuid::Uuid;

/// An enforcement point with its own journal and evidence, and a simulated clock.
struct Post {
    admission: Admission,
    ledger: Ledger,
    store: Store,
    now: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

impl Post {
    /// Starts at second 20: person 1 signed in at second 20, with a managed laptop that reported at 15; one wiki.
    async fn begin(sensitivity: Sensitivity) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
        let now = Arc::new(AtomicI64::new(at(20).as_micros()));
        let held = now.clone();
        let clock = Arc::new(move || Timestamp::from_micros(held.load(Ordering::SeqCst)));
        let ledger = Ledger::open(journal, clock, |_| {}).await.unwrap();
        let (sink, store) = Evidence::open(folder.path().join("evidence"), Options::default()).unwrap();
        let settings = Settings { gate: "edge-1".into(), freshness: Freshness::default() };
        let admission = Admission::start(settings, ledger.clone(), sink);
        let post = Self { admission, ledger, store, now, _folder: folder };
        post.tell(&[
            network("office", &["10.0.0.0/8"]),
            person(1),
            key(1, 1),
            session(1, 1, 1),
            device(1),
            application("wiki"),
            label("wiki/pages", Some(sensitivity)),
            all_checks(1, 15, CheckResult::Pass),
        ])
        .await;
        let mut files = defaults();
        files.insert("applications/wiki.cedar".into(), starter_permits(&name("wiki"), None));
        post.publish(&files).await;
        let wanted = PolicySet::parse(&files).unwrap().version();
        post.until(|| post.admission.policies().version() == wanted).await;
        post
    }

    async fn tell(&self, story: &[Line]) {
        for line in story {
            self.ledger.state(line.stated().by, vec![line.stated().fact]).await.unwrap();
        }
    }

    async fn publish(&self, files: &BTreeMap<String, String>) {
        let version = Digest::new([9; 32]);
        let files = files.iter().map(|(path, text)| (path.clone(), PolicyFile(text.clone()))).collect();
        self.ledger
            .state(Actor::Operator, vec![Fact::Policies(PoliciesFact::Published { version, files })])
            .await
            .unwrap();
    }

    async fn until(&self, reached: impl Fn() -> bool) {
        let waiting = async {
            while !reached() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), waiting).await.unwrap();
    }

    fn clock(&self, seconds: i64) {
        self.now.store(at(seconds).as_micros(), Ordering::SeqCst);
    }

    async fn rows(&self) -> Vec<Row> {
        self.admission.sink().flush().await.unwrap();
        let mut rows = self.store.list(&Query::default()).rows;
        rows.sort_by_key(|row| row.decided.at);
        rows
    }

    async fn refused(&self, request: Request) -> Refused {
        self.admission.ask(request).await.err().unwrap()
    }
}

fn asking(action: Action) -> Request {
    Request {
        who: Who::Session(ses(1)),
        key: Some(digest(1)),
        application: name("wiki"),
        resource: "wiki/pages".parse().unwrap(),
        action,
        operation: "GET".into(),
        item: "/a".into(),
        tags: BTreeMap::from([("owner".to_owned(), "ada".to_owned())]),
        content_type: Some("text/plain".into()),
        address: Some("10.1.2.3".parse().unwrap()),
        idle: 0,
        posture_confirmed_at: None,
    }
}

fn done() -> Completion {
    Completion { status: 200, bytes_in: 1, bytes_out: 2, ended: Ended::Finished }
}

#[tokio::test]
async fn a_record_is_of_the_moment_at_which_the_answer_was_given_and_of_everything_that_it_rested_on() {
    let post = Post::begin(Sensitivity::Internal).await;
    post.tell(&[request(1, 1), approve(1), exception(1, Some(1), None)]).await;
    // The answer is first computed at 30, and reused at 95, when everything is older.
    post.clock(30);
    post.admission.ask(asking(Action::Read)).await.unwrap().complete(done());
    post.clock(95);
    let admitted = post.admission.ask(asking(Action::Read)).await.unwrap();
    assert_eq!(admitted.request().item, "/a");
    assert_eq!(admitted.person().map(|known| known.id), Some(per(1)));
    assert_eq!(admitted.permit().resource().as_str(), "wiki/pages");
    assert!(admitted.decision().goes_ahead() && admitted.answer().evidence().is_some());
    let id = admitted.id();
    post.clock(97);
    admitted.complete(Completion { status: 404, bytes_in: 7, bytes_out: 8, ended: Ended::Finished });
    let row = post.rows().await.pop().unwrap();
    let decided = &row.decided;
    assert_eq!((decided.id, decided.at, decided.gate.as_str()), (id, at(95), "edge-1"));
    assert_eq!((decided.effect, decided.enforced, decided.cause), (Effect::Allow, true, Cause::First));
    assert_eq!((decided.session, decided.device, decided.grant), (Some(ses(1)), Some(dev(1)), Some(gra(1))));
    assert_eq!(decided.exceptions, [exc(1)]);
    assert_eq!((decided.principal, decided.risk), (Principal::Person(per(1)), RiskLevel::Low));
    assert_eq!((decided.operation.as_str(), decided.item.as_str()), ("GET", "/a"));
    assert_eq!((decided.sensitivity, decided.labelled), (Sensitivity::Internal, true));
    assert_eq!((decided.session_age_seconds, decided.session_idle_seconds), (Some(75), Some(60)));
    let proof = decided.authentication.as_ref().unwrap();
    assert_eq!((proof.age_seconds, proof.assurance, proof.credential), (75, Assurance::Aal2, cred(1)));
    assert!(proof.phishing_resistant && proof.method == "passkey");
    let evidence = decided.device_evidence.as_ref().unwrap();
    assert_eq!((evidence.managed, evidence.proved, evidence.compliant), (true, true, true));
    assert_eq!((evidence.posture_age_seconds, evidence.failing.len()), (Some(80), 0));
    let place = decided.place.as_ref().unwrap();
    assert_eq!((place.address.to_string(), place.network.as_str()), ("10.1.2.3".to_owned(), "office"));
    assert_eq!(decided.content_type.as_deref(), Some("text/plain"));
    assert_eq!(decided.tags.get("owner").map(String::as_str), Some("ada"));
    assert_eq!(decided.policies, post.admission.policies().version());
    assert_eq!(decided.world, post.ledger.world().seq());
    let completed = row.completed.unwrap();
    assert_eq!(
        (completed.at, completed.status, completed.bytes_in, completed.bytes_out),
        (at(97), 404, 7, 8)
    );
    assert_eq!((completed.duration_micros, completed.ended), (2_000_000, Ended::Finished));
}

#[tokio::test]
async fn an_access_that_nobody_completes_is_one_whose_client_went_away() {
    let post = Post::begin(Sensitivity::Internal).await;
    let admitted = post.admission.ask(asking(Action::Read)).await.unwrap();
    post.clock(23);
    drop(admitted);
    let completed = post.rows().await.pop().unwrap().completed.unwrap();
    assert_eq!((completed.status, completed.ended), (0, Ended::ClientGone));
    assert_eq!(completed.duration_micros, 3_000_000);
    // A completed access is completed only once.
    post.admission.ask(asking(Action::Read)).await.unwrap().complete(done());
    let ended: Vec<_> =
        post.rows().await.into_iter().filter_map(|row| row.completed).map(|c| c.ended).collect();
    assert_eq!(ended, [Ended::ClientGone, Ended::Finished]);
}

#[tokio::test]
async fn a_denial_says_which_policy_and_what_to_do_and_carries_no_permit() {
    let post = Post::begin(Sensitivity::Internal).await;
    let denied = post.refused(Request { key: None, ..asking(Action::Write) }).await;
    assert_eq!((denied.why(), denied.ended()), (Why::Denied, Ended::Revoked));
    assert_eq!(denied.remedies(), [Remedy::UseManagedDevice]);
    assert!(!denied.needs_sign_in() && denied.detail().is_none());
    let reasons = denied.reasons();
    let policies = post.admission.policies();
    assert_eq!(reasons.len(), 1);
    assert_eq!(reasons[0].0.as_str(), "unmanaged-read-only");
    assert_eq!(reasons[0].1, policies.get(&reasons[0].0).unwrap().reason);
    assert!(denied.answer().unwrap().permit().is_none());
    let row = post.rows().await.pop().unwrap();
    assert_eq!(Some(row.decided.id), denied.id());
    assert_eq!(
        (row.decided.effect, row.decided.remedies),
        (Effect::Deny, vec!["use-a-managed-device".to_owned()])
    );
    let stranger = post.refused(Request { who: Who::Anonymous, key: None, ..asking(Action::Read) }).await;
    assert!(stranger.needs_sign_in());
    assert_eq!(stranger.remedies(), [Remedy::SignIn]);
    let nowhere =
        Request { application: name("shop"), resource: "shop/x".parse().unwrap(), ..asking(Action::Read) };
    let nowhere = post.refused(nowhere).await;
    assert_eq!(nowhere.reasons()[0].0.as_str(), reserved::UNKNOWN_APPLICATION);
    assert_eq!(post.rows().await.len(), 2, "what does not exist has nothing to be recorded under");
}

#[tokio::test]
async fn a_request_that_is_turned_away_is_on_record_with_its_reason() {
    let post = Post::begin(Sensitivity::Internal).await;
    let refused = post
        .admission
        .turn_away(&post.admission.snapshot(), asking(Action::Connect), reserved::FOREIGN_ORIGIN)
        .await;
    assert_eq!((refused.why(), refused.reasons()[0].0.as_str()), (Why::Denied, reserved::FOREIGN_ORIGIN));
    assert_eq!(Some(refused.reasons()[0].1.as_str()), reserved::text(reserved::FOREIGN_ORIGIN));
    let row = post.rows().await.pop().unwrap();
    assert_eq!(Some(row.decided.id), refused.id());
    assert_eq!((row.decided.effect, row.decided.session), (Effect::Deny, Some(ses(1))));
    post.admission.sink().close().await.unwrap();
    let refused = post
        .admission
        .turn_away(&post.admission.snapshot(), asking(Action::Connect), reserved::FOREIGN_ORIGIN)
        .await;
    assert_eq!(refused.why(), Why::Unavailable, "without a record it is not told as if there were one");
    assert!(refused.detail().is_some() && refused.reasons().is_empty() && refused.remedies().is_empty());
}

#[tokio::test]
async fn whoever_is_draining_says_so_and_counts_it_as_such() {
    let post = Post::begin(Sensitivity::Internal).await;
    post.admission.drain();
    let refused = post.refused(asking(Action::Read)).await;
    assert_eq!((refused.why(), refused.ended()), (Why::Drained, Ended::Drained));
    assert!(refused.id().is_some() && refused.answer().is_none());
}

#[test]
fn a_reason_is_told_in_the_policys_own_words_or_in_those_of_the_reserved_one() {
    let policies = PolicySet::parse(&defaults()).unwrap();
    let text = |id: &str| reason_text(&policies, &id.parse().unwrap());
    assert_eq!(text("no-high-risk"), policies.get(&"no-high-risk".parse().unwrap()).unwrap().reason);
    for id in reserved::ALL {
        assert_eq!(Some(text(id).as_str()), reserved::text(id));
    }
    assert_eq!(text("gone"), "The policy gone denies it.");
}

#[test]
fn what_is_more_sensitive_is_vouched_for_for_a_shorter_time() {
    let freshness = Freshness::default();
    let bounds: Vec<_> = Sensitivity::ALL.iter().map(|level| freshness.bound(*level).as_secs()).collect();
    assert_eq!(bounds, [86_400, 3600, 600, 60]);
    assert_eq!(freshness.shortest().as_secs(), 60);
    let second = Duration::from_secs(1);
    for one in [
        Freshness { public: second, ..freshness },
        Freshness { internal: second, ..freshness },
        Freshness { confidential: second, ..freshness },
        Freshness { restricted: second, ..freshness },
    ] {
        assert_eq!(one.shortest(), second, "{one:?}");
    }
}

#[tokio::test]
async fn a_policy_set_that_cannot_be_put_in_force_leaves_the_old_one_and_is_told() {
    let post = Post::begin(Sensitivity::Internal).await;
    let before = post.admission.policies();
    assert_eq!(post.admission.policies_problem(), None);
    post.publish(&BTreeMap::from([("guardrails/new.cedar".to_owned(), "forbid (principal".to_owned())]))
        .await;
    post.until(|| post.admission.policies_problem().is_some()).await;
    assert_eq!(post.admission.policies().version(), before.version());
    post.admission.ask(asking(Action::Read)).await.unwrap().complete(done());
    // After the correction, the problem is gone.
    post.publish(&defaults()).await;
    post.until(|| post.admission.policies_problem().is_none()).await;
    assert_eq!(post.refused(asking(Action::Read)).await.reasons()[0].0.as_str(), reserved::NO_PERMIT);
}

#[tokio::test]
async fn an_enforcement_point_tells_its_name_and_the_world_that_it_knows() {
    let post = Post::begin(Sensitivity::Internal).await;
    assert_eq!(post.admission.gate(), "edge-1");
    assert_eq!(post.admission.now(), at(20));
    assert_eq!(post.admission.world().seq(), post.ledger.seq());
    // An id begins with the time, so that records sort and are found by it.
    post.now.store(1_800_000_000_123_000, Ordering::SeqCst);
    let refused = post.refused(asking(Action::Read)).await;
    let drawn = refused.id().unwrap().bits().get_timestamp().unwrap();
    assert_eq!(drawn.to_unix(), (1_800_000_000, 123_000_000));
}

#[tokio::test]
async fn bytes_that_move_keep_a_session_in_use() {
    let post = Post::begin(Sensitivity::Internal).await;
    let admitted = post.admission.ask(asking(Action::Read)).await.unwrap();
    post.clock(300);
    admitted.touch();
    post.clock(390);
    post.admission.ask(asking(Action::Read)).await.unwrap().complete(done());
    let idle = post.rows().await.pop().unwrap().decided.session_idle_seconds;
    assert_eq!(idle, Some(60), "a minute and a half since it was touched, in whole minutes");
    admitted.complete(done());
}

#[test]
fn what_is_seen_later_is_added_to_what_was_seen() {
    let dec = |n: u128| Some(DecisionId::new(Uuid::from_u128(n)));
    let seen = |people: &[u128], accesses: u64, example: Option<DecisionId>| TurnedAccesses {
        people: people.iter().map(|n| per(*n)).collect(),
        accesses,
        example,
    };
    let mut first =
        RolloutTurns { newly_denied: seen(&[1], 2, None), newly_allowed: seen(&[3], u64::MAX, dec(1)) };
    first
        .merge(RolloutTurns { newly_denied: seen(&[1, 2], 3, dec(2)), newly_allowed: seen(&[4], 1, dec(3)) });
    let people = |numbers: [u128; 2]| numbers.map(per).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(first.newly_denied, TurnedAccesses { people: people([1, 2]), accesses: 5, example: dec(2) });
    assert_eq!(
        first.newly_allowed,
        TurnedAccesses { people: people([3, 4]), accesses: u64::MAX, example: dec(1) }
    );
}

#[tokio::test]
async fn whom_a_rollout_turned_is_told_by_which_way() {
    let post = Post::begin(Sensitivity::Internal).await;
    let head = |id: &str| {
        format!("@id(\"{id}\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\") @stage(\"shadow\")\n")
    };
    let wiki = "resource in Countersign::Application::\"wiki\"";
    let mut files = defaults();
    files.insert(
        "applications/wiki.cedar".into(),
        format!("{}permit (principal, action == Countersign::Action::\"read\", {wiki});\n", head("opens")),
    );
    post.publish(&files).await;
    let id = "opens".parse().unwrap();
    post.until(|| post.admission.policies().get(&id).is_some()).await;
    assert_eq!(post.refused(asking(Action::Read)).await.reasons()[0].0.as_str(), reserved::NO_PERMIT);
    let mut told = std::pin::pin!(post.admission.sighting());
    let mut looks = Context::from_waker(Waker::noop());
    assert!(told.as_mut().poll(&mut looks).is_pending(), "nobody was turned yet");
    post.tell(&[roll_out(1, "opens", &[100])]).await;
    let admitted = post.admission.ask(asking(Action::Read)).await.unwrap();
    assert!(told.as_mut().poll(&mut looks).is_ready());
    let sighted = post.admission.sighted();
    let allowed = TurnedAccesses { people: [per(1)].into(), accesses: 1, example: Some(admitted.id()) };
    assert_eq!(
        sighted.get(&rol(1)),
        Some(&RolloutTurns { newly_allowed: allowed, newly_denied: TurnedAccesses::default() })
    );
    admitted.complete(done());
    // An access by a service account counts, but not as a person.
    post.tell(&[service(1, 1)]).await;
    let machine = Request { who: Who::Service(svc(1)), ..asking(Action::Read) };
    if let Ok(admitted) = post.admission.ask(machine).await {
        panic!("signed-in stops whoever shows no passkey: {:?}", admitted.id());
    }
}

#[tokio::test]
async fn an_enforcement_point_that_nobody_holds_lets_go_of_its_journal() {
    let post = Post::begin(Sensitivity::Internal).await;
    let Post { admission, ledger, _folder: folder, .. } = post;
    drop((admission, ledger));
    let opened = async {
        while Journal::open_sqlite(folder.path().join("journal.sqlite")).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), opened).await.unwrap();
}
