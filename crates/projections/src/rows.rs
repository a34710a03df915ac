//! The rows that a fold reads and changes.

use crate::table::{ColumnValue, ProjectedRow, ProjectionTable};
use std::collections::{BTreeMap, BTreeSet};

/// Which rows a fact reads or changes, of the table in this place of the projection's tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowSelection {
    /// Those of these keys.
    Keys(usize, Vec<ColumnValue>),
    /// Those that have this value in this column, which must be the first of an index.
    Having(usize, &'static str, ColumnValue),
}

/// Some or all rows of a projection's tables, and which of them changed. What was not loaded is as if it were not there, so a fold
/// reads only what [`Projection::reads`](crate::Projection::reads) said that it would.
#[derive(Debug, Clone)]
pub struct RowSet {
    tables: &'static [ProjectionTable],
    rows: Vec<BTreeMap<ColumnValue, ProjectedRow>>,
    changed: BTreeSet<(usize, ColumnValue)>,
}

impl RowSet {
    /// No rows of these tables.
    pub fn new(tables: &'static [ProjectionTable]) -> Self {
        let rows = tables.iter().map(|_| BTreeMap::new()).collect();
        Self { tables, rows, changed: BTreeSet::new() }
    }

    /// The row of this key.
    pub fn get(&self, table: usize, key: &ColumnValue) -> Option<&ProjectedRow> {
        self.rows.get(table)?.get(key)
    }

    /// The rows that have this value in this column.
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

    /// Puts a row in the place of the one with its key.
    pub fn put(&mut self, table: usize, row: ProjectedRow) {
        let (Some(rows), Some(key)) = (self.rows.get_mut(table), row.first().cloned()) else { return };
        if rows.get(&key) != Some(&row) {
            self.changed.insert((table, key.clone()));
            rows.insert(key, row);
        }
    }

    /// Removes the row of this key.
    pub fn remove(&mut self, table: usize, key: &ColumnValue) {
        let gone = self.rows.get_mut(table).and_then(|rows| rows.remove(key));
        if gone.is_some() {
            self.changed.insert((table, key.clone()));
        }
    }

    /// Adds a row as the database has it.
    pub(crate) fn load(&mut self, table: usize, row: ProjectedRow) {
        if let (Some(rows), Some(key)) = (self.rows.get_mut(table), row.first()) {
            rows.insert(key.clone(), row);
        }
    }

    /// All rows of a table, by key.
    pub(crate) fn of(&self, table: usize) -> Option<&BTreeMap<ColumnValue, ProjectedRow>> {
        self.rows.get(table)
    }

    /// What changed of a table: the rows to put, and the keys to remove.
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

    /// Forgets what changed.
    pub(crate) fn settle(&mut self) {
        self.changed.clear();
    }
}
