//! After time was set back, nothing is allowed that was denied at the moment that was held.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::holding::{ANYBODY, ask, asking, set};
use countersign_decide::{Effect, Request, Who};
use countersign_facts::{
    AcceptedClock, ExceptionFact, ExceptionScope, Fact, GrantFact, JournalFact, ServiceFact, Session,
    SessionFact, TokenBinding,
};
use countersign_names::{Assurance, CheckResult, Sensitivity, Timestamp};
use countersign_policy::PolicySet;
use countersign_testkit::story::*;
use countersign_world::World;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Something that happens at a moment and may end at a later one, both in seconds.
#[derive(Debug, Clone)]
struct Happening {
    at: i64,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Session { person: u128, life: i64 },
    Grant { person: u128, life: i64 },
    Exception { person: u128, life: i64 },
    Token { service: u128, life: i64 },
    Posture { device: u128, age: i64, passes: bool },
}

fn happening() -> impl Strategy<Value = Happening> {
    let (some, life) = (1u128..4, 1i64..4_000);
    let what = prop_oneof![
        (some.clone(), life.clone()).prop_map(|(person, life)| What::Session { person, life }),
        (some.clone(), life.clone()).prop_map(|(person, life)| What::Grant { person, life }),
        (some.clone(), life.clone()).prop_map(|(person, life)| What::Exception { person, life }),
        (some.clone(), life).prop_map(|(service, life)| What::Token { service, life }),
        (some, 0i64..200, any::<bool>()).prop_map(|(device, age, passes)| What::Posture {
            device,
            age,
            passes
        }),
    ];
    (20i64..3_000, what).prop_map(|(at, what)| Happening { at, what })
}

fn lines(n: u8, what: &What, now: i64) -> Vec<Line> {
    let number = u128::from(n);
    let facts = match *what {
        What::Session { person, life } => vec![Fact::Session(SessionFact::Started {
            session: ses(number),
            about: Session {
                person: per(person),
                credential: cred(person),
                secret: digest(n),
                assurance: Assurance::Aal2,
                address: None,
                expires_at: at(now + life),
            },
        })],
        What::Grant { person, life } => {
            let asked = GrantFact::Requested {
                grant: gra(number),
                person: per(person),
                application: name("wiki"),
                reason: "test".into(),
                seconds: 4_000,
            };
            let approved = GrantFact::Approved { grant: gra(number), expires_at: at(now + life) };
            vec![Fact::Grant(asked), Fact::Grant(approved)]
        }
        What::Exception { person, life } => vec![Fact::Exception(ExceptionFact::Opened {
            exception: exc(number),
            policy: "managed-device".parse().unwrap(),
            scope: ExceptionScope { person: Some(per(person)), group: None, application: None },
            owner: per(1),
            authority: "CISO".into(),
            reason: "test".into(),
            expires_at: at(now + life),
        })],
        What::Token { service, life } => {
            let of = u8::try_from(service).unwrap();
            let (token, service, secret) = (tok(number), svc(service), digest(100 + n));
            let expires_at = at(now + life);
            let issued = ServiceFact::TokenIssued { token, service, secret, application: None, expires_at };
            // The key of the device of the same number.
            let key = Some(digest(of));
            let bound = ServiceFact::TokenBound(TokenBinding { token, key, commands: BTreeSet::new() });
            vec![Fact::Service(issued), Fact::Service(bound)]
        }
        What::Posture { device, age, passes } => {
            let result = if passes { CheckResult::Pass } else { CheckResult::Fail };
            return vec![all_checks(device, now - age, result).at(now)];
        }
    };
    facts.into_iter().map(|fact| Line::of(fact).at(now)).collect()
}

/// The world after these, in the order of their moments. One that contradicts is left out.
fn world_of(happenings: &[Happening]) -> World {
    let mut world = told(&[
        application("wiki"),
        label("wiki/pages", Some(Sensitivity::Confidential)),
        person(1),
        person(2),
        person(3),
    ]);
    for n in 1..4 {
        tell(&mut world, &[key(n, n), device(n), service(n, 1)]);
    }
    let mut sorted: Vec<_> = (1u8..).zip(happenings).collect();
    sorted.sort_by_key(|(_, happening)| happening.at);
    for (n, Happening { at, what }) in sorted {
        for line in lines(n, what, *at) {
            drop(world.apply(&line.stated()));
        }
    }
    world
}

/// Every kind of evidence that has an age or an end opens something here, alone or with others.
fn policies() -> Vec<Arc<PolicySet>> {
    let rule = |condition: &str| format!("{ANYBODY} when {{ {condition} }}");
    let unless = "forbid (principal, action, resource) unless { context has device && context.device.managed } unless { \
                  context.exceptions.contains(\"managed-device\") }";
    let stale = "forbid (principal, action, resource) when { context has device.posture_age && \
                 context.device.posture_age > 100 }";
    let authenticated = rule("context has authentication");
    vec![
        set(&[("open", &authenticated)]),
        set(&[("open", &rule("context.grant"))]),
        set(&[("open", &rule("context.exceptions.contains(\"managed-device\")"))]),
        set(&[("open", &rule("context has device && context.device.compliant"))]),
        set(&[("open", &rule("context has device.posture_age && context.device.posture_age < 100"))]),
        set(&[("open", ANYBODY), ("managed-device", unless)]),
        set(&[("open", ANYBODY), ("stale", stale)]),
        set(&[("open", &authenticated), ("managed-device", unless), ("stale", stale)]),
    ]
}

/// Every request that anybody can make.
fn requests(happenings: usize) -> Vec<Request> {
    let sessions = (1..=u128::try_from(happenings).unwrap()).map(|n| Who::Session(ses(n)));
    let known = (1..4).flat_map(|n| [Who::Person(per(n)), Who::Service(svc(n))]);
    let who = sessions.chain(known).chain([Who::Anonymous]);
    let keys = || [None, Some(digest(1)), Some(digest(2)), Some(digest(3))];
    who.flat_map(|who| keys().map(|key| Request { key, ..asking(who) })).collect()
}

fn is_allowed(world: &World, policies: &Arc<PolicySet>, request: &Request, now: Timestamp) -> bool {
    ask(world, policies, request, now).decision().effect == Effect::Allow
}

fn accepted(world: &World, now: i64, held: i64) -> World {
    let clock = AcceptedClock { gate: "edge".into(), held: at(held), why: "test".into() };
    let mut back = world.clone();
    tell(&mut back, &[Line::of(Fact::Journal(JournalFact::ClockAccepted(clock))).at(now)]);
    back
}

#[test]
fn nothing_is_allowed_after_time_was_set_back_that_was_denied_at_the_held_moment() {
    let sets = policies();
    // What time alone, set back without an acceptance, would have allowed again.
    let revived = Cell::new(0);
    let case = (proptest::collection::vec(happening(), 1..12), 0i64..1_500, 1i64..4_000, 0i64..400);
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    let ran = runner.run(&case, |(happenings, later, back, passed)| {
        let world = world_of(&happenings);
        let held = world.newest().unwrap().as_seconds() + later;
        let now = held - back;
        let after = accepted(&world, now, held);
        prop_assert_eq!(after.newest(), Some(at(now)));
        for (policies, request) in sets
            .iter()
            .flat_map(|set| requests(happenings.len()).into_iter().map(move |request| (set, request)))
        {
            // At once, and as time goes on.
            for gone in [0, passed] {
                let before = is_allowed(&world, policies, &request, at(held + gone));
                let then = is_allowed(&after, policies, &request, at(now + gone));
                prop_assert!(before || !then, "{:?} is allowed {} s after it", request.who, gone);
                let alone = is_allowed(&world, policies, &request, at(now + gone));
                revived.set(revived.get() + u32::from(alone && !before));
            }
        }
        Ok(())
    });
    ran.unwrap();
    assert!(
        revived.get() > 100,
        "time alone must bring something back, or this shows nothing: {}",
        revived.get()
    );
}

#[test]
fn what_had_not_ended_keeps_the_rest_of_its_life_and_no_more() {
    let token = Happening { at: 100, what: What::Token { service: 1, life: 3_000 } };
    let exception = Happening { at: 100, what: What::Exception { person: 1, life: 3_000 } };
    let world = world_of(&[token, exception]);
    // At 2,100 each has 1,000 seconds left; so it has at 600.
    let after = accepted(&world, 600, 2_100);
    let authenticated = set(&[("open", &format!("{ANYBODY} when {{ context has authentication }}"))]);
    let excepted = "context.exceptions.contains(\"managed-device\")";
    let excepted = set(&[("open", &format!("{ANYBODY} when {{ {excepted} }}"))]);
    let service = Request { key: Some(digest(1)), ..asking(Who::Service(svc(1))) };
    for (policies, request) in [(&authenticated, service), (&excepted, asking(Who::Person(per(1))))] {
        let allowed = |second| is_allowed(&after, policies, &request, at(second));
        assert_eq!([600, 1_599, 1_600, 2_099].map(allowed), [true, true, false, false], "{:?}", request.who);
    }
}
