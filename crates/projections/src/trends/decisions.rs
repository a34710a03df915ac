//! Decisions by day and outcome, as the anchors of the evidence count them.
//!
//! The counts of a day outlive its files: a file that expired counts on, and one that was compacted counts once. A file
//! whose anchor does not count every row under a word that is known here counts for none, so that its day is a gap.

use super::things::shift;
use super::{FILES, TrendFigure, day_of, days};
use crate::rows::{RowSelection, RowSet};
use crate::table::ColumnValue;
use countersign_facts::{EvidenceFact, EvidenceFile, Fact, Stated};
use countersign_names::Timestamp;

/// The figures, each with the word of the anchors. The first counts every row.
const FIGURES: [TrendFigure; 4] = [
    TrendFigure::Decisions,
    TrendFigure::DecisionsAllowed,
    TrendFigure::DecisionsDenied,
    TrendFigure::DecisionsWouldBeDenied,
];
const WORDS: [&str; 3] = ["allowed", "denied", "would_be_denied"];

/// Returns the rows that a fact about evidence files reads; empty for other facts.
pub(super) fn reads(stated: &Stated) -> Vec<RowSelection> {
    let Fact::Evidence(fact) = &stated.fact else { return Vec::new() };
    let (gate, paths) = match fact {
        EvidenceFact::Anchored { gate, files, .. } => (gate, files.iter().map(|file| &file.path).collect()),
        EvidenceFact::Compacted { gate, file, replaced } => {
            (gate, std::iter::once(&file.path).chain(replaced).collect())
        }
        EvidenceFact::Expired { gate, files, .. } => (gate, files.iter().map(|file| &file.path).collect()),
    };
    let paths: Vec<(&String, i64)> =
        Vec::into_iter(paths).filter_map(|path| day_of_path(path).map(|day| (path, day))).collect();
    if paths.is_empty() {
        return Vec::new();
    }
    let keys = paths.iter().map(|(path, _)| key_of(gate, path)).collect();
    let mut on: Vec<i64> = paths.iter().map(|(_, day)| *day).collect();
    on.sort_unstable();
    on.dedup();
    vec![RowSelection::Keys(FILES, keys), days(&FIGURES, &on)]
}

/// Folds in a fact.
pub(super) fn fold(rows: &mut RowSet, stated: &Stated) {
    let Fact::Evidence(fact) = &stated.fact else { return };
    match fact {
        EvidenceFact::Anchored { gate, files, .. } => files.iter().for_each(|file| put(rows, gate, file)),
        EvidenceFact::Compacted { gate, file, replaced } => {
            replaced.iter().for_each(|path| take_back(rows, &key_of(gate, path)));
            put(rows, gate, file);
        }
        EvidenceFact::Expired { gate, files, .. } => {
            files.iter().for_each(|file| rows.remove(FILES, &key_of(gate, &file.path)));
        }
    }
}

fn put(rows: &mut RowSet, gate: &str, file: &EvidenceFile) {
    let Some(day) = day_of_path(&file.path) else { return };
    let key = key_of(gate, &file.path);
    // One that was anchored again with other contents counts as it is now.
    take_back(rows, &key);
    let amounts = amounts_of(file);
    count(rows, day, amounts, 1);
    let amounts = amounts.into_iter().map(ColumnValue::Integer);
    rows.put(FILES, [key, ColumnValue::Integer(day)].into_iter().chain(amounts).collect());
}

/// Counts a file no longer.
fn take_back(rows: &mut RowSet, key: &ColumnValue) {
    let Some([_, day, amounts @ ..]) = rows.get(FILES, key).map(Vec::as_slice) else { return };
    let known = day.as_integer().zip(amounts.iter().map(ColumnValue::as_integer).collect::<Option<Vec<_>>>());
    if let Some((day, amounts)) = known.and_then(|(day, amounts)| Some((day, amounts.try_into().ok()?))) {
        count(rows, day, amounts, -1);
    }
    rows.remove(FILES, key);
}

fn count(rows: &mut RowSet, day: i64, amounts: [i64; 4], change: i64) {
    for (figure, amount) in FIGURES.into_iter().zip(amounts) {
        shift(rows, figure, day, amount.saturating_mul(change));
    }
}

/// Returns how many rows of a file count in each figure.
fn amounts_of(file: &EvidenceFile) -> [i64; 4] {
    let whole = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
    let of = |word| file.tally.as_ref().and_then(|tally| tally.get(word)).copied().unwrap_or_default();
    let counted = WORDS.map(of);
    let is_whole = counted.iter().try_fold(0_u64, |sum, rows| sum.checked_add(*rows)) == Some(file.rows);
    let [allowed, denied, would_be_denied] = if is_whole { counted } else { [0; 3] };
    [file.rows, allowed, denied, would_be_denied].map(whole)
}

fn key_of(gate: &str, path: &str) -> ColumnValue {
    ColumnValue::Text(format!("{gate} {path}"))
}

/// Returns the day of a file of decisions, counted from 1970; `None` for every other path.
fn day_of_path(path: &str) -> Option<i64> {
    let (date, name) = path.strip_prefix("dt=")?.split_once('/')?;
    let start: Timestamp = format!("{date}T00:00:00Z").parse().ok()?;
    name.starts_with("decisions-").then(|| day_of(start))
}
