//! Correlation: when it runs, what it reads, and where it stands.

use super::IdentityKeeping;
use super::decisions::as_link;
use crate::refusal::JsonResult;
use crate::secret::sha256;
use crate::{Control, Refusal};
use axum::extract::State;
use countersign_api as api;
use countersign_correlate::{
    CorrelationRules, LinkDecision, SourcedKey, SourcedNodes, correlate, employments,
};
use countersign_identities::RunCounts;
use countersign_inventory::NodeQuery;
use countersign_jobs::{ScheduleOutcome, ScheduleRun};
use countersign_sources::{NodeKind, SourceKey, SourceNode};
use countersign_world::World;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The name of the schedule.
pub const CORRELATE: &str = "identities.correlate";

/// Number of records that are read in one step.
const PAGE: u32 = 5_000;

/// How often reading the sources begins again because an import was applied meanwhile.
const TRIES: usize = 5;

/// The version of what correlation does with the same input. A change of it correlates everything again.
const METHOD: u32 = 2;

/// Everything that a result depends on. Two equal ones have the same result.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CorrelationBasis {
    method: u32,
    /// The import of each source.
    pub(crate) imports: BTreeMap<String, i64>,
    authoritative: BTreeSet<String>,
    /// The sequence of the last decision or undoing.
    decided: u64,
    /// The digest of the operator's rules; empty for the shipped ones.
    rules: String,
}

/// What correlation goes by besides what sources say.
pub(crate) struct CorrelationTerms {
    pub(crate) rules: CorrelationRules,
    /// What people decided.
    pub(crate) decisions: Vec<LinkDecision>,
    /// A text that is the same for the same rules and decisions.
    pub(crate) mark: String,
}

/// What a correlation reads.
struct CorrelationInput {
    basis: String,
    nodes: Vec<(SourcedKey, SourceNode)>,
    decisions: Vec<LinkDecision>,
    rules: CorrelationRules,
}

/// Reads and checks a file of rules of correlation.
///
/// # Errors
/// If it cannot be read, or something is wrong with it; the text names the file, the line and the remedy.
pub fn check_correlation_rules(path: &Path) -> Result<(), String> {
    read_rules(path, &read_text(path)?).map(|_| ())
}

fn read_text(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| {
        format!("the file of rules {} cannot be read ({error}): mend `correlation_rules`", path.display())
    })
}

fn read_rules(path: &Path, text: &str) -> Result<CorrelationRules, String> {
    CorrelationRules::read(text).map_err(|error| format!("the file of rules {}: {error}", path.display()))
}

impl IdentityKeeping {
    /// Reads the operator's rules; `None` if no file is declared.
    fn own_rules(&self) -> Result<Option<String>, String> {
        self.rules.as_deref().map(read_text).transpose()
    }

    /// Reads and checks the rules.
    fn rules(&self) -> Result<(CorrelationRules, String), String> {
        let Some(path) = &self.rules else { return Ok((CorrelationRules::default(), String::new())) };
        let text = read_text(path)?;
        Ok((read_rules(path, &text)?, sha256(text.as_bytes()).to_string()))
    }
}

impl Control {
    /// Correlates, if something changed since the last result or somebody asked for it, until nothing is left to do.
    ///
    /// # Errors
    /// If something cannot be read or written. What was found before stays.
    pub async fn correlate_when_due(&self, run: ScheduleRun) -> ScheduleOutcome {
        let working = async {
            // What changes meanwhile is taken up at once. The bound leaves the schedule to other processes now and then.
            for _ in 0..TRIES {
                if self
                    .correlate_once()
                    .await
                    .map_err(|refusal| refusal.to_string().replace('\n', "; "))?
                    .is_none()
                {
                    break;
                }
            }
            Ok(())
        };
        run.stop.run_until_cancelled(working).await.unwrap_or_else(|| Err("it was stopped".to_owned()))
    }

    /// Correlates once. Returns the numbers of the result, or `None` if the last one is good still.
    ///
    /// # Errors
    /// If something cannot be read or written. What was found before stays.
    pub async fn correlate_once(&self) -> Result<Option<RunCounts>, Refusal> {
        let keeping = self.identities()?;
        let _turn = keeping.turn.lock().await;
        let (rules, digest) = keeping.rules().map_err(wrong_rules)?;
        let last = keeping.tables.last_run().await?;
        let asked = keeping.tables.asked_at().await?;
        let is_asked = asked.is_some_and(|asked| last.as_ref().is_none_or(|last| last.started_at < asked));
        let basis = self.basis(digest.clone()).await?;
        // A process that was killed after a result took effect did not note who belongs to the organisation.
        let is_noted = keeping.tables.employment_basis().await?.is_some_and(|noted| noted == basis);
        if !is_asked && is_noted && last.is_some_and(|last| last.basis == basis) {
            return Ok(None);
        }
        // A request that comes from here on is for another run.
        let started = self.now();
        let input = self.input(rules, digest).await?;
        let (basis, nodes, found) = on_a_thread(move || {
            let sourced: SourcedNodes<'_> = input.nodes.iter().map(|(at, node)| (at.clone(), node)).collect();
            let found = correlate(&sourced, &input.decisions, &input.rules);
            drop(sourced);
            (input.basis, input.nodes, found)
        })
        .await?;
        let sourced: SourcedNodes<'_> = nodes.iter().map(|(at, node)| (at.clone(), node)).collect();
        let counts = keeping.tables.replace(&basis, (&found, &sourced), started, || self.now()).await?;
        let read: CorrelationBasis = serde_json::from_str(&basis).unwrap_or_default();
        let said = employments(&found, &sourced, &read.authoritative, started);
        let is_there = |at: &SourcedKey| sourced.contains_key(at);
        keeping.tables.replace_employments(&basis, said, (&read.authoritative, is_there), started).await?;
        self.leavers_are_due().await;
        tracing::info!(
            nodes = counts.nodes,
            people = counts.people,
            linked = counts.linked,
            "identities were correlated"
        );
        Ok(Some(counts))
    }

    /// Returns what a result of now depends on, as text.
    async fn basis(&self, rules: String) -> Result<String, Refusal> {
        let states = self.inventory()?.sources().await?;
        let world = self.world();
        let declared: BTreeSet<String> = world.sources().map(|source| source.name.to_string()).collect();
        let basis = CorrelationBasis {
            method: METHOD,
            imports: states
                .into_iter()
                .filter(|state| state.import > 0 && declared.contains(&state.source))
                .map(|state| (state.source, state.import))
                .collect(),
            authoritative: authoritative(&world),
            decided: world.identities_changed(),
            rules,
        };
        // Numbers and texts always serialize.
        Ok(serde_json::to_string(&basis).unwrap_or_default())
    }

    /// Reads everything, each source at one import.
    async fn input(&self, rules: CorrelationRules, digest: String) -> Result<CorrelationInput, Refusal> {
        for _ in 0..TRIES {
            let basis = self.basis(digest.clone()).await?;
            let world = self.world();
            let (rules, decisions) = with_declared(&world, rules.clone());
            let mut nodes = Vec::new();
            for kind in [NodeKind::Person, NodeKind::Account] {
                self.read_nodes(kind, &mut nodes).await?;
            }
            nodes.retain(|(at, _)| at.source.parse().is_ok_and(|source| world.source(&source).is_some()));
            if self.basis(digest.clone()).await? == basis {
                return Ok(CorrelationInput { basis, nodes, decisions, rules });
            }
        }
        Err(Refusal::conflict("imports were applied again and again while the sources were read"))
    }

    /// Returns what correlation goes by besides what sources say.
    ///
    /// # Errors
    /// If the operator's file of rules cannot be read.
    pub(crate) fn correlation_terms(&self) -> Result<CorrelationTerms, Refusal> {
        let (rules, digest) = self.identities()?.rules().map_err(wrong_rules)?;
        let world = self.world();
        let mark = json!([authoritative(&world), world.identities_changed(), digest]).to_string();
        let (rules, decisions) = with_declared(&world, rules);
        Ok(CorrelationTerms { rules, decisions, mark })
    }

    async fn read_nodes(
        &self,
        kind: NodeKind,
        nodes: &mut Vec<(SourcedKey, SourceNode)>,
    ) -> Result<(), Refusal> {
        let mut query = NodeQuery { kind: Some(kind), limit: PAGE, ..NodeQuery::default() };
        loop {
            let page = self.inventory()?.nodes(&query).await?;
            nodes.extend(page.nodes.into_iter().filter_map(|node| {
                let key = SourceKey::new(&node.key)?;
                let at = SourcedKey::new(&node.source, key.clone());
                Some((at, SourceNode { key, name: node.name, body: node.body }))
            }));
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// Has correlation run soon, because something changed that it reads. If that fails, it runs when its schedule says.
    pub(crate) async fn identities_are_due(&self) {
        let Some(tables) = self.job_tables() else { return };
        if let Err(error) = tables.schedules.hasten(CORRELATE, self.now()).await {
            tracing::warn!(%error, "correlation cannot be hastened; it runs within a minute");
        }
    }
}

/// Returns the names of the sources that say who belongs to the organisation.
fn authoritative(world: &World) -> BTreeSet<String> {
    let sources = world.sources().filter(|source| source.about.authoritative);
    sources.map(|source| source.name.to_string()).collect()
}

fn with_declared(world: &World, mut rules: CorrelationRules) -> (CorrelationRules, Vec<LinkDecision>) {
    // What an authoritative source says is shown first.
    let (first, others): (Vec<_>, Vec<_>) = world.sources().partition(|source| source.about.authoritative);
    for source in first.into_iter().chain(others) {
        rules.declare(source.name.as_str(), source.about.authoritative);
    }
    (rules, world.identity_decisions().iter().filter_map(|decision| as_link(decision)).collect())
}

fn wrong_rules(problem: String) -> Refusal {
    Refusal::conflict(problem).remedy("mend the file; what was found before is shown until then")
}

/// Does work that takes long without a pause. The thread ends with the process, which does not wait for it.
async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    let (done, wait) = tokio::sync::oneshot::channel();
    let begun = std::thread::Builder::new().name("correlation".to_owned()).spawn(move || {
        let _nobody_waits = done.send(work());
    });
    begun.map_err(|error| Refusal::unavailable(format!("no thread can be started: {error}")))?;
    wait.await.map_err(|_| Refusal::unavailable("the correlation stopped before its end"))
}

pub async fn show(State(control): State<Control>) -> JsonResult<api::CorrelationState> {
    state(&control).await
}

pub async fn run(State(control): State<Control>) -> JsonResult<api::CorrelationState> {
    let keeping = control.identities()?;
    keeping.rules().map_err(wrong_rules)?;
    keeping.tables.ask(control.now()).await?;
    control.identities_are_due().await;
    state(&control).await
}

async fn state(control: &Control) -> JsonResult<api::CorrelationState> {
    let keeping = control.identities()?;
    let last = keeping.tables.last_run().await?;
    let asked = keeping.tables.asked_at().await?;
    let (digest, wrong) = match keeping.rules() {
        Ok((_, digest)) => (digest, None),
        Err(problem) => (String::new(), Some(problem)),
    };
    let basis = control.basis(digest).await?;
    let now = control.now();
    let schedules = match control.job_tables() {
        Some(tables) => {
            tables.schedules.list(now).await.map_err(|error| Refusal::unavailable(error.to_string()))?
        }
        None => Vec::new(),
    };
    let schedule = schedules.into_iter().find(|schedule| schedule.name == CORRELATE);
    let requested = asked
        .is_some_and(|asked| last.as_ref().is_none_or(|last| last.started_at < asked))
        .then_some(asked)
        .flatten();
    // A run that ended before the request says nothing about it.
    let ended = schedule.as_ref().and_then(|schedule| schedule.last_ended_at);
    let failed =
        schedule.as_ref().and_then(|schedule| schedule.last_error.clone()).filter(|_| ended >= requested);
    Ok(axum::Json(api::CorrelationState {
        current: wrong.is_none() && last.as_ref().is_some_and(|last| last.basis == basis),
        requested: requested.is_some(),
        running: schedule.is_some_and(|schedule| schedule.holder.is_some()),
        failure: wrong.or(failed),
        last: last.map(|last| api::CorrelationResult {
            started_at: last.started_at,
            ended_at: last.ended_at,
            nodes: last.counts.nodes,
            people: last.counts.people,
            others: last.counts.others,
            linked: last.counts.linked,
            proposed: last.counts.proposed,
            disputed: last.counts.disputed,
            orphans: last.counts.orphans,
        }),
    }))
}

pub async fn rules(State(control): State<Control>) -> JsonResult<api::CorrelationRuleText> {
    let keeping = control.identities()?;
    let problem = keeping.rules().err();
    let own = keeping.own_rules().unwrap_or_default();
    Ok(axum::Json(api::CorrelationRuleText {
        declared: keeping.rules.is_some(),
        text: own.unwrap_or_else(|| CorrelationRules::shipped().to_owned()),
        problem,
    }))
}
