//! The columns of a kind's tables: one list defines the name, the type and the value of each.

use crate::kind::{LakeRecord as _, RecordKind, RecordRow as _, key_column};
use arrow_array::builder::{
    BooleanBuilder, Int64Builder, ListBuilder, MapBuilder, MapFieldNames, StringBuilder, UInt64Builder,
};
use arrow_array::{ArrayRef, RecordBatch, TimestampMicrosecondArray};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use countersign_names::Timestamp;
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter, Write as _};
use std::sync::Arc;

/// The function that returns a column's value, which also determines the type of the column.
#[derive(Debug)]
pub enum CellSource<T> {
    /// Text that usually repeats: Parquet stores it with a dictionary. The function appends to the builder instead of
    /// returning a string, because one allocated string per cell would cost more than everything else in a row.
    Text(fn(&T, &mut StringBuilder)),
    /// A boolean.
    Flag(fn(&T) -> Option<bool>),
    /// An unsigned number.
    Count(fn(&T) -> Option<u64>),
    /// A signed number, for spans in seconds.
    Span(fn(&T) -> Option<i64>),
    /// A time, in microseconds, UTC.
    Moment(fn(&T) -> Option<Timestamp>),
    /// A list of texts.
    Texts(fn(&T) -> Option<Vec<String>>),
    /// A map of texts.
    Pairs(fn(&T) -> Option<&BTreeMap<String, String>>),
}

/// A column of a table: its name, its type and the source of its values.
#[derive(Debug)]
pub struct ColumnSource<T> {
    name: &'static str,
    nullable: bool,
    cell: CellSource<T>,
}

/// Converts each value to text.
pub fn texts<T: ToString>(values: &[T]) -> Option<Vec<String>> {
    Some(values.iter().map(ToString::to_string).collect())
}

/// Displays a digest as hexadecimal digits.
#[derive(Debug, Clone, Copy)]
pub struct Hex(pub [u8; 32]);

impl Display for Hex {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 64];
        hex::encode_to_slice(self.0, &mut digits).map_err(|_| fmt::Error)?;
        f.write_str(std::str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

/// Appends the displayed text of a value; appends null if there is no value.
pub fn show<T: Display>(value: Option<T>, out: &mut StringBuilder) {
    match value {
        // A builder accepts every text, so writing to it cannot fail.
        Some(value) => drop(write!(out, "{value}")),
        None => return out.append_null(),
    }
    out.append_value("");
}

/// The data type of times.
pub fn moment_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn list_item() -> Arc<Field> {
    Arc::new(Field::new("element", DataType::Utf8, false))
}

fn pair() -> [Arc<Field>; 2] {
    ["key", "value"].map(|name| Arc::new(Field::new(name, DataType::Utf8, false)))
}

/// The names inside a map, as Parquet specifies them.
fn entries() -> Arc<Field> {
    Arc::new(Field::new_struct("key_value", pair().to_vec(), false))
}

fn pairs_builder() -> MapBuilder<StringBuilder, StringBuilder> {
    let names =
        MapFieldNames { entry: "key_value".to_owned(), key: "key".to_owned(), value: "value".to_owned() };
    let [key, value] = pair();
    MapBuilder::new(Some(names), StringBuilder::new(), StringBuilder::new())
        .with_keys_field(key)
        .with_values_field(value)
}

impl<T> ColumnSource<T> {
    /// Creates a column that has a value in every row.
    pub const fn always(name: &'static str, cell: CellSource<T>) -> Self {
        Self { name, nullable: false, cell }
    }

    /// Creates a column whose value may be missing.
    pub const fn maybe(name: &'static str, cell: CellSource<T>) -> Self {
        Self { name, nullable: true, cell }
    }

    fn field(&self) -> Field {
        let kind = match self.cell {
            CellSource::Text(_) => DataType::Utf8,
            CellSource::Flag(_) => DataType::Boolean,
            CellSource::Count(_) => DataType::UInt64,
            CellSource::Span(_) => DataType::Int64,
            CellSource::Moment(_) => moment_type(),
            CellSource::Texts(_) => DataType::List(list_item()),
            CellSource::Pairs(_) => DataType::Map(entries(), false),
        };
        Field::new(self.name, kind, self.nullable)
    }

    /// Builds the column; a missing record gives a missing value.
    fn array<'a>(&self, records: impl Iterator<Item = Option<&'a T>>) -> ArrayRef
    where
        T: 'a,
    {
        match self.cell {
            CellSource::Text(append) => {
                let mut built = StringBuilder::new();
                records.for_each(|record| match record {
                    Some(record) => append(record, &mut built),
                    None => built.append_null(),
                });
                Arc::new(built.finish())
            }
            CellSource::Flag(get) => {
                let mut built = BooleanBuilder::new();
                records.for_each(|record| built.append_option(record.and_then(get)));
                Arc::new(built.finish())
            }
            CellSource::Count(get) => {
                let mut built = UInt64Builder::new();
                records.for_each(|record| built.append_option(record.and_then(get)));
                Arc::new(built.finish())
            }
            CellSource::Span(get) => {
                let mut built = Int64Builder::new();
                records.for_each(|record| built.append_option(record.and_then(get)));
                Arc::new(built.finish())
            }
            CellSource::Moment(get) => {
                let micros = records.map(|record| record.and_then(get).map(Timestamp::as_micros));
                Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
            }
            CellSource::Texts(get) => {
                let mut built = ListBuilder::new(StringBuilder::new()).with_field(list_item());
                for record in records {
                    built.append_option(record.and_then(get).map(|texts| texts.into_iter().map(Some)));
                }
                Arc::new(built.finish())
            }
            CellSource::Pairs(get) => {
                let mut built = pairs_builder();
                for record in records {
                    let pairs = record.and_then(get);
                    for (key, value) in pairs.into_iter().flatten() {
                        built.keys().append_value(key);
                        built.values().append_value(value);
                    }
                    // Keys and values have the same number, so `append` cannot fail.
                    drop(built.append(pairs.is_some()));
                }
                Arc::new(built.finish())
            }
        }
    }
}

/// Returns the schema of a kind's files of records: the columns of the record, then those of its end.
pub fn rows_schema<K: RecordKind>() -> SchemaRef {
    let fields = K::Record::columns().iter().map(ColumnSource::field);
    let fields = fields.chain(K::End::columns().iter().map(ColumnSource::field));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Returns the schema of a kind's files of ends: the key, then the columns of the end.
pub fn ends_schema<K: RecordKind>() -> SchemaRef {
    let fields = std::iter::once(key_column::<K>().field());
    Arc::new(Schema::new(fields.chain(K::End::columns().iter().map(ColumnSource::field)).collect::<Vec<_>>()))
}

/// Returns how many of the last columns of a file of records belong to the ends.
pub fn end_columns<K: RecordKind>() -> usize {
    K::End::columns().len()
}

/// Converts rows to columns.
///
/// # Errors
/// Arrow's; never for rows that a store returned.
pub fn rows_batch<K: RecordKind>(rows: &[K::Row]) -> Result<RecordBatch, ArrowError> {
    rows_batch_of::<K>(&rows_schema::<K>(), rows)
}

/// As [`rows_batch`], with the schema of the target file: it is built once, and Arrow recognises it by its address.
pub(crate) fn rows_batch_of<K: RecordKind>(
    schema: &SchemaRef,
    rows: &[K::Row],
) -> Result<RecordBatch, ArrowError> {
    let records = K::Record::columns().iter();
    let records = records.map(|column| column.array(rows.iter().map(|row| Some(row.record()))));
    let ends = K::End::columns().iter();
    let ends = ends.map(|column| column.array(rows.iter().map(|row| row.end().as_ref())));
    RecordBatch::try_new(Arc::clone(schema), records.chain(ends).collect())
}

/// Converts ends to the last columns of a file of records; null where a record has no end.
///
/// # Errors
/// Arrow's; never for ends that a store returned.
pub fn joined_ends_batch<K: RecordKind>(ends: &[Option<&K::End>]) -> Result<RecordBatch, ArrowError> {
    let fields = K::End::columns().iter().map(ColumnSource::field).collect::<Vec<_>>();
    let arrays = K::End::columns().iter().map(|column| column.array(ends.iter().copied()));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays.collect())
}

/// Converts ends to the columns of a file of ends, with the schema of the target file.
pub(crate) fn ends_batch<K: RecordKind>(
    schema: &SchemaRef,
    ends: &[K::End],
) -> Result<RecordBatch, ArrowError> {
    let key = key_column::<K>().array(ends.iter().map(Some));
    let rest = K::End::columns().iter().map(|column| column.array(ends.iter().map(Some)));
    RecordBatch::try_new(Arc::clone(schema), std::iter::once(key).chain(rest).collect())
}
