//! The columns of the store: one table says for each its name, its type and where its value comes from.
//! `docs/evidence.md` says the same for people; a test compares them.

use crate::record::{Completed, Decided, Row};
use arrow_array::builder::{
    BooleanBuilder, Int64Builder, ListBuilder, MapBuilder, MapFieldNames, StringBuilder, UInt64Builder,
};
use arrow_array::{ArrayRef, RecordBatch, TimestampMicrosecondArray};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use countersign_names::Timestamp;
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter, Write as _};
use std::sync::{Arc, LazyLock};

/// Where a column's value comes from, and so its type.
enum Cell<T> {
    /// Text, usually repeated: Parquet keeps a dictionary of it. It is appended rather than returned, because a text
    /// for each cell would cost more than all else that a row does.
    Text(fn(&T, &mut StringBuilder)),
    /// True or false.
    Flag(fn(&T) -> Option<bool>),
    /// A number that is never negative.
    Count(fn(&T) -> Option<u64>),
    /// A number of seconds.
    Span(fn(&T) -> Option<i64>),
    /// A moment, in microseconds, UTC.
    Moment(fn(&T) -> Option<Timestamp>),
    /// Texts.
    Texts(fn(&T) -> Option<Vec<String>>),
    /// Texts by their names.
    Pairs(fn(&T) -> Option<&BTreeMap<String, String>>),
}

struct Column<T> {
    name: &'static str,
    nullable: bool,
    cell: Cell<T>,
}

const fn always<T>(name: &'static str, cell: Cell<T>) -> Column<T> {
    Column { name, nullable: false, cell }
}

const fn maybe<T>(name: &'static str, cell: Cell<T>) -> Column<T> {
    Column { name, nullable: true, cell }
}

fn texts<T: ToString>(values: &[T]) -> Option<Vec<String>> {
    Some(values.iter().map(ToString::to_string).collect())
}

/// Shows as hexadecimal digits.
struct Hex([u8; 32]);

impl Display for Hex {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 64];
        hex::encode_to_slice(self.0, &mut digits).map_err(|_| fmt::Error)?;
        f.write_str(std::str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

/// Appends what it shows as.
fn show<T: Display>(value: Option<T>, out: &mut StringBuilder) {
    match value {
        // A builder takes every text, so that writing to it does not fail.
        Some(value) => drop(write!(out, "{value}")),
        None => return out.append_null(),
    }
    out.append_value("");
}

const DECIDED: &[Column<Decided>] = &[
    always("id", Cell::Text(|d, out| show(Some(d.id), out))),
    always("at", Cell::Moment(|d| Some(d.at))),
    always("gate", Cell::Text(|d, out| out.append_value(&d.gate))),
    always("principal", Cell::Text(|d, out| show(Some(d.principal), out))),
    maybe("session", Cell::Text(|d, out| show(d.session, out))),
    maybe("device", Cell::Text(|d, out| show(d.device, out))),
    always("application", Cell::Text(|d, out| out.append_value(d.application.as_str()))),
    always("resource", Cell::Text(|d, out| out.append_value(d.resource.as_str()))),
    always("action", Cell::Text(|d, out| out.append_value(d.action.as_str()))),
    always("operation", Cell::Text(|d, out| out.append_value(&d.operation))),
    always("item", Cell::Text(|d, out| out.append_value(&d.item))),
    always("effect", Cell::Text(|d, out| out.append_value(d.effect.as_str()))),
    always("enforced", Cell::Flag(|d| Some(d.enforced))),
    always("cause", Cell::Text(|d, out| out.append_value(d.cause.as_str()))),
    always("world", Cell::Count(|d| Some(d.world))),
    always("policies", Cell::Text(|d, out| show(Some(Hex(d.policies)), out))),
    always("reasons", Cell::Texts(|d| texts(&d.reasons))),
    always("shadow", Cell::Texts(|d| texts(&d.shadow))),
    always("errors", Cell::Texts(|d| texts(&d.errors))),
    always("remedies", Cell::Texts(|d| texts(&d.remedies))),
    always("exceptions", Cell::Texts(|d| texts(&d.exceptions))),
    maybe("grant", Cell::Text(|d, out| show(d.grant, out))),
    always("sensitivity", Cell::Text(|d, out| out.append_value(d.sensitivity.as_str()))),
    always("labelled", Cell::Flag(|d| Some(d.labelled))),
    maybe(
        "authentication_assurance",
        Cell::Text(|d, out| out.append_option(d.authentication.as_ref().map(|a| a.assurance.as_str()))),
    ),
    maybe(
        "authentication_method",
        Cell::Text(|d, out| out.append_option(d.authentication.as_ref().map(|a| &a.method))),
    ),
    maybe(
        "authentication_phishing_resistant",
        Cell::Flag(|d| d.authentication.as_ref().map(|a| a.phishing_resistant)),
    ),
    maybe("authentication_age_seconds", Cell::Span(|d| d.authentication.as_ref().map(|a| a.age_seconds))),
    maybe(
        "authentication_credential",
        Cell::Text(|d, out| show(d.authentication.as_ref().map(|a| a.credential), out)),
    ),
    maybe("session_age_seconds", Cell::Span(|d| d.session_age_seconds)),
    maybe("session_idle_seconds", Cell::Span(|d| d.session_idle_seconds)),
    maybe("device_managed", Cell::Flag(|d| d.device_evidence.as_ref().map(|e| e.managed))),
    maybe("device_compliant", Cell::Flag(|d| d.device_evidence.as_ref().map(|e| e.compliant))),
    maybe("device_proved", Cell::Flag(|d| d.device_evidence.as_ref().map(|e| e.proved))),
    maybe(
        "device_posture_age_seconds",
        Cell::Span(|d| d.device_evidence.as_ref().and_then(|e| e.posture_age_seconds)),
    ),
    maybe("device_failing", Cell::Texts(|d| d.device_evidence.as_ref().and_then(|e| texts(&e.failing)))),
    maybe("place_address", Cell::Text(|d, out| show(d.place.as_ref().map(|p| p.address), out))),
    maybe("place_network", Cell::Text(|d, out| out.append_option(d.place.as_ref().map(|p| &p.network)))),
    always("risk", Cell::Text(|d, out| out.append_value(d.risk.as_str()))),
    maybe("content_type", Cell::Text(|d, out| out.append_option(d.content_type.as_ref()))),
    always("latency_micros", Cell::Count(|d| Some(d.latency_micros.into()))),
    maybe("tags", Cell::Pairs(|d| Some(&d.tags).filter(|tags| !tags.is_empty()))),
    maybe("folded_count", Cell::Count(|d| d.folded.map(|folded| folded.count))),
    maybe("folded_first_at", Cell::Moment(|d| d.folded.map(|folded| folded.first))),
    maybe("folded_over", Cell::Text(|d, out| out.append_option(d.folded.map(|folded| folded.over.as_str())))),
    maybe("item_bytes", Cell::Count(|d| d.item_cut.map(|cut| cut.bytes))),
    maybe("item_sha256", Cell::Text(|d, out| show(d.item_cut.map(|cut| Hex(cut.sha256)), out))),
];

/// What came of it: in the decision's row when both were in one segment, else in a file of its own, with the id.
const COMPLETED: &[Column<Completed>] = &[
    maybe("completed_at", Cell::Moment(|c| Some(c.at))),
    maybe("status", Cell::Count(|c| Some(c.status.into()))),
    maybe("bytes_in", Cell::Count(|c| Some(c.bytes_in))),
    maybe("bytes_out", Cell::Count(|c| Some(c.bytes_out))),
    maybe("duration_micros", Cell::Count(|c| Some(c.duration_micros))),
    maybe("ended", Cell::Text(|c, out| out.append_value(c.ended.as_str()))),
];

const COMPLETED_ID: Column<Completed> = always("id", Cell::Text(|c, out| show(Some(c.id), out)));

/// The type of moments.
pub(crate) fn moment_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn list_item() -> Arc<Field> {
    Arc::new(Field::new("element", DataType::Utf8, false))
}

fn pair() -> [Arc<Field>; 2] {
    ["key", "value"].map(|name| Arc::new(Field::new(name, DataType::Utf8, false)))
}

/// As Parquet names what a map holds.
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

impl<T> Column<T> {
    fn field(&self) -> Field {
        let kind = match self.cell {
            Cell::Text(_) => DataType::Utf8,
            Cell::Flag(_) => DataType::Boolean,
            Cell::Count(_) => DataType::UInt64,
            Cell::Span(_) => DataType::Int64,
            Cell::Moment(_) => moment_type(),
            Cell::Texts(_) => DataType::List(list_item()),
            Cell::Pairs(_) => DataType::Map(entries(), false),
        };
        Field::new(self.name, kind, self.nullable)
    }

    /// The column's values; where there is no record at all, there is no value either.
    fn array<'a>(&self, records: impl Iterator<Item = Option<&'a T>>) -> ArrayRef
    where
        T: 'a,
    {
        match self.cell {
            Cell::Text(append) => {
                let mut built = StringBuilder::new();
                records.for_each(|record| match record {
                    Some(record) => append(record, &mut built),
                    None => built.append_null(),
                });
                Arc::new(built.finish())
            }
            Cell::Flag(get) => {
                let mut built = BooleanBuilder::new();
                records.for_each(|record| built.append_option(record.and_then(get)));
                Arc::new(built.finish())
            }
            Cell::Count(get) => {
                let mut built = UInt64Builder::new();
                records.for_each(|record| built.append_option(record.and_then(get)));
                Arc::new(built.finish())
            }
            Cell::Span(get) => {
                let mut built = Int64Builder::new();
                records.for_each(|record| built.append_option(record.and_then(get)));
                Arc::new(built.finish())
            }
            Cell::Moment(get) => {
                let micros = records.map(|record| record.and_then(get).map(Timestamp::as_micros));
                Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
            }
            Cell::Texts(get) => {
                let mut built = ListBuilder::new(StringBuilder::new()).with_field(list_item());
                for record in records {
                    built.append_option(record.and_then(get).map(|texts| texts.into_iter().map(Some)));
                }
                Arc::new(built.finish())
            }
            Cell::Pairs(get) => {
                let mut built = pairs_builder();
                for record in records {
                    let pairs = record.and_then(get);
                    for (key, value) in pairs.into_iter().flatten() {
                        built.keys().append_value(key);
                        built.values().append_value(value);
                    }
                    // As many keys as values were given, so that there is nothing to refuse.
                    drop(built.append(pairs.is_some()));
                }
                Arc::new(built.finish())
            }
        }
    }
}

static DECISIONS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let fields = DECIDED.iter().map(Column::field).chain(COMPLETED.iter().map(Column::field));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
});

static COMPLETIONS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let fields = std::iter::once(COMPLETED_ID.field()).chain(COMPLETED.iter().map(Column::field));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
});

/// The schema of `decisions-*.parquet`.
pub(crate) fn decisions() -> SchemaRef {
    Arc::clone(&DECISIONS)
}

/// The schema of `completions-*.parquet`.
pub(crate) fn completions() -> SchemaRef {
    Arc::clone(&COMPLETIONS)
}

pub(crate) fn decisions_batch(rows: &[Row]) -> Result<RecordBatch, ArrowError> {
    let decided = DECIDED.iter().map(|column| column.array(rows.iter().map(|row| Some(&row.decided))));
    let completed =
        COMPLETED.iter().map(|column| column.array(rows.iter().map(|row| row.completed.as_ref())));
    RecordBatch::try_new(decisions(), decided.chain(completed).collect())
}

/// The last of the columns of decisions, by themselves.
pub(crate) fn completed_batch(records: &[Option<&Completed>]) -> Result<RecordBatch, ArrowError> {
    let fields = COMPLETED.iter().map(Column::field).collect::<Vec<_>>();
    let arrays = COMPLETED.iter().map(|column| column.array(records.iter().copied()));
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays.collect())
}

pub(crate) fn completions_batch(records: &[Completed]) -> Result<RecordBatch, ArrowError> {
    let id = COMPLETED_ID.array(records.iter().map(Some));
    let rest = COMPLETED.iter().map(|column| column.array(records.iter().map(Some)));
    RecordBatch::try_new(completions(), std::iter::once(id).chain(rest).collect())
}
