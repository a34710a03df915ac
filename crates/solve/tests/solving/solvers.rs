//! Solvers that are missing, hang, answer nonsense or die: each case gives a clear message, and no process is left.

use crate::common::{Set, policy};
use countersign_solve::{Answer, Comparison, Limits, NoSolver, Solver, Stopped, Whereabouts, compare};
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

const INTRODUCTION: &str = "[ \"$1\" = --version ] && { echo 'This is cvc5 version 1.0.3'; exit 0; }";

/// Writes a program `cvc5` that reports a version as cvc5 does, and then runs this command.
fn program(folder: &Path, then: &str) -> PathBuf {
    let path = folder.join("cvc5");
    std::fs::write(&path, format!("#!/bin/sh\n{INTRODUCTION}\n{then}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn found(folder: &Path) -> Result<Solver, NoSolver> {
    Solver::find(&Whereabouts { configured: None, path: Some(folder.into()) })
}

/// Compares a change of one permit with this program, within these limits.
fn asked(
    then: &str,
    limits: &Limits,
    going: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<Comparison, Stopped> {
    let folder = tempfile::tempdir().unwrap();
    program(folder.path(), then);
    let solver = found(folder.path()).unwrap();
    let running = Set::shipped();
    let mut planned = running.clone();
    planned.add("applications/wiki.cedar", &policy("more", "permit (principal is Countersign::Person, action == Countersign::Action::\"read\", resource in Countersign::Application::\"wiki\");"));
    compare(&solver, limits, &running.parsed(), &planned.parsed(), &mut |_| going())
}

/// Returns why the first question was not answered.
fn why(then: &str, limits: &Limits) -> String {
    let compared = asked(then, limits, &mut || ControlFlow::Continue(())).unwrap();
    match &compared.lines[0].newly_allowed {
        Answer::Unanswered(why) => why.clone(),
        other => panic!("{other:?}"),
    }
}

/// Counts the processes whose command line contains this text.
fn alive(word: &str) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    lines.filter(|line| String::from_utf8_lossy(line).contains(word)).count()
}

fn short() -> Limits {
    Limits { question: Duration::from_millis(200), ..Limits::default() }
}

#[test]
fn one_that_hangs_is_cut_off_with_all_that_it_began() {
    // A number unique to each run identifies the processes.
    let nap = format!("71{}", std::process::id());
    let why = why(&format!("sleep {nap} & sleep {nap}"), &short());
    assert_eq!(why, "not answered within 0.2 s");
    assert_eq!(alive(&format!("sleep\0{nap}")), 0);
}

#[test]
fn when_it_is_broken_off_nothing_is_left() {
    let nap = format!("72{}", std::process::id());
    let mut seen = false;
    let stopped = asked(&format!("sleep {nap} & sleep {nap}"), &Limits::default(), &mut || {
        // Stop once it is known to run.
        seen = seen || alive(&format!("sleep\0{nap}")) == 2;
        if seen { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(stopped, Err(Stopped));
    assert_eq!(alive(&format!("sleep\0{nap}")), 0);
}

#[test]
fn what_is_no_answer_is_said_to_be_none() {
    let limits = Limits::default();
    for (then, says) in [
        ("cat >/dev/null; echo perhaps", "the solver's output is not an answer: perhaps"),
        ("cat >/dev/null; printf '\\033[31mred\\n'", "the solver's output is not an answer: [31mred"),
        ("cat >/dev/null; echo sat; echo rubbish", "the solver's output is not an answer: rubbish"),
        ("cat >/dev/null; echo sat", "the solver's output is not an answer:"),
        ("cat >/dev/null; echo unknown", "the solver does not know"),
        ("cat >/dev/null; echo 'cvc5 interrupted by timeout.' >&2", "not answered within 60 s"),
        ("exit 3", "the solver ended without an answer (exit status: 3); it may use 2048 MiB"),
        (
            "echo 'std::bad_alloc' >&2; kill -9 $$",
            "the solver ended without an answer (signal: 9 (SIGKILL)): std::bad_alloc",
        ),
        ("cat >/dev/null; printf 'sat\\n\\377'", "the solver's answer is not text"),
        // A model that cannot be parsed.
        ("cat >/dev/null; echo sat; echo '('; echo '(define-fun'; echo ')'", "its answer could not be used"),
    ] {
        let why = why(then, &limits);
        assert!(why.starts_with(says), "{then}: {why}");
    }
}

#[test]
fn one_that_says_there_is_an_example_which_is_none_is_not_believed() {
    // A model without functions gives every value its default, which no set permits.
    let why = why("cat >/dev/null; echo sat; echo '('; echo ')'", &Limits::default());
    assert!(!why.is_empty(), "{why}");
}

#[test]
fn one_that_pours_out_without_end_is_cut_off() {
    assert_eq!(why("yes sat", &Limits::default()), "the solver's answer is longer than 16777216 bytes");
}

#[test]
fn a_program_that_is_no_solver_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(found(folder.path()), Err(NoSolver::Missing));
    for (script, says) in [
        ("#!/bin/sh\necho hello\n", "it does not print its version of cvc5"),
        ("#!/bin/sh\nexit 1\n", "the solver ended without an answer (exit status: 1)"),
        ("not a program", "it cannot be started"),
    ] {
        let path = program(folder.path(), "");
        std::fs::write(&path, script).unwrap();
        let refused = found(folder.path()).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    }
}
