//! The solver's process: one per question, in its own process group, limited in time and memory, and killed when its
//! caller stops waiting.
//!
//! One process per question costs some 20 ms. In return, no question can affect the next, its memory is released, and
//! the limit of processor time applies per question; the kernel enforces it even if this process is killed.

use cedar_policy_symcc::SmtLibScript as _;
use cedar_policy_symcc::solver::{Decision, DecisionWithModel, Solver, SolverError};
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, prlimit};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::process::{Child, Command};

/// Maximum size of an answer in bytes: a model of a few requests has some kilobytes.
const LONGEST_ANSWER: u64 = 16 << 20;

/// Maximum size of the error output to keep, in bytes.
const LONGEST_COMPLAINT: u64 = 2048;

/// Extra time after the solver's own limit, so that it can report the time-out itself.
const GRACE: Duration = Duration::from_secs(2);

/// Interval between checks whether the caller has stopped.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The environment variables that the solver receives. Others may hold secrets that it does not need.
const PASSED_ON: &[&str] = &["PATH", "LD_LIBRARY_PATH", "LANG"];

/// Limits for one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) time: Duration,
    /// Bytes of address space.
    pub(crate) memory: u64,
}

/// The reason for a missing answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("it was stopped before it finished")]
    Stopped,
    #[error("it cannot be started: {0}")]
    Start(std::io::Error),
    #[error("its limits cannot be set: {0}")]
    Limits(std::io::Error),
    #[error("not answered within {} s", .0.as_secs_f64())]
    Slow(Duration),
    #[error("the solver's answer is longer than {LONGEST_ANSWER} bytes")]
    Long,
    #[error("the solver's answer is not text")]
    NoText,
    #[error("the solver ended without an answer ({status}){complaint}; it may use {} MiB", .memory >> 20)]
    Died { status: ExitStatus, complaint: String, memory: u64 },
    #[error("the solver's answer cannot be read: {0}")]
    Read(std::io::Error),
}

/// A cvc5 solver. It buffers its input until the question is complete.
#[derive(Debug)]
pub(crate) struct Cvc5 {
    path: PathBuf,
    bounds: Bounds,
    stopped: Arc<AtomicBool>,
    script: Vec<u8>,
}

impl Cvc5 {
    /// Creates a solver for the program at this path. Setting `stopped` aborts a running question.
    pub(crate) fn new(path: &Path, bounds: Bounds, stopped: Arc<AtomicBool>) -> Self {
        Self { path: path.to_owned(), bounds, stopped, script: Vec::new() }
    }

    /// Runs the buffered question, clears the buffer, and returns the answer.
    async fn answer(&mut self) -> Result<String, SolverError> {
        let script = std::mem::take(&mut self.script);
        // The solver's own limit lets it end in order. Ours, a little later, is the one that is certain.
        let limit = format!("--tlimit={}", self.bounds.time.as_millis());
        run(&self.path, &["--lang", "smt", "--quiet", &limit], &script, &self.bounds, &self.stopped)
            .await
            .map_err(|trouble| SolverError::Solver(trouble.to_string()))
    }
}

impl Solver for Cvc5 {
    fn smtlib_input(&mut self) -> &mut (dyn AsyncWrite + Unpin + Send) {
        &mut self.script
    }

    async fn enable_models(&mut self) -> Result<(), SolverError> {
        self.script.set_option("produce-models", "true").await.map_err(Into::into)
    }

    async fn check_sat(&mut self) -> Result<Decision, SolverError> {
        self.script.check_sat().await?;
        let answer = self.answer().await?;
        Ok(decision(&answer)?.0)
    }

    async fn check_sat_with_model(&mut self) -> Result<DecisionWithModel, SolverError> {
        self.script.check_sat().await?;
        // Always requested: if there is no model, the output in its place is not read.
        self.script.get_model().await?;
        let answer = self.answer().await?;
        Ok(match decision(&answer)? {
            (Decision::Unsat, _) => DecisionWithModel::Unsat,
            (Decision::Unknown, _) => DecisionWithModel::Unknown,
            (Decision::Sat, model) if model.trim_start().starts_with('(') && !model.contains("(error") => {
                DecisionWithModel::Sat { model: model.to_owned() }
            }
            (Decision::Sat, model) => return Err(SolverError::UnrecognizedSolverOutput(in_short(model))),
        })
    }
}

/// Splits off the first line, which holds the decision.
fn decision(answer: &str) -> Result<(Decision, &str), SolverError> {
    let (first, rest) = answer.split_once('\n').unwrap_or((answer, ""));
    match first.trim() {
        "sat" => Ok((Decision::Sat, rest)),
        "unsat" => Ok((Decision::Unsat, rest)),
        "unknown" => Ok((Decision::Unknown, rest)),
        other => Err(SolverError::UnrecognizedSolverOutput(in_short(other))),
    }
}

/// Shortens a text for people and removes control characters, which a terminal would obey.
pub(crate) fn in_short(text: &str) -> String {
    let plain = text.chars().map(|character| if character.is_control() { ' ' } else { character });
    let short: String = plain.take(200).collect();
    short.trim().to_owned()
}

/// Returns the output of `--version`. Blocks, on a small runtime of its own.
pub(crate) fn introduce(path: &Path, bounds: &Bounds) -> Result<String, Trouble> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Trouble::Start)?;
    runtime.block_on(run(path, &["--version"], &[], bounds, &AtomicBool::new(false)))
}

async fn run(
    path: &Path,
    arguments: &[&str],
    input: &[u8],
    bounds: &Bounds,
    stopped: &AtomicBool,
) -> Result<String, Trouble> {
    let environment = PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    let mut child = Command::new(path)
        .args(arguments)
        .env_clear()
        .envs(environment)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(Trouble::Start)?;
    let group = ProcessGroup::of(&child);
    limit(&child, bounds)?;
    let ended = tokio::select! {
        ended = converse(&mut child, input) => ended,
        () = tokio::time::sleep(bounds.time + GRACE) => Err(Trouble::Slow(bounds.time)),
        () = unwanted(stopped) => Err(Trouble::Stopped),
    };
    // Kill the whole group, then wait for the child, so that no process remains, not even a zombie. If the child ended
    // by itself, the wait returns immediately.
    drop(group);
    let _ended = child.wait().await;
    let (answer, complaint, status) = ended?;
    let answer = String::from_utf8(answer).map_err(|_| Trouble::NoText)?;
    if answer.len() as u64 >= LONGEST_ANSWER {
        return Err(Trouble::Long);
    }
    if answer.trim().is_empty() || is_out_of_time(&answer, &complaint) {
        return Err(if is_out_of_time(&answer, &complaint) || out_of_processor_time(status) {
            Trouble::Slow(bounds.time)
        } else {
            let complaint = in_short(&complaint);
            let complaint = if complaint.is_empty() { complaint } else { format!(": {complaint}") };
            Trouble::Died { status, complaint, memory: bounds.memory }
        });
    }
    Ok(answer)
}

async fn unwanted(stopped: &AtomicBool) {
    while !stopped.load(Ordering::Relaxed) {
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Recognises cvc5's time-out message; the text around it differs between versions.
fn is_out_of_time(answer: &str, complaint: &str) -> bool {
    let says = |text: &str| text.contains("interrupted by timeout");
    says(complaint) || says(answer.lines().next().unwrap_or_default())
}

fn out_of_processor_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal() == Some(Signal::XCPU.as_raw())
}

/// Writes the question while reading the answer, so that neither side blocks the other.
async fn converse(child: &mut Child, input: &[u8]) -> Result<(Vec<u8>, String, ExitStatus), Trouble> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let write = async {
        if let Some(mut stdin) = stdin {
            // A solver that ends before it has read everything explains itself by its answer, or by having none.
            let _ended = stdin.write_all(input).await;
            let _ended = stdin.shutdown().await;
        }
    };
    let read = async {
        let mut answer = Vec::new();
        if let Some(stdout) = stdout {
            stdout.take(LONGEST_ANSWER).read_to_end(&mut answer).await.map_err(Trouble::Read)?;
        }
        Ok(answer)
    };
    let listen = async { if let Some(stderr) = stderr { complaint(stderr).await } else { String::new() } };
    let ((), answer, complaint) = tokio::join!(write, read, listen);
    let status = child.wait().await.map_err(Trouble::Read)?;
    Ok((answer?, complaint, status))
}

/// Returns the beginning of the error output. Reads the rest too, or the solver would block.
async fn complaint(mut stderr: impl AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let _ended = (&mut stderr).take(LONGEST_COMPLAINT).read_to_end(&mut kept).await;
    let _ended = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&kept).into_owned()
}

fn pid(child: &Child) -> Option<Pid> {
    child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw)
}

/// Sets limits that the kernel enforces, even after this process has ended.
fn limit(child: &Child, bounds: &Bounds) -> Result<(), Trouble> {
    let Some(pid) = pid(child) else { return Ok(()) };
    let seconds = bounds.time.as_secs() + GRACE.as_secs() + 1;
    for (resource, most) in [(Resource::As, bounds.memory), (Resource::Cpu, seconds), (Resource::Core, 0)] {
        let limits = Rlimit { current: Some(most), maximum: Some(most) };
        match prlimit(Some(pid), resource, limits) {
            Ok(_) => {}
            // The process has ended already; its output tells more.
            Err(rustix::io::Errno::SRCH) => return Ok(()),
            Err(error) => return Err(Trouble::Limits(error.into())),
        }
    }
    Ok(())
}

/// The solver's process group, including itself; killed on drop.
struct ProcessGroup(Option<Pid>);

impl ProcessGroup {
    fn of(child: &Child) -> Self {
        Self(pid(child))
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if let Some(pid) = self.0 {
            // An error means that no process is left.
            let _none_left = kill_process_group(pid, Signal::KILL);
        }
    }
}
