//! On what it was measured.

use serde::Serialize;
use std::fs::read_to_string;

/// The machine, as far as a reader needs it to judge the figures.
#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    /// How many processors this process may use.
    pub cores: usize,
    /// What they are.
    pub cpu: String,
    /// Memory in bytes.
    pub memory: u64,
    /// The kernel.
    pub kernel: String,
    /// The distribution.
    pub system: String,
    /// The three load averages when the session began.
    pub load_at_begin: String,
    /// And when it ended.
    pub load_at_end: String,
}

impl Machine {
    /// This one.
    pub fn here() -> Self {
        Self {
            cores: std::thread::available_parallelism().map_or(1, Into::into),
            cpu: field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            memory: field("/proc/meminfo", "MemTotal").and_then(|text| kibibytes(&text)).unwrap_or(0),
            kernel: read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned(),
            system: system().unwrap_or_default(),
            load_at_begin: load(),
            load_at_end: String::new(),
        }
    }

    /// The session ends.
    pub fn end(&mut self) {
        self.load_at_end = load();
    }
}

fn load() -> String {
    let text = read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

fn system() -> Option<String> {
    let text = read_to_string("/etc/os-release").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(line.trim_matches('"').to_owned())
}

fn field(path: &str, name: &str) -> Option<String> {
    let text = read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}

fn kibibytes(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
}

/// The version of a crate that this program was built with, as its lock file has it.
pub fn locked(package: &str) -> &'static str {
    let lock = include_str!("../../Cargo.lock");
    let begin = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != begin);
    lines.nth(1).and_then(|line| line.split('"').nth(1)).unwrap_or("of unknown version")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_known_by_its_lock() {
        assert!(locked("hdrhistogram").starts_with("7."));
        assert_eq!(locked("no-such-crate"), "of unknown version");
    }
}
