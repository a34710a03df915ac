//! The cost of one decision in a large company: 10,000 people, 1,000 groups nested three deep, 500 resources.
//!
//! `cargo bench -p countersign-decide`. `first` decides without a cached answer; `alive` checks whether an answer is
//! still valid, which is the cost of every following request; `alive_world_moved` does the same after unrelated facts
//! changed the world.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a bench stops at the first surprise")]

use countersign_decide::{Answer, Effect, Request, Who, decide};
use countersign_facts::Member;
use countersign_names::{Action, CheckResult, Sensitivity};
use countersign_policy::{PolicySet, defaults};
use countersign_testkit::story::*;
use countersign_world::World;
use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

const PEOPLE: u128 = 10_000;
const GROUPS: usize = 1_000;
const APPLICATIONS: usize = 500;

/// Ten groups at the top, a hundred below them, the rest below those; each person is in one of the lowest.
fn company() -> World {
    let mut world = World::empty();
    let mut story: Vec<Line> = (0..GROUPS).map(|n| group(&format!("g{n}"))).collect();
    story.extend((10..110).map(|n| join(&format!("g{}", n % 10), in_group(&format!("g{n}")))));
    story.extend((110..GROUPS).map(|n| join(&format!("g{}", 10 + n % 100), in_group(&format!("g{n}")))));
    for n in 1..=PEOPLE {
        story.push(person(n));
        let leaf = 110 + usize::try_from(n).unwrap() % (GROUPS - 110);
        story.push(join(&format!("g{leaf}"), Member::Person(per(n))));
    }
    for n in 0..APPLICATIONS {
        story.push(application(&format!("app{n}")));
        story.push(label(&format!("app{n}/pages"), Some(Sensitivity::Confidential)));
    }
    story.extend([key(1, 1), session(1, 1, 1), device(1), all_checks(1, 15, CheckResult::Pass)]);
    tell(&mut world, &story);
    world
}

/// The shipped guardrails, and permits for as many applications as make up `total` policies.
fn policies(total: usize) -> Arc<PolicySet> {
    let mut files = defaults();
    let guardrails = PolicySet::parse(&files).unwrap().policies().len();
    for n in 0..total - guardrails {
        let (application, group) = (n % APPLICATIONS, n % 10);
        let text = format!(
            "@id(\"p{n}\")\n@owner(\"team\")\n@reason(\"Theirs.\")\n@review(\"2027-01-01\")\npermit (\n  principal in Countersign::Group::\"g{group}\",\n  action,\n  resource in Countersign::Application::\"app{application}\"\n);\n"
        );
        files.entry(format!("applications/app{application}.cedar")).or_default().push_str(&text);
    }
    // The principal is permitted, whatever the number of policies.
    files.entry("applications/app0.cedar".into()).or_default().push_str(
        "@id(\"always\")\n@owner(\"team\")\n@reason(\"Theirs.\")\n@review(\"2027-01-01\")\npermit (principal is Countersign::Person, action, resource in Countersign::Application::\"app0\");\n",
    );
    Arc::new(PolicySet::parse(&files).unwrap_or_else(|rejected| panic!("{rejected}")))
}

fn question() -> Request {
    Request {
        who: Who::Session(ses(1)),
        key: Some(digest(1)),
        application: name("app0"),
        resource: "app0/pages".parse().unwrap(),
        action: Action::Read,
        operation: "GET".into(),
        item: "/a/page".into(),
        tags: BTreeMap::new(),
        content_type: None,
        address: Some("192.0.2.7".parse().unwrap()),
        idle: 0,
        posture_confirmed_at: None,
    }
}

fn benches(criterion: &mut Criterion) {
    let world = Arc::new(company());
    let request = question();
    let now = at(20);
    let mut moved = World::clone(&world);
    tell(&mut moved, &[person(PEOPLE + 1)]);
    let mut group = criterion.benchmark_group("decide");
    for total in [50, 1_000] {
        let policies = policies(total);
        let ask = || -> Answer { decide(&world, &policies, &request, now) };
        let answer = ask();
        assert_eq!(answer.decision().effect, Effect::Allow, "{:?}", answer.decision());
        group.bench_with_input(BenchmarkId::new("first", total), &total, |bencher, _| {
            bencher.iter_batched(|| (), |()| ask(), BatchSize::SmallInput);
        });
        group.bench_with_input(BenchmarkId::new("alive", total), &total, |bencher, _| {
            bencher.iter(|| black_box(&answer).is_alive(black_box(&world), &policies, now));
        });
        group.bench_with_input(BenchmarkId::new("alive_world_moved", total), &total, |bencher, _| {
            bencher.iter(|| black_box(&answer).is_alive(black_box(&moved), &policies, now));
        });
        assert!(answer.is_alive(&moved, &policies, now));
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
