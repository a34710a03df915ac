//! The parts of a process: each has a name, is supervised, restarted where that is safe, and stopped in order.
//!
//! A part that ends or panics before it is told to stop has failed. A part whose state is on record restarts after a
//! back-off; a listener cannot, because its socket is gone with it. In both cases `/readyz`, the status and
//! `countersign doctor` report it until it runs again.

use countersign_api::{ComponentCondition, ComponentStatus};
use parking_lot::Mutex;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinError;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The future of a component, which runs until it is told to stop.
pub type ComponentRun = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How long the components of one phase may take to stop, beyond their own limits.
const STOP_LIMIT: Duration = Duration::from_secs(60);

/// Maximum length of a panic's text in reports.
const LONGEST_TEXT: usize = 300;

/// When a component is told to stop. Each phase has ended before the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StopPhase {
    /// Listeners: they accept nothing new, and exchanges under way end within their grace.
    Listeners,
    /// Work that states facts.
    Work,
    /// Components that store evidence and remember the journal's head, which the last facts move.
    Evidence,
}

const PHASES: [StopPhase; 3] = [StopPhase::Listeners, StopPhase::Work, StopPhase::Evidence];

/// The state of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComponentState {
    /// At work.
    Running,
    /// It failed, and restarts after a back-off.
    Restarting,
    /// It failed, and only a restart of the process starts it again.
    Failed,
    /// It stopped when told to.
    Stopped,
}

/// The current state and history of a component.
#[derive(Debug, Clone)]
pub struct ComponentHealth {
    /// Its name.
    pub name: &'static str,
    /// Whether accesses depend on it: without it, the process is not ready.
    pub essential: bool,
    /// Whether it restarts after a failure.
    pub restarts: bool,
    /// Its current state.
    pub state: ComponentState,
    /// Number of failures since the process began.
    pub failures: u64,
    /// The reason and time of the last failure.
    pub last_failure: Option<(String, Instant)>,
}

/// The back-off before a failed component restarts.
#[derive(Debug, Clone, Copy)]
pub struct RestartPace {
    /// After the first failure. Each further one doubles it.
    pub first: Duration,
    /// The maximum.
    pub longest: Duration,
    /// After a run of this length, the next failure counts as the first.
    pub settled: Duration,
}

impl Default for RestartPace {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(60),
            settled: Duration::from_secs(300),
        }
    }
}

/// The components of a process. If it is dropped, they continue until the runtime ends.
pub struct ComponentSet {
    phases: Vec<(StopPhase, CancellationToken, TaskTracker)>,
    states: ComponentStates,
    pace: RestartPace,
}

/// The states of all components. Clones share them.
#[derive(Clone, Default)]
pub struct ComponentStates(Arc<Mutex<Vec<Arc<Mutex<ComponentHealth>>>>>);

impl Default for ComponentSet {
    fn default() -> Self {
        Self::with_pace(RestartPace::default())
    }
}

impl ComponentSet {
    /// Creates an empty set.
    pub fn with_pace(pace: RestartPace) -> Self {
        let phase = |phase| (phase, CancellationToken::new(), TaskTracker::new());
        Self { phases: PHASES.map(phase).into(), states: ComponentStates::default(), pace }
    }

    /// Returns the state of each component.
    pub fn states(&self) -> ComponentStates {
        self.states.clone()
    }

    /// Starts a listener. Accesses depend on it if it is `essential`; it cannot restart.
    pub fn listen<R: Future<Output = ()> + Send + 'static>(
        &self,
        name: &'static str,
        essential: bool,
        run: impl FnOnce(CancellationToken) -> R,
    ) {
        let stop = self.stop_of(StopPhase::Listeners);
        let mut run: Option<ComponentRun> = Some(Box::pin(run(stop)));
        self.start((name, essential, false), StopPhase::Listeners, move |_| run.take());
    }

    /// Starts a component that ends soon after its token is cancelled. `run` is called again after a failure, so it
    /// must begin from what is on record.
    pub fn keep<R: Future<Output = ()> + Send + 'static>(
        &self,
        name: &'static str,
        phase: StopPhase,
        mut run: impl FnMut(CancellationToken) -> R + Send + 'static,
    ) {
        self.start((name, false, true), phase, move |stop| Some(Box::pin(run(stop))));
    }

    /// The same as [`keep`](Self::keep), for a component that may be dropped at any await.
    pub fn keep_until_stopped<R: Future<Output = ()> + Send + 'static>(
        &self,
        name: &'static str,
        phase: StopPhase,
        mut run: impl FnMut() -> R + Send + 'static,
    ) {
        self.keep(name, phase, move |stop| {
            let running = run();
            async move {
                let _stopped = stop.run_until_cancelled(running).await;
            }
        });
    }

    fn start(
        &self,
        (name, essential, restarts): (&'static str, bool, bool),
        phase: StopPhase,
        run: impl FnMut(CancellationToken) -> Option<ComponentRun> + Send + 'static,
    ) {
        let state = ComponentState::Running;
        let health = ComponentHealth { name, essential, restarts, state, failures: 0, last_failure: None };
        let health = Arc::new(Mutex::new(health));
        self.states.0.lock().push(Arc::clone(&health));
        let Some((_, stop, tasks)) = self.phases.iter().find(|known| known.0 == phase) else { return };
        tasks.spawn(supervise(run, health, self.pace, stop.clone()));
    }

    fn stop_of(&self, phase: StopPhase) -> CancellationToken {
        let known = self.phases.iter().find(|known| known.0 == phase);
        known.map(|(_, stop, _)| stop.clone()).unwrap_or_default()
    }

    /// Stops every component, phase by phase.
    pub async fn stop(&self) {
        self.stop_within(STOP_LIMIT).await;
    }

    async fn stop_within(&self, limit: Duration) {
        for (phase, stop, tasks) in &self.phases {
            stop.cancel();
            tasks.close();
            if tokio::time::timeout(limit, tasks.wait()).await.is_err() {
                let left: Vec<&str> =
                    self.states.all().iter().filter(|it| it.is_at_work()).map(|it| it.name).collect();
                tracing::error!(
                    ?phase,
                    ?left,
                    "some components do not stop; the process continues its shutdown without them"
                );
            }
        }
    }
}

impl ComponentHealth {
    fn is_at_work(&self) -> bool {
        self.state == ComponentState::Running
    }

    /// Returns what is currently wrong with it.
    pub fn trouble(&self) -> Option<String> {
        let why = self.last_failure.as_ref().map(|(why, _)| why.as_str()).unwrap_or_default();
        match self.state {
            ComponentState::Running | ComponentState::Stopped => None,
            ComponentState::Restarting => Some(format!("{} failed and will be restarted: {why}", self.name)),
            ComponentState::Failed => Some(format!("{} failed: {why}; restart this process", self.name)),
        }
    }
}

/// Converts a component's state for the API.
pub fn status(health: &ComponentHealth) -> ComponentStatus {
    let failed = health.last_failure.as_ref();
    ComponentStatus {
        name: health.name.to_owned(),
        state: match health.state {
            ComponentState::Running => ComponentCondition::Running,
            ComponentState::Restarting => ComponentCondition::Restarting,
            ComponentState::Failed => ComponentCondition::Failed,
            ComponentState::Stopped => ComponentCondition::Stopped,
        },
        essential: health.essential,
        failures: health.failures,
        last_failure: failed.map(|(why, _)| why.clone()),
        failed_seconds_ago: failed.map(|(_, at)| at.elapsed().as_secs()),
    }
}

impl ComponentStates {
    /// Returns all of them, in the order in which they were started.
    pub fn all(&self) -> Vec<ComponentHealth> {
        self.0.lock().iter().map(|health| health.lock().clone()).collect()
    }
}

async fn supervise(
    mut run: impl FnMut(CancellationToken) -> Option<ComponentRun> + Send,
    health: Arc<Mutex<ComponentHealth>>,
    pace: RestartPace,
    stop: CancellationToken,
) {
    let mut pause = pace.first;
    while let Some(running) = run(stop.clone()) {
        health.lock().state = ComponentState::Running;
        let began = Instant::now();
        // A separate task, so that a panic ends only this one.
        let ended = tokio::spawn(running).await;
        if stop.is_cancelled() && ended.is_ok() {
            break;
        }
        failed(&health, &ended.err().map_or_else(|| "it ended by itself".to_owned(), said));
        if began.elapsed() >= pace.settled {
            pause = pace.first;
        }
        if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
            break;
        }
        pause = pace.longest.min(pause * 2);
    }
    let mut health = health.lock();
    health.state = if stop.is_cancelled() { ComponentState::Stopped } else { ComponentState::Failed };
}

fn failed(health: &Mutex<ComponentHealth>, why: &str) {
    let mut health = health.lock();
    health.state = if health.restarts { ComponentState::Restarting } else { ComponentState::Failed };
    health.failures += 1;
    health.last_failure = Some((why.to_owned(), Instant::now()));
    tracing::error!(component = health.name, why, "a component of this process failed");
    metrics::counter!("countersign_component_failures_total", "component" => health.name).increment(1);
}

/// Returns why a task ended, in one short line.
fn said(error: JoinError) -> String {
    let Ok(panic) = error.try_into_panic() else { return "it was cancelled".to_owned() };
    let said = panic.downcast_ref::<&str>().copied();
    let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words");
    let line = said.chars().take(LONGEST_TEXT).map(|c| if c.is_control() { ' ' } else { c });
    "it panicked: ".chars().chain(line).collect()
}

#[cfg(test)]
mod tests;
