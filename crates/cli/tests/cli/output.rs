//! Output that cannot be written: a reader who has seen enough is no failure, a full disk is one.

use crate::every::{Files, VERBS};
use crate::fake::clock;
use crate::raw::{Raw, sampled};
use countersign_cli::{Cli, Console, Exit};
use countersign_testkit::contract::BodySample;
use std::io::{Error, ErrorKind, Write};
use std::sync::{Arc, Mutex};

/// A stream that takes some bytes, and then fails.
struct Failing {
    takes: usize,
    kind: ErrorKind,
}

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = bytes.len().min(self.takes);
        if taken == 0 && !bytes.is_empty() {
            return Err(Error::from(self.kind));
        }
        self.takes -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Gives a command whose standard output fails like this; returns how it ended and its errors.
async fn into(out: Failing, words: &[&str]) -> (Exit, String) {
    let args = std::iter::once("countersign").chain(words.iter().copied());
    let cli = <Cli as clap::Parser>::try_parse_from(args).unwrap();
    let err = Shared::default();
    let json = words.contains(&"--json");
    let console = Console::over(Box::new(out), Box::new(err.clone()), None, json);
    let exit = countersign_cli::run(cli, console, clock).await;
    (exit, String::from_utf8(err.0.lock().unwrap().clone()).unwrap())
}

/// The verbs of which each prints a list or one thing, and makes no verdict.
fn verbs() -> impl Iterator<Item = &'static str> {
    let lists = |line: &str| line.ends_with(" list") || line.contains(" show ") || line.starts_with("who");
    VERBS.iter().map(|(_, line)| *line).filter(move |line| lists(line))
}

#[tokio::test]
async fn a_reader_who_goes_away_is_no_failure() {
    let mut given = 0;
    for line in verbs() {
        for (takes, more) in [(0, None), (7, None), (0, Some("--json"))] {
            let server = Raw::start(|asked| sampled(asked, BodySample::whole(0), "upkeep"));
            let data = server.data.path().to_str().unwrap().to_owned();
            let words: Vec<&str> = line.split(' ').chain(["--data", &data]).chain(more).collect();
            let (exit, err) = into(Failing { takes, kind: ErrorKind::BrokenPipe }, &words).await;
            assert_eq!(exit, Exit::Done, "{line}: {err}");
            assert!(!err.contains("error"), "{line}: {err}");
            given += 1;
        }
    }
    assert!(given > 60, "only {given} commands were given");
}

#[tokio::test]
async fn output_that_is_lost_is_a_failure() {
    for line in verbs() {
        let server = Raw::start(|asked| sampled(asked, BodySample::whole(0), "upkeep"));
        let data = server.data.path().to_str().unwrap().to_owned();
        let words: Vec<&str> = line.split(' ').chain(["--data", &data]).collect();
        let (exit, err) = into(Failing { takes: 7, kind: ErrorKind::StorageFull }, &words).await;
        assert_eq!(exit, Exit::Failed, "{line}");
        assert!(err.ends_with("error: the output cannot be written: no storage space\n"), "{line}: {err}");
    }
}

/// Lines are passed on as they come, so a reader may go away in the middle.
#[tokio::test]
async fn an_export_to_an_output_that_is_lost_is_a_failure() {
    for (kind, exit) in [(ErrorKind::BrokenPipe, Exit::Done), (ErrorKind::StorageFull, Exit::Failed)] {
        let server = Raw::start(|asked| sampled(asked, BodySample::whole(0), ""));
        let data = server.data.path().to_str().unwrap().to_owned();
        let (ended, err) = into(Failing { takes: 3, kind }, &["evidence", "export", "--data", &data]).await;
        assert_eq!(ended, exit, "{err}");
    }
}

#[tokio::test]
async fn a_folder_of_policies_is_checked_without_any_server() {
    let files = Files::new();
    let folder = files.words("{policies}").remove(0);
    for verb in ["check", "test", "lint"] {
        let none = Failing { takes: usize::MAX, kind: ErrorKind::Other };
        let (exit, err) = into(none, &["policy", verb, &folder, "--data", "/nowhere", "--json"]).await;
        assert_eq!(exit, Exit::Done, "{verb}: {err}");
    }
}
