//! Change sets: what a shell, a directory and a server read of them is one change of the thing that was found, whatever it is
//! called.

use crate::{at, finding, node, stored};
use countersign_findings::change_set::{ChangeLanguage, ChangeSet, ChangeableFinding, change_set};
use countersign_findings::{FindingStanding, StoredFinding};
use countersign_hygiene::HygieneSeverity::{High, Notice};
use countersign_sources::{
    AccountRecord, CredentialClass, CredentialRecord, GroupRecord, NodeBody, SourceNode,
};
use proptest::prelude::*;
use std::io::Write as _;
use std::process::{Command, Stdio};

fn account(key: &str, name: &str, dn: Option<&str>) -> SourceNode {
    let aliases = dn.map(ToOwned::to_owned).into_iter().collect();
    node(key, name, NodeBody::Account(AccountRecord { aliases, ..AccountRecord::default() }))
}

fn group(key: &str, name: &str) -> SourceNode {
    node(key, name, NodeBody::Group(GroupRecord::default()))
}

fn of(detector: &str, name: &str) -> StoredFinding {
    stored(finding(1, detector, High, name), FindingStanding::Open)
}

fn written(language: ChangeLanguage, changeable: ChangeableFinding<'_>) -> ChangeSet {
    change_set(language, ("people", at(100)), &[changeable])
}

fn disabled(language: ChangeLanguage, subject: &SourceNode) -> ChangeSet {
    let finding = of("unused_account", &subject.name);
    let subject = Some(subject);
    written(language, ChangeableFinding { finding: &finding, subject, group: None, owner: None })
}

fn left(language: ChangeLanguage, subject: &SourceNode, group: &SourceNode) -> ChangeSet {
    let finding = of("standing_privilege", &subject.name);
    let (subject, group) = (Some(subject), Some(group));
    written(language, ChangeableFinding { finding: &finding, subject, group, owner: None })
}

/// Returns the lines that are no comments.
fn acts(set: &ChangeSet) -> Vec<&str> {
    set.text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with(['#']) && !line.starts_with("--"))
        .collect()
}

#[test]
fn what_is_safe_is_written_in_the_words_of_its_source() {
    let ada = account("arn:aws:iam::1:user/x/ada", "ada", None);
    let set = disabled(ChangeLanguage::Aws, &ada);
    assert_eq!(
        acts(&set),
        [
            "set -eu",
            "aws iam attach-user-policy --user-name='ada' --policy-arn='arn:aws:iam::aws:policy/AWSDenyAll'"
        ]
    );
    assert_eq!((set.written, set.unwritten), (1, 0));
    let admins = group("arn:aws:iam::1:group/admins", "admins");
    assert_eq!(
        acts(&left(ChangeLanguage::Aws, &ada, &admins))[1],
        "aws iam remove-user-from-group --user-name='ada' --group-name='admins'"
    );
    let body = CredentialRecord {
        class: CredentialClass::Password,
        enabled: Some(true),
        created_at: None,
        last_used_at: None,
        expires_at: None,
    };
    for (name, expected) in
        [("password", Some("aws iam delete-login-profile --user-name='ada'")), ("access_key_1", None)]
    {
        let key = format!("{}/{name}", ada.key);
        let credential = node(&key, name, NodeBody::Credential(body.clone()));
        let finding = of("unused_credential", name);
        let (subject, owner) = (Some(&credential), Some(&ada));
        let set = written(
            ChangeLanguage::Aws,
            ChangeableFinding { finding: &finding, subject, group: None, owner },
        );
        assert_eq!(acts(&set).get(1).copied(), expected);
    }

    let ada = account("7c5e", "ada", Some("uid=ada,ou=people,dc=example"));
    assert_eq!(
        acts(&disabled(ChangeLanguage::Ldif, &ada)),
        [
            "version: 1",
            "dn: uid=ada,ou=people,dc=example",
            "changetype: modify",
            "replace: pwdAccountLockedTime",
            "pwdAccountLockedTime: 000001010000Z",
            "-"
        ]
    );
    let admins = group("cn=admins,dc=example", "admins");
    assert_eq!(
        acts(&left(ChangeLanguage::Ldif, &ada, &admins))[1..],
        [
            "dn: cn=admins,dc=example",
            "changetype: modify",
            "delete: member",
            "member: uid=ada,ou=people,dc=example",
            "-"
        ]
    );

    let ada = account("postgres:db/role/1", "ada", None);
    assert_eq!(
        acts(&disabled(ChangeLanguage::Sql, &ada)),
        ["BEGIN;", "ALTER ROLE \"ada\" NOLOGIN;", "COMMIT;"]
    );
    let admins = group("postgres:db/role/2", "admins");
    assert_eq!(acts(&left(ChangeLanguage::Sql, &ada, &admins))[1], "REVOKE \"admins\" FROM \"ada\";");

    let robot = account("cluster:c/serviceaccount/ci/robot", "system:serviceaccount:ci:robot", None);
    let binding = group("cluster:c/clusterrolebinding/admins", "admins");
    assert_eq!(
        acts(&left(ChangeLanguage::Kubectl, &robot, &binding))[1..],
        [
            "kubectl get 'clusterrolebinding/admins' --output=json \\",
            "  | jq --arg namespace 'ci' --arg name 'robot' '.subjects |= map(select((.kind == \"ServiceAccount\" and \
             .namespace == $namespace and .name == $name) | not))' \\",
            "  | kubectl replace --filename=-"
        ]
    );
}

#[test]
fn what_is_not_safe_is_a_comment_that_says_why() {
    let ada = account("k", "ada", Some("uid=ada,dc=example"));
    let admins = group("cn=admins,dc=example", "admins");
    let notice = stored(finding(1, "unused_account", Notice, "ada"), FindingStanding::Open);
    for (finding, subject, why) in [
        (notice, Some(&ada), "it is a notice"),
        (of("unused_account", "ada"), None, "the source does not have it any more"),
        (of("standing_privilege", "ada"), Some(&ada), "the account is not a direct member"),
        (of("unused_credential", "ada"), Some(&ada), "it is not known which account has it"),
        (of("old_static_key", "ada"), Some(&ada), "a person has to choose"),
        (of("something_new", "ada"), Some(&ada), "a person has to choose"),
    ] {
        let set = written(
            ChangeLanguage::Ldif,
            ChangeableFinding { finding: &finding, subject, group: None, owner: None },
        );
        assert_eq!((set.written, set.unwritten, acts(&set)), (0, 1, vec!["version: 1"]), "{why}");
        assert!(set.text.contains(&format!("# not written, because {why}")), "{}", set.text);
    }
    // A login that looks like the name of another entry is not that entry.
    let body = AccountRecord {
        aliases: vec!["uid=root,dc=example".to_owned(), "x".to_owned()],
        ..AccountRecord::default()
    };
    let posing = node("7c5e", "posing", NodeBody::Account(body));
    assert_eq!(disabled(ChangeLanguage::Ldif, &posing).written, 0);
    for name in ["file:///etc/passwd", "-x y", "", "a\u{202e}b", "\u{e9}"] {
        let subject = account("arn:aws:iam::1:user/x", name, None);
        assert_eq!(disabled(ChangeLanguage::Aws, &subject).written, 0, "{name}");
    }
    for name in ["../x", "-x", "x;y", "x y"] {
        let binding = group(&format!("cluster:c/clusterrolebinding/{name}"), name);
        assert_eq!(left(ChangeLanguage::Kubectl, &ada, &binding).written, 0, "{name}");
    }
    assert_eq!(left(ChangeLanguage::Aws, &ada, &admins).written, 0);
    assert_eq!(ChangeLanguage::of_format("csv"), None);
}

/// Runs a script with a real shell, in which `kubectl` and `jq` write their words into files. Returns the words of `kubectl get`, of
/// `jq`, of `kubectl replace`, and of any other call.
fn words_of(script: &str) -> [Vec<String>; 4] {
    let dir = tempfile::tempdir().unwrap();
    let functions = "say() { file=$1; shift; for word in \"$@\"; do printf '%s\\n' \"$word\"; done >> \"$file\"; }\n\
                     kubectl() { case $1 in get|replace) say \"$1\" \"$@\";; *) say other \"$@\";; esac; }\n\
                     jq() { say jq \"$@\"; }\n";
    let mut shell = Command::new("sh")
        .env_clear()
        .current_dir(dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = shell.stdin.take().unwrap();
    input.write_all(functions.as_bytes()).unwrap();
    input.write_all(script.as_bytes()).unwrap();
    drop(input);
    let done = shell.wait_with_output().unwrap();
    // A word that the shell takes for a command is not found, and says so.
    assert!(
        done.status.success() && done.stderr.is_empty(),
        "{script}\n{}",
        String::from_utf8_lossy(&done.stderr)
    );
    ["get", "jq", "replace", "other"].map(|file| {
        let text = std::fs::read_to_string(dir.path().join(file)).unwrap_or_default();
        text.lines().map(ToOwned::to_owned).collect()
    })
}

/// Names that strangers chose: everything that a shell, SQL or LDIF could take for its own.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z'\"`$(){};&|<>\\\\#!*?~ =:,@/-]{1,24}",
        "\\PC{1,24}",
        "[\\x00-\\x20a-z\\u{202a}-\\u{202e}\\u{2066}-\\u{2069}']{1,12}",
        Just("'; rm -rf / #".to_owned()),
        Just("$(reboot)".to_owned()),
        Just("\"; DROP ROLE postgres; --".to_owned()),
        Just("x\nkubectl delete namespace kube-system".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_shell_reads_a_name_as_one_word(name in hostile()) {
        let subject = account("cluster:c/user/x", &name, None);
        let binding = group("cluster:c/clusterrolebinding/admins", "admins");
        let set = left(ChangeLanguage::Kubectl, &subject, &binding);
        let [get, jq, replace, other] = words_of(&set.text);
        prop_assert!(other.is_empty(), "{other:?}");
        if set.written == 0 {
            prop_assert!(get.is_empty() && jq.is_empty() && replace.is_empty());
            return Ok(());
        }
        prop_assert_eq!(get, ["get", "clusterrolebinding/admins", "--output=json"]);
        prop_assert_eq!(&jq[..3], ["--arg", "name", name.as_str()]);
        prop_assert_eq!((jq.len(), replace), (4, vec!["replace".to_owned(), "--filename=-".to_owned()]));
    }

    #[test]
    fn sql_reads_a_name_as_one_identifier(name in hostile()) {
        let subject = account("postgres:db/role/1", &name, None);
        let set = disabled(ChangeLanguage::Sql, &subject);
        let acts = acts(&set);
        prop_assert_eq!((acts[0], acts[acts.len() - 1]), ("BEGIN;", "COMMIT;"));
        if set.written == 0 {
            prop_assert_eq!(acts.len(), 2);
            return Ok(());
        }
        prop_assert_eq!(acts.len(), 3);
        let quoted = acts[1].strip_prefix("ALTER ROLE \"").unwrap().strip_suffix("\" NOLOGIN;").unwrap();
        // Each quote inside is doubled, so the identifier ends nowhere before its end.
        let pairs = quoted.replace("\"\"", "");
        prop_assert!(!pairs.contains('"'), "{quoted}");
        prop_assert_eq!(quoted.replace("\"\"", "\""), name);
    }

    #[test]
    fn every_line_is_a_comment_or_of_the_change(name in hostile()) {
        for language in [ChangeLanguage::Ldif, ChangeLanguage::Aws, ChangeLanguage::Sql, ChangeLanguage::Kubectl] {
            let finding = of("old_static_key", &name);
            let subject = account("k", &name, None);
            let changeable = ChangeableFinding { finding: &finding, subject: Some(&subject), group: None, owner: None };
            let set = written(language, changeable);
            let acts = acts(&set);
            prop_assert!(acts.iter().all(|line| ["version: 1", "set -eu", "BEGIN;", "COMMIT;"].contains(line)), "{acts:?}");
            prop_assert!(!set.text.chars().any(|c| c.is_control() && c != '\n'));
        }
    }

    #[test]
    fn a_directory_is_told_one_change_of_the_entry(name in hostile()) {
        let dn = format!("uid={name},dc=example");
        let subject = account("7c5e", &name, Some(&dn));
        let set = disabled(ChangeLanguage::Ldif, &subject);
        let acts = acts(&set);
        prop_assert_eq!(acts.len(), if set.written == 1 { 6 } else { 1 });
        if set.written == 1 {
            use base64::Engine as _;
            let value = acts[1].strip_prefix("dn:").unwrap();
            let read = match value.strip_prefix(": ") {
                Some(encoded) => base64::engine::general_purpose::STANDARD.decode(encoded).unwrap(),
                None => value.trim_start_matches(' ').as_bytes().to_vec(),
            };
            prop_assert_eq!(String::from_utf8(read).unwrap(), dn);
        }
    }
}
