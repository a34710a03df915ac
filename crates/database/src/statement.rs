//! Statements over many rows at once. None knows what a row means.

use crate::{AnyConnection, StoreKind};
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};
use std::fmt::Write as _;

/// Maximum number of rows that one statement adds.
const STATEMENT: usize = 500;

/// A statement with its values.
pub type BoundStatement = Query<'static, Any, AnyArguments>;

/// Returns a text with a placeholder at each `?`. SQLite takes it as it is: it looks up the name of each `$7` among all
/// placeholders, so that twice as many rows in one statement would take four times as long. PostgreSQL knows only those.
///
/// The text is of the program alone. A value is never part of it: a `?` within one would count as a placeholder.
pub fn bound(store: StoreKind, text: &str) -> BoundStatement {
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

/// Adds rows: `into` is the table with its columns, the number of these, and what follows the rows in the statement;
/// `bind` binds the columns of one row.
///
/// # Errors
/// If the database refuses a statement. The rows of those before it are added.
pub async fn insert_rows<R>(
    connection: &mut AnyConnection,
    store: StoreKind,
    (into, width, clause): (&str, usize, &str),
    rows: &[R],
    bind: impl Fn(BoundStatement, &R) -> BoundStatement,
) -> Result<(), sqlx::Error> {
    let row = format!("({})", vec!["?"; width].join(","));
    for rows in rows.chunks(STATEMENT) {
        let text = format!("INSERT INTO {into} VALUES {} {clause}", vec![row.as_str(); rows.len()].join(","));
        let query = rows.iter().fold(bound(store, &text), &bind);
        query.execute(&mut *connection).await?;
    }
    Ok(())
}
