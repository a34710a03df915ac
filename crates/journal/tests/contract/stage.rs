//! The environment of a case: a fresh store, and ways to change it behind the journal's back.

use countersign_journal::{Access, Entry, Head, Journal, PostgresOptions, Seq};
use countersign_testkit::Postgres;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use std::path::PathBuf;

pub enum Stage<'a> {
    Sqlite { _folder: tempfile::TempDir, path: PathBuf },
    Postgres { server: &'a Postgres, url: String },
}

impl<'a> Stage<'a> {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        Self::Sqlite { _folder: folder, path }
    }

    pub fn postgres(server: &'a Postgres) -> Self {
        Self::Postgres { server, url: server.fresh_database() }
    }

    /// Returns a fresh stage of the same kind.
    pub fn another(&self) -> Self {
        match self {
            Self::Sqlite { .. } => Self::sqlite(),
            Self::Postgres { server, .. } => Self::postgres(server),
        }
    }

    pub async fn open(&self) -> Journal {
        match self {
            Self::Sqlite { path, .. } => Journal::open_sqlite(path).await.unwrap(),
            Self::Postgres { url, .. } => {
                Journal::open_postgres(url.clone().into(), PostgresOptions::default()).await.unwrap()
            }
        }
    }

    pub async fn open_for_reading(&self) -> Journal {
        match self {
            Self::Sqlite { path, .. } => Journal::open_sqlite_readonly(path).await.unwrap(),
            Self::Postgres { url, .. } => {
                let options = PostgresOptions { access: Access::Read, ..PostgresOptions::default() };
                Journal::open_postgres(url.clone().into(), options).await.unwrap()
            }
        }
    }

    /// Returns another client that appends to the same journal: another handle on SQLite, another client on PostgreSQL.
    pub async fn rival(&self, of: &Journal) -> Journal {
        match self {
            Self::Sqlite { .. } => of.clone(),
            Self::Postgres { .. } => self.open().await,
        }
    }

    /// Runs SQL behind the journal's back, and returns the store's error if it fails.
    pub async fn sql(&self, sql: &str) -> Result<(), String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite { path, .. } => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                let mut connection = options.connect().await.unwrap();
                let result = sqlx::raw_sql(sql).execute(&mut connection).await;
                connection.close().await.unwrap();
                result.map(|_| ()).map_err(|e| e.to_string())
            }
            Self::Postgres { url, .. } => {
                let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
                let result = sqlx::raw_sql(sql).execute(&mut connection).await;
                connection.close().await.unwrap();
                result.map(|_| ()).map_err(|e| e.to_string())
            }
        }
    }

    /// As [`Stage::sql`], by an attacker who first removes the protections.
    pub async fn tamper(&self, sql: &str) {
        let first = match self {
            Self::Sqlite { .. } => {
                "PRAGMA ignore_check_constraints = 1;
                 DROP TRIGGER IF EXISTS journal_entries_never_change;
                 DROP TRIGGER IF EXISTS journal_entries_never_go;"
            }
            Self::Postgres { .. } => {
                "DROP TRIGGER IF EXISTS journal_entries_never_change ON journal_entries;
                 DROP TRIGGER IF EXISTS journal_entries_never_go ON journal_entries;
                 ALTER TABLE journal_entries DROP CONSTRAINT IF EXISTS journal_entries_seq_check,
                    DROP CONSTRAINT IF EXISTS journal_entries_hash_check;"
            }
        };
        self.sql(&format!("{first}\n{sql}")).await.unwrap();
    }

    /// Returns a literal of these bytes in the store's SQL.
    pub fn bytes(&self, bytes: &[u8]) -> String {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Self::Sqlite { .. } => format!("x'{digits}'"),
            Self::Postgres { .. } => format!("'\\x{digits}'::bytea"),
        }
    }
}

/// Appends payloads "1", "2", … after the head, as one batch.
pub async fn append(journal: &Journal, after: Head, count: u64) -> Head {
    let payloads = (1..=count).map(|i| (after.seq.0 + i).to_string().into_bytes()).collect();
    journal.append(after, payloads).await.unwrap().last().unwrap().head()
}

pub async fn read_all(journal: &Journal) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    loop {
        let page = journal.read(all.last().map_or(Seq::ZERO, |e| e.seq), 1000).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}
