//! What people read of an error, of a type and of a limit.

use arrow_schema::{DataType, Field, Fields, IntervalUnit, TimeUnit};
use countersign_sql::wire::{self, FromEngine};
use countersign_sql::{Missing, QueryError, Spot, facts_schema, kind, moment_type, sessions_schema, tables};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Each error with its text, a part of its remedy, and whether another query would help.
fn errors() -> Vec<(QueryError, &'static str, &'static str, bool)> {
    let text = |text: &str| text.to_owned();
    let syntax = |at| QueryError::Syntax { at, what: "Expected: )".to_owned() };
    let column = |near: &[&str]| QueryError::NoColumn {
        column: "princpal".to_owned(),
        near: near.iter().map(|name| (*name).to_owned()).collect(),
    };
    vec![
        (QueryError::TooLong(20_000), "the query is 20000 bytes long, and may have 16384", "shorten", true),
        (QueryError::TooMany(2_001), "the query has 2001 tokens, and may have 2000", "shorten", true),
        (syntax(None), "Expected: )", "docs/query.md", true),
        (
            syntax(Some(Spot { line: 3, column: 16 })),
            "at line 3, column 16: Expected: )",
            "docs/query.md",
            true,
        ),
        (
            QueryError::NotReading(text("DELETE")),
            "DELETE is not a query: only SELECT (and EXPLAIN of one) is answered here, and nothing is ever written",
            "begin with SELECT or WITH",
            true,
        ),
        (QueryError::NotOne(0), "there are 0 statements; a query is one", "one query at a time", true),
        (
            QueryError::NoTable { table: text("x\""), known: text("decisions, facts") },
            "there is no table \"x\\\"\"; there are decisions, facts",
            "`countersign query --tables`",
            true,
        ),
        (column(&[]), "there is no column \"princpal\"", "`countersign query --tables`", true),
        (
            column(&["principal", "place"]),
            "there is no column \"princpal\"; the nearest are principal, place",
            "`countersign query --tables`",
            true,
        ),
        (QueryError::Refused(text("no function repeat")), "no function repeat", "functions", true),
        (QueryError::Failed(text("Divide by zero error")), "Divide by zero error", "examples", true),
        (
            QueryError::Memory((512 << 20) + 9),
            "the query needs more than the 512 MiB of memory that it may use",
            "narrow the query",
            true,
        ),
        (QueryError::Time(Duration::from_secs(30)), "the query took longer than 30 s", "--timeout", true),
        (
            QueryError::Time(Duration::from_millis(1_500)),
            "the query took longer than 1500 ms",
            "--timeout",
            true,
        ),
        (QueryError::Busy, "2 queries are running already, and no more run at once", "wait until one", false),
        (QueryError::BeingBuilt, "the SQL engine is being built", "wait until it is built", false),
        (
            QueryError::NotInstalled(text("/usr/bin/countersign-query")),
            "the SQL engine is not installed: there is no /usr/bin/countersign-query",
            "cargo build -p countersign-query",
            false,
        ),
        (
            QueryError::OtherVersion,
            "the SQL engine beside this server is of another version",
            "countersign and countersign-query together",
            false,
        ),
        (QueryError::Broken, "the query failed because of an internal error", "the log of the server", false),
    ]
}

/// Names the variant; a new one is named by the compiler, and needs a row above.
const fn variant(error: &QueryError) -> &'static str {
    match error {
        QueryError::TooLong(_) => "too long",
        QueryError::TooMany(_) => "too many",
        QueryError::Syntax { .. } => "syntax",
        QueryError::NotReading(_) => "not reading",
        QueryError::NotOne(_) => "not one",
        QueryError::NoTable { .. } => "no table",
        QueryError::NoColumn { .. } => "no column",
        QueryError::Refused(_) => "refused",
        QueryError::Failed(_) => "failed",
        QueryError::Memory(_) => "memory",
        QueryError::Time(_) => "time",
        QueryError::Busy => "busy",
        QueryError::BeingBuilt => "being built",
        QueryError::NotInstalled(_) => "not installed",
        QueryError::OtherVersion => "other version",
        QueryError::Broken => "broken",
    }
}

#[test]
fn each_error_says_what_is_wrong_and_what_to_do() {
    for (error, says, remedy, askers) in errors() {
        assert_eq!(error.to_string(), says);
        assert!(error.remedy().contains(remedy), "{says}: {}", error.remedy());
        assert_eq!(error.is_askers(), askers, "{says}");
    }
    let variants: BTreeSet<&str> = errors().iter().map(|(error, ..)| variant(error)).collect();
    assert_eq!(variants.len(), 16, "each variant has a row");
}

#[test]
fn each_error_of_the_engine_passes_the_wire() {
    for (error, ..) in errors() {
        let mut bytes = Vec::new();
        wire::write(&mut bytes, &FromEngine::Answer(Err(error.clone()))).unwrap();
        let Some(FromEngine::Answer(Err(arrived))) = wire::read(&mut bytes.as_slice()).unwrap() else {
            panic!("{error}: no error arrived")
        };
        assert_eq!(arrived, error);
    }
}

#[test]
fn a_missing_program_is_the_error_of_its_cause() {
    assert_eq!(QueryError::from(Missing::BeingBuilt), QueryError::BeingBuilt);
    let path = PathBuf::from("/opt/countersign-query");
    let missing = Missing::NotInstalled(path);
    assert_eq!(missing.to_string(), "the SQL engine is not installed: there is no /opt/countersign-query");
    assert_eq!(QueryError::from(missing), QueryError::NotInstalled("/opt/countersign-query".to_owned()));
}

#[test]
fn each_type_has_a_name_that_does_not_tell_how_it_is_stored() {
    let field = |kind| Arc::new(Field::new("item", kind, true));
    let dictionary = |values| DataType::Dictionary(Box::new(DataType::Int32), Box::new(values));
    let pair = |value| {
        let pair = vec![Field::new("key", DataType::Utf8, false), Field::new("value", value, true)];
        DataType::Map(field(DataType::Struct(Fields::from(pair))), false)
    };
    for (stored, name) in [
        (DataType::Utf8, "text"),
        (DataType::LargeUtf8, "text"),
        (DataType::Utf8View, "text"),
        (dictionary(DataType::Utf8), "text"),
        (dictionary(dictionary(DataType::UInt64)), "uint64"),
        (DataType::List(field(DataType::Utf8View)), "list<text>"),
        (DataType::LargeList(field(DataType::List(field(DataType::Int8)))), "list<list<int8>>"),
        (pair(DataType::LargeUtf8), "map<text, text>"),
        (pair(DataType::List(field(DataType::Boolean))), "map<text, list<boolean>>"),
        (DataType::Map(field(DataType::Utf8), false), "map"),
        (moment_type(), "timestamp"),
        (DataType::Timestamp(TimeUnit::Second, None), "timestamp"),
        (DataType::Null, "null"),
        (DataType::Struct(Fields::empty()), "struct"),
        (DataType::Boolean, "boolean"),
        (DataType::Float64, "float64"),
        (DataType::Date32, "date32"),
        (DataType::Interval(IntervalUnit::MonthDayNano), "interval(monthdaynano)"),
    ] {
        assert_eq!(kind(&stored), name, "{stored}");
    }
}

#[test]
fn the_tables_are_those_that_messages_and_queries_name() {
    let names: Vec<&str> = tables().iter().map(|table| table.name).collect();
    assert_eq!(names, ["decisions", "sessions", "facts"]);
    for (table, schema) in tables()[1..].iter().zip([sessions_schema(), facts_schema()]) {
        let columns = table.columns.iter().map(|it| (it.name.as_str(), it.kind.as_str(), it.nullable));
        let fields = schema.fields().iter();
        let fields: Vec<_> =
            fields.map(|it| (it.name().as_str(), kind(it.data_type()), it.is_nullable())).collect();
        assert!(
            columns.eq(fields.iter().map(|(name, kind, null)| (*name, kind.as_str(), *null))),
            "{}",
            table.name
        );
        assert!(!table.about.is_empty());
    }
}
