//! Tables of projections, the values in them, and the SQL that both databases understand.

use serde::Serialize;
use std::fmt::Write as _;

/// A value of a column. There is no NULL: an absent value is an empty text or 0, which no present value is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum ColumnValue {
    /// A whole number, or a time in microseconds.
    Integer(i64),
    /// A text, ordered by its bytes.
    Text(String),
}

impl ColumnValue {
    /// Makes a value of a count; one that is too large for a column becomes the largest value.
    pub fn count(count: u64) -> Self {
        Self::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// Makes a value of a text.
    pub fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    /// Returns the text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Integer(_) => None,
        }
    }

    /// Returns the number, if it is one.
    pub const fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Text(_) => None,
        }
    }
}

impl std::fmt::Display for ColumnValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{text:?}"),
        }
    }
}

/// A column: its type and name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableColumn {
    /// A column of whole numbers.
    Integer(&'static str),
    /// A column of texts.
    Text(&'static str),
}

impl TableColumn {
    /// Returns its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Integer(name) | Self::Text(name) => name,
        }
    }
}

/// A table of a projection.
#[derive(Debug, Clone, Copy)]
pub struct ProjectionTable {
    /// Its name in the database.
    pub name: &'static str,
    /// Its columns. The first is the key.
    pub columns: &'static [TableColumn],
    /// The columns of each index, beside that of the key.
    pub indexes: &'static [&'static [&'static str]],
}

/// The values of a row, in the order of its table's columns.
pub type ProjectedRow = Vec<ColumnValue>;

impl ProjectionTable {
    /// Returns the key column.
    pub(crate) fn key(&self) -> &'static str {
        self.columns.first().map_or("", |column| column.name())
    }

    /// Returns the index of a column.
    pub(crate) fn place_of(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name() == name)
    }

    /// Returns the names of the columns, separated by commas for a statement.
    pub(crate) fn column_list(&self) -> String {
        self.columns.iter().map(|column| column.name()).collect::<Vec<_>>().join(", ")
    }

    /// Returns the statements that create the table. PostgreSQL needs a collation that orders texts by their bytes;
    /// SQLite does that by default.
    pub(crate) fn create_statements(&self, postgres: bool) -> Vec<String> {
        let collation = if postgres { " COLLATE \"C\"" } else { "" };
        let of = |(place, column): (usize, &TableColumn)| {
            let key = if place == 0 { " PRIMARY KEY" } else { "" };
            match column {
                TableColumn::Integer(name) => format!("{name} BIGINT NOT NULL{key}"),
                TableColumn::Text(name) => format!("{name} TEXT{collation} NOT NULL{key}"),
            }
        };
        let columns: Vec<_> = self.columns.iter().enumerate().map(of).collect();
        let table = format!("CREATE TABLE {} ({})", self.name, columns.join(", "));
        let indexes = self.indexes.iter().map(|columns| {
            let (table, name) = (self.name, columns.join("_"));
            format!("CREATE INDEX {table}_by_{name} ON {table} ({})", columns.join(", "))
        });
        std::iter::once(table).chain(indexes).collect()
    }

    /// Returns the statement that inserts a number of rows, each replacing the row with the same key.
    pub(crate) fn put_statement(&self, rows: usize) -> String {
        let (key, width) = (self.key(), self.columns.len());
        let places = |row: usize| {
            let places: Vec<_> = (1..=width).map(|place| format!("${}", row * width + place)).collect();
            format!("({})", places.join(", "))
        };
        let values: Vec<_> = (0..rows).map(places).collect();
        let set: Vec<_> = self.columns.iter().skip(1).map(|column| column.name()).collect();
        let set: Vec<_> = set.into_iter().map(|name| format!("{name} = excluded.{name}")).collect();
        let (table, columns) = (self.name, self.column_list());
        let then =
            if set.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {}", set.join(", ")) };
        format!("INSERT INTO {table} ({columns}) VALUES {} ON CONFLICT ({key}) DO {then}", values.join(", "))
    }
}

/// A statement under construction, with its bound values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Statement {
    pub(crate) text: String,
    pub(crate) values: Vec<ColumnValue>,
}

impl Statement {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), values: Vec::new() }
    }

    /// Adds a text in which each `?` stands for one of the values.
    pub(crate) fn push(&mut self, text: &str, values: impl IntoIterator<Item = ColumnValue>) -> &mut Self {
        let mut values = values.into_iter();
        for piece in text.split_inclusive('?') {
            match piece.strip_suffix('?').zip(values.next()) {
                Some((piece, value)) => {
                    self.values.push(value);
                    // Writing to a string cannot fail.
                    let _written = write!(self.text, "{piece}${}", self.values.len());
                }
                None => self.text.push_str(piece),
            }
        }
        self
    }

    /// Adds ` name IN (…)` with these values.
    pub(crate) fn push_in(&mut self, name: &str, values: impl IntoIterator<Item = ColumnValue>) -> &mut Self {
        let values: Vec<_> = values.into_iter().collect();
        let places = vec!["?"; values.len()].join(", ");
        self.push(&format!(" {name} IN ({places})"), values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: ProjectionTable = ProjectionTable {
        name: "projection_t",
        columns: &[TableColumn::Text("name"), TableColumn::Integer("n")],
        indexes: &[&["n", "name"]],
    };

    #[test]
    fn statements_are_what_both_databases_understand() {
        assert_eq!(
            TABLE.create_statements(true),
            [
                "CREATE TABLE projection_t (name TEXT COLLATE \"C\" NOT NULL PRIMARY KEY, n BIGINT NOT NULL)",
                "CREATE INDEX projection_t_by_n_name ON projection_t (n, name)",
            ]
        );
        assert_eq!(
            TABLE.put_statement(2),
            "INSERT INTO projection_t (name, n) VALUES ($1, $2), ($3, $4) ON CONFLICT (name) DO UPDATE SET n = excluded.n"
        );
        let mut statement = Statement::new("SELECT 1 FROM t WHERE");
        statement.push(" a = ? AND", [ColumnValue::Integer(1)]);
        statement.push_in("b", [ColumnValue::text("x"), ColumnValue::text("y")]);
        assert_eq!(statement.text, "SELECT 1 FROM t WHERE a = $1 AND b IN ($2, $3)");
        assert_eq!(statement.values.len(), 3);
    }
}
