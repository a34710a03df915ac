//! Linux hosts: accounts, groups, sudo, keys, and a real log of sign-ins.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests stop at the first surprise"
)]

use countersign_names::Timestamp;
use countersign_sources::{
    AccountRecord, AccountUse, CredentialClass, HostFile, HostFileClass, LinuxHost, NodeBody, NodeKind,
    PrivilegeLevel, ReadingReport, SourceEdge, SourceNode, SourceRecord, read_linux_hosts,
};
use countersign_testkit::outside;
use std::collections::BTreeMap;

const ED25519: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIAYL8WpZ77Boo2zyf/qLRNB/MYzVIcJKBczYOFPURUgn";
/// What `ssh-keygen -lf` says of it.
const ED25519_PRINT: &str = "SHA256:KGWJ/X/D0NKXoxQniP/k6QI453tAWeSCVUXvmdLl/JA";
const RSA: &str = "AAAAB3NzaC1yc2EAAAADAQABAAABAQDmZDJpE6uw+CKlR//+sZnr2OkTjFxOGVZVYlVJUy6CQoV8M7Cim5C4VFWfJgakfUEcDEG5XmhI48vRhh6mWEm2JoYc8qkKJje+g5wibpBXIgcZwC1n2j/SqG9l4SRL6Szfm1KblStg4Y7epGdOFNkzQCHEAHr6Fr1XQucPH2WJTgel0geyRSFrk3DAAxJ2O8tTthfSucExywo6gJERBHRB21DtDT4Y8a7gNudqKqycydefWo3e4rY5vpaclLP9iFClqWihWVCNNRt/keMoVwKFzFtXhnt2nIrgaAjRhbETj6rkD1w2D2bHfG98OyJtVZ2WxQnpYA2Yte9+9BAhJNcB";
const RSA_PRINT: &str = "SHA256:RI59W9FUUbx7Qruvo51GLgxR4WhvyO723eds0vvDtRo";

const PASSWD: &str = "\
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
postgres:x:112:118:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash
ada:x:1000:1000:Ada Lovelace,Room 1,555-1234,:/home/ada:/bin/bash
bob:x:1001:1001::/home/bob:/bin/zsh
toor:x:0:0::/root:/bin/sh
deploy:x:1002:1002:Deployment:/srv/deploy:/bin/sh
kiosk:x:1003:100::/home/kiosk:/bin/bash
";

const SHADOW: &str = "\
root:*:19000:0:99999:7:::
daemon:*:18375:0:99999:7:::
postgres:!:19000:0:99999:7:::
ada:$y$j9T$SECRETSALT$SECRETHASH:19500:0:90:7:::
bob:!$6$SECRETSALT$SECRETHASH:0:0:99999:7::20000:
deploy:!!:19000::::::
kiosk::19000:0:99999:7:::
";

const GROUP: &str = "\
root:x:0:
daemon:x:1:
sudo:x:27:ada
users:x:100:ada,bob
postgres:x:118:
docker:x:999:bob,deploy
ada:x:1000:
bob:x:1001:
deploy:x:1002:
ops:x:2000:bob, ada
";

struct Host(Vec<SourceNode>, BTreeMap<String, SourceNode>, Vec<SourceEdge>, ReadingReport);

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

fn read_files(hosts: &[(&str, &[(&str, &str)])]) -> Result<Host, String> {
    let hosts = hosts.iter().map(|(name, files)| LinuxHost {
        name,
        files: files
            .iter()
            .map(|(path, text)| HostFile {
                class: HostFileClass::of_path(path).unwrap(),
                path,
                changed_at: at("2024-04-20T18:00:00Z"),
                input: text.as_bytes(),
            })
            .collect(),
    });
    let mut records = Vec::new();
    let report = read_linux_hosts(hosts, &mut records).map_err(|error| error.to_string())?;
    let (mut nodes, mut by_key, mut edges) = (Vec::new(), BTreeMap::new(), Vec::new());
    for record in records {
        match record {
            SourceRecord::Node(node) => {
                assert!(by_key.insert(node.key.to_string(), (*node).clone()).is_none(), "{node:?}");
                nodes.push(*node);
            }
            SourceRecord::Edge(edge) => {
                assert!(by_key.contains_key(edge.from.as_str()) && by_key.contains_key(edge.to.as_str()));
                edges.push(edge);
            }
        }
    }
    assert_eq!((report.nodes, report.edges), (nodes.len() as u64, edges.len() as u64));
    Ok(Host(nodes, by_key, edges, report))
}

fn read(files: &[(&str, &str)]) -> Host {
    read_files(&[("web-1.corp.example", files)]).unwrap()
}

/// Reads the files above with these rules.
fn with_sudoers(sudoers: &str) -> Host {
    read(&[("etc/passwd", PASSWD), ("etc/group", GROUP), ("etc/sudoers", sudoers)])
}

impl Host {
    fn account(&self, login: &str) -> &AccountRecord {
        let NodeBody::Account(account) = &self.1[&format!("host:web-1.corp.example/user/{login}")].body
        else {
            panic!("{login}")
        };
        account
    }

    /// Returns the relations of a kind, in short, without those that every host has.
    fn edges(&self, relation: &str) -> Vec<String> {
        let short = |key: &str| {
            let short = key.replace("host:web-1.corp.example", "");
            if short.is_empty() { "host".to_owned() } else { short.trim_start_matches('/').to_owned() }
        };
        let mut shown: Vec<String> = self
            .2
            .iter()
            .filter(|edge| edge.relation.as_str() == relation)
            .map(|edge| {
                let level = match edge.body.level {
                    None => "",
                    Some(PrivilegeLevel::Read) => " read",
                    Some(PrivilegeLevel::Write) => " write",
                    Some(PrivilegeLevel::Administer) => " administer",
                };
                let condition = if edge.body.conditional { " if" } else { "" };
                let rights = edge.body.rights.join(" + ");
                let colon = if rights.is_empty() { "" } else { ": " };
                format!(
                    "{} {}{level}{condition}{colon}{rights}",
                    short(edge.from.as_str()),
                    short(edge.to.as_str())
                )
            })
            .collect();
        shown.sort();
        shown
    }

    /// Returns what sudo gives, in short.
    fn sudo(&self) -> Vec<String> {
        let mut edges = self.edges("may");
        edges.extend(self.edges("controls"));
        edges.retain(|edge| edge.contains("sudo ("));
        // What the files give beside sudo is a part of the same relation.
        edges.iter().map(|edge| edge.replace("sign in + ", "").replace("member of docker + ", "")).collect()
    }

    fn listed(&self) -> Vec<String> {
        self.3.listed.iter().map(|unread| unread.to_string().replace("web-1.corp.example, ", "")).collect()
    }
}

#[test]
fn accounts_say_what_they_are_for_and_the_state_of_their_passwords() {
    let host = read(&[("etc/passwd", PASSWD), ("etc/shadow", SHADOW), ("etc/group", GROUP)]);
    assert_eq!(host.listed(), [""; 0]);
    let ada = host.account("ada");
    assert_eq!(ada.personal.display_name.as_deref(), Some("Ada Lovelace"));
    assert_eq!((ada.used_by, ada.enabled), (None, Some(true)));
    assert_eq!((ada.password_set_at, ada.password_never_expires), (at("2023-05-23T00:00:00Z"), Some(false)));
    let postgres = host.account("postgres");
    assert_eq!((postgres.used_by, postgres.enabled), (Some(AccountUse::Service), None), "it may have a key");
    assert_eq!(postgres.description.as_deref(), Some("PostgreSQL administrator"));
    assert_eq!(host.account("daemon").enabled, Some(false), "its shell refuses");
    let bob = host.account("bob");
    assert_eq!((bob.enabled, bob.password_set_at), (None, None));
    assert_eq!(bob.expires_at, at("2024-10-04T00:00:00Z"));
    assert_eq!(
        host.edges("has"),
        ["user/ada user/ada/password", "user/kiosk user/kiosk/password"],
        "a locked password is no credential"
    );
    assert_eq!(host.1["host:web-1.corp.example/user/kiosk/password"].name, "no password is asked for");
    assert_eq!(
        host.edges("may"),
        [
            "group/docker host administer: member of docker",
            "user/ada host read: sign in",
            "user/bob host read: sign in",
            "user/deploy host read: sign in",
            "user/kiosk host read: sign in",
            "user/postgres host read: sign in",
            "user/root host administer: uid 0",
            "user/toor host administer: uid 0",
        ]
    );
    let members = host.edges("member_of");
    for member in [
        "user/ada group/ada",
        "user/ada group/ops",
        "user/ada group/sudo",
        "user/bob group/docker",
        "user/kiosk group/users",
    ] {
        assert!(members.contains(&member.to_owned()), "{member} in {members:?}");
    }
    let NodeBody::Group(docker) = &host.1["host:web-1.corp.example/group/docker"].body else { panic!() };
    let NodeBody::Group(users) = &host.1["host:web-1.corp.example/group/users"].body else { panic!() };
    assert_eq!((docker.privileged, users.privileged), (Some(true), Some(false)));
    assert!(!format!("{:?}{:?}", host.0, host.2).contains("SECRET"), "no hash gets into a record");
}

#[test]
fn sudo_administers_the_host_where_its_command_amounts_to_every_command() {
    for (rule, expected) in [
        ("ada ALL=(ALL:ALL) ALL", &["user/ada host administer: sudo (ALL) ALL"][..]),
        ("%sudo ALL=(ALL:ALL) NOPASSWD: ALL", &["group/sudo host administer: sudo (ALL) NOPASSWD: ALL"]),
        ("#1000 ALL = ALL", &["user/ada host administer: sudo (root) ALL"]),
        ("%#27 ALL = ALL # the administrators", &["group/sudo host administer: sudo (root) ALL"]),
        (
            "ada ALL=(root) /usr/bin/systemctl restart nginx, NOPASSWD: /usr/bin/vim /etc/motd",
            &[
                "user/ada host administer: sudo (root) /usr/bin/systemctl restart nginx + sudo (root) NOPASSWD: /usr/bin/vim /etc/motd",
            ],
        ),
        ("ada ALL=(postgres) ALL", &["user/ada user/postgres administer: sudo (postgres) ALL"]),
        ("ada ALL=(postgres) /usr/bin/pg_dump", &["user/ada host write: sudo (postgres) /usr/bin/pg_dump"]),
        ("ada ALL=(toor) ALL", &["user/ada host administer: sudo (toor) ALL"]),
        ("ada ALL=(:docker) ALL", &["user/ada host write: sudo (:docker) ALL"]),
        (
            "bob, ada web-1 = /sbin/reboot",
            &[
                "user/ada host write: sudo (root) /sbin/reboot",
                "user/bob host write: sudo (root) /sbin/reboot",
            ],
        ),
        ("ada WEB-1.corp.example = /sbin/reboot", &["user/ada host write: sudo (root) /sbin/reboot"]),
        ("ada web-2, db-1 = ALL", &[]),
        ("ada db-1 = ALL : web-1 = /sbin/reboot", &["user/ada host write: sudo (root) /sbin/reboot"]),
        ("ada ALL, !web-1 = ALL", &[]),
        ("ada 10.0.0.0/8 = ALL", &["user/ada host administer if: sudo (root) ALL"]),
        ("ada ALL = NOTBEFORE=20240101 /sbin/reboot", &["user/ada host write if: sudo (root) /sbin/reboot"]),
        (
            "ada ALL = sha256:abc, sha512:def== /sbin/reboot",
            &["user/ada host write: sudo (root) /sbin/reboot"],
        ),
        ("ada ALL = NOEXEC: PASSWD: /bin/ls \\, /tmp", &["user/ada host write: sudo (root) /bin/ls , /tmp"]),
        (
            "ada ALL = NOPASSWD: \\\n    /sbin/halt, \\\n    /sbin/reboot",
            &["user/ada host write: sudo (root) NOPASSWD: /sbin/halt + sudo (root) NOPASSWD: /sbin/reboot"],
        ),
        ("Defaults !authenticate\nada ALL=ALL", &["user/ada host administer: sudo (root) NOPASSWD: ALL"]),
        ("Defaults env_reset, targetpw\nada ALL=ALL", &["user/ada host administer if: sudo (root) ALL"]),
        ("ada, bob, !bob ALL = ALL", &["user/ada host administer: sudo (root) ALL"]),
        ("ALL ALL = ALL", &["group/ALL host administer: sudo (root) ALL"]),
        (
            "ada ALL = /bin/db --password=SECRET -v, /bin/db --token SECRET x",
            &["user/ada host write: sudo (root) /bin/db --password=… -v + sudo (root) /bin/db --token … x"],
        ),
    ] {
        let host = with_sudoers(&format!("{rule}\n"));
        assert_eq!(host.sudo(), expected, "{rule}");
    }
}

#[test]
fn aliases_stand_for_what_is_in_them() {
    let host = with_sudoers(
        "User_Alias OPS = ada, %docker : GONE = ada\n\
         Runas_Alias DB = postgres\n\
         Host_Alias WEB = web-1, web-2 : ELSEWHERE = db-1\n\
         Cmnd_Alias POWER = /sbin/reboot, /sbin/halt : MORE = POWER, /sbin/ip link\n\
         OPS WEB = (root) MORE, (DB) NOPASSWD: ALL\n\
         OPS ELSEWHERE = ALL\n",
    );
    assert_eq!(host.listed(), [""; 0]);
    let power = "sudo (root) /sbin/halt + sudo (root) /sbin/ip link + sudo (root) /sbin/reboot";
    assert_eq!(
        host.sudo(),
        [
            format!("group/docker host administer: {power}"),
            format!("user/ada host write: {power}"),
            "group/docker user/postgres administer: sudo (DB) NOPASSWD: ALL".replace("(DB)", "(postgres)"),
            "user/ada user/postgres administer: sudo (postgres) NOPASSWD: ALL".to_owned(),
        ]
    );
}

#[test]
fn what_sudoers_says_and_is_not_read_is_said_by_line() {
    let host = with_sudoers(
        "# a comment\n\
         Defaults:ada !authenticate\n\
         nobody ALL = ALL\n\
         +netgroup ALL = ALL\n\
         ada ALL = ALL, !/bin/su -\n\
         ada ALL (root) ALL\n\
         User_Alias A = B\n\
         User_Alias B = A\n\
         A ALL = ALL\n\
         ada NOWHERE = ALL\n\
         ada ALL = reboot\n\
         %sudo, !bob ALL = /sbin/reboot\n\
         User_Alias A = ada\n\
         @include /etc/sudoers.local\n\
         #includedir /etc/sudoers.d\n\
         ada ALL = (bob\n\
         ada ALL = /bin/ls, \n",
    );
    let said = |line: u64, reason: &str| format!("`etc/sudoers`, line {line}: {reason}");
    let mut expected = vec![
        said(2, "`!authenticate` holds for some only, which is not read"),
        said(6, "it is not understood: `=` is missing behind the hosts"),
        said(13, "the alias `A` is defined already: that definition is read"),
        said(14, "it includes `/etc/sudoers.local`, which is not there"),
        said(15, "it includes the folder `/etc/sudoers.d`, of which no file is there"),
        said(16, "it is not understood: `)` is missing behind whom the command runs as"),
        said(17, "it is not understood: a command is missing"),
        said(3, "`passwd` has no account `nobody`"),
        said(4, "`+netgroup` is a group of another system, which the files do not describe"),
        said(5, "`!/bin/su` is not subtracted: what the rule allows beside it may lead to the same"),
        said(9, "the alias `A` contains itself, or is too deep"),
        said(10, "there is no alias of hosts `NOWHERE`"),
        said(11, "`reboot` is no path and no alias of commands"),
        said(12, "`!bob` is not subtracted from a group or from all"),
    ];
    let mut listed = host.listed();
    expected.sort();
    listed.sort();
    assert_eq!(listed, expected);
}

#[test]
fn aliases_that_multiply_are_bounded() {
    let mut sudoers = String::from("Cmnd_Alias A0 = /bin/a, /bin/b\n");
    for number in 1..60 {
        sudoers += &format!("Cmnd_Alias A{number} = A{0}, A{0}, A{0}\n", number - 1);
    }
    let host = with_sudoers(&format!("{sudoers}ada ALL = A59\nbob ALL = ALL\n"));
    assert_eq!(
        host.listed(),
        [
            "`etc/sudoers`, line 61: the lists with their aliases have too many names",
            "`etc/sudoers`, line 62: the lists with their aliases have too many names"
        ]
    );
}

#[test]
fn files_of_a_folder_belong_to_the_rules() {
    let files = [
        ("etc/passwd", PASSWD),
        ("etc/sudoers", "@includedir /etc/sudoers.d\n"),
        ("etc/sudoers.d/10-ops", "OPS ALL = /sbin/reboot\n"),
        ("etc/sudoers.d/20-names", "User_Alias OPS = ada\n"),
    ];
    let host = read(&files);
    assert_eq!(host.listed(), [""; 0]);
    assert_eq!(host.sudo(), ["user/ada host write: sudo (root) /sbin/reboot"]);
    let reboot =
        host.2.iter().find(|edge| edge.body.rights.iter().any(|right| right.contains("reboot"))).unwrap();
    assert_eq!(
        reboot.body.granted_by.as_deref(),
        Some("`etc/sudoers.d/10-ops`, line 1, `passwd`, line 4"),
        "the places of the rule and of the account"
    );
}

#[test]
fn keys_are_their_fingerprints_and_lead_to_every_account_that_takes_them() {
    let of_ada = format!(
        "# keys\nssh-ed25519 {ED25519} ada@laptop\n\
         from=\"10.0.0.0/8,*.corp.example\",no-pty,command=\"/usr/bin/backup --token SECRET\",environment=\"KEY=SECRET\" ssh-rsa {RSA} backup host\n"
    );
    let of_deploy = format!("ssh-ed25519 {ED25519}\n");
    let log = "Apr 20 14:14:29 web-1 sshd[3964]: Accepted publickey for deploy from 192.0.2.1 port 51816 ssh2: ED25519 SHA256:KGWJ/X/D0NKXoxQniP/k6QI453tAWeSCVUXvmdLl/JA\n";
    let files = [
        ("passwd", PASSWD),
        ("shadow", SHADOW),
        ("home/ada/.ssh/authorized_keys", of_ada.as_str()),
        ("srv/deploy/.ssh/authorized_keys", &of_deploy),
        ("auth.log", log),
    ];
    let host = read(&files);
    assert_eq!(host.listed(), [""; 0]);
    let mut has = host.edges("has");
    has.retain(|edge| edge.contains("SHA256"));
    assert_eq!(
        has,
        [
            format!("user/ada {ED25519_PRINT}"),
            format!(
                "user/ada {RSA_PRINT} if: from=10.0.0.0/8,*.corp.example + no-pty + command=/usr/bin/backup + environment=KEY"
            ),
            format!("user/deploy {ED25519_PRINT}"),
        ]
    );
    assert_eq!(host.1[RSA_PRINT].name, "ssh-rsa 2048 bits backup host");
    let NodeBody::Credential(key) = &host.1[ED25519_PRINT].body else { panic!() };
    assert_eq!((key.class, key.last_used_at), (CredentialClass::SshKey, at("2024-04-20T14:14:29Z")));
    assert_eq!(host.account("deploy").enabled, Some(true), "its password is locked, and it has a key");
    let shown = format!("{:?}{:?}", host.0, host.2);
    assert!(
        !shown.contains("SECRET") && !shown.contains(ED25519),
        "neither secrets nor keys get into a record"
    );
}

#[test]
fn a_key_that_cannot_be_read_is_said() {
    let keys = format!(
        "ssh-rsa {ED25519} a\nssh-ed25519 %%% a\nssh-ed25519 AAAA a\nno-pty {ED25519}\ncommand=\"x ssh-rsa {RSA}\n1024 35 123 rsa1\n"
    );
    let host = read(&[
        ("passwd", PASSWD),
        ("root/.ssh/authorized_keys", &keys),
        ("home/eve/.ssh/authorized_keys", "x\n"),
    ]);
    let said = |line: u64, reason: &str| format!("`root/.ssh/authorized_keys`, line {line}: {reason}");
    assert_eq!(
        host.listed(),
        [
            "`home/eve/.ssh/authorized_keys`, line 1: `passwd` has no account `/home/eve`".to_owned(),
            said(1, "its key is not of the type `ssh-rsa` that stands before it"),
            said(2, "its key is not base64"),
            said(3, "its key is cut short"),
            said(4, &format!("`{ED25519}` is no type of a key")),
            said(5, "a quote in its options does not end"),
            said(6, "`35` is no type of a key"),
        ]
    );
}

#[test]
fn the_years_of_a_log_follow_from_its_last_line() {
    let accepted = |moment: &str, login: &str| {
        format!("{moment} web-1 sshd[1]: Accepted password for {login} from 192.0.2.1 port 1 ssh2\n")
    };
    for (log, login, used_at) in [
        (accepted("Apr 20 14:14:29", "ada"), "ada", at("2024-04-20T14:14:29Z")),
        (accepted("Apr  2 14:14:29", "ada"), "ada", at("2024-04-02T14:14:29Z")),
        // Later than the change of the file: of the year before.
        (accepted("Jul 20 14:14:29", "ada"), "ada", at("2023-07-20T14:14:29Z")),
        (accepted("Dec 31 23:59:59", "ada") + &accepted("Jan  1 00:00:01", "bob"), "ada", at("2023-12-31T23:59:59Z")),
        (accepted("Nov  1 00:00:00", "ada") + &accepted("Jan  1 00:00:01", "bob") + &accepted("Dec  1 00:00:00", "bob"), "ada", at("2022-11-01T00:00:00Z")),
        (accepted("Feb 29 12:00:00", "ada"), "ada", at("2024-02-29T12:00:00Z")),
        (accepted("2024-03-27T13:06:56.5+01:00", "ada"), "ada", at("2024-03-27T12:06:56.5Z")),
        (
            "Apr 20 14:14:29 web-1 sudo:      ada : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls\n".to_owned(),
            "ada",
            at("2024-04-20T14:14:29Z"),
        ),
        (
            "Apr 20 14:14:29 web-1 sudo:      ada : 3 incorrect password attempts ; TTY=pts/0 ; USER=root\n".to_owned(),
            "ada",
            None,
        ),
        // Anybody can try such a name.
        (
            "Apr 20 14:14:29 web-1 sshd[1]: Failed password for invalid user Accepted password for ada from 192.0.2.1 port 1 ssh2\n".to_owned(),
            "ada",
            None,
        ),
        ("Apr 20 14:14:29 web-1 other[1]: Accepted password for ada from 192.0.2.1 port 1 ssh2\n".to_owned(), "ada", None),
        (String::from("nonsense\n\nApr 99 1\n"), "ada", None),
    ] {
        let host = read(&[("passwd", PASSWD), ("auth.log", &log)]);
        assert_eq!(host.account(login).last_used_at, used_at, "{log}");
    }
    let log = accepted("Apr 20 14:14:29", "eve");
    let host = read(&[("passwd", PASSWD), ("auth.log", &log)]);
    assert_eq!(
        host.3.listed.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["web-1.corp.example: the log has a use of `eve`, which `passwd` does not have"]
    );
}

#[test]
fn a_log_whose_year_is_not_known_is_said() {
    let log = "Apr 20 14:14:29 web-1 sshd[1]: Accepted password for ada from 192.0.2.1 port 1 ssh2\n";
    let file = |path, text: &'static str| HostFile {
        class: HostFileClass::of_path(path).unwrap(),
        path,
        changed_at: None,
        input: text.as_bytes(),
    };
    let host = LinuxHost { name: "a", files: vec![file("passwd", PASSWD), file("auth.log", log)] };
    let mut records = Vec::new();
    let report = read_linux_hosts([host], &mut records).unwrap();
    let said: Vec<String> = report.listed.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        ["a, `auth.log`, line 1: the line has no year, and it is not known when the file was changed last"]
    );
}

#[test]
fn a_real_log_says_when_each_account_and_key_was_used_last() {
    let log = std::fs::read_to_string(outside::file("auth-log/auth.log")).unwrap();
    let mut passwd =
        String::from("root:x:0:0:root:/root:/bin/bash\nubuntu:x:1000:1000:Ubuntu:/home/ubuntu:/bin/bash\n");
    for number in 0..10 {
        passwd += &format!(
            "elastic_user_{number}:x:{0}:{0}::/home/elastic_user_{number}:/bin/bash\n",
            1001 + number
        );
    }
    passwd += "admin:x:1100:1100::/home/admin:/bin/bash\n";
    let host = read(&[("passwd", &passwd), ("auth.log", &log)]);
    assert_eq!(host.listed(), [""; 0], "it names no account that is not there");
    for (login, used_at) in [
        ("ubuntu", at("2024-04-20T14:14:29Z")),
        ("elastic_user_0", at("2024-03-31T09:49:44Z")),
        ("elastic_user_9", at("2024-03-31T17:30:34Z")),
        // 141 failed attempts are no use.
        ("admin", None),
    ] {
        assert_eq!(host.account(login).last_used_at, used_at, "{login}");
    }
}

#[test]
fn what_is_there_twice_or_is_no_account_is_said() {
    let passwd = "ada:x:1:1::/:/bin/sh\n\nada:x:2:1::/:/bin/sh\nshort:x:1\nbad:x:one:1::/:/bin/sh\n+::::::\n:x:1:1::/:/bin/sh\n";
    let group = "g:x:1:ada,eve\ng:x:2:\nh:x:1\n";
    let shadow = "eve:*:1:::::\nada:*:yesterday::::::\neve:*:1::::::\n";
    let host = read(&[("passwd", passwd), ("group", group), ("shadow", shadow)]);
    assert_eq!(
        host.listed(),
        [
            "`passwd`, line 3: `ada` is in line 1 already: that one is read",
            "`passwd`, line 4: it has 3 fields and not the seven of an account",
            "`passwd`, line 5: the number of the account is no number",
            "`passwd`, line 6: it takes accounts from a directory (NIS), which a file does not have: import the directory",
            "`passwd`, line 7: its login is empty, too long or has a control character",
            "`shadow`, line 1: it has 8 fields and not the nine of a password",
            "`shadow`, line 2: the date of the last change is no number of days since 1970",
            "`shadow`, line 3: `passwd` has no account `eve`",
            "`group`, line 2: `g` is in line 1 already: that one is read",
            "`group`, line 3: it has 3 fields and not the four of a group",
            "`group`, line 1: `passwd` has no account `eve`",
        ]
    );
}

#[test]
fn several_hosts_are_one_source_and_share_their_keys() {
    let keys = format!("ssh-ed25519 {ED25519} ada@laptop\n");
    let files = [("passwd", PASSWD), ("home/ada/.ssh/authorized_keys", keys.as_str())];
    let hosts = read_files(&[("a", &files), ("b", &files)]).unwrap();
    let leads: Vec<&str> = hosts
        .2
        .iter()
        .filter(|edge| edge.to.as_str() == ED25519_PRINT)
        .map(|edge| edge.from.as_str())
        .collect();
    assert_eq!(leads, ["host:a/user/ada", "host:b/user/ada"]);
    let hosts_read = hosts.0.iter().filter(|node| node.body.kind() == NodeKind::Resource).count();
    assert_eq!(hosts_read, 2);
    let refused = |hosts: &[(&str, &[(&str, &str)])]| read_files(hosts).err().unwrap();
    assert_eq!(
        refused(&[("a", &files), ("a", &files)]),
        "line 1: the host `a`: it is in the input twice; give each host a name of its own"
    );
    assert_eq!(
        refused(&[("a", &[("group", "")])]),
        "line 1: the host `a`: there is no `passwd` among its files"
    );
    assert!(refused(&[("", &files)]).contains("its name is empty"));
}

#[test]
fn the_path_says_what_a_file_is() {
    let keys = |of: &str| Some(HostFileClass::AuthorizedKeys { of: of.to_owned() });
    for (path, class) in [
        ("etc/passwd", Some(HostFileClass::Passwd)),
        ("./shadow", Some(HostFileClass::Shadow)),
        ("/etc/group", Some(HostFileClass::Group)),
        ("sudoers", Some(HostFileClass::Sudoers)),
        ("etc/sudoers.d/ops", Some(HostFileClass::Sudoers)),
        ("etc/sudoers.d/ops.bak", None),
        ("etc/sudoers.d/ops~", None),
        ("etc/sudoers.d/README", Some(HostFileClass::Sudoers)),
        ("home/ada/.ssh/authorized_keys", keys("/home/ada")),
        ("root/.ssh/authorized_keys2", keys("/root")),
        ("etc/ssh/authorized_keys.d/ada", keys("ada")),
        (".ssh/authorized_keys", None),
        ("var/log/auth.log", Some(HostFileClass::LoginLog)),
        ("var/log/auth.log.1", Some(HostFileClass::LoginLog)),
        ("var/log/auth.log.2.gz", None),
        ("var/log/secure-20240101", Some(HostFileClass::LoginLog)),
        ("etc/passwd-", None),
        ("etc/securetty", None),
        ("", None),
    ] {
        assert_eq!(HostFileClass::of_path(path), class, "{path}");
    }
}

#[test]
fn a_line_or_a_file_without_an_end_is_bounded() {
    let long = format!("ada:x:1:1:{}:/:/bin/sh\nbob:x:2:2::/:/bin/sh\n", "a".repeat(2 << 20));
    let host = read(&[("passwd", &long)]);
    assert_eq!(host.listed(), ["`passwd`, line 1: the line is too long"]);
    assert_eq!(host.0.len(), 2, "the host and bob");
    let endless = LinuxHost {
        name: "a",
        files: vec![HostFile {
            class: HostFileClass::Passwd,
            path: "passwd",
            changed_at: None,
            input: std::io::BufReader::new(std::io::repeat(b'a')),
        }],
    };
    let error = read_linux_hosts([endless], &mut Vec::new()).unwrap_err().to_string();
    assert_eq!(error, "line 1: the host `a`: `passwd` is larger than 64 MiB");
}
