//! What a set cannot tell apart is reduced to one value; what it can tell apart stays.

use crate::{permitting, set};
use countersign_names::{
    Assurance, CheckResult, PersonId, PolicyId, PostureCheck, Principal, RiskLevel, Sensitivity, ServiceId,
};
use countersign_policy::{
    Authentication, DeviceEvidence, Place, PolicySet, Question, SessionAge, Subject, TimeOfWeek,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

const fn person(number: u128) -> Principal {
    Principal::Person(PersonId::new(Uuid::from_u128(number)))
}

const fn service(number: u128) -> Principal {
    Principal::Service(ServiceId::new(Uuid::from_u128(number)))
}

/// A question of which every item has a value of its own.
fn full() -> Question {
    let exception: PolicyId = "a".parse().unwrap();
    Question {
        principal: person(7),
        subject: Arc::new(Subject {
            email: "ann@example.com".to_owned(),
            kind: "contractor".to_owned(),
            risk: RiskLevel::High,
            groups: vec!["staff".parse().unwrap(), "finance".parse().unwrap()],
        }),
        action: countersign_names::Action::Write,
        resource: "wiki/pages".parse().unwrap(),
        sensitivity: Sensitivity::Internal,
        labelled: true,
        application_sensitivity: Sensitivity::Public,
        tags: [("a".to_owned(), "b".to_owned())].into(),
        operation: "PUT".to_owned(),
        item: "/a".to_owned(),
        content_type: Some("text/html".to_owned()),
        authentication: Some(Authentication {
            assurance: Assurance::Aal2,
            method: "passkey".to_owned(),
            phishing_resistant: true,
            age: 15,
        }),
        session: Some(SessionAge { age: 16, idle: 17 }),
        device: Some(device(&[])),
        place: Some(Place { address: "10.0.0.1".parse().unwrap(), network: "office".to_owned() }),
        time: TimeOfWeek { hour: 9, weekday: 3 },
        grant: true,
        exceptions: [exception].into(),
        enrolled: ["b".parse().unwrap()].into(),
    }
}

fn device(failing: &[PostureCheck]) -> DeviceEvidence {
    let result =
        |check: &PostureCheck| if failing.contains(check) { CheckResult::Fail } else { CheckResult::Pass };
    DeviceEvidence {
        managed: true,
        proved: true,
        checks: Arc::new(PostureCheck::ALL.iter().map(|check| (*check, result(check))).collect()),
        posture_age: Some(18),
    }
}

/// The full question as a set sees it that reads nothing of it but what no set reduces.
fn least() -> Question {
    Question {
        principal: person(0),
        subject: Arc::new(nobody()),
        authentication: full().authentication.map(|evidence| Authentication { age: 0, ..evidence }),
        session: Some(SessionAge { age: 0, idle: 0 }),
        device: None,
        grant: false,
        exceptions: [].into(),
        ..full()
    }
}

const fn nobody() -> Subject {
    Subject { email: String::new(), kind: String::new(), risk: RiskLevel::Low, groups: Vec::new() }
}

fn reduced(condition: &str, question: &Question) -> Question {
    permitting(condition).discernment().reduce(question)
}

#[test]
fn a_set_that_reads_nothing_leaves_the_least() {
    assert_eq!(reduced("true", &full()), least());
    assert_eq!(PolicySet::default().discernment().reduce(&full()), least());
    let bare = Question { authentication: None, session: None, device: None, ..full() };
    let expected = Question { authentication: None, session: None, ..least() };
    assert_eq!(reduced("true", &bare), expected);
}

#[test]
fn each_item_that_a_condition_reads_stays() {
    let with = |change: &dyn Fn(&mut Question)| {
        let mut question = least();
        change(&mut question);
        question
    };
    let subject = |subject: Subject| with(&|question| question.subject = Arc::new(subject.clone()));
    let read_device = |device: DeviceEvidence| with(&|question| question.device = Some(device.clone()));
    for (condition, expected) in [
        ("context.grant", with(&|question| question.grant = true)),
        ("context.exceptions.contains(\"x\")", with(&|question| question.exceptions = full().exceptions)),
        ("principal has risk && principal.risk > 1", subject(Subject { risk: RiskLevel::High, ..nobody() })),
        (
            "principal is Countersign::Person && principal.email == \"\"",
            subject(Subject { email: "ann@example.com".to_owned(), ..nobody() }),
        ),
        (
            "principal is Countersign::Person && principal.kind == \"\"",
            subject(Subject { kind: "contractor".to_owned(), ..nobody() }),
        ),
        // A service's name is nothing to a person.
        ("principal is Countersign::Service && principal.name == \"\"", least()),
        (
            "principal in Countersign::Group::\"staff\"",
            subject(Subject { groups: vec!["staff".parse().unwrap()], ..nobody() }),
        ),
        (
            "principal in [Countersign::Group::\"guests\", Countersign::Group::\"finance\"]",
            subject(Subject { groups: vec!["finance".parse().unwrap()], ..nobody() }),
        ),
        ("principal has risk || principal is Countersign::Person", least()),
        // No age is compared with the time of the last report, so it is as good as new.
        ("context has device", read_device(DeviceEvidence { posture_age: Some(0), ..device(&[]) })),
        (
            "context has device.posture_age && context.device.posture_age < 11",
            read_device(DeviceEvidence { posture_age: Some(11), ..device(&[]) }),
        ),
        (
            "context has session && context.session.age < 10",
            with(&|question| question.session = Some(SessionAge { age: 10, idle: 0 })),
        ),
        (
            "context has session && context.session.idle < 12",
            with(&|question| question.session = Some(SessionAge { age: 0, idle: 12 })),
        ),
        (
            "context has authentication && context.authentication.age < 13",
            with(&|question| question.authentication.as_mut().unwrap().age = 13),
        ),
    ] {
        let found = reduced(condition, &full());
        assert_eq!(found, expected, "{condition}");
        assert_eq!(reduced(condition, &found), found, "{condition}: reduced again, it is the same");
    }
}

#[test]
fn an_age_goes_back_to_where_it_last_mattered() {
    let settled = |condition: &str, age: i64| {
        let question = Question { session: Some(SessionAge { age, idle: 5 }), ..full() };
        reduced(&format!("context has session && {condition}"), &question).session.unwrap().age
    };
    let turns = "context.session.age >= 10 && context.session.age < 20";
    for (age, expected) in [(-3, -3), (0, 0), (9, 0), (10, 10), (11, 10), (19, 10), (20, 20), (i64::MAX, 20)]
    {
        assert_eq!(settled(turns, age), expected, "{age}");
    }
    for age in [-3, 0, 9, i64::MAX] {
        assert_eq!(settled("context.session.age - 1 > 10", age), age, "it could matter at any second");
    }
}

#[test]
fn a_device_keeps_its_checks_if_a_condition_reads_which_fail() {
    let failing = [PostureCheck::ALL[1]];
    let asked = |device: DeviceEvidence| Question { device: Some(device), ..full() };
    let checks = |condition: &str, device: DeviceEvidence| {
        let condition = format!("context has device && {condition}");
        let found = reduced(&condition, &asked(device)).device.unwrap();
        assert!(found.managed && found.proved);
        found.checks
    };
    let whole = device(&failing);
    assert_eq!(checks("context.device.failing.contains(\"x\")", whole.clone()), whole.checks);
    assert_eq!(checks("[context.device].contains(context.device)", whole.clone()), whole.checks);
    // Otherwise only whether it passes all of them can matter.
    assert_eq!(checks("context.device.compliant", whole), Arc::new(BTreeMap::new()));
    let all = device(&[]);
    assert_eq!(checks("context.device.compliant", all.clone()), all.checks);
    let unknown = DeviceEvidence { checks: Arc::new(BTreeMap::new()), ..all };
    assert_eq!(checks("context.device.managed", unknown), Arc::new(BTreeMap::new()));
}

/// The principals that stay as they are, of two persons, two services and the anonymous one.
fn told_apart(set: &PolicySet) -> Vec<Principal> {
    let asked = [person(7), person(8), service(7), service(8), Principal::Anonymous];
    let discernment = set.discernment();
    let reduce = |principal: Principal| discernment.reduce(&Question { principal, ..full() }).principal;
    for principal in asked {
        let kind = reduce(principal).kind();
        assert_eq!(kind, principal.kind(), "kinds are never merged");
    }
    asked.into_iter().filter(|principal| reduce(*principal) == *principal).collect()
}

#[test]
fn principals_that_a_policy_names_stay_themselves() {
    let anonymous = Principal::Anonymous;
    let entity = |principal: Principal| match principal {
        Principal::Service(id) => format!("Countersign::Service::\"{id}\""),
        other => format!("Countersign::Person::\"{other}\""),
    };
    let (seven, bot) = (entity(person(7)), entity(service(7)));
    let either = format!("(if context.grant then {seven} else {})", entity(person(8)));
    let itself = "(if context.grant then principal else principal)";
    let everybody = vec![person(7), person(8), service(7), service(8), anonymous];
    for (condition, expected) in [
        ("true".to_owned(), vec![anonymous]),
        (format!("principal == {seven}"), vec![person(7), anonymous]),
        (format!("{seven} == principal"), vec![person(7), anonymous]),
        (format!("principal in [{seven}]"), vec![person(7), anonymous]),
        (format!("principal == {bot}"), vec![service(7), anonymous]),
        (format!("[{seven}].contains({seven})"), vec![person(7), anonymous]),
        ("principal is Countersign::Person".to_owned(), vec![anonymous]),
        ("principal has risk".to_owned(), vec![anonymous]),
        ("principal in Countersign::Group::\"staff\"".to_owned(), vec![anonymous]),
        // What is not a test for named entities could tell any two apart.
        (format!("principal == {either}"), everybody.clone()),
        (format!("{either} == principal"), everybody.clone()),
        (format!("principal in {either}"), everybody.clone()),
        (format!("principal in [{either}]"), everybody.clone()),
        (format!("principal is Countersign::Person && [{seven}].contains(principal)"), everybody.clone()),
        (format!("{itself} == {seven}"), everybody.clone()),
        (format!("{seven} == {itself}"), everybody.clone()),
        (format!("{itself} in {seven}"), everybody.clone()),
        (format!("{itself} is Countersign::Person"), everybody.clone()),
        (format!("{itself} has risk"), everybody.clone()),
        (format!("principal has risk && {itself}.risk > 1"), everybody.clone()),
        ("principal == principal".to_owned(), everybody.clone()),
        ("!(resource.labelled || [principal].contains(principal))".to_owned(), everybody.clone()),
    ] {
        assert_eq!(told_apart(&permitting(&condition)), expected, "{condition}");
    }
    // In a scope too.
    let scope = format!(
        "{}permit (principal == {seven}, action, resource in Countersign::Application::\"wiki\");",
        crate::HEAD
    );
    assert_eq!(told_apart(&set(crate::WIKI, &scope)), [person(7), anonymous]);
    let group = scope.replace(&format!("== {seven}"), "in Countersign::Group::\"finance\"");
    assert_eq!(
        set(crate::WIKI, &group).discernment().reduce(&full()).subject.groups,
        ["finance".parse().unwrap()]
    );
}

/// The placeholder is a principal like any other: where a policy names it, nobody may take its place.
#[test]
fn where_a_policy_names_the_placeholder_nobody_is_merged_with_it() {
    let everybody = [person(7), person(8), service(7), service(8), Principal::Anonymous];
    let Principal::Person(nil) = person(0) else { unreachable!("it is a person") };
    let Principal::Service(nil_service) = service(0) else { unreachable!("it is a service") };
    for condition in [
        format!("principal == Countersign::Person::\"{nil}\""),
        format!("principal == Countersign::Service::\"{nil_service}\""),
        format!("principal == Countersign::Person::\"{nil}\" || principal == principal"),
    ] {
        assert_eq!(told_apart(&permitting(&condition)), everybody, "{condition}");
    }
}

#[test]
fn of_a_principal_that_could_be_told_apart_every_attribute_stays() {
    assert_eq!(reduced("[principal].contains(principal)", &full()).subject, {
        let groups = Vec::new();
        Arc::new(Subject { groups, ..(*full().subject).clone() })
    });
    let robot = Subject { kind: "robot".to_owned(), email: String::new(), ..(*full().subject).clone() };
    let asked = Question { principal: service(7), subject: Arc::new(robot), ..full() };
    let kind = |condition: &str| reduced(condition, &asked).subject.kind.clone();
    assert_eq!(kind("principal is Countersign::Service && principal.name == \"x\""), "robot");
    assert_eq!(kind("principal is Countersign::Person && principal.kind == \"x\""), "");
    assert_eq!(kind("principal is Countersign::Person && principal.email == \"x\""), "");
}

#[test]
fn a_reduced_question_has_the_verdict_of_the_whole() {
    for condition in [
        "principal in Countersign::Group::\"staff\"",
        "context has session && context.session.age < 16",
        "context has session && context.session.age <= 16",
        "context has device && context.device.compliant",
        "context.grant && context.exceptions.contains(\"a\")",
        "principal is Countersign::Person && principal.kind == \"contractor\" && principal.risk == 2",
    ] {
        for condition in [condition.to_owned(), format!("!({condition})")] {
            let set = permitting(&condition);
            let reduced = set.discernment().reduce(&full());
            assert_eq!(set.judge(&full()).allowed, set.judge(&reduced).allowed, "{condition}");
            assert_eq!(set.judge_plainly(&full()).allowed, set.judge(&reduced).allowed, "{condition}");
        }
    }
}
