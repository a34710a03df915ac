//! Accesses evaluated again without an item of their evidence.

use crate::post::*;
use crate::{live, uuid};
use countersign_admission::Who;
use countersign_evidence::{Effect, Row};
use countersign_facts::{ApplicationStage, Member, TrustKey};
use countersign_names::{
    Action, Assurance, CheckResult, Cohort, DecisionId, EvidenceItem, PolicyId, PostureCheck, Principal,
    RiskLevel, Sensitivity, Timestamp,
};
use countersign_policy::{Place, PolicySet, Question};
use countersign_rehearse::{Past, Proof, Resting};
use countersign_testkit::story::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A second, simpler implementation of removing an item, to compare with the product's.
fn worse(question: &Question, item: EvidenceItem) -> Question {
    let mut worse = question.clone();
    match item {
        EvidenceItem::Device => worse.device = None,
        EvidenceItem::Compliance => {
            if let Some(device) = &mut worse.device {
                device.checks = Arc::new(PostureCheck::ALL.iter().map(|c| (*c, CheckResult::Fail)).collect());
            }
        }
        EvidenceItem::PhishingResistance => {
            if let Some(proof) = &mut worse.authentication {
                proof.phishing_resistant = false;
                proof.method = "one-time-code".into();
                proof.assurance = proof.assurance.min(Assurance::Aal2);
            }
        }
        EvidenceItem::Freshness => {
            worse.authentication.iter_mut().for_each(|proof| proof.age = 3_153_600_000);
            worse
                .session
                .iter_mut()
                .for_each(|session| (session.age, session.idle) = (3_153_600_000, 3_153_600_000));
        }
        EvidenceItem::Risk => Arc::make_mut(&mut worse.subject).risk = RiskLevel::High,
        EvidenceItem::Place => {
            let elsewhere = Place { address: "192.0.2.1".parse().unwrap(), network: "elsewhere".into() };
            worse.place = worse.place.map(|_| elsewhere);
        }
        EvidenceItem::Grant => worse.grant = false,
        EvidenceItem::Exception => worse.exceptions.clear(),
    }
    worse
}

/// Evaluates with Cedar's own authorizer; an error denies.
fn allows(policies: &PolicySet, question: &Question) -> bool {
    let answer = policies.judge_plainly(question);
    answer.allowed && answer.errors.is_empty()
}

/// Counts how many of these accesses depend on each item, evaluating each with Cedar itself.
fn plainly(past: &mut Past, rows: &[Row]) -> (u64, [u64; EvidenceItem::ALL.len()]) {
    let (mut went_ahead, mut depends) = (0, [0; EvidenceItem::ALL.len()]);
    for row in rows.iter().filter(|row| row.decided.effect == Effect::Allow) {
        let decided = &row.decided;
        let world = past.world(decided.world).unwrap();
        let policies = past.policies(&decided.policies).unwrap();
        let request = countersign_decide::Request {
            who: match (decided.session, decided.principal) {
                (Some(session), _) => Who::Session(session),
                (None, Principal::Person(person)) => Who::Person(person),
                (None, Principal::Service(service)) => Who::Service(service),
                (None, Principal::Anonymous) => Who::Anonymous,
            },
            key: decided.device.and_then(|device| world.device(device)).and_then(|device| device.about.key),
            application: decided.application.clone(),
            resource: decided.resource.clone(),
            action: decided.action,
            operation: decided.operation.clone(),
            item: decided.item.clone(),
            tags: decided.tags.clone(),
            content_type: None,
            address: decided.place.as_ref().map(|place| place.address),
            idle: decided.session_idle_seconds.unwrap_or(0),
            posture_confirmed_at: decided.device_evidence.as_ref().and_then(|device| {
                let age = device.posture_age_seconds?;
                Some(Timestamp::from_micros(decided.at.as_micros() - age * 1_000_000))
            }),
        };
        let place = decided.place.as_ref().map(|p| Place { address: p.address, network: p.network.clone() });
        let answer = countersign_decide::again(&world, &policies, place, &request, decided.at);
        let question = &answer.evidence().unwrap().question;
        assert!(allows(&policies, question));
        went_ahead += 1;
        for (count, item) in depends.iter_mut().zip(EvidenceItem::ALL) {
            *count += u64::from(!allows(&policies, &worse(question, *item)));
        }
    }
    (went_ahead, depends)
}

/// Adds what random histories rarely contain: a place that matters, a grant that is used, exceptions that are needed.
async fn leave_is_given(post: &Post) {
    let n = 7;
    for line in [person(n), key(n, n), session(7, n, n), device(n), all_checks(n, 15, CheckResult::Pass)] {
        post.tell(line).await;
    }
    post.tell(join("staff", Member::Person(per(n)))).await;
    post.tell(group("administrators")).await;
    post.tell(join("administrators", Member::Person(per(n)))).await;
    post.tell(request(77, n)).await;
    post.tell(approve(77)).await;
    post.publish(&with(
        "forbid (principal, action, resource in Countersign::Application::\"wiki\") \
         unless { context has place && context.place.network == \"office\" };",
    ))
    .await;
    assert!(post.ask(asking(n, "wiki", Action::Read, "/")).await);
    for (at, guardrail) in ["managed-device", "compliant-device", "fresh-posture"].iter().enumerate() {
        post.tell(exception_to(guardrail, 700 + at as u128, n)).await;
    }
    for action in [Action::Read, Action::Administer] {
        for application in APPLICATIONS {
            let mut asked = asking(n, application, action, "/");
            post.ask(asked.clone()).await;
            asked.key = None;
            post.ask(asked).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_accesses_depend_on_is_what_cedar_says_when_each_is_asked_alone() {
    let mut of_all = [0; EvidenceItem::ALL.len()];
    for seed in 11..=14 {
        let folder = tempfile::tempdir().unwrap();
        let post = Post::open(folder.path(), 8 * 1024).await;
        post.begin().await;
        leave_is_given(&post).await;
        live(&post, seed).await;
        let proof = post.prove().await;
        assert_eq!(proof.unknown, BTreeMap::new());
        let rows = post.rows().await;
        let mut past = post.past().await;
        let plain = tokio::task::spawn_blocking(move || plainly(&mut past, &rows)).await.unwrap();
        let mut all = countersign_rehearse::Share::default();
        proof.shares.values().for_each(|share| all.add(share));
        assert_eq!((proof.went_ahead, all.accesses, all.depends), (plain.0, plain.0, plain.1), "seed {seed}");
        of_all.iter_mut().zip(plain.1).for_each(|(sum, more)| *sum += more);
        // Accesses on trust and accesses that depend add up to all.
        for item in EvidenceItem::ALL.iter().filter(|item| item.is_trusted()) {
            let of_item = proof.resting.iter().filter(|(key, _)| key.item == *item);
            let (of, trusting) = of_item.fold((0, 0), |sum, (_, r)| (sum.0 + r.of, sum.1 + r.accesses));
            assert_eq!((of, of - trusting), (all.accesses, all.on(*item)), "{item}");
        }
    }
    let dependent = EvidenceItem::ALL.iter().zip(of_all).filter(|(_, count)| *count > 0).count();
    assert_eq!(dependent, EvidenceItem::ALL.len(), "the lives show too little: {of_all:?}");
}

fn of(application: &str, action: Action, item: EvidenceItem) -> TrustKey {
    let resource = format!("{application}/pages").parse().unwrap();
    TrustKey { resource, action, cohort: Cohort::Employee, item }
}

fn strict() -> BTreeMap<String, String> {
    with(
        "forbid (principal, action, resource in Countersign::Application::\"wiki\") \
         unless { context has device && context.device.compliant };",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn trust_is_found_eliminated_and_back_again_with_what_brought_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let post = Post::open(folder.path(), 32 << 20).await;
    post.begin().await;
    let wiki = of("wiki", Action::Read, EvidenceItem::Compliance);
    let resting = |proof: &Proof| proof.resting.get(&wiki).cloned().unwrap();

    for n in 1..=PEOPLE {
        assert!(post.ask(asking(n, "wiki", Action::Read, "/")).await);
    }
    let proof = post.prove().await;
    let found = resting(&proof);
    assert_eq!((found.of, found.accesses, found.principals), (PEOPLE as u64, PEOPLE as u64, PEOPLE as u64));
    assert_eq!(found.is_trusted(), Some(true));
    assert_eq!(found.policies.iter().map(PolicyId::as_str).collect::<Vec<_>>(), ["wiki-users"]);

    // Once a guardrail requires it, earlier accesses are still counted, but are no longer current.
    post.publish(&strict()).await;
    let before = resting(&post.prove().await);
    assert_eq!((before.is_trusted(), before.current_of), (None, 0));
    assert!(post.ask(asking(1, "wiki", Action::Read, "/")).await);
    let proof = post.prove().await;
    let after = resting(&proof);
    assert_eq!(
        (after.is_trusted(), after.of, after.accesses),
        (Some(false), PEOPLE as u64 + 1, PEOPLE as u64)
    );
    assert_eq!(
        proof.bites.get(&"more".parse::<PolicyId>().unwrap()).unwrap().would,
        2,
        "no device, and a bad one"
    );
    let eliminated_at = post.ledger.world().seq();

    // First an unrelated fact, then the one that restores the trust.
    post.tell(label("shop/pages", Some(Sensitivity::Internal))).await;
    post.publish(&shipped()).await;
    let culprit = post.ledger.world().seq();
    assert!(post.ask(asking(2, "wiki", Action::Read, "/")).await);
    let again = resting(&post.prove().await);
    assert_eq!(again.is_trusted(), Some(true));
    assert_eq!(cause(&post, again, eliminated_at).await, Some(culprit));

    // The other cause: the application is only observed from now on, which no policy set can explain.
    post.publish(&strict()).await;
    assert!(post.ask(asking(1, "wiki", Action::Read, "/")).await);
    assert_eq!(resting(&post.prove().await).is_trusted(), Some(false));
    let eliminated_at = post.ledger.world().seq();
    post.tell(stage("wiki", ApplicationStage::Observe)).await;
    let culprit = post.ledger.world().seq();
    post.tell(label("shop/pages", Some(Sensitivity::Public))).await;
    let mut bare = asking(3, "wiki", Action::Read, "/");
    bare.key = None;
    assert!(post.ask(bare).await, "it would be denied, and is only observed");
    let observed = resting(&post.prove().await);
    assert_eq!((observed.is_trusted(), observed.observed), (Some(true), 1));
    assert_eq!(cause(&post, observed, eliminated_at).await, Some(culprit));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rollout_ended_is_back_once_it_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let post = Post::open(folder.path(), 32 << 20).await;
    post.begin().await;
    let tried = "@stage(\"shadow\") forbid (principal, action, resource in Countersign::Application::\"wiki\") \
                 unless { context has device && context.device.compliant };";
    post.publish(&with(tried)).await;
    post.tell(roll_out(1, "more", &[100])).await;
    assert!(post.ask(asking(1, "wiki", Action::Read, "/")).await);
    let wiki = of("wiki", Action::Read, EvidenceItem::Compliance);
    assert_eq!(post.prove().await.resting.get(&wiki).unwrap().is_trusted(), Some(false));
    let eliminated_at = post.ledger.world().seq();
    post.tell(halt(1)).await;
    let culprit = post.ledger.world().seq();
    assert_eq!(culprit, eliminated_at + 1);
    assert_eq!(post.prove().await.resting.get(&wiki).unwrap().is_trusted(), None, "nobody came since");
    assert!(post.ask(asking(2, "wiki", Action::Read, "/")).await);
    let back = post.prove().await.resting.remove(&wiki).unwrap();
    assert_eq!(back.is_trusted(), Some(true));
    assert_eq!(cause(&post, back, eliminated_at).await, Some(culprit));
}

async fn cause(post: &Post, resting: Resting, after: u64) -> Option<u64> {
    let mut past = post.past().await;
    let asking = move || resting.brought_back_by(&mut past, EvidenceItem::Compliance, after);
    tokio::task::spawn_blocking(asking).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exception_that_nobody_needs_any_more_and_a_guardrail_that_never_bites_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let post = Post::open(folder.path(), 32 << 20).await;
    post.begin().await;
    let toothless = "forbid (principal, action == Countersign::Action::\"connect\", resource) \
                     when { context has place && context.place.network == \"moon\" };";
    post.publish(&with(toothless)).await;
    // Both are exempt from a managed device; only the second has none.
    for n in [1, 2] {
        post.tell(exception_to("managed-device", n, n)).await;
        post.tell(exception_to("compliant-device", n + 10, n)).await;
        post.tell(exception_to("fresh-posture", n + 20, n)).await;
    }
    assert!(post.ask(asking(1, "payroll", Action::Read, "/")).await);
    let mut bare = asking(2, "payroll", Action::Read, "/");
    bare.key = None;
    assert!(post.ask(bare).await);
    let mut denied = asking(3, "payroll", Action::Read, "/");
    denied.key = None;
    assert!(!post.ask(denied).await);

    let proof = post.prove().await;
    assert_eq!((proof.went_ahead, proof.denied), (2, 1));
    let used = |n: u128| proof.exceptions.get(&exc(n)).map(|used| (used.accesses, used.needed));
    assert_eq!((used(1), used(2)), (Some((1, 0)), Some((1, 1))));
    let bites =
        |policy: &str| proof.bites.get(&policy.parse::<PolicyId>().unwrap()).copied().unwrap_or_default();
    assert_eq!((bites("more").denied, bites("more").would), (0, 0), "it never bites");
    assert_eq!(bites("managed-device").denied, 1);
    assert!(bites("fresh-for-confidential").would > 0 && bites("fresh-for-confidential").denied == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_claimed_of_what_does_not_come_out_as_it_was_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let post = Post::open(folder.path(), 32 << 20).await;
    post.begin().await;
    assert!(post.ask(asking(1, "wiki", Action::Read, "/")).await);
    assert!(!post.ask(asking(1, "wiki", Action::Administer, "/")).await);
    let rows = post.rows().await;
    for (n, row) in rows.into_iter().enumerate() {
        let mut forged = row.decided;
        forged.id = DecisionId::new(uuid(n as u128 + 1));
        forged.effect = if forged.effect == Effect::Allow { Effect::Deny } else { Effect::Allow };
        post.admission.sink().record(&forged).unwrap();
    }
    let proof = post.prove().await;
    assert_eq!((proof.went_ahead, proof.denied), (1, 1));
    assert_eq!(proof.unknown.values().sum::<u64>(), 2, "{:?}", proof.unknown);
}
