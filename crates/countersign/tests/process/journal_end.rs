//! The last entries of a journal are deleted while the program does not run, and while it does.

use crate::stage::*;
use countersign_testkit::Postgres;
use std::time::Duration;

/// Cut this entry off and all after it, by the store's own tools.
fn cut(stage: &Stage, server: Option<(&Postgres, &str)>, from: u64) {
    let delete = format!("DELETE FROM journal_entries WHERE seq >= {from};");
    match server {
        Some((server, url)) => {
            let never = "DROP TRIGGER IF EXISTS journal_entries_never_change ON journal_entries;";
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
