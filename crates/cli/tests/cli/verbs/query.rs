//! Questions in SQL: as a table, as JSON, as CSV, whole or not.

use super::*;

const ASK: &str = "POST /api/v1/query";

fn answer() -> Value {
    json!({
        "columns": [{ "name": "item", "type": "text" }, { "name": "n", "type": "int64" }],
        "rows": [["/a,b", 3], ["say \"no\"", null], [["x", "y"], 1.5]],
        "truncated": false,
    })
}

#[tokio::test]
async fn rows_are_a_table_json_or_csv() {
    let fake = Fake::start(vec![(ASK, 200, answer()); 3]);
    let ran = fake.run(&["query", "SELECT item, n FROM decisions"]).await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    let lines: Vec<&str> = ran.out.lines().map(str::trim_end).collect();
    assert_eq!(lines, ["item       n", "/a,b       3", "say \"no\"", "[\"x\",\"y\"]  1.5"]);

    let ran = fake.run(&["query", "--csv", "SELECT item, n FROM decisions"]).await;
    assert_eq!(ran.out, "item,n\r\n\"/a,b\",3\r\n\"say \"\"no\"\"\",\r\n\"[\"\"x\"\",\"\"y\"\"]\",1.5\r\n");

    let ran = fake.run(&["query", "--json", "SELECT item, n FROM decisions"]).await;
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), answer());
}

#[tokio::test]
async fn words_are_one_question_with_its_limits() {
    let fake = Fake::start(vec![(ASK, 200, answer()); 2]);
    fake.run(&["query", "SELECT", "id", "FROM", "decisions", "--max-rows", "5", "--timeout", "1m"]).await;
    fake.run(&["query", "SELECT 1"]).await;
    let bodies: Vec<Value> = fake.asked().into_iter().map(|asked| asked.body).collect();
    assert_eq!(
        bodies,
        [
            json!({ "sql": "SELECT id FROM decisions", "max_rows": 5, "timeout_seconds": 60 }),
            json!({ "sql": "SELECT 1", "max_rows": 10_000, "timeout_seconds": 30 }),
        ]
    );
}

#[tokio::test]
async fn a_part_is_said_to_be_one() {
    let mut cut = answer();
    cut["truncated"] = json!(true);
    let mut part = answer();
    part["incomplete"] = json!(["decisions-1.parquet: its checksum differs"]);
    let fake = Fake::start(vec![(ASK, 200, cut)]);
    let ran = fake.run(&["query", "SELECT 1"]).await;
    assert_eq!(ran.exit, Exit::Done);
    assert!(ran.err.contains("more rows than these 3") && ran.err.contains("--max-rows"), "{}", ran.err);

    let fake = Fake::start(vec![(ASK, 200, part)]);
    let ran = fake.run(&["query", "SELECT 1"]).await;
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.out.contains("/a,b"), "what could be read is shown: {}", ran.out);
    assert!(ran.err.contains("could not be read: decisions-1.parquet: its checksum differs"), "{}", ran.err);
}

#[tokio::test]
async fn an_engine_that_is_being_built_is_waited_for() {
    let built = json!({
        "type": "about:blank#being-built", "title": "It is being built", "status": 503, "detail": "the SQL engine is being built",
    });
    let fake = Fake::start(vec![(ASK, 503, built.clone()), (ASK, 503, built), (ASK, 200, answer())]);
    let ran = fake.run(&["query", "--json", "SELECT 1"]).await;
    assert_eq!(ran.exit, Exit::Done);
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), answer());
    assert_eq!(ran.err.matches("is being built").count(), 1, "{}", ran.err);
    assert_eq!(fake.asked().len(), 3);
}

#[tokio::test]
async fn a_refusal_ends_with_its_code() {
    let problem = json!({
        "type": "about:blank#invalid", "title": "A field is not valid", "status": 422, "field": "sql", "detail": "at line 1, column 2: no",
        "remedy": "ask otherwise",
    });
    let fake = Fake::start(vec![(ASK, 422, problem)]);
    let ran = fake.run(&["query", "SELCT 1"]).await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
    assert!(ran.err.contains("line 1, column 2") && ran.err.contains("ask otherwise"), "{}", ran.err);
}

#[tokio::test]
async fn tables_are_shown_with_their_columns() {
    let tables = json!({ "items": [{
        "name": "facts", "about": "An entry of the journal.",
        "columns": [{ "name": "body", "type": "text", "nullable": true, "about": "what it says" }],
    }] });
    let fake = Fake::start(vec![("GET /api/v1/query/tables", 200, tables)]);
    let ran = fake.run(&["query", "--tables"]).await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    assert!(ran.out.starts_with("facts: An entry of the journal.\n"), "{}", ran.out);
    assert!(ran.out.contains("body") && ran.out.contains("may be null") && ran.out.contains("what it says"));
}
