//! Old facts move from the journal's store to archive files, and nothing is lost: starts, verification and commands
//! continue as before.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::history::write_history;
use crate::operator::{PATIENCE, asks, ended};
use countersign_archive::ArchiveWriter;
use countersign_facts::{Actor, Digest, Fact, JournalFact};
use countersign_journal::{Head, Journal, PostgresOptions, Seq};
use countersign_server::{Config, Running};
use countersign_testkit::{Postgres, S3};
use http::StatusCode;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// The sequence of the checkpoint.
const CHECKPOINT: u64 = 50_000;

async fn started(data: &Path) -> Running {
    let mut config = Config::embedded(data.to_owned(), "127.0.0.1:0".parse().unwrap(), None);
    config.origin = "http://countersign.localhost:8080".to_owned();
    Running::start(config).await.unwrap()
}

async fn checkpoint_on_record(running: &Running) {
    let mut moved = running.ledger.moved();
    let on_record = async {
        while running.ledger.world().checkpoint(CHECKPOINT).is_none() {
            moved.changed().await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, on_record).await.unwrap();
}

/// Archives, and returns the ended job.
async fn archives(data: &Path, body: Value) -> Value {
    let (status, begun) = asks(data, "POST", "/journal/archive", &body).await;
    assert_eq!(status, StatusCode::CREATED, "{begun}");
    ended(data, begun["id"].as_str().unwrap()).await
}

async fn verified(data: &Path) -> Value {
    let (status, found) = asks(data, "POST", "/journal/verify", &json!({})).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    found
}

fn archive_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("archive")).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn archived_facts_are_read_and_verified_and_a_start_needs_none_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    write_history(Journal::open_sqlite(data.join("journal.sqlite")).await.unwrap()).await;
    let first = started(data).await;
    // No checkpoint is older than the first time, and the second time is in the future.
    let none = archives(data, json!({ "before": "2023-11-15T00:00:00Z" })).await;
    assert_eq!((&none["result"]["until"], &none["result"]["files"]), (&json!(0), &json!([])), "{none}");
    let (status, refused) =
        asks(data, "POST", "/journal/archive", &json!({ "before": "2300-01-01T00:00:00Z" })).await;
    assert_eq!(
        (status, &refused["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("before")),
        "{refused}"
    );

    checkpoint_on_record(&first).await;
    let planned = archives(data, json!({ "dry_run": true })).await;
    let files = json!([{ "first": 1, "last": CHECKPOINT }]);
    assert_eq!(
        (&planned["result"]["files"], &planned["result"]["deleted"]),
        (&files, &json!(0)),
        "{planned}"
    );
    assert!(archive_files(data).is_empty(), "nothing was done");

    let done = archives(data, json!({})).await;
    assert_eq!(
        (&done["state"], &done["result"]["deleted"]),
        (&json!("finished"), &json!(CHECKPOINT)),
        "{done}"
    );
    assert_eq!(archive_files(data).len(), 1);
    assert_eq!(first.ledger.world().archived_until(), CHECKPOINT);
    let alone = Journal::open_sqlite_readonly(data.join("journal.sqlite")).await.unwrap();
    assert!(alone.read(Seq::ZERO, 1).await.is_err(), "they are not in the store any more");
    let found = verified(data).await;
    assert_eq!((&found["whole"], &found["entries"]), (&json!(true), &json!(first.ledger.world().seq())));
    // There is nothing more to do.
    let again = archives(data, json!({})).await;
    assert_eq!((&again["result"]["files"], &again["result"]["deleted"]), (&json!([]), &json!(0)));
    first.stop().await;

    // A start from the checkpoint reads no archive file, and one without it reads all.
    let world = |running: &Running| running.ledger.world().to_checkpoint().unwrap();
    let (hidden, shown) = (data.join("hidden"), data.join("archive"));
    fs::rename(&shown, &hidden).unwrap();
    let second = started(data).await;
    assert_eq!(second.ledger.begun_at(), Some(CHECKPOINT));
    let expected = world(&second);
    let found = verified(data).await;
    assert_eq!((&found["whole"], &found["broken_at"]), (&json!(false), &json!(1)), "{found}");
    assert!(found["fault"].as_str().unwrap().contains("put it back from a copy"), "{found}");
    fs::rename(&hidden, &shown).unwrap();
    assert_eq!(verified(data).await["whole"], json!(true));
    second.stop().await;
    fs::remove_dir_all(data.join("checkpoints")).unwrap();
    let third = started(data).await;
    assert!(world(&third) == expected, "the same world, folded from the archive on");
    third.stop().await;

    // An altered archive is not folded. (The third run wrote a checkpoint only if it ran for long enough.)
    let _ = fs::remove_dir_all(data.join("checkpoints"));
    assert!(!data.join("checkpoints").exists());
    let file = archive_files(data).remove(0);
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let mut config = Config::embedded(data.to_owned(), "127.0.0.1:0".parse().unwrap(), None);
    config.origin = "http://countersign.localhost:8080".to_owned();
    assert!(Running::start(config).await.is_err());
}

/// However an earlier run ended, the next one continues.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_run_left_undone_is_done_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    write_history(Journal::open_sqlite(data.join("journal.sqlite")).await.unwrap()).await;
    let running = started(data).await;
    checkpoint_on_record(&running).await;
    // Unfinished files, and one that is complete but not on record.
    fs::create_dir(data.join("archive")).unwrap();
    fs::write(data.join("archive/.unfinished-0"), "half").unwrap();
    let name = format!("facts-{:020}-{CHECKPOINT:020}.parquet", 1);
    fs::write(data.join("archive").join(&name), "of a build that wrote otherwise").unwrap();
    let journal = running.ledger.journal().clone();
    let before = journal.read_chained(Head::GENESIS, 4_000).await.unwrap();
    // The folder cannot be written: the journal stays unchanged.
    fs::rename(data.join("archive"), data.join("set-aside")).unwrap();
    fs::write(data.join("archive"), "no folder").unwrap();
    let failed = archives(data, json!({})).await;
    assert_eq!(failed["state"], "failed", "{failed}");
    assert!(failed["error"].as_str().unwrap().contains("the archive file was not written"), "{failed}");
    assert_eq!(running.ledger.world().archived_until(), 0);
    fs::remove_file(data.join("archive")).unwrap();
    fs::rename(data.join("set-aside"), data.join("archive")).unwrap();

    let done = archives(data, json!({})).await;
    assert_eq!(done["result"]["deleted"], json!(CHECKPOINT), "{done}");
    assert_eq!(archive_files(data), [data.join("archive").join(&name)]);
    assert!(journal.read_chained(Head::GENESIS, 4_000).await.unwrap() == before);
    drop(journal);
    running.stop().await;
}

/// A missing file that is on record held the only other copy of facts: they stay in the journal's store until it is
/// back.
#[tokio::test(flavor = "multi_thread")]
async fn facts_stay_in_the_store_until_their_file_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    write_history(Journal::open_sqlite(data.join("journal.sqlite")).await.unwrap()).await;
    let running = started(data).await;
    checkpoint_on_record(&running).await;
    // The state after a process ended as soon as the file was on record.
    let journal = running.ledger.journal().clone();
    let mut writer = ArchiveWriter::begin(&data.join("archive"), Head::GENESIS).unwrap();
    let mut head = Head::GENESIS;
    while head.seq.0 < CHECKPOINT {
        let page = journal.read_chained(head, 5_000).await.unwrap();
        head = page.last().unwrap().head();
        page.into_iter().for_each(|entry| writer.push(entry).unwrap());
    }
    let written = writer.finish().unwrap();
    let fact = JournalFact::Archived {
        first: 1,
        last: CHECKPOINT,
        hash: Digest::new(head.hash.0),
        digest: Digest::new(written.digest),
        bytes: written.bytes,
    };
    running.ledger.state(Actor::Operator, vec![Fact::Journal(fact)]).await.unwrap();
    let set_aside = data.join("set-aside");
    fs::rename(&written.path, &set_aside).unwrap();
    let failed = archives(data, json!({})).await;
    assert!(failed["error"].as_str().unwrap().contains("put it back from a copy"), "{failed}");
    fs::write(&written.path, "another").unwrap();
    let failed = archives(data, json!({})).await;
    assert!(
        failed["error"].as_str().unwrap().contains("its digest is not the one in the journal"),
        "{failed}"
    );
    let alone = Journal::open_sqlite_readonly(data.join("journal.sqlite")).await.unwrap();
    assert_eq!(alone.read(Seq::ZERO, 1).await.unwrap().len(), 1, "nothing left the store");
    fs::rename(&set_aside, &written.path).unwrap();
    let done = archives(data, json!({})).await;
    assert_eq!(done["result"]["deleted"], json!(CHECKPOINT), "{done}");
    assert_eq!(verified(data).await["whole"], json!(true));
    drop(journal);
    running.stop().await;
}

/// Two processes share a journal in PostgreSQL and a bucket: one reads what the other archived, although it has no
/// file.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_reads_what_another_archived_from_the_bucket() {
    let Some(s3) = S3::start() else { return };
    let server = Postgres::start();
    let url = server.fresh_database();
    write_history(Journal::open_postgres(url.clone().into(), PostgresOptions::default()).await.unwrap())
        .await;
    let folder = tempfile::tempdir().unwrap();
    let (id, secret) = &s3.allowed;
    let keys = format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    fs::write(folder.path().join("keys"), keys).unwrap();
    fs::write(folder.path().join("url"), &url).unwrap();
    let config = |name: &str, shared: bool| {
        let store = format!(
            "[evidence.store]\nurl = \"s3://evidence/a\"\nendpoint = \"{}\"\nregion = \"eu-central-1\"\n\
             credentials_file = \"../keys\"\n",
            s3.origin
        );
        let text = format!(
            "name = \"{name}\"\ndata = \"data\"\n[listen]\nhttp = \"127.0.0.1:0\"\n[journal]\nstore = \"postgres\"\n\
             url_file = \"../url\"\n{}",
            if shared { store.as_str() } else { "" }
        );
        let file = folder.path().join(name).join("countersign.toml");
        fs::create_dir_all(folder.path().join(name)).unwrap();
        fs::write(&file, text).unwrap();
        Config::read(&file).unwrap()
    };
    let data = |name: &str| folder.path().join(name).join("data");
    fs::set_permissions(folder.path().join("keys"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();

    // Without a shared bucket, other processes could not read what one archives.
    let alone = Running::start(config("alone", false)).await.unwrap();
    checkpoint_on_record(&alone).await;
    let (status, refused) = asks(&data("alone"), "POST", "/journal/archive", &json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT, "{refused}");
    assert!(refused["remedy"].as_str().unwrap().contains("[evidence.store]"), "{refused}");
    alone.stop().await;

    let one = Running::start(config("one", true)).await.unwrap();
    // The bucket is unreachable: nothing leaves the journal.
    s3.down();
    let failed = archives(&data("one"), json!({})).await;
    assert!(failed["error"].as_str().unwrap().contains("its entries stay in the journal"), "{failed}");
    assert_eq!(one.ledger.world().archived_until(), 0);
    s3.up();
    let done = archives(&data("one"), json!({})).await;
    assert_eq!(done["result"]["deleted"], json!(CHECKPOINT), "{done}");
    let expected = one.ledger.world().seq();

    let two = Running::start(config("two", true)).await.unwrap();
    assert_eq!(two.ledger.begun_at(), None, "it has no checkpoint, and folded everything");
    assert!(two.ledger.world().seq() >= expected);
    assert_eq!(archive_files(&data("two")).len(), 1, "it was fetched");
    assert_eq!(verified(&data("two")).await["whole"], json!(true));
    // The local copy is altered: the process reports it, and reads the original from the bucket.
    let file = archive_files(&data("two")).remove(0);
    fs::write(&file, "altered").unwrap();
    let found = verified(&data("two")).await;
    assert!(found["fault"].as_str().unwrap().contains("its digest is not the one in the journal"), "{found}");
    fs::remove_file(&file).unwrap();
    assert_eq!(verified(&data("two")).await["whole"], json!(true));
    two.stop().await;
    one.stop().await;

    // Another installation is configured with the same bucket by mistake.
    let other = server.fresh_database();
    write_history(Journal::open_postgres(other.clone().into(), PostgresOptions::default()).await.unwrap())
        .await;
    fs::write(folder.path().join("url"), &other).unwrap();
    let key = format!("a/.journal/{}", file.file_name().unwrap().to_str().unwrap());
    let before = s3.get(&key);
    s3.put("a/.journal/installation", b"somebody else's\n");
    let three = Running::start(config("three", true)).await.unwrap();
    checkpoint_on_record(&three).await;
    let failed = archives(&data("three"), json!({})).await;
    assert!(
        failed["error"].as_str().unwrap().contains("holds the archive of another installation"),
        "{failed}"
    );
    assert!(s3.get(&key) == before);
    three.stop().await;
}
