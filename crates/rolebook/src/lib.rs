//! Proposed roles, as tables beside the journal: the result of one search, replaced as a whole, and read again.
//!
//! A search writes its rows beside those of the search before, and takes effect by one change of one row. A process that is
//! killed at any point leaves what was before. What is shown is kept as text in the words of the caller.
//!
//! The clock is an argument. This room must not know how roles are found, what sources say, facts, the world, who asks, or what
//! the texts mean.

mod identity;

pub use identity::role_proposal_id;

use countersign_database::{Database, DatabaseError, bound, insert_rows};
use countersign_names::{RoleProposalId, Timestamp};
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// The number of the search whose rows readers see; 0 if there is none.
const CURRENT: &str = "SELECT COALESCE(MAX(search), 0) FROM role_searches WHERE ended_at > 0";
const COLUMNS: (&str, usize, &str) = ("role_proposals (search, id, summary, detail)", 4, "");
/// Number of rows that are written in one step.
const BATCH: usize = 200;

/// The tables of proposed roles. Clones share their connections.
#[derive(Clone)]
pub struct RoleTables {
    database: Database,
}

/// A proposed role, as texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRow {
    /// Its id.
    pub id: RoleProposalId,
    /// What a list shows of it.
    pub summary: String,
    /// What is shown of it besides.
    pub detail: String,
}

impl RoleTables {
    /// Creates or upgrades the tables, and uses them.
    ///
    /// # Errors
    /// The same as [`Database::migrate`].
    pub async fn open(database: Database) -> Result<Self, DatabaseError> {
        let (sqlite, postgres) = (sqlx::migrate!("migrations/sqlite"), sqlx::migrate!("migrations/postgres"));
        database.migrate("rolebook", sqlite, postgres).await?;
        Ok(Self { database })
    }

    /// Replaces what was found before. Returns false if another search began meanwhile; then its result counts.
    ///
    /// # Errors
    /// If the database fails. Readers see what they saw before.
    pub async fn replace(
        &self,
        rows: &[RoleRow],
        report: &str,
        now: Timestamp,
    ) -> Result<bool, DatabaseError> {
        const BEGIN: &str = "INSERT INTO role_searches (search, ended_at, report) VALUES ($1, 0, '')";
        const END: &str =
            "UPDATE role_searches SET ended_at = $2, report = $3 WHERE search = $1 AND ended_at = 0";
        let store = self.database.store();
        let search = self
            .database
            .write("beginning a search for roles", async |connection| {
                let current: i64 = sqlx::query_scalar(CURRENT).fetch_one(&mut *connection).await?;
                let highest = "SELECT COALESCE(MAX(search), 0) FROM role_searches";
                let search = 1 + sqlx::query_scalar::<_, i64>(highest).fetch_one(&mut *connection).await?;
                for table in ["role_searches", "role_proposals"] {
                    let text = format!("DELETE FROM {table} WHERE search <> ?");
                    bound(store, &text).bind(current).execute(&mut *connection).await?;
                }
                sqlx::query(BEGIN).bind(search).execute(connection).await?;
                Ok(search)
            })
            .await?;
        for part in rows.chunks(BATCH) {
            let adding = self.database.write_in_bulk("writing proposed roles", async |connection| {
                insert_rows(connection, store, COLUMNS, part, |query, row| {
                    let query = query.bind(search).bind(row.id.to_string());
                    query.bind(row.summary.clone()).bind(row.detail.clone())
                })
                .await
            });
            adding.await?;
        }
        let ending = self.database.write("ending a search for roles", async |connection| {
            sqlx::query(END)
                .bind(search)
                .bind(now.as_micros())
                .bind(report.to_owned())
                .execute(connection)
                .await
        });
        Ok(ending.await?.rows_affected() == 1)
    }

    /// Returns the numbers of the last search, if there was one.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn report(&self) -> Result<Option<String>, DatabaseError> {
        const LAST: &str = "SELECT report FROM role_searches WHERE ended_at > 0 ORDER BY search DESC LIMIT 1";
        let reading = self.database.read("reading the last search for roles", async |connection| {
            sqlx::query_scalar(LAST).fetch_optional(connection).await
        });
        reading.await
    }

    /// Returns what a list shows of each proposed role.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn summaries(&self) -> Result<Vec<String>, DatabaseError> {
        let text = format!("SELECT summary FROM role_proposals WHERE search = ({CURRENT}) ORDER BY id");
        let store = self.database.store();
        let reading = self.database.read("reading proposed roles", async |connection| {
            let rows = bound(store, &text).fetch_all(connection).await?;
            rows.iter().map(|row: &AnyRow| row.try_get(0)).collect()
        });
        reading.await
    }

    /// Returns a proposed role, if the last search found it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn proposal(&self, id: RoleProposalId) -> Result<Option<RoleRow>, DatabaseError> {
        let text =
            format!("SELECT summary, detail FROM role_proposals WHERE search = ({CURRENT}) AND id = ?");
        let store = self.database.store();
        let reading = self.database.read("reading a proposed role", async |connection| {
            let row = bound(store, &text).bind(id.to_string()).fetch_optional(connection).await?;
            let parts = |row: AnyRow| Ok(RoleRow { id, summary: row.try_get(0)?, detail: row.try_get(1)? });
            row.map(parts).transpose()
        });
        reading.await
    }
}
