//! Questions to the index of the journal.

use super::{FACTS, FactTerm, HOUR_TABLE, TERM_TABLE, entry, hour_of, seq_of};
use crate::read::ProjectionAnswer;
use crate::store;
use crate::table::{ColumnValue, ProjectedRow, ProjectionTable, Statement};
use crate::{ProjectionError, Projections};
use countersign_database::AnyConnection;
use countersign_names::Timestamp;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Maximum number of facts with the first term that one question examines for the other terms.
const EXAMINED: usize = 20_000;

/// A page of the facts that have all of these terms.
#[derive(Debug, Clone, Default)]
pub struct FactsPage {
    /// The terms. The first should be the rarest, because its facts are examined for the others.
    pub terms: Vec<FactTerm>,
    /// Leaves out earlier facts, by whole hours: the reader compares the moment of the fact itself.
    pub since: Option<Timestamp>,
    /// Leaves out facts of this moment and later ones, by whole hours.
    pub until: Option<Timestamp>,
    /// Whether the newest come first.
    pub descending: bool,
    /// The sequence after which the page begins.
    pub after: Option<u64>,
    /// Maximum number of facts.
    pub limit: usize,
}

/// The facts of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundFacts {
    /// Their sequences, in the order of the page.
    pub seqs: Vec<u64>,
    /// The sequence after which the next page begins; `None` if there are no further facts.
    pub rest: Option<u64>,
}

impl Projections {
    /// Returns a page of the facts up to the sequence `wanted`, once the index has reached it.
    ///
    /// # Errors
    /// If the index cannot be read or is behind, or if a row is not one that the fold makes.
    pub fn facts_page(&self, wanted: u64, page: FactsPage) -> ProjectionAnswer<FoundFacts> {
        let (this, page) = (self.clone(), Arc::new(page));
        Box::pin(async move {
            let read = this.read(FACTS, wanted, |connection| {
                let page = Arc::clone(&page);
                Box::pin(async move { found(connection, wanted, &page).await })
            });
            let IndexRows { within, rows, examined } = read.await?.value;
            if page.terms.is_empty() {
                return Ok(page.of_all(&within));
            }
            let seqs: Vec<u64> = rows.iter().map(parsed).collect::<Result<_, _>>()?;
            let examined = examined.as_ref().map(parsed).transpose()?;
            let full = seqs.len() >= page.limit;
            let rest = if full { seqs.last().copied() } else { examined };
            Ok(FoundFacts { seqs, rest })
        })
    }
}

/// Maximum number of terms in one statement of [`Projections::first_facts`].
const TERMS_AT_A_TIME: usize = 50;

impl Projections {
    /// Returns the first fact that has each of these terms, up to the sequence `wanted`: their sequences, ascending and
    /// each once. A term that no fact has adds none.
    ///
    /// # Errors
    /// If the index cannot be read or is behind, or if a row is not one that the fold makes.
    pub fn first_facts(&self, wanted: u64, terms: Vec<FactTerm>) -> ProjectionAnswer<Vec<u64>> {
        let (this, terms) = (self.clone(), Arc::new(terms));
        Box::pin(async move {
            let read = this.read(FACTS, wanted, |connection| {
                let terms = Arc::clone(&terms);
                Box::pin(async move {
                    let mut rows = Vec::new();
                    for terms in terms.chunks(TERMS_AT_A_TIME) {
                        let first = first_of(terms, wanted);
                        rows.extend(store::rows_of(connection, &TERM_TABLE, &first).await?);
                    }
                    Ok(rows)
                })
            });
            let seqs: BTreeSet<u64> = read.await?.value.iter().map(parsed).collect::<Result<_, _>>()?;
            Ok(seqs.into_iter().collect())
        })
    }
}

/// Returns the statement that reads the first row of each of these terms.
fn first_of(terms: &[FactTerm], wanted: u64) -> Statement {
    let mut statement = Statement::new("");
    for (number, term) in terms.iter().enumerate() {
        let joined = if number == 0 { "" } else { " UNION ALL " };
        let text = format!(
            "{joined}SELECT entry FROM (SELECT entry FROM {} WHERE entry >= ? AND entry <= ? ORDER BY entry ASC LIMIT 1) AS a",
            TERM_TABLE.name
        );
        statement.push(&text, [1, wanted].map(|seq| ColumnValue::Text(entry(term, seq))));
    }
    statement
}

/// What was read for a page.
struct IndexRows {
    /// The sequences that it can be about.
    within: RangeInclusive<u64>,
    rows: Vec<ProjectedRow>,
    /// The last row that was examined, if there may be more.
    examined: Option<ProjectedRow>,
}

impl FactsPage {
    /// Returns a page of these sequences: every one of them is a fact.
    fn of_all(&self, within: &RangeInclusive<u64>) -> FoundFacts {
        let seqs: Vec<u64> = if self.descending {
            within.clone().rev().take(self.limit).collect()
        } else {
            within.clone().take(self.limit).collect()
        };
        let end = if self.descending { within.start() } else { within.end() };
        let rest = seqs.last().copied().filter(|last| last != end);
        FoundFacts { seqs, rest }
    }

    const fn direction(&self) -> &'static str {
        if self.descending { "DESC" } else { "ASC" }
    }

    /// Begins the statement that reads the facts with the first term.
    fn with(&self, first: &FactTerm, within: &RangeInclusive<u64>) -> Statement {
        let mut statement = store::select(&TERM_TABLE);
        let bounds = [within.start(), within.end()].map(|seq| ColumnValue::Text(entry(first, *seq)));
        statement.push(" WHERE entry >= ? AND entry <= ?", bounds);
        statement.text.push_str(&format!(" ORDER BY entry {} LIMIT", self.direction()));
        statement
    }

    /// Returns the statement that reads the facts with all terms.
    fn statement(&self, first: &FactTerm, others: &[FactTerm], within: &RangeInclusive<u64>) -> Statement {
        let mut statement = Statement::new("SELECT entry FROM (");
        let Statement { text, values } = self.with(first, within);
        statement.text.push_str(&text);
        statement.values = values;
        statement.push(" ?) AS a", [number(EXAMINED)]);
        // Where the sequence begins in a row with the first term, counted from 1, and with its line feed.
        let place = first.as_str().chars().count() + 1;
        for (number, other) in others.iter().enumerate() {
            let joined = if number == 0 { "WHERE" } else { "AND" };
            let text = format!(
                " {joined} EXISTS (SELECT 1 FROM {} AS b WHERE b.entry = ? || substr(a.entry, {place}))",
                TERM_TABLE.name
            );
            statement.push(&text, [ColumnValue::text(other.as_str())]);
        }
        statement.push(&format!(" ORDER BY entry {} LIMIT ?", self.direction()), [number(self.limit)]);
        statement
    }
}

fn number(count: usize) -> ColumnValue {
    ColumnValue::count(u64::try_from(count).unwrap_or(u64::MAX))
}

async fn found(
    connection: &mut AnyConnection,
    wanted: u64,
    page: &FactsPage,
) -> Result<IndexRows, sqlx::Error> {
    let within = bounds(connection, wanted, page).await?;
    let (rows, examined) = match page.terms.split_first() {
        Some((first, others)) if !within.is_empty() => {
            let statement = page.statement(first, others, &within);
            let rows = store::rows_of(connection, &TERM_TABLE, &statement).await?;
            if rows.len() >= page.limit {
                // The next page begins after the last of these.
                return Ok(IndexRows { within, rows, examined: None });
            }
            let mut last = page.with(first, &within);
            last.push(" 1 OFFSET ?", [number(EXAMINED - 1)]);
            let last = store::rows_of(connection, &TERM_TABLE, &last).await?;
            (rows, last.into_iter().next())
        }
        _ => (Vec::new(), None),
    };
    Ok(IndexRows { within, rows, examined })
}

/// Returns the sequences that a page can be about.
async fn bounds(
    connection: &mut AnyConnection,
    wanted: u64,
    page: &FactsPage,
) -> Result<RangeInclusive<u64>, sqlx::Error> {
    const NONE: RangeInclusive<u64> = RangeInclusive::new(1, 0);
    let (mut first, mut last) = (1, wanted);
    if let Some(since) = page.since {
        let mut statement = store::select(&HOUR_TABLE);
        statement.push(" WHERE hour >= ? ORDER BY first ASC LIMIT 1", [ColumnValue::Integer(hour_of(since))]);
        let Some(found) = bound(connection, &statement, 1).await? else { return Ok(NONE) };
        first = first.max(found);
    }
    if let Some(until) = page.until {
        let mut statement = store::select(&HOUR_TABLE);
        statement.push(" WHERE hour <= ? ORDER BY last DESC LIMIT 1", [ColumnValue::Integer(hour_of(until))]);
        let Some(found) = bound(connection, &statement, 2).await? else { return Ok(NONE) };
        last = last.min(found);
    }
    match page.after {
        Some(after) if page.descending => last = last.min(after.saturating_sub(1)),
        Some(after) => first = first.max(after.saturating_add(1)),
        None => {}
    }
    Ok(first..=last)
}

async fn bound(
    connection: &mut AnyConnection,
    statement: &Statement,
    column: usize,
) -> Result<Option<u64>, sqlx::Error> {
    let table: &ProjectionTable = &HOUR_TABLE;
    let rows = store::rows_of(connection, table, statement).await?;
    let value = rows.first().and_then(|row| row.get(column)).and_then(ColumnValue::as_integer);
    Ok(value.map(|seq| u64::try_from(seq).unwrap_or(0)))
}

fn parsed(row: &ProjectedRow) -> Result<u64, ProjectionError> {
    let seq = row.first().and_then(ColumnValue::as_text).and_then(seq_of);
    seq.ok_or(ProjectionError::Altered { name: FACTS })
}
