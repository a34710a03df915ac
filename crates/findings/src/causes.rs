//! Findings by their cause: whoever mends it mends them all.

use crate::FindingTables;
use crate::error::{FindingError, unreadable};
use crate::list::{BoundValue, FindingSelection, FindingStatement};
use crate::severity;
use countersign_hygiene::HygieneSeverity;
use countersign_names::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use std::fmt::Write as _;

/// What some findings have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCause {
    /// The name of their detector.
    pub detector: String,
    /// The cause.
    pub cause: String,
    /// How bad the worst of them is.
    pub severity: HygieneSeverity,
    /// Number of findings.
    pub findings: u64,
    /// Number of those that returned.
    pub returned: u64,
    /// What to do about it.
    pub fix: String,
    /// The name of one of the subjects.
    pub example: String,
    /// When the first of them was found.
    pub first_seen: Timestamp,
    /// When one of them was found last.
    pub last_seen: Timestamp,
}

/// Some causes, the worst first: by the severity of the worst finding, then by the number of findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CausePage {
    /// The causes.
    pub causes: Vec<FoundCause>,
    /// The place after which the next page begins, if there is more: rank, detector and cause.
    pub next: Option<(i64, String, String)>,
}

/// Severity before number: there are fewer findings than that.
const RANK: &str = "MAX(f.severity) * 1000000000 + COUNT(*)";

impl FindingTables {
    /// Returns a page of causes.
    ///
    /// # Errors
    /// If the database fails, or a row cannot be read.
    pub async fn causes(
        &self,
        selection: &FindingSelection,
        (after, descending): (Option<&(i64, String, String)>, bool),
        limit: usize,
        now: Timestamp,
    ) -> Result<CausePage, FindingError> {
        let (direction, beyond) = if descending { ("DESC", "<") } else { ("ASC", ">") };
        let selected = format!(
            "f.detector, f.cause, MAX(f.severity), COUNT(*),
             CAST(SUM(CASE WHEN f.standing = 'returned' THEN 1 ELSE 0 END) AS BIGINT), MIN(f.fix), MIN(f.title),
             MIN(f.first_seen), MAX(f.last_seen), {RANK}"
        );
        let mut statement = FindingStatement::over(&selected, selection, now);
        statement.text.push_str(" GROUP BY f.detector, f.cause");
        if let Some((rank, detector, cause)) = after {
            let rank = statement.place(BoundValue::Number(*rank));
            let detector = statement.place(BoundValue::Text(detector.clone()));
            let cause = statement.place(BoundValue::Text(cause.clone()));
            let _ = write!(
                statement.text,
                " HAVING {RANK} {beyond} {rank} OR ({RANK} = {rank} AND (f.detector > {detector}
                  OR (f.detector = {detector} AND f.cause > {cause})))"
            );
        }
        let _ = write!(
            statement.text,
            " ORDER BY {RANK} {direction}, f.detector, f.cause LIMIT {}",
            limit.saturating_add(1)
        );
        let rows = self.database.read("reading a page of causes", async |connection| {
            statement.query().fetch_all(connection).await
        });
        let mut rows = rows.await?;
        let is_more = rows.len() > limit;
        rows.truncate(limit);
        let read = rows.iter().map(cause).collect::<Result<Vec<_>, _>>()?;
        let last = read.last().filter(|_| is_more);
        let next = last.map(|(cause, rank)| (*rank, cause.detector.clone(), cause.cause.clone()));
        Ok(CausePage { causes: read.into_iter().map(|(cause, _)| cause).collect(), next })
    }
}

/// Reads a row, with its rank.
fn cause(row: &AnyRow) -> Result<(FoundCause, i64), FindingError> {
    let columns = || -> Result<_, sqlx::Error> {
        let text = |at: usize| row.try_get::<String, _>(at);
        let number = |at: usize| row.try_get::<i64, _>(at);
        Ok((
            [text(0)?, text(1)?, text(5)?, text(6)?],
            [number(2)?, number(3)?, number(4)?, number(7)?, number(8)?, number(9)?],
        ))
    };
    let ([detector, cause, fix, example], [worst, findings, returned, first, last, rank]) =
        columns().map_err(|error| unreadable(&error))?;
    let severity = severity::of_number(worst);
    let cause = FoundCause {
        detector,
        cause,
        severity: severity.ok_or_else(|| unreadable(&format_args!("unknown severity {worst}")))?,
        findings: u64::try_from(findings).unwrap_or_default(),
        returned: u64::try_from(returned).unwrap_or_default(),
        fix,
        example,
        first_seen: Timestamp::from_micros(first),
        last_seen: Timestamp::from_micros(last),
    };
    Ok((cause, rank))
}
