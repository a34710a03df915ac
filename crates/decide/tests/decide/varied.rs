//! The same access with evidence that is changed at will: each change reaches what policies read, and nothing else.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::without::{answer, set, world};
use countersign_decide::{Effect, EvidenceVariation as Vary, Who, rollout};
use countersign_facts::{Fact, RolloutFact};
use countersign_names::{Assurance, CheckResult, PostureCheck, RiskLevel, Sensitivity};
use countersign_policy::{Place, PolicySet};
use countersign_testkit::story::*;
use std::collections::BTreeMap;
use std::sync::Arc;

fn place(address: &str, network: &str) -> Option<Place> {
    Some(Place { address: address.parse().unwrap(), network: network.to_owned() })
}

/// Of each change: a condition that is false as it was, and true with the change.
fn cases() -> Vec<(Vec<Vary>, String)> {
    let proof = |rest: &str| format!("context has authentication && context.authentication.{rest}");
    let session = |rest: &str| format!("context has session && context.session.{rest}");
    let device = |rest: &str| format!("context has device && context.device.{rest}");
    let age = |rest: &str| format!("context has device.posture_age && context.device.posture_age {rest}");
    let plain = str::to_owned;
    let firewall = "failing == [\"firewall\"]";
    vec![
        (vec![Vary::NoProof], plain("!(context has authentication) && !(context has session)")),
        (vec![Vary::FreshProof], format!("{} && {}", proof("age == 0"), session("age == 0"))),
        (vec![Vary::Assurance(Assurance::Aal1)], proof("assurance == 1")),
        (vec![Vary::PhishingResistance(false)], format!("!({})", proof("phishing_resistant"))),
        (vec![Vary::ProofAge(7_000)], proof("age == 7000")),
        (vec![Vary::SessionAge(8_000)], session("age == 8000")),
        (vec![Vary::SessionIdle(60)], session("idle == 60")),
        (vec![Vary::NoDevice], plain("!(context has device)")),
        (vec![Vary::Managed(false)], format!("!({})", device("managed"))),
        (vec![Vary::PostureAge(Some(9_000))], age("== 9000")),
        (
            vec![Vary::PostureAge(None)],
            format!("!(context has device.posture_age) && !({})", device("compliant")),
        ),
        (vec![Vary::Check(PostureCheck::Firewall, CheckResult::Fail)], device(firewall)),
        // A managed device is there first; its properties are changed afterwards.
        (
            vec![Vary::ManagedDevice, Vary::Check(PostureCheck::Firewall, CheckResult::Fail)],
            format!("{} && {}", age("== 0"), device(firewall)),
        ),
        (vec![Vary::Place(None)], plain("!(context has place)")),
        (
            vec![Vary::Place(place("192.0.2.9", "elsewhere"))],
            plain("context has place && context.place.network == \"elsewhere\""),
        ),
        (vec![Vary::Risk(RiskLevel::High)], plain("principal is Countersign::Person && principal.risk == 2")),
        (
            vec![Vary::Groups(vec!["staff".parse().unwrap()])],
            plain("principal in Countersign::Group::\"staff\""),
        ),
        (vec![Vary::Grant(false)], plain("!context.grant")),
        (
            vec![Vary::Exception("other".parse().unwrap(), true)],
            plain("context.exceptions.contains(\"other\")"),
        ),
        (
            vec![Vary::Exception("managed-device".parse().unwrap(), false)],
            plain("!context.exceptions.contains(\"managed-device\")"),
        ),
        (vec![Vary::Hour(23)], plain("context.time.hour == 23")),
        (vec![Vary::Weekday(7)], plain("context.time.weekday == 7")),
        (
            vec![Vary::Label(Some(Sensitivity::Public))],
            plain("resource.sensitivity == 0 && resource.labelled"),
        ),
        (vec![Vary::Label(None)], plain("resource.sensitivity == 3 && !resource.labelled")),
    ]
}

#[test]
fn a_change_changes_what_policies_read_and_nothing_else_does() {
    for (changes, condition) in cases() {
        let policies = set(&condition);
        let answer = answer(&world(), Who::Session(ses(1)), &policies);
        let effect = |changes: &[Vary]| answer.varied(&policies, None, changes).unwrap().decision.effect;
        assert_eq!(answer.decision().effect, Effect::Deny, "{condition}");
        assert_eq!(effect(&[]), Effect::Deny, "{condition}");
        assert_eq!(effect(&changes), Effect::Allow, "{condition}");
        // The change is in a copy: the answer is as it was.
        assert_eq!(effect(&[]), Effect::Deny, "{condition}");
    }
}

#[test]
fn a_suspended_principal_is_denied_and_one_who_is_not_is_judged() {
    let policies = set("true");
    let allowed = answer(&world(), Who::Session(ses(1)), &policies);
    let denied = allowed.varied(&policies, None, &[Vary::Suspended(true)]).unwrap().decision;
    assert_eq!(denied.reasons, ["suspended".parse().unwrap()]);
    let story = [world(), vec![suspend(1)]].concat();
    let suspended = answer(&story, Who::Person(per(1)), &policies);
    assert_eq!(suspended.decision().effect, Effect::Deny);
    let restored = suspended.varied(&policies, None, &[Vary::Suspended(false)]).unwrap().decision;
    assert_eq!(restored.effect, Effect::Allow);
}

#[test]
fn a_property_of_what_is_not_there_changes_nothing() {
    let policies = set("!(context has device) && !(context has authentication)");
    let answer = answer(&world(), Who::Anonymous, &policies);
    let changes = [
        Vary::Managed(true),
        Vary::PostureAge(Some(0)),
        Vary::ProofAge(0),
        Vary::SessionAge(0),
        Vary::SessionIdle(0),
    ];
    let varied = answer.varied(&policies, None, &changes).unwrap();
    assert_eq!(varied.decision.effect, answer.decision().effect);
    assert_eq!(varied.evidence.question, answer.evidence().unwrap().question);
}

#[test]
fn the_rollouts_of_another_world_count_if_it_is_given() {
    let shadow = "@id(\"more\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\") @stage(\"shadow\")\n\
                 forbid (principal, action, resource in Countersign::Application::\"wiki\");\n";
    let permit = "@id(\"open\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")\n\
                  permit (principal, action, resource in Countersign::Application::\"wiki\");\n";
    let files = [("applications/wiki.cedar", permit), ("guardrails/more.cedar", shadow)];
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let policies = Arc::new(PolicySet::parse(&BTreeMap::from(files)).unwrap());
    let answer = answer(&world(), Who::Session(ses(1)), &policies);
    let more = policies.get(&"more".parse().unwrap()).unwrap();
    let started = Line::of(Fact::Rollout(RolloutFact::Started {
        rollout: rol(1),
        policy: more.id.clone(),
        text: rollout::text_of(more),
        percents: vec![100],
        watch_seconds: 60,
        halt_if: "newly denied people > 3".parse().unwrap(),
        why: None,
        rehearsal: None,
        predicted: Vec::new(),
    }));
    let present = told(&[world(), vec![started]].concat());
    assert_eq!(answer.varied(&policies, None, &[]).unwrap().decision.effect, Effect::Allow);
    let now = answer.varied(&policies, Some(&present), &[]).unwrap().decision;
    assert_eq!((now.effect, now.reasons), (Effect::Deny, vec!["more".parse().unwrap()]));
}
