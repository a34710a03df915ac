//! The SQL for positions and rows, without knowledge of their meaning.

use crate::projection::Projection;
use crate::rows::{RowSelection, RowSet};
use crate::table::{ColumnValue, ProjectedRow, ProjectionTable, Statement, TableColumn};
use countersign_database::{AnyConnection, StoreKind};
use countersign_journal::Head;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Row as _};
use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of keys, and of values, per statement. SQLite accepts 32,766 values, PostgreSQL 65,535.
const KEYS: usize = 500;
const VALUES: usize = 4096;

/// The position of a projection in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProjectionPosition {
    /// The version of its table shapes; 0 before they were created.
    pub(crate) shape: u32,
    /// How often they were rebuilt.
    pub(crate) generation: i64,
    /// The last folded entry.
    pub(crate) head: Head,
}

impl ProjectionPosition {
    pub(crate) const fn seq(&self) -> u64 {
        self.head.seq.0
    }

    fn seq_stored(&self) -> i64 {
        i64::try_from(self.seq()).unwrap_or(i64::MAX)
    }
}

/// Returns the position of a projection, or `None` before it was first registered.
pub(crate) async fn position(
    connection: &mut AnyConnection,
    name: &str,
) -> Result<Option<ProjectionPosition>, sqlx::Error> {
    let row = sqlx::query("SELECT shape, generation, head FROM projection_positions WHERE name = $1")
        .bind(name.to_owned())
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (shape, generation): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    let head: String = row.try_get(2)?;
    let head = match head.as_str() {
        "" => Head::GENESIS,
        // A head that cannot be parsed is not in the journal, so the tables are rebuilt.
        text => text.parse().unwrap_or(Head { seq: countersign_journal::Seq(u64::MAX), ..Head::GENESIS }),
    };
    Ok(Some(ProjectionPosition { shape: u32::try_from(shape).unwrap_or(u32::MAX), generation, head }))
}

/// Registers a projection, unless it is registered.
pub(crate) async fn begin(connection: &mut AnyConnection, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO projection_positions (name, shape, generation, seq, head) VALUES ($1, 0, 0, 0, '')
         ON CONFLICT (name) DO NOTHING",
    )
    .bind(name.to_owned())
    .execute(connection)
    .await
    .map(|_| ())
}

/// Moves the position. Returns whether it was still the expected one; otherwise another process moved it.
pub(crate) async fn move_on(
    connection: &mut AnyConnection,
    name: &str,
    from: &ProjectionPosition,
    to: Head,
) -> Result<bool, sqlx::Error> {
    let moved = sqlx::query(
        "UPDATE projection_positions SET seq = $1, head = $2 WHERE name = $3 AND generation = $4 AND seq = $5",
    )
    .bind(i64::try_from(to.seq.0).unwrap_or(i64::MAX))
    .bind(to.to_string())
    .bind(name.to_owned())
    .bind(from.generation)
    .bind(from.seq_stored())
    .execute(connection)
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// Rebuilds the tables, empty, with the position before the first entry. Returns whether that was done: another process
/// may have done it since `from` was read.
pub(crate) async fn make_anew(
    connection: &mut AnyConnection,
    (projection, store): (&dyn Projection, StoreKind),
    from: &ProjectionPosition,
) -> Result<bool, sqlx::Error> {
    let claimed = sqlx::query(
        "UPDATE projection_positions SET shape = $1, generation = generation + 1, seq = 0, head = ''
         WHERE name = $2 AND generation = $3",
    )
    .bind(i64::from(projection.shape()))
    .bind(projection.name().to_owned())
    .bind(from.generation)
    .execute(&mut *connection)
    .await?;
    if claimed.rows_affected() != 1 {
        return Ok(false);
    }
    make(connection, projection.tables(), store).await.map(|()| true)
}

/// Creates the tables, empty. Existing ones are dropped.
pub(crate) async fn make(
    connection: &mut AnyConnection,
    tables: &'static [ProjectionTable],
    store: StoreKind,
) -> Result<(), sqlx::Error> {
    for table in tables {
        let dropped = Statement::new(format!("DROP TABLE IF EXISTS {}", table.name));
        dropped.query().execute(&mut *connection).await?;
        for text in table.create_statements(store == StoreKind::Postgres) {
            Statement::new(text).query().execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// Reads at most one row of each table, and fails if a table or a column is missing.
pub(crate) async fn probe(
    connection: &mut AnyConnection,
    tables: &'static [ProjectionTable],
) -> Result<(), sqlx::Error> {
    for table in tables {
        let text = format!("SELECT {} FROM {} LIMIT 1", table.column_list(), table.name);
        Statement::new(text).query().fetch_optional(&mut *connection).await?;
    }
    Ok(())
}

/// Loads the selected rows.
pub(crate) async fn load(
    connection: &mut AnyConnection,
    rows: &mut RowSet,
    selections: &[RowSelection],
) -> Result<(), sqlx::Error> {
    let tables = rows.tables();
    for (place, table) in tables.iter().enumerate() {
        let mut wanted: BTreeMap<&str, BTreeSet<&ColumnValue>> = BTreeMap::new();
        for selection in selections.iter().filter(|selection| selection.table() == place) {
            match selection {
                RowSelection::Keys(_, keys) => wanted.entry(table.key()).or_default().extend(keys),
                RowSelection::Having(_, column, value) => {
                    wanted.entry(column).or_default().insert(value);
                }
                RowSelection::New(..) | RowSelection::All(_) => {}
            }
        }
        if selections.contains(&RowSelection::All(place)) {
            let found = rows_of(connection, table, &select(table)).await?;
            found.into_iter().for_each(|row| rows.load(place, row));
            continue;
        }
        for (column, values) in wanted {
            let values: Vec<&ColumnValue> = values.into_iter().collect();
            for some in values.chunks(KEYS) {
                let mut statement = select(table);
                statement.text.push_str(" WHERE");
                statement.push_in(column, some.iter().map(|value| (*value).clone()));
                let found = rows_of(connection, table, &statement).await?;
                found.into_iter().for_each(|row| rows.load(place, row));
            }
        }
    }
    Ok(())
}

/// Writes the changes.
pub(crate) async fn write(
    connection: &mut AnyConnection,
    tables: &'static [ProjectionTable],
    rows: &RowSet,
) -> Result<(), sqlx::Error> {
    for (place, table) in tables.iter().enumerate() {
        let (put, removed) = rows.changes(place);
        for some in removed.chunks(KEYS) {
            let mut statement = Statement::new(format!("DELETE FROM {} WHERE", table.name));
            statement.push_in(table.key(), some.iter().map(|key| (*key).clone()));
            statement.query().execute(&mut *connection).await?;
        }
        for some in put.chunks((VALUES / table.columns.len().max(1)).max(1)) {
            let values = some.iter().flat_map(|row| row.iter().cloned()).collect();
            let statement = Statement { text: table.put_statement(some.len()), values };
            statement.query().execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// Returns the rows after a key, in the order of the keys.
pub(crate) async fn rows_after(
    connection: &mut AnyConnection,
    table: &ProjectionTable,
    after: Option<&ColumnValue>,
    limit: usize,
) -> Result<Vec<ProjectedRow>, sqlx::Error> {
    let (key, mut statement) = (table.key(), select(table));
    if let Some(after) = after {
        statement.push(&format!(" WHERE {key} > ?"), [after.clone()]);
    }
    let limit = ColumnValue::count(u64::try_from(limit).unwrap_or(u64::MAX));
    statement.push(&format!(" ORDER BY {key} LIMIT ?"), [limit]);
    rows_of(connection, table, &statement).await
}

/// Returns the number of rows of a table.
pub(crate) async fn count(
    connection: &mut AnyConnection,
    table: &ProjectionTable,
) -> Result<u64, sqlx::Error> {
    let statement = Statement::new(format!("SELECT count(*) FROM {}", table.name));
    let count: i64 = statement.query().fetch_one(connection).await?.try_get(0)?;
    Ok(count.unsigned_abs())
}

/// Begins a statement that reads whole rows.
pub(crate) fn select(table: &ProjectionTable) -> Statement {
    Statement::new(format!("SELECT {} FROM {}", table.column_list(), table.name))
}

/// Returns the rows that [`select`] reads.
pub(crate) async fn rows_of(
    connection: &mut AnyConnection,
    table: &ProjectionTable,
    statement: &Statement,
) -> Result<Vec<ProjectedRow>, sqlx::Error> {
    let rows = statement.query().fetch_all(connection).await?;
    rows.iter().map(|row| projected(table, row)).collect()
}

fn projected(table: &ProjectionTable, row: &AnyRow) -> Result<ProjectedRow, sqlx::Error> {
    let columns = table.columns.iter().enumerate();
    let value = |(place, column): (usize, &TableColumn)| match column {
        TableColumn::Integer(_) => row.try_get(place).map(ColumnValue::Integer),
        TableColumn::Text(_) => row.try_get(place).map(ColumnValue::Text),
    };
    columns.map(value).collect()
}

impl Statement {
    /// Returns the statement as sqlx needs it.
    pub(crate) fn query(&self) -> Query<'static, Any, AnyArguments> {
        // Safe: the texts consist of names in this program, and every value is bound.
        let query = sqlx::query(AssertSqlSafe(self.text.clone()));
        self.values.iter().fold(query, |query, value| match value {
            ColumnValue::Integer(number) => query.bind(*number),
            ColumnValue::Text(text) => query.bind(text.clone()),
        })
    }
}
