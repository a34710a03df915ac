//! DuckDB and PyArrow read the same files unaided, and agree.

use crate::house::{House, rows};
use serde_json::{Value, json};

const SUMS: &str = "SELECT count(*), count(DISTINCT id), count(*) FILTER (WHERE effect = 'deny'), \
                    sum(latency_micros), count(completed_at), sum(bytes_out), \
                    to_unixtime(min(at)) * 1000000 + date_part('microsecond', min(at)) % 1000000, \
                    to_unixtime(max(at)) * 1000000 + date_part('microsecond', max(at)) % 1000000, \
                    sum(array_length(reasons)) FROM decisions";

#[tokio::test]
async fn duckdb_and_pyarrow_agree_on_counts_and_types() {
    let mut house = House::new();
    for day in 0..2 {
        let rows = rows(day as u64 + 7, 1_500, day);
        rows.iter().enumerate().for_each(|(n, row)| house.record(row, n % 4 != 0));
        house = house.rotate().await;
        rows.iter().step_by(4).for_each(|row| house.end(row));
    }
    let house = house.rotate().await;
    assert_eq!((house.files("decisions-").len(), house.files("completions-").len()), (2, 2));
    let Some(found) = countersign_testkit::engines::read(house.folder.path()) else { return };

    let types = house.ask("SELECT * FROM decisions LIMIT 0").await.columns;
    let types: serde_json::Map<String, Value> =
        types.into_iter().map(|column| (column.name, Value::from(column.kind))).collect();
    let sums = house.ask(SUMS).await;
    assert_eq!(sums.skipped, []);
    let groups = "SELECT application, effect, count(*) FROM decisions GROUP BY 1, 2 ORDER BY 1, 2";
    let groups: Vec<Value> = house.ask(groups).await.rows.into_iter().map(Value::from).collect();
    let ours = json!({ "types": types, "sums": sums.rows[0], "groups": groups });
    assert_eq!(found["duckdb"], ours);
    assert_eq!(found["pyarrow"], ours);
}
