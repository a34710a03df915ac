//! Random policy sets of realistic shapes, and random questions that match them.

use countersign_names::{
    Action, Assurance, CheckResult, PersonId, PostureCheck, Principal, RiskLevel, Sensitivity, ServiceId,
};
use countersign_policy::{
    Authentication, DeviceEvidence, Place, PolicySet, Question, SessionAge, Subject, TimeOfWeek,
};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

const APPLICATIONS: [&str; 3] = ["wiki", "pay", "ops"];
const PARTS: [&str; 3] = ["pages", "runs", "runs/approve"];
const GROUPS: [&str; 5] = ["staff", "finance", "engineering", "on-call", "administrators"];
/// Few numbers, so that ages and bounds coincide.
const NUMBERS: [i64; 8] = [0, 1, 2, 5, 9, 10, 11, 30];

pub fn person(number: u128) -> PersonId {
    PersonId::new(Uuid::from_u128(number))
}

/// A policy without its annotations: its kind and stage, its scope and its clauses.
#[derive(Debug, Clone)]
pub struct Draft {
    application: &'static str,
    guardrail: bool,
    shadow: bool,
    principal: String,
    action: String,
    resource: String,
    clauses: Vec<String>,
}

fn number() -> impl Strategy<Value = i64> {
    select(&NUMBERS[..])
}

fn principal_scope() -> impl Strategy<Value = String> {
    let group = || select(&GROUPS[..]);
    prop_oneof![
        3 => Just("principal".to_owned()),
        2 => Just("principal is Countersign::Person".to_owned()),
        1 => Just("principal is Countersign::Service".to_owned()),
        1 => Just("principal == Countersign::Anonymous::\"anonymous\"".to_owned()),
        5 => group().prop_map(|group| format!("principal in Countersign::Group::\"{group}\"")),
        1 => group().prop_map(|group| format!("principal is Countersign::Person in Countersign::Group::\"{group}\"")),
        1 => (0_u128..3).prop_map(|id| format!("principal == Countersign::Person::\"{}\"", person(id))),
    ]
}

fn action_scope() -> impl Strategy<Value = String> {
    let name = |action: Action| format!("Countersign::Action::\"{action}\"");
    prop_oneof![
        3 => Just("action".to_owned()),
        2 => select(Action::ALL).prop_map(move |action| format!("action == {}", name(action))),
        2 => subsequence(Action::ALL, 1..4).prop_map(move |actions| {
            format!("action in [{}]", actions.into_iter().map(name).collect::<Vec<_>>().join(", "))
        }),
    ]
}

fn age() -> impl Strategy<Value = (&'static str, &'static str)> {
    select(
        &[
            ("context has authentication", "context.authentication.age"),
            ("context has session", "context.session.age"),
            ("context has session", "context.session.idle"),
            ("context has device.posture_age", "context.device.posture_age"),
            ("context has device && context.device has posture_age", "context.device.posture_age"),
        ][..],
    )
}

/// Generates every use of ages: comparisons with numbers on either side, and uses for which no bound can be determined.
fn about_age() -> impl Strategy<Value = String> {
    let operator = select(&["<", "<=", ">", ">=", "==", "!="][..]);
    prop_oneof![
        6 => (age(), operator.clone(), number()).prop_map(|((has, age), op, n)| format!("{has} && {age} {op} {n}")),
        3 => (age(), operator.clone(), number()).prop_map(|((has, age), op, n)| format!("{has} && {n} {op} {age}")),
        1 => (age(), operator, number(), number())
            .prop_map(|((has, age), op, n, m)| format!("{has} && {age} * 2 - {m} {op} {n}")),
        1 => (age(), number()).prop_map(|((has, age), n)| format!("{has} && [{n}, 3, 4].contains({age})")),
        1 => Just("context has session && context.session.idle < context.session.age".to_owned()),
        1 => number().prop_map(|n| format!("context has session && context.session == {{age: {n}, idle: 1}}")),
        1 => number().prop_map(|n| format!(
            "context has session && (if context.grant then context.session else {{age: 1, idle: {n}}}).idle > 4"
        )),
        1 => age().prop_map(|(has, age)| format!("{has} && {age} * 9223372036854775807 > 0")),
    ]
}

fn atom() -> impl Strategy<Value = String> {
    let group = || select(&GROUPS[..]);
    let fixed = select(
        &[
            "!resource.labelled",
            "context.grant",
            "principal has risk && principal.risk >= 1",
            "principal is Countersign::Person && principal.risk >= 2",
            "principal is Countersign::Person && principal.kind == \"contractor\"",
            "principal is Countersign::Person && principal.email like \"*@example.com\"",
            "principal is Countersign::Service && principal.name == \"robot\"",
            "context has authentication && context.authentication.assurance >= 2 && context.authentication.phishing_resistant",
            "context has authentication && context.authentication.method == \"passkey\"",
            "context has device && context.device.managed && context.device.proved",
            "context has device && context.device.compliant",
            "context has device && context.device.failing.contains(\"firewall\")",
            "context has device && context.device.failing.containsAny([\"firewall\", \"screen_lock\"])",
            "context has device && context.device.failing.isEmpty()",
            "context has place && context.place.address.isInRange(ip(\"10.0.0.0/8\"))",
            "context has place && context.place.network == \"office\"",
            "context.time.hour >= 8 && context.time.hour < 18 && context.time.weekday <= 5",
            "context.exceptions.contains(\"one\")",
            "context.exceptions.containsAll([\"one\", \"two\"])",
            "resource.hasTag(\"owner\") && resource.getTag(\"owner\") == \"ann\"",
            "resource.hasTag(context.item)",
            "context.operation == \"GET\" || context.item like \"/public/*\"",
            "context has content_type && context.content_type like \"application/*\"",
            "action == Countersign::Action::\"read\"",
            "action != Countersign::Action::\"administer\"",
            "principal is Countersign::Anonymous",
            "true",
            "context has authentication && 2 == context.authentication.assurance",
            "context.time.weekday == 3 || 12 <= context.time.hour",
            "principal has risk && 1 > principal.risk",
            "context has authentication || context has session || context has device || context has place",
            "context has content_type",
            "context has device && !context.device.managed && !context.device.proved",
            "context has authentication && !context.authentication.phishing_resistant",
            "context.exceptions.isEmpty()",
        ][..],
    );
    prop_oneof![
        5 => fixed.prop_map(str::to_owned),
        4 => about_age(),
        2 => (select(&["<", ">=", "=="][..]), 0_i64..4).prop_map(|(op, n)| format!("resource.sensitivity {op} {n}")),
        2 => group().prop_map(|group| format!("principal in Countersign::Group::\"{group}\"")),
        1 => (group(), group()).prop_map(|(one, other)| {
            format!("principal in [Countersign::Group::\"{one}\", Countersign::Group::\"{other}\"]")
        }),
        1 => select(&APPLICATIONS[..])
            .prop_map(|application| format!("resource in Countersign::Application::\"{application}\"")),
    ]
}

fn clause() -> impl Strategy<Value = String> {
    let condition = prop_oneof![
        4 => atom(),
        2 => (atom(), atom()).prop_map(|(left, right)| format!("({left}) && ({right})")),
        2 => (atom(), atom()).prop_map(|(left, right)| format!("({left}) || ({right})")),
        1 => atom().prop_map(|atom| format!("!({atom})")),
        1 => (atom(), atom(), atom()).prop_map(|(test, yes, no)| format!("if ({test}) then ({yes}) else ({no})")),
    ];
    (select(&["when", "unless"][..]), condition)
        .prop_map(|(word, condition)| format!("{word} {{ {condition} }}"))
}

fn draft(in_shadow: f64) -> impl Strategy<Value = Draft> {
    let resource = (0..6_usize, select(&PARTS[..]));
    (
        select(&APPLICATIONS[..]),
        prop::bool::weighted(0.35),
        prop::bool::weighted(in_shadow),
        principal_scope(),
        action_scope(),
        resource,
        vec(clause(), 0..3),
    )
        .prop_map(|(application, guardrail, shadow, principal, action, (shape, part), clauses)| {
            let inside = format!("resource in Countersign::Application::\"{application}\"");
            let resource = match shape {
                0 => format!("resource == Countersign::Resource::\"{application}/{part}\""),
                1 => format!(
                    "resource is Countersign::Resource in Countersign::Application::\"{application}\""
                ),
                2..5 if guardrail => "resource".to_owned(),
                5 if guardrail => "resource is Countersign::Resource".to_owned(),
                _ => inside,
            };
            Draft { application, guardrail, shadow, principal, action, resource, clauses }
        })
}

/// A policy set of up to `most` policies.
pub fn set(most: usize) -> impl Strategy<Value = PolicySet> {
    of(0.15, most)
}

/// A policy set of up to `most` policies, a good part of them in the shadow stage.
pub fn staged(most: usize) -> impl Strategy<Value = PolicySet> {
    of(0.5, most)
}

fn of(in_shadow: f64, most: usize) -> impl Strategy<Value = PolicySet> {
    vec(draft(in_shadow), 1..most).prop_map(|drafts| {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for (place, draft) in drafts.iter().enumerate() {
            let (path, effect) = if draft.guardrail {
                ("guardrails/all.cedar".to_owned(), "forbid")
            } else {
                (format!("applications/{}.cedar", draft.application), "permit")
            };
            let stage = if draft.shadow { "@stage(\"shadow\") " } else { "" };
            let text = format!(
                "@id(\"p{place}\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\") {stage}\n\
                 {effect} ({}, {}, {}) {};\n",
                draft.principal,
                draft.action,
                draft.resource,
                draft.clauses.join(" ")
            );
            files.entry(path).or_default().push_str(&text);
        }
        PolicySet::parse(&files).unwrap()
    })
}

fn principal() -> impl Strategy<Value = Principal> {
    prop_oneof![
        6 => (0_u128..3).prop_map(|id| Principal::Person(person(id))),
        2 => (0_u128..2).prop_map(|id| Principal::Service(ServiceId::new(Uuid::from_u128(id)))),
        1 => Just(Principal::Anonymous),
    ]
}

fn subject() -> impl Strategy<Value = Subject> {
    let email = select(&["ann@example.com", "bob@elsewhere.org", ""][..]);
    let kind = select(&["employee", "contractor", "robot"][..]);
    (email, kind, select(RiskLevel::ALL), subsequence(&GROUPS[..], 0..=GROUPS.len())).prop_map(
        |(email, kind, risk, groups)| Subject {
            email: email.to_owned(),
            kind: kind.to_owned(),
            risk,
            groups: groups.into_iter().map(|group| group.parse().unwrap()).collect(),
        },
    )
}

fn authentication() -> impl Strategy<Value = Authentication> {
    (select(Assurance::ALL), select(&["passkey", "token"][..]), any::<bool>(), 0_i64..35).prop_map(
        |(assurance, method, phishing_resistant, age)| Authentication {
            assurance,
            method: method.to_owned(),
            phishing_resistant,
            age,
        },
    )
}

fn device() -> impl Strategy<Value = DeviceEvidence> {
    let result = select(&[CheckResult::Pass, CheckResult::Pass, CheckResult::Fail, CheckResult::Unknown][..]);
    let some = btree_map(select(PostureCheck::ALL), result, 0..6);
    let all = Just(PostureCheck::ALL.iter().map(|check| (*check, CheckResult::Pass)).collect());
    (any::<bool>(), any::<bool>(), prop_oneof![some, all], option::of(0_i64..35)).prop_map(
        |(managed, proved, checks, posture_age)| DeviceEvidence {
            managed,
            proved,
            checks: Arc::new(checks),
            posture_age,
        },
    )
}

fn place() -> impl Strategy<Value = Place> {
    let address = select(&["10.1.2.3", "192.0.2.7", "2001:db8::1"][..]);
    (address, select(&["office", "elsewhere"][..])).prop_map(|(address, network)| Place {
        address: address.parse().unwrap(),
        network: network.to_owned(),
    })
}

pub fn question() -> impl Strategy<Value = Question> {
    let who = (principal(), subject());
    let resource = (select(&APPLICATIONS[..]), select(&PARTS[..]));
    let what = (select(Action::ALL), resource, option::of(select(Sensitivity::ALL)));
    let tags = btree_map(select(&["owner", "x"][..]), select(&["ann", "bob"][..]), 0..2);
    let words = (
        tags,
        select(&["GET", "POST"][..]),
        select(&["/public/a", "owner"][..]),
        option::of(select(&["application/pdf", "text/html"][..])),
    );
    let session = (0_i64..35, 0_i64..35).prop_map(|(age, idle)| SessionAge { age, idle });
    let evidence = (
        option::weighted(0.8, authentication()),
        option::weighted(0.8, session),
        option::weighted(0.7, device()),
        option::of(place()),
    );
    let time = (0_u8..24, 1_u8..=7).prop_map(|(hour, weekday)| TimeOfWeek { hour, weekday });
    let exceptions = btree_set(select(&["one", "two", "three"][..]), 0..3);
    (who, what, words, evidence, time, any::<bool>(), exceptions).prop_map(
        |(
            (principal, subject),
            (action, (application, part), label),
            words,
            evidence,
            time,
            grant,
            exceptions,
        )| {
            let (tags, operation, item, content_type) = words;
            let (authentication, session, device, place) = evidence;
            let text = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
            Question {
                principal,
                subject: Arc::new(subject),
                action,
                resource: format!("{application}/{part}").parse().unwrap(),
                sensitivity: label.unwrap_or(Sensitivity::Restricted),
                labelled: label.is_some(),
                application_sensitivity: label.unwrap_or(Sensitivity::Restricted),
                tags: tags.into_iter().map(text).collect(),
                operation: operation.to_owned(),
                item: item.to_owned(),
                content_type: content_type.map(str::to_owned),
                authentication,
                session,
                device,
                place,
                time,
                grant,
                exceptions: exceptions.into_iter().map(|id| id.parse().unwrap()).collect(),
                enrolled: std::collections::BTreeSet::new(),
            }
        },
    )
}
