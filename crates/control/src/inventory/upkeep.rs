//! Keeps the inventory's tables and the journal in step, and gives up imports that nobody continues.

use super::number;
use crate::{Control, Refusal};
use countersign_facts::{Actor, ChangedRows, Fact, SourceFact};
use countersign_inventory::{CompletedImport, RowCounts};
use countersign_jobs::{ScheduleOutcome, ScheduleRun};
use countersign_names::SourceName;
use countersign_world::World;
use std::collections::BTreeSet;
use std::time::Duration;

/// The pause between two looks at the tables.
const EVERY: Duration = Duration::from_secs(60);

/// The author of an import whose own is not known: a newer build wrote its row.
const UNKNOWN: &str = "inventory";

impl Control {
    /// Keeps the inventory in step with the journal for as long as the process runs.
    pub async fn tend_inventory(self) {
        // A process that was killed right after somebody accepted a finding did not repeat that beside the findings.
        if let Err(refusal) = self.repeat_acceptances().await {
            tracing::warn!(%refusal, "what was accepted is not repeated beside the findings; the next look does it");
        }
        let mut overdue = BTreeSet::new();
        loop {
            if let Err(refusal) = self.mend_inventory().await {
                tracing::warn!(%refusal, "the inventory cannot be compared with the journal; it is tried again");
            }
            // Another process may have applied an import.
            self.refresh_graph().await;
            match self.overdue_sources().await {
                Ok(now) => {
                    report_overdue(&overdue, &now);
                    overdue = now;
                }
                Err(refusal) => tracing::warn!(%refusal, "it is not known which sources are overdue"),
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// States the facts of applied imports that the journal lacks, takes away what withdrawn sources said, and gives up
    /// imports that waited too long for their next page.
    pub async fn mend_inventory(&self) -> Result<(), Refusal> {
        let inventory = self.inventory()?;
        for (source, import) in self.staging().remove_idle(self.now()) {
            tracing::info!(%source, import, "an import waited too long for its next page, and was dropped");
            inventory.drop_import(source.as_str(), import).await?;
        }
        for state in inventory.sources().await? {
            let Ok(source) = state.source.parse::<SourceName>() else { continue };
            if self.world().source(&source).is_some() {
                self.put_on_record(&source).await?;
            } else {
                inventory.forget_source(source.as_str(), state.next).await?;
            }
        }
        Ok(())
    }

    /// Deletes what sources no longer say for longer than `keep`, and what is on record of the imports with which that
    /// ended.
    ///
    /// # Errors
    /// If the inventory does not answer, or the run was told to stop. What is left is deleted by the next run.
    pub async fn forget_ended(&self, keep: Duration, run: ScheduleRun) -> ScheduleOutcome {
        let worded = |error: &dyn std::fmt::Display| error.to_string().replace('\n', "; ");
        let inventory = self.inventory().map_err(|refusal| worded(&refusal))?;
        let forgetting = inventory.forget_before(run.began_at.minus(keep));
        let forgotten =
            run.stop.run_until_cancelled(forgetting).await.ok_or("it was stopped before its end")?;
        let rows = forgotten.map_err(|error| worded(&error))?;
        if rows > 0 {
            tracing::info!(rows, "what sources no longer say for longer than it is kept was deleted");
        }
        Ok(())
    }

    /// States the fact of each applied import of a source that the journal lacks, in the name of the caller who applied it. Such
    /// an import exists for a moment after each is applied, or until the next look if the process was killed in between.
    pub(super) async fn put_on_record(&self, source: &SourceName) -> Result<(), Refusal> {
        let last = i64::try_from(self.world().last_import(source)).unwrap_or(i64::MAX);
        for applied in self.inventory()?.applied_after(source.as_str(), last).await? {
            let (source, import) = (source.clone(), number(applied.import));
            let fact = Fact::Source(SourceFact::ImportApplied {
                source: source.clone(),
                import,
                nodes: changed(applied.counts.nodes),
                edges: changed(applied.counts.edges),
                max_gone_percent: applied.max_gone,
            });
            let stating = move |world: &World, _| {
                let lacks = world.source(&source).is_some() && world.last_import(&source) < import;
                Ok::<_, Refusal>((lacks.then(|| fact.clone()).into_iter().collect(), ()))
            };
            self.ledger().command(author(&applied), stating).await?;
        }
        Ok(())
    }
}

/// Says how many sources are overdue, and which became so since the last look.
fn report_overdue(before: &BTreeSet<SourceName>, now: &BTreeSet<SourceName>) {
    metrics::gauge!("countersign_sources_overdue")
        .set(f64::from(u32::try_from(now.len()).unwrap_or(u32::MAX)));
    for source in now.difference(before) {
        tracing::warn!(%source, "the source was not imported for longer than it may be");
    }
}

/// Returns who applied an import.
pub fn author(applied: &CompletedImport) -> Actor {
    serde_json::from_str(&applied.author).unwrap_or_else(|_| Actor::System(UNKNOWN.to_owned()))
}

const fn changed(counts: RowCounts) -> ChangedRows {
    ChangedRows { new: counts.new, changed: counts.changed, gone: counts.gone }
}
