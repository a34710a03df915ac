//! Questions in SQL where there is no SQL engine: what is said of it. Where there is one, the room `query` has the tests.

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

    // Whoever builds it holds this file's lock.
    let marker = std::fs::File::create(folder.path().join("countersign-query.building")).unwrap();
    marker.lock().unwrap();
    let reply = ask().await;
    assert_problem(&reply, 503, None);
    assert_eq!(reply.json["type"], "about:blank#being-built");
    // What there is to be asked is known without it.
    let tables = house.ok("GET", "/query/tables", None).await;
    assert_eq!(tables["items"].as_array().unwrap().len(), 3);

    // One that is no engine breaks its question and nothing else.
    std::fs::copy("/bin/true", &path).unwrap();
    let reply = ask().await;
    assert_problem(&reply, 503, None);
    assert!(reply.json["detail"].as_str().unwrap().contains("not its own fault"), "{}", reply.json);
}
