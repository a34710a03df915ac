//! LDIF: what becomes of each way to write an entry, and what is refused with its line.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use countersign_names::Timestamp;
use countersign_sources::{
    AccountRecord, AccountUse, NodeBody, NodeKind, ReadingReport, Relation, SourceEdge, SourceError,
    SourceKey, SourceNode, SourceRecord, read_ldif,
};
use std::fmt::Write as _;

fn read(text: &str) -> (Vec<SourceRecord>, ReadingReport) {
    let mut records = Vec::new();
    let report = read_ldif(text.as_bytes(), &mut records).unwrap_or_else(|error| panic!("{error}\n{text}"));
    (records, report)
}

fn refused(text: &str) -> String {
    match read_ldif(text.as_bytes(), &mut Vec::new()) {
        Err(error @ SourceError::Malformed { .. }) => error.to_string(),
        other => panic!("{other:?}\n{text}"),
    }
}

fn nodes(records: &[SourceRecord]) -> Vec<&SourceNode> {
    records
        .iter()
        .filter_map(|record| match record {
            SourceRecord::Node(node) => Some(&**node),
            SourceRecord::Edge(_) => None,
        })
        .collect()
}

fn account(text: &str) -> AccountRecord {
    let (records, report) = read(text);
    assert_eq!(report.listed, [], "{text}");
    match &nodes(&records)[..] {
        [SourceNode { body: NodeBody::Account(account), .. }] => account.clone(),
        other => panic!("{other:?}"),
    }
}

/// Returns each edge as the names of its ends.
fn memberships(records: &[SourceRecord]) -> Vec<(String, String)> {
    let nodes = nodes(records);
    let name = |edge: &SourceEdge, key: &SourceKey| {
        assert_eq!(edge.relation, Relation::MemberOf);
        nodes.iter().find(|node| node.key == *key).unwrap().name.clone()
    };
    let mut found = Vec::new();
    for record in records {
        if let SourceRecord::Edge(edge) = record {
            found.push((name(edge, &edge.from), name(edge, &edge.to)));
        }
    }
    found.sort();
    found
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(member, group)| ((*member).to_owned(), (*group).to_owned())).collect()
}

#[test]
fn an_entry_of_openldap_is_an_account_with_what_it_says() {
    let account = account(
        "version: 1

# uid=ada, people, example.org
dn: uid=ada,ou=people,dc=example,dc=org
objectClass: top
objectClass: inetOrgPerson
uid: ada
cn: Ada Lovelace
sn: Lovelace
givenName: Ada
displayName:: QWRhIEzDtnZlbGFjZQ==
mail: Ada@Example.org
mailAlternateAddress: ada.lovelace@example.org
mailAlternateAddress: ada@example.org
employeeNumber: 0017
employeeType: employee
title: Analyst
departmentNumber: 42
l: London
manager: uid=charles,ou=people,dc=example,dc=org
userPassword:: e1NTSEF9c2VjcmV0
jpegPhoto:: AAAA
createTimestamp: 20240229115959Z
authTimestamp: 20260131235959.5Z
pwdChangedTime: 20250101000000Z
entryUUID: 6F9619FF-8B86-D011-B42D-00CF4FC964FF
description: first of
  all
",
    );
    assert_eq!(account.personal.display_name.as_deref(), Some("Ada Lövelace"));
    assert_eq!(account.personal.mails, ["Ada@Example.org", "ada.lovelace@example.org"]);
    assert_eq!(account.personal.employee_number.as_deref(), Some("0017"));
    assert_eq!(account.personal.manager.as_deref(), Some("uid=charles,ou=people,dc=example,dc=org"));
    assert_eq!(account.description.as_deref(), Some("first of all"));
    assert_eq!(account.used_by, Some(AccountUse::Person));
    assert_eq!(account.created_at, Some("2024-02-29T11:59:59Z".parse::<Timestamp>().unwrap()));
    assert_eq!(account.last_used_at, Some("2026-01-31T23:59:59.5Z".parse::<Timestamp>().unwrap()));
    assert_eq!(account.enabled, None, "nothing says whether it can be used");
    assert_eq!(account.aliases, ["ada", "uid=ada,ou=people,dc=example,dc=org"]);
}

#[test]
fn no_secret_gets_into_a_record() {
    let (records, _) =
        read("dn: uid=a,dc=x\nobjectClass: person\nuserPassword: {CLEARTEXT}hunter2\nuid: a\n");
    assert!(!format!("{records:?}").contains("hunter2"), "{records:?}");
}

#[test]
fn an_entry_of_active_directory_says_what_its_flags_and_times_mean() {
    let account = account(
        "dn: CN=Svc Backup,OU=Service,DC=corp,DC=example
objectClass: top
objectClass: person
objectClass: user
sAMAccountName: svc-backup
userPrincipalName: svc-backup@corp.example
objectGUID:: /xmWb4aLEdC0LQDPT8lk/w==
objectSid:: AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAAUAQAAA==
userAccountControl: 66050
servicePrincipalName: MSSQLSvc/db.corp.example
lastLogon: 133500000000000000
lastLogonTimestamp: 133400000000000000
pwdLastSet: 132000000000000000
accountExpires: 9223372036854775807
whenCreated: 20200101120000.0Z
proxyAddresses: smtp:old@corp.example
proxyAddresses: SMTP:backup@corp.example
proxyAddresses: X500:/o=corp
",
    );
    assert_eq!(account.enabled, Some(false));
    assert_eq!(account.password_never_expires, Some(true));
    assert_eq!(account.used_by, Some(AccountUse::Service));
    assert_eq!(account.last_used_at, Some("2024-01-17T21:20:00Z".parse().unwrap()));
    assert_eq!(account.password_set_at, Some("2019-04-17T18:40:00Z".parse().unwrap()));
    assert_eq!(account.expires_at, None, "never");
    assert_eq!(account.personal.mails, ["backup@corp.example", "old@corp.example"]);
    assert_eq!(account.multi_factor, None);
}

#[test]
fn the_key_is_what_outlives_a_renaming() {
    let key = |more: &str| {
        let (records, _) = read(&format!("dn: cn=A,dc=x\nobjectClass: user\n{more}"));
        nodes(&records)[0].key.to_string()
    };
    assert_eq!(
        key("objectGUID:: /xmWb4aLEdC0LQDPT8lk/w==\nentryUUID: b\n"),
        "6f9619ff-8b86-d011-b42d-00cf4fc964ff"
    );
    assert_eq!(key("entryUUID: B-1\n"), "b-1");
    assert_eq!(key("objectSid:: AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAAUAQAAA==\n"), "S-1-5-21-1-2-3-1104");
    assert_eq!(key(""), "cn=a,dc=x");
}

#[test]
fn memberships_are_found_from_either_side_in_any_order_and_spelling_once() {
    let (records, report) = read(
        "dn: cn=admins,ou=groups,dc=x
objectClass: groupOfNames
cn: admins
member: UID=ada , OU=people,DC=x
member: cn=ops,ou=groups,dc=x

dn: cn=ops,ou=groups,dc=x
objectClass: groupOfUniqueNames
cn: ops
uniqueMember: uid=grace,ou=people,dc=x#'0101'B
uniqueMember: cn=admins,ou=groups,dc=x

dn: cn=staff,ou=groups,dc=x
objectClass: posixGroup
cn: staff
gidNumber: 100
memberUid: ADA

dn: uid=ada,ou=people,dc=x
objectClass: posixAccount
uid: ada
gidNumber: 100
memberOf: cn=admins,ou=groups,dc=x

dn: uid=grace,ou=people,dc=x
objectClass: inetOrgPerson
uid: grace
",
    );
    assert_eq!(report.listed, []);
    let expected =
        [("ada", "admins"), ("ada", "staff"), ("admins", "ops"), ("grace", "ops"), ("ops", "admins")];
    assert_eq!(memberships(&records), pairs(&expected));
    assert_eq!((report.nodes, report.edges), (5, 5));
}

#[test]
fn the_primary_group_of_active_directory_is_a_membership_too() {
    let (records, report) = read(
        "dn: CN=Domain Admins,DC=x
objectClass: group
cn: Domain Admins
objectSid: S-1-5-21-1-2-3-512

dn: CN=Eve,DC=x
objectClass: user
sAMAccountName: eve
objectSid: S-1-5-21-1-2-3-1104
primaryGroupID: 512
",
    );
    assert_eq!(report.listed, []);
    assert_eq!(memberships(&records), pairs(&[("eve", "Domain Admins")]));
    let NodeBody::Group(group) = &nodes(&records)[0].body else { panic!() };
    assert_eq!(group.privileged, Some(true));
}

#[test]
fn what_is_not_read_is_said() {
    let (records, report) = read(
        "dn: dc=x
objectClass: domain

dn: cn=printer,dc=x
objectClass: device

dn: cn=g,dc=x
objectClass: group
cn: g
member;range=0-1499: cn=gone,dc=x
member: not a name

dn: cn=dynamic,dc=x
objectClass: groupOfURLs
memberURL: ldap:///dc=x??sub?(ou=a)
",
    );
    assert_eq!(nodes(&records).len(), 2);
    assert_eq!(report.unread, 5);
    let said: Vec<String> = report.listed.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "line 4 (cn=printer,dc=x): it is neither an account nor a group by its object classes (device)",
            "line 7 (cn=g,dc=x): it has only the members up to number 1499; export with ranges, or import over LDAP",
            "line 7 (cn=g,dc=x): `not a name` is not the distinguished name of a member",
            "line 13 (cn=dynamic,dc=x): its members are those of a search (`memberURL`), which an export does not have",
            "the membership of `cn=gone,dc=x` in `cn=g,dc=x`: the input has no account or group `cn=gone,dc=x`",
        ]
    );
}

#[test]
fn a_malformed_input_is_refused_with_the_line_and_the_remedy() {
    for (text, error) in [
        (" continued\n", "line 1: the line continues another, but there is none before it"),
        ("version: 2\n", "line 1: version 2 of LDIF is unknown; only 1 exists"),
        ("dn: cn=a,dc=x\n\n\ncn: b\n", "line 4: an entry begins with `dn:`, but this one begins with `cn:`"),
        ("search: 2\n", "line 1: `search:` is no part of LDIF; export with `ldapsearch -LLL`"),
        (
            "dn: cn=a,dc=x\nchangetype: modify\nreplace: cn\n",
            "line 2: the file lists changes (`changetype: modify`); export the content of the directory instead",
        ),
        (
            "dn: cn=a,dc=x\ncn: a\nno colon\n",
            "line 3: the line has no colon, so it is neither a value nor the continuation of one",
        ),
        ("dn: cn=a,dc=x\ncn:: ?\n", "line 2: the value of `cn` is not base64"),
        (
            "dn: cn=a,dc=x\ndescription:< file:///etc/passwd\n",
            "line 2: the value of `description` is named by a URL, which is not fetched; write the value itself",
        ),
        ("dn: nonsense\nobjectClass: person\n", "line 1: `nonsense` is not a distinguished name"),
        ("dn:: /w==\n", "line 1: the distinguished name is not UTF-8; export the directory in UTF-8"),
        (
            "dn: cn=a,dc=x\nobjectClass: person\n\ndn: CN=A, DC=X\nobjectClass: person\n",
            "line 4: the entry `CN=A, DC=X`, or its identifier, is in the input already, at line 1",
        ),
        (
            "dn: cn=a,dc=x\nobjectClass: person\nentryUUID: U-1\n\ndn: cn=b,dc=x\nobjectClass: person\nentryUUID: u-1\n",
            "line 5: the entry `cn=b,dc=x`, or its identifier, is in the input already, at line 1",
        ),
        ("dn: cn=a,dc=x\nc\u{e9}: a\n", "line 2: the name of an attribute has letters"),
    ] {
        let said = refused(text);
        assert!(said.starts_with(error), "{said}\n{text}");
    }
}

#[test]
fn lines_may_end_in_either_way_and_fold_anywhere() {
    let plain = "dn: uid=ada,dc=x\nobjectClass: person\nuid: ada\ndescription: one two\n";
    let expected = read(plain).0;
    assert_eq!(read(&plain.replace('\n', "\r\n")).0, expected);
    let mut folded = String::new();
    for line in plain.lines() {
        let mut characters = line.chars();
        write!(folded, "{}", characters.next().unwrap()).unwrap();
        for character in characters {
            write!(folded, "\n {character}").unwrap();
        }
        folded.push('\n');
    }
    assert_eq!(read(&folded).0, expected);
    assert_eq!(read(&format!("# a comment\n#  folded\n  too\n{plain}# at the end")).0, expected);
}

#[test]
fn a_line_without_an_end_is_bounded() {
    struct Endless;
    impl std::io::Read for Endless {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            into.fill(b'a');
            Ok(into.len())
        }
    }
    let error = read_ldif(std::io::BufReader::new(Endless), &mut Vec::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 1: the value is longer than 16 MiB; leave its attribute out of the export"
    );
}

#[test]
fn two_spellings_of_a_distinguished_name_are_one() {
    let key = |dn: &str| {
        let (records, _) = read(&format!("dn: {dn}\nobjectClass: person\n"));
        nodes(&records)[0].key.to_string()
    };
    for (one, other) in [
        ("CN=Ada,DC=x", "cn = ada , dc = X"),
        (r"cn=Love\, Ada,dc=x", r"cn=love\2C ada,dc=x"),
        (r#"cn="Love, Ada",dc=x"#, r"cn=Love\, Ada,dc=x"),
        (r"cn=\c3\96z,dc=x", "cn=\u{d6}z,dc=x"),
        ("cn=a+uid=b,dc=x", "cn=A + UID=b;dc=x"),
    ] {
        assert_eq!(key(one), key(other), "{one}");
    }
    assert_ne!(key(r"cn=a\+uid=b,dc=x"), key("cn=a+uid=b,dc=x"));
    for wrong in ["cn", "=a", "cn=a,", r"cn=a\", r"cn=a\4", r#"cn="a"#, r"cn=a\ff,dc=x"] {
        let error = refused(&format!("dn: {wrong}\nobjectClass: person\n"));
        assert!(error.ends_with("is not a distinguished name"), "{error}");
    }
}

#[test]
fn every_kind_has_its_word() {
    let words: Vec<&str> = NodeKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(words, ["person", "account", "group", "role", "resource", "credential"]);
}
