//! Another engine reads the Parquet files without our code: PyArrow, where it is installed.

use crate::common::{Day, MIDNIGHT};
use countersign_evidence::{Effect, Evidence, Options};
use countersign_names::Timestamp;
use std::ops::ControlFlow;
use std::process::Command;

/// Reads the whole folder as one partitioned data set and prints facts that only a correct reader finds.
const SCRIPT: &str = r#"
import sys, json, pyarrow as pa, pyarrow.dataset as ds, pyarrow.compute as pc
import glob
files = glob.glob(sys.argv[1] + "/dt=*/decisions-*.parquet")
table = ds.dataset(files, format="parquet", partitioning=ds.partitioning(flavor="hive")).to_table()
table.validate(full=True)
first = table.sort_by("at").slice(0, 1).to_pylist()[0]
print(json.dumps({
    "rows": table.num_rows,
    "denied": pc.sum(pc.equal(table["effect"], "deny")).as_py(),
    "latency": pc.sum(table["latency_micros"]).as_py(),
    "reasons": pc.sum(pc.list_value_length(table["reasons"])).as_py(),
    "open": table["status"].null_count,
    "id": first["id"], "at": first["at"].isoformat(), "item": first["item"], "remedies": first["remedies"],
    "types": {field.name: str(field.type) for field in table.schema if field.name in ("at", "id", "world", "reasons", "enforced")},
}))
"#;

#[tokio::test]
async fn pyarrow_reads_what_we_wrote() {
    let Some(python) = countersign_testkit::python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut day = Day::new(9, 30, 1_000, 0);
    let rows: Vec<_> = (0..1_000).map(|_| day.next()).collect();
    // Two files, which are compacted into one.
    for some in [&rows[..600], &rows[600..]] {
        let (sink, _store) = Evidence::open(folder.path(), Options::default()).unwrap();
        for (decided, completed) in some {
            sink.record(decided).unwrap();
            if let Some(completed) = completed {
                sink.complete(completed).unwrap();
            }
        }
        sink.close().await.unwrap();
    }
    let (sink, store) = Evidence::open(folder.path(), Options::default()).unwrap();
    let later = Timestamp::from_micros(MIDNIGHT + 2 * 86_400_000_000);
    store.compact(later, false, &mut |_, _| ControlFlow::Continue(())).unwrap();
    let counted = store.counted(Timestamp::from_micros(MIDNIGHT), Timestamp::MAX);
    assert_eq!(counted.rows.len(), 1, "{counted:?}");
    drop(counted);
    sink.close().await.unwrap();

    let output = Command::new(&python).args(["-c", SCRIPT]).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let first = &rows.first().unwrap().0;
    let denied = rows.iter().filter(|(decided, _)| decided.effect == Effect::Deny).count();
    let at = first.at.to_string().replace('Z', "+00:00");
    let wanted = serde_json::json!({
        "rows": rows.len(),
        "denied": denied,
        "latency": rows.iter().map(|(decided, _)| u64::from(decided.latency_micros)).sum::<u64>(),
        "reasons": rows.iter().map(|(decided, _)| decided.reasons.len()).sum::<usize>(),
        "open": denied,
        "id": first.id,
        "at": at,
        "item": first.item,
        "remedies": first.remedies,
        "types": {
            "at": "timestamp[us, tz=UTC]",
            "id": "string",
            "world": "uint64",
            "reasons": "list<element: string not null>",
            "enforced": "bool",
        },
    });
    assert_eq!(found, wanted);
}
