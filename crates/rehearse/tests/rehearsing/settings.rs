//! Plans that change applications and exceptions.

use crate::Dice;
use crate::post::*;
use countersign_admission::Who;
use countersign_decide::{Decision, Effect, again};
use countersign_evidence::Row;
use countersign_facts::{
    ApplicationFact, ApplicationStage, ExceptionFact, Fact, PartRoutes, Resource, ResourceFact, Route, Stated,
};
use countersign_names::{Action, CheckResult, PostureCheck, Principal, RiskLevel, Sensitivity};
use countersign_policy::{Place, PolicySet};
use countersign_rehearse::{Direction, Impact};
use countersign_testkit::story::*;
use countersign_world::World;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

fn who(impact: &Impact, wanted: Direction) -> BTreeMap<Principal, u64> {
    let mut counts = BTreeMap::new();
    for kind in impact.changed.iter().filter(|kind| kind.change.direction == wanted && kind.change.enforced) {
        *counts.entry(kind.change.whom.principal).or_default() += kind.count;
    }
    counts
}

fn people(numbers: &[u128], count: u64) -> BTreeMap<Principal, u64> {
    numbers.iter().map(|n| (Principal::Person(per(*n)), count)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_an_exception_and_a_stage_stop_those_whom_they_would() {
    let folder = tempfile::tempdir().unwrap();
    let post = Post::open(folder.path(), 8 * 1024).await;
    post.begin().await;
    for n in 1..=PEOPLE {
        for item in ["/", "/a", "/b"] {
            // People with even numbers use no known device.
            let mut request = asking(n, "wiki", Action::Read, item);
            request.key = request.key.filter(|_| n % 2 == 1);
            assert!(post.ask(request).await);
        }
    }
    // A confidential resource requires a managed device.
    let confidential = label("wiki/pages", Some(Sensitivity::Confidential));
    let impact = post.plan_with(&shipped(), std::slice::from_ref(&confidential)).await;
    assert_eq!(who(&impact, Direction::Denied), people(&[2, 4, 6], 3));
    assert_eq!((impact.denied.accesses, impact.allowed.accesses, impact.renamed), (9, 0, 0));
    // An exception opened by the same plan keeps one person working. A plan of the policies alone reports no change.
    let device = ["managed-device", "compliant-device", "fresh-posture"];
    let excused = device.iter().zip(1..).map(|(policy, n)| exception_to(policy, n, 4));
    let both: Vec<Line> = std::iter::once(confidential.clone()).chain(excused).collect();
    let impact = post.plan_with(&shipped(), &both).await;
    assert_eq!(who(&impact, Direction::Denied), people(&[2, 6], 3));
    assert_eq!(post.plan_with(&shipped(), &[]).await.changed, []);

    // Now both are in force. Plans that remove the exception or the label also cover the accesses before.
    for line in both {
        post.tell(line).await;
    }
    let end = Line::of(Fact::Exception(ExceptionFact::Ended { exception: exc(1), reason: "over".into() }));
    let impact = post.plan_with(&shipped(), &[end]).await;
    assert_eq!(
        who(&impact, Direction::Denied),
        BTreeMap::new(),
        "the accesses were to what was internal then"
    );
    let mut request = asking(4, "wiki", Action::Read, "/");
    request.key = None;
    assert!(post.ask(request.clone()).await, "under the exception");
    request.who = Who::Session(ses(2));
    assert!(!post.ask(request).await);
    let end = Line::of(Fact::Exception(ExceptionFact::Ended { exception: exc(1), reason: "over".into() }));
    assert_eq!(who(&post.plan_with(&shipped(), &[end]).await, Direction::Denied), people(&[4], 1));
    let internal = label("wiki/pages", Some(Sensitivity::Internal));
    // For every access, the comparison uses the present label. The plan does not change the exception, so that is taken
    // as it was: absent at the first accesses.
    let impact = post.plan_with(&shipped(), &[internal]).await;
    let mut expected = people(&[2, 4, 6], 3);
    *expected.get_mut(&Principal::Person(per(2))).unwrap() += 1;
    assert_eq!(who(&impact, Direction::Allowed), expected);

    // If the application is only observed, nobody is stopped; if it is enforced again, they are.
    let impact = post.plan_with(&shipped(), &[stage("wiki", ApplicationStage::Observe)]).await;
    assert_eq!(who(&impact, Direction::Allowed), expected);
    assert!(impact.changed.iter().all(|kind| kind.change.by_stage));
    post.tell(stage("wiki", ApplicationStage::Observe)).await;
    let impact = post.plan_with(&shipped(), &[stage("wiki", ApplicationStage::Enforce)]).await;
    assert_eq!(who(&impact, Direction::Denied), expected);
    assert!(impact.changed.iter().all(|kind| kind.change.by_stage && kind.change.enforced));
}

/// A part by its name, with its label and its routes.
type Part<'a> = (&'a str, Option<Sensitivity>, &'a [(&'a str, Option<Action>)]);

/// Declares the wiki with these parts.
fn wiki(parts: &[Part<'_>]) -> Line {
    let Fact::Application(ApplicationFact::Declared { application, mut about }) =
        application("wiki").stated().fact
    else {
        unreachable!("it is declared")
    };
    about.resources.clear();
    let mut of_parts = PartRoutes::default();
    about.sensitivity = Some(Sensitivity::Internal);
    for (part, sensitivity, routes) in parts {
        let route = |(path, action): &(&str, Option<Action>)| Route {
            methods: BTreeSet::new(),
            path: (*path).to_owned(),
            action: *action,
        };
        about.resources.push(Resource { part: (*part).to_owned(), sensitivity: *sensitivity });
        of_parts.extend([(*part, routes.iter().map(route).collect())]);
    }
    http_of(&mut about).routes = of_parts;
    about.operations = [("can_read".to_owned(), Action::Read)].into();
    Line::of(Fact::Application(ApplicationFact::Declared { application, about }))
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_named_again_by_the_planned_routes() {
    let folder = tempfile::tempdir().unwrap();
    let post = Post::open(folder.path(), 8 * 1024).await;
    post.begin().await;
    post.tell(wiki(&[("pages", None, &[("/", None), ("/secret/**", None), ("/live", None)])])).await;
    // A person on a managed device that fails a check may write; a person without a device may not.
    post.tell(one_check(3, 16, PostureCheck::Firewall, CheckResult::Fail)).await;
    let ask = async |n: u128, resource: &str, action, operation: &str, item: &str| {
        let mut request = asking(n, "wiki", action, item);
        request.resource = resource.parse().unwrap();
        request.operation = operation.to_owned();
        request.key = request.key.filter(|_| n == 3);
        assert!(post.ask(request).await, "{operation} {item}");
    };
    ask(1, "wiki/pages", Action::Read, "GET", "/").await;
    ask(2, "wiki/pages", Action::Read, "GET", "/secret/a").await;
    ask(3, "wiki/pages", Action::Write, "POST", "/secret/a").await;
    ask(3, "wiki/pages", Action::Connect, "GET", "/live").await;
    ask(4, "wiki/other", Action::Read, "GET", "/elsewhere").await;
    // A decision client, which names the resource itself, and a path that nobody can have sent to a gate.
    ask(5, "wiki/pages", Action::Read, "can_read", "page 7").await;
    ask(6, "wiki/other", Action::Read, "can_read", "page 8").await;

    let secret = wiki(&[
        ("secret", Some(Sensitivity::Confidential), &[("/secret/**", None)]),
        ("pages", None, &[("/", None), ("/live", None)]),
    ]);
    let impact = post.plan_with(&shipped(), std::slice::from_ref(&secret)).await;
    assert_eq!(who(&impact, Direction::Denied), {
        let mut stopped = people(&[2], 1);
        stopped.extend(people(&[3], 1));
        stopped
    });
    let resources: BTreeSet<String> = impact
        .changed
        .iter()
        .map(|kind| format!("{} {}", kind.change.resource, kind.change.action))
        .collect();
    assert_eq!(resources, ["wiki/secret read".to_owned(), "wiki/secret write".to_owned()].into());
    assert_eq!(impact.renamed, 2);
    let unnamed = "their resource under the planned routes cannot be determined".to_owned();
    assert_eq!(impact.unknown, [(unnamed, 1)].into(), "a client's word for what is `other` is not on record");
    assert_eq!(impact.asked, 6);

    // An action that a route names, and a path that a planned route spells differently.
    let administer =
        wiki(&[("pages", None, &[("/", Some(Action::Administer)), ("/Secret/**", None), ("/live", None)])]);
    let impact = post.plan_with(&shipped(), &[administer]).await;
    assert_eq!(who(&impact, Direction::Denied), people(&[1], 1));
    let malformed = impact.unknown.iter().find(|(why, _)| why.contains("refuse them as malformed")).unwrap();
    assert_eq!(*malformed.1, 2);

    // Accesses before the parts existed are compared by the present parts.
    post.tell(secret).await;
    let open = wiki(&[("pages", None, &[("/", None), ("/secret/**", None), ("/live", None)])]);
    let impact = post.plan_with(&shipped(), &[open]).await;
    assert_eq!(impact.allowed.accesses, 2);
}

/// A change of the settings, in the history below or in a plan.
fn any_change(dice: &mut Dice, round: u64) -> Line {
    let application = dice.of(&APPLICATIONS);
    let part = format!("{application}/pages");
    let levels =
        [None, Some(Sensitivity::Public), Some(Sensitivity::Internal), Some(Sensitivity::Confidential)];
    match dice.below(5) {
        0 | 1 => label(&part, dice.of(&levels)),
        2 => stage(application, dice.of(&[ApplicationStage::Observe, ApplicationStage::Enforce])),
        3 => {
            let n = 1 + u128::from(dice.below(PEOPLE as u64));
            exception(1_000 + u128::from(round), Some(n), dice.of(&[None, Some(application)]))
        }
        _ => {
            let exception = exc(1_000 + u128::from(dice.below(round + 1)));
            Line::of(Fact::Exception(ExceptionFact::Ended { exception, reason: "over".into() }))
        }
    }
}

/// Applies the relevant part of `wanted` to a world fact by fact, as the simple alternative.
fn told_again(then: &World, touched: &BTreeSet<String>, wanted: &World, other: &World) -> Arc<World> {
    let mut world = then.clone();
    let mut tell = |fact: Fact| {
        // Some of it is in force already and therefore contradicts.
        drop(world.apply(&Stated { at: at(1_000), by: countersign_facts::Actor::Operator, fact }));
    };
    for application in wanted.applications().filter(|known| touched.contains(known.name.as_str())) {
        tell(Fact::Application(ApplicationFact::Declared {
            application: application.name.clone(),
            about: application.about.clone(),
        }));
        let resource = format!("{}/pages", application.name).parse().unwrap();
        let sensitivity = application.labels.get(&resource).copied();
        tell(Fact::Resource(ResourceFact::Labelled { resource, sensitivity }));
    }
    for gone in other.exceptions().iter().filter(|known| wanted.exception(known.id).is_none()) {
        tell(Fact::Exception(ExceptionFact::Ended { exception: gone.id, reason: "over".into() }));
    }
    for also in wanted.exceptions().iter().filter(|known| other.exception(known.id).is_none()) {
        tell(Fact::Exception(ExceptionFact::Opened {
            exception: also.id,
            policy: also.policy.clone(),
            scope: also.scope.clone(),
            owner: also.owner,
            authority: also.authority.clone(),
            reason: also.reason.clone(),
            expires_at: also.expires_at,
        }));
    }
    Arc::new(world)
}

fn direction(now: &Decision, planned: &Decision) -> Option<Direction> {
    match (now.goes_ahead(), planned.goes_ahead()) {
        (true, false) => Some(Direction::Denied),
        (false, true) => Some(Direction::Allowed),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn random_plans_say_what_deciding_each_access_alone_says() {
    let mut turned = 0;
    for seed in 1..=6 {
        let folder = tempfile::tempdir().unwrap();
        let post = Post::open(folder.path(), 8 * 1024).await;
        post.begin().await;
        let mut dice = Dice(seed);
        let mut requests = Vec::new();
        for round in 0..200 {
            post.now.store(at(20 + i64::try_from(round).unwrap()).as_micros(), Ordering::SeqCst);
            let n = 1 + u128::from(dice.below(PEOPLE as u64));
            match dice.below(10) {
                0 => post.tell(any_change(&mut dice, round)).await,
                1 => post.tell(risk(n, dice.of(&[RiskLevel::Low, RiskLevel::High]))).await,
                2 => {
                    let check = dice.of(&[CheckResult::Pass, CheckResult::Fail]);
                    post.tell(one_check(
                        n,
                        20 + i64::try_from(round).unwrap(),
                        PostureCheck::Firewall,
                        check,
                    ))
                    .await;
                }
                _ => {
                    let action = dice.of(&[Action::Read, Action::Write]);
                    let mut request = asking(n, dice.of(&APPLICATIONS), action, "/");
                    request.key = request.key.filter(|_| n % 2 == 1);
                    requests.push(request.clone());
                    post.ask(request).await;
                }
            }
        }
        let mut rows: Vec<Row> = post.rows().await;
        rows.sort_by_key(|row| (row.decided.at, row.decided.id));
        assert_eq!(rows.len(), requests.len());
        let present = post.ledger.world();
        let mut planned = World::clone(&present);
        let mut changes = Vec::new();
        for round in 0..6 {
            let change = any_change(&mut dice, 500 + round);
            if planned.apply(&change.stated()).is_ok() {
                changes.push(change);
            }
        }
        let candidate = if seed % 2 == 0 {
            shipped()
        } else {
            with(
                "forbid (principal, action == Countersign::Action::\"write\", resource in Countersign::Application::\"shop\");",
            )
        };
        let impact = post.plan_with(&candidate, &changes).await;
        assert_eq!(impact.unknown, BTreeMap::new());

        let touched: BTreeSet<String> = planned
            .applications()
            .filter(|known| present.application(known.name.as_str()) != Some(known))
            .map(|known| known.name.to_string())
            .collect();
        let (running, candidate) =
            (post.admission.policies(), Arc::new(PolicySet::parse(&candidate).unwrap()));
        let mut past = post.past().await;
        let mut expected: [BTreeMap<Principal, u64>; 2] = Default::default();
        let worlds: Vec<Arc<World>> = tokio::task::spawn_blocking({
            let seqs: Vec<u64> = rows.iter().map(|row| row.decided.world).collect();
            move || seqs.into_iter().map(|seq| past.world(seq).unwrap()).collect()
        })
        .await
        .unwrap();
        for ((row, request), then) in rows.iter().zip(&requests).zip(&worlds) {
            let place = request
                .address
                .map(|address| Place { address, network: then.networks().name_of(address).to_owned() });
            let ask = |wanted: &World, other: &World, policies: &Arc<PolicySet>| {
                let world = told_again(then, &touched, wanted, other);
                Decision::clone(again(&world, policies, place.clone(), request, row.decided.at).decision())
            };
            let (now, then) = (ask(&present, &planned, &running), ask(&planned, &present, &candidate));
            match direction(&now, &then) {
                Some(Direction::Denied) => *expected[0].entry(row.decided.principal).or_default() += 1,
                Some(Direction::Allowed) => *expected[1].entry(row.decided.principal).or_default() += 1,
                None => {}
            }
            assert!(matches!(now.effect, Effect::Allow | Effect::Deny));
        }
        let found = [Direction::Denied, Direction::Allowed].map(|direction| who(&impact, direction));
        assert_eq!(found, expected, "seed {seed}");
        turned += impact.denied.accesses + impact.allowed.accesses;
    }
    assert!(turned > 50, "only {turned} accesses would have turned: the plans changed nothing");
}
