//! Random pairs of sets: wherever they decide a random question differently, the solver must have found that this is
//! possible.

use crate::common::{Set, compared, policy};
use countersign_names::{Action, PersonId, Principal, PrincipalKind, RiskLevel, Sensitivity};
use countersign_policy::{Question, Subject, TimeOfWeek};
use countersign_solve::Answer;
use proptest::prelude::*;
use proptest::test_runner::Config;
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

fn question() -> impl Strategy<Value = Question> {
    let whom = (0..3usize, any::<bool>());
    let what = (any::<bool>(), 0..4usize, any::<bool>(), any::<bool>());
    let when = (0..24u8, 1..8u8, any::<bool>(), any::<bool>());
    (whom, what, when).prop_map(
        |((risk, red), (wiki, sensitivity, labelled, slash), (hour, weekday, grant, odd))| {
            let sensitivity = if labelled { Sensitivity::ALL[sensitivity] } else { Sensitivity::Restricted };
            let groups = if red { vec!["red".parse().unwrap()] } else { Vec::new() };
            Question {
                principal: Principal::Person(PersonId::new(Uuid::from_u128(7))),
                subject: Arc::new(Subject {
                    email: String::new(),
                    kind: "vendor".to_owned(),
                    risk: RiskLevel::ALL[risk],
                    groups,
                }),
                action: Action::Read,
                resource: if wiki { "wiki/pages" } else { "payroll/runs" }.parse().unwrap(),
                sensitivity,
                labelled,
                application_sensitivity: sensitivity,
                tags: std::collections::BTreeMap::new(),
                operation: "GET".to_owned(),
                item: if slash { "/ab" } else { "/b" }.to_owned(),
                content_type: None,
                authentication: None,
                session: None,
                device: None,
                place: None,
                time: TimeOfWeek { hour, weekday },
                grant,
                exceptions: odd.then(|| "odd".parse().unwrap()).into_iter().collect(),
                enrolled: std::collections::BTreeSet::new(),
            }
        },
    )
}

proptest! {
    // Each case asks a real solver some ten questions.
    #![proptest_config(Config { cases: 6, failure_persistence: None, max_shrink_iters: 20, ..Config::default() })]

    #[test]
    fn what_is_proved_never_to_happen_does_not(
        running in set(), planned in set(), questions in prop::collection::vec(question(), 400)
    ) {
        let answers = compared(&running, &planned);
        let read = (PrincipalKind::Person, Action::Read);
        let line = answers.lines.iter().find(|line| (line.kind.principal, line.kind.action) == read).unwrap();
        let (before, after) = (running.parsed(), planned.parsed());
        for question in &questions {
            let (before, after) = (before.judge(question).allowed, after.judge(question).allowed);
            prop_assert!(before || !after || line.newly_allowed != Answer::Never, "{question:?}");
            prop_assert!(!before || after || line.newly_denied != Answer::Never, "{question:?}");
        }
        for answer in answers.lines.iter().flat_map(|line| [&line.newly_allowed, &line.newly_denied]) {
            prop_assert!(!matches!(answer, Answer::Unanswered(_)), "{answer:?}");
        }
    }
}
