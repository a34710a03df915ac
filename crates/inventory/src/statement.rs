//! Statements over many rows at once. None knows what a row means.

use countersign_database::{AnyConnection, StoreKind};
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};
use std::fmt::Write as _;

/// Maximum number of rows of one transaction: a tenth of a second at most, for which an append of the journal waits.
pub(crate) const BATCH: usize = 5_000;

/// Maximum number of rows that one statement adds or looks up.
pub(crate) const STATEMENT: usize = 500;

/// Maximum number of rows that one statement names by several columns each.
pub(crate) const NAMED: usize = 100;

/// A statement with its values.
pub(crate) type BoundQuery = Query<'static, Any, AnyArguments>;

/// Returns a text with a placeholder at each `?`. SQLite takes it as it is: it looks up the name of each `$7` among all
/// placeholders, so that twice as many rows in one statement would take four times as long. PostgreSQL knows only those.
pub(crate) fn bound(store: StoreKind, text: &str) -> BoundQuery {
    let text = match store {
        StoreKind::Sqlite => text.to_owned(),
        StoreKind::Postgres => {
            let mut parts = text.split('?');
            let mut numbered = parts.next().unwrap_or_default().to_owned();
            for (place, part) in (1..).zip(parts) {
                let _ = write!(numbered, "${place}{part}");
            }
            numbered
        }
    };
    sqlx::query(AssertSqlSafe(text))
}

/// Returns this text as often as said, with something between.
pub(crate) fn repeated(text: &str, between: &str, count: usize) -> String {
    vec![text; count].join(between)
}

/// Adds rows: `into` is the table with its columns, `width` the number of these, and `bind` binds those of one row.
pub(crate) async fn insert<R>(
    connection: &mut AnyConnection,
    store: StoreKind,
    (into, width, clause): (&str, usize, &str),
    rows: &[R],
    bind: impl Fn(BoundQuery, &R) -> BoundQuery,
) -> Result<(), sqlx::Error> {
    let row = format!("({})", repeated("?", ",", width));
    for rows in rows.chunks(STATEMENT) {
        let text = format!("INSERT INTO {into} VALUES {} {clause}", repeated(&row, ",", rows.len()));
        let query = rows.iter().fold(bound(store, &text), &bind);
        query.execute(&mut *connection).await?;
    }
    Ok(())
}
