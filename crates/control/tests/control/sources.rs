//! Sources of identities over time: one that goes dark is overdue.

use crate::common::assert_problem;
use crate::inventory::{account, declared, imported};
use serde_json::{Value, json};

#[tokio::test]
async fn a_source_that_goes_dark_is_overdue_until_it_is_imported_again() {
    let house = declared().await;
    let declare = async |every: Value| {
        let mut about = json!({"format": "ldif", "title": "T", "purpose": "P", "owner": "ada@example.test"});
        if !every.is_null() {
            about["expected_every_seconds"] = every;
        }
        house.api("PUT", "/sources/people", Some(about)).await
    };
    let seen = async || {
        let source = house.ok("GET", "/sources/people", None).await;
        let listed = house.ok("GET", "/sources?q=people", None).await;
        assert_eq!(listed["items"][0], source);
        let overdue = house.control.overdue_sources().await.unwrap();
        assert_eq!(source["overdue"] == true, overdue.contains("people"), "{source}");
        (source["overdue"].clone(), source["due_at"].clone())
    };
    assert_eq!(seen().await, (json!(false), Value::Null), "nobody expects it");
    for wrong in [json!(0), json!(3_599), json!(31_622_401)] {
        assert_problem(&declare(wrong).await, 422, Some("expected_every_seconds"));
    }
    assert_eq!(declare(json!(3_600)).await.json["expected_every_seconds"], 3_600);
    assert_eq!(seen().await, (json!(true), Value::Null), "it was never imported");
    imported(&house, "people", &[account("ada")], &[]).await;
    let due = json!("2026-11-22T13:00:00.000000Z");
    assert_eq!(seen().await, (json!(false), due.clone()));
    house.wait(3_600);
    assert_eq!(seen().await.0, json!(false));
    house.wait(1);
    assert_eq!(seen().await, (json!(true), due));
    imported(&house, "people", &[account("ada")], &[]).await;
    assert_eq!(seen().await.0, json!(false));
    house.wait(1_000_000);
    assert_eq!(declare(Value::Null).await.status, 200);
    assert_eq!(seen().await, (json!(false), Value::Null));
}
