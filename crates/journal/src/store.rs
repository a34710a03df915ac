//! The two stores behind one interface. An enum rather than a trait, because there are two, and no third will come as a
//! plug-in.

use crate::chain::{Batch, EntryHash, Head, Seq, StoredEntry};
use crate::error::StoreError;
use crate::postgres::PostgresStore;
use crate::sqlite::SqliteStore;
use futures_util::{Stream, StreamExt as _};
use std::pin::pin;
use tokio::time::Instant;

/// SQL for both stores; `$1` has the same meaning in both.
pub(crate) const HEAD: &str = "SELECT seq, hash FROM journal_entries ORDER BY seq DESC LIMIT 1";
pub(crate) const PAGE: &str =
    "SELECT seq, hash, payload FROM journal_entries WHERE seq > $1 ORDER BY seq LIMIT $2";
pub(crate) const COUNT: &str = "SELECT count(*) FROM journal_entries WHERE seq <= $1";

pub(crate) const ARCHIVED: &str = "SELECT until FROM journal_archived";
/// `until` only grows.
pub(crate) const SET_ARCHIVED: &str =
    "INSERT INTO journal_archived (only_row, until, hash) VALUES (1, $1, $2)
    ON CONFLICT (only_row) DO UPDATE SET until = excluded.until, hash = excluded.hash
    WHERE excluded.until > journal_archived.until";
/// Deletes the oldest rows up to a place, a few thousand at a time: an append waits at most for one such step.
pub(crate) const DELETE_SOME: &str = "DELETE FROM journal_entries
    WHERE seq <= $1 AND seq < (SELECT min(seq) FROM journal_entries) + 4096";

/// The table of migrations; not sqlx's default name, so that other rooms may have tables in the same database.
pub(crate) const MIGRATIONS: &str = "journal_migrations";

pub(crate) type EntryRow = (i64, Vec<u8>, Vec<u8>);

/// Whether a batch was inserted.
pub(crate) enum Inserted {
    Yes,
    HeadWas(Head),
}

pub(crate) enum Store {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

impl Store {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    pub(crate) async fn insert(&self, batch: &Batch) -> Result<Inserted, StoreError> {
        match self {
            Self::Sqlite(store) => store.insert(batch).await,
            Self::Postgres(store) => store.insert(batch).await,
        }
    }

    pub(crate) async fn head(&self) -> Result<Head, StoreError> {
        match self {
            Self::Sqlite(store) => store.head().await,
            Self::Postgres(store) => store.head().await,
        }
    }

    pub(crate) async fn clock(&self) -> Result<Option<i64>, StoreError> {
        match self {
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(store) => store.clock().await.map(Some),
        }
    }

    /// Returns the rows after a place, at most `limit`, and no more once they hold `bytes` of payload.
    pub(crate) async fn page(
        &self,
        after: Seq,
        limit: u32,
        bytes: usize,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        match self {
            Self::Sqlite(store) => store.page(after, limit, bytes).await,
            Self::Postgres(store) => store.page(after, limit, bytes).await,
        }
    }

    /// Returns the number of rows at or before a place, whatever their numbers are.
    pub(crate) async fn count(&self, until: Seq) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(store) => store.count(until).await,
            Self::Postgres(store) => store.count(until).await,
        }
    }

    /// Notes that the entries up to this one are archived, so that they can be deleted.
    pub(crate) async fn set_archived(&self, until: Head) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(store) => store.set_archived(until).await,
            Self::Postgres(store) => store.set_archived(until).await,
        }
    }

    /// Returns the last entry that was noted as archived; [`Seq::ZERO`] if none was.
    pub(crate) async fn archived(&self) -> Result<Seq, StoreError> {
        let until = match self {
            Self::Sqlite(store) => store.archived().await?,
            Self::Postgres(store) => store.archived().await?,
        };
        Ok(Seq(u64::try_from(until).unwrap_or(0)))
    }

    /// Deletes some of the oldest rows up to a place, and returns how many: zero if there are no more.
    pub(crate) async fn delete_some(&self, until: Seq) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(store) => store.delete_some(until).await,
            Self::Postgres(store) => store.delete_some(until).await,
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
            Self::Postgres(store) => store.close().await,
        }
    }
}

/// Converts a sequence number to the stores' type. Both the last place and any place beyond the range have nothing
/// after them.
pub(crate) fn stored(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

pub(crate) fn head_of(row: Option<(i64, Vec<u8>)>) -> Result<Head, StoreError> {
    let Some((seq, hash)) = row else { return Ok(Head::GENESIS) };
    let malformed = || StoreError::new("reading its head", "the last entry is not a journal's");
    let seq = u64::try_from(seq).map_err(|_| malformed())?;
    let hash = <[u8; 32]>::try_from(hash.as_slice()).map_err(|_| malformed())?;
    Ok(Head { seq: Seq(seq), hash: EntryHash(hash) })
}

/// The result of reading a page.
pub(crate) struct PageRead {
    pub(crate) page: Vec<StoredEntry>,
    /// Whether the time-out ended the read before the query did.
    pub(crate) late: bool,
}

/// Takes rows until they hold enough bytes, so that a page of large payloads does not fill the memory, or until the
/// time-out. The rows received by then are a page too, so that a slow link is followed slowly rather than never.
pub(crate) async fn take(
    rows: impl Stream<Item = Result<EntryRow, sqlx::Error>>,
    bytes: usize,
    until: Option<Instant>,
) -> Result<PageRead, StoreError> {
    let mut rows = pin!(rows);
    let mut held = 0_usize;
    let mut page = Vec::new();
    while held < bytes {
        let row = match until {
            Some(until) => tokio::time::timeout_at(until, rows.next()).await,
            None => Ok(rows.next().await),
        };
        let row = match row {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(_) if !page.is_empty() => return Ok(PageRead { page, late: true }),
            Err(elapsed) => return Err(StoreError::new("reading entries", elapsed)),
        };
        let (seq, hash, payload) = row.map_err(|e| StoreError::new("reading entries", e))?;
        held = held.saturating_add(payload.len());
        page.push(StoredEntry { seq, hash, payload });
    }
    Ok(PageRead { page, late: false })
}
