//! The engine's process and its resource limits.
//!
//! The kernel enforces these limits, whatever the process does. The process itself restricts what it can reach (no file
//! but the evidence, no network, no other program) before it parses the query's SQL: see `confine.rs` in the crate
//! `query`.

use crate::wire::{self, LONGEST_FRAME};
use rustix::process::{Pid, Resource, Rlimit, Signal, prlimit};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;

/// Bytes beyond those that operators may hold: the program itself, its stacks, the pages of files that it reads.
const ROOM: u64 = 512 << 20;
/// Address space beyond those bytes, which costs no memory: the program's code, and the allocator's reservations.
const ADDRESSES: u64 = 2 << 30;
/// Maximum number of descriptors.
const DESCRIPTORS: u64 = 256;
/// Maximum size of the error output to keep, in bytes.
const LONGEST_COMPLAINT: u64 = 4096;

/// A process that runs one query; killed on drop.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Option<ChildStdout>,
    complaint: JoinHandle<String>,
}

/// The end of a process that returned no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It reached its memory limit.
    OutOfMemory,
    /// It reached its processor time limit.
    OutOfTime,
    /// Another cause.
    Other { status: String, complaint: String },
}

impl Process {
    /// Starts the program with a limit of processor time and of the bytes that operators may hold.
    pub(crate) fn start(program: &Path, time: Duration, memory: usize) -> io::Result<Self> {
        let mut child = Command::new(program)
            .env_clear()
            // Each arena of the allocator reserves address space; a few are enough for one query.
            .env("MALLOC_ARENA_MAX", "2")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        limit(&child, time, memory as u64)?;
        let complaint = child.stderr.take().map(complaint);
        let complaint = tokio::spawn(async move {
            match complaint {
                Some(complaint) => complaint.await,
                None => String::new(),
            }
        });
        Ok(Self { stdin: child.stdin.take(), stdout: child.stdout.take(), child, complaint })
    }

    /// Sends a message to the process.
    pub(crate) async fn say(&mut self, value: &impl Serialize) -> io::Result<()> {
        let frame = wire::frame(value)?;
        let stdin = self.stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        match stdin.write_all(&frame).await {
            // The process ended. Its earlier messages and its exit status are still to be read.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written,
        }
    }

    /// Receives the next message of the process; `None` if it ended.
    pub(crate) async fn hear<T: DeserializeOwned>(&mut self) -> io::Result<Option<T>> {
        let stdout = self.stdout.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut length = [0; 4];
        match stdout.read_exact(&mut length).await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => drop(read?),
        }
        let length = u64::from(u32::from_le_bytes(length));
        if length > LONGEST_FRAME {
            return Err(io::Error::other("it says more than it may"));
        }
        let mut bytes = Vec::new();
        stdout.take(length).read_to_end(&mut bytes).await?;
        if (bytes.len() as u64) < length {
            // It ended within a message.
            return Ok(None);
        }
        Ok(Some(serde_json::from_slice(&bytes)?))
    }

    /// Kills the process.
    pub(crate) async fn kill(&mut self) {
        // An error means that it has ended.
        let _ended = self.child.kill().await;
    }

    /// Waits for the process to end, and returns how it ended.
    pub(crate) async fn end(&mut self) -> Ending {
        drop((self.stdin.take(), self.stdout.take()));
        let status = match self.child.wait().await {
            Ok(status) => status,
            Err(error) => return Ending::Other { status: error.to_string(), complaint: String::new() },
        };
        let complaint = (&mut self.complaint).await.unwrap_or_default();
        ending(status, complaint)
    }
}

/// Returns whether the error output contains a message of the kernel, the allocator or the thread library about
/// exhausted memory.
fn is_out_of_memory(complaint: &str) -> bool {
    ["memory allocation of ", "Cannot allocate memory", "os error 12", "os error 11"]
        .iter()
        .any(|words| complaint.contains(words))
}

fn ending(status: ExitStatus, complaint: String) -> Ending {
    let signal = |signal: Signal| status.signal() == Some(signal.as_raw());
    if signal(Signal::XCPU) {
        Ending::OutOfTime
    } else if is_out_of_memory(&complaint) || signal(Signal::KILL) {
        // Only the kernel sends SIGKILL, if the machine runs out of memory: the process asks to be the first to be
        // killed.
        Ending::OutOfMemory
    } else {
        Ending::Other { status: status.to_string(), complaint }
    }
}

fn limit(child: &Child, time: Duration, memory: u64) -> io::Result<()> {
    let Some(pid) = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) else {
        return Ok(());
    };
    let memory = memory.saturating_add(ROOM);
    for (resource, most) in [
        (Resource::Data, memory),
        (Resource::As, memory.saturating_add(ADDRESSES)),
        (Resource::Cpu, time.as_secs() + 1),
        (Resource::Nofile, DESCRIPTORS),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ] {
        match prlimit(Some(pid), resource, Rlimit { current: Some(most), maximum: Some(most) }) {
            Ok(_) => {}
            // The process has ended already; its output tells more.
            Err(rustix::io::Errno::SRCH) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Returns the beginning of the error output. Reads the rest too, or the process would block.
async fn complaint(mut stderr: impl AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let _ended = (&mut stderr).take(LONGEST_COMPLAINT).read_to_end(&mut kept).await;
    let _ended = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&kept).into_owned()
}
