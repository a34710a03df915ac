//! Files of decisions in a story, and a plain account of how many decisions each day had.

use countersign_facts::{Digest, EvidenceFact, EvidenceFile, ExpiredFile, Fact};
use countersign_names::Timestamp;
use countersign_projections::trends::TrendFigure;
use countersign_testkit::story::{self, Line};
use std::collections::BTreeMap;

/// Returns a file of decisions of a day in November 2026, with its rows by outcome: allowed, denied, would be denied.
/// Without a tally, nobody counted them by outcome.
pub(crate) fn file(day: u8, name: &str, rows: [u64; 3], is_tallied: bool) -> EvidenceFile {
    let words = ["allowed", "denied", "would_be_denied"];
    let tally = words.into_iter().zip(rows).filter(|(_, rows)| *rows > 0);
    let tally: BTreeMap<String, u64> = tally.map(|(word, rows)| (word.to_owned(), rows)).collect();
    EvidenceFile {
        path: format!("dt=2026-11-{day:02}/{name}.parquet"),
        digest: Digest::new([day ^ name.bytes().fold(0, u8::wrapping_add); 32]),
        bytes: 9,
        rows: rows.iter().sum(),
        first: Timestamp::from_micros(0),
        last: Timestamp::from_micros(0),
        tally: is_tallied.then_some(tally),
    }
}

pub(crate) fn anchored(gate: &str, files: Vec<EvidenceFile>) -> Line {
    Line::of(Fact::Evidence(EvidenceFact::Anchored { gate: gate.to_owned(), files, late: false }))
}

pub(crate) fn compacted(gate: &str, file: EvidenceFile, replaced: &[&EvidenceFile]) -> Line {
    let replaced = replaced.iter().map(|file| file.path.clone()).collect();
    Line::of(Fact::Evidence(EvidenceFact::Compacted { gate: gate.to_owned(), file, replaced }))
}

pub(crate) fn expired(gate: &str, files: &[&EvidenceFile]) -> Line {
    let files = files.iter().map(|file| ExpiredFile { path: file.path.clone(), digest: file.digest });
    let fact = EvidenceFact::Expired { gate: gate.to_owned(), before: story::at(0), files: files.collect() };
    Line::of(Fact::Evidence(fact))
}

/// Returns the number of a day in November 2026, counted from 1970.
pub(crate) fn day(day: u8) -> i64 {
    let start: Timestamp = format!("2026-11-{day:02}T00:00:00Z").parse().unwrap();
    start.as_micros() / 86_400_000_000
}

/// Every file that was not compacted into another, whether it has expired or not.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecordedFiles(Vec<(String, EvidenceFile)>);

impl RecordedFiles {
    pub(crate) fn apply(&mut self, fact: &EvidenceFact) {
        match fact {
            EvidenceFact::Anchored { gate, files, .. } => {
                self.0.extend(files.iter().map(|file| (gate.clone(), file.clone())));
            }
            EvidenceFact::Compacted { gate, file, replaced } => {
                self.0.retain(|(of, known)| of != gate || !replaced.contains(&known.path));
                self.0.push((gate.clone(), file.clone()));
            }
            EvidenceFact::Expired { .. } => {}
        }
    }

    /// Returns a figure of a day; `None` if there is no file, or if one does not say it.
    pub(crate) fn figure(&self, figure: TrendFigure, on: i64) -> Option<u64> {
        let files = self.0.iter().map(|(_, file)| file).filter(|file| {
            let date = file.path.strip_prefix("dt=2026-11-").and_then(|rest| rest.split_once("/decisions-"));
            date.is_some_and(|(date, _)| day(date.parse().unwrap()) == on)
        });
        let word = match figure {
            TrendFigure::DecisionsAllowed => "allowed",
            TrendFigure::DecisionsDenied => "denied",
            TrendFigure::DecisionsWouldBeDenied => "would_be_denied",
            _ => {
                let rows: Vec<u64> = files.map(|file| file.rows).collect();
                return (!rows.is_empty()).then(|| rows.iter().sum());
            }
        };
        let counted: Option<Vec<u64>> =
            files.map(|file| Some(file.tally.as_ref()?.get(word).copied().unwrap_or(0))).collect();
        counted.filter(|counted| !counted.is_empty()).map(|counted| counted.iter().sum())
    }
}
