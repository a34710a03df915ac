//! The world reports as touched everything that a fact changes and that an answer may rest on, and little else.

use crate::holding::{ANYBODY, ask, asking, set, then};
use countersign_decide::{Request, Who};
use countersign_facts::{
    Actor, Device, DeviceFact, Digest, Fact, Member, PoliciesFact, ServiceFact, TokenBinding,
};
use countersign_names::{CheckResult, RiskLevel, Sensitivity};
use countersign_testkit::story::*;
use countersign_world::{PROVISIONING_COMMAND, PROVISIONING_RESOURCE, Touched, World};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn service_line(fact: ServiceFact) -> Line {
    Line::of(Fact::Service(fact))
}

fn issue(n: u8, service: u128) -> Line {
    let (token, service, secret) = (tok(n.into()), svc(service), digest(100 + n));
    service_line(ServiceFact::TokenIssued { token, service, secret, application: None, expires_at: at(900) })
}

fn bind(n: u8, key: u8) -> Line {
    let (token, key) = (tok(n.into()), Some(digest(key)));
    service_line(ServiceFact::TokenBound(TokenBinding { token, key, commands: BTreeSet::new() }))
}

/// Binds a token to no key, so that it is for provisioning.
fn provisioning(n: u8) -> Line {
    let commands = BTreeSet::from([PROVISIONING_COMMAND.to_owned()]);
    service_line(ServiceFact::TokenBound(TokenBinding { token: tok(n.into()), key: None, commands }))
}

fn device_with(n: u128, key: Option<Digest>) -> Line {
    let about =
        Device { name: "Laptop".to_owned(), owner: None, platform: "Linux".to_owned(), managed: true, key };
    Line::of(Fact::Device(DeviceFact::Changed { device: dev(n), about }))
}

fn published() -> Line {
    let (version, files) = (digest(9), BTreeMap::new());
    Line::of(Fact::Policies(PoliciesFact::Published { version, files })).by(Actor::Operator)
}

/// Generates any fact about values that decisions read.
fn any_line() -> impl Strategy<Value = Line> {
    let few = || 1u128..3;
    let some = || 1u8..3;
    let members = prop_oneof![
        few().prop_map(|n| Member::Person(per(n))),
        few().prop_map(|n| Member::Service(svc(n))),
        Just(in_group("inner")),
    ];
    let people = prop_oneof![
        few().prop_map(person),
        few().prop_map(|n| change_person(n, "other@example.test")),
        few().prop_map(suspend),
        few().prop_map(remove_person),
        (few(), few()).prop_map(|(n, owner)| key(n, owner)),
        few().prop_map(remove_key),
        (some(), few(), few()).prop_map(|(n, owner, credential)| session(n, owner, credential)),
        few().prop_map(step_up),
        few().prop_map(end_session),
        few().prop_map(|n| risk(n, RiskLevel::High)),
        members.clone().prop_map(|member| join("staff", member)),
        members.prop_map(|member| leave("staff", member)),
        few().prop_map(|n| join("inner", Member::Person(per(n)))),
        Just(remove_group("inner")),
    ];
    let things = prop_oneof![
        few().prop_map(device),
        (few(), proptest::option::of(some())).prop_map(|(n, key)| device_with(n, key.map(digest))),
        (few(), 0i64..60).prop_map(|(n, collected)| posture(n, collected, CheckResult::Pass)),
        few().prop_map(|n| Line::of(Fact::Device(DeviceFact::Removed { device: dev(n) }))),
        few().prop_map(|n| service(n, 1)),
        few().prop_map(|n| service_line(ServiceFact::Removed { service: svc(n) })),
        (some(), few()).prop_map(|(n, owner)| issue(n, owner)),
        (some(), some()).prop_map(|(n, key)| bind(n, key)),
        few().prop_map(|n| service_line(ServiceFact::TokenRevoked { token: tok(n) })),
        Just(label("wiki/pages", Some(Sensitivity::Public))),
        Just(observe("wiki")),
        Just(application("other")),
        Just(remove_application("wiki")),
    ];
    let privilege = prop_oneof![
        (few(), few()).prop_map(|(n, owner)| request(n, owner)),
        few().prop_map(approve),
        few().prop_map(revoke_grant),
        few().prop_map(|n| exception(n, Some(1), Some("wiki"))),
        few().prop_map(|n| roll_out(n, "on-trial", &[5, 100])),
        few().prop_map(halt),
        Just(published()),
    ];
    prop_oneof![4 => people, 4 => things, 2 => privilege]
}

fn requests() -> Vec<Request> {
    let who = [Who::Anonymous, Who::Session(ses(1)), Who::Session(ses(2)), Who::Person(per(1))];
    let who = who.into_iter().chain([Who::Service(svc(1)), Who::Service(svc(2))]);
    let keys = [None, Some(digest(1)), Some(digest(2))];
    who.flat_map(|who| keys.map(|key| Request { key, ..asking(who) })).collect()
}

/// A world with one of everything that decisions read.
fn begun() -> World {
    told(&[
        person(1),
        key(1, 1),
        session(1, 1, 1),
        device(1),
        service(1, 1),
        issue(1, 1),
        application("wiki"),
        group("staff"),
    ])
}

/// Folds the valid facts, and skips the others.
fn and_then(world: &World, lines: &[Line]) -> World {
    let mut next = world.clone();
    for line in lines {
        let _contradiction = next.apply(&line.stated());
    }
    next
}

proptest! {
    #[test]
    fn what_ends_an_answer_is_among_what_was_touched(
        before in proptest::collection::vec(any_line(), 0..40),
        after in proptest::collection::vec(any_line(), 1..6),
    ) {
        let begun = then(&begun(), &[bind(1, 1), group("inner")]);
        let world = and_then(&begun, &before);
        let moved = and_then(&world, &after);
        let policies = set(&[("open", ANYBODY)]);
        for request in requests() {
            let answer = ask(&world, &policies, &request, at(20));
            if answer.is_alive(&moved, &policies, at(20)) {
                continue;
            }
            let Some(rests_on) = answer.rests_on() else { continue };
            if let Some(touched) = moved.touched_since(world.seq()) {
                let told = touched.iter().any(|touched| rests_on.contains(touched));
                prop_assert!(told, "{request:?} rests on {rests_on:?}, and only {touched:?} was touched");
            }
        }
    }
}

#[test]
fn a_move_touches_what_it_changes_and_nothing_else() {
    let world = begun();
    for (line, touched) in [
        (person(2), vec![Touched::Person(per(2))]),
        (risk(1, RiskLevel::High), vec![Touched::Person(per(1))]),
        (request(1, 1), vec![Touched::Person(per(1))]),
        (join("staff", Member::Person(per(1))), vec![Touched::Person(per(1))]),
        (session(2, 1, 1), vec![Touched::Session(ses(2))]),
        (end_session(1), vec![Touched::Session(ses(1))]),
        (posture(1, 15, CheckResult::Pass), vec![Touched::Device(dev(1))]),
        (bind(1, 1), vec![Touched::Tokens]),
        (label("wiki/pages", None), vec![Touched::Application(name("wiki"))]),
        (group("else"), vec![]),
        (invite(1, 1, false), vec![]),
    ] {
        assert_eq!(
            then(&world, std::slice::from_ref(&line)).touched_since(world.seq()),
            Some(touched),
            "{line:?}"
        );
    }
    let suspended = then(&world, &[suspend(1)]).touched_since(world.seq()).unwrap();
    assert_eq!(suspended, [Touched::Person(per(1)), Touched::Session(ses(1))]);
    for line in [published(), exception(1, Some(1), Some("wiki")), roll_out(1, "on-trial", &[5, 100])] {
        assert_eq!(
            then(&world, std::slice::from_ref(&line)).touched_since(world.seq()),
            None,
            "{line:?} is for everybody"
        );
        // A later fact touches it again.
        let after = then(&world, &[line]);
        let next = then(&after, &[person(2)]);
        assert_eq!(next.touched_since(after.seq()), Some(vec![Touched::Person(per(2))]));
    }
}

#[test]
fn who_is_far_behind_looks_at_everything() {
    let world = told(&[person(1)]);
    let lines: Vec<_> = (0..1025).map(|n| risk(1, [RiskLevel::Low, RiskLevel::High][n % 2])).collect();
    let far = then(&world, &lines);
    assert_eq!(far.touched_since(far.seq()), Some(vec![]));
    assert_eq!(far.touched_since(far.seq() + 1), Some(vec![]), "somebody who has seen more");
    assert_eq!(far.touched_since(world.seq() + 1).unwrap().len(), 1024);
    assert_eq!(far.touched_since(world.seq()), None);
    let many: Vec<_> = (10..1100).map(|n| person_with(n, &format!("p{n}@crowd.test"), &[])).collect();
    let joined = many.iter().zip(10..).map(|(_, n)| join("staff", Member::Person(per(n))));
    let crowd =
        then(&told(&[group("staff"), group("all")]), &many.iter().cloned().chain(joined).collect::<Vec<_>>());
    let moved = then(&crowd, &[join("all", in_group("staff"))]);
    assert_eq!(moved.touched_since(crowd.seq()), None, "more than are counted");
}

/// A token that is bound to no key proves who provisions, and nothing else; and an answer ends with it.
#[test]
fn a_token_for_provisioning_is_evidence_where_people_are_pushed_alone() {
    let lines = [person(1), service(1, 1), service(2, 1), issue(1, 1), issue(2, 2), provisioning(1)];
    let world = told(&[&lines[..], &[application("countersign"), application("wiki")]].concat());
    let policies = set(&[("open", ANYBODY)]);
    let method = |world: &World, who: u128, application: &str, resource: &str| {
        let (application, resource) = (name(application), resource.parse().unwrap());
        let request = Request { application, resource, ..asking(Who::Service(svc(who))) };
        let answer = ask(world, &policies, &request, at(20));
        let method = answer.evidence().and_then(|seen| Some(seen.question.authentication.clone()?.method));
        (method, answer)
    };
    let provisions = |world: &World| method(world, 1, "countersign", PROVISIONING_RESOURCE);
    let (found, answer) = provisions(&world);
    assert_eq!(found.as_deref(), Some("provisioning-token"));
    assert_eq!(method(&world, 1, "countersign", "countersign/control").0, None);
    assert_eq!(method(&world, 1, "wiki", "wiki/pages").0, None);
    assert_eq!(method(&world, 2, "countersign", PROVISIONING_RESOURCE).0, None, "its token names no command");
    assert!(answer.is_alive(&world, &policies, at(899)) && !answer.is_alive(&world, &policies, at(900)));
    let revoked = then(&world, &[service_line(ServiceFact::TokenRevoked { token: tok(1) })]);
    assert!(!answer.is_alive(&revoked, &policies, at(20)));
    assert_eq!(provisions(&revoked).0, None);
}
