//! SQL queries without an SQL engine: their refusals. The room `query` tests them with one.

use crate::common::{House, assert_problem};
use countersign_control::SqlProgram;
use serde_json::json;

#[tokio::test]
async fn without_the_sql_engine_it_is_said_how_to_get_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("countersign-query");
    let house = House::asking(SqlProgram::at(path.clone())).await;
    let ask = async || house.api("POST", "/query", Some(json!({ "sql": "SELECT 1" }))).await;
    let reply = ask().await;
    assert_problem(&reply, 503, None);
    assert!(reply.json["detail"].as_str().unwrap().contains(path.to_str().unwrap()), "{}", reply.json);
    assert!(
        reply.json["remedy"].as_str().unwrap().contains("cargo build -p countersign-query"),
        "{}",
        reply.json
    );

    // The process that builds the engine holds this file's lock.
    let marker = std::fs::File::create(folder.path().join("countersign-query.building")).unwrap();
    marker.lock().unwrap();
    let reply = ask().await;
    assert_problem(&reply, 503, None);
    assert_eq!(reply.json["type"], "about:blank#being-built");
    // The tables are known without the engine.
    let tables = house.ok("GET", "/query/tables", None).await;
    assert_eq!(tables["items"].as_array().unwrap().len(), 3);

    // A program that is no engine fails its query and nothing else.
    std::fs::copy("/bin/true", &path).unwrap();
    let reply = ask().await;
    assert_problem(&reply, 503, None);
    assert!(reply.json["detail"].as_str().unwrap().contains("internal error"), "{}", reply.json);
}
