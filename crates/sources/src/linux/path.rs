//! Which file of a host a path is.

/// What a file of a host is, in the order in which the files are read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum HostFileClass {
    /// `/etc/passwd`: the accounts.
    Passwd,
    /// `/etc/shadow`: the state of their passwords.
    Shadow,
    /// `/etc/group`: the groups and their members.
    Group,
    /// A file of public keys that may sign in.
    AuthorizedKeys {
        /// The account: its login, or its home folder.
        of: String,
    },
    /// The log of `sshd` and `sudo`: `/var/log/auth.log` or `/var/log/secure`.
    LoginLog,
    /// `/etc/sudoers` or a file of `/etc/sudoers.d`: who may run what as whom.
    Sudoers,
}

impl HostFileClass {
    /// Returns what the file at this path of a host, or of a folder with files of it, is; `None` if it is none that is read.
    ///
    /// A file of `sudoers.d` with a dot in its name or a tilde at its end is none: sudo passes it over too.
    pub fn of_path(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        let (name, folders) = parts.split_last()?;
        let parent = folders.last().copied().unwrap_or_default();
        if parent == "sudoers.d" {
            return (!name.contains('.') && !name.ends_with('~')).then_some(Self::Sudoers);
        }
        if matches!(parent, "authorized_keys" | "authorized_keys.d") {
            return Some(Self::AuthorizedKeys { of: (*name).to_owned() });
        }
        if matches!(*name, "authorized_keys" | "authorized_keys2") && parent == ".ssh" {
            let home = folders.get(..folders.len() - 1).unwrap_or_default();
            return (!home.is_empty()).then(|| Self::AuthorizedKeys { of: format!("/{}", home.join("/")) });
        }
        let is_log = |stem: &str| {
            name.strip_prefix(stem).is_some_and(|rest| {
                rest.is_empty()
                    || (rest.starts_with(['.', '-']) && !rest.ends_with("gz") && !rest.ends_with("xz"))
            })
        };
        match *name {
            "passwd" => Some(Self::Passwd),
            "shadow" => Some(Self::Shadow),
            "group" => Some(Self::Group),
            "sudoers" => Some(Self::Sudoers),
            _ => (is_log("auth.log") || is_log("secure")).then_some(Self::LoginLog),
        }
    }
}
