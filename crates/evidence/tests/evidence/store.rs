//! Recording and reading, across conversion, restarts, queries and damage.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::common::{Day, MIDNIGHT};
use countersign_evidence::{
    Completed, Decided, Effect, Ended, Evidence, Health, OpenError, Options, Query, Row, Sink, Store,
};
use countersign_names::{Action, Principal, Timestamp};
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Opens, records this many decisions of a day (the first `completed` of every ten with completions), and flushes.
async fn recorded(folder: &Path, options: Options, total: usize) -> (Sink, Store, Vec<Row>) {
    let (sink, store) = Evidence::open(folder, options).unwrap();
    let mut day = Day::new(7, 40, total as i64, 0);
    let mut rows = Vec::new();
    for _ in 0..total {
        let (decided, completed) = day.next();
        sink.record(&decided).unwrap();
        if let Some(completed) = &completed {
            sink.complete(completed).unwrap();
        }
        rows.push(Row { decided, completed });
    }
    sink.flush().await.unwrap();
    rows.reverse();
    (sink, store, rows)
}

fn everything() -> Query {
    Query { limit: Query::MOST, ..Query::default() }
}

fn parquet_files(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir())
    {
        let files = std::fs::read_dir(entry).unwrap().map(|entry| entry.unwrap().path());
        found.extend(files.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(prefix)));
    }
    found.sort();
    found
}

#[tokio::test]
async fn rotation_changes_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store, rows) = recorded(folder.path(), Options::default(), 2_000).await;
    let before = store.list(&everything());
    assert_eq!(before.skipped, []);
    assert_eq!(before.rows, rows);
    assert_eq!(parquet_files(folder.path(), "").len(), 0, "nothing is Parquet yet");
    sink.close().await.unwrap();
    assert_eq!(store.list(&everything()), before, "a reader that was open sees the same");
    assert_eq!(parquet_files(folder.path(), "decisions-").len(), 1);

    let (sink, store) = Evidence::open(folder.path(), Options::default()).unwrap();
    assert_eq!(store.list(&everything()), before);
    for row in rows.iter().step_by(97) {
        assert_eq!(store.find(row.decided.id).as_ref(), Some(row));
    }
    sink.close().await.unwrap();
}

#[tokio::test]
async fn many_small_segments_are_one_store() {
    let folder = tempfile::tempdir().unwrap();
    let options =
        Options { segment_bytes: 16 << 10, linger: std::time::Duration::ZERO, ..Options::default() };
    let (sink, store) = Evidence::open(folder.path(), options).unwrap();
    let mut day = Day::new(7, 40, 1_000, 0);
    let mut rows: Vec<Row> = Vec::new();
    for index in 0usize..1_000 {
        let (decided, completed) = day.next();
        sink.record_durably(&decided).await.unwrap();
        rows.push(Row { decided, completed });
        // Each completion comes fifty decisions later, so most are in another segment than their decision.
        if let Some(completed) = index.checked_sub(50).and_then(|earlier| rows[earlier].completed.clone()) {
            sink.complete(&completed).unwrap();
        }
    }
    sink.flush().await.unwrap();
    rows.iter_mut().skip(950).for_each(|row| row.completed = None);
    rows.reverse();
    assert_eq!(store.list(&everything()).rows, rows);
    sink.close().await.unwrap();
    let (files, strays) =
        (parquet_files(folder.path(), "decisions-"), parquet_files(folder.path(), "completions-"));
    assert!(files.len() > 5 && strays.len() > 5, "{} and {} files", files.len(), strays.len());
    let listing = store.list(&everything());
    assert_eq!(listing.skipped, []);
    assert_eq!(listing.rows, rows);
    for row in rows.iter().step_by(53) {
        assert_eq!(store.find(row.decided.id).as_ref(), Some(row));
    }
}

#[tokio::test]
async fn a_day_is_a_partition_and_an_end_after_midnight_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store) = Evidence::open(folder.path(), Options::default()).unwrap();
    let mut rows = Vec::new();
    for days in 0..3 {
        let mut day = Day::new(days, 10, 50, days as i64 * 86_400_000_000);
        for _ in 0..50 {
            let decided = day.next().0;
            sink.record(&decided).unwrap();
            rows.push(Row { decided, completed: None });
        }
        sink.flush().await.unwrap();
    }
    let at = Timestamp::from_micros(MIDNIGHT + 3 * 86_400_000_000);
    let first = &mut rows[0];
    let completed = Completed {
        id: first.decided.id,
        at,
        status: 101,
        bytes_in: 1,
        bytes_out: 2,
        duration_micros: 3,
        ended: Ended::Revoked,
    };
    sink.complete(&completed).unwrap();
    first.completed = Some(completed);
    sink.close().await.unwrap();
    for partition in ["dt=2026-11-22", "dt=2026-11-23", "dt=2026-11-24"] {
        assert!(folder.path().join(partition).is_dir(), "{partition}");
    }
    rows.reverse();
    assert_eq!(store.list(&everything()).rows, rows);
    let second = Timestamp::from_micros(MIDNIGHT + 86_400_000_000);
    let third = Timestamp::from_micros(MIDNIGHT + 2 * 86_400_000_000);
    let listing = store.list(&Query { since: second, until: third, ..everything() });
    assert_eq!(listing.rows, rows[50..100]);

    // A query about one day does not read the other days, whatever they contain.
    for path in parquet_files(&folder.path().join("."), "decisions-") {
        if !path.to_str().unwrap().contains("dt=2026-11-23") {
            std::fs::write(path, "not Parquet").unwrap();
        }
    }
    let listing = store.list(&Query { since: second, until: third, ..everything() });
    assert_eq!((listing.rows.len(), listing.skipped.len()), (50, 0));
}

#[tokio::test]
async fn questions_are_answered_as_if_every_row_were_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let options = || Options { segment_bytes: 64 << 10, ..Options::default() };
    let (sink, store, rows) = recorded(folder.path(), options(), 1_500).await;
    let some = &rows[400].decided;
    let queries = [
        everything(),
        Query { limit: 1, ..everything() },
        Query { limit: 0, ..everything() },
        Query { limit: 17, effect: Some(Effect::Deny), ..everything() },
        Query { since: some.at, ..everything() },
        Query { until: some.at, limit: 5, ..everything() },
        Query { since: some.at, until: some.at, ..everything() },
        Query { application: Some(some.application.clone()), ..everything() },
        Query { principal: Some(some.principal), limit: 3, ..everything() },
        Query { action: Some(Action::Write), effect: Some(Effect::Allow), ..everything() },
        Query { device: some.device, since: rows[900].decided.at, ..everything() },
        Query { resource: Some("payroll/admin".parse().unwrap()), ..everything() },
        Query { application: Some("nothing".parse().unwrap()), ..everything() },
    ];
    // Each principal in turn, so that a query meets files of which others have found the texts.
    let people: BTreeSet<Principal> = rows.iter().map(|row| row.decided.principal).collect();
    let of_each = people.iter().map(|person| Query { principal: Some(*person), limit: 20, ..everything() });
    let queries: Vec<Query> = queries.into_iter().chain(of_each).collect();
    let check = |store: &Store, when: &str| {
        for query in &queries {
            let wanted: Vec<&Row> =
                rows.iter().filter(|row| wants(query, &row.decided)).take(query.limit).collect();
            let listing = store.list(query);
            assert_eq!(listing.skipped, [], "{when}");
            assert_eq!(listing.rows.iter().collect::<Vec<_>>(), wanted, "{when}: {query:?}");
        }
    };
    check(&store, "while segments are rotated");
    sink.close().await.unwrap();
    check(&store, "from Parquet");
    check(&store, "from Parquet of which the texts are known");
    // Half of the records in Parquet, half in a segment again.
    let (sink, store) = Evidence::open(folder.path(), options()).unwrap();
    check(&store, "after a restart");
    sink.close().await.unwrap();
}

/// The meaning of a query, written as plainly as possible.
fn wants(query: &Query, decided: &Decided) -> bool {
    let Query { since, until, application, principal, effect, action, device, resource, limit: _ } = query;
    *since <= decided.at
        && decided.at < *until
        && (application.is_none() || application.as_ref() == Some(&decided.application))
        && (principal.is_none() || *principal == Some(decided.principal))
        && (effect.is_none() || *effect == Some(decided.effect))
        && (action.is_none() || *action == Some(decided.action))
        && (device.is_none() || *device == decided.device)
        && (resource.is_none() || resource.as_ref() == Some(&decided.resource))
}

#[tokio::test]
async fn damaged_and_foreign_files_are_named_and_the_rest_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, _, rows) = recorded(folder.path(), Options::default(), 300).await;
    sink.close().await.unwrap();
    let partition = folder.path().join("dt=2026-11-22");
    let good = parquet_files(folder.path(), "decisions-")[0].clone();
    let bytes = std::fs::read(&good).unwrap();
    let (_, store) = Evidence::open(folder.path(), Options::default()).unwrap();
    let strange = partition.join("decisions-strange.parquet");
    let middle = |flip: usize| {
        let mut bytes = bytes.clone();
        bytes[flip] ^= 0x10;
        bytes
    };
    let cases: &[(&str, Vec<u8>)] = &[
        ("empty", vec![]),
        ("text", b"hello".to_vec()),
        ("cut", bytes[..bytes.len() / 2].to_vec()),
        ("without its head", bytes[100..].to_vec()),
        ("a bit in the first page", middle(40)),
        ("a bit in the data", middle(bytes.len() / 3)),
        ("a length in the footer", middle(bytes.len() - 6)),
    ];
    for (what, bytes) in cases {
        std::fs::write(&strange, bytes).unwrap();
        let listing = store.list(&everything());
        assert_eq!(listing.rows, rows, "{what}");
        assert_eq!(listing.skipped.len(), 1, "{what}: {:?}", listing.skipped);
        assert_eq!(listing.skipped[0].path, strange, "{what}");
        assert!(!listing.skipped[0].why.is_empty(), "{what}");
    }
    // Bits flipped anywhere, including the footer, cause neither a panic nor a row that was not written.
    for at in (0..bytes.len()).step_by(bytes.len() / 50) {
        std::fs::write(&strange, middle(at)).unwrap();
        let listing = store.list(&everything());
        assert_eq!(listing.rows, rows, "a bit of byte {at}");
    }
    // Files of other names, and folders that are not partitions, are ignored.
    std::fs::remove_file(&strange).unwrap();
    std::fs::write(partition.join("README.txt"), "hello").unwrap();
    std::fs::create_dir(folder.path().join("dt=tomorrow")).unwrap();
    assert_eq!(store.list(&everything()).skipped, []);
}

#[tokio::test]
async fn a_damaged_segment_costs_what_was_hit_and_is_kept_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, _, rows) = recorded(folder.path(), Options::default(), 200).await;
    let segment = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|extension| extension == "log"))
        .unwrap();
    let mut bytes = std::fs::read(&segment).unwrap();
    sink.close().await.unwrap();
    for path in parquet_files(folder.path(), "") {
        std::fs::remove_file(path).unwrap();
    }
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes.extend_from_slice(&[0x55; 37]);
    std::fs::write(&segment, &bytes).unwrap();

    let (sink, store) = Evidence::open(folder.path(), Options::default()).unwrap();
    sink.close().await.unwrap();
    let listing = store.list(&everything());
    assert!(
        listing.rows.len() >= rows.len() - 1,
        "one flipped bit cost {} records",
        rows.len() - listing.rows.len()
    );
    // The bit may have hit a completion rather than a decision; a decision is either unchanged or missing.
    assert!(listing.rows.iter().all(|found| rows.iter().any(|row| row.decided == found.decided)));
    assert_eq!(listing.skipped.len(), 1);
    assert!(listing.skipped[0].path.to_str().unwrap().ends_with(".log.damaged"));
    assert_eq!(std::fs::read(&listing.skipped[0].path).unwrap(), bytes, "kept as it was");
}

#[tokio::test]
async fn nobody_else_may_read_and_only_one_may_write() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("evidence");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    let (sink, _, _) = recorded(&folder, Options::default(), 20).await;
    let second = Evidence::open(&folder, Options::default());
    assert!(matches!(&second, Err(OpenError::InUse(path)) if *path == folder), "{:?}", second.err());
    sink.close().await.unwrap();
    let (sink, ..) = recorded(&folder, Options::default(), 20).await;
    let mut waiting = vec![folder.clone()];
    let mut seen = 0;
    while let Some(path) = waiting.pop() {
        let mode = path.metadata().unwrap().permissions().mode() & 0o777;
        if path.is_dir() {
            assert_eq!(mode, 0o700, "{}", path.display());
            waiting.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            assert_eq!(mode, 0o600, "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 3, "the lock, a segment and a Parquet file");
    sink.close().await.unwrap();
}

#[tokio::test]
async fn a_closed_sink_refuses_and_what_it_had_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store, rows) = recorded(folder.path(), Options::default(), 10).await;
    sink.close().await.unwrap();
    let (late, _) = Day::new(1, 1, 1, 0).next();
    let refused = sink.record(&late).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "no record was made: the evidence is closed, because the process is shutting down"
    );
    sink.record_durably(&late).await.unwrap_err();
    sink.flush().await.unwrap();
    sink.close().await.unwrap();
    assert_eq!(store.list(&everything()).rows, rows);
    assert_eq!(sink.state().refused, 2);
    assert_eq!(sink.state().health, Health::Healthy);
}

#[tokio::test]
async fn dropping_the_sink_keeps_what_was_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let (sink, store, rows) = recorded(folder.path(), Options::default(), 10).await;
    drop(sink);
    // The threads end on their own; until then they hold the folder's lock.
    let opened = (0..500).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        Evidence::open(folder.path(), Options::default()).ok()
    });
    assert!(opened.is_some(), "the folder was never released");
    assert_eq!(store.list(&everything()).rows, rows);
}
