//! The decision for different evidence, its remedies, and its validity, with the shipped guardrails.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use countersign_decide::{Effect, Remedy, Request, Who, decide, keeps_an_administrator, reserved};
use countersign_facts::Member;
use countersign_names::{Action, CheckResult, PostureCheck, RiskLevel, Sensitivity, Timestamp};
use countersign_policy::{PolicySet, defaults, starter_permits};
use countersign_testkit::story::*;
use countersign_world::World;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The shipped guardrails, and a starter permit for the wiki.
fn shipped() -> Arc<PolicySet> {
    let mut files = defaults();
    for application in ["wiki", "countersign"] {
        files.insert(format!("applications/{application}.cedar"), starter_permits(&name(application), None));
    }
    Arc::new(PolicySet::parse(&files).unwrap_or_else(|rejected| panic!("{rejected}")))
}

/// Person 1, signed in at second 10 until second 1000; a managed laptop whose key is digest 1; a wiki.
fn before(sensitivity: Sensitivity) -> Vec<Line> {
    vec![
        person(1),
        key(1, 1),
        session(1, 1, 1),
        device(1),
        application("wiki"),
        label("wiki/pages", Some(sensitivity)),
    ]
}

fn asking(action: Action) -> Request {
    Request {
        who: Who::Session(ses(1)),
        key: None,
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

fn from_laptop(action: Action) -> Request {
    Request { key: Some(digest(1)), ..asking(action) }
}

fn healthy() -> Vec<Line> {
    vec![all_checks(1, 10, CheckResult::Pass)]
}

struct Case {
    name: &'static str,
    world: Vec<Line>,
    request: Request,
    now: i64,
    /// The reasons of the denial, or `None` if it is allowed; and the remedies.
    denied: Option<(&'static [&'static str], Vec<Remedy>)>,
}

fn cases() -> Vec<Case> {
    use Sensitivity::{Confidential, Internal, Restricted};
    let with = |sensitivity, more: Vec<Line>| before(sensitivity).into_iter().chain(more).collect::<Vec<_>>();
    let case = |name, world, request, now, denied| Case { name, world, request, now, denied };
    vec![
        case("an internal page from any device", before(Internal), asking(Action::Read), 20, None),
        case(
            "nobody in particular",
            before(Internal),
            Request { who: Who::Anonymous, ..asking(Action::Read) },
            20,
            Some((&["signed-in"], vec![Remedy::SignIn])),
        ),
        case(
            "a session that has ended",
            with(Internal, vec![end_session(1)]),
            asking(Action::Read),
            20,
            Some((&["signed-in"], vec![Remedy::SignIn])),
        ),
        case(
            "a session past its time",
            before(Internal),
            asking(Action::Read),
            SESSION_ENDS,
            Some((&["signed-in"], vec![Remedy::SignIn])),
        ),
        case(
            "a change from an unmanaged device",
            before(Internal),
            asking(Action::Write),
            20,
            Some((&["unmanaged-read-only"], vec![Remedy::UseManagedDevice])),
        ),
        case("a change from a managed device", before(Internal), from_laptop(Action::Write), 20, None),
        case(
            "a restricted page from an unmanaged device",
            before(Restricted),
            asking(Action::Read),
            20,
            Some((
                &["compliant-device", "fresh-posture", "fresh-posture-for-restricted", "managed-device"],
                vec![Remedy::UseManagedDevice],
            )),
        ),
        case(
            "a restricted page from a healthy managed device",
            with(Restricted, healthy()),
            from_laptop(Action::Read),
            20,
            None,
        ),
        case(
            "a confidential page from a device without its firewall",
            with(
                Confidential,
                vec![
                    all_checks(1, 10, CheckResult::Pass),
                    one_check(1, 11, PostureCheck::Firewall, CheckResult::Fail).at(12),
                ],
            ),
            from_laptop(Action::Read),
            20,
            Some((&["compliant-device"], vec![Remedy::FixPosture(vec![PostureCheck::Firewall])])),
        ),
        case(
            "a restricted page an hour after the last report",
            with(
                Restricted,
                vec![all_checks(1, 10, CheckResult::Pass), long_session(2), step_up(2).at(3_000)],
            ),
            Request { who: Who::Session(ses(2)), ..from_laptop(Action::Read) },
            3_700,
            Some((&["fresh-posture-for-restricted"], vec![Remedy::ReportPosture])),
        ),
        case(
            "a restricted page an hour after signing in",
            with(Restricted, vec![long_session(2), all_checks(1, 3_600, CheckResult::Pass).at(3_650)]),
            Request { who: Who::Session(ses(2)), ..from_laptop(Action::Read) },
            3_700,
            Some((&["fresh-for-restricted"], vec![Remedy::Reauthenticate])),
        ),
        case(
            "administering without a grant",
            with(Internal, vec![group("administrators"), join("administrators", Member::Person(per(1)))]),
            from_laptop(Action::Administer),
            20,
            Some((&["privileged-needs-grant"], vec![Remedy::RequestGrant])),
        ),
        case(
            "administering with one",
            with(
                Internal,
                vec![
                    group("administrators"),
                    join("administrators", Member::Person(per(1))),
                    request(1, 1),
                    approve(1),
                ],
            ),
            from_laptop(Action::Administer),
            20,
            None,
        ),
        case(
            "administering with one that is over",
            with(
                Internal,
                vec![
                    group("administrators"),
                    join("administrators", Member::Person(per(1))),
                    request(1, 1),
                    approve(1),
                ],
            ),
            from_laptop(Action::Administer),
            GRANT_ENDS,
            Some((&["privileged-needs-grant"], vec![Remedy::RequestGrant])),
        ),
        case(
            "a person at high risk",
            with(Internal, vec![risk(1, RiskLevel::High)]),
            from_laptop(Action::Read),
            20,
            Some((&["no-high-risk"], vec![Remedy::AskOwner])),
        ),
        case(
            "an exception for one guardrail",
            with(Internal, vec![excepted(1, "unmanaged-read-only")]),
            asking(Action::Write),
            20,
            None,
        ),
        case(
            "the same after its end",
            with(Internal, vec![excepted(1, "unmanaged-read-only")]),
            asking(Action::Write),
            GRANT_ENDS,
            Some((&["unmanaged-read-only"], vec![Remedy::UseManagedDevice])),
        ),
        case(
            "somebody suspended of whom another system asks",
            with(Internal, vec![suspend(1)]),
            Request { who: Who::Person(per(1)), ..asking(Action::Read) },
            20,
            Some((&[reserved::SUSPENDED], vec![Remedy::AskOwner])),
        ),
        case(
            "an application that is not there",
            before(Internal),
            Request {
                application: name("shop"),
                resource: "shop/x".parse().unwrap(),
                ..asking(Action::Read)
            },
            20,
            Some((&[reserved::UNKNOWN_APPLICATION], vec![Remedy::AskOwner])),
        ),
    ]
}

#[test]
fn each_case_falls_as_it_should_and_its_remedy_opens_it() {
    let policies = shipped();
    for case in cases() {
        let world = Arc::new(told(&case.world));
        let answer = decide(&world, &policies, &case.request, at(case.now));
        let mut reasons: Vec<_> = answer.decision().reasons.iter().map(ToString::to_string).collect();
        reasons.sort();
        match &case.denied {
            None => {
                assert_eq!(answer.decision().effect, Effect::Allow, "{}: {reasons:?}", case.name);
                assert!(answer.permit().is_some(), "{}", case.name);
                assert!(answer.decision().remedies.is_empty(), "{}", case.name);
            }
            Some((because, remedies)) => {
                assert_eq!(answer.decision().effect, Effect::Deny, "{}", case.name);
                assert!(answer.permit().is_none(), "{}: a denial has no permit", case.name);
                assert_eq!(&answer.decision().remedies, remedies, "{}", case.name);
                for because in *because {
                    assert!(reasons.iter().any(|reason| reason == because), "{}: {reasons:?}", case.name);
                }
            }
        }
    }
}

#[test]
fn what_is_only_observed_goes_ahead_and_says_so() {
    let mut story = before(Sensitivity::Restricted);
    story.push(observe("wiki"));
    let answer = decide(&Arc::new(told(&story)), &shipped(), &asking(Action::Read), at(20));
    assert_eq!(answer.decision().effect, Effect::Deny);
    assert!(!answer.decision().enforced);
    assert!(answer.permit().is_some());
}

#[test]
fn an_answer_is_alive_until_something_that_it_read_changes() {
    let policies = shipped();
    let mut story = before(Sensitivity::Confidential);
    story.extend(healthy());
    story.push(person(2));
    let world = told(&story);
    let asked = Arc::new(world.clone());
    let ask = || decide(&asked, &policies, &from_laptop(Action::Read), at(20));
    let answer = ask();
    assert_eq!(answer.decision().effect, Effect::Allow);
    let alive_after = |more: Line| {
        let mut next = world.clone();
        tell(&mut next, &[more]);
        // Each of these worlds continues a separate history, and an answer belongs to one history.
        let answer = ask();
        let alive = answer.is_alive(&next, &policies, at(20));
        assert_eq!(alive, answer.is_alive(&next, &policies, at(20)), "asked again, it is the same");
        alive
    };
    // Unrelated facts.
    assert!(alive_after(person(3)));
    assert!(alive_after(suspend(2)));
    assert!(alive_after(application("shop")));
    assert!(alive_after(device(2)));
    // Facts about values that it read.
    assert!(!alive_after(end_session(1)));
    assert!(!alive_after(suspend(1)));
    assert!(!alive_after(remove_person(1)));
    assert!(!alive_after(risk(1, RiskLevel::Medium)));
    assert!(!alive_after(one_check(1, 30, PostureCheck::Firewall, CheckResult::Fail).at(30)));
    assert!(!alive_after(label("wiki/pages", None)));
    assert!(!alive_after(observe("wiki")));
    assert!(!alive_after(excepted(1, "managed-device")));
    assert!(!alive_after(request(1, 1)));
    // Another policy set with the same text.
    assert!(!answer.is_alive(&world, &shipped(), at(20)));
    // Before the decision, or after its end of validity.
    assert!(!answer.is_alive(&world, &policies, at(19)));
    let until = answer.decision().valid_until;
    assert!(answer.is_alive(&world, &policies, until));
    assert!(!answer.is_alive(&world, &policies, until.plus(Duration::from_micros(1))));
}

#[test]
fn membership_through_any_depth_is_part_of_what_was_read() {
    let mut story = before(Sensitivity::Internal);
    story.extend([
        group("staff"),
        group("team"),
        join("staff", in_group("team")),
        join("team", Member::Person(per(1))),
    ]);
    let mut files = defaults();
    files.insert(
        "applications/wiki.cedar".into(),
        starter_permits(&name("wiki"), Some(&"staff".parse().unwrap())),
    );
    let policies = Arc::new(PolicySet::parse(&files).unwrap());
    let world = told(&story);
    let ask = |world: &World| decide(&Arc::new(world.clone()), &policies, &asking(Action::Read), at(20));
    let answer = ask(&world);
    assert_eq!(answer.decision().effect, Effect::Allow);
    let mut next = world;
    tell(&mut next, &[leave("staff", in_group("team"))]);
    assert!(!answer.is_alive(&next, &policies, at(20)));
    let after = ask(&next);
    assert_eq!(after.decision().effect, Effect::Deny);
    assert_eq!(after.decision().reasons.first().unwrap().as_str(), reserved::NO_PERMIT);
    assert_eq!(after.decision().remedies, [Remedy::AskOwner]);
}

/// For as long as an answer is valid, a new decision has the same effect and the same reasons.
#[test]
fn until_its_time_is_up_asking_again_gives_the_same() {
    let policies = shipped();
    for case in cases() {
        let world = Arc::new(told(&case.world));
        let now = at(case.now);
        let ask = |now: Timestamp| decide(&world, &policies, &case.request, now);
        let first = ask(now);
        let until = first.decision().valid_until.min(now.plus(Duration::from_secs(90_000)));
        let span = until.since(now);
        for part in 0..=40u32 {
            let later = now.plus(span * part / 40);
            let again = ask(later);
            assert_eq!(again.decision().effect, first.decision().effect, "{} at {later}", case.name);
            assert_eq!(again.decision().reasons, first.decision().reasons, "{} at {later}", case.name);
        }
    }
}

#[test]
fn a_set_that_locks_every_administrator_out_is_known_before_it_runs() {
    let control = name("countersign");
    let nobody = told(&[application("countersign")]);
    let admins = told(&[
        application("countersign"),
        person(1),
        group("administrators"),
        join("administrators", Member::Person(per(1))),
    ]);
    assert!(keeps_an_administrator(&admins, &shipped(), &control, at(20)));
    let without_permit = PolicySet::parse(&defaults()).unwrap();
    assert!(!keeps_an_administrator(&admins, &without_permit, &control, at(20)));
    assert!(
        keeps_an_administrator(&nobody, &without_permit, &control, at(20)),
        "then the operator is the only one"
    );
    let mut files = defaults();
    files.insert("applications/countersign.cedar".into(), starter_permits(&control, None));
    files.insert(
        "guardrails/nobody.cedar".into(),
        "@id(\"nobody\")\n@owner(\"security\")\n@reason(\"Nobody.\")\n@review(\"2027-01-01\")\nforbid (principal, action, resource);\n".into(),
    );
    assert!(!keeps_an_administrator(&admins, &PolicySet::parse(&files).unwrap(), &control, at(20)));
}
