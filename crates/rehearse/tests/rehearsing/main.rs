//! Accesses that a real enforcement point decided and recorded, evaluated again with a real journal and real evidence.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

mod evaluating;
mod post;
mod proving;
mod settings;

use countersign_admission::{Who, reserved};
use countersign_evidence::{Decided, Effect};
use countersign_facts::{AcceptedClock, Actor, Fact, JournalFact};
use countersign_journal::Journal;
use countersign_ledger::{Clock, Ledger};
use countersign_names::{
    Action, CheckResult, DecisionId, PostureCheck, Principal, RiskLevel, Sensitivity, Timestamp,
};
use countersign_policy::PolicySet;
use countersign_rehearse::{DeviceClass, Direction, NAMED, Progress, RecordedAnswer, Replay, Unanswerable};
use countersign_testkit::story::*;
use post::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// A deterministic random number generator.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }
}

/// Changes something that decisions may depend on.
async fn happens(post: &Post, dice: &mut Dice, moment: i64) {
    let n = 1 + u128::from(dice.below(PEOPLE as u64));
    let check = dice.of(&[CheckResult::Pass, CheckResult::Fail]);
    let level = dice.of(&[RiskLevel::Low, RiskLevel::Medium, RiskLevel::High]);
    let sensitivity = dice.of(&[None, Some(Sensitivity::Public), Some(Sensitivity::Confidential)]);
    let rollout = 1 + u128::from(dice.below(30));
    let line = match dice.below(15) {
        11 | 12 => roll_out(rollout, "more", &[40, 100]),
        13 => advance(rollout, 100),
        14 => halt(rollout),
        0 => suspend(n),
        1 => one_check(n, moment, PostureCheck::Firewall, check),
        2 => risk(n, level),
        3 => label("shop/pages", sensitivity),
        4 => leave("staff", countersign_facts::Member::Person(per(n))),
        5 => join("staff", countersign_facts::Member::Person(per(n))),
        6 => request(n, n),
        7 => approve(n),
        8 => exception(n, Some(n), None),
        9 => end_session(n),
        _ => all_checks(n, moment, CheckResult::Pass),
    };
    post.tell(line).await;
}

/// A device says that nothing has changed, as of a moment before this one.
fn goes_on(post: &Post, dice: &mut Dice, moment: i64) {
    let n = 1 + u128::from(dice.below(PEOPLE as u64));
    let world = post.ledger.world();
    if let Some(device) = world.device(dev(n)) {
        post.admission.posture_confirmed(
            device.id,
            &device.checks,
            at(moment - i64::try_from(dice.below(30)).unwrap()),
        );
    }
}

/// The policy sets published during a history; two of them contain a shadow policy.
fn later() -> [BTreeMap<String, String>; 7] {
    [
        shipped(),
        with("forbid (principal, action, resource) when { context.item like \"/secret*\" };"),
        with(
            "forbid (principal, action, resource) unless { context has session && context.session.idle < 100 };",
        ),
        with(
            "forbid (principal, action, resource) when { context has place && context.place.network == \"office\" && resource.sensitivity >= 2 };",
        ),
        with("@stage(\"shadow\") forbid (principal, action, resource) when { context.item like \"/a*\" };"),
        with(
            "@stage(\"shadow\") forbid (principal, action, resource) unless { context has device && context.device.compliant };",
        ),
        with(
            "forbid (principal, action, resource) unless { context has device.posture_age && context.device.posture_age < 150 };",
        ),
    ]
}

/// Makes some hundred accesses while the world and the policies change.
async fn live(post: &Post, seed: u64) {
    let mut dice = Dice(seed);
    let later = later();
    for step in 0..480_i64 {
        post.now.store(at(20 + step + step / 2).as_micros(), Ordering::SeqCst);
        match dice.below(12) {
            0 | 1 => happens(post, &mut dice, 20 + step + step / 2).await,
            3 => goes_on(post, &mut dice, 20 + step + step / 2),
            2 if step % 4 == 0 => post.publish(&later[usize::try_from(dice.below(7)).unwrap()]).await,
            _ => {
                let n = 1 + u128::from(dice.below(PEOPLE as u64));
                let action = dice.of(&[Action::Read, Action::Read, Action::Write, Action::Administer]);
                let mut request =
                    asking(n, dice.of(&APPLICATIONS), action, dice.of(&["/", "/a", "/secret/b"]));
                request.address = dice.of(&[None, request.address, Some("192.0.2.1".parse().unwrap())]);
                match dice.below(8) {
                    0 => request.key = None,
                    1 => request.who = Who::Anonymous,
                    2 => {
                        (request.who, request.key) = (Who::Person(per(n)), None);
                        request.tags = [("colour".to_owned(), dice.of(&["red", "blue"]).to_owned())].into();
                    }
                    _ => {}
                }
                post.ask(request).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_recorded_comes_out_the_same() {
    let (mut by_rollouts, mut by_observation) = (0, 0);
    for seed in 1..=4 {
        let folder = tempfile::tempdir().unwrap();
        // Small segments, so that most of the evidence is Parquet when it is evaluated again.
        let post = Post::open(folder.path(), 8 * 1024).await;
        post.begin().await;
        live(&post, seed).await;
        let rows = post.rows().await;
        let (allowed, denied): (Vec<_>, Vec<_>) =
            rows.iter().partition(|row| row.decided.effect == Effect::Allow);
        assert!(
            allowed.len() > 10 && denied.len() > 20,
            "{} allowed, {} denied",
            allowed.len(),
            denied.len()
        );
        assert!(rows.iter().map(|row| row.decided.policies).collect::<BTreeSet<_>>().len() > 2);

        let outcome = post.replay().await;
        assert_eq!(outcome.differences, [], "seed {seed}");
        assert_eq!(outcome.same, rows.len() as u64, "seed {seed}: each is asked, once");
        assert_eq!(outcome.fidelity(0), Some(1.0));
        assert!(outcome.decided <= outcome.same, "{outcome:?}");
        let on_trial = [4, 5].map(|place| PolicySet::parse(&later()[place]).unwrap().version());
        let more = "more".parse().unwrap();
        // The world's own report of the device is older than the age that was read: it was observed.
        let world = post.ledger.world();
        by_observation += allowed
            .iter()
            .filter(|row| {
                let age = row.decided.device_evidence.as_ref().and_then(|device| device.posture_age_seconds);
                let device = row.decided.device.and_then(|device| world.device(device));
                let reported = device.and_then(|device| device.collected_at);
                age.zip(reported).is_some_and(|(age, reported)| age < row.decided.at.age_of(reported))
            })
            .count();
        by_rollouts += denied
            .iter()
            .filter(|row| on_trial.contains(&row.decided.policies) && row.decided.reasons.contains(&more))
            .count();
    }
    assert!(by_rollouts > 3, "only {by_rollouts} accesses were denied by a rollout");
    assert!(by_observation > 20, "only {by_observation} accesses rested on what was observed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_a_device_between_two_accesses_is_in_the_replay() {
    let folder = tempfile::tempdir().unwrap();
    let post = Post::open(folder.path(), 32 << 20).await;
    post.begin().await;
    post.publish(&with(
        "forbid (principal, action, resource) unless { context has device.posture_age && context.device.posture_age < 150 };",
    ))
    .await;
    let ask = async |second: i64| {
        post.now.store(at(second).as_micros(), Ordering::SeqCst);
        post.ask(asking(1, "wiki", Action::Read, "/")).await
    };
    assert!(!ask(400).await, "the report is old");
    let checks = post.ledger.world().device(dev(1)).unwrap().checks.clone();
    post.admission.posture_confirmed(dev(1), &checks, at(390));
    assert!(ask(401).await, "it was confirmed, in the same world");
    assert!(!ask(600).await, "and is old again");
    let outcome = post.replay().await;
    assert_eq!((outcome.same, outcome.differences), (3, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_evaluated_again_without_changes_gives_the_recorded_answer() {
    let folder = tempfile::tempdir().unwrap();
    let post = Post::open(folder.path(), 32 << 20).await;
    post.begin().await;
    live(&post, 7).await;
    let rows = post.rows().await;
    let (mut past, running) = (post.past().await, post.admission.policies());
    let comparing = tokio::task::spawn_blocking(move || {
        let mut compared = 0;
        for decided in rows.iter().map(|row| &row.decided) {
            let recorded = match RecordedAnswer::of(&mut past, decided) {
                Ok(recorded) => recorded,
                Err(why) => {
                    assert!(matches!(why, Unanswerable::Unasked(_)), "{}: {why}", decided.id);
                    continue;
                }
            };
            let policies = recorded.answer().policies();
            let again = recorded.varied(policies, None, &[]).unwrap();
            let allowed = again.decision.effect == countersign_decide::Effect::Allow;
            assert_eq!(allowed, decided.effect == Effect::Allow, "{}", decided.id);
            assert_eq!(again.decision.reasons, decided.reasons, "{}", decided.id);
            assert_eq!(again.decision.shadow, decided.shadow, "{}", decided.id);
            let remedies: Vec<&str> =
                again.decision.remedies.iter().map(countersign_decide::Remedy::as_str).collect();
            assert_eq!(remedies, decided.remedies, "{}", decided.id);
            // Other policies are evaluated on the same evidence.
            let now = recorded.varied(&running, None, &[]).unwrap();
            assert_eq!(now.evidence.question.subject, again.evidence.question.subject);
            compared += 1;
        }
        compared
    });
    let compared = comparing.await.unwrap();
    assert!(compared > 200, "{compared}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_altered_is_not_evaluated_again() {
    let folder = tempfile::tempdir().unwrap();
    let post = Post::open(folder.path(), 32 << 20).await;
    post.begin().await;
    assert!(post.ask(asking(1, "wiki", Action::Read, "/")).await);
    let honest = post.rows().await.pop().unwrap().decided;
    let mut past = post.past().await;
    let refusing = tokio::task::spawn_blocking(move || {
        let mut why = |change: &dyn Fn(&mut Decided)| {
            let mut record = honest.clone();
            change(&mut record);
            RecordedAnswer::of(&mut past, &record).err()
        };
        assert_eq!(why(&|_| {}), None);
        assert_eq!(why(&|record| record.effect = Effect::Deny), Some(Unanswerable::Otherwise));
        let other = |record: &mut Decided| record.reasons = vec!["somebody-said-so".parse().unwrap()];
        assert_eq!(why(&other), Some(Unanswerable::Otherwise));
        let stale = |record: &mut Decided| record.reasons = vec![reserved::STALE_WORLD.parse().unwrap()];
        assert_eq!(why(&stale), Some(Unanswerable::Unasked(reserved::STALE_WORLD)));
        assert!(matches!(why(&|record| record.policies = [7; 32]), Some(Unanswerable::Unpublished(_))));
    });
    refusing.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_altered_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let post = Post::open(folder.path(), 32 << 20).await;
    post.begin().await;
    post.publish(&with("forbid (principal, action, resource) when { context.item like \"/secret*\" };"))
        .await;
    assert!(post.ask(asking(1, "wiki", Action::Read, "/")).await);
    let honest = post.rows().await.pop().unwrap().decided;
    let forge = |n: u128, change: &dyn Fn(&mut Decided)| {
        let mut forged = honest.clone();
        forged.id = DecisionId::new(uuid(n));
        change(&mut forged);
        post.admission.sink().record(&forged).unwrap();
        forged.id
    };
    let flipped = forge(1, &|record| record.effect = Effect::Deny);
    let other_reason = forge(2, &|record| record.reasons = vec!["somebody-said-so".parse().unwrap()]);
    let observed = forge(3, &|record| record.enforced = false);
    let of_the_future = forge(4, &|record| record.world += 1_000_000);
    let of_elsewhere = forge(5, &|record| record.policies = [7; 32]);
    let cut = forge(6, &|record| record.item = format!("/{}", "x".repeat(5_000)));
    let lost = forge(7, &|record| record.reasons = vec![reserved::STALE_WORLD.parse().unwrap()]);

    let outcome = post.replay().await;
    let named: BTreeSet<DecisionId> = outcome.differences.iter().map(|difference| difference.id).collect();
    assert_eq!(named, [flipped, other_reason, observed, of_the_future, of_elsewhere, cut].into());
    assert!(!named.contains(&lost));
    assert_eq!((outcome.same, outcome.different), (1, 6));
    assert_eq!(outcome.unasked, [(reserved::STALE_WORLD, 1)].into());
    let why = |id| &outcome.differences.iter().find(|difference| difference.id == id).unwrap().again;
    assert!(why(flipped).as_ref().unwrap().allowed);
    assert!(matches!(why(of_the_future), Err(Unanswerable::Future { .. })));
    assert!(matches!(why(of_elsewhere), Err(Unanswerable::Unpublished(_))));
    assert_eq!(why(cut), &Err(Unanswerable::Cut));
    assert!(outcome.fidelity(0).unwrap() < 1.0);
}

fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_names_whom_it_would_stop_and_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let post = Post::open(folder.path(), 32 << 20).await;
    post.begin().await;
    for n in 1..=PEOPLE {
        for item in ["/", "/a", "/b"] {
            // People with even numbers use no known device.
            let mut request = asking(n, "wiki", Action::Read, item);
            request.key = request.key.filter(|_| n % 2 == 1);
            assert!(post.ask(request).await);
        }
    }
    assert!(!post.ask(asking(1, "wiki", Action::Administer, "/")).await, "nobody has a grant");
    let strict = with(
        "forbid (principal, action, resource in Countersign::Application::\"wiki\") \
         unless { context has device && context.device.compliant };",
    );
    let impact = post.plan(&strict).await;
    assert_eq!(impact.asked, 3 * PEOPLE as u64 + 1);
    assert_eq!((impact.with_device, impact.with_content_type), (PEOPLE as u64 / 2 * 3 + 1, 0));
    let stopped: BTreeMap<Principal, (u64, Direction, DeviceClass)> = impact
        .changed
        .iter()
        .map(|kind| (kind.change.whom.principal, (kind.count, kind.change.direction, kind.change.device)))
        .collect();
    let expected = [2, 4, 6].map(|n| (Principal::Person(per(n)), (3, Direction::Denied, DeviceClass::None)));
    assert_eq!(stopped, expected.into());
    assert_eq!((impact.denied.accesses, impact.denied.principals.len(), impact.allowed.accesses), (9, 3, 0));
    let first = &impact.changed.first().unwrap().change;
    assert_eq!(first.reasons, ["more".parse().unwrap()]);
    assert_eq!(first.remedies, [countersign_decide::Remedy::UseManagedDevice]);
    assert_eq!(first.whom.groups, ["staff".parse().unwrap()]);
    assert!(first.enforced && !first.granted);

    // The opposite direction, and a plan that changes nothing.
    assert_eq!(post.plan(&shipped()).await.changed, []);
    post.publish(&with("forbid (principal, action == Countersign::Action::\"write\", resource);")).await;
    assert!(!post.ask(asking(1, "wiki", Action::Write, "/")).await);
    let impact = post.plan(&shipped()).await;
    let [only] = impact.changed.as_slice() else { panic!("{:?}", impact.changed) };
    assert_eq!(
        (only.change.direction, only.change.action, only.count),
        (Direction::Allowed, Action::Write, 1)
    );
    assert_eq!(impact.of_other_policies, 3 * PEOPLE as u64 + 1, "the rest fell by the set before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shadow_report_says_whom_a_policy_would_have_turned_while_it_had_this_text() {
    let folder = tempfile::tempdir().unwrap();
    // Small segments, so that the test reads both Parquet and segments.
    let post = Post::open(folder.path(), 8 * 1024).await;
    post.begin().await;
    let tried = |condition: &str| {
        let mut files = with(&format!(
            "@stage(\"shadow\") forbid (principal, action, resource in Countersign::Application::\"wiki\") \
             unless {{ {condition} }};"
        ));
        files.get_mut("guardrails/more.cedar").unwrap().push_str(
            "@id(\"readers\") @owner(\"security\") @reason(\"R.\") @review(\"2027-01-01\") @stage(\"shadow\")\n\
             forbid (principal, action == Countersign::Action::\"connect\", resource);\n",
        );
        files
    };
    // Accesses before this text, or under another text, are counted as unknown.
    assert!(post.ask(asking(1, "wiki", Action::Read, "/")).await);
    post.publish(&tried("context.item like \"/x\"")).await;
    assert!(post.ask(asking(1, "wiki", Action::Read, "/")).await);
    assert!(post.ask(asking(1, "shop", Action::Read, "/")).await);
    post.publish(&tried("context has device && context.device.compliant")).await;
    for n in 1..=PEOPLE {
        for item in ["/", "/a", "/b"] {
            let mut request = asking(n, "wiki", Action::Read, item);
            request.key = request.key.filter(|_| n % 2 == 1);
            assert!(post.ask(request).await, "what is in its shadow stage stops nobody");
        }
        post.ask(asking(n, "payroll", Action::Read, "/")).await;
    }
    let rows = post.rows().await;
    let listed = rows.iter().filter(|row| !row.decided.shadow.is_empty()).count();
    assert_eq!(listed, 9 + 1, "three people thrice, and one under the other text");

    let found = post.shadow().await;
    let [more, readers] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((more.asked, more.of_other_text, more.principals.len()), (3 * PEOPLE as u64, 2, 6));
    assert_eq!((more.denied.accesses, more.denied.principals.len(), more.allowed.accesses), (9, 3, 0));
    assert_eq!(more.by_application.keys().collect::<Vec<_>>(), [&name("wiki")]);
    assert_eq!(more.unknown, BTreeMap::new());
    let kinds: BTreeMap<Principal, u64> =
        more.changed.iter().map(|kind| (kind.change.whom.principal, kind.count)).collect();
    assert_eq!(kinds, [2, 4, 6].map(|n| (Principal::Person(per(n)), 3)).into());
    let first = &more.changed.first().unwrap().change;
    assert_eq!(first.direction, Direction::Denied);
    assert_eq!(first.reasons, ["more".parse().unwrap()]);
    assert_eq!(first.remedies, [countersign_decide::Remedy::UseManagedDevice]);
    let ids: BTreeSet<DecisionId> = rows.iter().map(|row| row.decided.id).collect();
    assert!(more.changed.iter().all(|kind| ids.contains(&kind.example)));

    // A policy that affected no access: it was evaluated with all accesses under its text, and changed none.
    assert_eq!((readers.denied.accesses, readers.allowed.accesses, readers.between), (0, 0, None));
    assert_eq!(readers.asked, 2 + 4 * PEOPLE as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_can_be_broken_off() {
    let folder = tempfile::tempdir().unwrap();
    let post = Post::open(folder.path(), 32 << 20).await;
    post.begin().await;
    assert!(post.ask(asking(1, "wiki", Action::Read, "/")).await);
    post.admission.sink().flush().await.unwrap();
    let (mut past, store) = (post.past().await, post.store.clone());
    let told = tokio::task::spawn_blocking(move || {
        let accesses = store.sweep(Timestamp::from_micros(0), Timestamp::MAX).next().unwrap();
        let mut told: Vec<Progress> = Vec::new();
        let ended = Replay::default().ask(&mut past, &accesses, |progress| {
            told.push(progress);
            ControlFlow::Break(())
        });
        assert!(ended.is_break());
        told
    });
    assert_eq!(told.await.unwrap(), [Progress::default()]);
    const { assert!(NAMED >= 10) };
}

/// Time ran ahead and was set back, so that accesses of two histories lie between each other by date.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_before_and_after_time_was_set_back_comes_out_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let ask_at = async |post: &Post, seconds: &[i64]| {
        let mut allowed = 0;
        for (second, n) in seconds.iter().flat_map(|second| (1..=PEOPLE).map(move |n| (*second, n))) {
            post.now.store(at(second).as_micros(), Ordering::SeqCst);
            for application in APPLICATIONS {
                allowed += u32::from(post.ask(asking(n, application, Action::Read, "/")).await);
            }
        }
        allowed
    };
    let ahead = Post::open(folder.path(), 8 * 1024).await;
    ahead.now.store(at(500).as_micros(), Ordering::SeqCst);
    ahead.begin().await;
    for n in 1..=PEOPLE {
        ahead.tell(all_checks(n, 500, CheckResult::Pass)).await;
    }
    assert!(ask_at(&ahead, &[510, 590, 680]).await > 0);
    ahead.admission.sink().close().await.unwrap();
    ahead.ledger.journal().close().await;

    let journal = Journal::open_sqlite(folder.path().join("journal.sqlite")).await.unwrap();
    let clock: Clock = Arc::new(|| at(120));
    let ledger = Ledger::open_to_accept_clock(journal, clock.into(), |_| {}).await.unwrap();
    let (held, gate, why) = (at(700), "test".to_owned(), "test".to_owned());
    let accepted = JournalFact::ClockAccepted(AcceptedClock { gate, held, why });
    ledger.state(Actor::Operator, vec![Fact::Journal(accepted)]).await.unwrap();
    ledger.journal().close().await;

    let right = Post::open(folder.path(), 8 * 1024).await;
    assert_eq!(ask_at(&right, &[130]).await, 0, "nobody is signed in");
    for n in 1..=PEOPLE {
        right.tell(session(u8::try_from(n).unwrap(), n, n)).await;
        right.tell(all_checks(n, 125, CheckResult::Pass)).await;
    }
    assert!(ask_at(&right, &[140, 220, 515, 600, 690]).await > 0);
    let (rows, outcome) = (right.rows().await, right.replay().await);
    // Refusals of people who are not signed in may be recorded together.
    assert!(rows.len() >= 8 * APPLICATIONS.len() * usize::try_from(PEOPLE).unwrap(), "{}", rows.len());
    assert_eq!(outcome.differences, []);
    assert_eq!((outcome.same, outcome.fidelity(0)), (rows.len() as u64, Some(1.0)));
}
