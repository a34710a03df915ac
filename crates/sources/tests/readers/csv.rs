//! Lists as CSV: what a mapping may say, what becomes of each kind of cell, and what is refused.

#![expect(clippy::panic, clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_names::Timestamp;
use countersign_sources::{
    AccountRecord, AccountUse, CsvInput, CsvMapping, NodeBody, NodeKind, PersonRecord, PrivilegeLevel,
    ReadingReport, Relation, SourceEdge, SourceNode, SourceRecord, read_csv,
};
use std::collections::BTreeMap;

type Reading = (BTreeMap<String, SourceNode>, Vec<SourceEdge>, ReadingReport);

fn read_all(files: &[(&str, &str, &[u8])]) -> Result<Reading, String> {
    let mappings: Vec<CsvMapping> =
        files.iter().map(|(_, mapping, _)| CsvMapping::from_toml(mapping).unwrap()).collect();
    let inputs = files.iter().zip(&mappings).map(|((name, _, input), mapping)| CsvInput {
        name,
        mapping,
        input: *input,
    });
    let mut records = Vec::new();
    let report = read_csv(inputs, &mut records).map_err(|error| error.to_string())?;
    let (mut nodes, mut edges) = (BTreeMap::new(), Vec::new());
    for record in records {
        match record {
            SourceRecord::Node(node) => assert!(nodes.insert(node.key.to_string(), *node).is_none()),
            SourceRecord::Edge(edge) => edges.push(edge),
        }
    }
    assert_eq!((report.nodes, report.edges), (nodes.len() as u64, edges.len() as u64));
    Ok((nodes, edges, report))
}

fn read(mapping: &str, text: &str) -> Reading {
    read_all(&[("list.csv", mapping, text.as_bytes())]).unwrap()
}

fn refused(mapping: &str, input: &[u8]) -> String {
    read_all(&[("list.csv", mapping, input)]).unwrap_err()
}

fn listed(report: &ReadingReport) -> Vec<String> {
    report.listed.iter().map(ToString::to_string).collect()
}

fn person(node: &SourceNode) -> &PersonRecord {
    let NodeBody::Person(person) = &node.body else { panic!("{node:?}") };
    person
}

fn account(node: &SourceNode) -> &AccountRecord {
    let NodeBody::Account(account) = &node.body else { panic!("{node:?}") };
    account
}

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

fn edges(edges: &[SourceEdge]) -> Vec<String> {
    let mut shown: Vec<String> =
        edges.iter().map(|edge| format!("{} {} {}", edge.from, edge.relation.as_str(), edge.to)).collect();
    shown.sort();
    shown
}

/// A mapping of an account list whose only column is the key and this attribute.
fn with(columns: &str) -> String {
    format!("kind = \"account\"\nkey = \"Login\"\n[columns]\n{columns}\n")
}

const PERSONNEL: &str = r#"
kind = "person"
key = "Pers.-Nr."
separator = ";"
dates = ["%d.%m.%Y"]
empty = ["-", "n/a"]

[words]
true = ["aktiv"]
false = ["ausgeschieden"]

[columns]
employee_number = "Pers.-Nr."
display_name = "Name"
mails = { column = "Mail", separator = "," }
employment = "Art"
department = "Abteilung"
manager = "Vorgesetzt"
starts_at = "Eintritt"
ends_at = { column = "Austritt", empty = "never" }
active = "Status"
"#;

#[test]
fn personnel_records_as_a_spreadsheet_writes_them_are_read() {
    let text = "\u{feff}Pers.-Nr.;Name;Mail;Art;Abteilung;Vorgesetzt;Eintritt;Austritt;Status;IBAN\r\n\
        1001;\"Lovelace; Ada\";ada@corp.example, a.lovelace@corp.example;intern;Analyse;;10.12.2015;;aktiv;DE02\r\n\
        1002;\"Charles \"\"Chas\"\" Babbage\";-;extern;N/A;1001;01.02.2020;31.03.2024;ausgeschieden;DE03\r\n\
        ;;;;;;;;;\r\n";
    let (nodes, edges, report) = read(PERSONNEL, text);
    assert_eq!(listed(&report), [""; 0]);
    assert_eq!((nodes.len(), edges.len()), (2, 0));
    let ada = person(&nodes["1001"]);
    assert_eq!(ada.personal.display_name.as_deref(), Some("Lovelace; Ada"));
    assert_eq!(ada.personal.mails, ["ada@corp.example", "a.lovelace@corp.example"]);
    assert_eq!(ada.personal.manager, None);
    assert_eq!((ada.starts_at, ada.ends_at), (at("2015-12-10T00:00:00Z"), Some(Timestamp::MAX)));
    assert_eq!(ada.active, Some(true));
    let chas = person(&nodes["1002"]);
    assert_eq!(chas.personal.display_name.as_deref(), Some("Charles \"Chas\" Babbage"));
    assert_eq!((chas.personal.mails.len(), &chas.personal.department), (0, &None), "what stands for nothing");
    assert_eq!(chas.personal.employment.as_deref(), Some("extern"));
    assert_eq!(chas.personal.manager.as_deref(), Some("1001"));
    assert_eq!((chas.ends_at, chas.active), (at("2024-03-31T00:00:00Z"), Some(false)));
    let said = format!("{nodes:?}");
    assert!(!said.contains("DE02"), "a column that the mapping does not name is not read");
}

#[test]
fn accounts_and_groups_in_two_files_refer_to_each_other() {
    let accounts = r#"
kind = "account"
key = "login"
prefix = "u:"
[columns]
used_by = { column = "type", words = { person = ["human"], service = ["svc", "bot"] } }
enabled = { column = "locked", words = { true = ["no"], false = ["yes"] } }
[[relations]]
column = "groups"
relation = "member_of"
kind = "group"
prefix = "g:"
separator = "|"
"#;
    let groups = r#"
kind = "group"
key = "group"
prefix = "g:"
name = "title"
[columns]
description = "what for"
privileged = "admin"
[[relations]]
column = "members"
relation = "has_member"
kind = "account"
prefix = "u:"
separator = " "
only_known = true
[[relations]]
column = "server"
relation = "may"
kind = "resource"
prefix = "host:"
rights = ["ssh"]
level = "write"
"#;
    let (nodes, found, report) = read_all(&[
        (
            "accounts.csv",
            accounts,
            b"login,type,locked,groups\nops,BOT,no,ops | staff\nada,human,yes,staff||\n",
        ),
        (
            "groups.csv",
            groups,
            b"group,title,what for,admin,members,server\nops,Operations,keeps it up,yes,ada  bob,web-1\n",
        ),
    ])
    .unwrap();
    assert_eq!(
        listed(&report),
        ["`u:bob` member_of `g:ops`: the input does not describe `u:bob`"],
        "names that have to be known"
    );
    assert_eq!(nodes.keys().collect::<Vec<_>>(), ["g:ops", "g:staff", "host:web-1", "u:ada", "u:ops"]);
    assert_eq!(
        edges(&found),
        [
            "g:ops may host:web-1",
            "u:ada member_of g:ops",
            "u:ada member_of g:staff",
            "u:ops member_of g:ops",
            "u:ops member_of g:staff"
        ]
    );
    let may = found.iter().find(|edge| edge.relation == Relation::May).unwrap();
    assert_eq!(
        (&may.body.rights[..], may.body.level),
        (&["ssh".to_owned()][..], Some(PrivilegeLevel::Write))
    );
    assert_eq!(nodes["g:ops"].name, "Operations");
    let NodeBody::Group(ops) = &nodes["g:ops"].body else { panic!() };
    assert_eq!((ops.description.as_deref(), ops.privileged), (Some("keeps it up"), Some(true)));
    assert_eq!(nodes["g:staff"].body.kind(), NodeKind::Group, "a group that only a membership names");
    assert_eq!(nodes["u:ops"].name, "ops");
    let (ops, ada) = (account(&nodes["u:ops"]), account(&nodes["u:ada"]));
    assert_eq!((ops.used_by, ops.enabled), (Some(AccountUse::Service), Some(true)));
    assert_eq!((ada.used_by, ada.enabled), (Some(AccountUse::Person), Some(false)));
}

const GRANTS: &str = r#"
kind = "account"
key = "user"
repeated_keys = "add_relations"
[columns]
display_name = "name"
[[relations]]
column = "application"
relation = "may"
kind = "resource"
prefix = "app:"
rights_column = "role"
"#;

#[test]
fn a_list_with_one_row_a_grant_becomes_one_account_with_its_grants() {
    let text = "user,name,application,role\nada,Ada,ledger,approver\nada,Ada,ledger,clerk\nada,Ada,crm,reader\nbob,Bob,crm,\nada,Ida,crm,reader\n";
    let (nodes, found, report) = read(GRANTS, text);
    assert_eq!(
        listed(&report),
        [
            "`list.csv`, line 6: its attributes differ from those in line 2, which has the same key: those of line 2 are read"
        ]
    );
    assert_eq!(nodes.keys().collect::<Vec<_>>(), ["ada", "app:crm", "app:ledger", "bob"]);
    assert_eq!(edges(&found), ["ada may app:crm", "ada may app:ledger", "bob may app:crm"]);
    let ledger = found.iter().find(|edge| edge.to.as_str() == "app:ledger").unwrap();
    assert_eq!(ledger.body.rights, ["approver", "clerk"]);
    assert_eq!(ledger.body.granted_by.as_deref(), Some("`list.csv`, line 2, `list.csv`, line 3"));
    assert_eq!(account(&nodes["ada"]).personal.display_name.as_deref(), Some("Ada"));
}

#[test]
fn control_is_read_in_both_directions() {
    let mapping = "kind = \"account\"\nkey = \"login\"\n
        [[relations]]\ncolumn = \"admin of\"\nrelation = \"controls\"\nkind = \"account\"\n
        [[relations]]\ncolumn = \"owner\"\nrelation = \"controlled_by\"\nkind = \"person\"\nprefix = \"p:\"\n";
    let (nodes, found, _) = read(mapping, "login,admin of,owner\nroot,svc,ada\nsvc,,\n");
    assert_eq!(edges(&found), ["p:ada controls root", "root controls svc"]);
    assert_eq!(nodes["p:ada"].body.kind(), NodeKind::Person);
}

#[test]
fn moments_are_read_in_the_forms_that_the_mapping_names() {
    for (forms, cell, moment) in [
        ("", "2026-01-31", at("2026-01-31T00:00:00Z")),
        ("", "2026-01-31 13:14:15", at("2026-01-31T13:14:15Z")),
        ("", "2026-01-31T13:14:15+02:00", at("2026-01-31T11:14:15Z")),
        ("", "31.01.2026", None),
        ("", "never", None),
        ("%d.%m.%Y", "31.01.2026", at("2026-01-31T00:00:00Z")),
        ("%d.%m.%Y", "31.02.2026", None),
        ("%d.%m.%Y", "2026-01-31", None),
        ("%m/%d/%Y %I:%M %p", "01/31/2026 01:14 PM", at("2026-01-31T13:14:00Z")),
        ("%Y%m%d%H%M%S%z", "20260131131415+0100", at("2026-01-31T12:14:15Z")),
        ("%d-%b-%y", "31-Jan-26", at("2026-01-31T00:00:00Z")),
        ("unix", "1769865255", at("2026-01-31T13:14:15Z")),
        ("unix_ms", "1769865255000", at("2026-01-31T13:14:15Z")),
        ("spreadsheet", "46053", at("2026-01-31T00:00:00Z")),
        ("spreadsheet", "46053.5", at("2026-01-31T12:00:00Z")),
        ("unix", "1e300", None),
        ("unix", "NaN", None),
    ] {
        let dates = if forms.is_empty() { String::new() } else { format!(", dates = [\"{forms}\"]") };
        let mapping = with(&format!("last_used_at = {{ column = \"Last\"{dates} }}"));
        let (nodes, _, report) = read(&mapping, &format!("Login,Last\nada,{cell}\n"));
        assert_eq!(account(&nodes["ada"]).last_used_at, moment, "{forms} {cell}");
        assert_eq!(report.unread, u64::from(moment.is_none()), "{forms} {cell}");
    }
}

#[test]
fn a_cell_that_cannot_be_read_is_said_and_the_row_is_read_without_it() {
    let mapping = with(
        "enabled = \"On\"\nused_by = \"Use\"\nlast_used_at = { column = \"Last\", dates = [\"%d.%m.%Y\"] }",
    );
    let (nodes, _, report) = read(&mapping, "Login,On,Use,Last\nada,maybe,robot,soon\n,yes,person,\n");
    assert_eq!(
        listed(&report),
        [
            "`list.csv`, line 2: column `On`: `maybe` is none of `true`, `yes`, `y`, `1`, `false`, `no`, `n`, `0`; name it under `words`",
            "`list.csv`, line 2: column `Last`: `soon` is not a date in the form %d.%m.%Y",
            "`list.csv`, line 2: column `Use`: `robot` is none of `person`, `service`, `machine`; name it under `words`",
            "`list.csv`, line 3: the cell of its key (column `Login`) is empty",
        ]
    );
    assert_eq!(account(&nodes["ada"]), &AccountRecord::default());
}

#[test]
fn an_empty_cell_means_what_the_mapping_says() {
    let mapping = with("enabled = { column = \"Locked\", empty = \"yes\" }\nexpires_at = \"End\"");
    let (nodes, _, report) = read(&mapping, "Login,Locked,End\nada,,never\nbob,no,\n");
    assert_eq!(listed(&report), [""; 0]);
    assert_eq!(account(&nodes["ada"]).enabled, Some(true));
    assert_eq!(account(&nodes["ada"]).expires_at, Some(Timestamp::MAX));
    assert_eq!((account(&nodes["bob"]).enabled, account(&nodes["bob"]).expires_at), (Some(false), None));
}

#[test]
fn a_column_that_is_not_there_is_refused_with_those_that_are() {
    let mapping = with("display_name = \"Full name\"");
    assert_eq!(
        refused(&mapping, b"Login,Name\nada,Ada\n"),
        "line 1: `list.csv`: the mapping names the column `Full name`, which the file does not have; its columns are `Login`, `Name` (if that is one column, the `separator` is another)"
    );
    assert_eq!(
        refused(&mapping, b"Login,Full name,Login\n"),
        "line 1: `list.csv`: the header has the column `Login` twice, as number 1 and number 3: rename one of them"
    );
    assert_eq!(
        refused(&mapping, b""),
        "line 1: `list.csv`: it is empty: the first row has to name the columns"
    );
}

#[test]
fn what_is_not_utf_8_is_refused_by_name() {
    let mapping = with("display_name = \"Name\"");
    for (input, says) in [
        (&b"\xff\xfeL\0o\0"[..], "UTF-16, little-endian"),
        (b"\xfe\xff\0L\0o", "UTF-16, big-endian"),
        (b"L\0o\0g\0", "UTF-16 or UTF-32 without a byte order mark"),
        (
            b"Login,Name\nada,Ada\njo,J\xf6rg\n",
            "cell 2 is not UTF-8 (byte 0xF6 after `J`); the file is probably Windows-1252",
        ),
    ] {
        let error = refused(&mapping, input);
        assert!(error.contains(says), "{error}");
    }
    let (nodes, ..) = read(&mapping, "\u{feff}Login,Name\njo,J\u{f6}rg\n");
    assert_eq!(account(&nodes["jo"]).personal.display_name.as_deref(), Some("J\u{f6}rg"));
}

#[test]
fn a_file_whose_rows_or_quotes_do_not_add_up_is_refused() {
    let mapping = with("display_name = \"Name\"");
    for (input, says) in [
        ("Login,Name\nada,Ada,x\n", "line 2: `list.csv`: the row has 3 cells, and the header has 2"),
        ("Login,Name\nbob,Bob\n\nada\n", "line 4: `list.csv`: the row has 1 cells, and the header has 2"),
        (
            "Login,Name\nada,\"Ada\nbob,Bob\n",
            "line 2: `list.csv`: a quote opens in this row and does not end",
        ),
        ("Login,Name\nada,\"", "line 2: `list.csv`: a quote opens in this row and does not end"),
        ("Login,\"Name\n", "line 1: `list.csv`: a quote opens in this row and does not end"),
        (
            "Login,Name\nada,Ada\nbob,Bob\nada,Ada\n",
            "line 4: `list.csv`: the key `ada` is in line 2 of `list.csv` already",
        ),
    ] {
        let error = refused(&mapping, input.as_bytes());
        assert!(error.starts_with(says), "{error}");
        let error = refused(&mapping, input.replace('\n', "\r\n").as_bytes());
        assert!(error.starts_with(says), "with the ends of lines of Windows: {error}");
    }
    let (nodes, ..) = read(&mapping, "Login,Name\nada,\"Ada\n of many lines\"");
    assert_eq!(account(&nodes["ada"]).personal.display_name.as_deref(), Some("Ada  of many lines"));
}

#[test]
fn a_quote_that_never_ends_does_not_take_the_memory() {
    let mapping = CsvMapping::from_toml(&with("display_name = \"Name\"")).unwrap();
    let endless =
        std::io::BufReader::new(std::io::Read::chain(&b"Login,Name\nada,\""[..], std::io::repeat(b'a')));
    let mut records = Vec::new();
    let input = CsvInput { name: "list.csv", mapping: &mapping, input: endless };
    let error = read_csv([input], &mut records).unwrap_err().to_string();
    assert_eq!(
        error,
        "line 2: `list.csv`: the row is longer than 4 MiB: is there a quote that does not end?"
    );
}

#[test]
fn a_mapping_that_cannot_be_is_refused_by_its_field() {
    for (text, says) in [
        ("kind = \"account\"", "missing field `key`"),
        (
            "kind = \"credential\"\nkey = \"x\"",
            "`kind` of the mapping: has to be person, account, group, role or resource",
        ),
        ("kind = \"machine\"\nkey = \"x\"", "unknown variant `machine`"),
        ("kind = \"group\"\nkey = \"x\"\nkeys = \"y\"", "unknown field `keys`"),
        (
            "kind = \"resource\"\nkey = \"x\"\n[columns]\npassword = \"y\"",
            "`columns.password` of the mapping: a resource has no such attribute; it has class, owner",
        ),
        (
            "kind = \"account\"\nkey = \"x\"\n[columns]\nowner = 7",
            "the name of a column, or a table with `column`",
        ),
        ("kind = \"account\"\nkey = \"x\"\n[columns]\nowner = { colum = \"y\" }", "unknown field `colum`"),
        (
            "kind = \"account\"\nkey = \"x\"\nseparator = \"ab\"",
            "`separator` of the mapping: has to be one ASCII character",
        ),
        (
            "kind = \"account\"\nkey = \"x\"\ndates = [\"%Q\"]",
            "`dates` of the mapping: `%Q` is no form of a date",
        ),
        (
            "kind = \"account\"\nkey = \"x\"\ndates = [\"%H:%M\"]",
            "`dates` of the mapping: `%H:%M` is no form of a date",
        ),
        (
            "kind = \"account\"\nkey = \"x\"\n[columns]\nowner = { column = \"y\", dates = [\"unix\"] }",
            "`columns.owner` of the mapping: has `dates`, but the attribute is no date",
        ),
        (
            "kind = \"account\"\nkey = \"x\"\n[columns]\nowner = { column = \"y\", separator = \",\" }",
            "`columns.owner` of the mapping: has a `separator`, but the attribute is no list",
        ),
        (
            "kind = \"account\"\nkey = \"x\"\n[[relations]]\ncolumn = \"g\"\nrelation = \"member_of\"\nkind = \"group\"\nlevel = \"read\"",
            "`relations, number 1: relation` of the mapping: is a membership, which has no `rights` and no `level`",
        ),
        (
            "kind = \"account\"\nkey = \"x\"\n[[relations]]\ncolumn = \"g\"\nrelation = \"may\"\nkind = \"resource\"\nseparator = \"\"",
            "`relations, number 1: separator` of the mapping: is empty",
        ),
    ] {
        let error = CsvMapping::from_toml(text).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn one_name_for_two_kinds_of_things_needs_a_prefix() {
    let mapping = "kind = \"account\"\nkey = \"login\"\n[[relations]]\ncolumn = \"groups\"\nrelation = \"member_of\"\nkind = \"group\"\n";
    for text in ["login,groups\nada,ada\n", "login,groups\nada,bob\nbob,\n"] {
        let error = refused(mapping, text.as_bytes());
        assert!(error.contains("` is the key of a thing of the kind "), "{error}");
        assert!(error.ends_with("give one of them a `prefix` in the mapping"), "{error}");
    }
    let (nodes, found, _) = read(&format!("{mapping}prefix = \"g:\"\n"), "login,groups\nada,ada\n");
    assert_eq!((nodes.len(), edges(&found)), (2, vec!["ada member_of g:ada".to_owned()]));
}
