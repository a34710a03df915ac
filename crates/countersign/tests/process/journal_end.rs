//! The last entries of a journal are deleted while the program does not run, and while it does.

use crate::stage::*;
use countersign_testkit::{Postgres, S3, s3};
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

/// Cut this entry off and all after it, by the store's own tools.
pub fn cut(stage: &Stage, server: Option<(&Postgres, &str)>, from: u64) {
    let delete = format!("DELETE FROM journal_entries WHERE seq >= {from};");
    match server {
        Some((server, url)) => {
            let never = "DROP TRIGGER IF EXISTS journal_entries_never_go ON journal_entries;";
            server.run_sql(url, &format!("{never} {delete}"));
        }
        None => {
            let never = "DROP TRIGGER IF EXISTS journal_entries_never_go;";
            let mut sqlite = std::process::Command::new("sqlite3");
            sqlite.arg(stage.data().join("journal.sqlite")).arg(format!("{never} {delete}"));
            assert!(sqlite.status().unwrap().success());
        }
    }
}

fn check(place: &Where, server: Option<&Postgres>) {
    let runtime = runtime();
    let stage = Stage::new("edge", place, "");
    let at = match (place, server) {
        (Where::At(url), Some(server)) => Some((server, url.as_str())),
        _ => None,
    };
    seed(&runtime, &stage, somebody(Duration::from_secs(3600)));
    let process = stage.serve();
    stage.ready();
    assert!(stage.signs_in(&secret(1)));
    process.stop();
    let revocation = seed(&runtime, &stage, revoked());
    let process = stage.serve();
    stage.ready();
    assert!(!stage.signs_in(&secret(1)), "it was revoked");
    process.stop();

    cut(&stage, at, revocation);
    let (status, said) = stage.serve().ended();
    assert!(!status.success());
    for words in ["went back", "revocations included", "accept-head"] {
        assert!(said.contains(words), "{words} should be said: {said}");
    }
    let config = stage.config();
    let config = config.to_str().unwrap();
    let accept = |why: &str| {
        stage.command(&["journal", "accept-head", "--config", config, "--why", why]).output().unwrap()
    };
    let refused = accept("  ");
    assert!(!refused.status.success(), "a reason is given");
    let accepted = accept("restored from the copy of last night");
    assert!(accepted.status.success(), "{accepted:?}");

    let process = stage.serve();
    stage.ready();
    assert!(!stage.signs_in(&secret(1)), "whoever was signed in signs in anew");
    process.stop();
    let again = accept("once more");
    assert!(
        !again.status.success()
            && plain(&String::from_utf8_lossy(&again.stderr)).contains("nothing to accept")
    );
    let on_record = runtime.block_on(async {
        let ledger = stage.ledger().await;
        let accepted = ledger.world().head_accepted().cloned();
        ledger.journal().close().await;
        accepted.unwrap()
    });
    assert_eq!(
        (on_record.gate.as_str(), on_record.why.as_str()),
        ("edge", "restored from the copy of last night")
    );

    // What is remembered has to be this installation's own.
    let file = stage.data().join("journal.head");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, after) = text.split_once("\"head\":\"").unwrap();
    std::fs::write(&file, format!("{before}\"head\":\"1{after}")).unwrap();
    let (status, said) = stage.serve().ended();
    assert!(!status.success() && said.contains("not signed with a key of this installation"), "{said}");
}

#[test]
fn a_sqlite_journal_that_was_cut_is_not_believed_until_the_operator_says_so_on_record() {
    check(&Where::Here, None);
}

#[test]
fn a_postgres_journal_that_was_cut_is_not_believed_until_the_operator_says_so_on_record() {
    let server = Postgres::start();
    let place = Where::At(server.fresh_database());
    check(&place, Some(&server));
}

/// Whoever removes what is remembered beside the journal as well is betrayed by the decisions that knew more.
#[test]
fn a_journal_that_was_cut_with_what_is_remembered_of_it_is_betrayed_by_the_evidence() {
    let runtime = runtime();
    let stage = Stage::new("edge", &Where::Here, "");
    seed(
        &runtime,
        &stage,
        somebody(Duration::from_secs(3600)).into_iter().chain(board(upstream())).collect(),
    );
    let revocation = seed(&runtime, &stage, revoked());
    let process = stage.serve();
    stage.ready();
    let cookie = secret(2);
    assert_ne!(stage.visit("board.localhost", Some((AT_APPLICATION, cookie.as_str()))).unwrap().0, 200);
    process.stop();
    cut(&stage, None, revocation);
    std::fs::remove_file(stage.data().join("journal.head")).unwrap();
    let (status, said) = stage.serve().ended();
    assert!(!status.success() && said.contains("went back") && said.contains("knew entry"), "{said}");
    let config = stage.config();
    let accepting =
        ["journal", "accept-head", "--config", config.to_str().unwrap(), "--why", "a restored copy"];
    assert!(stage.command(&accepting).output().unwrap().status.success());
    let process = stage.serve();
    stage.ready();
    assert_ne!(stage.visit("board.localhost", Some((AT_APPLICATION, cookie.as_str()))).unwrap().0, 200);
    process.stop();
}

/// Cut while it runs: what was folded stays folded, the world is not said to be the newest, and a restart is refused.
#[test]
fn a_journal_that_is_cut_under_a_running_program_is_noticed() {
    let server = Postgres::start();
    let url = server.fresh_database();
    let place = Where::At(url.clone());
    let stage = Stage::new("edge", &place, "");
    let revocation =
        seed(&runtime(), &stage, somebody(Duration::from_secs(3600)).into_iter().chain(revoked()).collect());
    let process = stage.serve();
    stage.ready();
    until("it is remembered", || exists(stage.data().join("journal.head")).then_some(()));
    cut(&stage, Some((&server, &url)), revocation);
    until("that it went back is said", || {
        stage.watched("/readyz").filter(|(status, text)| *status == 503 && text.contains("went back"))
    });
    assert!(!stage.signs_in(&secret(1)));
    process.stop();
    let (status, said) = stage.serve().ended();
    assert!(!status.success() && said.contains("went back"), "{said}");
}

const HEAD: &str = "ours/edge/head";

/// A stage whose copies go to this store.
fn with_bucket(store: &S3) -> Stage {
    let bucket = format!(
        "[evidence.store]\nurl = \"s3://{}/ours\"\nendpoint = \"{}\"\nregion = \"{}\"\ncredentials_file = \"keys\"\n",
        s3::BUCKET,
        store.origin,
        s3::REGION
    );
    let stage = Stage::new("edge", &Where::Here, &bucket);
    let (keys, (id, secret)) = (stage.folder.path().join("keys"), &store.allowed);
    let text = format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    std::fs::write(&keys, text).unwrap();
    std::fs::set_permissions(keys, std::fs::Permissions::from_mode(0o600)).unwrap();
    stage
}

/// The place of the entry that the bucket remembers.
fn left(store: &S3) -> Option<u64> {
    let page = store.keys().iter().any(|key| key == HEAD).then(|| store.get(HEAD))?;
    let page: serde_json::Value = serde_json::from_slice(&page).ok()?;
    page.get("head")?.as_str()?.split(':').next()?.parse().ok()
}

/// An attacker who has the whole machine removes `journal.head` and the evidence, and cannot reach the bucket.
#[test]
fn a_journal_that_was_cut_with_everything_on_the_machine_is_betrayed_by_the_bucket() {
    let Some(store) = S3::start() else { return };
    let runtime = runtime();
    let stage = with_bucket(&store);
    seed(&runtime, &stage, somebody(Duration::from_secs(3600)));
    let process = stage.serve();
    stage.ready();
    until("it is left in the bucket", || left(&store));
    process.stop();
    let revocation = seed(&runtime, &stage, revoked());
    let process = stage.serve();
    stage.ready();
    process.stop();
    assert!(left(&store).unwrap() >= revocation, "what was last known is left at a stop");

    let forget = || {
        std::fs::remove_file(stage.data().join("journal.head")).unwrap();
        std::fs::remove_dir_all(stage.data().join("evidence")).unwrap();
    };
    cut(&stage, None, revocation);
    forget();
    let (status, said) = stage.serve().ended();
    assert!(!status.success() && said.contains("went back") && said.contains("accept-head"), "{said}");

    // A store that is away keeps nothing from starting. Once it answers, the journal is followed no further, and what is in
    // the bucket stays.
    let before = store.get(HEAD);
    store.down();
    let process = stage.serve();
    stage.ready();
    until("it is said", || process.logged("the bucket does not have the head of the journal").then_some(()));
    store.up();
    until("that it went back is said", || {
        stage.watched("/readyz").filter(|(status, text)| *status == 503 && text.contains("went back"))
    });
    process.stop();
    assert_eq!(store.get(HEAD), before);
    forget();

    let config = stage.config();
    let accepting =
        ["journal", "accept-head", "--config", config.to_str().unwrap(), "--why", "a restored copy"];
    let accepted = stage.command(&accepting).output().unwrap();
    assert!(accepted.status.success(), "{accepted:?}");
    assert_ne!(store.get(HEAD), before);
    let process = stage.serve();
    stage.ready();
    assert!(!stage.signs_in(&secret(1)), "whoever was signed in signs in anew");
    process.stop();

    // Whoever may write to the bucket can have it say nothing, and no more than that.
    store.put(HEAD, b"{}");
    let process = stage.serve();
    stage.ready();
    until("it is said", || process.logged("but its content is not valid").then_some(()));
    until("it is left there anew", || left(&store));
    process.stop();
}
