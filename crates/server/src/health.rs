//! `/healthz`, `/readyz` and `/metrics`.

use crate::components::{ComponentHealth, ComponentState, ComponentStates};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use countersign_admission::Admission;
use countersign_control::Connection;
use countersign_copies::Copies;
use countersign_evidence::Health;
use countersign_jobs::{ScheduleStates, ScheduleTrouble};
use countersign_ledger::Ledger;
use countersign_listen::Places;
use countersign_names::Timestamp;
use countersign_observations::{ObservationKind, Observations};
use countersign_throttle::{Rates, Throttle};
use http::StatusCode;
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;
use std::time::Duration;

/// How often the metrics exporter's upkeep runs.
const UPKEEP: Duration = Duration::from_secs(5);

/// What determines whether this process is alive and ready.
#[derive(Clone)]
pub struct Probed {
    /// Makes the decisions.
    pub admission: Admission,
    /// The world and its journal.
    pub ledger: Ledger,
    /// The parts of the process.
    pub components: ComponentStates,
    /// What one process of many does every so often.
    pub schedules: ScheduleStates,
}

/// The parts that the three paths report on.
#[derive(Clone)]
pub struct Watched {
    /// What determines readiness.
    pub probed: Probed,
    /// The copies of the evidence, if any.
    pub copies: Option<Copies>,
    /// The places of each listener.
    pub places: Vec<Places>,
    /// The metrics.
    pub metrics: PrometheusHandle,
}

/// Serves the three paths.
pub fn router(watched: Watched) -> Router {
    let ready = probes(watched.probed.clone());
    let figures = Router::new().route("/metrics", get(metrics));
    let unauthenticated = Arc::new(Throttle::new(&Rates::default()));
    figures.with_state(watched).layer(from_fn_with_state(unauthenticated, throttle)).merge(ready)
}

/// Serves `/healthz` and `/readyz`, for load balancers.
pub fn probes(probed: Probed) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .layer(from_fn_with_state(Arc::new(Throttle::new(&Rates::default())), throttle))
        .with_state(probed)
}

/// Requesters are not authenticated here, so all are rate-limited by their address.
async fn throttle(State(unauthenticated): State<Arc<Throttle>>, request: Request, next: Next) -> Response {
    let from = request.extensions().get::<Connection>().and_then(|known| known.address);
    match unauthenticated.admit(from) {
        Ok(()) => next.run(request).await,
        Err(wait) => crate::front::throttled(wait),
    }
}

/// Ready means that a decision made now would be given: the world is followed, records are stored, and the listeners
/// for accesses work. The answer lists what is not, one per line. It also lists other failed components and schedules that
/// do not go as they should, which do not affect readiness: taking a process out of service for them would turn one
/// fault into two.
async fn ready(State(Probed { admission, ledger, components, schedules }): State<Probed>) -> Response {
    let mut troubles = Vec::new();
    troubles.extend(ledger.trouble());
    if let Some(why) = admission.policies_problem() {
        troubles.push(format!("the published policies are not in force: {why}"));
    }
    match admission.sink().state().health {
        Health::Healthy => {}
        other => troubles.push(format!("the evidence is impaired: {other:?}")),
    }
    readiness(troubles, &components.all(), &schedules.troubles(ledger.now())).into_response()
}

/// Returns the answer: `troubles` make the process not ready, and so does a failed essential component.
fn readiness(
    troubles: Vec<String>,
    components: &[ComponentHealth],
    schedules: &[ScheduleTrouble],
) -> (StatusCode, String) {
    let of = |essential: bool| {
        components.iter().filter(move |it| it.essential == essential).filter_map(ComponentHealth::trouble)
    };
    let (mut lines, mut status) = (troubles, StatusCode::SERVICE_UNAVAILABLE);
    lines.extend(of(true));
    if lines.is_empty() {
        (lines, status) = (vec!["ready".to_owned()], StatusCode::OK);
    }
    lines.extend(of(false));
    lines.extend(schedules.iter().map(|trouble| format!("{trouble}; {}", trouble.remedy())));
    (status, lines.join("\n") + "\n")
}

/// Runs the metrics exporter's upkeep for as long as this future is polled.
pub async fn upkeep(metrics: PrometheusHandle) {
    let mut turns = tokio::time::interval(UPKEEP);
    loop {
        turns.tick().await;
        metrics.run_upkeep();
    }
}

async fn metrics(State(watched): State<Watched>) -> String {
    let Probed { admission, ledger, components, schedules: known_schedules } = &watched.probed;
    let state = admission.sink().state();
    metrics::gauge!("countersign_world_sequence").set(to_f64(ledger.world().seq()));
    metrics::gauge!("countersign_world_behind_seconds").set(ledger.behind().as_secs_f64());
    metrics::gauge!("countersign_clock_behind_seconds").set(ledger.skew().as_secs_f64());
    metrics::gauge!("countersign_evidence_backlog_bytes").set(to_f64(state.backlog_bytes));
    metrics::counter!("countersign_evidence_recorded_total").absolute(state.recorded);
    metrics::counter!("countersign_evidence_refused_total").absolute(state.refused);
    metrics::counter!("countersign_evidence_failures_total").absolute(state.failures);
    observations(admission.observations(), ledger.now());
    for health in components.all() {
        let running = f64::from(u8::from(health.state == ComponentState::Running));
        metrics::gauge!("countersign_component_running", "component" => health.name).set(running);
    }
    schedules(known_schedules, ledger.now());
    watched.places.iter().map(Places::state).for_each(connections);
    if let Some(copies) = &watched.copies {
        let state = copies.state();
        if let Some(waiting) = state.waiting {
            metrics::gauge!("countersign_store_waiting_files").set(to_f64(waiting));
            metrics::gauge!("countersign_store_waiting_bytes").set(to_f64(state.waiting_bytes));
        }
        metrics::gauge!("countersign_store_uncopiable_files").set(to_f64(state.left.len() as u64));
        metrics::gauge!("countersign_store_failing").set(f64::from(u8::from(state.problem.is_some())));
        metrics::counter!("countersign_store_copied_files_total").absolute(state.copied);
        metrics::counter!("countersign_store_copied_bytes_total").absolute(state.copied_bytes);
        metrics::counter!("countersign_store_failures_total").absolute(state.failures);
    }
    watched.metrics.run_upkeep();
    watched.metrics.render()
}

fn observations(observations: &Observations, now: Timestamp) {
    let channel = observations.channel();
    if let Some(exchanged_at) = channel.exchanged_at {
        metrics::gauge!("countersign_observations_exchange_age_seconds")
            .set(now.since(exchanged_at).as_secs_f64());
    }
    for kind in ObservationKind::ALL {
        let subjects = u64::try_from(observations.subjects(*kind)).unwrap_or(u64::MAX);
        metrics::gauge!("countersign_observations", "kind" => kind.as_str()).set(to_f64(subjects));
    }
    metrics::counter!("countersign_observations_dropped_total").absolute(observations.dropped());
    metrics::counter!("countersign_observations_written_total").absolute(channel.written);
    metrics::counter!("countersign_observations_read_total").absolute(channel.read);
    metrics::counter!("countersign_observations_failures_total").absolute(channel.failures);
}

fn schedules(known: &ScheduleStates, now: Timestamp) {
    for row in known.rows() {
        let overdue = row.overdue(now).unwrap_or_default();
        let schedule = || row.name.clone();
        metrics::gauge!("countersign_schedule_overdue_seconds", "schedule" => schedule())
            .set(overdue.as_secs_f64());
        metrics::gauge!("countersign_schedule_failures", "schedule" => schedule())
            .set(f64::from(row.failures));
        metrics::gauge!("countersign_schedule_troubled", "schedule" => schedule())
            .set(f64::from(u8::from(row.trouble(now).is_some())));
    }
    for ((schedule, outcome), runs) in known.runs() {
        metrics::counter!("countersign_schedule_runs_total", "schedule" => schedule, "outcome" => outcome.as_str())
            .absolute(runs);
    }
}

fn connections(state: countersign_listen::State) {
    let listener = state.name;
    let count = |n: usize| to_f64(u64::try_from(n).unwrap_or(u64::MAX));
    metrics::gauge!("countersign_connections", "listener" => listener).set(count(state.open));
    metrics::gauge!("countersign_connections_limit", "listener" => listener).set(count(state.limit));
    metrics::gauge!("countersign_connections_of_one_address", "listener" => listener)
        .set(count(state.most_of_one_address));
    metrics::counter!("countersign_connections_refused_total", "listener" => listener)
        .absolute(state.refused);
    metrics::counter!("countersign_connections_full_total", "listener" => listener).absolute(state.full);
    metrics::counter!("countersign_accept_failures_total", "listener" => listener).absolute(state.failures);
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float, and exact up to 2^53")]
const fn to_f64(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health(name: &'static str, essential: bool, state: ComponentState) -> ComponentHealth {
        let last_failure = Some(("it panicked: no room".to_owned(), tokio::time::Instant::now()));
        ComponentHealth { name, essential, restarts: !essential, state, failures: 1, last_failure }
    }

    #[test]
    fn a_component_that_failed_is_named_and_only_an_essential_one_makes_the_process_not_ready() {
        let ready = |state| readiness(vec![], &[health("rollouts", false, state)], &[]);
        assert_eq!(ready(ComponentState::Running), (StatusCode::OK, "ready\n".to_owned()));
        let (status, text) = ready(ComponentState::Restarting);
        assert_eq!(
            (status, text.as_str()),
            (StatusCode::OK, "ready\nrollouts failed and will be restarted: it panicked: no room\n")
        );
        let gone = health("listen.https", true, ComponentState::Failed);
        let (status, text) =
            readiness(vec![], &[health("rollouts", false, ComponentState::Restarting), gone], &[]);
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(text.starts_with("listen.https failed: ") && text.contains("rollouts"), "{text}");
        let (status, text) = readiness(vec!["the world is old".to_owned()], &[], &[]);
        assert_eq!((status, text.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "the world is old\n"));
    }
    #[test]
    fn a_schedule_in_trouble_is_named_with_its_remedy_and_keeps_the_process_ready() {
        let late = ScheduleTrouble::Late { name: "risk".to_owned(), late: Duration::from_secs(90) };
        let (status, text) = readiness(vec![], &[], &[late]);
        assert_eq!(status, StatusCode::OK);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.first(), Some(&"ready"));
        assert!(
            lines
                .get(1)
                .is_some_and(|line| line.contains("risk has been due for 90 s") && line.contains("; read in")),
            "{text}"
        );
    }
}
