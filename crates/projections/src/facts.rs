//! The index of the journal: by which ids, names and words each fact can be found, and when it was stated.
//!
//! The rows hold sequences only. What a fact says is in the journal alone, so a reader believes the journal.

mod query;
mod terms;

pub use query::{FactsPage, FoundFacts};
pub use terms::{FactTerm, LONGEST_WORD, NAMED_KINDS, is_id, mentions, terms, words};

use crate::projection::Projection;
use crate::rows::{RowSelection, RowSet};
use crate::table::{ColumnValue, ProjectionTable, TableColumn};
use countersign_facts::Stated;
use countersign_names::Timestamp;

/// The name of the projection.
pub const FACTS: &str = "facts";

/// The projection of the index. It holds one row per fact and term, and one per hour.
#[derive(Debug, Clone, Copy, Default)]
pub struct FactsProjection;

const TERMS: usize = 0;
const HOURS: usize = 1;

/// One row per fact and term. The only column holds both, because its order is all that is asked for.
const TERM_TABLE: ProjectionTable =
    ProjectionTable { name: "projection_fact_terms", columns: &[TableColumn::Text("entry")], indexes: &[] };

/// The first and the last fact of each hour, counted from 1970.
const HOUR_TABLE: ProjectionTable = ProjectionTable {
    name: "projection_fact_hours",
    columns: &[TableColumn::Integer("hour"), TableColumn::Integer("first"), TableColumn::Integer("last")],
    indexes: &[],
};

const TABLES: &[ProjectionTable] = &[TERM_TABLE, HOUR_TABLE];

/// The digits of a sequence in a row: a text of this length is in the order of the numbers.
const DIGITS: usize = 12;

/// Returns the row of a term and a sequence.
fn entry(term: &FactTerm, seq: u64) -> String {
    format!("{}\n{seq:0DIGITS$x}", term.as_str())
}

/// Reads the sequence from a row. `None` if the row was altered and is not one that the fold makes.
fn seq_of(entry: &str) -> Option<u64> {
    let (_, digits) = entry.rsplit_once('\n')?;
    u64::from_str_radix(digits, 16).ok()
}

/// Returns the hour of a moment.
const fn hour_of(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(3_600_000_000)
}

impl Projection for FactsProjection {
    fn name(&self) -> &'static str {
        FACTS
    }

    fn shape(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [ProjectionTable] {
        TABLES
    }

    fn reads(&self, stated: &Stated) -> Vec<RowSelection> {
        let hour = ColumnValue::Integer(hour_of(stated.at));
        vec![RowSelection::New(TERMS, terms(stated).len()), RowSelection::Keys(HOURS, vec![hour])]
    }

    fn fold(&self, rows: &mut RowSet, seq: u64, stated: &Stated) {
        for term in terms(stated) {
            rows.put(TERMS, vec![ColumnValue::Text(entry(&term, seq))]);
        }
        let hour = ColumnValue::Integer(hour_of(stated.at));
        let first = rows.get(HOURS, &hour).and_then(|row| row.get(1).cloned());
        let seq = ColumnValue::count(seq);
        rows.put(HOURS, vec![hour, first.unwrap_or_else(|| seq.clone()), seq]);
    }
}
