//! Random pairs of sets: the solver says the same as an enumeration of all questions of a small universe.

use crate::common::{Set, compared, line, policy};
use countersign_names::{Action, PersonId, Principal, PrincipalKind, RiskLevel, Sensitivity, ServiceId};
use countersign_policy::{PolicySet, Question, Subject, TimeOfWeek};
use countersign_solve::{Answer, Line};
use countersign_testkit::is_long;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

const WHENS: &[&str] = &[
    "resource.sensitivity >= 2",
    "principal has risk && principal.risk >= 1",
    "context.grant",
    "context.time.hour < 6",
    "context.exceptions.contains(\"odd\")",
    "context.item like \"/a*\"",
    "resource.labelled && context.time.weekday * 2 > 9",
    "principal in Countersign::Group::\"red\"",
];

fn set() -> impl Strategy<Value = Set> {
    let rule = (any::<bool>(), any::<bool>(), 0..WHENS.len(), any::<bool>());
    prop::collection::vec(rule, 1..5).prop_map(|rules| {
        let mut set = Set::default();
        for (n, (permit, wiki, when, otherwise)) in rules.into_iter().enumerate() {
            let application = if wiki { "wiki" } else { "payroll" };
            let (word, path) = if permit {
                ("permit", format!("applications/{application}.cedar"))
            } else {
                ("forbid", "guardrails/all.cedar".to_owned())
            };
            let (clause, when) = (if otherwise { "unless" } else { "when" }, WHENS[when]);
            let rule = format!(
                "{word} (principal, action == Countersign::Action::\"read\", resource in \
                 Countersign::Application::\"{application}\") {clause} {{ {when} }};"
            );
            set.add(&path, &policy(&format!("rule-{n}"), &rule));
        }
        set
    })
}

/// Every question that these policies can tell from another: whoever differs from one of these in anything else is answered
/// in the same way.
fn universe() -> impl Iterator<Item = Question> {
    let person = Principal::Person(PersonId::new(Uuid::from_u128(7)));
    let service = Principal::Service(ServiceId::new(Uuid::from_u128(8)));
    let subjects = RiskLevel::ALL.iter().flat_map(|risk| [false, true].map(|red| subject(*risk, red)));
    let labels: Vec<_> = Sensitivity::ALL.iter().map(|level| Some(*level)).chain([None]).collect();
    let switches: Vec<_> = (0..32_u8).map(|bits| [0, 1, 2, 3, 4].map(|bit| bits >> bit & 1 == 1)).collect();
    // The first hour and day at which a condition turns, and the last ones before.
    let times = [5, 6].into_iter().flat_map(|hour| [4, 5].map(|weekday| TimeOfWeek { hour, weekday }));
    let times: Vec<_> = times.collect();
    subjects.flat_map(move |subject| {
        let (labels, switches, times) = (labels.clone(), switches.clone(), times.clone());
        labels.into_iter().flat_map(move |label| {
            let (subject, times) = (subject.clone(), times.clone());
            switches.clone().into_iter().flat_map(move |[is_person, wiki, slash, grant, odd]| {
                let subject = subject.clone();
                times.clone().into_iter().map(move |time| Question {
                    principal: if is_person { person } else { service },
                    subject: subject.clone(),
                    resource: if wiki { "wiki/pages" } else { "payroll/runs" }.parse().unwrap(),
                    sensitivity: label.unwrap_or(Sensitivity::Restricted),
                    labelled: label.is_some(),
                    application_sensitivity: label.unwrap_or(Sensitivity::Restricted),
                    item: if slash { "/ab" } else { "/b" }.to_owned(),
                    time,
                    grant,
                    exceptions: odd.then(|| "odd".parse().unwrap()).into_iter().collect(),
                    action: Action::Read,
                    tags: BTreeMap::new(),
                    operation: "GET".to_owned(),
                    content_type: None,
                    authentication: None,
                    session: None,
                    device: None,
                    place: None,
                    enrolled: BTreeSet::new(),
                })
            })
        })
    })
}

fn subject(risk: RiskLevel, red: bool) -> Arc<Subject> {
    let groups = if red { vec!["red".parse().unwrap()] } else { Vec::new() };
    Arc::new(Subject { email: String::new(), kind: "vendor".to_owned(), risk, groups })
}

/// What the sets decide differently, of all questions of one kind.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Differences {
    newly_allowed: bool,
    newly_denied: bool,
}

fn enumerated(before: &PolicySet, after: &PolicySet) -> [Differences; 2] {
    let mut found = [Differences::default(); 2];
    for question in universe() {
        let of_kind = &mut found[usize::from(question.principal.kind() == PrincipalKind::Service)];
        let (before, after) = (before.judge(&question).allowed, after.judge(&question).allowed);
        of_kind.newly_allowed |= !before && after;
        of_kind.newly_denied |= before && !after;
    }
    found
}

/// The solver and an enumeration of the universe say the same: what is found there is possible, and what is not found there
/// never happens.
#[test]
fn the_solver_finds_exactly_the_changes_that_an_enumeration_finds() {
    // Each case asks a real solver some ten questions.
    let cases = if is_long() { 300 } else { 6 };
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20, ..Config::default() };
    let (possible, never) = (Cell::new(0_u32), Cell::new(0_u32));
    let check = |(running, planned): (Set, Set)| {
        let answers = compared(&running, &planned);
        let kinds = [PrincipalKind::Person, PrincipalKind::Service];
        for (kind, found) in kinds.into_iter().zip(enumerated(&running.parsed(), &planned.parsed())) {
            let line = line(&answers, kind, Action::Read);
            for (answer, found) in
                [(&line.newly_allowed, found.newly_allowed), (&line.newly_denied, found.newly_denied)]
            {
                let says = match answer {
                    Answer::Possible(_) => true,
                    Answer::Never => false,
                    Answer::Unanswered(_) => {
                        return Err(TestCaseError::fail(format!("{kind:?}: {answer:?}")));
                    }
                };
                prop_assert_eq!(says, found, "{:?}: {:?}", kind, line);
                let counted = if found { &possible } else { &never };
                counted.set(counted.get() + 1);
            }
        }
        // No policy is about anything but reading.
        for line in answers.lines.iter().filter(|line| line.kind.action != Action::Read) {
            prop_assert!(never_changes(line), "{line:?}");
        }
        Ok(())
    };
    TestRunner::new(config).run(&(set(), set()), check).unwrap();
    println!("{} possible, {} never", possible.get(), never.get());
    assert!(possible.get() > 0 && never.get() > 0, "one of the answers never occurred");
}

fn never_changes(line: &Line) -> bool {
    line.newly_allowed == Answer::Never && line.newly_denied == Answer::Never
}
