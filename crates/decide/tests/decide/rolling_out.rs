//! Staged rollouts: which principals are reached, their answers, and when an answer ends because a rollout moved.
#![expect(clippy::unwrap_used, clippy::unreachable, reason = "tests stop at the first surprise")]

use countersign_decide::{Answer, Effect, Request, Who, decide, rollout};
use countersign_facts::{Digest, Fact, RolloutFact};
use countersign_names::{Action, Principal, Sensitivity};
use countersign_policy::{PolicySet, defaults, starter_permits};
use countersign_testkit::story::*;
use countersign_world::World;
use std::collections::BTreeMap;
use std::sync::Arc;

const TRIED: &str = "@id(\"on-trial\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\") @stage(\"shadow\")\n\
    forbid (principal, action, resource) unless { context has device && context.device.managed };\n";

fn set(tried: &str) -> Arc<PolicySet> {
    let mut files = defaults();
    files.insert("applications/wiki.cedar".to_owned(), starter_permits(&name("wiki"), None));
    files.insert("guardrails/tried.cedar".to_owned(), tried.to_owned());
    Arc::new(PolicySet::parse(&files).unwrap())
}

/// Many people, each signed in, and a wiki.
fn many(people: u8) -> Vec<Line> {
    let mut story: Vec<Line> = vec![application("wiki"), label("wiki/pages", Some(Sensitivity::Internal))];
    for n in 1..=people {
        story.extend([person(n.into()), key(n.into(), n.into()), session(n, n.into(), n.into())]);
    }
    story
}

fn ask(world: &Arc<World>, policies: &Arc<PolicySet>, n: u8) -> Answer {
    let request = Request {
        who: if n == 0 { Who::Anonymous } else { Who::Session(ses(n.into())) },
        key: None,
        application: name("wiki"),
        resource: "wiki/pages".parse().unwrap(),
        action: Action::Read,
        operation: "GET".into(),
        item: "/".into(),
        tags: BTreeMap::new(),
        content_type: None,
        address: None,
        idle: 0,
        posture_confirmed_at: None,
    };
    decide(world, policies, &request, at(20))
}

/// Applies the lines of a story to a world.
fn then(world: &Arc<World>, story: &[Line]) -> Arc<World> {
    let mut next = World::clone(world);
    tell(&mut next, story);
    Arc::new(next)
}

#[test]
fn a_place_is_what_the_guide_says_it_is() {
    // `printf 'rol_00000000000000000000000000000001 per_00000000000000000000000000000001' | sha256sum`, the first 16
    // digits as a number, modulo 100.
    let places: Vec<_> =
        (1..=3).map(|n| rollout::place(rol(1), Principal::Person(per(n))).unwrap()).collect();
    assert_eq!(places, [64, 59, 78]);
    assert_eq!(rollout::place(rol(1), Principal::Anonymous), None);
    assert!(rollout::place(rol(1), Principal::Service(svc(1))).is_some());
}

#[test]
fn a_sample_is_about_as_large_as_it_says_and_only_grows() {
    let people: Vec<Principal> = (0..10_000).map(|n| Principal::Person(per(n))).collect();
    for percent in [1_u8, 5, 25, 50, 99] {
        let within = people.iter().filter(|who| rollout::is_within(rol(7), percent, **who)).count();
        let expected = usize::from(percent) * 100;
        assert!(within.abs_diff(expected) < 300, "{within} of 10000 at {percent} percent");
    }
    for who in &people[..500] {
        let reached: Vec<bool> = (0..=100).map(|percent| rollout::is_within(rol(7), percent, *who)).collect();
        assert!(reached.is_sorted(), "{who} was reached and then not");
        assert!(!reached[0] && reached[100]);
    }
    let other = people
        .iter()
        .filter(|who| rollout::is_within(rol(7), 10, **who) && rollout::is_within(rol(8), 10, **who));
    assert!(other.count() < 300, "another rollout begins with the same people");
}

#[test]
fn whoever_is_reached_is_judged_by_the_policy_and_nobody_else() {
    let policies = set(TRIED);
    let before = Arc::new(told(&many(40)));
    let mut world = then(&before, &[roll_out(1, "on-trial", &[25, 60, 100])]);
    for percent in [25, 60, 100] {
        let mut reached = 0;
        for n in 1..=40 {
            let within = rollout::is_within(rol(1), percent, Principal::Person(per(n.into())));
            let answer = ask(&world, &policies, n);
            let decision = answer.decision();
            reached += u8::from(within);
            assert_eq!(decision.effect == Effect::Deny, within, "person {n} at {percent} percent");
            assert_eq!(answer.evidence().unwrap().rollouts.len(), usize::from(within));
            let named = |ids: &[countersign_names::PolicyId]| ids.iter().any(|id| id.as_str() == "on-trial");
            assert_eq!(named(&decision.reasons), within);
            assert_eq!(named(&decision.turned), within);
            assert_eq!(named(&decision.shadow), !within);
            let without = ask(&before, &policies, n);
            assert_eq!(without.decision().effect, Effect::Allow);
        }
        assert!(reached > 0 && (reached < 40 || percent == 100), "{reached} of 40 at {percent} percent");
        // `signed-in` denies the anonymous principal in any case, so the rollout changed nothing.
        assert!(ask(&world, &policies, 0).decision().turned.is_empty());
        if let Some(next) = world.rollout(rol(1)).unwrap().next() {
            world = then(&world, &[advance(1, next)]);
        }
    }
    let halted = then(&world, &[halt(1)]);
    for n in 1..=40 {
        assert_eq!(ask(&halted, &policies, n).decision(), ask(&before, &policies, n).decision());
    }
}

#[test]
fn an_answer_ends_when_a_rollout_moves_and_not_when_it_is_counted() {
    let policies = set(TRIED);
    let mut world = Arc::new(told(&many(1)));
    for line in [roll_out(1, "on-trial", &[25, 100]), advance(1, 100), halt(1)] {
        let answer = ask(&world, &policies, 1);
        let unmoved = then(&world, &[group("unrelated"), remove_group("unrelated")]);
        assert!(answer.is_alive(&unmoved, &policies, at(20)));
        world = then(&world, &[line]);
        assert!(!answer.is_alive(&world, &policies, at(20)));
    }
    let world = then(&world, &[roll_out(2, "on-trial", &[100])]);
    let answer = ask(&world, &policies, 1);
    assert!(answer.is_alive(&then(&world, &[count(2, &[1], 1)]), &policies, at(20)));
}

#[test]
fn a_plan_counts_a_rollout_for_the_text_that_it_is_of_and_no_other() {
    let policies = set(TRIED);
    let of = Digest::new(*rollout::text_of(policies.get(&"on-trial".parse().unwrap()).unwrap()).as_bytes());
    let world = Arc::new(told(&many(1)));
    let mut stated = roll_out(1, "on-trial", &[100]).at(11).stated();
    let Fact::Rollout(RolloutFact::Started { text, .. }) = &mut stated.fact else { unreachable!() };
    *text = of;
    let mut next = World::clone(&world);
    next.apply(&stated).unwrap();
    let world = Arc::new(next);
    let answer = ask(&world, &policies, 1);
    assert_eq!(answer.decision().effect, Effect::Deny);
    let before = ask(&Arc::new(told(&many(1))), &policies, 1);
    assert_eq!(before.decision().effect, Effect::Allow);
    assert_eq!(before.trying(&"on-trial".parse().unwrap()).unwrap().effect, Effect::Deny);
    // The same text in another set: the rollout continues. Another text: it would be halted.
    assert_eq!(answer.under(&set(&format!("// moved\n{TRIED}"))).effect, Effect::Deny);
    assert_eq!(answer.under(&set(&TRIED.replace("managed", "compliant"))).effect, Effect::Allow);
    assert_eq!(answer.under(&set("")).effect, Effect::Allow);
    // Without the shadow stage the policy is enforced by itself.
    let enforced = set(&TRIED.replace("@stage(\"shadow\")", ""));
    assert_eq!(answer.under(&enforced).effect, Effect::Deny);

    let settled = |set: &PolicySet| rollout::settled_by(&world, set);
    assert!(settled(&policies).is_empty());
    assert_eq!(settled(&enforced), [Fact::Rollout(RolloutFact::Ended { rollout: rol(1) })]);
    let words = |set: &PolicySet| match settled(set).pop() {
        Some(Fact::Rollout(RolloutFact::Halted { why, .. })) => why,
        other => format!("{other:?}"),
    };
    assert!(words(&set(&TRIED.replace("managed", "compliant"))).contains("was changed"));
    assert!(words(&set("")).contains("was removed"));
}
