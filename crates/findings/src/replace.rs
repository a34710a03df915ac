//! A run: all of what was found takes the place of what the run before found.

use crate::error::{FindingError, unreadable};
use crate::stored::{COLUMNS, FindingDocument, FindingStanding, NewFinding, STANDING, StoredFinding, read};
use crate::{FindingTables, severity};
use countersign_database::AnyConnection;
use countersign_names::{FindingId, Timestamp};
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Number of rows of one write.
const BATCH: usize = 500;

/// For how long a finding that was fixed is remembered.
const REMEMBERED: Duration = Duration::from_secs(366 * 86_400);

/// The last run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRun {
    /// Its number; 0 before the first.
    pub run: i64,
    /// When it began.
    pub began_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// The import of each source that it looked at.
    pub imports: BTreeMap<String, i64>,
    /// What correlation went by besides. It is compared, and not read.
    pub terms: String,
}

/// What a run changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FindingCounts {
    /// Number of findings.
    pub found: u64,
    /// Number of those that no run found before.
    pub new: u64,
    /// Number of those that were fixed, or accepted in another form, and are back.
    pub returned: u64,
    /// Number of findings of the run before that are not found any more.
    pub fixed: u64,
}

/// A row of the next run.
struct NextRow {
    found: NewFinding,
    first_seen: Timestamp,
    last_seen: Timestamp,
    fixed_at: Option<Timestamp>,
    returned_at: Option<Timestamp>,
}

impl FindingTables {
    /// Returns the last run.
    ///
    /// # Errors
    /// If the database fails, or the row cannot be read.
    pub async fn last_run(&self) -> Result<FindingRun, FindingError> {
        const LAST: &str = "SELECT current_run, began_at, ended_at, imports, terms FROM finding_runs";
        let row = self.database.read("reading the last look", async |connection| {
            let row = sqlx::query(LAST).fetch_one(connection).await?;
            let moments: [i64; 2] = [row.try_get(1)?, row.try_get(2)?];
            let texts: [String; 2] = [row.try_get(3)?, row.try_get(4)?];
            Ok((row.try_get::<i64, _>(0)?, moments, texts))
        });
        let (run, [began, ended], [imports, terms]) = row.await?;
        Ok(FindingRun {
            run,
            began_at: Timestamp::from_micros(began),
            ended_at: Timestamp::from_micros(ended),
            imports: serde_json::from_str(&imports).map_err(|error| unreadable(&error))?,
            terms,
        })
    }

    /// Begins a run. Returns its number, and the run that it follows.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn begin_run(&self) -> Result<(i64, i64), FindingError> {
        const TAKE: &str =
            "UPDATE finding_runs SET next_run = next_run + 1 RETURNING next_run - 1, current_run";
        let taken = self.database.write("beginning a look", async |connection| {
            let row = sqlx::query(TAKE).fetch_one(connection).await?;
            Ok((row.try_get(0)?, row.try_get(1)?))
        });
        Ok(taken.await?)
    }

    /// Writes what a run found, and puts it in the place of the run that it follows.
    ///
    /// # Errors
    /// [`FindingError::Superseded`] if another run took that place meanwhile; the rows of this one are then deleted. If the
    /// database fails, what was found before stays.
    pub async fn replace(
        &self,
        (run, base): (i64, i64),
        found: Vec<NewFinding>,
        (imports, terms): (&BTreeMap<String, i64>, &str),
        (began_at, now): (Timestamp, Timestamp),
    ) -> Result<FindingCounts, FindingError> {
        let before = self.all_of(base, began_at).await?;
        let (rows, counts) = next_rows(found, before, began_at);
        for rows in rows.chunks(BATCH) {
            let writing = self.database.write_in_bulk("writing findings", async |connection| {
                for row in rows {
                    insert(connection, run, row).await?;
                }
                Ok(())
            });
            writing.await?;
        }
        const PLACE: &str =
            "UPDATE finding_runs SET current_run = $1, began_at = $2, ended_at = $3, imports = $4, terms = $5
            WHERE current_run = $6";
        let imports = serde_json::to_string(imports).map_err(|error| unreadable(&error))?;
        let placed = self.database.write("replacing the findings", async |connection| {
            let query = sqlx::query(PLACE).bind(run).bind(began_at.as_micros()).bind(now.as_micros());
            Ok(query
                .bind(imports)
                .bind(terms.to_owned())
                .bind(base)
                .execute(connection)
                .await?
                .rows_affected())
        });
        if placed.await? == 0 {
            self.delete("run = $1", run).await?;
            return Err(FindingError::Superseded);
        }
        self.delete("run < $1", run).await?;
        Ok(counts)
    }

    /// Returns all findings of a run.
    async fn all_of(&self, run: i64, now: Timestamp) -> Result<Vec<StoredFinding>, FindingError> {
        const PAGE: i64 = 5_000;
        let text = format!(
            "SELECT {COLUMNS}, {STANDING} FROM findings f LEFT JOIN finding_acceptances a ON a.id = f.id
             WHERE f.run = $2 AND f.id > $3 ORDER BY f.id LIMIT {PAGE}"
        );
        let (mut all, mut after): (Vec<StoredFinding>, String) = (Vec::new(), String::new());
        loop {
            let rows = self.database.read("reading findings", async |connection| {
                let query = sqlx::query(AssertSqlSafe(text.clone())).bind(now.as_micros()).bind(run);
                query.bind(after.clone()).fetch_all(connection).await
            });
            let rows = rows.await?;
            for row in &rows {
                all.push(read(row)?);
            }
            match all.last() {
                Some(last) if !rows.is_empty() => after = last.found.id.to_string(),
                _ => return Ok(all),
            }
        }
    }

    /// Deletes the rows of some runs, in small writes.
    async fn delete(&self, which: &'static str, run: i64) -> Result<(), FindingError> {
        let text = format!(
            "DELETE FROM findings WHERE {which} AND id IN (SELECT id FROM findings WHERE {which} LIMIT 2000)"
        );
        loop {
            let deleted = self.database.write_in_bulk("deleting old findings", async |connection| {
                let query = sqlx::query(AssertSqlSafe(text.clone())).bind(run);
                Ok(query.execute(connection).await?.rows_affected())
            });
            if deleted.await? == 0 {
                return Ok(());
            }
        }
    }
}

/// Joins what was found with what the run before had.
fn next_rows(
    found: Vec<NewFinding>,
    before: Vec<StoredFinding>,
    now: Timestamp,
) -> (Vec<NextRow>, FindingCounts) {
    let mut before: BTreeMap<FindingId, StoredFinding> =
        before.into_iter().map(|known| (known.found.id, known)).collect();
    let mut counts =
        FindingCounts { found: u64::try_from(found.len()).unwrap_or(u64::MAX), ..FindingCounts::default() };
    let mut rows = Vec::with_capacity(found.len());
    for found in found {
        let Some(known) = before.remove(&found.id) else {
            counts.new += 1;
            rows.push(NextRow { found, first_seen: now, last_seen: now, fixed_at: None, returned_at: None });
            continue;
        };
        // That an acceptance ended is kept too, because the acceptance itself is forgotten some day.
        let lapsed = known.standing == FindingStanding::Returned && known.returned_at.is_none();
        let returned = known.fixed_at.is_some() || lapsed;
        counts.returned += u64::from(returned);
        let returned_at = if returned { Some(now) } else { known.returned_at };
        rows.push(NextRow {
            found,
            first_seen: known.first_seen,
            last_seen: now,
            fixed_at: None,
            returned_at,
        });
    }
    for (_, known) in before {
        let StoredFinding { found, first_seen, last_seen, fixed_at, returned_at, .. } = known;
        counts.fixed += u64::from(fixed_at.is_none());
        if fixed_at.is_none_or(|at| now.since(at) < REMEMBERED) {
            let fixed_at = fixed_at.or(Some(now));
            rows.push(NextRow { found, first_seen, last_seen, fixed_at, returned_at });
        }
    }
    (rows, counts)
}

async fn insert(connection: &mut AnyConnection, run: i64, row: &NextRow) -> Result<(), sqlx::Error> {
    const ADD: &str =
        "INSERT INTO findings (run, id, detector, cause, severity, title, folded, sources, subjects, fix,
        first_seen, last_seen, fixed_at, returned_at, document)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let found = &row.found;
    let title = found.subjects.first().map(|subject| subject.name.clone()).unwrap_or_default();
    let names: BTreeSet<&str> = found.subjects.iter().map(|subject| subject.source.as_str()).collect();
    let sources = names.iter().fold("/".to_owned(), |all, name| format!("{all}{name}/"));
    let document = FindingDocument { subjects: found.subjects.clone(), evidence: found.evidence.clone() };
    let document = serde_json::to_string(&document).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let at = |moment: Option<Timestamp>| moment.map_or(0, |moment| moment.as_micros());
    let query = sqlx::query(ADD).bind(run).bind(found.id.to_string()).bind(found.detector.clone());
    let query = query.bind(found.cause.clone()).bind(severity::number(found.severity));
    let query = query.bind(title.clone()).bind(title.to_lowercase()).bind(sources);
    let query = query.bind(i64::try_from(found.subjects.len()).unwrap_or(i64::MAX)).bind(found.fix.clone());
    let query = query.bind(row.first_seen.as_micros()).bind(row.last_seen.as_micros());
    query.bind(at(row.fixed_at)).bind(at(row.returned_at)).bind(document).execute(connection).await?;
    Ok(())
}
