//! The system's clock is set back under a running program, by libfaketime, and between two starts.

use crate::stage::*;
use countersign_testkit::Postgres;
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
