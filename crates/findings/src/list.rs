//! Findings, page by page.

use crate::FindingTables;
use crate::error::{FindingError, unreadable};
use crate::severity;
use crate::stored::{COLUMNS, FindingStanding, STANDING, StoredFinding, read};
use countersign_hygiene::HygieneSeverity;
use countersign_names::{FindingId, Timestamp};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Row as _};
use std::fmt::Write as _;

/// Which findings are asked for. All given parts must match.
#[derive(Debug, Clone, Default)]
pub struct FindingSelection {
    /// Only of this detector.
    pub detector: Option<String>,
    /// Only of this severity.
    pub severity: Option<HygieneSeverity>,
    /// Only in this standing; open and returned ones if it is not given.
    pub standing: Option<FindingStanding>,
    /// Only those with a subject in this source.
    pub source: Option<String>,
    /// Only with this cause.
    pub cause: Option<String>,
    /// Only with this text in the name of the first subject, whatever the case.
    pub contains: Option<String>,
}

/// What a list of findings is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingOrder {
    /// How bad they are.
    Severity,
    /// When they were found first.
    FirstSeen,
}

/// A page of findings.
#[derive(Debug, Clone)]
pub struct FindingQuery {
    /// Which ones.
    pub selection: FindingSelection,
    /// Their order.
    pub order: FindingOrder,
    /// Whether the highest comes first.
    pub descending: bool,
    /// Only after this place, which the page before returned: the number that they are ordered by, and the id.
    pub after: Option<(i64, String)>,
    /// Maximum number of findings.
    pub limit: usize,
}

/// Some findings, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingPage {
    /// The findings.
    pub findings: Vec<StoredFinding>,
    /// The place after which the next page begins, if there is more.
    pub next: Option<(i64, String)>,
}

/// A value of a statement.
#[derive(Debug, Clone)]
pub(crate) enum BoundValue {
    Number(i64),
    Text(String),
}

/// A statement that is being written, with its values. The first is the present moment.
pub(crate) struct FindingStatement {
    pub(crate) text: String,
    values: Vec<BoundValue>,
}

impl FindingStatement {
    /// Begins a statement over the findings of the current run that are asked for, as `s`.
    pub(crate) fn over(selected: &str, selection: &FindingSelection, now: Timestamp) -> Self {
        let text = format!(
            "SELECT {selected} FROM (SELECT f.*, {STANDING} AS standing
             FROM findings f LEFT JOIN finding_acceptances a ON a.id = f.id
             WHERE f.run = (SELECT current_run FROM finding_runs)) AS f WHERE "
        );
        let mut statement = Self { text, values: vec![BoundValue::Number(now.as_micros())] };
        match selection.standing {
            None => statement.text.push_str("f.standing IN ('open', 'returned')"),
            Some(standing) => statement.only("f.standing =", BoundValue::Text(standing.as_str().to_owned())),
        }
        let mut and = |condition: &str, value: BoundValue| {
            statement.text.push_str(" AND ");
            statement.only(condition, value);
        };
        if let Some(detector) = &selection.detector {
            and("f.detector =", BoundValue::Text(detector.clone()));
        }
        if let Some(severity) = selection.severity {
            and("f.severity =", BoundValue::Number(severity::number(severity)));
        }
        if let Some(cause) = &selection.cause {
            and("f.cause =", BoundValue::Text(cause.clone()));
        }
        if let Some(source) = &selection.source {
            and("f.sources LIKE", BoundValue::Text(format!("%/{}/%", escaped(source))));
            statement.text.push_str(" ESCAPE '\\'");
        }
        if let Some(contains) = &selection.contains {
            statement.text.push_str(" AND ");
            let text = format!("%{}%", escaped(&contains.to_lowercase()));
            statement.only("f.folded LIKE", BoundValue::Text(text));
            statement.text.push_str(" ESCAPE '\\'");
        }
        statement
    }

    /// Adds a condition that ends in the place of a value.
    pub(crate) fn only(&mut self, condition: &str, value: BoundValue) {
        self.values.push(value);
        let _ = write!(self.text, "{condition} ${}", self.values.len());
    }

    /// Adds a value, and returns its place.
    pub(crate) fn place(&mut self, value: BoundValue) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    pub(crate) fn query(self) -> Query<'static, Any, AnyArguments> {
        let query = sqlx::query(AssertSqlSafe(self.text));
        self.values.into_iter().fold(query, |query, value| match value {
            BoundValue::Number(number) => query.bind(number),
            BoundValue::Text(text) => query.bind(text),
        })
    }
}

/// Returns a text of which no character has a meaning of its own in a pattern.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

impl FindingTables {
    /// Returns a page of findings.
    ///
    /// # Errors
    /// If the database fails, or a row cannot be read.
    pub async fn list(&self, asked: &FindingQuery, now: Timestamp) -> Result<FindingPage, FindingError> {
        let column = match asked.order {
            FindingOrder::Severity => "f.severity",
            FindingOrder::FirstSeen => "f.first_seen",
        };
        let (direction, beyond) = if asked.descending { ("DESC", "<") } else { ("ASC", ">") };
        let selected = format!("{COLUMNS}, f.standing, {column}");
        let mut statement = FindingStatement::over(&selected, &asked.selection, now);
        if let Some((number, id)) = &asked.after {
            let number = statement.place(BoundValue::Number(*number));
            let id = statement.place(BoundValue::Text(id.clone()));
            let _ = write!(
                statement.text,
                " AND ({column} {beyond} {number} OR ({column} = {number} AND f.id > {id}))"
            );
        }
        // One more than the page holds, to know whether there is another.
        let limit = asked.limit.saturating_add(1);
        let _ = write!(statement.text, " ORDER BY {column} {direction}, f.id LIMIT {limit}");
        let rows = self.database.read("reading a page of findings", async |connection| {
            statement.query().fetch_all(connection).await
        });
        let mut rows: Vec<AnyRow> = rows.await?;
        let is_more = rows.len() > asked.limit;
        rows.truncate(asked.limit);
        let findings = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let last = rows.last().zip(findings.last()).filter(|_| is_more);
        let next = last.map(|(row, finding)| {
            let number: i64 = row.try_get(11).map_err(|error| unreadable(&error))?;
            Ok::<_, FindingError>((number, finding.found.id.to_string()))
        });
        Ok(FindingPage { findings, next: next.transpose()? })
    }

    /// Returns one finding.
    ///
    /// # Errors
    /// If the database fails, or the row cannot be read.
    pub async fn show(&self, id: FindingId, now: Timestamp) -> Result<Option<StoredFinding>, FindingError> {
        let text = format!(
            "SELECT {COLUMNS}, {STANDING} FROM findings f LEFT JOIN finding_acceptances a ON a.id = f.id
             WHERE f.run = (SELECT current_run FROM finding_runs) AND f.id = $2"
        );
        let row = self.database.read("reading a finding", async |connection| {
            let query = sqlx::query(AssertSqlSafe(text)).bind(now.as_micros()).bind(id.to_string());
            query.fetch_optional(connection).await
        });
        row.await?.as_ref().map(read).transpose()
    }
}
