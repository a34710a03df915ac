//! What the rules of sudoers mean on a host: who administers it, and who takes which account.

use super::programs::amounts_to_all;
use super::sudoers::{AliasClass, AliasResolution, CommandGrant, HostGrant, ListItem, SudoRule};
use super::{HostFleet, HostReading};
use crate::record::{EdgeBody, PrivilegeLevel, Relation, SourceKey};
use crate::text::shortened;
use std::collections::BTreeSet;

/// Maximum number of characters of a command in a record.
const LONGEST_COMMAND: usize = 300;

/// Words of a command line that a secret follows or is a part of.
const SECRETIVE: [&str; 6] = ["pass", "pwd", "secret", "token", "credential", "apikey"];

/// A list of users, as keys of nodes.
#[derive(Default)]
struct SudoUsers {
    keys: BTreeSet<SourceKey>,
    /// Whether everybody on the host is meant.
    everyone: bool,
}

/// What the rules of a host lead to beside relations.
#[derive(Default)]
pub(super) struct SudoOutcome {
    /// Whether a rule is for everybody on the host.
    pub(super) names_everyone: bool,
    /// The groups that administer the host.
    pub(super) administering: BTreeSet<SourceKey>,
}

/// Whether a rule holds on the host.
#[derive(PartialEq, Eq)]
enum HostMatch {
    Yes,
    No,
    /// By an address or a netgroup, which the files do not say.
    Perhaps,
}

impl HostReading<'_> {
    /// Turns the rules into relations.
    pub(super) fn sudo(&self, fleet: &mut HostFleet) -> SudoOutcome {
        let mut outcome = SudoOutcome::default();
        let mut resolution = self.sudoers.aliases.resolution();
        for rule in &self.sudoers.rules {
            let mut problems = BTreeSet::new();
            if let Err(problem) = self.rule(rule, &mut resolution, (fleet, &mut outcome), &mut problems) {
                problems.insert(problem);
            }
            for problem in problems {
                fleet.report.leave_out(format!("{}, {}", self.name, rule.place), problem);
            }
        }
        outcome
    }

    fn rule(
        &self,
        rule: &SudoRule,
        resolution: &mut AliasResolution<'_>,
        (fleet, outcome): (&mut HostFleet, &mut SudoOutcome),
        problems: &mut BTreeSet<String>,
    ) -> Result<(), String> {
        let users = resolution.resolve(AliasClass::User, &rule.users)?;
        let users = self.users(&users, problems);
        for HostGrant { hosts, commands } in &rule.grants {
            let hosts = resolution.resolve(AliasClass::Host, hosts)?;
            let holds = self.host_match(&hosts, problems);
            if holds == HostMatch::No {
                continue;
            }
            for command in commands {
                let list = std::slice::from_ref(&command.command);
                let conditional =
                    holds == HostMatch::Perhaps || command.conditional || self.sudoers.asks_for_target;
                let run_as = match &command.run_as {
                    Some(list) => Some(resolution.resolve(AliasClass::RunAs, list)?),
                    None => None,
                };
                for resolved in resolution.resolve(AliasClass::Command, list)? {
                    if resolved.excluded {
                        problems.insert(format!(
                            "`!{}` is not subtracted: what the rule allows beside it may lead to the same",
                            shortened(&program_of(&resolved.name))
                        ));
                        continue;
                    }
                    let granted = GrantedCommand { grant: command, name: &resolved.name, conditional };
                    let place = &rule.place;
                    self.grant(&users, (&granted, run_as.as_deref(), place), (fleet, outcome), problems);
                }
            }
        }
        Ok(())
    }

    /// Returns the nodes that a list of users means.
    fn users(&self, list: &[ListItem], problems: &mut BTreeSet<String>) -> SudoUsers {
        let mut users = SudoUsers::default();
        for ListItem { excluded, name } in list {
            let found = match self.user(name) {
                Ok(found) => found,
                Err(problem) => {
                    problems.insert(problem);
                    continue;
                }
            };
            match (found, excluded) {
                (None, false) => users.everyone = true,
                (None, true) => users = SudoUsers::default(),
                (Some(key), false) => {
                    users.keys.insert(key);
                }
                (Some(key), true) => {
                    users.keys.remove(&key);
                    // The one who is excluded may still be a member of a group in the list.
                    if users.everyone || users.keys.iter().any(is_group) {
                        problems.insert(format!(
                            "`!{}` is not subtracted from a group or from all",
                            shortened(name)
                        ));
                    }
                }
            }
        }
        users
    }

    /// Returns the node that a name means: an account, or a group behind a percent sign; `None` for everybody.
    fn user(&self, name: &str) -> Result<Option<SourceKey>, String> {
        if name == "ALL" {
            return Ok(None);
        }
        let unknown = |file: &str, what: &str| format!("`{file}` has no {what} `{}`", shortened(name));
        if name.starts_with('+') || name.starts_with("%:") {
            return Err(format!(
                "`{}` is a group of another system, which the files do not describe",
                shortened(name)
            ));
        }
        if let Some(group) = name.strip_prefix('%') {
            let by_number = group.strip_prefix('#').and_then(|number| number.parse::<u32>().ok());
            let found = match by_number {
                Some(gid) => self.groups.iter().find(|group| group.gid == gid),
                None => self.group(group),
            };
            let key = found.and_then(|group| self.key_of("group", &group.name));
            return key.map(Some).ok_or_else(|| unknown("group", "group"));
        }
        let by_number = name.strip_prefix('#').and_then(|number| number.parse::<u32>().ok());
        let found = match by_number {
            Some(uid) => self.accounts.iter().find(|account| account.uid == uid),
            None => self.account(name),
        };
        let key = found.and_then(|account| self.key_of("user", &account.login));
        key.map(Some).ok_or_else(|| unknown("passwd", "account"))
    }

    fn host_match(&self, list: &[ListItem], problems: &mut BTreeSet<String>) -> HostMatch {
        let mut holds = HostMatch::No;
        let short = self.name.split('.').next().unwrap_or_default();
        for ListItem { excluded, name } in list {
            let is_elsewhere = name.starts_with('+')
                || name.contains('/')
                || name.contains(['*', '?', '['])
                || name.parse::<std::net::IpAddr>().is_ok();
            let is_here =
                name == "ALL" || name.eq_ignore_ascii_case(self.name) || name.eq_ignore_ascii_case(short);
            match (is_here, excluded) {
                (true, false) => holds = HostMatch::Yes,
                (true, true) => holds = HostMatch::No,
                (false, _) if is_elsewhere => {
                    problems.insert(format!(
                        "whether `{}` is this host is not known: what the rule grants is read as conditional",
                        shortened(name)
                    ));
                    holds = HostMatch::Perhaps;
                }
                (false, _) if is_alias(name) => {
                    problems.insert(format!("there is no alias of hosts `{}`", shortened(name)));
                }
                (false, _) => {}
            }
        }
        holds
    }

    /// Turns a command into relations.
    fn grant(
        &self,
        users: &SudoUsers,
        (granted, run_as, place): (&GrantedCommand<'_>, Option<&[ListItem]>, &str),
        (fleet, outcome): (&mut HostFleet, &mut SudoOutcome),
        problems: &mut BTreeSet<String>,
    ) {
        if !granted.is_command() {
            problems.insert(format!(
                "`{}` is no path and no alias of commands",
                shortened(&program_of(granted.name))
            ));
            return;
        }
        let targets = self.targets(run_as, &granted.grant.run_with, problems);
        let to_all = amounts_to_all(granted.name);
        let everyone = users.everyone.then(|| self.key_of("group", "ALL")).flatten();
        outcome.names_everyone |= everyone.is_some();
        let unchecked = granted.grant.without_password || self.sudoers.asks_nobody;
        for from in users.keys.iter().chain(&everyone) {
            for target in &targets {
                let right = granted.right(target, unchecked);
                let body = |level| EdgeBody {
                    rights: vec![right.clone()],
                    level: Some(level),
                    conditional: granted.conditional,
                    granted_by: Some(place.to_owned()),
                    ..EdgeBody::default()
                };
                match &target.account {
                    SudoTarget::Root if to_all => {
                        fleet.relations.add(from, Relation::May, &self.key, body(PrivilegeLevel::Administer));
                        if !granted.conditional {
                            outcome.administering.insert(from.clone());
                        }
                    }
                    SudoTarget::Account(account) if to_all => {
                        fleet.relations.add(
                            from,
                            Relation::Controls,
                            account,
                            body(PrivilegeLevel::Administer),
                        );
                    }
                    _ => fleet.relations.add(from, Relation::May, &self.key, body(PrivilegeLevel::Write)),
                }
            }
        }
    }

    /// Returns whom a command may run as.
    fn targets(
        &self,
        run_as: Option<&[ListItem]>,
        run_with: &[ListItem],
        problems: &mut BTreeSet<String>,
    ) -> Vec<NamedTarget> {
        let root = || NamedTarget { shown: "root".to_owned(), account: SudoTarget::Root };
        let Some(run_as) = run_as else { return vec![root()] };
        let mut targets = Vec::new();
        for ListItem { excluded, name } in run_as {
            if *excluded {
                problems.insert(format!(
                    "`!{}` is not subtracted from whom the command runs as",
                    shortened(name)
                ));
                continue;
            }
            let is_root = matches!(name.as_str(), "ALL" | "root" | "#0")
                || self.account(name).is_some_and(|account| account.uid == 0);
            let account = if is_root {
                SudoTarget::Root
            } else {
                match self.user(name) {
                    Ok(Some(key)) if !name.starts_with('%') => SudoTarget::Account(key),
                    Ok(_) => SudoTarget::Group,
                    Err(problem) => {
                        problems.insert(problem);
                        continue;
                    }
                }
            };
            targets.push(NamedTarget { shown: name.clone(), account });
        }
        if run_as.is_empty() {
            for ListItem { name, .. } in run_with.iter().filter(|item| !item.excluded) {
                targets.push(NamedTarget { shown: format!(":{name}"), account: SudoTarget::Group });
            }
        }
        targets
    }
}

/// Whom a command runs as, with the name that the rule gives it.
struct NamedTarget {
    shown: String,
    account: SudoTarget,
}

enum SudoTarget {
    /// Root, or anybody.
    Root,
    /// Another account.
    Account(SourceKey),
    /// The caller's own account, with another group; or the members of a group.
    Group,
}

/// A command that a rule grants, without aliases.
struct GrantedCommand<'a> {
    grant: &'a CommandGrant,
    name: &'a str,
    conditional: bool,
}

impl GrantedCommand<'_> {
    fn is_command(&self) -> bool {
        let word = self.name.split_whitespace().next().unwrap_or_default();
        word.starts_with(['/', '^', '*']) || matches!(word, "ALL" | "sudoedit" | "list")
    }

    /// Returns the right as sudoers writes it.
    fn right(&self, target: &NamedTarget, unchecked: bool) -> String {
        let tag = if unchecked { "NOPASSWD: " } else { "" };
        let command: String = without_secrets(self.name).chars().take(LONGEST_COMMAND).collect();
        format!("sudo ({}) {tag}{command}", shortened(&target.shown))
    }
}

fn is_group(key: &SourceKey) -> bool {
    key.as_str().contains("/group/")
}

/// Returns whether a name has the form of an alias.
fn is_alias(name: &str) -> bool {
    name.starts_with(|character: char| character.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

fn program_of(command: &str) -> String {
    command.split_whitespace().next().unwrap_or_default().to_owned()
}

/// Returns a command line without the values of what looks like a secret.
fn without_secrets(command: &str) -> String {
    let mut words = Vec::new();
    let mut follows = false;
    for (place, word) in command.split_whitespace().enumerate() {
        let lower = word.to_ascii_lowercase();
        let is_option = word.starts_with('-') || word.contains('=');
        let is_secretive = place > 0 && is_option && SECRETIVE.iter().any(|known| lower.contains(known));
        words.push(match word.split_once('=') {
            _ if std::mem::take(&mut follows) => "…".to_owned(),
            Some((name, _)) if is_secretive => format!("{name}=…"),
            _ => {
                follows = is_secretive;
                word.chars().filter(|character| !character.is_control()).collect()
            }
        });
    }
    words.join(" ")
}
