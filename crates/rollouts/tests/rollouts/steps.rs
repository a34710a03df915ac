//! When a rollout takes its next step, and when it must not.

use crate::post::{shipped, with};
use crate::watched::{HALF_MINUTE, MICROSECOND, WATCH, WatchedHouse, forbidding, sample, watch};
use countersign_decide::rollout::is_within;
use countersign_facts::{Fact, Member, RolloutFact};
use countersign_names::{Principal, RolloutId};
use countersign_policy::PolicySet;
use countersign_rollouts::{keeps_an_administrator_after, next_step};
use countersign_testkit::story::{
    Line, advance, application, at, count, finish, group, halt, join, name, per, person, rol, roll_out, told,
};
use countersign_world::{RolloutState, World};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;

const MANY: &str = "newly denied people > 100";

fn advanced(rollout: RolloutId, percent: u8) -> Vec<RolloutFact> {
    vec![RolloutFact::Advanced { rollout, percent }]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_was_used_is_followed_by_the_next_when_its_watch_is_over() {
    let mut house = WatchedHouse::new().await;
    let id = house.start(&[50, 80, 100], 4, MANY).await;
    for (percent, next) in [(50, Some(80)), (80, Some(100)), (100, None)] {
        assert_eq!(house.rollout(id).percent(), percent);
        // Somebody in the sample does what the policy does not turn: that is a witness, and nothing is counted.
        house.wait(MICROSECOND);
        assert!(house.writes(sample(id, percent).0[0]).await);
        house.wait(WATCH - MICROSECOND - MICROSECOND);
        assert_eq!(house.look().await, [], "{percent}: a microsecond is left");
        house.wait(MICROSECOND);
        let expected = next.map_or(vec![RolloutFact::Finished { rollout: id }], |next| advanced(id, next));
        assert_eq!(house.look().await, expected);
        assert_eq!(house.look().await, [], "one step a watch");
    }
    assert_eq!((&house.rollout(id).state, house.rollout(id).percent()), (&RolloutState::Finished, 100));
    house.wait(WATCH);
    assert!(!house.reads(1, "wiki").await, "it continues to count");
    assert_eq!(house.look().await, [], "nobody watches any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_counted_is_stated_with_the_step() {
    let mut house = WatchedHouse::new().await;
    let id = house.start(&[50, 100], 4, MANY).await;
    let first = sample(id, 50).0[0];
    house.reads(first, "wiki").await;
    house.look().await;
    // Once more, by somebody who is known: no news, but the step is due.
    house.reads(first, "wiki").await;
    house.wait(WATCH);
    let facts = house.look().await;
    let [RolloutFact::Counted { newly_denied, .. }, step] = facts.as_slice() else { panic!("{facts:?}") };
    assert_eq!((newly_denied.accesses, vec![step.clone()]), (1, advanced(id, 100)));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_processes_one_takes_the_step() {
    let mut house = WatchedHouse::new().await;
    let id = house.start(&[50, 80, 100], 4, MANY).await;
    house.writes(sample(id, 50).0[0]).await;
    house.wait(WATCH);
    let before = house.post.ledger.seq();
    let mut others = [watch(&house.post), watch(&house.post), watch(&house.post)];
    let [one, two, three] = &mut others;
    tokio::join!(one.look(), two.look(), three.look());
    assert_eq!(house.stated_after(before).await, advanced(id, 80));
    assert_eq!(house.look().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn rollouts_are_watched_each_by_itself() {
    let mut house = WatchedHouse::new().await;
    let one = house.start(&[50, 100], 4, MANY).await;
    house.wait(HALF_MINUTE);
    let begins = |id: &RolloutId| *id != one && sample(*id, 50).0.len() == 4;
    let two = (1..10_000).map(rol).find(begins).unwrap();
    let other = RolloutFact::Started {
        rollout: two,
        policy: "another".parse().unwrap(),
        text: countersign_testkit::story::digest(9),
        percents: vec![50, 100],
        watch_seconds: 60,
        halt_if: MANY.parse().unwrap(),
        why: None,
        rehearsal: None,
        predicted: Vec::new(),
    };
    house.state(other).await;
    house.wait(MICROSECOND);
    house.writes(sample(one, 50).0[0]).await;
    house.wait(HALF_MINUTE);
    assert_eq!(house.look().await, advanced(one, 100), "the other is not due");
    house.wait(HALF_MINUTE);
    // No set has a policy of that id, so nobody can have used an application that it applies to.
    assert_eq!(house.look().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_watches_by_itself_until_it_is_stopped() {
    let house = WatchedHouse::new().await;
    let id = house.start(&[50, 100], 4, MANY).await;
    let keeping = tokio::spawn(watch(&house.post).keep());
    house.reads(sample(id, 50).0[0], "wiki").await;
    let until = async |done: &dyn Fn(&World) -> bool| {
        let mut moved = house.post.ledger.moved();
        let waiting = async {
            while !done(&house.post.ledger.world()) {
                moved.changed().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(120), waiting).await.unwrap();
    };
    until(&|world| world.rollout_counts(id).is_some()).await;
    house.wait(WATCH);
    until(&|world| world.rollout(id).unwrap().percent() == 100).await;
    keeping.abort();
    assert!(keeping.await.unwrap_err().is_cancelled());
}

static SHIPPED: LazyLock<PolicySet> = LazyLock::new(|| PolicySet::parse(&shipped()).unwrap());

proptest! {
    /// Whatever its percentages, a rollout takes each of them once, in order, and then finishes.
    #[test]
    fn each_percentage_is_taken_once(below in proptest::collection::btree_set(1_u8..100, 0..19)) {
        let percents: Vec<u8> = below.into_iter().collect::<BTreeSet<_>>().into_iter().chain([100]).collect();
        let mut story = vec![roll_out(1, "more", &percents)];
        let mut taken = vec![percents[0]];
        loop {
            let world = told(&story);
            let rollout = world.rollout(rol(1)).unwrap();
            match next_step(&world, rollout, &SHIPPED, &name("countersign"), at(20)) {
                Fact::Rollout(RolloutFact::Advanced { rollout, percent }) => {
                    prop_assert_eq!(rollout, rol(1));
                    taken.push(percent);
                    story.push(advance(1, percent));
                }
                end => {
                    prop_assert_eq!(end, Fact::Rollout(RolloutFact::Finished { rollout: rol(1) }));
                    break;
                }
            }
        }
        prop_assert_eq!(taken, percents);
    }
}

/// An installation with one administrator, and a policy on trial about the control plane.
fn administered(policy: &str) -> (Vec<Line>, PolicySet, RolloutId) {
    // Somebody whom only the second step reaches.
    let late = |n: &u128| {
        let within = |percent| is_within(rol(*n), percent, Principal::Person(per(1)));
        !within(50) && within(80)
    };
    let id = (1..10_000).find(late).unwrap();
    let story = vec![
        application("countersign"),
        group("administrators"),
        person(1),
        join("administrators", Member::Person(per(1))),
        roll_out(id, "more", &[50, 80, 100]),
    ];
    let mut files = with(&format!("@stage(\"shadow\") {policy}"));
    let permit = "@id(\"own\")\n@owner(\"house\")\n@reason(\"Theirs.\")\n@review(\"2027-05-31\")\n\
        permit (principal in Countersign::Group::\"administrators\", action, resource in \
        Countersign::Application::\"countersign\");\n";
    files.insert("applications/countersign.cedar".to_owned(), permit.to_owned());
    (story, PolicySet::parse(&files).unwrap(), rol(id))
}

const SHUT: &str = "forbid (principal, action, resource in Countersign::Application::\"countersign\");";

#[test]
fn a_step_that_would_lock_every_administrator_out_halts_instead() {
    let own = name("countersign");
    let step = |policy: &str, more: &[Line]| {
        let (mut story, policies, id) = administered(policy);
        story.extend_from_slice(more);
        let world = told(&story);
        (id, next_step(&world, world.rollout(id).unwrap(), &policies, &own, at(20)))
    };
    let (id, halted) = step(SHUT, &[]);
    let why = "at 80 percent no administrator could reach the control plane any more".to_owned();
    assert_eq!(halted, Fact::Rollout(RolloutFact::Halted { rollout: id, why, example: None }));

    // What an administrator can do something about locks nobody out, nor does a policy about something else.
    let advanced = |id| Fact::Rollout(RolloutFact::Advanced { rollout: id, percent: 80 });
    let (id, step_up) = step(
        "forbid (principal, action, resource in Countersign::Application::\"countersign\") \
         unless { context has device && context.device.compliant };",
        &[],
    );
    assert_eq!(step_up, advanced(id));
    let (id, elsewhere) =
        step("forbid (principal, action, resource in Countersign::Application::\"wiki\");", &[]);
    assert_eq!(elsewhere, advanced(id));

    // A second administrator whom the step does not reach keeps the door open.
    let (_, _, id) = administered(SHUT);
    let spared = (2..10_000).find(|n| !is_within(id, 80, Principal::Person(per(*n)))).unwrap();
    let more = [person(spared), join("administrators", Member::Person(per(spared)))];
    assert_eq!(step(SHUT, &more), (id, advanced(id)));
}

#[test]
fn only_the_steps_that_reach_the_last_administrator_lock_them_out() {
    let (mut story, policies, id) = administered(SHUT);
    let (own, now) = (name("countersign"), at(20));
    let fact = |percent| Fact::Rollout(RolloutFact::Advanced { rollout: id, percent });
    let keeps = |world: &World, fact: Fact| keeps_an_administrator_after(world, fact, &policies, &own, now);
    let world = told(&story);
    assert!(!keeps(&world, fact(80)));
    // The world itself refuses a step that is not the next, with its own message.
    assert!(keeps(&world, fact(100)));
    assert!(keeps(&world, Fact::Rollout(RolloutFact::Ended { rollout: id })));
    // Where there was no administrator, nobody is locked out: the operator remains.
    story.remove(3);
    assert!(keeps(&told(&story), fact(80)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_watch_halts_a_rollout_that_would_lock_everybody_out() {
    let (story, _, id) = administered(SHUT);
    let mut files = with(&format!("@stage(\"shadow\") {SHUT}"));
    files.insert("applications/countersign.cedar".to_owned(), String::new());
    let mut house = WatchedHouse::over(&forbidding()).await;
    // All but the person, who is there already, and the rollout.
    for line in [&story[0], &story[1], &story[3]] {
        house.post.ledger.state(countersign_facts::Actor::Operator, vec![line.stated().fact]).await.unwrap();
    }
    house.post.publish(&files).await;
    house.start_as(id, &[50, 80, 100], MANY).await;
    house.wait(MICROSECOND);
    // The policy is about the control plane, so that is what its witness has to use.
    let user = sample(id, 50).0.into_iter().find(|n| *n != 1).unwrap();
    let mut request = crate::post::asking(user, "countersign", countersign_names::Action::Read, "/");
    request.resource = "countersign/pages".parse().unwrap();
    assert!(!house.post.ask(request).await);
    house.wait(WATCH);
    let facts = house.look().await;
    let Some(RolloutFact::Halted { why, example, .. }) = facts.last() else { panic!("{facts:?}") };
    assert_eq!((why.contains("no administrator could reach"), example), (true, &None), "{why}");
}

/// Other ends of a rollout are not steps of it.
#[test]
fn a_rollout_that_ended_otherwise_is_not_due() {
    for (end, is_due) in
        [(halt(1), false), (finish(1), false), (count(1, &[2], 1), true), (advance(1, 100), true)]
    {
        let percents: &[u8] = if matches!(end.stated().fact, Fact::Rollout(RolloutFact::Finished { .. })) {
            &[100]
        } else {
            &[50, 100]
        };
        let world = told(&[person(2), roll_out(1, "more", percents), end.clone()]);
        assert_eq!(world.rollout(rol(1)).unwrap().due_at().is_some(), is_due, "{end:?}");
    }
}
