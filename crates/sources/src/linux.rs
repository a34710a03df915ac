//! Linux hosts: `passwd`, `group`, `shadow`, `sudoers`, `authorized_keys`, and the log of sign-ins.
//!
//! A host is a resource. Whoever has the number 0, runs any command as root, or is in a group that amounts to root
//! administers it. Of a password only its state and dates are read, of a key only its fingerprint.

mod account_files;
mod hand_over;
mod keys;
mod lines;
mod login_log;
mod path;
mod programs;
mod sudo;
mod sudoers;

pub use path::HostFileClass;

use crate::reading::{ReadingReport, SourceError, SourceSink};
use crate::record::{SourceKey, SourceNode, SourceRecord};
use crate::relations::{HeldRelations, InputPlace};
use account_files::{HostAccount, HostGroup};
use countersign_names::Timestamp;
use keys::{AuthorizedKey, KeyNodes};
use lines::HostLines;
use login_log::LoginLog;
use std::collections::HashMap;
use std::io::BufRead;
use sudoers::Sudoers;

/// A host with the files that were taken from it.
#[derive(Debug)]
pub struct LinuxHost<'a, R> {
    /// Its name. Rules of `sudoers` that name hosts are compared with it.
    pub name: &'a str,
    /// Its files. `passwd` is required.
    pub files: Vec<HostFile<'a, R>>,
}

/// A file of a host.
#[derive(Debug)]
pub struct HostFile<'a, R> {
    /// What it is.
    pub class: HostFileClass,
    /// Its path, for messages.
    pub path: &'a str,
    /// When it was changed last: the year of a log whose lines have none follows from it.
    pub changed_at: Option<Timestamp>,
    /// Its bytes.
    pub input: R,
}

/// Reads the accounts of Linux hosts.
///
/// # Errors
/// [`SourceError::Malformed`] if a host has no `passwd`, its name is no key, two hosts have one name, or a file is larger
/// than any of its kind. Lines that are not understood are reported instead. Records that were handed over before must not
/// be used then.
pub fn read_linux_hosts<'a, R: BufRead, S: SourceSink>(
    hosts: impl IntoIterator<Item = LinuxHost<'a, R>>,
    sink: &mut S,
) -> Result<ReadingReport, SourceError<S::Error>> {
    let mut fleet = HostFleet::default();
    for (number, host) in (0..).zip(hosts) {
        let malformed = |problem: &str| SourceError::Malformed {
            line: 1,
            problem: format!("the host `{}`: {problem}", host.name),
        };
        let key = SourceKey::new(&format!("host:{}", host.name)).filter(|_| !host.name.trim().is_empty());
        let Some(key) = key else {
            return Err(malformed("its name is empty, too long or has a control character"));
        };
        let place = InputPlace { file: number, at: 1 };
        if fleet.relations.describe(&key, crate::record::NodeKind::Resource, place).is_err() {
            return Err(malformed("it is in the input twice; give each host a name of its own"));
        }
        if !host.files.iter().any(|file| file.class == HostFileClass::Passwd) {
            return Err(malformed("there is no `passwd` among its files"));
        }
        let mut reading = HostReading::of(host.name, key);
        let mut files = host.files;
        files.sort_by(|one, other| (&one.class, one.path).cmp(&(&other.class, other.path)));
        for file in &files {
            if file.class == HostFileClass::Sudoers {
                reading.sudoers.files.push(file.path.to_owned());
            }
        }
        for file in files {
            reading.read(file, &mut fleet.report)?;
        }
        reading.hand_over(&mut fleet, sink)?;
    }
    let HostFleet { mut report, mut relations, keys } = fleet;
    keys.hand_over(&mut report, &mut relations, sink)?;
    relations.hand_over(&mut report, sink)?;
    Ok(report)
}

/// The hosts that are being read.
#[derive(Default)]
struct HostFleet {
    report: ReadingReport,
    relations: HeldRelations,
    /// Keys for SSH. One key may lead to accounts of several hosts.
    keys: KeyNodes,
}

impl HostFleet {
    fn take<S: SourceSink>(&mut self, node: SourceNode, sink: &mut S) -> Result<(), SourceError<S::Error>> {
        self.report.nodes += 1;
        sink.take(SourceRecord::Node(Box::new(node))).map_err(SourceError::Sink)
    }
}

/// A host that is being read.
struct HostReading<'a> {
    name: &'a str,
    key: SourceKey,
    accounts: Vec<HostAccount>,
    logins: HashMap<String, usize>,
    groups: Vec<HostGroup>,
    group_names: HashMap<String, usize>,
    /// Whether a file `group` was read.
    has_groups: bool,
    keys: Vec<AuthorizedKey>,
    sudoers: Sudoers,
    log: LoginLog,
}

impl<'a> HostReading<'a> {
    fn of(name: &'a str, key: SourceKey) -> Self {
        Self {
            name,
            key,
            accounts: Vec::new(),
            logins: HashMap::new(),
            groups: Vec::new(),
            group_names: HashMap::new(),
            has_groups: false,
            keys: Vec::new(),
            sudoers: Sudoers::default(),
            log: LoginLog::default(),
        }
    }

    fn read<R: BufRead, E>(
        &mut self,
        file: HostFile<'_, R>,
        report: &mut ReadingReport,
    ) -> Result<(), SourceError<E>> {
        let HostFile { class, path, changed_at, input } = file;
        let is_log = class == HostFileClass::LoginLog;
        let mut lines = HostLines::of(input, is_log);
        if class == HostFileClass::Sudoers {
            return self.sudoers.read(self.name, path, lines, report);
        }
        self.has_groups |= class == HostFileClass::Group;
        while let Some((number, line)) = lines.next_line(self.name, path)? {
            let Some(line) = line else {
                report.leave_out(self.place(path, number), "the line is too long");
                continue;
            };
            let outcome = match &class {
                HostFileClass::Passwd => self.passwd_line(number, &line),
                HostFileClass::Shadow => self.shadow_line(&line),
                HostFileClass::Group => self.group_line(number, &line),
                HostFileClass::AuthorizedKeys { of } => self.key_line(of, path, number, &line),
                HostFileClass::LoginLog => self.log.line(&line, changed_at.is_some()),
                HostFileClass::Sudoers => Ok(()),
            };
            if let Err(reason) = outcome {
                report.leave_out(self.place(path, number), reason);
            }
        }
        if is_log {
            self.log.end_of_file(changed_at);
        }
        Ok(())
    }

    /// Returns where a line is, for the report.
    fn place(&self, path: &str, line: u64) -> String {
        place(self.name, path, line)
    }

    fn account(&self, login: &str) -> Option<&HostAccount> {
        self.accounts.get(*self.logins.get(login)?)
    }

    fn account_mut(&mut self, login: &str) -> Option<&mut HostAccount> {
        self.accounts.get_mut(*self.logins.get(login)?)
    }

    fn group(&self, name: &str) -> Option<&HostGroup> {
        self.groups.get(*self.group_names.get(name)?)
    }

    /// Returns the key of something of this host.
    fn key_of(&self, kind: &str, name: &str) -> Option<SourceKey> {
        SourceKey::new(&format!("{}/{kind}/{name}", self.key))
    }
}

fn place(host: &str, path: &str, line: u64) -> String {
    format!("{host}, `{path}`, line {line}")
}
