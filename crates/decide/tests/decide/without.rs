//! The same access without one item of its evidence: only decisions that depend on the item change.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_decide::{Answer, Request, Who, decide};
use countersign_names::{Action, Assurance, CheckResult, EvidenceItem, Sensitivity};
use countersign_policy::PolicySet;
use countersign_testkit::story::*;
use std::collections::BTreeMap;
use std::sync::Arc;

pub fn set(condition: &str) -> Arc<PolicySet> {
    let permit = format!(
        "@id(\"open\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")\n\
         permit (principal, action, resource in Countersign::Application::\"wiki\") when {{ {condition} }};\n"
    );
    Arc::new(PolicySet::parse(&BTreeMap::from([("applications/wiki.cedar".to_owned(), permit)])).unwrap())
}

/// A person with the best possible evidence.
pub fn world() -> Vec<Line> {
    vec![
        person(1),
        key(1, 1),
        session(1, 1, 1),
        device(1),
        all_checks(1, 10, CheckResult::Pass),
        application("wiki"),
        label("wiki/pages", Some(Sensitivity::Internal)),
        request(1, 1),
        approve(1),
        exception(1, Some(1), None),
    ]
}

pub fn answer(story: &[Line], who: Who, policies: &Arc<PolicySet>) -> Answer {
    let signed_in = matches!(who, Who::Session(_));
    let request = Request {
        who,
        key: signed_in.then(|| digest(1)),
        application: name("wiki"),
        resource: "wiki/pages".parse().unwrap(),
        action: Action::Read,
        operation: "GET".into(),
        item: "/".into(),
        tags: BTreeMap::new(),
        content_type: None,
        address: signed_in.then(|| "10.1.2.3".parse().unwrap()),
        idle: 0,
        posture_confirmed_at: None,
    };
    let story = [story, &[network("office", &["10.0.0.0/8"])]].concat();
    decide(&Arc::new(told(&story)), policies, &request, at(20))
}

/// For each item, a condition that is true with it and false without it.
const CONDITIONS: [(EvidenceItem, &str); 8] = [
    (EvidenceItem::Device, "context has device && context.device.managed"),
    (EvidenceItem::Compliance, "context has device && context.device.compliant"),
    (
        EvidenceItem::PhishingResistance,
        "context has authentication && context.authentication.phishing_resistant",
    ),
    (EvidenceItem::Freshness, "context has authentication && context.authentication.age <= 60"),
    (EvidenceItem::Risk, "principal is Countersign::Person && principal.risk <= 1"),
    (EvidenceItem::Place, "context has place && context.place.network == \"office\""),
    (EvidenceItem::Grant, "context.grant"),
    (EvidenceItem::Exception, "context.exceptions.contains(\"managed-device\")"),
];

#[test]
fn what_depends_on_an_item_falls_without_it_and_nothing_else_does() {
    for (read, condition) in CONDITIONS {
        let answer = answer(&world(), Who::Session(ses(1)), &set(condition));
        assert!(answer.permit().is_some(), "{condition}");
        for (item, _) in CONDITIONS {
            let without = answer.without(item);
            // Without a device, no device can be compliant.
            let depends = item == read || (item == EvidenceItem::Device && read == EvidenceItem::Compliance);
            let allowed = without.as_ref().is_none_or(|without| without.allowed);
            assert_eq!(allowed, !depends, "{condition} without {item}");
            let reasons =
                without.filter(|_| depends).map(|w| w.reasons.iter().map(ToString::to_string).collect());
            let expected: Option<Vec<String>> = depends.then(|| vec!["no-permit".to_owned()]);
            assert_eq!(reasons, expected, "{condition} without {item}");
            // Other policies are evaluated whatever they read.
            let other = answer.without_under(&set(condition), item).unwrap();
            assert_eq!(other.allowed, !depends, "{condition} without {item}");
        }
    }
}

#[test]
fn what_no_policy_reads_and_what_was_not_there_makes_no_difference() {
    let open = answer(&world(), Who::Session(ses(1)), &set("true"));
    for (item, condition) in CONDITIONS {
        assert!(open.without(item).is_none(), "nothing reads {item}");
        // An unknown principal came without any of the items.
        let nobody = answer(&world(), Who::Anonymous, &set(condition));
        let had = nobody.without_under(&set(condition), item).is_some();
        assert_eq!(had, item == EvidenceItem::Risk, "{item}: everybody looks in some way risky");
    }
    let risky = [world(), vec![risk(1, countersign_names::RiskLevel::High)]].concat();
    let risky =
        answer(&risky, Who::Session(ses(1)), &set("principal is Countersign::Person && principal.risk <= 1"));
    assert!(risky.without(EvidenceItem::Risk).is_none(), "it is as high as it gets");
}

#[test]
fn each_item_is_made_as_bad_as_the_guide_says() {
    for (item, still) in [
        (
            EvidenceItem::Compliance,
            "context has device && context.device.managed && context.device.failing.contains(\"firewall\")",
        ),
        (
            EvidenceItem::PhishingResistance,
            "context has authentication && context.authentication.method == \"one-time-code\" && context.authentication.assurance <= 2",
        ),
        (
            EvidenceItem::Freshness,
            "context has session && context.session.age > 3000000000 && context.session.idle > 3000000000",
        ),
        (EvidenceItem::Risk, "principal is Countersign::Person && principal.risk == 2"),
        (
            EvidenceItem::Place,
            "context has place && context.place.network == \"elsewhere\" && !context.place.address.isInRange(ip(\"10.0.0.0/8\"))",
        ),
        (EvidenceItem::Grant, "!context.grant"),
        (EvidenceItem::Device, "!(context has device)"),
        (EvidenceItem::Exception, "!context.exceptions.contains(\"managed-device\")"),
    ] {
        let denied = answer(&world(), Who::Session(ses(1)), &set(still));
        assert!(denied.permit().is_none(), "{still}");
        assert!(denied.without(item).unwrap().allowed, "{item}: {still}");
    }
    // The highest level requires an authenticator that resists phishing.
    let strong = [world(), vec![session_of(2, 1, 1, Assurance::Aal3)]].concat();
    let policies = set("context has authentication && context.authentication.assurance >= 3");
    let strong = answer(&strong, Who::Session(ses(2)), &policies);
    assert!(strong.permit().is_some());
    assert!(!strong.without(EvidenceItem::PhishingResistance).unwrap().allowed);
}

#[test]
fn exceptions_are_taken_away_by_the_policy_that_they_are_to() {
    let both =
        "context.exceptions.contains(\"managed-device\") && context.exceptions.contains(\"session-age\")";
    let story = [world(), vec![excepted(2, "session-age")]].concat();
    let one = answer(&story, Who::Session(ses(1)), &set(both));
    assert!(one.permit().is_some());
    for policy in ["managed-device", "session-age"] {
        assert!(!one.without_exceptions_to(&policy.parse().unwrap()).unwrap().allowed, "{policy}");
    }
    assert!(one.without_exceptions_to(&"no-high-risk".parse().unwrap()).is_none(), "there was none");
}

#[test]
fn somebody_suspended_is_allowed_nothing_without_anything_either() {
    let story = [world(), vec![suspend(1)]].concat();
    let denied = answer(&story, Who::Person(per(1)), &set("true"));
    let without = denied.without_under(&set("true"), EvidenceItem::Risk).unwrap();
    assert!(!without.allowed);
    assert_eq!(without.reasons.iter().map(ToString::to_string).collect::<Vec<_>>(), ["suspended"]);
}

#[test]
fn what_is_found_without_an_item_says_what_it_read_and_how_long_it_holds() {
    let policies = set("context.grant || (context has authentication && context.authentication.age <= 60)");
    let answer = answer(&world(), Who::Session(ses(1)), &policies);
    let without = answer.without(EvidenceItem::Grant).unwrap();
    assert!(without.allowed, "the fresh proof is enough");
    assert_eq!(without.reads, answer.decision().reads);
    assert!(without.valid_until >= at(69) && without.valid_until <= at(70), "{}", without.valid_until);
}
