//! Keeps the graph of who can reach what in memory.
//!
//! It is read in the background when it is first asked about, and anew once an import was applied or a source withdrawn.
//! Meanwhile the earlier one answers. One is read at a time, and it is not begun before the graph that was replaced last is
//! gone, so there are at most two. No decision reads it.

use crate::inventory::number;
use crate::{Control, Refusal};
use countersign_api as api;
use countersign_graph::{AccessGraph, TierZero, TierZeroRules};
use countersign_inventory::{GraphLoadError, GraphSource, SourceState};
use countersign_names::{SourceName, Timestamp};
use parking_lot::Mutex;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, watch};

/// How long a question waits for the first graph. Two million relations were read in 20 s; the command line waits for a
/// minute.
const WAIT_FOR_FIRST: Duration = Duration::from_secs(40);

/// How long a question waits for a newer graph before the earlier one answers.
const WAIT_FOR_NEWER: Duration = Duration::from_secs(2);

/// When to ask again while the first graph is being read.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// Maximum number of questions that are answered at a time: each takes some 20 bytes of memory per node of the graph, and
/// a processor for its time. Others wait.
const MOST_QUESTIONS: usize = 2;

/// The graph, and everything that is computed once for it.
pub struct KeptGraph {
    pub graph: AccessGraph,
    pub tier_zero: TierZero,
    pub sources: Vec<GraphSource>,
    pub read_at: Timestamp,
    pub took: Duration,
}

impl KeptGraph {
    /// Returns whether it has what these sources say now, or what they said later.
    fn is_current(&self, now: &[SourceState]) -> bool {
        let has = |source: &str| self.sources.iter().find(|known| known.source == source);
        let said = now.iter().filter(|state| state.import > 0);
        said.clone().all(|state| has(&state.source).is_some_and(|known| known.import >= state.import))
            && self.sources.iter().all(|known| said.clone().any(|state| state.source == known.source))
    }
}

/// Keeps the graph, and lets one task read it at a time.
pub struct GraphKeeper {
    state: Mutex<KeeperState>,
    /// The number of readings that ended.
    ended: watch::Sender<u64>,
    questions: Arc<Semaphore>,
}

#[derive(Default)]
struct KeeperState {
    kept: Option<Arc<KeptGraph>>,
    /// The graph that was replaced last. A question may still read it.
    replaced: Weak<KeptGraph>,
    is_reading: bool,
    /// Why the last reading failed.
    failure: Option<String>,
}

impl Default for GraphKeeper {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            ended: watch::Sender::new(0),
            questions: Arc::new(Semaphore::new(MOST_QUESTIONS)),
        }
    }
}

impl GraphKeeper {
    fn kept(&self) -> Option<Arc<KeptGraph>> {
        self.state.lock().kept.clone()
    }

    fn is_reading(&self) -> bool {
        self.state.lock().is_reading
    }
}

/// A reading that has begun. It ends when this is dropped, however that comes.
struct OngoingReading(Control);

impl Drop for OngoingReading {
    fn drop(&mut self) {
        let keeper = self.0.graph_keeper();
        keeper.state.lock().is_reading = false;
        keeper.ended.send_modify(|ended| *ended += 1);
    }
}

impl Control {
    /// Answers a question with the graph, on a thread where it may take its time. The graph has what every source says
    /// now if it can be read in a moment; otherwise it is the one before.
    pub(super) async fn ask_graph<T: Send + 'static>(
        &self,
        question: impl FnOnce(&KeptGraph, api::AccessAsOf) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let closed = || Refusal::unavailable("this process is shutting down");
        let kept = self.access_graph().await?;
        let permit = self.graph_keeper().questions.clone().acquire_owned().await.map_err(|_| closed())?;
        let as_of = self.as_of(&kept);
        let asking = tokio::task::spawn_blocking(move || {
            // One who goes away does not let another begin before this one is over.
            let _permit = permit;
            question(&kept, as_of)
        });
        asking
            .await
            .map_err(|error| Refusal::unavailable(format!("the question was not finished: {error}")))?
    }

    /// Has the graph read anew if it is used at all and a source says something else by now.
    pub(super) async fn refresh_graph(&self) {
        let Some(kept) = self.graph_keeper().kept() else { return };
        let Ok(inventory) = self.inventory() else { return };
        match inventory.sources().await {
            Ok(now) if kept.is_current(&now) => {}
            Ok(_) => self.begin_reading(),
            Err(error) => tracing::warn!(%error, "the age of the access graph cannot be looked up"),
        }
    }

    async fn access_graph(&self) -> Result<Arc<KeptGraph>, Refusal> {
        let keeper = self.graph_keeper();
        let now = self.inventory()?.sources().await?;
        let mut ended = keeper.ended.subscribe();
        let begun = tokio::time::Instant::now();
        loop {
            let kept = keeper.kept();
            if let Some(kept) = kept.as_ref().filter(|kept| kept.is_current(&now)) {
                return Ok(Arc::clone(kept));
            }
            self.begin_reading();
            let patience = if kept.is_some() { WAIT_FOR_NEWER } else { WAIT_FOR_FIRST };
            let waited = tokio::time::timeout_at(begun + patience, ended.changed()).await;
            let failure = keeper.state.lock().failure.clone();
            match (waited, keeper.kept(), failure) {
                (Ok(Ok(())), _, None) => {}
                (_, Some(kept), _) => return Ok(kept),
                (_, None, Some(failure)) => return Err(Refusal::unavailable(failure)),
                (_, None, None) => {
                    let detail = "what the sources say is being read, to answer who can reach what";
                    return Err(Refusal::being_read(detail, ASK_AGAIN_AFTER));
                }
            }
        }
    }

    /// Begins to read the graph, unless that goes on already.
    fn begin_reading(&self) {
        let mut state = self.graph_keeper().state.lock();
        if std::mem::replace(&mut state.is_reading, true) {
            return;
        }
        state.failure = None;
        drop(state);
        let reading = OngoingReading(self.clone());
        tokio::spawn(async move {
            let control = &reading.0;
            let read = control.read_graph().await;
            let mut state = control.graph_keeper().state.lock();
            match read {
                Ok(graph) => {
                    let replaced = state.kept.replace(Arc::new(graph));
                    state.replaced = replaced.as_ref().map_or_else(Weak::new, Arc::downgrade);
                    state.failure = None;
                }
                Err(refusal) => {
                    tracing::warn!(%refusal, "the access graph cannot be read");
                    state.failure = Some(refusal.problem().detail.clone());
                }
            }
        });
    }

    async fn read_graph(&self) -> Result<KeptGraph, Refusal> {
        let replaced = self.graph_keeper().state.lock().replaced.clone();
        while replaced.strong_count() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let begun = Instant::now();
        let read_at = self.now();
        let unbuilt = self.inventory()?.read_graph().await?;
        let building = tokio::task::spawn_blocking(move || {
            let read = unbuilt.build()?;
            let tier_zero = read.graph.tier_zero(&TierZeroRules::default()).map_err(GraphLoadError::from)?;
            Ok::<_, GraphLoadError>((read, tier_zero))
        });
        let built = building.await.map_err(|error| Refusal::unavailable(error.to_string()))?;
        let (read, tier_zero) = built?;
        let took = begun.elapsed();
        tracing::info!(
            nodes = read.graph.nodes().count(),
            edges = read.graph.edge_count(),
            bytes = read.graph.bytes(),
            took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            "the access graph was read"
        );
        Ok(KeptGraph { graph: read.graph, tier_zero, sources: read.sources, read_at, took })
    }

    fn as_of(&self, kept: &KeptGraph) -> api::AccessAsOf {
        let world = self.world();
        let sources = kept.sources.iter().filter_map(|known| {
            let source = known.source.parse::<SourceName>().ok()?;
            world.source(&source)?;
            Some(api::AccessSource { source, import: number(known.import), applied_at: known.applied_at })
        });
        api::AccessAsOf {
            read_at: kept.read_at,
            sources: sources.collect(),
            being_read: self.graph_keeper().is_reading(),
        }
    }
}

impl From<GraphLoadError> for Refusal {
    fn from(error: GraphLoadError) -> Self {
        match error {
            GraphLoadError::Inventory(error) => error.into(),
            GraphLoadError::Graph(error) => Self::unavailable(error.to_string()),
        }
    }
}
