//! The files of sudoers (sudoers(5), "SUDOERS FILE FORMAT"): aliases, defaults, and who may run what as whom.

mod aliases;
mod scanner;
mod statements;

pub(super) use aliases::{AliasClass, AliasResolution, Aliases};

use super::lines::HostLines;
use super::place;
use crate::reading::{ReadingReport, SourceError};
use crate::text::shortened;
use std::io::BufRead;

/// Maximum length of a statement, which may continue over several lines, in bytes.
const LONGEST_STATEMENT: usize = 1 << 20;

/// What the files of a host say.
#[derive(Default)]
pub(super) struct Sudoers {
    /// The paths of the files that are there.
    pub(super) files: Vec<String>,
    pub(super) aliases: Aliases,
    pub(super) rules: Vec<SudoRule>,
    /// Whether nobody is asked for a password.
    pub(super) asks_nobody: bool,
    /// Whether another password than the caller's own is asked for.
    pub(super) asks_for_target: bool,
}

/// A rule: these users may do this.
pub(super) struct SudoRule {
    /// The file and the line.
    pub(super) place: String,
    pub(super) users: Vec<ListItem>,
    pub(super) grants: Vec<HostGrant>,
}

/// What a rule grants on some hosts.
pub(super) struct HostGrant {
    pub(super) hosts: Vec<ListItem>,
    pub(super) commands: Vec<CommandGrant>,
}

/// A command that may be run.
#[derive(Debug, Clone)]
pub(super) struct CommandGrant {
    pub(super) command: ListItem,
    /// The accounts that it may run as. Without them, root.
    pub(super) run_as: Option<Vec<ListItem>>,
    /// The groups that it may run with.
    pub(super) run_with: Vec<ListItem>,
    /// The tags that change what it means.
    pub(super) without_password: bool,
    /// Whether an option limits when it may be run.
    pub(super) conditional: bool,
}

/// A member of a list, perhaps excluded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListItem {
    pub(super) excluded: bool,
    pub(super) name: String,
}

/// A statement of sudoers.
enum SudoersStatement {
    Aliases(AliasClass, Vec<(String, Vec<ListItem>)>),
    /// A setting, and whether it holds for all.
    Defaults {
        for_all: bool,
        settings: String,
    },
    Include(String),
    IncludeFolder(String),
    Rule(Vec<ListItem>, Vec<HostGrant>),
}

impl Sudoers {
    /// Reads a file.
    pub(super) fn read<R: BufRead, E>(
        &mut self,
        host: &str,
        path: &str,
        mut lines: HostLines<R>,
        report: &mut ReadingReport,
    ) -> Result<(), SourceError<E>> {
        let mut pending: Option<(u64, String)> = None;
        while let Some((number, line)) = lines.next_line(host, path)? {
            let Some(line) = line else {
                report.leave_out(place(host, path, number), "the line is too long");
                pending = None;
                continue;
            };
            let (first, mut text) = pending.take().unwrap_or((number, String::new()));
            if text.len() + line.len() > LONGEST_STATEMENT {
                report.leave_out(place(host, path, first), "the statement is too long");
                continue;
            }
            match line.strip_suffix('\\') {
                Some(continued) => {
                    text.push_str(continued);
                    text.push(' ');
                    pending = Some((first, text));
                }
                None => {
                    text.push_str(&line);
                    self.statement(host, path, (first, &text), report);
                }
            }
        }
        if let Some((first, text)) = pending {
            self.statement(host, path, (first, &text), report);
        }
        Ok(())
    }

    fn statement(&mut self, host: &str, path: &str, (line, text): (u64, &str), report: &mut ReadingReport) {
        let place = place(host, path, line);
        match statements::parse(text) {
            Ok(None) => {}
            Ok(Some(SudoersStatement::Aliases(class, definitions))) => {
                for (name, items) in definitions {
                    if !self.aliases.define(class, &name, items) {
                        let reason = format!(
                            "the alias `{}` is defined already: that definition is read",
                            shortened(&name)
                        );
                        report.leave_out(place.clone(), reason);
                    }
                }
            }
            Ok(Some(SudoersStatement::Defaults { for_all, settings })) => {
                self.defaults(for_all, &settings, place, report);
            }
            Ok(Some(SudoersStatement::Include(file))) => {
                let name = file.rsplit('/').next().unwrap_or_default();
                if !self.files.iter().any(|known| known.rsplit('/').next() == Some(name)) {
                    report
                        .leave_out(place, format!("it includes `{}`, which is not there", shortened(&file)));
                }
            }
            Ok(Some(SudoersStatement::IncludeFolder(folder))) => {
                let name = folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                if !self.files.iter().any(|known| known.rsplit('/').nth(1) == Some(name)) {
                    let reason =
                        format!("it includes the folder `{}`, of which no file is there", shortened(&folder));
                    report.leave_out(place, reason);
                }
            }
            Ok(Some(SudoersStatement::Rule(users, grants))) => {
                self.rules.push(SudoRule { place: format!("`{path}`, line {line}"), users, grants });
            }
            Err(problem) => report.leave_out(place, format!("it is not understood: {problem}")),
        }
    }

    /// Reads the settings that change what the rules mean. The others change how sudo works, not who may what.
    fn defaults(&mut self, for_all: bool, settings: &str, place: String, report: &mut ReadingReport) {
        for setting in settings.split(',').map(str::trim) {
            let is_decisive = matches!(setting, "!authenticate" | "targetpw" | "rootpw" | "runaspw");
            match setting {
                _ if is_decisive && !for_all => {
                    let reason = format!("`{setting}` holds for some only, which is not read");
                    report.leave_out(place.clone(), reason);
                }
                "!authenticate" => self.asks_nobody = true,
                _ if is_decisive => self.asks_for_target = true,
                _ => {}
            }
        }
    }
}
