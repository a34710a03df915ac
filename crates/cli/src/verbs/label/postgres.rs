//! The columns of a PostgreSQL database, sampled over a connection that only reads.

use super::scan::{ScanFindings, join, showable};
use crate::console::Console;
use crate::exit::Failure;
use crate::verbs::inventory::live::conninfo::PostgresAddress;
use crate::verbs::inventory::live::postgres::{CONNECTING, connect_options};
use crate::words;
use countersign_labels::{ColumnSample, SampledValue};
use countersign_names::LabelTarget;
use futures_util::TryStreamExt as _;
use secrecy::SecretString;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};
use std::time::Duration;

/// The beginning of each transaction. A table that is locked or slow is skipped. The search path is fixed: a database sets one
/// for its sessions, by which its owner could have the reading role run other functions than those that are meant.
const BEGIN: &str = "BEGIN READ ONLY; SET LOCAL statement_timeout = '30s'; SET LOCAL lock_timeout = '2s'; \
                     SET LOCAL search_path = pg_catalog";

/// Time limit of one table, whatever its server does.
const ONE_TABLE: Duration = Duration::from_secs(60);

/// Maximum number of bytes that are read of one value.
const LONGEST_VALUE: usize = 4096;

/// Maximum number of bytes that are read of one table.
const MOST_BYTES: usize = 32 << 20;

/// Maximum number of columns of a database.
const MOST_COLUMNS: usize = 20_000;

/// From how many rows on a table is sampled by its blocks, not from its beginning.
const LARGE: f32 = 50_000.0;

/// The columns of tables and materialised views, with what is needed to read them. A partition is read through its table. A view
/// would run what its owner wrote. Only types that PostgreSQL brings are turned into text: turning another one may run code of
/// its owner.
const COLUMNS: &str = "
SELECT n.nspname::text, c.relname::text, a.attname::text,
       quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS quoted_table, quote_ident(a.attname) AS quoted_column,
       c.reltuples::real, has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT') AS readable,
       b.typnamespace = 'pg_catalog'::regnamespace AND b.typtype = 'b' AND b.oid <> 'bytea'::regtype AS is_text
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
WHERE c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp%'
ORDER BY n.nspname, c.relname, a.attnum
LIMIT 20001";

/// A column that can be looked at.
struct FoundColumn {
    schema: String,
    table: String,
    name: String,
    quoted_table: String,
    quoted: String,
    rows: f32,
    readable: bool,
    is_text: bool,
}

impl FoundColumn {
    fn of(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            schema: row.try_get(0)?,
            table: row.try_get(1)?,
            name: row.try_get(2)?,
            quoted_table: row.try_get(3)?,
            quoted: row.try_get(4)?,
            rows: row.try_get(5)?,
            readable: row.try_get(6)?,
            is_text: row.try_get(7)?,
        })
    }
}

/// Samples each column of a database.
pub(super) async fn scan(
    console: &mut Console,
    address: &PostgresAddress,
    password: Option<&SecretString>,
    name: &str,
    rows: u32,
) -> Result<ScanFindings, Failure> {
    if format!("database:{name}").parse::<LabelTarget>().is_err() {
        return Err(Failure::input(
            format!("{name:?} cannot be the name of a database in labels"),
            "give another with --name: it has no slash, no control character and no white space at its ends",
        ));
    }
    let shown = address.shown();
    let options = connect_options(address, password, "countersign label scan");
    let connecting = tokio::time::timeout(CONNECTING, PgConnection::connect_with(&options)).await;
    let late = || Failure::Unreachable {
        address: shown.clone(),
        cause: format!("no connection within {} seconds", CONNECTING.as_secs()),
    };
    let mut connection = connecting.map_err(|_| late())?.map_err(|error| refused(&shown, &error))?;
    let columns = tokio::time::timeout(ONE_TABLE, columns(&mut connection)).await;
    let columns = columns.map_err(|_| late())?.map_err(|error| refused(&shown, &error))?;
    let (mut found, mut tables, mut sampled) = (ScanFindings::default(), 0, 0);
    if columns.len() > MOST_COLUMNS {
        found.unread.push(format!("Only the first {MOST_COLUMNS} columns were looked at."));
    }
    for table in columns
        .get(..columns.len().min(MOST_COLUMNS))
        .unwrap_or_default()
        .chunk_by(|a, b| a.quoted_table == b.quoted_table)
    {
        let Some(first) = table.first() else { continue };
        let of_table = format!("{}.{}", first.schema, first.table);
        let Some(shown_table) = showable(&of_table) else {
            found
                .unread
                .push("Not sampled: a table whose name looks like a value, or is too long.".to_owned());
            continue;
        };
        console.progress(&format!("table {shown_table}"));
        let readable: Vec<&FoundColumn> = table.iter().filter(|column| column.readable).collect();
        if readable.len() < table.len() {
            let missing = words::count(table.len() - readable.len(), "column");
            found
                .unread
                .push(format!("Not sampled: {missing} of {shown_table}, which the role may not read."));
        }
        let mut samples: Vec<ColumnSample> =
            table.iter().map(|column| ColumnSample::new(&column.name)).collect();
        let sampling = sample(&mut connection, table, &mut samples, rows);
        match tokio::time::timeout(ONE_TABLE, sampling).await {
            Ok(Ok(())) if !readable.is_empty() => tables += 1,
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                found.unread.push(format!("Not sampled in whole: {shown_table}, {}.", why(&error)))
            }
            Err(_) => {
                // The connection is in the middle of an answer: a new one takes its place.
                found.unread.push(format!(
                    "Not sampled in whole: {shown_table}, it took more than {} s.",
                    ONE_TABLE.as_secs()
                ));
                connection =
                    PgConnection::connect_with(&options).await.map_err(|error| refused(&shown, &error))?;
            }
        }
        for (column, sample) in table.iter().zip(samples) {
            sampled += sample.sampled();
            let target = LabelTarget::column(name, &column.schema, &column.table, &column.name);
            match target.ok().filter(|_| showable(&column.name).is_some()) {
                Some(target) => join(&mut found.proposals, &target, None, sample.proposals()),
                None => found.unread.push(format!(
                    "Not proposed: a column of {shown_table} whose name looks like a value, or is too long."
                )),
            }
        }
    }
    let tables = words::count(tables, "table");
    found.looked_at = format!(
        "Sampled {tables} of {shown}, {}",
        words::count(usize::try_from(sampled).unwrap_or(usize::MAX), "value")
    );
    Ok(found)
}

async fn columns(connection: &mut PgConnection) -> Result<Vec<FoundColumn>, sqlx::Error> {
    connection.execute(BEGIN).await?;
    let rows = sqlx::query(COLUMNS).fetch_all(&mut *connection).await?;
    connection.execute("ROLLBACK").await?;
    rows.iter().map(FoundColumn::of).collect()
}

/// Reads rows of one table, and counts what its columns hold.
async fn sample(
    connection: &mut PgConnection,
    table: &[FoundColumn],
    samples: &mut [ColumnSample],
    rows: u32,
) -> Result<(), sqlx::Error> {
    let read: Vec<usize> = (0..table.len())
        .filter(|place| table.get(*place).is_some_and(|column| column.readable && column.is_text))
        .collect();
    let Some(first) = table.first().filter(|_| !read.is_empty()) else { return Ok(()) };
    let list: Vec<String> = read
        .iter()
        .filter_map(|place| table.get(*place))
        .map(|column| format!("left({}::text, {LONGEST_VALUE})", column.quoted))
        .collect();
    // Five times as many rows as are wanted, in blocks from all over the table: the number of rows is an estimate.
    let blocks = if first.rows > LARGE {
        #[expect(clippy::cast_precision_loss, reason = "a share of a table need not be exact")]
        let percent = (rows as f32 * 500.0 / first.rows).clamp(0.000_1, 100.0);
        format!("TABLESAMPLE SYSTEM ({percent:.4}) REPEATABLE (1)")
    } else {
        String::new()
    };
    connection.execute(BEGIN).await?;
    let sql = format!("SELECT {} FROM {} {blocks} LIMIT {rows}", list.join(", "), first.quoted_table);
    let outcome = count(connection, sql, &read, samples).await;
    connection.execute("ROLLBACK").await?;
    outcome
}

async fn count(
    connection: &mut PgConnection,
    sql: String,
    read: &[usize],
    samples: &mut [ColumnSample],
) -> Result<(), sqlx::Error> {
    // The names in it are quoted by the server.
    let mut answer = sqlx::raw_sql(AssertSqlSafe(sql)).fetch(connection);
    let mut bytes = 0;
    while let Some(row) = answer.try_next().await? {
        for (at, place) in read.iter().enumerate() {
            let value: Option<&str> = row.try_get(at)?;
            if let (Some(value), Some(sample)) = (value, samples.get_mut(*place)) {
                bytes += value.len();
                sample.observe(&SampledValue::new(value));
            }
        }
        if bytes > MOST_BYTES {
            break;
        }
    }
    // What is not read stays in the connection, and the next statement reads past it.
    Ok(())
}

/// Returns why a table was not read, without what a server says about values in it.
fn why(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(said) => match said.code().as_deref() {
            Some("42501") => "the role may not read it".to_owned(),
            Some("57014") => "it took longer than 30 s".to_owned(),
            Some("55P03") => "it is locked".to_owned(),
            Some(code) => format!("the server refuses it with the code {code}"),
            None => "the server refuses it".to_owned(),
        },
        sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => "a value is no text".to_owned(),
        _ => "the connection failed".to_owned(),
    }
}

fn refused(shown: &str, error: &sqlx::Error) -> Failure {
    match error {
        sqlx::Error::Database(said) => Failure::input(
            format!("{shown}: the server refuses: {}", said.message()),
            "docs/labels.md says what the role needs; nothing was sent",
        ),
        sqlx::Error::Tls(cause) => Failure::input(
            format!("{shown}: there is no trusted encrypted connection: {cause}"),
            "name the file with the authority of its certificate with sslrootcert=FILE; nothing was sent",
        ),
        error => Failure::Unreachable { address: shown.to_owned(), cause: error.to_string() },
    }
}
