//! `passwd`, `shadow` and `group` (passwd(5), shadow(5), group(5)).

use super::HostReading;
use crate::text::shortened;
use countersign_names::Timestamp;

/// Number of microseconds of a day.
const DAY_MICROS: i64 = 86_400_000_000;

/// The highest age of a password in days that means: it never expires. `useradd` writes it.
const NEVER: i64 = 99_999;

/// An account of a host.
#[derive(Debug, Default)]
pub(super) struct HostAccount {
    pub(super) login: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
    /// The full name and more, separated by commas.
    pub(super) gecos: String,
    pub(super) home: String,
    pub(super) shell: String,
    pub(super) line: u64,
    /// The state of its password, if a file says it.
    pub(super) password: Option<PasswordState>,
    pub(super) password_set_at: Option<Timestamp>,
    pub(super) password_never_expires: Option<bool>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) has_keys: bool,
}

impl HostAccount {
    /// Returns whether its shell refuses everybody who signs in.
    pub(super) fn shell_refuses(&self) -> bool {
        let program = self.shell.rsplit('/').next().unwrap_or_default();
        matches!(program, "nologin" | "false" | "sync" | "halt" | "shutdown")
    }
}

/// The state of a password. Its hash is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PasswordState {
    /// None is asked for.
    Empty,
    /// No password is accepted.
    Locked,
    /// There is one.
    Set,
}

impl PasswordState {
    fn of(field: &str) -> Self {
        match field.as_bytes().first() {
            None => Self::Empty,
            Some(b'!' | b'*') => Self::Locked,
            // `x` leads from `passwd` to `shadow`; in `shadow` no password has a hash this short.
            Some(_) if field.len() < 3 => Self::Locked,
            Some(_) => Self::Set,
        }
    }
}

/// A group of a host.
#[derive(Debug)]
pub(super) struct HostGroup {
    pub(super) name: String,
    pub(super) gid: u32,
    pub(super) members: Vec<String>,
    pub(super) line: u64,
}

impl HostReading<'_> {
    /// Reads a line of `passwd`.
    pub(super) fn passwd_line(&mut self, number: u64, line: &str) -> Result<(), String> {
        if is_blank(line) {
            return Ok(());
        }
        if line.starts_with(['+', '-']) {
            return Err(
                "it takes accounts from a directory (NIS), which a file does not have: import the directory"
                    .to_owned(),
            );
        }
        let fields: Vec<&str> = line.split(':').collect();
        let [login, password, uid, gid, gecos, home, shell] = fields[..] else {
            return Err(format!("it has {} fields and not the seven of an account", fields.len()));
        };
        let uid = number_of(uid, "the number of the account")?;
        let gid = number_of(gid, "the number of its group")?;
        if login.is_empty() || self.key_of("user", login).is_none() {
            return Err("its login is empty, too long or has a control character".to_owned());
        }
        if let Some(first) = self.account(login) {
            return Err(format!(
                "`{}` is in line {} already: that one is read",
                shortened(login),
                first.line
            ));
        }
        self.logins.insert(login.to_owned(), self.accounts.len());
        self.accounts.push(HostAccount {
            login: login.to_owned(),
            uid,
            gid,
            gecos: gecos.to_owned(),
            home: home.to_owned(),
            shell: shell.to_owned(),
            line: number,
            password: (password != "x").then(|| PasswordState::of(password)),
            ..HostAccount::default()
        });
        Ok(())
    }

    /// Reads a line of `shadow`.
    pub(super) fn shadow_line(&mut self, line: &str) -> Result<(), String> {
        if is_blank(line) {
            return Ok(());
        }
        let fields: Vec<&str> = line.split(':').collect();
        let [login, password, changed, _least, most, _warned, _inactive, expires, _reserved] = fields[..]
        else {
            return Err(format!("it has {} fields and not the nine of a password", fields.len()));
        };
        let days = |field: &str, what: &str| match field.trim() {
            "" => Ok(None),
            field => {
                field.parse::<i64>().map(Some).map_err(|_| format!("{what} is no number of days since 1970"))
            }
        };
        let changed = days(changed, "the date of the last change")?;
        let most = days(most, "the highest age of the password")?;
        let expires = days(expires, "the date of expiry")?;
        let Some(account) = self.account_mut(login) else {
            return Err(format!("`passwd` has no account `{}`", shortened(login)));
        };
        account.password = Some(PasswordState::of(password));
        // Zero asks for a new password at the next sign-in, and is no date.
        account.password_set_at = changed.filter(|days| *days > 0).and_then(day);
        account.password_never_expires = Some(most.is_none_or(|days| !(0..NEVER).contains(&days)));
        account.expires_at = expires.filter(|days| *days >= 0).and_then(day);
        Ok(())
    }

    /// Reads a line of `group`.
    pub(super) fn group_line(&mut self, number: u64, line: &str) -> Result<(), String> {
        if is_blank(line) {
            return Ok(());
        }
        if line.starts_with(['+', '-']) {
            return Err(
                "it takes groups from a directory (NIS), which a file does not have: import the directory"
                    .to_owned(),
            );
        }
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _password, gid, members] = fields[..] else {
            return Err(format!("it has {} fields and not the four of a group", fields.len()));
        };
        let gid = number_of(gid, "the number of the group")?;
        if name.is_empty() || self.key_of("group", name).is_none() {
            return Err("its name is empty, too long or has a control character".to_owned());
        }
        if let Some(first) = self.group(name) {
            return Err(format!("`{}` is in line {} already: that one is read", shortened(name), first.line));
        }
        let members = members.split(',').map(str::trim).filter(|member| !member.is_empty());
        let members = members.map(str::to_owned).collect();
        self.group_names.insert(name.to_owned(), self.groups.len());
        self.groups.push(HostGroup { name: name.to_owned(), gid, members, line: number });
        Ok(())
    }
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

fn number_of(field: &str, what: &str) -> Result<u32, String> {
    field.trim().parse().map_err(|_| format!("{what} is no number"))
}

fn day(days: i64) -> Option<Timestamp> {
    days.checked_mul(DAY_MICROS).map(Timestamp::from_micros)
}
