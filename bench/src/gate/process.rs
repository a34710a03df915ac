//! Other people's servers, and ours: started in the foreground, watched, ended by their own id.

use crate::run::Outcome;
use rustix::process::{Pid, Signal, kill_process};
use std::collections::HashMap;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a server may take to listen, or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. Dropped, it is told to end, and waited for.
pub struct Process {
    child: Child,
}

impl Process {
    /// Start a program, kept to one processor if one is named, and wait until something listens at `address`.
    ///
    /// `setpriv` has the kernel end it should this program be killed; `taskset` keeps it where it belongs. Both become
    /// the program, so that its id is the child's.
    ///
    /// # Errors
    /// When it can not be run, or ends before it listens. What it said is in the error.
    pub fn start(
        folder: &Path,
        name: &str,
        processor: Option<usize>,
        command: &[String],
        address: SocketAddr,
    ) -> Outcome<Self> {
        let said = folder.join(format!("{name}.log"));
        let mut full: Vec<String> = ["setpriv", "--pdeathsig", "TERM"].map(str::to_owned).to_vec();
        if let Some(processor) = processor {
            full.extend(["taskset", "--cpu-list", &processor.to_string()].map(str::to_owned));
        }
        full.extend_from_slice(command);
        let (program, arguments) = full.split_first().ok_or("no program")?;
        let log = File::create(&said)?;
        let child = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .env("HOME", folder)
            .env("XDG_DATA_HOME", folder)
            .env("XDG_CONFIG_HOME", folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut this = Self { child };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            let ended = this.child.try_wait()?;
            if ended.is_some() || begun.elapsed() > PATIENCE {
                let text = fs::read_to_string(&said).unwrap_or_default();
                return Err(format!("{name} does not listen at {address} ({ended:?}): {text}").into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(this)
    }

    /// The ids of the process and everything that it has started.
    pub fn tree(&self) -> Vec<u32> {
        let parents: HashMap<u32, u32> = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter_map(|process| Some((process, parent_of(process)?)))
            .collect();
        let own = self.child.id();
        let is_ours = |mut process: u32| loop {
            match parents.get(&process) {
                _ if process == own => return true,
                Some(parent) => process = *parent,
                None => return false,
            }
        };
        let mut tree: Vec<u32> = parents.keys().copied().filter(|process| is_ours(*process)).collect();
        tree.sort_unstable();
        tree
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(process) = Pid::from_raw(self.child.id().cast_signed()) {
            let _ = kill_process(process, Signal::TERM);
        }
        let begun = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if begun.elapsed() > PATIENCE {
                let _ = self.child.kill();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn parent_of(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// Memory that these processes hold, in bytes: the sum of their resident sets.
#[expect(clippy::cast_precision_loss, reason = "a number of bytes of this machine's memory fits a double")]
pub fn memory_of(processes: &[u32]) -> f64 {
    let of = |process: &u32| {
        let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    (processes.iter().filter_map(of).sum::<u64>() * 1024) as f64
}

/// An address that nobody listens at now. Somebody may before we do; a server that then fails is not measured.
///
/// # Errors
/// When there is no port.
pub fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// What a program says of its version, as one line.
pub fn version_of(program: &str, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok()?;
    let all = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&all).into_owned();
    let word = text.split_whitespace().find(|word| word.bytes().any(|byte| byte.is_ascii_digit()))?;
    let version = word.rsplit_once('/').map_or(word, |(_, version)| version);
    Some(version.trim_start_matches('v').to_owned())
}
