//! A real directory, read live: what `slapcat` exports and what the directory itself gives are the same.

use crate::stage::*;
use countersign_testkit::slapd::{MANAGER, SUFFIX, SlapdCertificate};
use countersign_testkit::{Slapd, skip};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// A directory with what directories have: people, services, disabled accounts, groups in groups and in a circle, roles,
/// groups by login and by number, a name that needs escapes, and a part on another server.
const ENTRIES: &str = "\
dn: dc=example,dc=org
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: ou=people,dc=example,dc=org
objectClass: organizationalUnit
ou: people

dn: uid=ada,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
objectClass: posixAccount
objectClass: shadowAccount
uid: ada
cn: Ada Lovelace
cn;lang-en: Countess of Lovelace
sn: Lovelace
mail: ada@example.org
employeeNumber: 7
uidNumber: 1000
gidNumber: 500
homeDirectory: /home/ada
shadowLastChange: 19000
manager: uid=grace,ou=people,dc=example,dc=org
userPassword: {SSHA}c2VjcmV0LW9mLWFkYS1sb3ZlbGFjZQ==

dn: uid=grace,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
objectClass: shadowAccount
uid: grace
cn:: R3JhY2UgSMO2cHBlcg==
sn: Hopper
shadowExpire: 1

dn: cn=Smith\\, John + uid=js,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
cn: Smith, John
uid: js
sn: Smith

dn: cn=backup,dc=example,dc=org
objectClass: applicationProcess
objectClass: simpleSecurityObject
cn: backup
userPassword: another-secret

dn: cn=staff,dc=example,dc=org
objectClass: groupOfNames
cn: staff
member: uid=ada,ou=people,dc=example,dc=org
member: cn=Smith\\2C John+uid=js,ou=people,dc=example,dc=org
member: cn=night,dc=example,dc=org
member: uid=gone,ou=people,dc=example,dc=org

dn: cn=night,dc=example,dc=org
objectClass: groupOfNames
cn: night
member: uid=grace,ou=people,dc=example,dc=org
member: cn=admins,dc=example,dc=org

dn: cn=admins,dc=example,dc=org
objectClass: groupOfUniqueNames
cn: admins
owner: uid=ada,ou=people,dc=example,dc=org
uniqueMember: cn=staff,dc=example,dc=org
uniqueMember: cn=backup,dc=example,dc=org

dn: cn=unix,dc=example,dc=org
objectClass: posixGroup
cn: unix
gidNumber: 500
memberUid: grace

dn: cn=operator,dc=example,dc=org
objectClass: organizationalRole
cn: operator
roleOccupant: uid=ada,ou=people,dc=example,dc=org

dn: cn=robot,dc=example,dc=org
objectClass: organizationalRole
objectClass: extensibleObject
cn: robot
userPassword: only its password makes it an account

dn: dc=branch,dc=example,dc=org
objectClass: referral
objectClass: extensibleObject
dc: branch
ref: ldap://branch.example.org/dc=branch,dc=example,dc=org
";

/// Number of nodes and edges of these, with 1,200 accounts besides.
const ALL: (u64, u64) = (1210, 10);

/// Adds this many accounts to a directory.
fn accounts(text: &mut String, number: usize) {
    for number in 0..number {
        let _ = write!(
            text,
            "\ndn: uid=u{number},{SUFFIX}\nobjectClass: inetOrgPerson\nuid: u{number}\ncn: User {number}\nsn: User\n\
             userPassword: x{number}\n"
        );
    }
}

/// A server with a directory declared, and how to run commands against it.
struct DirectoryStage {
    stage: Stage,
    _process: Process,
}

impl DirectoryStage {
    fn start() -> Self {
        let stage = Stage::new("edge-1", &Where::Here, "");
        let process = stage.serve();
        stage.ready();
        let this = Self { stage, _process: process };
        until("the operator's socket is open", || Some(()).filter(|()| this.run(&["status"], None).0 == 0));
        this.done(&["person", "add", "--name", "Ada", "--email", "ada@example.org"]);
        let words =
            ["source", "declare", "people", "--format", "ldif", "--title", "People", "--purpose", "tests"];
        this.done(&[&words[..], &["--owner", "ada@example.org"]].concat());
        this
    }

    /// Runs a command with this on its standard input. Returns its exit code, its answer and what it said.
    fn run(&self, words: &[&str], input: Option<&str>) -> (i32, Value, String) {
        let data = self.stage.data();
        let mut command =
            self.stage.command(&[words, &["--json", "--data", data.to_str().unwrap()]].concat());
        command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        if let Some(input) = input {
            child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        }
        let ran = child.wait_with_output().unwrap();
        let answer = serde_json::from_slice(&ran.stdout).unwrap_or(Value::Null);
        (ran.status.code().unwrap(), answer, String::from_utf8(ran.stderr).unwrap())
    }

    fn done(&self, words: &[&str]) -> Value {
        let (code, answer, said) = self.run(words, None);
        assert_eq!(code, 0, "{words:?}: {said}");
        answer
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.stage.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn import_file(&self, path: &Path) -> Value {
        self.done(&["inventory", "import", "people", "--file", path.to_str().unwrap(), "--yes"])
    }

    /// Reads the directory as its manager.
    fn import_live(&self, slapd: &Slapd, more: &[&str]) -> (i32, Value, String) {
        let password = self.file("password", &format!("{}\n", MANAGER.1));
        let url = slapd.url();
        let words =
            ["inventory", "import", "people", "--ldap", &url, "--base", SUFFIX, "--bind-dn", MANAGER.0];
        let given = ["--password-file", password.to_str().unwrap()];
        self.run(&[&words[..], &given, more].concat(), None)
    }
}

/// That nothing changes, and how much stays.
fn all_the_same(answer: &Value) -> (u64, u64) {
    let same = |what: &str| {
        let counts = &answer["applied"][what];
        let same = counts["same"].as_u64().unwrap();
        assert_eq!(*counts, json!({"new": 0, "changed": 0, "gone": 0, "same": same}), "{answer:#}");
        same
    };
    (same("nodes"), same("edges"))
}

#[test]
fn an_export_and_a_live_reading_of_a_directory_are_the_same() {
    if !Slapd::installed() {
        return skip("slapd is not installed");
    }
    // Three pages.
    let mut entries = ENTRIES.to_owned();
    accounts(&mut entries, 1200);
    let slapd = Slapd::start(&entries, "", None);
    let stage = DirectoryStage::start();
    let export = slapd.export();
    assert!(export.contains("dn: dc=branch,dc=example,dc=org"));
    let first = stage.import_file(&stage.file("slapcat.ldif", &export));
    assert_eq!(
        (first["read"]["nodes"].as_u64(), first["read"]["edges"].as_u64()),
        (Some(ALL.0), Some(ALL.1)),
        "{first:#}"
    );

    let (code, live, said) = stage.import_live(&slapd, &[]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(all_the_same(&live), ALL);
    // The member that is gone, and the part on another server.
    assert_eq!((&live["read"]["unread"], &first["read"]["unread"]), (&json!(2), &json!(2)), "{live:#}");
    let listed = live["read"]["listed"].to_string();
    assert!(listed.contains("uid=gone") && listed.contains("ldap://branch.example.org/"), "{listed}");
    assert!(listed.contains("referrals are not followed"), "{listed}");

    // As the guide has people export it.
    let url = slapd.url();
    let words =
        ["-LLL", "-x", "-E", "pr=1000/noprompt", "-H", &url, "-D", MANAGER.0, "-w", MANAGER.1, "-b", SUFFIX];
    let found =
        std::process::Command::new("ldapsearch").args(words).args(["(objectClass=*)", "*", "+"]).output();
    let found = String::from_utf8(found.unwrap().stdout).unwrap();
    assert_eq!(all_the_same(&stage.import_file(&stage.file("search.ldif", &found))), ALL);

    // And the other way round: into an inventory that has nothing of it.
    stage.done(&["source", "withdraw", "people", "--yes"]);
    let words =
        ["source", "declare", "people", "--format", "ldif", "--title", "People", "--purpose", "tests"];
    stage.done(&[&words[..], &["--owner", "ada@example.org"]].concat());
    let (code, dry, said) = stage.import_live(&slapd, &["--dry-run"]);
    assert_eq!(
        (code, &dry["preview"]["nodes"]["new"], &dry["applied"]),
        (0, &json!(ALL.0), &Value::Null),
        "{said}"
    );
    let (code, _, said) = stage.import_live(&slapd, &["--yes"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(all_the_same(&stage.import_file(&stage.file("slapcat.ldif", &export))), ALL);
    // Of a password it is known that there is one, and its value came nowhere.
    let robot = stage.done(&["inventory", "list", "--source", "people", "--search", "robot"]);
    assert_eq!(robot["items"][0]["kind"], "account", "{robot:#}");
    let tables = std::fs::read(stage.stage.data().join("journal.sqlite")).unwrap();
    assert!(!tables.windows(12).any(|bytes| bytes == b"only its pas"));
    let shown = stage.done(&["inventory", "list", "--source", "people", "--search", "grace"]);
    assert_eq!(shown["items"][0]["name"], "grace", "{shown:#}");
}

#[test]
fn what_cannot_be_read_is_said_and_nothing_is_imported() {
    if !Slapd::installed() {
        return skip("slapd is not installed");
    }
    let mut many = ENTRIES.to_owned();
    accounts(&mut many, 600);
    let slapd = Slapd::start(&many, "", None);
    let stage = DirectoryStage::start();
    let url = slapd.url();
    let import = |words: &[&str], input: Option<&str>| {
        stage.run(&[&["inventory", "import", "people"], words, &["--yes"]].concat(), input)
    };
    let refused = |words: &[&str], input: Option<&str>, code: i32, expected: &str| {
        let (ended, _, said) = import(words, input);
        assert!(ended == code && said.contains(expected), "{words:?}: {ended}: {said}");
    };
    let here = ["--ldap", &url, "--base", SUFFIX];
    let as_manager = [&here[..], &["--bind-dn", MANAGER.0]].concat();
    refused(&as_manager, Some("wrong\n"), 2, "refuses the bind name or the password");
    refused(&as_manager, Some("\n"), 2, "does not hold a password");
    refused(&as_manager, Some("one\ntwo"), 2, "refuses the bind name or the password");
    refused(&as_manager, None, 2, "standard input does not hold a password");
    refused(&["--ldap", &url, "--base", "ou=no,dc=example,dc=org"], None, 2, "the nearest above it is");
    refused(&here, None, 2, "ended the search at its own size limit, after 500 entries");
    refused(&["--ldap", &url], None, 2, "--base");
    refused(&["--base", SUFFIX, "--file", "x"], None, 2, "cannot be used with");
    refused(&["--base", SUFFIX, "--postgres", "x"], None, 2, "cannot be used with");
    refused(&[&here[..], &["--file", "x"]].concat(), None, 2, "cannot be used with");
    refused(
        &[&here[..], &["--password-file", "x"]].concat(),
        None,
        2,
        "say whose password it is with --bind-dn",
    );
    refused(&["--file", "x", "--password-file", "x"], None, 2, "leave --password-file out");
    refused(&[&here[..], &["--format", "csv"]].concat(), None, 2, "gives what the format ldif has");
    refused(
        &["--ldap", "ldap://ldap.example.org", "--base", "x", "--bind-dn", "y"],
        None,
        2,
        "read on the way",
    );
    refused(&[&here[..], &["--starttls"]].concat(), None, 2, "refuses StartTLS");
    assert_eq!(stage.done(&["inventory", "list"])["items"], json!([]));
    assert!(stage.done(&["source", "show", "people"]).get("staging").is_none(), "each was dropped");

    // The first line of standard input is the password.
    let (code, answer, said) = import(&as_manager, Some(&format!("{}\n", MANAGER.1)));
    assert_eq!((code, &answer["applied"]["nodes"]["new"]), (0, &json!(610)), "{said}");

    let port = slapd.port;
    drop(slapd);
    let (code, _, said) = import(&here, None);
    assert!(code == 5 && said.contains(&format!("127.0.0.1:{port} does not answer")), "{code}: {said}");
    assert_eq!(stage.done(&["source", "show", "people"])["last_import"]["nodes"]["new"], 610);
}

/// Makes an authority, and writes its certificate to this file.
fn authority(file: &Path) -> rcgen::Issuer<'static, rcgen::KeyPair> {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = rcgen::KeyPair::generate().unwrap();
    std::fs::write(file, params.self_signed(&key).unwrap().pem()).unwrap();
    rcgen::Issuer::new(params, key)
}

#[test]
fn an_encrypted_directory_is_read_if_its_authority_is_named() {
    if !Slapd::installed() {
        return skip("slapd is not installed");
    }
    let stage = DirectoryStage::start();
    let [named, other, certificate, key] =
        ["authority.pem", "other.pem", "server.pem", "server.key"].map(|name| stage.file(name, ""));
    let issuer = authority(&named);
    authority(&other);
    let pair = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(&certificate, params.signed_by(&pair, &issuer).unwrap().pem()).unwrap();
    std::fs::write(&key, pair.serialize_pem()).unwrap();
    let tls = SlapdCertificate { certificate: &certificate, key: &key };
    let slapd = Slapd::start(ENTRIES, "security ssf=128", Some(tls));
    let (encrypted, plain) = (format!("ldaps://127.0.0.1:{}", slapd.tls_port), slapd.url());
    let password = stage.file("password", MANAGER.1);
    let import = |words: &[&str]| {
        let given = ["inventory", "import", "people", "--base", SUFFIX, "--bind-dn", MANAGER.0, "--dry-run"];
        let password = ["--password-file", password.to_str().unwrap()];
        stage.run(&[&given[..], &password, words].concat(), None)
    };
    for way in [&["--ldap", &encrypted][..], &["--ldap", &plain, "--starttls"]] {
        let (code, answer, said) = import(&[way, &["--ldap-ca", named.to_str().unwrap()]].concat());
        assert_eq!((code, &answer["preview"]["nodes"]["new"]), (0, &json!(10)), "{way:?}: {said}");
        // Another authority, and those of the system.
        for words in [&["--ldap-ca", other.to_str().unwrap()][..], &[]] {
            let (code, _, said) = import(&[way, words].concat());
            assert!(
                code == 2 && said.contains("there is no trusted encrypted connection"),
                "{way:?}: {said}"
            );
            assert!(said.contains("--ldap-ca FILE"), "{said}");
        }
    }
    let (code, _, said) = import(&["--ldap", &plain]);
    assert!(code == 2 && said.contains("use ldaps:// or --starttls"), "{code}: {said}");
}

#[test]
fn twenty_thousand_entries_are_read_page_by_page() {
    if !Slapd::installed() {
        return skip("slapd is not installed");
    }
    let mut text =
        format!("dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: X\ndc: example\n");
    accounts(&mut text, 20_000);
    let members = (0..20_000).map(|number| format!("member: uid=u{number},{SUFFIX}\n")).collect::<String>();
    let _ = write!(text, "\ndn: cn=all,{SUFFIX}\nobjectClass: groupOfNames\ncn: all\n{members}");
    let slapd = Slapd::start(&text, "", None);
    let stage = DirectoryStage::start();
    let (code, answer, said) = stage.import_live(&slapd, &["--dry-run"]);
    assert_eq!(code, 0, "{said}");
    let new = |what: &str| answer["preview"][what]["new"].as_u64().unwrap();
    assert_eq!((new("nodes"), new("edges"), &answer["read"]["unread"]), (20_001, 20_000, &json!(0)));
}
