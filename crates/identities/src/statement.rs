//! Statements over many rows at once. None knows what a row means.

use countersign_database::{AnyConnection, StoreKind};
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};
use std::fmt::Write as _;

/// Maximum number of rows of one transaction, for which an append to the journal waits.
pub(crate) const BATCH: usize = 2_000;

/// Maximum number of rows that one statement adds.
const STATEMENT: usize = 250;

/// A statement with its values.
pub(crate) type BoundStatement = Query<'static, Any, AnyArguments>;

/// Returns a text with a placeholder at each `?`. PostgreSQL numbers them. SQLite could take numbered ones, but looks up
/// each among all.
pub(crate) fn bound(store: StoreKind, text: &str) -> BoundStatement {
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

/// Adds rows: `into` is the table with its columns, `width` the number of these, and `bind` binds those of one row.
pub(crate) async fn insert<R>(
    connection: &mut AnyConnection,
    store: StoreKind,
    (into, width): (&str, usize),
    rows: &[R],
    bind: impl Fn(BoundStatement, &R) -> BoundStatement,
) -> Result<(), sqlx::Error> {
    let row = format!("({})", vec!["?"; width].join(","));
    for rows in rows.chunks(STATEMENT) {
        let text = format!("INSERT INTO {into} VALUES {}", vec![row.as_str(); rows.len()].join(","));
        let query = rows.iter().fold(bound(store, &text), &bind);
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// A condition that grows, with the values of its placeholders.
#[derive(Default)]
pub(crate) struct RowCondition {
    pub(crate) text: String,
    pub(crate) values: Vec<String>,
}

impl RowCondition {
    /// Adds what must hold too; each `?` stands for one of the values.
    pub(crate) fn and(&mut self, text: &str, values: impl IntoIterator<Item = String>) {
        let _ = write!(self.text, " AND {text}");
        self.values.extend(values);
    }

    /// Adds that a column contains a text, which is in lower case there.
    pub(crate) fn contains(&mut self, column: &str, text: &str) {
        let escaped = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        self.and(&format!("{column} LIKE ? ESCAPE '\\'"), [format!("%{escaped}%")]);
    }

    /// Adds that a row comes after a place in a list that is sorted by lower-case name, then by source and key.
    pub(crate) fn after(&mut self, place: Option<&(String, String, String)>, descending: bool) {
        let Some((folded, source, key)) = place else { return };
        let sign = if descending { '<' } else { '>' };
        let text = format!("(folded {sign} ? OR (folded = ? AND (source, record_key) > (?, ?)))");
        self.and(&text, [folded.clone(), folded.clone(), source.clone(), key.clone()]);
    }

    /// Binds the values after those that are bound already.
    pub(crate) fn bind(self, query: BoundStatement) -> BoundStatement {
        self.values.into_iter().fold(query, BoundStatement::bind)
    }
}

/// Returns how a list is sorted by lower-case name, then by source and key.
pub(crate) const fn by_name(descending: bool) -> &'static str {
    if descending { "folded DESC, source, record_key" } else { "folded, source, record_key" }
}
