//! Converts columns back to records. A file may come from any source, for example from an administrator who compacted a
//! partition with another engine. So every value is parsed again, and a value that does not parse is an error that
//! names the column.

use crate::columns::moment_type;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType, UInt64Type};
use arrow_array::{
    Array, BooleanArray, Int64Array, ListArray, RecordBatch, StringArray, StructArray,
    TimestampMicrosecondArray, UInt64Array,
};
use countersign_names::Timestamp;
use std::collections::BTreeMap;
use std::str::FromStr;

/// An error: a cell does not hold a valid value of its column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {why}")]
pub struct BadCell {
    column: &'static str,
    why: String,
}

/// The result of reading a cell.
pub type Read<T> = Result<T, BadCell>;

/// One row of a batch.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    batch: &'a RecordBatch,
    row: usize,
}

/// Returns an error for a cell, with the reason.
pub fn bad(column: &'static str, why: impl ToString) -> BadCell {
    BadCell { column, why: why.to_string() }
}

impl<'a> Cells<'a> {
    /// Returns the row at an index of the batch.
    pub const fn new(batch: &'a RecordBatch, row: usize) -> Self {
        Self { batch, row }
    }

    /// Returns the column if it has a value in this row.
    fn column(&self, name: &'static str) -> Read<Option<&'a dyn Array>> {
        let column = self.batch.column_by_name(name).ok_or_else(|| bad(name, "it is missing"))?;
        if self.row >= column.len() {
            return Err(bad(name, "it is shorter than the others"));
        }
        Ok((!column.is_null(self.row)).then_some(column.as_ref()))
    }

    /// Reads a text; `None` if the cell is empty.
    ///
    /// # Errors
    /// If the column is missing or holds an invalid value.
    pub fn text(&self, name: &'static str) -> Read<Option<&'a str>> {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let texts: &StringArray = column.as_string_opt().ok_or_else(|| bad(name, "it is not text"))?;
        Ok(Some(texts.value(self.row)))
    }

    /// Reads a text and parses it; `None` if the cell is empty.
    ///
    /// # Errors
    /// If the column is missing or holds an invalid value.
    pub fn words<T>(&self, name: &'static str) -> Read<Option<T>>
    where
        T: FromStr,
        T::Err: ToString,
    {
        self.text(name)?.map(|text| text.parse().map_err(|error: T::Err| bad(name, error))).transpose()
    }

    /// Reads a text that must be present, and parses it.
    ///
    /// # Errors
    /// If the column is missing, or the cell is empty or invalid.
    pub fn word<T>(&self, name: &'static str) -> Read<T>
    where
        T: FromStr,
        T::Err: ToString,
    {
        self.words(name)?.ok_or_else(|| missing(name))
    }

    /// Reads a boolean; `None` if the cell is empty.
    ///
    /// # Errors
    /// If the column is missing or holds an invalid value.
    pub fn flag(&self, name: &'static str) -> Read<Option<bool>> {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let flags: &BooleanArray = column.as_boolean_opt().ok_or_else(|| bad(name, "it is not boolean"))?;
        Ok(Some(flags.value(self.row)))
    }

    /// Reads an unsigned number; `None` if the cell is empty.
    ///
    /// # Errors
    /// If the column is missing or holds an invalid value.
    pub fn count<T: TryFrom<u64>>(&self, name: &'static str) -> Read<Option<T>> {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let counts: &UInt64Array = column
            .as_primitive_opt::<UInt64Type>()
            .ok_or_else(|| bad(name, "it is not an unsigned number"))?;
        T::try_from(counts.value(self.row)).map(Some).map_err(|_| bad(name, "the number is too large"))
    }

    /// Reads a signed number; `None` if the cell is empty.
    ///
    /// # Errors
    /// If the column is missing or holds an invalid value.
    pub fn span(&self, name: &'static str) -> Read<Option<i64>> {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let spans: &Int64Array =
            column.as_primitive_opt::<Int64Type>().ok_or_else(|| bad(name, "it is not a signed number"))?;
        Ok(Some(spans.value(self.row)))
    }

    /// Reads a time; `None` if the cell is empty.
    ///
    /// # Errors
    /// If the column is missing or holds an invalid value.
    pub fn moment(&self, name: &'static str) -> Read<Option<Timestamp>> {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let moments: &TimestampMicrosecondArray = column
            .as_primitive_opt::<TimestampMicrosecondType>()
            .ok_or_else(|| bad(name, format!("it is not {}", moment_type())))?;
        Ok(Some(Timestamp::from_micros(moments.value(self.row))))
    }

    /// Reads a list of texts and parses them; `None` if the cell is empty.
    ///
    /// # Errors
    /// If the column is missing or holds an invalid value.
    pub fn words_list<T>(&self, name: &'static str) -> Read<Option<Vec<T>>>
    where
        T: FromStr,
        T::Err: ToString,
    {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let lists: &ListArray = column.as_list_opt().ok_or_else(|| bad(name, "it is not a list"))?;
        let list = lists.value(self.row);
        let texts: &StringArray =
            list.as_string_opt().ok_or_else(|| bad(name, "it is not a list of text"))?;
        let parsed = texts.iter().map(|text| match text {
            Some(text) => text.parse().map_err(|error: T::Err| bad(name, error)),
            None => Err(missing(name)),
        });
        parsed.collect::<Read<Vec<T>>>().map(Some)
    }

    /// Reads a list that must be present.
    ///
    /// # Errors
    /// If the column is missing, or the cell is empty or invalid.
    pub fn list<T>(&self, name: &'static str) -> Read<Vec<T>>
    where
        T: FromStr,
        T::Err: ToString,
    {
        self.words_list(name)?.ok_or_else(|| missing(name))
    }

    /// Reads a SHA-256 that must be present.
    ///
    /// # Errors
    /// If the column is missing, or the cell is empty or invalid.
    pub fn digest(&self, name: &'static str) -> Read<[u8; 32]> {
        let text = need(name, self.text(name)?)?;
        let mut digest = [0; 32];
        hex::decode_to_slice(text, &mut digest).map_err(|error| bad(name, error))?;
        Ok(digest)
    }

    /// Reads the pairs of a map; empty if the cell is empty, or if the file is older than the column and does not have
    /// it.
    ///
    /// # Errors
    /// If the column holds an invalid value.
    pub fn pairs(&self, name: &'static str) -> Read<BTreeMap<String, String>> {
        if !self.is_known(name) {
            return Ok(BTreeMap::new());
        }
        let Some(column) = self.column(name)? else { return Ok(BTreeMap::new()) };
        let maps = column.as_map_opt().ok_or_else(|| bad(name, "it is not a map"))?;
        pairs(name, &maps.value(self.row))
    }

    /// Returns whether the file has this column. A file that is older than the column does not.
    pub fn is_known(&self, name: &'static str) -> bool {
        self.batch.column_by_name(name).is_some()
    }

    /// Returns whether the column has a value in this row.
    pub(crate) fn has(&self, name: &'static str) -> Read<bool> {
        Ok(self.column(name)?.is_some())
    }
}

/// Reads a whole column of times, each of which must be present.
pub(crate) fn moments_of<'a>(
    name: &'static str,
    batch: &'a RecordBatch,
) -> Read<impl Iterator<Item = Timestamp> + use<'a>> {
    let column = batch.column_by_name(name).ok_or_else(|| bad(name, "it is missing"))?;
    let moments: &TimestampMicrosecondArray = column
        .as_primitive_opt::<TimestampMicrosecondType>()
        .ok_or_else(|| bad(name, format!("it is not {}", moment_type())))?;
    if moments.null_count() > 0 {
        return Err(missing(name));
    }
    Ok(moments.values().iter().copied().map(Timestamp::from_micros))
}

/// Reads a map of text to text from one row.
///
/// # Errors
/// If the column holds an invalid value.
pub fn pairs(column: &'static str, pairs: &StructArray) -> Read<BTreeMap<String, String>> {
    let texts = |place: usize| -> Read<&StringArray> {
        let side = pairs.columns().get(place).ok_or_else(|| missing(column))?;
        side.as_string_opt().ok_or_else(|| bad(column, "it is not a map of text to text"))
    };
    let (keys, values) = (texts(0)?, texts(1)?);
    let pair = |(key, value): (Option<&str>, Option<&str>)| {
        key.zip(value).map(|(key, value)| (key.to_owned(), value.to_owned())).ok_or_else(|| missing(column))
    };
    keys.iter().zip(values).map(pair).collect()
}

/// Returns an error for an empty cell.
pub fn missing(column: &'static str) -> BadCell {
    bad(column, "it is empty where it must not be")
}

/// Returns a value that must be present.
///
/// # Errors
/// If the cell is empty.
pub fn need<T>(column: &'static str, value: Option<T>) -> Read<T> {
    value.ok_or_else(|| missing(column))
}
