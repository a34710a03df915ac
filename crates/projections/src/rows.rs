//! The rows that a fold reads and changes.

use crate::table::{ColumnValue, ProjectedRow, ProjectionTable};
use std::collections::{BTreeMap, BTreeSet};

/// The rows that a fact reads or changes. The number is the index of the table in the projection's tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowSelection {
    /// The rows with these keys.
    Keys(usize, Vec<ColumnValue>),
    /// The rows with this value in this column, which must be the first of an index.
    Having(usize, &'static str, ColumnValue),
    /// No row: the fact makes about this number of new ones.
    New(usize, usize),
    /// Every row. Only for a fact that changes nearly all of them.
    All(usize),
}

impl RowSelection {
    /// Returns the index of the table.
    pub(crate) const fn table(&self) -> usize {
        match self {
            Self::Keys(table, _) | Self::Having(table, ..) | Self::New(table, _) | Self::All(table) => *table,
        }
    }
}

/// Rows of a projection's tables, and the changes to them. Rows that were not loaded seem absent, so a fold must only
/// read those that [`Projection::reads`](crate::Projection::reads) named.
#[derive(Debug, Clone)]
pub struct RowSet {
    tables: &'static [ProjectionTable],
    rows: Vec<BTreeMap<ColumnValue, ProjectedRow>>,
    changed: BTreeSet<(usize, ColumnValue)>,
}

impl RowSet {
    /// Creates an empty set of rows of these tables.
    pub fn new(tables: &'static [ProjectionTable]) -> Self {
        let rows = tables.iter().map(|_| BTreeMap::new()).collect();
        Self { tables, rows, changed: BTreeSet::new() }
    }

    pub(crate) const fn tables(&self) -> &'static [ProjectionTable] {
        self.tables
    }

    /// Returns the row with this key.
    pub fn get(&self, table: usize, key: &ColumnValue) -> Option<&ProjectedRow> {
        self.rows.get(table)?.get(key)
    }

    /// Returns the rows with this value in this column.
    pub fn having<'a>(
        &'a self,
        table: usize,
        column: &str,
        value: &'a ColumnValue,
    ) -> impl Iterator<Item = &'a ProjectedRow> + use<'a> {
        let place = self.tables.get(table).and_then(|table| table.place_of(column));
        let rows = self.rows.get(table).into_iter().flat_map(BTreeMap::values);
        rows.filter(move |row| place.and_then(|place| row.get(place)) == Some(value))
    }

    /// Returns the rows of a table that were loaded.
    pub fn all(&self, table: usize) -> impl Iterator<Item = &ProjectedRow> {
        self.rows.get(table).into_iter().flat_map(BTreeMap::values)
    }

    /// Inserts a row, or replaces the one with the same key.
    pub fn put(&mut self, table: usize, row: ProjectedRow) {
        let (Some(rows), Some(key)) = (self.rows.get_mut(table), row.first().cloned()) else { return };
        if rows.get(&key) != Some(&row) {
            self.changed.insert((table, key.clone()));
            rows.insert(key, row);
        }
    }

    /// Removes the row with this key.
    pub fn remove(&mut self, table: usize, key: &ColumnValue) {
        let gone = self.rows.get_mut(table).and_then(|rows| rows.remove(key));
        if gone.is_some() {
            self.changed.insert((table, key.clone()));
        }
    }

    /// Adds a row as read from the database.
    pub(crate) fn load(&mut self, table: usize, row: ProjectedRow) {
        if let (Some(rows), Some(key)) = (self.rows.get_mut(table), row.first()) {
            rows.insert(key.clone(), row);
        }
    }

    /// Returns the changes to a table: the rows to put, and the keys to remove.
    pub(crate) fn changes(&self, table: usize) -> (Vec<&ProjectedRow>, Vec<&ColumnValue>) {
        let (mut put, mut removed) = (Vec::new(), Vec::new());
        for (_, key) in self.changed.iter().filter(|(changed, _)| *changed == table) {
            match self.get(table, key) {
                Some(row) => put.push(row),
                None => removed.push(key),
            }
        }
        (put, removed)
    }
}
