//! An answer that is reused is the one that a new decision would give at that moment, whatever happened in between.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use countersign_admission::{Answers, Request, Who};
use countersign_decide::{Answer, Decision, decide};
use countersign_facts::{Fact, Member, ServiceFact};
use countersign_names::{Action, CheckResult, PostureCheck, RiskLevel, Sensitivity};
use countersign_policy::{PolicySet, defaults, starter_permits};
use countersign_testkit::is_long;
use countersign_testkit::story::*;
use countersign_world::World;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What happens.
#[derive(Debug, Clone)]
enum Event {
    /// A fact, if the world takes it.
    Stated(Box<Line>),
    /// Seconds pass.
    Waited(i64),
    /// Another policy set comes into force.
    Published(usize),
    /// A request arrives. The device may have confirmed its posture this many seconds ago.
    Asked(Box<Request>, Option<i64>),
}

fn facts() -> impl Strategy<Value = Line> {
    let few = || 1_u128..3;
    let check = || select(&[CheckResult::Pass, CheckResult::Fail][..]);
    let staff = || few().prop_map(|n| Member::Person(per(n)));
    prop_oneof![
        few().prop_map(end_session),
        (1_u8..3, few(), few()).prop_map(|(n, owner, credential)| session(n, owner, credential)),
        (few(), select(RiskLevel::ALL)).prop_map(|(n, level)| risk(n, level)),
        few().prop_map(suspend),
        few().prop_map(|n| change_person(n, "other@example.test")),
        staff().prop_map(|member| join("staff", member)),
        staff().prop_map(|member| leave("staff", member)),
        (0_i64..4_000, check()).prop_map(|(collected, result)| all_checks(1, collected, result)),
        (0_i64..4_000, check()).prop_map(|(collected, result)| one_check(
            1,
            collected,
            PostureCheck::Firewall,
            result
        )),
        (few(), any::<bool>()).prop_map(|(owner, managed)| device_of(1, owner, managed)),
        select(&["wiki/pages", "wiki/admin"][..]).prop_flat_map(|part| {
            proptest::option::of(select(Sensitivity::ALL)).prop_map(move |level| label(part, level))
        }),
        Just(observe("wiki")),
        Just(stage("wiki", countersign_facts::ApplicationStage::Enforce)),
        (few(), few()).prop_map(|(n, owner)| request(n, owner)),
        few().prop_map(approve),
        few().prop_map(revoke_grant),
        few().prop_map(|n| exception_to("managed-device", n, 1)),
        few().prop_map(|n| exception(n, Some(1), Some("wiki"))),
        Just(network("office", &["10.0.0.0/8"])),
        Just(remove_network("office")),
        Just(remove_key(1)),
        Just(Line::of(Fact::Service(ServiceFact::Removed { service: svc(1) }))),
    ]
}

fn requests() -> impl Strategy<Value = Request> {
    let who = select(&[0_usize, 1, 1, 1, 2, 3, 4][..]);
    let action =
        select(&[Action::Read, Action::Read, Action::Write, Action::Download, Action::Administer][..]);
    let words = (select(&["GET", "PUT"][..]), select(&["/page", "/secret", "/secret/2"][..]), any::<bool>());
    let place = proptest::option::of(select(&["10.1.2.3", "192.0.2.7"][..]));
    let idle = select(&[0_i64, 60, 1_800, 40_000][..]);
    (who, any::<bool>(), any::<bool>(), action, words, place, idle).prop_map(
        |(who, has_key, is_admin, action, (operation, item, is_pdf), place, idle)| Request {
            who: [
                Who::Anonymous,
                Who::Session(ses(1)),
                Who::Session(ses(2)),
                Who::Person(per(1)),
                Who::Service(svc(1)),
            ][who],
            key: has_key.then(|| digest(1)),
            application: name("wiki"),
            resource: if is_admin { "wiki/admin" } else { "wiki/pages" }.parse().unwrap(),
            action,
            operation: operation.to_owned(),
            item: item.to_owned(),
            tags: BTreeMap::new(),
            content_type: is_pdf.then(|| "application/pdf".to_owned()),
            address: place.map(|place| place.parse().unwrap()),
            idle,
            posture_confirmed_at: None,
        },
    )
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    // Few different requests, asked again and again: that is when answers are reused.
    (vec(requests(), 1..5), vec((any::<prop::sample::Index>(), event()), 20..80)).prop_map(
        |(requests, events)| {
            let events = events.into_iter();
            events
                .map(|(index, event)| match event {
                    Event::Asked(_, confirmed) => {
                        Event::Asked(Box::new(index.get(&requests).clone()), confirmed)
                    }
                    event => event,
                })
                .collect()
        },
    )
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => facts().prop_map(|line| Event::Stated(Box::new(line))),
        2 => select(&[1_i64, 59, 300, 600, 899, 900, 901, 3_599, 3_600, 40_000][..]).prop_map(Event::Waited),
        1 => (0_usize..3).prop_map(Event::Published),
        10 => (requests(), proptest::option::weighted(0.2, 0_i64..100))
            .prop_map(|(request, confirmed)| Event::Asked(Box::new(request), confirmed)),
    ]
}

/// The shipped guardrails; with one more that reads words of the protocol; with one more that reads time and place.
fn policy_sets() -> [Arc<PolicySet>; 3] {
    let one = |id: &str, when: &str| {
        format!(
            "@id(\"{id}\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")\nforbid (principal, action, resource) when {{ {when} }};\n"
        )
    };
    let more = [
        String::new(),
        one(
            "words",
            "context.item like \"/secret*\" && context.operation != \"GET\" || context has content_type",
        ),
        one(
            "place",
            "context.time.hour >= 12 || (context has place && context.place.network == \"office\" && context has session && context.session.age > 1000)",
        ),
    ];
    more.map(|text| {
        let mut files = defaults();
        files.insert("applications/wiki.cedar".to_owned(), starter_permits(&name("wiki"), None));
        files.insert("guardrails/more.cedar".to_owned(), text);
        Arc::new(PolicySet::parse(&files).unwrap())
    })
}

fn begun() -> World {
    told(&[
        person(1),
        person(2),
        key(1, 1),
        key(2, 2),
        long_session(1),
        device_of(1, 1, true),
        all_checks(1, 10, CheckResult::Pass),
        service(1, 1),
        group("staff"),
        application("wiki"),
        label("wiki/pages", Some(Sensitivity::Internal)),
    ])
}

/// What a decision says, without the time for which it says so.
fn says(decision: &Decision) -> impl PartialEq + std::fmt::Debug + '_ {
    let Decision { effect, enforced, reasons, shadow, turned, errors, remedies, valid_until: _, reads: _ } =
        decision;
    (effect, enforced, reasons, shadow, turned, errors, remedies)
}

#[test]
fn a_reused_answer_is_what_a_new_decision_would_be() {
    let sets = policy_sets();
    let [reused, dead, allowed] = [const { Cell::new(0_u32) }; 3];
    let count = |cell: &Cell<u32>, when: bool| cell.set(cell.get() + u32::from(when));
    let check = |events: Vec<Event>| {
        let (answers, mut world, mut policies, mut now) =
            (Answers::default(), Arc::new(begun()), sets[0].clone(), 30);
        for event in events {
            let (request, confirmed) = match event {
                Event::Stated(line) => {
                    let mut next = World::clone(&world);
                    // A fact that contradicts is not stated.
                    if next.apply(&line.at(now).stated()).is_ok() {
                        world = Arc::new(next);
                    }
                    continue;
                }
                Event::Waited(seconds) => {
                    now += seconds;
                    continue;
                }
                Event::Published(set) => {
                    policies = sets[set].clone();
                    continue;
                }
                Event::Asked(request, confirmed) => (request, confirmed),
            };
            let request = Request { posture_confirmed_at: confirmed.map(|ago| at(now - ago)), ..*request };
            // As `Admission` does.
            let kept = answers.get(&request, &policies);
            count(&dead, kept.as_ref().is_some_and(|kept| !kept.is_alive(&world, &policies, at(now))));
            let new: Answer = decide(&world, &policies, &request, at(now));
            count(&allowed, new.decision().goes_ahead());
            match kept.filter(|kept| kept.is_alive(&world, &policies, at(now))) {
                Some(kept) => {
                    count(&reused, true);
                    prop_assert_eq!(says(kept.decision()), says(new.decision()), "{:?} at {}", request, now);
                }
                None => answers.put(&request, &Arc::new(new)),
            }
        }
        Ok(())
    };
    let cases = if is_long() { 20_000 } else { 200 };
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let result = runner.run(&events(), check);
    println!("{} reused, {} found dead, {} allowed", reused.get(), dead.get(), allowed.get());
    result.unwrap();
    // Answers that are never reused, or never end, would prove nothing.
    assert!(reused.get() > 500 && dead.get() > 100 && allowed.get() > 100);
}
