//! Converts the engine's batches into an answer: columns with types, and rows of plain values.

use countersign_sql::{AnswerColumn, kind};
use datafusion::arrow::array::{Array, AsArray as _, RecordBatch};
use datafusion::arrow::datatypes::{
    DataType, Decimal128Type, Field, Float32Type, Float64Type, Int64Type, Schema, UInt64Type,
};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::arrow::{compute, datatypes};
use serde_json::{Number, Value};

/// Returns the columns for this schema.
pub(crate) fn columns(schema: &Schema) -> Vec<AnswerColumn> {
    let column = |field: &std::sync::Arc<Field>| AnswerColumn {
        name: field.name().clone(),
        kind: kind(field.data_type()),
    };
    schema.fields().iter().map(column).collect()
}

/// The values of the columns, one row at a time.
pub(crate) struct Values<'a> {
    columns: Vec<ColumnReader<'a>>,
}

/// Reads one column's values; created once per batch.
enum ColumnReader<'a> {
    /// Types that JSON can represent.
    Plain(&'a dyn Array),
    /// Time stamps, in microseconds.
    Moments(datafusion::arrow::array::ArrayRef),
    /// All others, as text.
    Shown(&'a dyn Array, ArrayFormatter<'a>),
}

impl<'a> Values<'a> {
    pub(crate) fn new(batch: &'a RecordBatch, format: &'a FormatOptions<'a>) -> Result<Self, ArrowError> {
        let columns = batch.columns().iter().map(|column| ColumnReader::new(column.as_ref(), format));
        Ok(Self { columns: columns.collect::<Result<_, _>>()? })
    }

    pub(crate) fn row(&self, row: usize) -> Result<Vec<Value>, ArrowError> {
        self.columns.iter().map(|column| column.value(row)).collect()
    }
}

impl<'a> ColumnReader<'a> {
    fn new(column: &'a dyn Array, format: &'a FormatOptions<'a>) -> Result<Self, ArrowError> {
        use datatypes::TimeUnit::Microsecond;
        Ok(match column.data_type() {
            DataType::Timestamp(_, zone) => {
                // A time stamp outside the range of microseconds was never recorded; the cast turns it into null.
                let micros = DataType::Timestamp(Microsecond, zone.clone());
                Self::Moments(compute::cast(column, &micros)?)
            }
            kind if is_plain(kind) => Self::Plain(column),
            _ => Self::Shown(column, ArrayFormatter::try_new(column, format)?),
        })
    }

    fn value(&self, row: usize) -> Result<Value, ArrowError> {
        match self {
            Self::Plain(column) => plain(*column, row),
            Self::Moments(moments) => Ok(moment(moments.as_ref(), row)),
            Self::Shown(column, _) if column.is_null(row) => Ok(Value::Null),
            Self::Shown(_, shown) => Ok(Value::String(shown.value(row).try_to_string()?)),
        }
    }
}

fn moment(moments: &dyn Array, row: usize) -> Value {
    let Some(values) = moments.as_primitive_opt::<datatypes::TimestampMicrosecondType>() else {
        return Value::Null;
    };
    if values.is_null(row) {
        return Value::Null;
    }
    Value::String(countersign_names::Timestamp::from_micros(values.value(row)).to_string())
}

fn is_plain(kind: &DataType) -> bool {
    match kind {
        DataType::Null
        | DataType::Boolean
        | DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        // The common type of signed and unsigned numbers.
        | DataType::Decimal128(_, 0)
        | DataType::Float16
        | DataType::Float32
        | DataType::Float64 => true,
        DataType::List(items) | DataType::LargeList(items) => is_plain(items.data_type()),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) => {
                let mut kinds = pair.iter().map(|field| field.data_type());
                kinds.next() == Some(&DataType::Utf8) && kinds.next().is_some_and(is_plain)
            }
            _ => false,
        },
        other => other.is_integer(),
    }
}

/// Converts a value of a type that JSON can represent; null if a column does not have its declared type, which does not
/// happen.
fn plain(column: &dyn Array, row: usize) -> Result<Value, ArrowError> {
    if column.is_null(row) {
        return Ok(Value::Null);
    }
    Ok(match column.data_type() {
        DataType::Boolean => column.as_boolean_opt().map_or(Value::Null, |it| it.value(row).into()),
        DataType::Utf8 => column.as_string_opt::<i32>().map_or(Value::Null, |it| it.value(row).into()),
        DataType::LargeUtf8 => column.as_string_opt::<i64>().map_or(Value::Null, |it| it.value(row).into()),
        DataType::Utf8View => column.as_string_view_opt().map_or(Value::Null, |it| it.value(row).into()),
        DataType::Float64 => {
            column.as_primitive_opt::<Float64Type>().map_or(Value::Null, |it| float(it.value(row)))
        }
        DataType::Float32 => {
            column.as_primitive_opt::<Float32Type>().map_or(Value::Null, |it| float(it.value(row).into()))
        }
        DataType::UInt64 => {
            column.as_primitive_opt::<UInt64Type>().map_or(Value::Null, |it| it.value(row).into())
        }
        DataType::Decimal128(_, 0) => {
            column.as_primitive_opt::<Decimal128Type>().map_or(Value::Null, |it| whole(it.value(row)))
        }
        DataType::List(_) => match column.as_list_opt::<i32>() {
            Some(lists) => list(lists.value(row).as_ref())?,
            None => Value::Null,
        },
        DataType::LargeList(_) => match column.as_list_opt::<i64>() {
            Some(lists) => list(lists.value(row).as_ref())?,
            None => Value::Null,
        },
        DataType::Map(..) => map(column, row)?,
        kind if kind.is_integer() => {
            // A single value, in the widest type.
            let wide = compute::cast(&column.slice(row, 1), &DataType::Int64)?;
            wide.as_primitive_opt::<Int64Type>().map_or(Value::Null, |it| it.value(0).into())
        }
        DataType::Float16 => {
            let wide = compute::cast(&column.slice(row, 1), &DataType::Float64)?;
            wide.as_primitive_opt::<Float64Type>().map_or(Value::Null, |it| float(it.value(0)))
        }
        _ => Value::Null,
    })
}

fn list(items: &dyn Array) -> Result<Value, ArrowError> {
    (0..items.len()).map(|item| plain(items, item)).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

fn map(column: &dyn Array, row: usize) -> Result<Value, ArrowError> {
    let Some(maps) = column.as_map_opt() else { return Ok(Value::Null) };
    let entries = maps.value(row);
    let [keys, values] = entries.columns() else { return Ok(Value::Null) };
    let mut pairs = serde_json::Map::new();
    for place in 0..entries.len() {
        if let Value::String(key) = plain(keys.as_ref(), place)? {
            pairs.insert(key, plain(values.as_ref(), place)?);
        }
    }
    Ok(Value::Object(pairs))
}

/// Returns a number if it fits in 64 bits, which JSON parsers can handle; otherwise a text.
fn whole(value: i128) -> Value {
    let small = i64::try_from(value).map(Value::from).or_else(|_| u64::try_from(value).map(Value::from));
    small.unwrap_or_else(|_| Value::String(value.to_string()))
}

/// JSON cannot represent NaN and infinities.
fn float(value: f64) -> Value {
    Number::from_f64(value).map_or_else(|| Value::String(value.to_string()), Value::Number)
}

/// Returns an upper bound of a value's size as JSON in bytes.
pub(crate) fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text_size(text),
        Value::Array(items) => 2 + items.iter().map(|item| size(item) + 1).sum::<usize>(),
        Value::Object(pairs) => {
            2 + pairs.iter().map(|(key, value)| text_size(key) + 2 + size(value)).sum::<usize>()
        }
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 24,
    }
}

/// A control character takes six bytes.
fn text_size(text: &str) -> usize {
    let escaped = text.bytes().filter(|byte| *byte < 0x20).count() * 5;
    let quoted = text.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
    text.len() + 2 + escaped + quoted
}
