//! The remedies for a denial: they open the access, are the cheapest that do, and include nothing that the person
//! already has.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_decide::{Remedy, Request, Who, decide, rollout};
use countersign_names::{Action, CheckResult, PostureCheck, Principal, Sensitivity};
use countersign_policy::PolicySet;
use countersign_testkit::story::*;
use std::collections::BTreeMap;
use std::sync::Arc;

fn set(condition: &str) -> Arc<PolicySet> {
    let permit = format!(
        "@id(\"open\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")\n\
         permit (principal, action, resource in Countersign::Application::\"wiki\") when {{ {condition} }};\n"
    );
    Arc::new(PolicySet::parse(&BTreeMap::from([("applications/wiki.cedar".to_owned(), permit)])).unwrap())
}

/// Returns the remedies for person 1 at second 400, signed in since second 10, from this device.
fn offered(condition: &str, key_of: Option<u8>, more: &[Line]) -> Vec<Remedy> {
    let mut story = vec![
        person(1),
        key(1, 1),
        session(1, 1, 1),
        device(1),
        device_of(2, 1, false),
        application("wiki"),
        label("wiki/pages", Some(Sensitivity::Internal)),
    ];
    story.extend(more.iter().cloned());
    let request = Request {
        who: Who::Session(ses(1)),
        key: key_of.map(digest),
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
    let answer = decide(&Arc::new(told(&story)), &set(condition), &request, at(400));
    assert!(answer.permit().is_none(), "{condition}: nothing is offered to whoever is let in");
    answer.decision().remedies.clone()
}

const MANAGED: &str = "context has device && context.device.managed && context.device.proved";
const COMPLIANT: &str = "context has device && context.device.compliant";
const REPORTED: &str = "context has device.posture_age && context.device.posture_age <= 60";
const FRESH: &str = "context has authentication && context.authentication.age <= 60";
const YOUNG: &str = "context has session && context.session.age <= 60";

#[test]
fn the_cheapest_that_opens_is_offered() {
    let healthy = [all_checks(1, 10, CheckResult::Pass), all_checks(2, 10, CheckResult::Pass)];
    let ill = [
        one_check(1, 10, PostureCheck::Firewall, CheckResult::Fail),
        one_check(2, 10, PostureCheck::Firewall, CheckResult::Unknown),
    ];
    let fix = || Remedy::FixPosture(vec![PostureCheck::Firewall]);
    let both = |one: &str, other: &str| format!("({one}) && ({other})");
    for (what, condition, device, more, expected) in [
        ("from no device", MANAGED.to_owned(), None, &[][..], vec![Remedy::UseManagedDevice]),
        ("from one that is not managed", MANAGED.to_owned(), Some(2), &[], vec![Remedy::UseManagedDevice]),
        ("from one that never reported", REPORTED.to_owned(), Some(1), &[], vec![Remedy::ReportPosture]),
        (
            "from one that reported long ago",
            REPORTED.to_owned(),
            Some(1),
            &healthy,
            vec![Remedy::ReportPosture],
        ),
        ("from one that fails a check", COMPLIANT.to_owned(), Some(1), &ill, vec![fix()]),
        ("from one of which a check is unknown", COMPLIANT.to_owned(), Some(2), &ill, vec![fix()]),
        (
            "from one of which nothing is known",
            COMPLIANT.to_owned(),
            Some(1),
            &[],
            vec![Remedy::ReportPosture],
        ),
        ("from no device at all", COMPLIANT.to_owned(), None, &[], vec![Remedy::UseManagedDevice]),
        ("a proof that is old", FRESH.to_owned(), None, &[], vec![Remedy::Reauthenticate]),
        ("a session that is old", YOUNG.to_owned(), None, &[], vec![Remedy::Reauthenticate]),
        ("no grant", "context.grant".to_owned(), None, &[], vec![Remedy::RequestGrant]),
        (
            "two things at once",
            both(FRESH, MANAGED),
            None,
            &[],
            vec![Remedy::Reauthenticate, Remedy::UseManagedDevice],
        ),
        ("a fix, which is a report too", both(COMPLIANT, REPORTED), Some(1), &ill, vec![fix()]),
        (
            "a fix and a grant",
            both(COMPLIANT, "context.grant"),
            Some(1),
            &ill,
            vec![fix(), Remedy::RequestGrant],
        ),
        (
            "of two ways the cheaper",
            format!("({FRESH}) || context.grant"),
            None,
            &[],
            vec![Remedy::Reauthenticate],
        ),
        (
            "of one step and two, the one",
            format!("context.grant || (({FRESH}) && ({MANAGED}))"),
            None,
            &[],
            vec![Remedy::RequestGrant],
        ),
        (
            "what nothing would open",
            "context.time.hour > 30".to_owned(),
            Some(1),
            &healthy,
            vec![Remedy::AskOwner],
        ),
        (
            "what is not theirs to change",
            "principal is Countersign::Person && principal.kind == \"vendor\"".to_owned(),
            Some(1),
            &healthy,
            vec![Remedy::AskOwner],
        ),
    ] {
        assert_eq!(offered(&condition, device, more), expected, "{what}");
    }
}

#[test]
fn somebody_is_reached_once_the_percentage_is_past_their_place_and_not_before() {
    for n in 1..200 {
        let who = Principal::Person(per(n));
        let place = rollout::place(rol(1), who).unwrap();
        assert!(place < 100);
        assert!(!rollout::is_within(rol(1), place, who), "{who} at {place} percent");
        assert!(rollout::is_within(rol(1), place + 1, who), "{who} at {} percent", place + 1);
    }
    assert!(!rollout::is_within(rol(1), 99, Principal::Anonymous), "nobody in particular is reached");
    assert!(rollout::is_within(rol(1), 100, Principal::Anonymous), "with everybody");
}
