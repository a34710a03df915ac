//! Columns back to records. A file may come from anywhere (somebody compacted a partition with another engine), so
//! every value is parsed again, and what does not parse is an error that names the column.

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

/// A cell that does not hold what its column should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {why}")]
pub struct BadCell {
    column: &'static str,
    why: String,
}

/// What reading a cell comes to.
pub type Read<T> = Result<T, BadCell>;

/// One row of a batch.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    batch: &'a RecordBatch,
    row: usize,
}

/// Says why a column's cell is not what it must be.
pub fn bad(column: &'static str, why: impl ToString) -> BadCell {
    BadCell { column, why: why.to_string() }
}

impl<'a> Cells<'a> {
    /// The row at a place of the batch.
    pub const fn new(batch: &'a RecordBatch, row: usize) -> Self {
        Self { batch, row }
    }

    /// The column when it has a value in this row.
    fn column(&self, name: &'static str) -> Read<Option<&'a dyn Array>> {
        let column = self.batch.column_by_name(name).ok_or_else(|| bad(name, "it is missing"))?;
        if self.row >= column.len() {
            return Err(bad(name, "it is shorter than the others"));
        }
        Ok((!column.is_null(self.row)).then_some(column.as_ref()))
    }

    /// A text, where there is one.
    ///
    /// # Errors
    /// When the column does not hold what it must.
    pub fn text(&self, name: &'static str) -> Read<Option<&'a str>> {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let texts: &StringArray = column.as_string_opt().ok_or_else(|| bad(name, "it is not text"))?;
        Ok(Some(texts.value(self.row)))
    }

    /// A value that its text names, where there is one.
    ///
    /// # Errors
    /// When the column does not hold what it must.
    pub fn words<T>(&self, name: &'static str) -> Read<Option<T>>
    where
        T: FromStr,
        T::Err: ToString,
    {
        self.text(name)?.map(|text| text.parse().map_err(|error: T::Err| bad(name, error))).transpose()
    }

    /// A value that its text names, which must be there.
    ///
    /// # Errors
    /// When the column does not hold what it must.
    pub fn word<T>(&self, name: &'static str) -> Read<T>
    where
        T: FromStr,
        T::Err: ToString,
    {
        self.words(name)?.ok_or_else(|| missing(name))
    }

    /// True or false, where there is a value.
    ///
    /// # Errors
    /// When the column does not hold what it must.
    pub fn flag(&self, name: &'static str) -> Read<Option<bool>> {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let flags: &BooleanArray = column.as_boolean_opt().ok_or_else(|| bad(name, "it is not boolean"))?;
        Ok(Some(flags.value(self.row)))
    }

    /// A number that is never negative, where there is one.
    ///
    /// # Errors
    /// When the column does not hold what it must.
    pub fn count<T: TryFrom<u64>>(&self, name: &'static str) -> Read<Option<T>> {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let counts: &UInt64Array = column
            .as_primitive_opt::<UInt64Type>()
            .ok_or_else(|| bad(name, "it is not an unsigned number"))?;
        T::try_from(counts.value(self.row)).map(Some).map_err(|_| bad(name, "the number is too large"))
    }

    /// A number, where there is one.
    ///
    /// # Errors
    /// When the column does not hold what it must.
    pub fn span(&self, name: &'static str) -> Read<Option<i64>> {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let spans: &Int64Array =
            column.as_primitive_opt::<Int64Type>().ok_or_else(|| bad(name, "it is not a signed number"))?;
        Ok(Some(spans.value(self.row)))
    }

    /// A moment, where there is one.
    ///
    /// # Errors
    /// When the column does not hold what it must.
    pub fn moment(&self, name: &'static str) -> Read<Option<Timestamp>> {
        let Some(column) = self.column(name)? else { return Ok(None) };
        let moments: &TimestampMicrosecondArray = column
            .as_primitive_opt::<TimestampMicrosecondType>()
            .ok_or_else(|| bad(name, format!("it is not {}", moment_type())))?;
        Ok(Some(Timestamp::from_micros(moments.value(self.row))))
    }

    /// A list, where there is one.
    ///
    /// # Errors
    /// When the column does not hold what it must.
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

    /// A list that must be there.
    ///
    /// # Errors
    /// When the column does not hold what it must.
    pub fn list<T>(&self, name: &'static str) -> Read<Vec<T>>
    where
        T: FromStr,
        T::Err: ToString,
    {
        self.words_list(name)?.ok_or_else(|| missing(name))
    }

    /// A SHA-256 that must be there.
    ///
    /// # Errors
    /// When the column does not hold what it must.
    pub fn digest(&self, name: &'static str) -> Read<[u8; 32]> {
        let text = need(name, self.text(name)?)?;
        let mut digest = [0; 32];
        hex::decode_to_slice(text, &mut digest).map_err(|error| bad(name, error))?;
        Ok(digest)
    }

    /// The pairs of a map; none where the file has no such column, since it is older than the column, or no value.
    ///
    /// # Errors
    /// When the column does not hold what it must.
    pub fn pairs(&self, name: &'static str) -> Read<BTreeMap<String, String>> {
        if !self.is_known(name) {
            return Ok(BTreeMap::new());
        }
        let Some(column) = self.column(name)? else { return Ok(BTreeMap::new()) };
        let maps = column.as_map_opt().ok_or_else(|| bad(name, "it is not a map"))?;
        pairs(name, &maps.value(self.row))
    }

    /// Whether the file has this column. One that is older than the column has not.
    pub fn is_known(&self, name: &'static str) -> bool {
        self.batch.column_by_name(name).is_some()
    }

    /// Whether the column has a value in this row.
    pub(crate) fn has(&self, name: &'static str) -> Read<bool> {
        Ok(self.column(name)?.is_some())
    }
}

/// What a map of text to text holds in one row.
///
/// # Errors
/// When the column does not hold what it must.
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

/// Says that a column's cell is empty.
pub fn missing(column: &'static str) -> BadCell {
    bad(column, "it is empty where it must not be")
}

/// The value, which must be there.
///
/// # Errors
/// When the column does not hold what it must.
pub fn need<T>(column: &'static str, value: Option<T>) -> Read<T> {
    value.ok_or_else(|| missing(column))
}
