//! Each answer is counted once, by effect and cause.

use super::*;
use countersign_decide::{Request, Who, decide};
use countersign_names::Action;
use countersign_policy::{PolicySet, starter_permits};
use countersign_testkit::story::*;
use metrics::{Key, KeyName, Metadata, Recorder, SharedString, Unit};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Keeps what is counted, by name and labels.
#[derive(Default)]
struct CountersByName(Mutex<BTreeMap<String, Arc<AtomicU64>>>);

impl Recorder for CountersByName {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let name = format!("{} {}", key.name(), labels.join(" "));
        Counter::from_arc(self.0.lock().entry(name).or_default().clone())
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> metrics::Gauge {
        metrics::Gauge::noop()
    }
    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> metrics::Histogram {
        metrics::Histogram::noop()
    }
}

fn answer(story: &[Line], action: Action) -> Answer {
    let files = [("applications/wiki.cedar".to_owned(), starter_permits(&name("wiki"), None))];
    let policies = Arc::new(PolicySet::parse(&files.into_iter().collect()).unwrap());
    let request = Request {
        who: Who::Person(per(1)),
        key: None,
        application: name("wiki"),
        resource: "wiki/pages".parse().unwrap(),
        action,
        operation: "GET".into(),
        item: "/".into(),
        tags: BTreeMap::new(),
        content_type: None,
        address: None,
        idle: 0,
        posture_confirmed_at: None,
    };
    decide(&Arc::new(told(story)), &policies, &request, at(20))
}

#[test]
fn each_answer_is_counted_by_what_it_came_to_and_why_it_was_given() {
    let enforced = [person(1), application("wiki")];
    let watched = [person(1), application("wiki"), observe("wiki")];
    let allowed = answer(&enforced, Action::Read);
    let denied = answer(&enforced, Action::Administer);
    let observed = answer(&watched, Action::Administer);
    assert!(allowed.permit().is_some() && denied.permit().is_none() && observed.permit().is_some());
    let kept = CountersByName::default();
    let counts = Counts::default();
    metrics::with_local_recorder(&kept, || {
        counts.answered(&allowed, Cause::First, false);
        counts.answered(&allowed, Cause::Reused, false);
        counts.answered(&allowed, Cause::Reused, false);
        counts.answered(&allowed, Cause::Reasked, false);
        counts.answered(&denied, Cause::Cut, false);
        counts.answered(&observed, Cause::First, false);
        counts.answered(&allowed, Cause::First, true);
        counts.answered(&denied, Cause::Reasked, true);
    });
    let found: Vec<_> =
        kept.0.lock().iter().map(|(key, n)| (key.clone(), n.load(Ordering::Relaxed))).collect();
    let of = |effect: &str, cause: Cause, n: u64| {
        (format!("countersign_decisions_total effect={effect} cause={}", cause.as_str()), n)
    };
    let mut expected = vec![
        of("allow", Cause::First, 1),
        of("allow", Cause::Reused, 2),
        of("allow", Cause::Reasked, 1),
        of("deny", Cause::Cut, 1),
        of("observed", Cause::First, 1),
        of("stale", Cause::First, 1),
        of("stale", Cause::Reasked, 1),
    ];
    expected.sort();
    assert_eq!(found, expected);
}
