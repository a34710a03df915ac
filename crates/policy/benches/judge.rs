//! The cost of evaluating one question without a cache, for sets of 50, 300 and 1,000 policies, compared with Cedar's
//! own authorizer.
//!
//! The questions are a fixed mix and are evaluated in turn, so that a figure is the mean over the mix.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark stops at the first surprise and reports"
)]

use countersign_names::{
    Action, Assurance, CheckResult, GroupName, PersonId, PostureCheck, Principal, RiskLevel, Sensitivity,
};
use countersign_policy::{
    Authentication, DeviceEvidence, PolicySet, Question, SessionAge, Subject, TimeOfWeek, defaults,
};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

const GROUPS: usize = 200;

/// The shipped guardrails, and up to `policies` permits spread over `applications`.
fn set(policies: usize, applications: usize) -> PolicySet {
    let mut files = defaults();
    let shipped = PolicySet::parse(&files).unwrap().policies().len();
    for number in 0..policies - shipped {
        let application = number % applications;
        let group = number * 7 % GROUPS;
        let action = ["read", "write", "download", "connect"][number / applications % 4];
        let condition = match number % 5 {
            0 => "when { resource.sensitivity <= 2 }",
            2 => "when { principal is Countersign::Person && principal.kind == \"employee\" }",
            1 => "when { context has authentication && context.authentication.age <= 43200 }",
            _ => "",
        };
        let text = files.entry(format!("applications/app-{application}.cedar")).or_default();
        write!(
            text,
            "@id(\"p-{number}\") @owner(\"o\") @reason(\"r\") @review(\"2027-01-01\")\n\
             permit (principal in Countersign::Group::\"group-{group}\", action in \
             [Countersign::Action::\"read\", Countersign::Action::\"{action}\"], \
             resource in Countersign::Application::\"app-{application}\") {condition};\n"
        )
        .unwrap();
    }
    let set = PolicySet::parse(&files).unwrap();
    assert_eq!(set.policies().len(), policies);
    set
}

fn questions(applications: usize) -> Vec<Question> {
    (0..500_usize)
        .map(|number| {
            let sensitivity = Sensitivity::ALL[[1, 1, 1, 2, 2, 3, 0][number % 7]];
            let managed = number % 4 != 0;
            let application = number * 13 % applications.min(60);
            // A third of the questions come from members of the group in the application's first permit.
            let own = application * 7 % GROUPS;
            let groups: BTreeSet<usize> = (0..12).map(|n| (number * 31 + n * 17) % GROUPS).collect();
            let groups = groups.into_iter().chain((number % 3 == 0).then_some(own));
            Question {
                principal: Principal::Person(PersonId::new(Uuid::from_u128(number as u128))),
                subject: Arc::new(Subject {
                    email: format!("person-{number}@example.com"),
                    kind: "employee".to_owned(),
                    risk: RiskLevel::Low,
                    groups: groups.map(|n| format!("group-{n}").parse::<GroupName>().unwrap()).collect(),
                }),
                action: [Action::Read, Action::Read, Action::Read, Action::Write, Action::Download]
                    [number % 5],
                resource: format!("app-{application}/pages").parse().unwrap(),
                sensitivity,
                labelled: true,
                application_sensitivity: sensitivity,
                tags: BTreeMap::new(),
                operation: "GET".to_owned(),
                item: "/pages/1".to_owned(),
                content_type: None,
                authentication: Some(Authentication {
                    assurance: Assurance::Aal2,
                    method: "passkey".to_owned(),
                    phishing_resistant: true,
                    age: 600,
                }),
                session: Some(SessionAge { age: 600, idle: 5 }),
                device: managed.then(|| DeviceEvidence {
                    managed: true,
                    proved: true,
                    checks: Arc::new(
                        PostureCheck::ALL.iter().map(|check| (*check, CheckResult::Pass)).collect(),
                    ),
                    posture_age: Some(120),
                }),
                place: None,
                time: TimeOfWeek { hour: 10, weekday: 2 },
                grant: false,
                exceptions: BTreeSet::new(),
                enrolled: BTreeSet::new(),
            }
        })
        .collect()
}

/// Returns the median and the 99th percentile of a question's cost in µs, from the best of 40 rounds per question.
fn median(questions: &[Question], ask: impl Fn(&Question)) -> (f64, f64) {
    let mut times: Vec<f64> = questions
        .iter()
        .map(|question| {
            let rounds = (0..40).map(|_| {
                let begun = Instant::now();
                ask(question);
                begun.elapsed().as_secs_f64() * 1e6
            });
            rounds.fold(f64::INFINITY, f64::min)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

fn judge(c: &mut Criterion) {
    let mut group = c.benchmark_group("first question");
    group.sample_size(20);
    for (policies, applications) in [(50, 10), (300, 60), (1000, 60), (1000, 500)] {
        let set = set(policies, applications);
        let questions = questions(applications);
        let allowed = questions.iter().filter(|question| set.judge(question).allowed).count();
        let ours = median(&questions, |question| drop(black_box(set.judge(question))));
        let plain = median(&questions[..50], |question| drop(black_box(set.judge_plainly(question))));
        println!(
            "{policies} policies, {applications} applications, {allowed}/500 allowed: \
             judge p50 {:.1} us p99 {:.1} us; plain Cedar p50 {:.1} us; ratio {:.0}",
            ours.0,
            ours.1,
            plain.0,
            plain.0 / ours.0
        );
        let name = format!("{policies} policies/{applications} applications");
        let mut turn = questions.iter().cycle();
        group.bench_function(BenchmarkId::new("judge", &name), |bench| {
            bench.iter(|| set.judge(black_box(turn.next().unwrap())));
        });
        group.bench_function(BenchmarkId::new("plain Cedar", &name), |bench| {
            bench.iter(|| set.judge_plainly(black_box(turn.next().unwrap())));
        });
    }
    group.finish();
}

criterion_group!(benches, judge);
criterion_main!(benches);
