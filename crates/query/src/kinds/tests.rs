//! A second kind of record becomes a table as soon as it is opened; no other code here knows it.

use super::KindTable;
use crate::engine;
use countersign_lake::{Options, open};
use countersign_sql::{Answer, Facts, Limits, QueryError, Reading};
use kinds::{FlowRecord, Flows, MIDNIGHT, key_at};
use logins::{Login, Logins, Logout};
use serde_json::json;
use std::sync::Arc;

#[path = "../../../lake/tests/lake/kinds.rs"]
mod kinds;
#[path = "../../../lake/tests/lake/logins.rs"]
mod logins;

#[derive(Debug)]
struct Nothing;

impl Facts for Nothing {
    fn read(&self, _: u64, _: usize) -> Reading {
        Box::pin(async { Ok(Vec::new()) })
    }
}

fn ask(kinds: Vec<Box<dyn KindTable>>, sql: &str) -> Result<Answer, QueryError> {
    engine::run(kinds, Arc::new(Nothing), sql, Limits { time: Limits::LONGEST, ..Limits::default() })
}

#[tokio::test]
async fn a_second_kind_is_a_table_before_and_after_it_is_parquet() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, _store) = open::<Flows>(folder.path(), Options::default()).unwrap();
    let flows: Vec<FlowRecord> = (0..60).map(|number| FlowRecord::numbered(number, MIDNIGHT)).collect();
    flows[..40].iter().for_each(|flow| sink.record(flow).unwrap());
    sink.close().await.unwrap();
    let (sink, store) = open::<Flows>(folder.path(), Options::default()).unwrap();
    flows[40..].iter().for_each(|flow| sink.record(flow).unwrap());

    let check = |sql: &str, expected: serde_json::Value| {
        let answer = ask(vec![Box::new(store.clone())], sql).unwrap();
        assert_eq!((json!(answer.rows), answer.skipped.len()), (expected, 0), "{sql}");
    };
    check("SELECT count(*), count(DISTINCT id), sum(bytes) FROM flows", json!([[60, 60, 144_000]]));
    let udp = "SELECT protocol, count(*) FROM flows GROUP BY protocol ORDER BY protocol";
    check(udp, json!([["tcp", 40], ["udp", 20]]));
    let since = flows[50].at;
    check(&format!("SELECT count(*) FROM flows WHERE at >= TIMESTAMP '{since}'"), json!([[10]]));
    check("SELECT labels FROM flows WHERE port = 443 ORDER BY at LIMIT 1", json!([[["role-0"]]]));
    let refused = ask(vec![Box::new(store.clone())], "SELECT 1 FROM logins").unwrap_err();
    let expected =
        QueryError::NoTable { table: "logins".to_owned(), known: "flows, sessions, facts".to_owned() };
    assert_eq!(refused, expected);
    sink.close().await.unwrap();
}

#[tokio::test]
async fn ends_are_joined_and_tables_of_two_kinds_can_be_asked_together() {
    let folder = tempfile::tempdir().unwrap();
    let (flow_sink, flows) = open::<Flows>(folder.path().join("flows"), Options::default()).unwrap();
    let (sink, _store) = open::<Logins>(folder.path(), Options::default()).unwrap();
    let at = FlowRecord::numbered(0, MIDNIGHT).at;
    let login = Login { id: key_at(MIDNIGHT, 0), at, machine: "m".to_owned() };
    sink.record(&login).unwrap();
    sink.close().await.unwrap();
    let (sink, logins) = open::<Logins>(folder.path(), Options::default()).unwrap();
    sink.complete(&Logout { id: login.id, at, reason: "idle".to_owned() }).unwrap();
    sink.close().await.unwrap();
    flow_sink.record(&FlowRecord::numbered(0, MIDNIGHT)).unwrap();
    let sql = "SELECT machine, reason, protocol FROM logins JOIN flows ON logins.login = flows.id";
    let answer = ask(vec![Box::new(logins), Box::new(flows)], sql).unwrap();
    assert_eq!((json!(answer.rows), answer.skipped.len()), (json!([["m", "idle", "udp"]]), 0));
    flow_sink.close().await.unwrap();
}
