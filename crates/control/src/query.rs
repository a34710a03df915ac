//! SQL queries over the evidence and the facts.
//!
//! A query only reads, so every caller who may read the control plane may run it, as with an export. It is cancelled
//! when its client is gone.

use crate::input::Json;
use crate::page::{PageParameters, SortKey};
use crate::{Control, Refusal};
use axum::extract::State;
use countersign_api::{self as api, rows};
use countersign_journal::Seq;
use countersign_lake::Lake;
use countersign_ledger::Ledger;
use countersign_names::Timestamp;
use countersign_sql::{Entry, Facts, Limits, Program, QueryError, Reading, ReadingWorld, SqlEngine, tables};
use std::sync::Arc;
use std::time::Duration;

/// The journal's entries, for the SQL engine.
struct Entries(Ledger);

impl std::fmt::Debug for Entries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entries").finish_non_exhaustive()
    }
}

impl Facts for Entries {
    fn read(&self, after: u64, limit: usize) -> Reading {
        let (journal, limit) = (self.0.journal().clone(), u32::try_from(limit).unwrap_or(u32::MAX));
        Box::pin(async move {
            let entries = journal.read(Seq(after), limit).await.map_err(|error| error.to_string())?;
            let entry = |entry: countersign_journal::Entry| Entry {
                sequence: entry.seq.0,
                payload: entry.payload.to_vec(),
            };
            Ok(entries.into_iter().map(entry).collect())
        })
    }

    fn earlier_world(&self, before: Timestamp) -> ReadingWorld {
        let ledger = self.0.clone();
        let reading = move || {
            let earlier = ledger
                .earlier_world(u64::MAX, |world| world.latest_dated().is_some_and(|latest| latest < before));
            earlier?.to_checkpoint().ok()
        };
        Box::pin(async move { tokio::task::spawn_blocking(reading).await.ok().flatten() })
    }
}

/// Creates the SQL engine over the evidence and the journal of this control plane.
pub fn engine(program: Program, ledger: &Ledger, lake: &Lake) -> SqlEngine {
    SqlEngine::new(program, lake.clone(), Arc::new(Entries(ledger.clone())))
}

pub async fn ask(
    State(control): State<Control>,
    Json(asked): Json<api::NewQuery>,
) -> Result<axum::Json<api::QueryAnswer>, Refusal> {
    let limits = limits(&asked)?;
    let answer = control.engine().ask(&asked.sql, limits).await.map_err(|error| refused(&error))?;
    Ok(axum::Json(api::QueryAnswer {
        columns: answer
            .columns
            .into_iter()
            .map(|column| api::QueryColumn { name: column.name, kind: column.kind })
            .collect(),
        rows: answer.rows,
        truncated: answer.truncated,
        incomplete: answer.skipped.iter().map(ToString::to_string).collect(),
    }))
}

pub async fn list(page: PageParameters) -> Result<axum::Json<api::Items<api::QueryTable>>, Refusal> {
    let page = page.usual(&rows::query::TABLES)?;
    let tables = tables().iter().zip(0..);
    let found = page.select(tables, |(_, position), _| (SortKey::Number(*position), SortKey::text("")));
    Ok(axum::Json(found.shown(|(table, _)| {
        api::QueryTable {
            name: table.name.to_owned(),
            about: table.about.to_owned(),
            columns: table
                .columns
                .iter()
                .map(|column| api::QueryTableColumn {
                    name: column.name.clone(),
                    kind: column.kind.clone(),
                    nullable: column.nullable,
                    about: column.about.to_owned(),
                })
                .collect(),
        }
    })))
}

fn limits(asked: &api::NewQuery) -> Result<Limits, Refusal> {
    let mut limits = Limits { local: asked.local, ..Limits::default() };
    if let Some(rows) = asked.max_rows {
        limits.rows = usize::try_from(rows).unwrap_or(usize::MAX);
        if !(1..=Limits::MOST_ROWS).contains(&limits.rows) {
            let detail = format!("{rows} is not between 1 and {}", Limits::MOST_ROWS);
            return Err(Refusal::invalid("max_rows", detail)
                .remedy("ask for fewer rows, a part at a time (at < ...), or read the files yourself"));
        }
    }
    if let Some(seconds) = asked.timeout_seconds {
        limits.time = Duration::from_secs(seconds.into());
        if limits.time.is_zero() || limits.time > Limits::LONGEST {
            let detail = format!("{seconds} is not between 1 and {}", Limits::LONGEST.as_secs());
            return Err(Refusal::invalid("timeout_seconds", detail)
                .remedy("ask about a shorter time, a part at a time, or read the files yourself"));
        }
    }
    Ok(limits)
}

fn refused(error: &QueryError) -> Refusal {
    let refusal = match error {
        QueryError::BeingBuilt => Refusal::being_built(error.to_string()),
        error if error.is_askers() => Refusal::invalid("sql", error.to_string()),
        error => Refusal::unavailable(error.to_string()),
    };
    refusal.remedy(error.remedy())
}
