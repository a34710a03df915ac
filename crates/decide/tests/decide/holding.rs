//! How long an answer is valid, what ends it, and what is known about it without a look at the world.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_decide::{Answer, Effect, Remedy, Request, Who, decide, refuse, reserved};
use countersign_facts::{Fact, GrantFact, ServiceFact};
use countersign_names::{Action, Assurance, CheckResult, Sensitivity, Timestamp};
use countersign_policy::{Items, PolicySet};
use countersign_testkit::story::*;
use countersign_world::World;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Makes a set of policies from their rules alone.
pub fn set(rules: &[(&str, &str)]) -> Arc<PolicySet> {
    let of = |kind: &str| {
        let rules = rules.iter().filter(|(_, rule)| rule.starts_with(kind)).map(|(id, rule)| {
            format!("@id(\"{id}\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")\n{rule};\n")
        });
        rules.collect::<String>()
    };
    let files = BTreeMap::from([
        ("applications/wiki.cedar".to_owned(), of("permit")),
        ("guardrails/test.cedar".to_owned(), of("forbid")),
    ]);
    Arc::new(PolicySet::parse(&files).unwrap())
}

pub const ANYBODY: &str = "permit (principal, action, resource in Countersign::Application::\"wiki\")";

/// Makes a permit for everybody under this condition.
fn when(condition: &str) -> Arc<PolicySet> {
    set(&[("open", &format!("{ANYBODY} when {{ {condition} }}"))])
}

fn story() -> Vec<Line> {
    vec![
        person(1),
        key(1, 1),
        session(1, 1, 1),
        device(1),
        application("wiki"),
        label("wiki/pages", Some(Sensitivity::Internal)),
        group("staff"),
    ]
}

pub fn asking(who: Who) -> Request {
    Request {
        who,
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
    }
}

pub fn ask(world: &World, policies: &Arc<PolicySet>, request: &Request, now: Timestamp) -> Answer {
    decide(&Arc::new(world.clone()), policies, request, now)
}

pub fn then(world: &World, lines: &[Line]) -> World {
    let mut next = world.clone();
    tell(&mut next, lines);
    next
}

#[test]
fn an_answer_about_somebody_unknown_ends_when_they_come() {
    let policies = set(&[("open", ANYBODY)]);
    let world = told(&story());
    for (what, request, arrival) in [
        ("a person", asking(Who::Person(per(7))), person(7)),
        ("a service account", asking(Who::Service(svc(7))), service(7, 1)),
        ("a session", asking(Who::Session(ses(7))), session(7, 1, 1)),
        ("a device", Request { key: Some(digest(7)), ..asking(Who::Session(ses(1))) }, device(7)),
    ] {
        let (unrelated, arrived) = (then(&world, &[person(9)]), then(&world, &[arrival]));
        assert!(ask(&world, &policies, &request, at(20)).is_alive(&unrelated, &policies, at(20)), "{what}");
        assert!(
            !ask(&world, &policies, &request, at(20)).is_alive(&arrived, &policies, at(20)),
            "{what} came"
        );
        // Once they are in the inventory, later facts about others change nothing.
        let known = ask(&arrived, &policies, &request, at(20));
        assert!(known.is_alive(&then(&arrived, &[person(9)]), &policies, at(20)), "{what} is known");
    }
    // An unknown principal stays unknown, whoever is added.
    let anonymous = ask(&world, &policies, &asking(Who::Anonymous), at(20));
    assert!(anonymous.is_alive(&then(&world, &[person(7), service(7, 1)]), &policies, at(20)));
}

#[test]
fn an_answer_about_a_service_account_ends_with_what_it_read_of_it() {
    let policies = set(&[("open", ANYBODY)]);
    let world = then(&told(&story()), &[service(1, 1), service(2, 1)]);
    let alive = |line: Line| {
        let answer = ask(&world, &policies, &asking(Who::Service(svc(1))), at(20));
        answer.is_alive(&then(&world, &[line]), &policies, at(20))
    };
    let remove = |n: u128| Line::of(Fact::Service(ServiceFact::Removed { service: svc(n) }));
    let joined = |n: u128| join("staff", countersign_facts::Member::Service(svc(n)));
    assert!(alive(remove(2)) && alive(joined(2)));
    assert!(!alive(remove(1)) && !alive(joined(1)));
}

#[test]
fn an_answer_ends_with_each_thing_that_it_read() {
    let policies = set(&[("open", ANYBODY)]);
    let world = then(&told(&story()), &[person(2), request(2, 2), service(1, 1)]);
    let asked = Request { key: Some(digest(1)), ..asking(Who::Session(ses(1))) };
    let alive = |line: Line| {
        ask(&world, &policies, &asked, at(20)).is_alive(&then(&world, &[line]), &policies, at(20))
    };
    for line in [
        step_up(1),
        request(1, 1),
        posture(1, 15, CheckResult::Pass),
        exception(1, Some(2), None),
        roll_out(1, "on-trial", &[5, 100]),
        change_person(1, "other@x"),
        label("wiki/other", Some(Sensitivity::Public)),
    ] {
        assert!(!alive(line.clone()), "{line:?}");
    }
    for line in [
        approve(2),
        device(2),
        application("shop"),
        session(2, 1, 1),
        risk(2, countersign_names::RiskLevel::High),
    ] {
        assert!(alive(line.clone()), "{line:?}");
    }
}

#[test]
fn what_is_known_without_looking_is_known_of_one_world_one_set_and_one_span_of_time() {
    let policies = when("context has session && context.session.age <= 30");
    let world = told(&story());
    let asked = asking(Who::Session(ses(1)));
    let answer = ask(&world, &policies, &asked, at(20));
    let until = answer.decision().valid_until;
    assert_eq!(answer.world(), world.seq());
    assert_eq!(answer.decided_at(), at(20));
    assert!(Arc::ptr_eq(answer.policies(), &policies));
    let later = then(&world, &[person(9)]);
    let tick = Duration::from_micros(1);
    assert!(answer.is_known_alive(world.seq(), &policies, at(20)));
    assert!(answer.is_known_alive(world.seq(), &policies, until));
    for (what, seq, set, now) in [
        ("a world that was not looked at", later.seq(), &policies, at(20)),
        ("a world before", world.seq() - 1, &policies, at(20)),
        (
            "other policies of the same text",
            world.seq(),
            &when("context has session && context.session.age <= 30"),
            at(20),
        ),
        ("a moment before it was given", world.seq(), &policies, at(19)),
        ("a moment after it holds", world.seq(), &policies, until.plus(tick)),
    ] {
        assert!(!answer.is_known_alive(seq, set, now), "{what}");
    }
    // After the check, the later world is known too, and the first is not forgotten.
    assert!(answer.is_alive(&later, &policies, at(20)));
    assert!(answer.is_known_alive(later.seq(), &policies, at(20)));
    assert!(answer.is_known_alive(world.seq(), &policies, at(20)));
    // A world in which it is invalid is not confused with one in which it is valid.
    let ended = then(&later, &[end_session(1)]);
    assert!(!answer.is_alive(&ended, &policies, at(20)));
    assert!(!answer.is_known_alive(ended.seq(), &policies, at(20)));
    let nowhere = Request { application: name("shop"), resource: "shop/x".parse().unwrap(), ..asked };
    let nowhere = ask(&world, &policies, &nowhere, at(20));
    assert_eq!((nowhere.world(), nowhere.decided_at()), (world.seq(), at(20)));
    assert!(nowhere.evidence().is_none() && nowhere.permit().is_none());
    assert!(!nowhere.is_known_alive(world.seq(), &policies, at(20)), "an application may have come");
    assert!(!nowhere.is_alive(&world, &policies, at(20)));
}

/// The latest time at which an answer is certainly valid, for different policies.
#[test]
fn an_answer_holds_as_long_as_nothing_that_time_changes_is_read() {
    let asked = Request { key: Some(digest(1)), ..asking(Who::Session(ses(1))) };
    let until = |more: Vec<Line>, policies: &Arc<PolicySet>, request: &Request, now: Timestamp| {
        let world = then(&told(&story()), &more);
        ask(&world, policies, request, now).decision().valid_until
    };
    let just_before = |seconds: i64| Timestamp::from_micros(at(seconds).as_micros() - 1);
    let always = set(&[("open", ANYBODY)]);
    // Only the session ends, and one microsecond before that is the latest time.
    assert_eq!(until(vec![], &always, &asked, at(20)), just_before(SESSION_ENDS));
    assert_eq!(until(vec![], &always, &asking(Who::Person(per(1))), at(20)).as_micros(), i64::MAX - 1);
    // A grant or an exception that ends earlier ends it earlier.
    let granted = until(vec![request(1, 1), approve(1)], &always, &asked, at(20));
    assert_eq!(granted, just_before(GRANT_ENDS));
    assert_eq!(until(vec![exception(1, Some(1), None)], &always, &asked, at(20)), just_before(GRANT_ENDS));
    // The session started at 10, so at 20 it is 10 seconds old: it is at most 30 for 20 seconds, less one to be safe.
    let young = when("context has session && context.session.age <= 30");
    let at_most = until(vec![], &young, &asked, at(20));
    assert!(at_most >= at(20 + 19) && at_most <= at(20 + 20), "{at_most}");
    // A policy that reads the hour limits it to the hour.
    let by_hour = when("context.time.hour < 25");
    let person = asking(Who::Person(per(1)));
    assert_eq!(until(vec![], &by_hour, &person, at(20)), just_before(3600));
    assert_eq!(until(vec![], &by_hour, &person, at(3599)), just_before(3600));
    assert_eq!(until(vec![], &by_hour, &person, at(3600)), just_before(7200));
}

#[test]
fn the_grant_that_lasts_longest_counts_and_only_at_its_application() {
    let policies = when("context.grant");
    let granted = |n: u128, application: &str, end: i64| {
        let Fact::Grant(GrantFact::Requested { person, reason, seconds, .. }) = request(n, 1).stated().fact
        else {
            return Vec::new();
        };
        let asked = Fact::Grant(GrantFact::Requested {
            grant: gra(n),
            person,
            application: name(application),
            reason,
            seconds,
        });
        let approved = Fact::Grant(GrantFact::Approved { grant: gra(n), expires_at: at(end) });
        vec![Line::of(asked), Line::of(approved)]
    };
    let story = [
        story(),
        vec![application("shop")],
        granted(1, "wiki", 100),
        granted(2, "wiki", 200),
        granted(3, "shop", 300),
    ];
    let world = told(&story.concat());
    let answer = |now: i64| ask(&world, &policies, &asking(Who::Session(ses(1))), at(now));
    for (now, grant) in
        [(20, Some(gra(2))), (150, Some(gra(2))), (199, Some(gra(2))), (200, None), (250, None)]
    {
        assert_eq!(answer(now).evidence().unwrap().grant, grant, "at {now}");
        assert_eq!(answer(now).permit().is_some(), grant.is_some(), "at {now}");
    }
    assert_eq!(answer(20).evidence().unwrap().until, at(200));
}

#[test]
fn a_request_that_is_turned_away_rests_on_nothing_that_policies_honour() {
    let policies = set(&[("open", ANYBODY)]);
    let world = then(
        &told(&story()),
        &[request(1, 1), approve(1), exception(1, Some(1), None), roll_out(1, "on-trial", &[100])],
    );
    let world = Arc::new(world);
    let asked = asking(Who::Session(ses(1)));
    let allowed = decide(&world, &policies, &asked, at(20));
    let rested = allowed.evidence().unwrap();
    assert!(rested.grant.is_some() && rested.exceptions.len() == 1 && rested.rollouts.len() == 1);
    let refused = refuse(&world, &policies, &asked, reserved::FOREIGN_ORIGIN, at(20));
    let decision = refused.decision();
    assert_eq!((decision.effect, decision.enforced, decision.reads), (Effect::Deny, true, Items::NONE));
    assert_eq!(
        decision.reasons.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [reserved::FOREIGN_ORIGIN]
    );
    assert_eq!((decision.valid_until, &decision.remedies), (at(20), &vec![Remedy::AskOwner]));
    assert!(refused.permit().is_none() && !decision.goes_ahead());
    let evidence = refused.evidence().unwrap();
    assert!(evidence.grant.is_none() && evidence.exceptions.is_empty() && evidence.rollouts.is_empty());
    assert_eq!(evidence.person.as_ref().map(|known| known.id), Some(per(1)));
    let nowhere = Request { application: name("shop"), resource: "shop/x".parse().unwrap(), ..asked };
    let nowhere = refuse(&world, &policies, &nowhere, reserved::FOREIGN_ORIGIN, at(20));
    let reasons = &nowhere.decision().reasons;
    assert_eq!(reasons.iter().map(ToString::to_string).collect::<Vec<_>>(), [reserved::UNKNOWN_APPLICATION]);
}

#[test]
fn a_permit_says_for_whom_to_what_and_where_it_leads() {
    let policies = set(&[("open", ANYBODY)]);
    let world = told(&story());
    let permit = ask(&world, &policies, &asking(Who::Session(ses(1))), at(20)).permit().unwrap();
    assert_eq!(permit.principal(), countersign_names::Principal::Person(per(1)));
    assert_eq!((permit.resource().as_str(), permit.action()), ("wiki/pages", Action::Read));
    assert_eq!(permit.application().name.as_str(), "wiki");
}

#[test]
fn who_asks_is_known_without_the_world_of_all_but_sessions() {
    use countersign_names::Principal;
    for (who, principal) in [
        (Who::Anonymous, Some(Principal::Anonymous)),
        (Who::Person(per(1)), Some(Principal::Person(per(1)))),
        (Who::Service(svc(1)), Some(Principal::Service(svc(1)))),
        (Who::Session(ses(1)), None),
    ] {
        assert_eq!(who.principal(), principal);
    }
}

#[test]
fn each_reserved_reason_has_words_of_its_own_for_whoever_it_stops() {
    let texts: Vec<_> = reserved::ALL.iter().map(|id| reserved::text(id).unwrap()).collect();
    for (n, text) in texts.iter().enumerate() {
        assert!(text.ends_with('.') && !texts[..n].contains(text), "{text}");
    }
    assert_eq!(reserved::text("managed-device"), None, "that one is a policy's");
}

#[test]
fn evidence_is_what_the_world_and_the_request_say() {
    let policies = set(&[("open", ANYBODY)]);
    let lines =
        [posture(1, 12, CheckResult::Pass).at(15), step_up(1).at(16), network("office", &["10.0.0.0/8"])];
    let world = Arc::new(then(&told(&story()), &lines));
    let asked = Request {
        key: Some(digest(1)),
        idle: 60,
        posture_confirmed_at: None,
        address: Some("10.1.2.3".parse().unwrap()),
        content_type: Some("text/plain".to_owned()),
        ..asking(Who::Session(ses(1)))
    };
    let answer = decide(&world, &policies, &asked, at(20));
    let evidence = answer.evidence().unwrap();
    let question = &evidence.question;
    let proof = question.authentication.as_ref().unwrap();
    assert_eq!((proof.age, proof.assurance, proof.method.as_str()), (4, Assurance::Aal2, "passkey"));
    assert!(proof.phishing_resistant);
    let session = question.session.unwrap();
    assert_eq!((session.age, session.idle), (10, 60));
    let device = question.device.as_ref().unwrap();
    assert_eq!((device.managed, device.proved, device.posture_age), (true, true, Some(8)));
    assert_eq!(question.place.as_ref().unwrap().network, "office");
    assert_eq!((question.sensitivity, question.labelled), (Sensitivity::Internal, true));
    assert_eq!(question.application_sensitivity, Sensitivity::Restricted);
    assert_eq!(question.subject.email, "p1@example.test");
    assert_eq!(question.subject.kind, "employee");
    let other = Request { resource: "wiki/other".parse().unwrap(), ..asking(Who::Person(per(1))) };
    let other = ask(&world, &policies, &other, at(20));
    let question = &other.evidence().unwrap().question;
    assert_eq!((question.sensitivity, question.labelled), (Sensitivity::Restricted, false));
    assert!(question.authentication.is_none() && question.session.is_none() && question.place.is_none());
    let nobody = ask(&world, &policies, &asking(Who::Anonymous), at(20));
    let subject = &nobody.evidence().unwrap().question.subject;
    assert!(subject.email.is_empty() && subject.kind.is_empty() && subject.groups.is_empty());
}

#[test]
fn an_expired_session_is_no_evidence_and_its_end_ends_the_answer_all_the_same() {
    let policies = set(&[("open", ANYBODY)]);
    let world = told(&story());
    let expired = ask(&world, &policies, &asking(Who::Session(ses(1))), at(SESSION_ENDS));
    let evidence = expired.evidence().unwrap();
    assert!(evidence.person.is_none() && evidence.session.is_none());
    assert!(expired.is_alive(&world, &policies, at(SESSION_ENDS)));
    assert!(!expired.is_alive(&then(&world, &[end_session(1)]), &policies, at(SESSION_ENDS)));
}

#[test]
fn an_answer_can_be_had_of_other_policies_and_of_one_on_trial() {
    let open = set(&[("open", ANYBODY)]);
    let shut = set(&[("open", ANYBODY), ("shut", "forbid (principal, action, resource)")]);
    let trial = {
        let files = BTreeMap::from([
            (
                "applications/wiki.cedar".to_owned(),
                format!("@id(\"open\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")\n{ANYBODY};\n"),
            ),
            (
                "guardrails/test.cedar".to_owned(),
                "@id(\"shut\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\") @stage(\"shadow\")\n\
                 forbid (principal, action, resource);\n"
                    .to_owned(),
            ),
        ]);
        Arc::new(PolicySet::parse(&files).unwrap())
    };
    let world = told(&story());
    let answer = ask(&world, &open, &asking(Who::Session(ses(1))), at(20));
    assert_eq!(answer.under(&open).effect, Effect::Allow);
    assert_eq!(answer.under(&shut).effect, Effect::Deny);
    let tried = ask(&world, &trial, &asking(Who::Session(ses(1))), at(20));
    assert_eq!(tried.decision().effect, Effect::Allow);
    assert_eq!(tried.trying(&"shut".parse().unwrap()).unwrap().effect, Effect::Deny);
    assert_eq!(tried.trying(&"nothing".parse().unwrap()).unwrap().effect, Effect::Allow);
    let nowhere =
        Request { application: name("shop"), resource: "shop/x".parse().unwrap(), ..asking(Who::Anonymous) };
    let nowhere = ask(&world, &trial, &nowhere, at(20));
    assert!(nowhere.trying(&"shut".parse().unwrap()).is_none());
    assert_eq!(nowhere.under(&open).effect, Effect::Deny);
}

#[test]
fn an_answer_ends_when_a_network_is_declared_otherwise() {
    let policies = set(&[("open", ANYBODY)]);
    let asked = Request { address: Some("10.1.2.3".parse().unwrap()), ..asking(Who::Session(ses(1))) };
    let office = then(&told(&story()), &[network("office", &["10.0.0.0/8"])]);
    let answer = decide(&Arc::new(office.clone()), &policies, &asked, at(20));
    let place = |answer: &Answer| answer.evidence().unwrap().question.place.clone().unwrap().network;
    assert_eq!(place(&answer), "office");
    assert!(answer.is_alive(&office, &policies, at(20)));
    for (line, network) in [
        (network("office", &["192.0.2.0/24"]), "elsewhere"),
        (network("laboratory", &["10.1.0.0/16"]), "laboratory"),
        (remove_network("office"), "elsewhere"),
    ] {
        let moved = then(&office, std::slice::from_ref(&line));
        assert!(!answer.is_alive(&moved, &policies, at(20)), "{line:?}");
        assert_eq!(moved.touched_since(office.seq()), None, "every holder is told of {line:?}");
        let again = decide(&Arc::new(moved), &policies, &asked, at(20));
        assert_eq!(place(&again), network, "{line:?}");
    }
}

#[test]
fn a_posture_is_as_old_as_the_newer_of_the_report_and_what_was_observed_since() {
    let policies = when("context has device.posture_age && context.device.posture_age < 100");
    let world = then(&told(&story()), &[posture(1, 15, CheckResult::Pass).at(15)]);
    let asked = |confirmed: Option<i64>| Request {
        key: Some(digest(1)),
        posture_confirmed_at: confirmed.map(at),
        ..asking(Who::Session(ses(1)))
    };
    let age = |world: &World, confirmed| {
        let answer = ask(world, &policies, &asked(confirmed), at(200));
        answer.evidence().unwrap().question.device.as_ref().unwrap().posture_age
    };
    for (confirmed, expected) in
        [(None, 185), (Some(10), 185), (Some(15), 185), (Some(150), 50), (Some(900), 0)]
    {
        assert_eq!(age(&world, confirmed), Some(expected), "confirmed at {confirmed:?}");
    }
    assert_eq!(age(&told(&story()), Some(150)), None, "nobody confirms what was never reported");
    let fresh = ask(&world, &policies, &asked(Some(150)), at(200));
    assert_eq!(fresh.decision().effect, Effect::Allow);
    assert!(fresh.is_alive(&world, &policies, at(249)) && !fresh.is_alive(&world, &policies, at(251)));
    // The age is the same, whichever way it was computed.
    for second in [200, 230, 249] {
        let age = at(second).age_of(at(150));
        let again = ask(&world, &policies, &asked(Some(second - age)), at(second));
        assert_eq!(again.decision().effect, Effect::Allow);
        assert_eq!(again.decision().valid_until, fresh.decision().valid_until);
    }
}
