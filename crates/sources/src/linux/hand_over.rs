//! The nodes and relations of a host whose files were read.

use super::account_files::{HostAccount, PasswordState};
use super::sudo::SudoOutcome;
use super::{HostFleet, HostReading, place};
use crate::reading::{SourceError, SourceSink};
use crate::record::{
    AccountRecord, AccountUse, CredentialClass, CredentialRecord, EdgeBody, GroupRecord, NodeBody, NodeKind,
    PersonalAttributes, PrivilegeLevel, Relation, ResourceRecord, SourceKey, SourceNode,
};
use crate::relations::InputPlace;
use crate::text::{fit, shortened};
use std::collections::{BTreeMap, HashSet};

/// Groups whose members take the host by the programs or devices that the group opens (the guides of Docker, LXD and Incus;
/// `disk` reads and writes the devices under the file systems).
const AMOUNTING_TO_ROOT: [&str; 4] = ["docker", "lxd", "incus-admin", "disk"];

/// The lowest number of an account of a person, as `login.defs` has it on the distributions in use.
const LEAST_OF_PEOPLE: u32 = 1000;

impl HostReading<'_> {
    /// Hands over everything that the files say.
    pub(super) fn hand_over<S: SourceSink>(
        mut self,
        fleet: &mut HostFleet,
        sink: &mut S,
    ) -> Result<(), SourceError<S::Error>> {
        let body = NodeBody::Resource(ResourceRecord { class: Some("host".to_owned()), owner: None });
        let host = SourceNode { key: self.key.clone(), name: self.name.to_owned(), body };
        fleet.take(host, sink)?;
        let outcome = self.sudo(fleet);
        self.hand_over_groups(fleet, &outcome, sink)?;
        self.hand_over_accounts(fleet, &outcome, sink)?;
        self.hand_over_keys(fleet);
        self.report_unknown_names(fleet);
        Ok(())
    }

    fn hand_over_groups<S: SourceSink>(
        &self,
        fleet: &mut HostFleet,
        outcome: &SudoOutcome,
        sink: &mut S,
    ) -> Result<(), SourceError<S::Error>> {
        for group in &self.groups {
            let Some(key) = self.key_of("group", &group.name) else { continue };
            let is_root = AMOUNTING_TO_ROOT.contains(&group.name.as_str());
            if is_root {
                let rights = vec![format!("member of {}", group.name)];
                let level = Some(PrivilegeLevel::Administer);
                let body = EdgeBody { rights, level, ..EdgeBody::default() };
                fleet.relations.add(&key, Relation::May, &self.key, body);
            }
            for member in &group.members {
                match self.account(member).and_then(|account| self.key_of("user", &account.login)) {
                    Some(member) => {
                        fleet.relations.add(&member, Relation::MemberOf, &key, EdgeBody::default())
                    }
                    None => fleet.report.leave_out(
                        place(self.name, "group", group.line),
                        format!("`passwd` has no account `{}`", shortened(member)),
                    ),
                }
            }
            let privileged = Some(is_root || outcome.administering.contains(&key));
            self.group_node(fleet, (key, &group.name, group.line, privileged), None, sink)?;
        }
        if let Some(key) = outcome.names_everyone.then(|| self.key_of("group", "ALL")).flatten() {
            let privileged = Some(outcome.administering.contains(&key));
            let description = Some("every account of the host, as sudoers means it".to_owned());
            self.group_node(fleet, (key, "ALL", 0, privileged), description, sink)?;
        }
        Ok(())
    }

    fn group_node<S: SourceSink>(
        &self,
        fleet: &mut HostFleet,
        (key, name, line, privileged): (SourceKey, &str, u64, Option<bool>),
        description: Option<String>,
        sink: &mut S,
    ) -> Result<(), SourceError<S::Error>> {
        if fleet.relations.describe(&key, NodeKind::Group, InputPlace { file: 0, at: line }).is_err() {
            fleet
                .report
                .leave_out(self.name, format!("the key `{}` is there twice", shortened(key.as_str())));
            return Ok(());
        }
        let body = NodeBody::Group(GroupRecord { description, privileged, ..GroupRecord::default() });
        fleet.take(SourceNode { key, name: name.to_owned(), body }, sink)
    }

    fn hand_over_accounts<S: SourceSink>(
        &mut self,
        fleet: &mut HostFleet,
        outcome: &SudoOutcome,
        sink: &mut S,
    ) -> Result<(), SourceError<S::Error>> {
        let everyone = outcome.names_everyone.then(|| self.key_of("group", "ALL")).flatten();
        // The first group with a number has it.
        let mut by_number = BTreeMap::new();
        for group in &self.groups {
            by_number.entry(group.gid).or_insert_with(|| group.name.clone());
        }
        for account in std::mem::take(&mut self.accounts) {
            let Some(key) = self.key_of("user", &account.login) else { continue };
            let described = InputPlace { file: 0, at: account.line };
            if fleet.relations.describe(&key, NodeKind::Account, described).is_err() {
                fleet
                    .report
                    .leave_out(self.name, format!("the key `{}` is there twice", shortened(key.as_str())));
                continue;
            }
            let primary = by_number.get(&account.gid).and_then(|name| self.key_of("group", name));
            if primary.is_none() && self.has_groups {
                let reason = format!("`group` has no group with the number {}", account.gid);
                fleet.report.leave_out(place(self.name, "passwd", account.line), reason);
            }
            for group in primary.iter().chain(&everyone) {
                fleet.relations.add(&key, Relation::MemberOf, group, EdgeBody::default());
            }
            if let Some(body) = entrance(&account) {
                fleet.relations.add(&key, Relation::May, &self.key, body);
            }
            self.hand_over_password(fleet, &account, &key, sink)?;
            let name = account.login.clone();
            let body = NodeBody::Account(self.account_record(account));
            fleet.take(SourceNode { key, name, body }, sink)?;
        }
        Ok(())
    }

    fn account_record(&self, account: HostAccount) -> AccountRecord {
        let full_name = account.gecos.split(',').next().and_then(fit);
        let is_system = account.uid != 0 && (account.uid < LEAST_OF_PEOPLE || account.shell_refuses());
        let used_by = is_system.then_some(AccountUse::Service);
        // Of an account of a program the field says what it is for.
        let (display_name, description) =
            if is_system || account.uid == 0 { (None, full_name) } else { (full_name, None) };
        AccountRecord {
            personal: PersonalAttributes { display_name, ..PersonalAttributes::default() },
            used_by,
            description,
            enabled: enabled(&account),
            last_used_at: self.log.accounts.get(&account.login).copied(),
            password_set_at: account.password_set_at,
            password_never_expires: account.password_never_expires.filter(|_| has_password(&account)),
            expires_at: account.expires_at,
            ..AccountRecord::default()
        }
    }

    fn hand_over_password<S: SourceSink>(
        &self,
        fleet: &mut HostFleet,
        account: &HostAccount,
        owner: &SourceKey,
        sink: &mut S,
    ) -> Result<(), SourceError<S::Error>> {
        let name = match account.password {
            Some(PasswordState::Set) => "password",
            Some(PasswordState::Empty) => "no password is asked for",
            Some(PasswordState::Locked) | None => return Ok(()),
        };
        let Some(key) = SourceKey::new(&format!("{owner}/password")) else { return Ok(()) };
        let place = InputPlace { file: 0, at: account.line };
        if fleet.relations.describe(&key, NodeKind::Credential, place).is_err() {
            return Ok(());
        }
        fleet.relations.add(owner, Relation::Has, &key, EdgeBody::default());
        let body = NodeBody::Credential(CredentialRecord {
            class: CredentialClass::Password,
            enabled: Some(true),
            created_at: account.password_set_at,
            last_used_at: None,
            expires_at: None,
        });
        fleet.take(SourceNode { key, name: name.to_owned(), body }, sink)
    }

    fn hand_over_keys(&self, fleet: &mut HostFleet) {
        for key in &self.keys {
            let Some(owner) = self.key_of("user", &key.login) else { continue };
            let used_at = self.log.keys.get(key.fingerprint.as_str()).copied();
            fleet.keys.add(&key.fingerprint, &key.name, used_at);
            let body = EdgeBody {
                rights: key.options.clone(),
                conditional: key.conditional,
                granted_by: Some(key.place.clone()),
                ..EdgeBody::default()
            };
            fleet.relations.add(&owner, Relation::Has, &key.fingerprint, body);
        }
    }

    /// Reports the accounts that the log knows and `passwd` does not.
    fn report_unknown_names(&self, fleet: &mut HostFleet) {
        let known: HashSet<&String> = self.logins.keys().collect();
        for login in self.log.accounts.keys().filter(|login| !known.contains(login)) {
            let reason = format!("the log has a use of `{}`, which `passwd` does not have", shortened(login));
            fleet.report.leave_out(self.name, reason);
        }
    }
}

fn has_password(account: &HostAccount) -> bool {
    account.password == Some(PasswordState::Set)
}

/// Returns whether the account can be used, as far as the files say.
fn enabled(account: &HostAccount) -> Option<bool> {
    if account.shell_refuses() {
        return Some(false);
    }
    match account.password {
        Some(PasswordState::Set | PasswordState::Empty) => Some(true),
        // A locked password refuses passwords and nothing else: a key still signs in.
        Some(PasswordState::Locked) | None => account.has_keys.then_some(true),
    }
}

/// Returns what the account may do on the host by itself.
fn entrance(account: &HostAccount) -> Option<EdgeBody> {
    let (right, level) = match account.uid {
        0 => ("uid 0", PrivilegeLevel::Administer),
        _ if account.shell_refuses() => return None,
        _ => ("sign in", PrivilegeLevel::Read),
    };
    let granted_by = Some(format!("`passwd`, line {}", account.line));
    Some(EdgeBody { rights: vec![right.to_owned()], level: Some(level), granted_by, ..EdgeBody::default() })
}
