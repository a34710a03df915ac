//! On how much of what was recorded a run rests. What is missing is counted and named, and never counted as fine.

use crate::Control;
use crate::decisions::unread;
use countersign_api as api;
use countersign_evidence::Sweep;
use countersign_names::Timestamp;
use countersign_world::World;

/// What the reading of a span left out.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What could not be read, a sentence each.
    pub unread: Vec<String>,
    /// How many records that is at most; none when nobody can tell.
    pub unread_records: Option<u64>,
    /// What has expired of the span, as configured. What is left is whole without it.
    pub expired: Vec<String>,
}

impl Reading {
    /// What a sweep that has ended left out.
    pub fn of(sweep: &Sweep) -> Self {
        Self {
            unread: sweep.skipped().iter().map(unread).collect(),
            unread_records: sweep.skipped_rows(),
            expired: sweep.expired().iter().map(unread).collect(),
        }
    }

    /// Nothing is known of a reading that did not come to its end.
    pub fn broken_off() -> Self {
        let unread = vec!["the reading of the evidence ended early".to_owned()];
        Self { unread, unread_records: None, expired: Vec::new() }
    }

    /// The same, with what other processes recorded and nobody can read here: without a store each reads its own alone.
    #[must_use]
    pub fn without_store(mut self, control: &Control, (since, until): (Timestamp, Timestamp)) -> Self {
        if control.copies().is_none() {
            for (process, records) in of_others(&control.world(), control.admission().gate(), since, until) {
                self.unread.push(format!(
                    "{records} records of {process} are kept by that process alone: configure evidence.store, so that \
                     they can be read here"
                ));
                self.unread_records = self.unread_records.map(|known| known + records);
            }
        }
        self
    }

    /// Whether everything was read.
    pub const fn is_whole(&self) -> bool {
        self.unread.is_empty()
    }

    /// What was not read, in sentences.
    pub fn sentences(&self) -> impl Iterator<Item = String> {
        self.unread.iter().map(|gap| format!("Not everything could be read: {gap}."))
    }

    /// What has expired, in sentences.
    pub fn notes(&self) -> impl Iterator<Item = String> {
        self.expired.iter().map(|gap| format!("The span is shorter than was asked for: {gap}."))
    }

    /// The basis of a report of so many records, of which some could not be asked again, with these gaps.
    pub fn basis(&self, recorded: u64, unanswered: u64, mut gaps: Vec<String>) -> api::Basis {
        if recorded == 0 {
            gaps.push("No decision of this span is on record, so nothing is known of it.".to_owned());
        }
        let verdict = if gaps.is_empty() { api::Verdict::Known } else { api::Verdict::Unknown };
        let unread = self.unread.len() as u64;
        api::Basis { verdict, recorded, unread, unread_decisions: self.unread_records, unanswered, gaps }
    }
}

/// The records that other processes anchored in files of the span, by process.
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
