//! The system's clock is set back under a running program, by libfaketime, and between two starts.

use crate::journal_end::cut;
use crate::stage::*;
use countersign_facts::Actor;
use countersign_testkit::Postgres;
use countersign_testkit::story::person;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/// A clock that is as far off as a file says.
struct Off(PathBuf);

impl Off {
    fn within(folder: &Path) -> Self {
        let off = Self(folder.join("clock"));
        off.by("+0");
        off
    }

    fn by(&self, offset: &str) {
        let beside = self.0.with_extension("new");
        std::fs::write(&beside, offset).unwrap();
        std::fs::rename(beside, &self.0).unwrap();
    }

    fn of(&self, command: &mut Command) {
        assert!(Path::new(FAKETIME).exists(), "libfaketime is not installed: apt-get install libfaketime");
        command
            .env("LD_PRELOAD", FAKETIME)
            .env("FAKETIME_TIMESTAMP_FILE", &self.0)
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }
}

#[test]
fn a_session_that_has_expired_stays_expired_when_the_clock_is_set_back_and_that_is_said() {
    let runtime = runtime();
    let stage = Stage::new("clock", &Where::Here, "");
    seed(&runtime, &stage, somebody(Duration::from_secs(3600)));
    let off = Off::within(stage.folder.path());
    let process = stage.serve_as(|command| off.of(command));
    stage.ready();
    assert!(stage.signs_in(&secret(1)), "an hour is not over");
    assert!(stage.metric("countersign_clock_behind_seconds") < 5.0);

    off.by("+2h");
    until("the session has expired", || (!stage.signs_in(&secret(1))).then_some(()));
    off.by("-2d");
    for _ in 0..5 {
        assert!(!stage.signs_in(&secret(1)), "it was expired, and still is");
    }
    let said = until("that the clock is wrong is said", || {
        stage
            .watched("/readyz")
            .filter(|(status, text)| *status == 503 && text.contains("clock of this machine"))
    });
    assert!(said.1.contains("set it right"), "{said:?}");
    assert!(stage.metric("countersign_clock_behind_seconds") > 150_000.0);
    until("the world ages, as if the journal were out of reach", || {
        (stage.metric("countersign_world_behind_seconds") > 3.0).then_some(())
    });
    until("it is logged", || process.logged("clock of this machine is behind").then_some(()));
    process.stop();

    // And when it is started with a clock that is wrong.
    let process = stage.serve_as(|command| off.of(command));
    until("it answers", || stage.watched("/healthz"));
    assert!(!stage.signs_in(&secret(1)), "what was remembered of the time holds over a restart");
    assert_eq!(stage.watched("/readyz").unwrap().0, 503);
    off.by("+3h");
    stage.ready();
    assert!(!stage.signs_in(&secret(1)));
    process.stop();
}

#[test]
fn a_clock_that_is_ahead_of_the_databases_states_nothing_and_is_right_again_after_a_start() {
    let server = Postgres::start();
    let stage = Stage::new("clock", &Where::At(server.fresh_database()), "");
    let off = Off::within(stage.folder.path());
    let process = stage.serve_as(|command| off.of(command));
    stage.ready();
    let data = stage.data();
    let add = |name: &str| {
        let words = ["group", "add", name, "--purpose", "x", "--data", data.to_str().unwrap()];
        let ran = stage.command(&words).output().unwrap();
        (ran.status.success(), plain(&String::from_utf8_lossy(&ran.stderr)))
    };
    assert_eq!(add("before"), (true, String::new()));
    off.by("+30d");
    let (done, said) = add("ahead");
    assert!(!done && said.contains("ahead of the database's"), "{said}");
    until("it is said", || {
        stage
            .watched("/readyz")
            .filter(|(status, text)| *status == 503 && text.contains("ahead of the database's"))
    });
    process.stop();
    let runtime = runtime();
    let newest = runtime.block_on(async {
        let ledger = stage.ledger().await;
        let newest = ledger.world().newest().unwrap();
        ledger.journal().close().await;
        newest
    });
    assert!(newest <= now(), "time is not held in the future: {newest}");

    off.by("+0");
    let process = stage.serve_as(|command| off.of(command));
    stage.ready();
    assert_eq!(add("after"), (true, String::new()));
    assert!(stage.metric("countersign_clock_behind_seconds") < 100.0);
    process.stop();
}

const TEN_YEARS: Duration = Duration::from_secs(10 * 365 * 86_400);

/// One session lasts longer than the clock is ahead, so that time alone would not end it.
#[test]
fn time_that_ran_ahead_on_one_machine_is_set_back_on_record_and_signs_nobody_in_again() {
    let runtime = runtime();
    let stage = Stage::new("clock", &Where::Here, "");
    seed(&runtime, &stage, somebody(TEN_YEARS * 2));
    let off = Off::within(stage.folder.path());
    off.by("+3650d");
    let data = stage.data();
    let data = data.to_str().unwrap();
    let add = |name: &str| {
        let words = ["group", "add", name, "--purpose", "x", "--data", data];
        assert!(stage.command(&words).output().unwrap().status.success(), "{name}");
    };
    let process = stage.serve_as(|command| off.of(command));
    stage.ready();
    assert!(stage.signs_in(&secret(1)));
    add("dated-ahead");
    process.stop();

    // The clock is right again, and time stays where it was.
    let process = stage.serve();
    until("how to go on is said", || {
        stage.watched("/readyz").filter(|(status, text)| *status == 503 && text.contains("accept-clock"))
    });
    let doctor = stage.command(&["doctor", "--data", data]).output().unwrap();
    assert!(plain(&String::from_utf8_lossy(&doctor.stdout)).contains("accept-clock"), "{doctor:?}");
    let (done, said) = stage.accept_clock(&["--why", "the battery"]);
    assert!(!done, "not under a process that runs: {said}");
    process.stop();

    // The number of facts, and of sessions.
    let counted = || {
        runtime.block_on(async {
            let ledger = stage.ledger().await;
            let world = ledger.world();
            ledger.journal().close().await;
            (world.seq(), world.sessions().count())
        })
    };
    let before = counted();
    let (done, said) = stage.accept_clock(&["--dry-run"]);
    assert!(done && said.contains("Nothing was changed") && said.contains("1 sessions"), "{said}");
    let (done, said) = stage.accept_clock(&[]);
    assert!(!done && said.contains("--why"), "{said}");
    let (done, said) = stage.accept_clock(&["--why", "  "]);
    assert!(!done && said.contains("say why"), "{said}");
    assert_eq!(counted(), before, "none of these stated anything");
    let (done, said) = stage.accept_clock(&["--why", "the battery was replaced"]);
    assert!(
        done && said.contains("The clock is accepted, and the journal records it")
            && said.contains("1 sessions"),
        "{said}"
    );
    assert_eq!((before.1, counted().1), (1, 0));

    let process = stage.serve();
    stage.ready();
    assert!(!stage.signs_in(&secret(1)), "whoever was signed in signs in anew");
    assert!(stage.metric("countersign_clock_behind_seconds") < 60.0);
    let doctor = stage.command(&["doctor", "--data", data]).output().unwrap();
    let reminded = plain(&String::from_utf8_lossy(&doctor.stdout));
    assert!(
        reminded.contains("set time back") && reminded.contains("the battery was replaced"),
        "{reminded}"
    );
    add("dated-right");
    process.stop();
    let (newest, known) = runtime.block_on(async {
        let ledger = stage.ledger().await;
        let world = ledger.world();
        ledger.journal().close().await;
        (world.newest().unwrap(), world.clock_set_back().unwrap().clone())
    });
    assert!(newest <= now(), "{newest}");
    assert_eq!((known.gate.as_str(), known.why.as_str()), ("clock", "the battery was replaced"));
    assert!(known.held > now().plus(TEN_YEARS / 2), "{known:?}");
    let (done, said) = stage.accept_clock(&["--why", "once more"]);
    assert!(!done && said.contains("there is nothing to accept"), "{said}");
}

/// One entry of the database does not set time back at a machine whose operator has not said so.
#[test]
fn time_is_set_back_at_each_machine_by_its_operator_and_processes_that_run_stop() {
    let server = Postgres::start();
    let place = Where::At(server.fresh_database());
    let (one, other) = (Stage::new("one", &place, ""), Stage::new("other", &place, ""));
    let runtime = runtime();
    runtime.block_on(async {
        // As long as the database's own clock was wrong, a fact could be dated so.
        let ahead = one.ledger_by(std::sync::Arc::new(|| now().plus(TEN_YEARS))).await;
        ahead.state(Actor::Operator, somebody(TEN_YEARS * 2)).await.unwrap();
        ahead.journal().close().await;
    });
    for stage in [&one, &other] {
        let process = stage.serve();
        until("the later time is remembered", || exists(stage.data().join("journal.head")).then_some(()));
        process.stop();
    }
    let running = other.serve();
    until("it answers", || other.watched("/healthz"));

    let (done, said) = one.accept_clock(&["--why", "the database's clock was wrong"]);
    assert!(done && said.contains("1 sessions"), "{said}");
    let (status, said) = running.ended();
    assert!(
        !status.success() && said.contains("set time back") && said.contains("clock was wrong"),
        "{said}"
    );

    let (status, said) = other.serve().ended();
    for words in ["this machine remembers", "at the machine of one", "accept-clock"] {
        assert!(!status.success() && said.contains(words), "{words} should be said: {said}");
    }
    let config = other.config();
    let head = ["journal", "accept-head", "--config", config.to_str().unwrap(), "--why", "another way"];
    let head = other.command(&head).output().unwrap();
    assert!(!head.status.success(), "a clock is not accepted as a head: {head:?}");

    let working = one.serve();
    one.ready();
    let (done, said) = other.accept_clock(&["--why", "the same clock"]);
    assert!(done && said.contains("The acceptance of another machine"), "{said}");
    let process = other.serve();
    other.ready();
    assert!(!other.signs_in(&secret(1)) && !one.signs_in(&secret(1)));
    process.stop();
    working.stop();
    let known = runtime.block_on(async {
        let ledger = one.ledger().await;
        let world = ledger.world();
        ledger.journal().close().await;
        world.clock_set_back().unwrap().clone()
    });
    assert_eq!(known.gate, "one", "the other only said the same");
}

/// The decisions of the wrong time stay the newest by date, and must not hide those that knew more of the journal.
#[test]
fn a_journal_that_was_cut_after_time_was_set_back_is_betrayed_by_the_evidence() {
    let runtime = runtime();
    let stage = Stage::new("edge", &Where::Here, "");
    seed(&runtime, &stage, board(upstream()).into_iter().take(2).collect());
    let off = Off::within(stage.folder.path());
    off.by("+3650d");
    let process = stage.serve_as(|command| off.of(command));
    stage.ready();
    assert_ne!(stage.visit("board.localhost", None).unwrap().0, 200);
    process.stop();
    let (done, said) = stage.accept_clock(&["--why", "the battery"]);
    assert!(done, "{said}");
    let last = seed(&runtime, &stage, vec![person(7).stated().fact]);
    let process = stage.serve();
    stage.ready();
    assert_ne!(stage.visit("board.localhost", None).unwrap().0, 200);
    process.stop();
    cut(&stage, None, last);
    std::fs::remove_file(stage.data().join("journal.head")).unwrap();
    let (status, said) = stage.serve().ended();
    assert!(!status.success() && said.contains("went back") && said.contains("knew entry"), "{said}");
}
