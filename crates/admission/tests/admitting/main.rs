//! Permits that end, answers that are reused but never after their time, and the records of all of it, with a real
//! journal and real evidence.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

mod anonymous;
mod observed;
mod post;
mod unconfirmed;

use countersign_admission::{Completion, Ended, Freshness, Request, Who, Why};
use countersign_evidence::{Cause, Effect};
use countersign_journal::{Journal, PostgresOptions};
use countersign_names::{Action, CheckResult, PostureCheck, Sensitivity};
use countersign_policy::defaults;
use countersign_testkit::Postgres;
use countersign_testkit::story::*;
use post::{Post, asking, before, done, goes_on, shipped, soon};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

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
    assert!(post.admission.behind() > Duration::from_secs(600), "{:?}", post.admission.behind());
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
