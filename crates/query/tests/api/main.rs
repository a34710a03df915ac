//! SQL queries over the API: who may ask, what is answered, what is refused.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

#[path = "../../../control/tests/control/common/mod.rs"]
#[expect(dead_code, reason = "the control plane's own tests use the rest of the house")]
mod common;

use common::{Door, House, assert_problem, ses};
use countersign_facts::{EndReason, Fact, SessionFact};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const ADA: Door = Door::Session(1);
const CLEO: Door = Door::Session(3);

async fn ask(house: &House, sql: &str) -> Value {
    house.ok("POST", "/query", Some(json!({ "sql": sql }))).await
}

/// A house in which Ada read something and Cleo was denied.
async fn eventful() -> House {
    let house = House::new().await;
    assert_eq!(house.send(&ADA, "GET", "/api/v1/people", None).await.status, 200);
    house.wait(1);
    assert_eq!(house.send(&CLEO, "GET", "/api/v1/people", None).await.status, 403);
    house
        .state(vec![Fact::Session(SessionFact::Ended { session: ses(2), reason: EndReason::SignedOut })])
        .await;
    house
}

#[tokio::test]
async fn decisions_sessions_and_facts_are_asked_in_sql() {
    let house = eventful().await;
    let answer = ask(
        &house,
        "SELECT effect, count(*) AS n, count(status) AS ended FROM decisions GROUP BY effect ORDER BY effect",
    )
    .await;
    assert_eq!(
        answer,
        json!({
            "columns": [
                { "name": "effect", "type": "text" },
                { "name": "n", "type": "int64" },
                { "name": "ended", "type": "int64" },
            ],
            "rows": [["allow", 1, 1], ["deny", 1, 0]],
            "truncated": false,
        })
    );
    let ended = ask(&house, "SELECT session, end_reason FROM sessions WHERE ended_at IS NOT NULL").await;
    assert_eq!(ended["rows"], json!([[ses(2), "signed_out"]]));
    let joined = "SELECT d.effect FROM decisions d JOIN sessions s ON s.session = d.session ORDER BY d.at";
    assert_eq!(ask(&house, joined).await["rows"], json!([["allow"], ["deny"]]));
    let facts = ask(&house, "SELECT count(*), max(sequence) FROM facts").await;
    assert_eq!(facts["rows"], json!([[house.seq(), house.seq()]]));
}

#[tokio::test]
async fn asking_takes_what_reading_takes() {
    let house = eventful().await;
    let question = || Some(json!({ "sql": "SELECT 1" }));
    let check = async |door: &Door, status: u16| {
        for (method, path, body) in [("POST", "/query", question()), ("GET", "/query/tables", None)] {
            let reply = house.send(door, method, &format!("/api/v1{path}"), body).await;
            assert_eq!(reply.status.as_u16(), status, "{door:?} {path}: {}", reply.json);
        }
    };
    check(&Door::Operator, 200).await;
    check(&ADA, 200).await;
    check(&CLEO, 403).await;
    check(&Door::Nobody, 401).await;
    // The queries themselves are on record.
    let recorded =
        "SELECT effect, count(*) FROM decisions WHERE item = '/api/v1/query' GROUP BY 1 ORDER BY 1";
    assert_eq!(ask(&house, recorded).await["rows"], json!([["allow", 1], ["deny", 2]]));
}

#[tokio::test]
async fn what_is_refused_says_why_and_what_to_do() {
    let house = House::new().await;
    let check = async |body: Value, field: &str, detail: &str| {
        let reply = house.api("POST", "/query", Some(body)).await;
        assert_problem(&reply, 422, Some(field));
        let said = reply.json["detail"].as_str().unwrap();
        assert!(said.contains(detail), "{said}");
    };
    check(json!({}), "sql", "missing").await;
    check(json!({ "sql": "SELECT 1", "limit": 1 }), "limit", "unknown").await;
    check(json!({ "sql": "SELECT 1", "max_rows": 0 }), "max_rows", "between 1 and 100000").await;
    check(json!({ "sql": "SELECT 1", "timeout_seconds": 101 }), "timeout_seconds", "between 1 and 100").await;
    check(json!({ "sql": "DELETE FROM facts" }), "sql", "DELETE is not a query").await;
    check(json!({ "sql": "SELECT frob FROM facts" }), "sql", "no column \"frob\"").await;
    check(json!({ "sql": "SELECT * FROM secrets" }), "sql", "there are decisions, sessions, facts").await;
    check(json!({ "sql": "SELECT 1 +" }), "sql", "Expected").await;
    // Which limit it reaches first depends on the machine.
    let endless =
        "SELECT count(*) FROM facts a, facts b, facts c, facts d, facts e, facts f WHERE a.body < f.body";
    let reply = house.api("POST", "/query", Some(json!({ "sql": endless, "timeout_seconds": 1 }))).await;
    assert_problem(&reply, 422, Some("sql"));
    let said = reply.json["detail"].as_str().unwrap();
    assert!(said.contains("longer than 1 s") || said.contains("more than the 512 MiB"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_ends_with_the_access_of_whoever_asked_it() {
    let house = Arc::new(eventful().await);
    let endless =
        "SELECT count(*) FROM facts a, facts b, facts c, facts d, facts e, facts f WHERE a.body < f.body";
    let asking = tokio::spawn({
        let (house, body) = (Arc::clone(&house), json!({ "sql": endless, "timeout_seconds": 100 }));
        async move { house.send(&ADA, "POST", "/api/v1/query", Some(body)).await }
    });
    // Its decision is on record once it is admitted.
    let admitted = async || {
        let listed = house.ok("GET", "/decisions", None).await;
        listed["items"].as_array().unwrap().iter().any(|decision| decision["item"] == "/api/v1/query")
    };
    while !admitted().await {
        assert!(!asking.is_finished(), "it was never admitted");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!asking.is_finished(), "it takes longer than that");
    let ended = Fact::Session(SessionFact::Ended { session: ses(1), reason: EndReason::Revoked });
    house.state(vec![ended]).await;
    let reply = asking.await.unwrap();
    assert_eq!(reply.status, 401, "{}", reply.json);
    let how = "SELECT ended FROM decisions WHERE item = '/api/v1/query' AND cause <> 'cut' AND ended IS NOT NULL AND ended <> 'finished'";
    for _ in 0..200 {
        let rows = ask(&house, how).await["rows"].clone();
        if rows != json!([]) {
            return assert_eq!(rows, json!([["revoked"]]));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    unreachable!("its end was never recorded");
}

/// Returns the peak memory of this process in bytes.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

#[tokio::test]
async fn a_question_that_takes_all_memory_ends_itself_and_not_the_server() {
    let house = eventful().await;
    ask(&house, "SELECT 1").await;
    let before = most_memory();
    let nested = |text: &str| {
        let nested = (0..9).fold(text.to_owned(), |inner, _| format!("replace({inner},'x','xxxxxxxxxx')"));
        format!("SELECT length({nested}) FROM facts")
    };
    // During planning, and during execution.
    for sql in [nested("'xxxxxxxxxx'"), nested("concat(kind,'xxxxxxxxxx')")] {
        let body = json!({ "sql": sql, "timeout_seconds": 100 });
        let reply = house.api("POST", "/query", Some(body)).await;
        assert_problem(&reply, 422, Some("sql"));
        let said = reply.json["detail"].as_str().unwrap();
        assert_eq!(said, "the query needs more than the 512 MiB of memory that it may use");
    }
    assert_eq!(ask(&house, "SELECT 1").await["rows"], json!([[1]]));
    let grown = most_memory() - before;
    assert!(grown < 64 << 20, "the server grew by {grown} bytes");
}

#[tokio::test]
async fn a_part_is_said_to_be_one() {
    let house = eventful().await;
    let partition = house.evidence().join("dt=2026-11-22");
    std::fs::create_dir_all(&partition).unwrap();
    std::fs::write(partition.join("decisions-x.parquet"), "not Parquet").unwrap();
    let answer = ask(&house, "SELECT count(*) FROM decisions").await;
    assert_eq!(answer["rows"], json!([[2]]));
    let said = answer["incomplete"][0].as_str().unwrap();
    assert!(said.starts_with("decisions-x.parquet: it is not Parquet"), "{said}");
    let cut = house.ok("POST", "/query", Some(json!({ "sql": "SELECT * FROM facts", "max_rows": 2 }))).await;
    assert_eq!((cut["rows"].as_array().unwrap().len(), &cut["truncated"]), (2, &json!(true)));
}

#[tokio::test]
async fn the_tables_are_listed_with_their_columns() {
    let house = House::new().await;
    let tables = house.ok("GET", "/query/tables", None).await;
    let names: Vec<&str> =
        tables["items"].as_array().unwrap().iter().map(|table| table["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["decisions", "sessions", "facts"]);
    for table in tables["items"].as_array().unwrap() {
        let columns: Vec<&str> =
            table["columns"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
        let name = table["name"].as_str().unwrap();
        let star = ask(&house, &format!("SELECT * FROM {name} LIMIT 0")).await;
        let given: Vec<&str> =
            star["columns"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
        assert_eq!(columns, given, "{name}");
    }
}
