//! Looking at the inventory: by hand as a job, and by a schedule after imports, after decisions about identities, and once a day.

use crate::identities::correlating::CorrelationTerms;
use crate::jobs::{JobParameters, JobWork, NewJob, begin};
use crate::refusal::CreatedResult;
use crate::{Caller, Control, Refusal};
use axum::extract::State;
use countersign_api as api;
use countersign_correlate::{SourcedKey, SourcedNodes};
use countersign_findings::LookedAt;
use countersign_hygiene::HygieneSettings;
use countersign_inventory::SourceContent;
use countersign_jobs::{ScheduleOutcome, ScheduleRun};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::runtime::Handle;

/// How old a look can become without an import: what is unused or old changes by itself.
const OLDEST_LOOK: Duration = Duration::from_secs(86_400);

/// What a look goes by besides what sources say.
struct LookTerms {
    correlation: CorrelationTerms,
    settings: HygieneSettings,
    /// A text that is the same for the same rules, decisions and settings.
    mark: String,
}

pub async fn look(State(control): State<Control>, caller: Caller) -> CreatedResult<api::Job> {
    let work = look_work(&control)?;
    let (kind, again) = (api::JobKind::FindingsLook, Some(JobParameters::FindingsLook));
    begin(&control, NewJob { kind, span: (None, None), by: caller.actor(), again }, work).await
}

/// Returns the work of a job that looks at the inventory.
pub fn look_work(control: &Control) -> Result<JobWork, Refusal> {
    control.finding_tables()?;
    control.inventory()?;
    Ok(Box::new(|begun, control| {
        let went_on = |nodes: u64, share: f64| begun.went_on(nodes, 0, share).is_continue();
        match look_now(control, &Handle::current(), went_on) {
            Ok(Some(report)) => begun.end(Some(api::JobResult::Findings(report).into())),
            Ok(None) => begun.end(None),
            Err(refusal) => begun.fail(refusal.to_string()),
        }
    }))
}

impl Control {
    /// Looks at the inventory if an import was applied since the last look, a source was withdrawn, somebody decided whose an
    /// account is, the rules of correlation or the settings
    /// of detectors changed, or the last look is a day old.
    ///
    /// # Errors
    /// If the tables cannot be used. Probes show the text to callers who do not sign in, so it names no record.
    pub async fn look_if_due(&self, run: ScheduleRun) -> ScheduleOutcome {
        let told = |refusal: Refusal| refusal.to_string().replace('\n', "; ");
        if !self.is_look_due().await.map_err(told)? {
            return Ok(());
        }
        let (control, runtime, stop) = (self.clone(), Handle::current(), run.stop.clone());
        let looking = tokio::task::spawn_blocking(move || {
            look_now(&control, &runtime, |_, _| !stop.is_cancelled()).map(|report| report.is_some())
        });
        match looking.await.map_err(|error| error.to_string())?.map_err(told)? {
            true => Ok(()),
            false => Err("it was stopped before it had looked at everything".to_owned()),
        }
    }

    async fn is_look_due(&self) -> Result<bool, Refusal> {
        let last = self.finding_tables()?.last_run().await?;
        let states = self.inventory()?.sources().await?;
        let imports: BTreeMap<String, i64> = states
            .into_iter()
            .filter(|state| state.import > 0)
            .map(|state| (state.source, state.import))
            .collect();
        let is_old = self.now().since(last.ended_at) >= OLDEST_LOOK && !imports.is_empty();
        if imports.is_empty() && last.run == 0 {
            return Ok(false);
        }
        // No moment is compared: a clock that went back would have everything looked at again and again.
        Ok(imports != last.imports || is_old || self.look_terms()?.mark != last.terms)
    }

    /// Returns what a look goes by besides what sources say.
    fn look_terms(&self) -> Result<LookTerms, Refusal> {
        let (correlation, (settings, settings_mark)) = (self.correlation_terms()?, self.hygiene_settings()?);
        let mark = format!("{} {settings_mark}", correlation.mark);
        Ok(LookTerms { correlation, settings, mark })
    }
}

/// Looks at everything on a thread that may block. `went_on` hears how far it is, and says whether to go on; returns `None` if it
/// said no.
fn look_now(
    control: &Control,
    runtime: &Handle,
    went_on: impl Fn(u64, f64) -> bool,
) -> Result<Option<api::FindingsReport>, Refusal> {
    let (tables, inventory) = (control.finding_tables()?, control.inventory()?);
    runtime.block_on(control.repeat_acceptances())?;
    let number = runtime.block_on(tables.begin_run())?;
    let began_at = control.now();
    let contents = runtime.block_on(inventory.contents())?;
    let nodes = contents.iter().map(|content| content.nodes.len()).sum::<usize>();
    let nodes = u64::try_from(nodes).unwrap_or(u64::MAX);
    if !went_on(nodes, 0.3) {
        return Ok(None);
    }
    let terms = control.look_terms()?;
    let looked_at = LookedAt {
        nodes: all_nodes(&contents),
        edges: contents
            .iter()
            .flat_map(|content| content.edges.iter().map(|edge| (content.source.as_str(), edge)))
            .collect(),
        decisions: &terms.correlation.decisions,
        uses: &BTreeMap::new(),
        now: began_at,
    };
    let found = countersign_findings::look(&looked_at, &terms.correlation.rules, &terms.settings);
    if !went_on(nodes, 0.8) {
        return Ok(None);
    }
    let imports: BTreeMap<String, i64> = contents
        .iter()
        .filter(|content| content.import > 0)
        .map(|content| (content.source.clone(), content.import))
        .collect();
    let sources = u64::try_from(imports.len()).unwrap_or(u64::MAX);
    let basis = (&imports, terms.mark.as_str());
    let counts = runtime.block_on(tables.replace(number, found, basis, (began_at, control.now())))?;
    Ok(Some(api::FindingsReport {
        sources,
        nodes,
        findings: counts.found,
        new: counts.new,
        returned: counts.returned,
        fixed: counts.fixed,
    }))
}

fn all_nodes(contents: &[SourceContent]) -> SourcedNodes<'_> {
    contents
        .iter()
        .flat_map(|content| {
            content.nodes.iter().map(|node| (SourcedKey::new(&content.source, node.key.clone()), node))
        })
        .collect()
}
