//! People who left: whom a source suspends, whose suspension it ends, and what they still have elsewhere.
//!
//! Correlation notes until when authoritative sources have people; by their mail addresses these are people here. The rules
//! are the world's; here they are applied after each correlation, and every minute, because employments end by themselves.

mod claims;
mod preview;
pub mod shown;

pub use preview::preview_leavers;
pub use shown::settled_numbers;

use crate::identities::correlating::CorrelationBasis;
use crate::input::Json;
use crate::inventory::{declared, sources};
use crate::refusal::JsonResult;
use crate::{Caller, Control, Refusal};
use axum::extract::{Path, State};
use claims::SourceClaims;
use countersign_api as api;
use countersign_facts::{Actor, Fact, SourceFact};
use countersign_identities::SettledImport;
use countersign_jobs::{ScheduleOutcome, ScheduleRun};
use countersign_names::SourceName;
use countersign_world::{EmploymentClaim, SettledLeavers};
use shown::SettledNumbers;
use std::sync::Arc;

/// The name of the schedule.
pub const LEAVERS: &str = "identities.leavers";

/// The author of the facts.
const AUTHOR: &str = "leavers";

/// Maximum number of people of one command.
const PEOPLE_AT_ONCE: usize = 500;

impl Control {
    /// Suspends the people who left, and ends the suspensions of those who are back, until nothing is left to do.
    ///
    /// # Errors
    /// If something cannot be read or written. Who is suspended already stays so, and the next run does the rest.
    pub async fn settle_when_due(&self, run: ScheduleRun) -> ScheduleOutcome {
        let settling = run.stop.run_until_cancelled(self.settle_leavers()).await;
        let settled = settling.unwrap_or_else(|| Err(Refusal::unavailable("it was stopped")));
        settled.map_err(|refusal| refusal.to_string().replace('\n', "; "))
    }

    /// Suspends the people who left by what is known of all sources, and ends the suspensions of those who are back.
    ///
    /// # Errors
    /// If something cannot be read or written.
    pub async fn settle_leavers(&self) -> Result<(), Refusal> {
        let world = self.world();
        let sources: Vec<SourceName> = world
            .sources()
            .filter(|source| source.about.leavers.is_some())
            .map(|source| source.name.clone())
            .collect();
        if sources.is_empty() {
            return Ok(());
        }
        let tables = self.identity_tables()?;
        let Some(basis) = tables.employment_basis().await? else { return Ok(()) };
        let basis: CorrelationBasis = serde_json::from_str(&basis).unwrap_or_default();
        let known = tables.employments().await?;
        for source in sources {
            let Some(import) = basis.imports.get(source.as_str()).copied() else { continue };
            let now = self.now();
            let SourceClaims { claims, people, .. } = SourceClaims::of(&self.world(), &source, &known, now);
            let settled = self.settle(&source, import, claims, people).await?;
            let numbers = SettledNumbers::of(&settled, people);
            let before = tables.settled(source.as_str()).await?;
            let known_before = before.and_then(|before| serde_json::from_str(&before.body).ok());
            if known_before != Some(numbers) {
                report_held(&source, &settled);
            }
            let body = serde_json::to_string(&numbers).unwrap_or_default();
            tables.note_settled(source.as_str(), &SettledImport { import, at: now, body }).await?;
        }
        Ok(())
    }

    /// States what follows from what a source says, some people at a time.
    async fn settle(
        &self,
        source: &SourceName,
        import: i64,
        claims: Vec<EmploymentClaim>,
        people: u64,
    ) -> Result<SettledLeavers, Refusal> {
        let (claims, number) = (Arc::new(claims), u64::try_from(import).unwrap_or_default());
        loop {
            let (name, claims) = (source.clone(), claims.clone());
            let by = Actor::System(AUTHOR.to_owned());
            let settling = self.ledger().command(by, move |world, _| {
                let settled = world.settle_leavers((&name, number), &claims, people);
                let facts = settled.facts.iter().take(PEOPLE_AT_ONCE).flatten().cloned().collect();
                Ok::<_, Refusal>((facts, settled))
            });
            let settled = settling.await?;
            report(source, &settled);
            if settled.facts.len() <= PEOPLE_AT_ONCE {
                return Ok(settled);
            }
        }
    }

    /// Has leavers looked at soon, because something changed that this reads. If that fails, it happens when the schedule says.
    pub(crate) async fn leavers_are_due(&self) {
        let Some(tables) = self.job_tables() else { return };
        if let Err(error) = tables.schedules.hasten(LEAVERS, self.now()).await {
            tracing::warn!(%error, "leavers cannot be looked at sooner; they are within a minute");
        }
    }
}

/// Says in the log what became of people who left.
fn report(source: &SourceName, settled: &SettledLeavers) {
    let (suspended, restored) = (settled.suspended.len(), settled.restored.len());
    if suspended + restored > 0 {
        tracing::info!(%source, suspended, restored, "people left, or are back");
    }
}

/// Says in the log that nobody was suspended because too many people left.
fn report_held(source: &SourceName, settled: &SettledLeavers) {
    if let Some(held) = settled.held {
        let (people, allowed) = (held.people, held.allowed);
        tracing::warn!(%source, people, allowed, "more people left at once than the source may suspend");
    }
}

pub async fn confirm(
    State(control): State<Control>,
    caller: Caller,
    Path(source): Path<String>,
    Json(confirmed): Json<api::ConfirmLeavers>,
) -> JsonResult<api::InventorySource> {
    let name = declared(&control, &source)?;
    let api::ConfirmLeavers { import, people } = confirmed;
    let source = name.clone();
    control
        .command(&caller, move |world, _| {
            if world.source(&source).is_none_or(|known| known.about.leavers.is_none()) {
                return Err(Refusal::conflict(format!("the source {source} suspends nobody"))
                    .about_field("source")
                    .remedy("declare it with `leavers` (`--suspend-leavers`) first"));
            }
            let last = world.last_import(&source);
            if last != import {
                return Err(Refusal::conflict(format!(
                    "the last import of {source} is {last}, not {import}"
                ))
                .about_field("import")
                .remedy("look at who left by the last import, and confirm that one"));
            }
            let fact = SourceFact::LeaversConfirmed { source: source.clone(), import, people };
            Ok((vec![Fact::Source(fact)], ()))
        })
        .await?;
    control.settle_leavers().await?;
    sources::view(&control, &name).await
}
