//! Queries of the versions' table. Each names the sequence that it is about: the answer is what it was right after that
//! fact.

use super::{PutInForce, VERSION_TABLE, VERSIONS, VersionRow, version_row};
use crate::read::ProjectionAnswer;
use crate::store;
use crate::table::{ColumnValue, ProjectedRow, Statement};
use crate::{ProjectionError, Projections};
use countersign_database::AnyConnection;
use countersign_facts::{Digest, Settings};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A version of the list of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedVersion {
    /// The last fact that put it in force.
    pub row: VersionRow,
    /// The settings that were put in force with a policy set, right before it.
    pub with: Option<Box<Settings>>,
    /// Whether it is the last change of the settings. Always false for policies: the world says which are in force.
    pub newest_settings: bool,
}

/// A page of the list of versions: of each version the last fact that put it in force, and no settings that a listed
/// policy set was put in force with.
#[derive(Debug, Clone, Copy)]
pub struct VersionsPage {
    /// The sequence that the list is about.
    pub at: u64,
    /// Whether the newest come first.
    pub descending: bool,
    /// The sequence after which the page begins.
    pub after: Option<u64>,
    /// Maximum number of versions.
    pub limit: usize,
}

/// The condition of a row of the list. `?` is the sequence that the list is about.
const LISTED: &str = "v.seq <= ? AND NOT EXISTS (
        SELECT 1 FROM projection_versions AS later
        WHERE later.version = v.version AND later.kind = v.kind AND later.seq > v.seq AND later.seq <= ?)
    AND NOT (v.kind = 'settings' AND EXISTS (
        SELECT 1 FROM projection_versions AS p
        WHERE p.seq = v.seq + 1 AND p.seq <= ? AND p.kind = 'policies' AND p.version = v.policies AND NOT EXISTS (
            SELECT 1 FROM projection_versions AS again
            WHERE again.version = p.version AND again.kind = p.kind AND again.seq > p.seq AND again.seq <= ?)))";

impl Projections {
    /// Returns a page of the list of versions, once the projection has reached `wanted`.
    ///
    /// # Errors
    /// If the projection cannot be read or is behind, or if a row is not one that the fold makes.
    pub fn versions_page(&self, wanted: u64, page: &VersionsPage) -> ProjectionAnswer<Vec<ListedVersion>> {
        let (direction, further) = if page.descending { ("DESC", "<") } else { ("ASC", ">") };
        let mut statement = listed(page.at);
        if let Some(after) = page.after {
            statement.push(&format!(" AND v.seq {further} ?"), [ColumnValue::count(after)]);
        }
        let limit = ColumnValue::count(u64::try_from(page.limit).unwrap_or(u64::MAX));
        statement.push(&format!(" ORDER BY v.seq {direction} LIMIT ?"), [limit]);
        self.listed(wanted, page.at, statement)
    }

    /// Returns the listed versions whose digest begins with these hexadecimal digits: two of them if there are more.
    ///
    /// # Errors
    /// As [`versions_page`](Self::versions_page).
    pub fn versions_beginning(
        &self,
        wanted: u64,
        at: u64,
        digits: &str,
    ) -> ProjectionAnswer<Vec<ListedVersion>> {
        let mut statement = listed(at);
        // No hexadecimal digit comes after "f", so this is the end of all that begin so.
        let bounds = [ColumnValue::text(digits), ColumnValue::Text(format!("{digits}g"))];
        statement.push(" AND v.version >= ? AND v.version < ? ORDER BY v.seq DESC LIMIT 2", bounds);
        self.listed(wanted, at, statement)
    }

    /// Returns the changes of the settings after the sequence `after`, and not after `at`, the oldest first.
    ///
    /// # Errors
    /// As [`versions_page`](Self::versions_page).
    pub fn settings_between(
        &self,
        wanted: u64,
        (after, at): (u64, u64),
    ) -> ProjectionAnswer<Vec<(u64, Settings)>> {
        let mut statement = store::select(&VERSION_TABLE);
        let bounds = [ColumnValue::count(after), ColumnValue::count(at)];
        statement.push(" WHERE kind = 'settings' AND seq > ? AND seq <= ? ORDER BY seq", bounds);
        let rows = self.version_rows(wanted, statement);
        Box::pin(async move {
            let settings = rows.await?.into_iter().filter_map(|row| match row.of {
                PutInForce::Settings(settings) => Some((row.seq, *settings)),
                PutInForce::Policies(_) => None,
            });
            Ok(settings.collect())
        })
    }

    /// Returns the sequence of the last fact, not after `at`, that put this version of the policy set in force.
    ///
    /// # Errors
    /// As [`versions_page`](Self::versions_page).
    pub fn publication(&self, wanted: u64, at: u64, version: &Digest) -> ProjectionAnswer<Option<u64>> {
        let mut statement = store::select(&VERSION_TABLE);
        let values = [ColumnValue::text(version), ColumnValue::count(at)];
        statement
            .push(" WHERE version = ? AND kind = 'policies' AND seq <= ? ORDER BY seq DESC LIMIT 1", values);
        let rows = self.version_rows(wanted, statement);
        Box::pin(async move { Ok(rows.await?.first().map(|row| row.seq)) })
    }

    /// Returns each version of the policy set that was in force by `at`, with the sequence of the last fact that put it
    /// there.
    ///
    /// # Errors
    /// As [`versions_page`](Self::versions_page).
    pub fn publications(&self, wanted: u64, at: u64) -> ProjectionAnswer<BTreeMap<Digest, u64>> {
        let mut statement = store::select(&VERSION_TABLE);
        statement.push(" WHERE kind = 'policies' AND seq <= ? ORDER BY seq", [ColumnValue::count(at)]);
        let rows = self.version_rows(wanted, statement);
        // Of several facts about one version, the last replaces those before it.
        Box::pin(async move { Ok(rows.await?.iter().map(|row| (row.version(), row.seq)).collect()) })
    }

    fn version_rows(&self, wanted: u64, statement: Statement) -> ProjectionAnswer<Vec<VersionRow>> {
        let (this, statement) = (self.clone(), Arc::new(statement));
        Box::pin(async move {
            let rows = this.read(VERSIONS, wanted, |connection| {
                let statement = Arc::clone(&statement);
                Box::pin(async move { store::rows_of(connection, &VERSION_TABLE, &statement).await })
            });
            rows.await?.value.iter().map(parsed).collect()
        })
    }

    fn listed(&self, wanted: u64, at: u64, statement: Statement) -> ProjectionAnswer<Vec<ListedVersion>> {
        let (this, statement) = (self.clone(), Arc::new(statement));
        Box::pin(async move {
            let read = this.read(VERSIONS, wanted, |connection| {
                let statement = Arc::clone(&statement);
                Box::pin(async move { list(connection, at, &statement).await })
            });
            let list = read.await?.value;
            let before: Vec<VersionRow> = list.before.iter().map(parsed).collect::<Result<_, _>>()?;
            let mut before: BTreeMap<u64, PutInForce> =
                before.into_iter().map(|row| (row.seq, row.of)).collect();
            let listed = list.rows.iter().map(|row| {
                let row = parsed(row)?;
                let with = match (&row.of, before.remove(&row.seq.saturating_sub(1))) {
                    (PutInForce::Policies(version), Some(PutInForce::Settings(settings))) => {
                        Some(settings).filter(|settings| settings.policies == Some(*version))
                    }
                    _ => None,
                };
                let newest_settings = list.newest_settings == Some(row.seq);
                Ok(ListedVersion { row, with, newest_settings })
            });
            listed.collect()
        })
    }
}

/// The rows of a list, and what it takes to show them.
struct VersionList {
    rows: Vec<ProjectedRow>,
    /// The changes of the settings that were stated right before one of the rows.
    before: Vec<ProjectedRow>,
    newest_settings: Option<u64>,
}

async fn list(
    connection: &mut AnyConnection,
    at: u64,
    statement: &Statement,
) -> Result<VersionList, sqlx::Error> {
    /// Number of rows looked up at a time.
    const AT_A_TIME: usize = 500;
    let rows = store::rows_of(connection, &VERSION_TABLE, statement).await?;
    let seq = |row: &ProjectedRow| row.first().and_then(ColumnValue::as_integer);
    let mut before = Vec::new();
    for some in rows.chunks(AT_A_TIME) {
        let mut statement = store::select(&VERSION_TABLE);
        statement.text.push_str(" WHERE kind = 'settings' AND");
        let previous = some.iter().filter_map(seq).map(|seq| ColumnValue::Integer(seq.saturating_sub(1)));
        statement.push_in("seq", previous);
        before.extend(store::rows_of(connection, &VERSION_TABLE, &statement).await?);
    }
    let mut newest = store::select(&VERSION_TABLE);
    newest.push(" WHERE kind = 'settings' AND seq <= ? ORDER BY seq DESC LIMIT 1", [ColumnValue::count(at)]);
    let newest = store::rows_of(connection, &VERSION_TABLE, &newest).await?;
    let newest_settings = newest.first().and_then(seq).map(i64::unsigned_abs);
    Ok(VersionList { rows, before, newest_settings })
}

/// Begins the statement that reads the list of versions.
fn listed(at: u64) -> Statement {
    let columns: Vec<_> = VERSION_TABLE.columns.iter().map(|column| format!("v.{}", column.name())).collect();
    let (columns, at) = (columns.join(", "), ColumnValue::count(at));
    let mut statement = Statement::new(format!("SELECT {columns} FROM {} AS v WHERE ", VERSION_TABLE.name));
    statement.push(LISTED, [at.clone(), at.clone(), at.clone(), at]);
    statement
}

/// A row that was altered is an error: a version that is left out silently could be one that a rollback has to revert.
fn parsed(row: &ProjectedRow) -> Result<VersionRow, ProjectionError> {
    version_row(row).ok_or(ProjectionError::Altered { name: VERSIONS })
}
