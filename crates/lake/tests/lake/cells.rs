//! Columns: each value of a record comes back from a segment and from Parquet as it was, and a cell that holds no value
//! of its column is named with the reason.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::kinds::{Flows, MIDNIGHT, key_at};
use arrow_array::builder::{Int64Builder, ListBuilder, MapBuilder, StringBuilder};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray,
    UInt64Array,
};
use arrow_schema::{Field, Schema};
use countersign_lake::cells::{Cells, Read, need};
use countersign_lake::columns::{CellSource as Cell, ColumnSource, Hex, rows_batch, show};
use countersign_lake::{
    EndedRecord, KindFiles, LakeRecord, NoEnd, Options, RecordKind, RecordStore, TableFiles, open,
    wire_in_order,
};
use countersign_names::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// A record with a column of every type.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Specimen {
    id: Uuid,
    at: Timestamp,
    word: Option<String>,
    flag: Option<bool>,
    count: Option<u64>,
    port: Option<u16>,
    span: Option<i64>,
    seen_at: Option<Timestamp>,
    texts: Option<Vec<String>>,
    pairs: BTreeMap<String, String>,
    digest: [u8; 32],
}

wire_in_order!(Specimen { id, at, word, flag, count, port, span, seen_at, texts, pairs, digest });

impl LakeRecord for Specimen {
    type Key = Uuid;

    fn key(&self) -> Uuid {
        self.id
    }

    fn at(&self) -> Timestamp {
        self.at
    }

    fn columns() -> &'static [ColumnSource<Self>] {
        const COLUMNS: &[ColumnSource<Specimen>] = &[
            ColumnSource::always("id", Cell::Text(|it, out| show(Some(it.id), out))),
            ColumnSource::always("at", Cell::Moment(|it| Some(it.at))),
            ColumnSource::maybe("word", Cell::Text(|it, out| show(it.word.as_ref(), out))),
            ColumnSource::maybe("flag", Cell::Flag(|it| it.flag)),
            ColumnSource::maybe("count", Cell::Count(|it| it.count)),
            ColumnSource::maybe("port", Cell::Count(|it| it.port.map(u64::from))),
            ColumnSource::maybe("span", Cell::Span(|it| it.span)),
            ColumnSource::maybe("seen_at", Cell::Moment(|it| it.seen_at)),
            ColumnSource::maybe("texts", Cell::Texts(|it| it.texts.clone())),
            ColumnSource::maybe("pairs", Cell::Pairs(|it| Some(&it.pairs))),
            ColumnSource::always("digest", Cell::Text(|it, out| show(Some(Hex(it.digest)), out))),
        ];
        COLUMNS
    }

    fn read(cells: Cells<'_>) -> Read<Self> {
        Ok(Self {
            id: cells.word("id")?,
            at: need("at", cells.moment("at")?)?,
            word: cells.words("word")?,
            flag: cells.flag("flag")?,
            count: cells.count("count")?,
            port: cells.count("port")?,
            span: cells.span("span")?,
            seen_at: cells.moment("seen_at")?,
            texts: cells.words_list("texts")?,
            pairs: cells.pairs("pairs")?,
            digest: cells.digest("digest")?,
        })
    }
}

#[derive(Debug, Clone, Copy)]
enum Specimens {}

impl RecordKind for Specimens {
    type Record = Specimen;
    type End = NoEnd<Uuid>;
    type Row = EndedRecord<Specimen, NoEnd<Uuid>>;

    const FILES: KindFiles = KindFiles {
        name: "specimens",
        magic: b"CSSPEC01",
        rows: TableFiles { prefix: "specimens-", time: "at" },
        packed: &["count", "span"],
        ..Flows::FILES
    };
}

fn specimen() -> impl Strategy<Value = Specimen> {
    let text = || ".{0,12}".prop_map(String::from);
    let numbers = (any::<Option<bool>>(), any::<Option<u64>>(), any::<Option<u16>>(), any::<Option<i64>>());
    let texts = (
        prop::option::of(text()),
        prop::option::of(prop::collection::vec(text(), 0..4)),
        prop::collection::btree_map(text(), text(), 0..4),
    );
    (0..86_400_000_000_i64, any::<[u8; 32]>(), any::<Option<i64>>(), numbers, texts).prop_map(
        |(after, digest, seen_at, (flag, count, port, span), (word, texts, pairs))| Specimen {
            id: Uuid::nil(),
            at: Timestamp::from_micros(MIDNIGHT + after),
            word,
            flag,
            count,
            port,
            span,
            seen_at: seen_at.map(Timestamp::from_micros),
            texts,
            pairs,
            digest,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]
    #[test]
    fn any_record_is_the_same_in_a_segment_and_in_parquet(mut records in prop::collection::vec(specimen(), 1..60)) {
        for (number, record) in (0..).zip(&mut records) {
            record.id = key_at(record.at.as_micros(), number);
        }
        let folder = tempfile::tempdir().unwrap();
        let (sink, store) = open::<Specimens>(folder.path(), Options::default()).unwrap();
        records.iter().for_each(|record| sink.record(record).unwrap());
        records.sort_by_key(|record| (record.at, record.id));
        prop_assert_eq!(&scanned(&store), &records);
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(sink.close()).unwrap();
        prop_assert_eq!(&scanned(&store), &records);
        for record in &records {
            let found = store.find(record.id).map(|row| row.record);
            prop_assert_eq!(found.as_ref(), Some(record));
        }
    }
}

fn scanned(store: &RecordStore<Specimens>) -> Vec<Specimen> {
    let listings = store.scan(Timestamp::from_micros(i64::MIN), Timestamp::MAX);
    let rows = listings.flat_map(|listing| {
        assert_eq!(listing.skipped, []);
        listing.rows
    });
    rows.map(|row| row.record).collect()
}

fn whole() -> Specimen {
    Specimen {
        id: key_at(MIDNIGHT, 1),
        at: Timestamp::from_micros(MIDNIGHT),
        word: Some("a".to_owned()),
        flag: Some(true),
        count: Some(u64::MAX),
        port: Some(443),
        span: Some(-1),
        seen_at: Some(Timestamp::MAX),
        texts: Some(vec!["a".to_owned(), String::new()]),
        pairs: BTreeMap::from([("a".to_owned(), "b".to_owned())]),
        digest: [0xab; 32],
    }
}

fn batch_of(specimen: Specimen) -> RecordBatch {
    rows_batch::<Specimens>(&[EndedRecord { record: specimen, end: None }]).unwrap()
}

/// Returns the batch with another column of this name, or without it.
fn with(batch: &RecordBatch, name: &str, column: Option<ArrayRef>) -> RecordBatch {
    let schema = batch.schema();
    let others = schema.fields().iter().zip(batch.columns()).filter(|(field, _)| field.name() != name);
    let (mut fields, mut columns): (Vec<_>, Vec<_>) =
        others.map(|(field, column)| (field.as_ref().clone(), Arc::clone(column))).unzip();
    if let Some(column) = column {
        fields.push(Field::new(name, column.data_type().clone(), true));
        columns.push(column);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

fn text(text: &str) -> Option<ArrayRef> {
    Some(Arc::new(StringArray::from(vec![text])))
}

fn list(number: i64) -> Option<ArrayRef> {
    let mut built = ListBuilder::new(Int64Builder::new());
    built.append_value([Some(number)]);
    Some(Arc::new(built.finish()))
}

fn list_with_a_gap() -> Option<ArrayRef> {
    let mut built = ListBuilder::new(StringBuilder::new());
    built.append_value([Some("a"), None]);
    Some(Arc::new(built.finish()))
}

fn map_of_numbers() -> Option<ArrayRef> {
    let mut built = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
    built.keys().append_value("a");
    built.values().append_value(1);
    built.append(true).unwrap();
    Some(Arc::new(built.finish()))
}

fn map_with_a_gap() -> Option<ArrayRef> {
    let mut built = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    built.keys().append_value("a");
    built.values().append_null();
    built.append(true).unwrap();
    Some(Arc::new(built.finish()))
}

#[test]
fn a_cell_that_holds_no_value_of_its_column_is_named_with_the_reason() {
    let number = || -> Option<ArrayRef> { Some(Arc::new(Int64Array::from(vec![7]))) };
    let unsigned = |number| -> Option<ArrayRef> { Some(Arc::new(UInt64Array::from(vec![number]))) };
    let nothing = || -> Option<ArrayRef> { Some(Arc::new(StringArray::from(vec![None::<&str>]))) };
    let millis = || -> Option<ArrayRef> { Some(Arc::new(TimestampMillisecondArray::from(vec![7]))) };
    let flag = || -> Option<ArrayRef> { Some(Arc::new(BooleanArray::from(vec![true]))) };
    let cases = [
        ("id", None, "it is missing"),
        ("id", nothing(), "it is empty where it must not be"),
        ("id", number(), "it is not text"),
        ("id", text("x"), "invalid"),
        ("at", None, "it is missing"),
        ("at", nothing(), "it is empty where it must not be"),
        ("at", number(), "it is not Timestamp("),
        ("at", millis(), "it is not Timestamp("),
        ("word", None, "it is missing"),
        ("word", flag(), "it is not text"),
        ("flag", text("true"), "it is not boolean"),
        ("count", number(), "it is not an unsigned number"),
        ("port", unsigned(65_536), "the number is too large"),
        ("span", unsigned(7), "it is not a signed number"),
        ("seen_at", millis(), "it is not Timestamp("),
        ("texts", text("a"), "it is not a list"),
        ("texts", list(7), "it is not a list of text"),
        ("texts", list_with_a_gap(), "it is empty where it must not be"),
        ("pairs", text("a"), "it is not a map"),
        ("pairs", map_of_numbers(), "it is not a map of text to text"),
        ("pairs", map_with_a_gap(), "it is empty where it must not be"),
        ("digest", nothing(), "it is empty where it must not be"),
        ("digest", text("zz"), "Invalid string length"),
        ("digest", text(&"zz".repeat(32)), "Invalid character 'z' at position 0"),
    ];
    let batch = batch_of(whole());
    assert_eq!(Specimen::read(Cells::new(&batch, 0)), Ok(whole()));
    for (name, column, why) in cases {
        let column_was = column.as_ref().map(|column| column.data_type().clone());
        let said = Specimen::read(Cells::new(&with(&batch, name, column), 0)).unwrap_err().to_string();
        let expected = format!("column {name}: {why}");
        assert!(said.starts_with(&expected), "{said:?} instead of {expected:?} of {column_was:?}");
    }
    let said = Specimen::read(Cells::new(&batch, 1)).unwrap_err().to_string();
    assert_eq!(said, "column id: it is shorter than the others");
}

#[test]
fn a_file_that_is_older_than_a_map_has_no_pairs_and_an_empty_cell_none_either() {
    let batch = batch_of(whole());
    let none = Specimen { pairs: BTreeMap::new(), ..whole() };
    let older = with(&batch, "pairs", None);
    assert!(!Cells::new(&older, 0).is_known("pairs") && Cells::new(&batch, 0).is_known("pairs"));
    assert_eq!(Specimen::read(Cells::new(&older, 0)), Ok(none.clone()));
    let mut empty = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    empty.append(false).unwrap();
    let empty = with(&batch, "pairs", Some(Arc::new(empty.finish())));
    assert_eq!(Specimen::read(Cells::new(&empty, 0)), Ok(none));
}

#[test]
fn a_kind_without_ends_reads_none_and_says_so() {
    let batch = batch_of(whole());
    let said = NoEnd::<Uuid>::read(Cells::new(&batch, 0)).unwrap_err().to_string();
    assert_eq!(said, "column key: records of this kind have no end");
}
