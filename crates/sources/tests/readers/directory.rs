//! What each attribute of a directory's entry means, whichever server wrote it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use countersign_names::Timestamp;
use countersign_sources::{
    AccountRecord, AccountUse, GroupRecord, LONGEST_TEXT, NodeBody, NodeKind, SourceNode, SourceRecord,
    read_ldif,
};
use std::fmt::Write as _;

/// Reads one entry with these lines, of which nothing may stay unread.
fn entry(lines: &str) -> SourceNode {
    let mut records = Vec::new();
    let text = format!("dn: cn=entry,dc=x\n{lines}\n");
    let report = read_ldif(text.as_bytes(), &mut records).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(report.listed, [], "{text}");
    match records.pop() {
        Some(SourceRecord::Node(node)) if records.is_empty() => *node,
        other => panic!("{other:?} and {records:?}"),
    }
}

fn account(lines: &str) -> AccountRecord {
    match entry(&format!("objectClass: person\n{lines}")).body {
        NodeBody::Account(account) => account,
        other => panic!("{other:?}"),
    }
}

fn group(lines: &str) -> GroupRecord {
    match entry(&format!("objectClass: group\n{lines}")).body {
        NodeBody::Group(group) => group,
        other => panic!("{other:?}"),
    }
}

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

#[test]
fn each_server_says_in_its_own_way_whether_an_account_can_be_used() {
    for (line, enabled) in [
        ("userAccountControl: 512", Some(true)),
        ("userAccountControl: 514", Some(false)),
        ("nsAccountLock: TRUE", Some(false)),
        ("nsAccountLock: false", Some(true)),
        ("loginDisabled: TRUE", Some(false)),
        ("pwdAccountLockedTime: 000001010000Z", Some(false)),
        // Locked for a while, by too many attempts: it can be used again by itself.
        ("pwdAccountLockedTime: 20260101000000Z", None),
        ("nsAccountLock: perhaps", None),
        ("userAccountControl: none", None),
        ("description: nothing about that", None),
    ] {
        assert_eq!(account(line).enabled, enabled, "{line}");
    }
}

#[test]
fn a_moment_is_read_in_every_way_to_write_it() {
    for (written, moment) in [
        ("20260131235959Z", at("2026-01-31T23:59:59Z")),
        ("20260131235959.25Z", at("2026-01-31T23:59:59.25Z")),
        ("20260131235959,5Z", at("2026-01-31T23:59:59.5Z")),
        ("202601312359Z", at("2026-01-31T23:59:00Z")),
        ("202601312359.5Z", at("2026-01-31T23:59:30Z")),
        ("2026013123Z", at("2026-01-31T23:00:00Z")),
        ("2026013123.25Z", at("2026-01-31T23:15:00Z")),
        ("20260131235959+0100", at("2026-01-31T22:59:59Z")),
        ("20260131235959-0530", at("2026-02-01T05:29:59Z")),
        ("20260131235959+01", at("2026-01-31T22:59:59Z")),
        ("20240229000000Z", at("2024-02-29T00:00:00Z")),
        // A leap second becomes the one before it.
        ("20161231235960Z", at("2016-12-31T23:59:59Z")),
        ("20260131235959", None),
        ("20260132000000Z", None),
        ("20230229000000Z", None),
        ("2026013125Z", None),
        ("20260131235959.Z", None),
        ("20260131235959+2500", None),
        ("20260131235959+0160", None),
        ("20260131235959+1", None),
        ("20260131T235959Z", None),
        ("yesterday", None),
        ("2026013123595Z", None),
    ] {
        assert_eq!(account(&format!("createTimestamp: {written}")).created_at, moment, "{written}");
    }
}

#[test]
fn what_means_never_is_no_moment() {
    for line in [
        "accountExpires: 0",
        "accountExpires: 9223372036854775807",
        "shadowExpire: -1",
        "shadowExpire: 0",
        "accountExpires: -1",
    ] {
        assert_eq!(account(line).expires_at, None, "{line}");
    }
    assert_eq!(account("pwdLastSet: 0").password_set_at, None, "it has to be set at the next sign-in");
}

#[test]
fn passwords_and_ends_are_read_from_each_server() {
    for (line, moment) in [
        ("pwdLastSet: 132000000000000000", at("2019-04-17T18:40:00Z")),
        ("pwdChangedTime: 20190417184000Z", at("2019-04-17T18:40:00Z")),
        ("krbLastPwdChange: 20190417184000Z", at("2019-04-17T18:40:00Z")),
        ("shadowLastChange: 18003", at("2019-04-17T00:00:00Z")),
    ] {
        assert_eq!(account(line).password_set_at, moment, "{line}");
    }
    for (line, moment) in [
        ("accountExpires: 133500000000000000", at("2024-01-17T21:20:00Z")),
        ("krbPrincipalExpiration: 20240117212000Z", at("2024-01-17T21:20:00Z")),
        ("shadowExpire: 19739", at("2024-01-17T00:00:00Z")),
    ] {
        assert_eq!(account(line).expires_at, moment, "{line}");
    }
}

#[test]
fn the_newest_of_what_a_server_noted_is_the_last_use() {
    let times = "lastLogonTimestamp: 132000000000000000\nauthTimestamp: 20240117212000Z\nlastLogon: 0";
    assert_eq!(account(times).last_used_at, at("2024-01-17T21:20:00Z"));
    for line in ["pwdLastSuccess", "krbLastSuccessfulAuth", "lastLoginTime", "lastLogin"] {
        assert_eq!(
            account(&format!("{line}: 20240117212000Z")).last_used_at,
            at("2024-01-17T21:20:00Z"),
            "{line}"
        );
    }
    assert_eq!(account("whenChanged: 20240117212000Z").last_used_at, None, "a change is no use");
}

#[test]
fn who_uses_an_account_follows_from_its_class_and_its_names_only() {
    for (lines, used_by) in [
        ("objectClass: computer", Some(AccountUse::Machine)),
        ("objectClass: computer\nservicePrincipalName: HOST/a", Some(AccountUse::Machine)),
        ("objectClass: msDS-GroupManagedServiceAccount", Some(AccountUse::Service)),
        ("objectClass: applicationProcess", Some(AccountUse::Service)),
        ("servicePrincipalName: HTTP/a", Some(AccountUse::Service)),
        ("employeeNumber: 7", Some(AccountUse::Person)),
        ("givenName: Ada", None),
        ("uid: svc-backup", None),
    ] {
        assert_eq!(account(lines).used_by, used_by, "{lines}");
    }
}

#[test]
fn a_group_that_controls_the_domain_is_known_by_its_identifier() {
    for (sid, privileged) in [
        ("S-1-5-21-1-2-3-512", true),
        ("S-1-5-21-1-2-3-519", true),
        ("S-1-5-21-1-2-3-513", false),
        ("S-1-5-21-1-2-3-1512", false),
        ("S-1-5-32-544", true),
        ("s-1-5-32-551", true),
        ("S-1-5-32-545", false),
        // The last number is that of another authority.
        ("S-1-16-512", false),
    ] {
        assert_eq!(group(&format!("objectSid: {sid}")).privileged, Some(privileged), "{sid}");
    }
    assert_eq!(group("cn: Domain Admins").privileged, None, "a name proves nothing");
    assert_eq!(group("objectSid:: AQUAAA==").privileged, None, "cut short");
}

#[test]
fn an_entry_is_what_its_object_classes_say() {
    for (classes, kind) in [
        ("user", NodeKind::Account),
        ("InetOrgPerson", NodeKind::Account),
        ("posixAccount", NodeKind::Account),
        ("simpleSecurityObject", NodeKind::Account),
        ("group", NodeKind::Group),
        ("groupOfNames", NodeKind::Group),
        ("posixGroup", NodeKind::Group),
        ("ipausergroup", NodeKind::Group),
    ] {
        assert_eq!(
            entry(&format!("objectClass: top\nobjectClass: {classes}")).body.kind(),
            kind,
            "{classes}"
        );
    }
    let mut records = Vec::new();
    let role = "dn: cn=r,dc=x\nobjectClass: organizationalRole\nroleOccupant: cn=r,dc=x\n";
    read_ldif(role.as_bytes(), &mut records).unwrap();
    assert!(
        matches!(&records[..], [SourceRecord::Node(role), SourceRecord::Edge(_)] if role.body.kind() == NodeKind::Role)
    );
    for classes in ["organizationalUnit", "domain", "container", "organizationalRole", "pwdPolicy"] {
        let mut records = Vec::new();
        let text = format!("dn: ou=x\nobjectClass: {classes}\n");
        let report = read_ldif(text.as_bytes(), &mut records).unwrap();
        assert_eq!(
            (records.len(), report.unread),
            (0, 0),
            "{classes} only gives the directory its structure"
        );
    }
}

#[test]
fn the_name_is_the_login_then_what_people_read() {
    for (lines, name) in [
        ("objectClass: user\nsAMAccountName: ada\nuid: other\ncn: Ada", "ada"),
        ("objectClass: user\nuid: ada\ncn: Ada", "ada"),
        ("objectClass: user\nuserPrincipalName: ada@x\ncn: Ada", "ada@x"),
        ("objectClass: user\ncn: Ada", "Ada"),
        ("objectClass: user", "entry"),
        ("objectClass: group\nsAMAccountName: staff\ncn: All staff", "All staff"),
        ("objectClass: group\ndisplayName: Staff", "Staff"),
    ] {
        assert_eq!(entry(lines).name, name, "{lines}");
    }
}

#[test]
fn every_text_is_cut_to_what_a_record_may_have() {
    let long = "\u{e4}".repeat(LONGEST_TEXT);
    let lines = format!("title: {long}\ndescription:: YSBiCmM=\ndepartment:    \nl: \u{1}x\u{2}");
    let account = account(&lines);
    let title = account.personal.title.unwrap();
    assert!(title.len() <= LONGEST_TEXT && title.chars().all(|character| character == '\u{e4}'));
    assert_eq!(account.description.as_deref(), Some("a b c"), "no control character");
    assert_eq!(account.personal.department, None, "nothing but spaces");
    assert_eq!(account.personal.location.as_deref(), Some("x"));
}

#[test]
fn as_many_addresses_as_a_record_may_have_are_kept_the_primary_one_first() {
    let mut lines = String::from("proxyAddresses: SMTP:primary@x\n");
    for number in 0..100 {
        writeln!(lines, "proxyAddresses: smtp:a{number}@x").unwrap();
    }
    let mails = account(&lines).personal.mails;
    assert_eq!(mails.len(), 64);
    assert_eq!(mails.first().map(String::as_str), Some("primary@x"));
    let known = account("mail: Ada@x\nproxyAddresses: SMTP:ada@X").personal.mails;
    assert_eq!(known, ["Ada@x"], "two spellings of one address");
}

#[test]
fn where_two_entries_share_a_login_the_first_has_it() {
    let mut records = Vec::new();
    let text = "dn: uid=ada,ou=a,dc=x\nobjectClass: account\nuid: ada\n
dn: uid=ada,ou=b,dc=x\nobjectClass: account\nuid: ada\n
dn: cn=g,dc=x\nobjectClass: posixGroup\ncn: g\nmemberUid: ada\n";
    read_ldif(text.as_bytes(), &mut records).unwrap();
    let members: Vec<String> = records
        .iter()
        .filter_map(|record| match record {
            SourceRecord::Edge(edge) => Some(edge.from.to_string()),
            SourceRecord::Node(_) => None,
        })
        .collect();
    assert_eq!(members, ["uid=ada,ou=a,dc=x"]);
}

#[test]
fn the_primary_group_by_number_is_a_membership_of_accounts_only() {
    let mut records = Vec::new();
    let text = "dn: uid=ada,dc=x\nobjectClass: posixAccount\nuid: ada\ngidNumber: 100\n
dn: cn=staff,dc=x\nobjectClass: posixGroup\ncn: staff\ngidNumber: 100\n
dn: uid=bob,dc=x\nobjectClass: posixAccount\nuid: bob\ngidNumber: 999\n";
    let report = read_ldif(text.as_bytes(), &mut records).unwrap();
    assert_eq!(report.edges, 1);
    let said: Vec<String> = report.listed.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "the membership of `uid=bob,dc=x` in `group number 999`: the input has no account or group `group number 999`"
        ]
    );
}
