//! The basis of a run: how much of the records it covers. Missing records are counted and named, and never counted as
//! fine.

use crate::RehearsalContext;
use countersign_api as api;
use countersign_evidence::Sweep;
use countersign_names::Timestamp;
use countersign_world::World;

/// What the reading of a span left out.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What could not be read, one text each.
    pub unread: Vec<String>,
    /// Maximum number of records in that; `None` if unknown.
    pub unread_records: Option<u64>,
    /// What of the span has expired, as configured. The rest is complete without it.
    pub expired: Vec<String>,
}

impl Reading {
    /// Returns what a finished sweep left out.
    pub fn of(sweep: &Sweep) -> Self {
        Self {
            unread: sweep.skipped().iter().map(ToString::to_string).collect(),
            unread_records: sweep.skipped_rows(),
            expired: sweep.expired().iter().map(ToString::to_string).collect(),
        }
    }

    /// Returns the reading of a sweep that ended early, of which nothing is known.
    pub fn broken_off() -> Self {
        let unread = vec!["the reading of the evidence ended early".to_owned()];
        Self { unread, unread_records: None, expired: Vec::new() }
    }

    /// Adds the records of other processes, which this one cannot read: without a store, each process reads only its
    /// own.
    #[must_use]
    pub fn without_store(
        mut self,
        context: &RehearsalContext,
        (since, until): (Timestamp, Timestamp),
    ) -> Self {
        if !context.reads_others {
            for (process, records) in of_others(&context.ledger.world(), &context.process, since, until) {
                self.unread.push(format!(
                    "{records} records of {process} are kept by that process alone: configure evidence.store, so that \
                     they can be read here"
                ));
                self.unread_records = self.unread_records.map(|known| known + records);
            }
        }
        self
    }

    /// Returns whether everything was read.
    pub const fn is_whole(&self) -> bool {
        self.unread.is_empty()
    }

    /// Describes what was not read, in sentences.
    pub fn sentences(&self) -> impl Iterator<Item = String> {
        self.unread.iter().map(|gap| format!("Not everything could be read: {gap}."))
    }

    /// Describes what has expired, in sentences.
    pub fn notes(&self) -> impl Iterator<Item = String> {
        self.expired.iter().map(|gap| format!("The span is shorter than was asked for: {gap}."))
    }

    /// Returns the basis of a report on this number of records, some of which could not be evaluated again, with these
    /// gaps.
    pub fn basis(&self, recorded: u64, unanswered: u64, mut gaps: Vec<String>) -> api::Basis {
        if recorded == 0 {
            gaps.push("No decision of this span is on record, so nothing is known of it.".to_owned());
        }
        let verdict = if gaps.is_empty() { api::Verdict::Known } else { api::Verdict::Unknown };
        let unread = self.unread.len() as u64;
        api::Basis { verdict, recorded, unread, unread_decisions: self.unread_records, unanswered, gaps }
    }
}

/// Counts the decisions that other processes anchored in files of the span, by process.
fn of_others(world: &World, own: &str, since: Timestamp, until: Timestamp) -> Vec<(String, u64)> {
    let others = world.evidence_of_all().filter(|(process, _)| process.as_str() != own);
    let counted = others.map(|(process, kept)| {
        let files = kept.files().map(|known| &known.file);
        let decisions = files.filter(|file| file.path.contains("/decisions-"));
        let within = decisions.filter(|file| file.first < until && since <= file.last);
        (process.clone(), within.map(|file| file.rows).sum())
    });
    counted.filter(|(_, records)| *records > 0).collect()
}
