//! Collections of SharpHound: what becomes of each kind of object, and a path to the domain that has to be found.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests stop at the first surprise"
)]

use countersign_names::Timestamp;
use countersign_sources::{
    AccountRecord, AccountUse, NodeBody, ReadingReport, Relation, SharpHoundFile, SourceEdge, SourceNode,
    SourceRecord, read_sharphound,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const DOMAIN: &str = "S-1-5-21-1-2-3";

struct Collection {
    nodes: BTreeMap<String, SourceNode>,
    edges: Vec<SourceEdge>,
    report: ReadingReport,
}

fn read_bytes(files: &[(&str, &[u8])]) -> Result<Collection, String> {
    let files = files.iter().map(|(name, input)| SharpHoundFile { name, input: *input });
    let mut records = Vec::new();
    let report = read_sharphound(files, &mut records).map_err(|error| error.to_string())?;
    let (mut nodes, mut edges) = (BTreeMap::new(), Vec::new());
    for record in records {
        match record {
            SourceRecord::Node(node) => assert!(nodes.insert(node.key.to_string(), *node).is_none()),
            SourceRecord::Edge(edge) => {
                assert!(nodes.contains_key(edge.from.as_str()) && nodes.contains_key(edge.to.as_str()));
                edges.push(edge);
            }
        }
    }
    assert_eq!((report.nodes, report.edges), (nodes.len() as u64, edges.len() as u64));
    Ok(Collection { nodes, edges, report })
}

fn read(files: &[(&str, &Value)]) -> Collection {
    let texts: Vec<String> = files.iter().map(|(_, value)| value.to_string()).collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().zip(&texts).map(|((name, _), text)| (*name, text.as_bytes())).collect();
    read_bytes(&files).unwrap()
}

/// Returns a file of objects, with what it says about itself behind them, as SharpHound writes it.
fn file(class: &str, objects: Value) -> Value {
    let count = objects.as_array().map_or(0, Vec::len);
    json!({"data": objects, "meta": {"methods": 521_215, "type": class, "count": count, "version": 6, "collectorversion": "2.5.7.0"}})
}

/// Returns an object with this identifier, its relative part if it is one.
fn object(identifier: &str, name: &str, more: Value) -> Value {
    let mut object = json!({
        "ObjectIdentifier": sid(identifier), "IsDeleted": false, "IsACLProtected": false, "ContainedBy": null, "Aces": [],
        "Properties": {"name": format!("{name}@CORP.EXAMPLE"), "domain": "CORP.EXAMPLE", "domainsid": DOMAIN, "samaccountname": name},
    });
    for (field, value) in more.as_object().unwrap() {
        match (field.as_str(), value) {
            ("Properties", Value::Object(properties)) => {
                for (name, value) in properties {
                    object["Properties"][name] = value.clone();
                }
            }
            _ => object[field] = value.clone(),
        }
    }
    object
}

fn sid(identifier: &str) -> String {
    let is_relative = identifier.bytes().all(|byte| byte.is_ascii_digit());
    if is_relative { format!("{DOMAIN}-{identifier}") } else { identifier.to_owned() }
}

fn user(relative: &str, name: &str, more: Value) -> Value {
    let mut user = object(relative, name, more);
    for list in ["AllowedToDelegate", "HasSIDHistory", "SPNTargets"] {
        if user[list].is_null() {
            user[list] = json!([]);
        }
    }
    user
}

fn ace(principal: &str, class: &str, right: &str) -> Value {
    json!({"PrincipalSID": sid(principal), "PrincipalType": class, "RightName": right, "IsInherited": false, "InheritanceHash": ""})
}

fn principal(identifier: &str, class: &str) -> Value {
    json!({"ObjectIdentifier": sid(identifier), "ObjectType": class})
}

fn results(list: Value) -> Value {
    json!({"Results": list, "Collected": true, "FailureReason": null})
}

impl Collection {
    fn account(&self, relative: &str) -> &AccountRecord {
        let NodeBody::Account(account) = &self.nodes[&sid(relative)].body else { panic!("{relative}") };
        account
    }

    /// Returns the relations that have a right, or the memberships, in short.
    fn edges(&self, right: &str) -> Vec<String> {
        let short = |key: &str| key.strip_prefix("S-1-5-21-1-2-3-").unwrap_or(key).to_owned();
        let mut shown: Vec<String> = self
            .edges
            .iter()
            .filter(|edge| match right {
                "MemberOf" => edge.relation == Relation::MemberOf,
                right => edge.body.rights.iter().any(|known| known == right),
            })
            .map(|edge| {
                let condition = if edge.body.conditional { " if" } else { "" };
                format!(
                    "{} {} {}{condition}",
                    short(edge.from.as_str()),
                    edge.relation.as_str(),
                    short(edge.to.as_str())
                )
            })
            .collect();
        shown.sort();
        shown
    }

    fn listed(&self) -> Vec<String> {
        self.report.listed.iter().map(ToString::to_string).collect()
    }

    /// Returns the shortest path from an account to a privileged group or the domain, over memberships and control.
    fn path_to_tier_zero(&self, from: &str) -> Option<Vec<String>> {
        let is_target = |key: &str| match &self.nodes[key].body {
            NodeBody::Group(group) => group.privileged == Some(true),
            NodeBody::Resource(resource) => resource.class.as_deref() == Some("domain"),
            _ => false,
        };
        let mut paths = VecDeque::from([vec![sid(from)]]);
        let mut seen = BTreeSet::from([sid(from)]);
        while let Some(path) = paths.pop_front() {
            let last = path.last().unwrap();
            if is_target(last) {
                return Some(path.iter().map(|key| self.nodes[key].name.clone()).collect());
            }
            for edge in &self.edges {
                let leads = matches!(edge.relation, Relation::MemberOf | Relation::Controls)
                    && !edge.body.conditional;
                if leads && edge.from.as_str() == last && seen.insert(edge.to.to_string()) {
                    paths.push_back([&path[..], &[edge.to.to_string()]].concat());
                }
            }
        }
        None
    }
}

/// Returns a small domain with one path from the help desk to its administrators, and decoys beside it.
fn corp() -> Vec<(&'static str, Value)> {
    let users = file(
        "users",
        json!([
            user("500", "Administrator", json!({"PrimaryGroupSID": sid("513")})),
            user("1105", "mallory", json!({"PrimaryGroupSID": sid("513")})),
            user("1106", "dave", json!({"PrimaryGroupSID": sid("513"), "IsACLProtected": true})),
            user("1107", "eve", json!({"PrimaryGroupSID": sid("513")})),
        ]),
    );
    let groups = file(
        "groups",
        json!([
            object(
                "512",
                "Domain Admins",
                json!({"Members": [principal("500", "User"), principal("1106", "User")]})
            ),
            object("513", "Domain Users", json!({"Members": []})),
            object(
                "1201",
                "helpdesk",
                json!({"Members": [principal("1105", "User"), principal("1202", "Group")]})
            ),
            // The groups contain each other.
            object("1202", "support", json!({"Members": [principal("1201", "Group")]})),
            object(
                "CORP.EXAMPLE-S-1-5-11",
                "AUTHENTICATED USERS",
                json!({"Members": [], "Properties": {"samaccountname": null}})
            ),
        ]),
    );
    let local_admins = json!([{
        "ObjectIdentifier": "S-1-5-21-9-9-9-544", "Name": "ADMINISTRATORS@WS01.CORP.EXAMPLE", "Collected": true, "FailureReason": null,
        "Results": [principal("1202", "Group"), principal("S-1-5-21-9-9-9-500", "LocalUser")],
        "LocalNames": [{"ObjectIdentifier": "S-1-5-21-9-9-9-500", "PrincipalName": "ADMINISTRATOR@WS01.CORP.EXAMPLE"}],
    }, {
        "ObjectIdentifier": "S-1-5-21-9-9-9-555", "Name": "REMOTE DESKTOP USERS@WS01.CORP.EXAMPLE", "Collected": true,
        "FailureReason": null, "Results": [principal("1107", "User")], "LocalNames": [],
    }]);
    let sessions = json!([{"UserSID": sid("1106"), "ComputerSID": sid("1301"), "LogonType": 2}]);
    let computers = file(
        "computers",
        json!([
            object(
                "1301",
                "WS01$",
                json!({
                    "PrimaryGroupSID": sid("515"), "AllowedToAct": [], "AllowedToDelegate": [], "IsDC": false, "DomainSID": DOMAIN,
                    "Sessions": results(json!([])), "PrivilegedSessions": results(sessions), "RegistrySessions": null,
                    "LocalGroups": local_admins, "UserRights": [], "Status": {"Connectable": true, "Error": null},
                })
            ),
            object(
                "1000",
                "DC01$",
                json!({
                    "PrimaryGroupSID": sid("516"), "Sessions": {"Results": [], "Collected": false, "FailureReason": "timeout"},
                    "LocalGroups": [], "UnconstrainedDelegation": true,
                })
            ),
        ]),
    );
    let domains = file(
        "domains",
        json!([object(
            DOMAIN,
            "CORP.EXAMPLE",
            json!({
                "Aces": [ace("512", "Group", "WriteDacl"), ace("512", "Group", "GenericAll"), ace(DOMAIN, "Domain", "Owns")],
                "Trusts": [], "Links": [], "ChildObjects": [],
                "Properties": {"name": "CORP.EXAMPLE", "samaccountname": null},
            })
        )]),
    );
    vec![
        ("20260131_users.json", users),
        ("20260131_groups.json", groups),
        ("20260131_computers.json", computers),
        ("20260131_domains.json", domains),
    ]
}

#[test]
fn a_path_over_nested_groups_and_a_session_to_the_administrators_is_found() {
    let files = corp();
    for order in [[0, 1, 2, 3], [3, 2, 1, 0]] {
        let files: Vec<(&str, &Value)> =
            order.iter().map(|place| (files[*place].0, &files[*place].1)).collect();
        let corp = read(&files);
        assert_eq!(
            corp.path_to_tier_zero("1105").unwrap(),
            [
                "mallory",
                "helpdesk",
                "support",
                "ADMINISTRATORS@WS01.CORP.EXAMPLE",
                "WS01$",
                "dave",
                "Domain Admins"
            ]
        );
        assert_eq!(corp.path_to_tier_zero("1107"), None, "who may only use the remote desktop");
        assert_eq!(corp.path_to_tier_zero("1000").unwrap(), ["DC01$", "Domain Controllers"]);
        assert_eq!(corp.edges("DCFor"), ["1000 controls S-1-5-21-1-2-3"]);
        assert_eq!(corp.edges("CanRDP"), ["S-1-5-21-9-9-9-555 may 1301"]);
        assert_eq!(
            corp.edges("GenericAll"),
            ["512 controls S-1-5-21-1-2-3"],
            "several rights over one object are one relation"
        );
        assert_eq!(corp.edges("WriteDacl"), corp.edges("GenericAll"));
        assert_eq!(corp.edges("Owns"), [""; 0], "what an object has over itself leads nowhere");
        assert!(corp.edges("MemberOf").contains(&"513 member_of CORP.EXAMPLE-S-1-5-11".to_owned()));
        assert_eq!(corp.nodes["S-1-5-21-9-9-9-500"].name, "ADMINISTRATOR@WS01.CORP.EXAMPLE");
        assert_eq!(corp.listed(), ["sessions: they were not collected on 1 computers"]);
        let NodeBody::Group(admins) = &corp.nodes[&sid("512")].body else { panic!() };
        let NodeBody::Group(helpdesk) = &corp.nodes[&sid("1201")].body else { panic!() };
        assert_eq!((admins.privileged, helpdesk.privileged), (Some(true), Some(false)));
    }
}

#[test]
fn an_account_says_what_the_directory_says_of_it_and_no_password() {
    let users = file(
        "users",
        json!([
            user(
                "1105",
                "svc-sql",
                json!({"Properties": {
                    "displayname": "SQL", "email": "sql@corp.example", "title": "Service", "description": "runs SQL", "enabled": false,
                    "hasspn": true, "lastlogon": 1_769_865_255, "lastlogontimestamp": 1_769_865_000, "pwdlastset": 1_700_000_000,
                    "pwdneverexpires": true, "whencreated": 1_600_000_000, "distinguishedname": "CN=SQL,DC=CORP,DC=EXAMPLE",
                    "userpassword": "SECRET", "unixpassword": "SECRET", "unicodepassword": "SECRET", "sfupassword": "SECRET",
                    "admincount": true, "serviceprincipalnames": ["MSSQLSvc/x"],
                }})
            ),
            user(
                "1106",
                "new",
                json!({"Properties": {"lastlogon": -1, "lastlogontimestamp": 0, "pwdlastset": "1700000000", "enabled": true}})
            ),
        ]),
    );
    let read = read(&[("u_users.json", &users)]);
    let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    let sql = read.account("1105");
    assert_eq!(read.nodes[&sid("1105")].name, "svc-sql");
    assert_eq!(
        (sql.personal.display_name.as_deref(), &sql.personal.mails[..], sql.personal.title.as_deref()),
        (Some("SQL"), &["sql@corp.example".to_owned()][..], Some("Service"))
    );
    assert_eq!(sql.aliases, ["svc-sql", "svc-sql@CORP.EXAMPLE", "CN=SQL,DC=CORP,DC=EXAMPLE"]);
    assert_eq!(
        (sql.used_by, sql.enabled, sql.password_never_expires),
        (Some(AccountUse::Service), Some(false), Some(true))
    );
    assert_eq!(sql.last_used_at, at("2026-01-31T13:14:15Z"));
    assert_eq!(sql.password_set_at, at("2023-11-14T22:13:20Z"));
    assert_eq!(sql.created_at, at("2020-09-13T12:26:40Z"));
    let new = read.account("1106");
    assert_eq!(
        (new.used_by, new.last_used_at, new.password_set_at),
        (None, None, at("2023-11-14T22:13:20Z"))
    );
    assert!(!format!("{:?}", read.nodes).contains("SECRET"));
}

#[test]
fn each_kind_of_control_is_read_with_its_name() {
    let rights = |name: &str| -> Vec<String> {
        let target = user("1106", "dave", json!({"Aces": [ace("1105", "User", name)]}));
        let users = file("users", json!([user("1105", "mallory", json!({})), target]));
        read(&[("u_users.json", &users)]).edges(name)
    };
    for name in [
        "GenericAll",
        "GenericWrite",
        "WriteDacl",
        "WriteOwner",
        "Owns",
        "AllExtendedRights",
        "ForceChangePassword",
        "AddMember",
        "AddSelf",
        "AddKeyCredentialLink",
        "AddAllowedToAct",
        "GetChangesAll",
        "DCSync",
        "ReadLAPSPassword",
        "ReadGMSAPassword",
        "SyncLAPSPassword",
        "WriteAccountRestrictions",
        "WriteGPLink",
    ] {
        assert_eq!(rights(name), ["1105 controls 1106"], "{name}");
    }
    for name in ["WriteSPN", "OwnsRaw", "WriteOwnerRaw"] {
        assert_eq!(rights(name), ["1105 controls 1106 if"], "{name}");
    }
    for name in ["GetChanges", "GetChangesInFilteredSet"] {
        assert_eq!(rights(name), ["1105 may 1106"], "{name}: alone it takes nothing");
    }
}

#[test]
fn delegation_history_policies_and_units_lead_on() {
    let users = file(
        "users",
        json!([user(
            "1105",
            "svc",
            json!({
                "AllowedToDelegate": [principal("1301", "Computer")], "HasSIDHistory": [principal("512", "Group")],
                "SPNTargets": [{"ComputerSID": sid("1302"), "Port": 1433, "Service": "SQLAdmin"}],
            })
        )]),
    );
    let computers = file(
        "computers",
        json!([
            object(
                "1301",
                "A$",
                json!({
                    "AllowedToAct": [principal("1105", "User")], "DumpSMSAPassword": [principal("1107", "User")], "IsDC": false,
                    "DomainSID": DOMAIN, "Properties": {"unconstraineddelegation": true}, "ContainedBy": principal("1B2C", "OU"),
                    "Sessions": results(json!([])),
                })
            ),
            object(
                "1302",
                "B$",
                json!({
                    "LocalAdmins": results(json!([principal("1105", "User")])), "RemoteDesktopUsers": results(json!([principal("1105", "User")])),
                    "DcomUsers": null, "PSRemoteUsers": results(json!([principal("1105", "User")])), "Sessions": results(json!([])),
                    "IsACLProtected": true, "ContainedBy": principal("1B2C", "OU"), "IsDC": false,
                })
            ),
        ]),
    );
    let units = file(
        "ous",
        json!([object(
            "1b2c",
            "SERVERS",
            json!({
                "Links": [{"IsEnforced": false, "GUID": "ABCD"}], "ChildObjects": [principal("1301", "Computer"), principal("1302", "Computer")],
                "ContainedBy": principal(DOMAIN, "Domain"),
                "GPOChanges": {"LocalAdmins": [principal("1201", "Group")], "RemoteDesktopUsers": [], "DcomUsers": [],
                               "PSRemoteUsers": null, "AffectedComputers": [principal("1301", "Computer"), principal("1302", "Computer")]},
            })
        )]),
    );
    let policies =
        file("gpos", json!([object("abcd", "BASELINE", json!({"Properties": {"gpcpath": "\\\\CORP\\x"}}))]));
    let trust = json!([
        {"TargetDomainSid": "S-1-5-21-7-7-7", "TargetDomainName": "OTHER.EXAMPLE", "IsTransitive": true, "TrustDirection": "Outbound", "TrustType": "External", "SidFilteringEnabled": false},
        {"TargetDomainSid": "S-1-5-21-8-8-8", "TargetDomainName": "SAFE.EXAMPLE", "TrustDirection": 3, "SidFilteringEnabled": true},
        {"TargetDomainSid": "S-1-5-21-6-6-6", "TargetDomainName": "IN.EXAMPLE", "TrustDirection": 1, "SidFilteringEnabled": false},
    ]);
    let domains =
        file("domains", json!([object(DOMAIN, "CORP.EXAMPLE", json!({"Trusts": trust, "Links": []}))]));
    let read = read(&[
        ("a_users.json", &users),
        ("a_computers.json", &computers),
        ("a_ous.json", &units),
        ("a_gpos.json", &policies),
        ("a_domains.json", &domains),
    ]);
    for (right, edges) in [
        ("AllowedToDelegate", &["1105 controls 1301"][..]),
        ("AllowedToAct", &["1105 controls 1301"]),
        ("HasSIDHistory", &["1105 controls 512"]),
        ("SQLAdmin", &["1105 may 1302"]),
        ("DumpSMSAPassword", &["1301 controls 1107"]),
        ("CoerceToTGT", &["1301 controls S-1-5-21-1-2-3 if"]),
        ("AdminTo", &["1105 controls 1302", "1201 controls 1301", "1201 controls 1302"]),
        // One relation with the right above, which is more.
        ("CanRDP", &["1105 may 1302"]),
        ("CanPSRemote", &["1105 may 1302"]),
        ("GPLink", &["ABCD controls 1B2C"]),
        ("Contains", &["1B2C controls 1301", "1B2C controls 1302 if", "S-1-5-21-1-2-3 controls 1B2C"]),
        ("TrustWithoutSIDFiltering", &["S-1-5-21-7-7-7 controls S-1-5-21-1-2-3 if"]),
    ] {
        assert_eq!(read.edges(right), edges, "{right}");
    }
    assert_eq!(read.nodes["S-1-5-21-7-7-7"].name, "OTHER.EXAMPLE");
    assert_eq!(read.nodes[&sid("512")].name, "Domain Admins", "a group that no file describes");
    assert_eq!(read.listed(), [""; 0]);
}

#[test]
fn what_is_not_read_is_said() {
    let templates =
        file("certtemplates", json!([object("T1", "WEB", json!({})), object("T2", "USER", json!({}))]));
    let mut users = file(
        "users",
        json!([
            user(
                "1105",
                "ada",
                json!({"Aces": [ace("1106", "User", "Enroll"), ace("S-1-5-21-4-4-4-1", "Unknown", "GenericAll"), ace("CORP.EXAMPLE-S-1-3-0", "Group", "GenericAll")]})
            ),
            user("1106", "gone", json!({"IsDeleted": true})),
            user("", "nameless", json!({"ObjectIdentifier": ""})),
        ]),
    );
    users["meta"]["count"] = json!(4);
    let read = read(&[("t.json", &templates), ("u.json", &users)]);
    assert_eq!(
        read.listed(),
        [
            "`t.json`: its 2 objects of the type `certtemplates` are not read",
            "`u.json`, record 2: `S-1-5-21-1-2-3-1106` is deleted",
            "`u.json`, record 3: its `ObjectIdentifier` is empty, too long or has a control character",
            "`u.json`: it says that it has 4 objects and has 3: is it cut, or edited?",
            "the right `Enroll`: 1 access control entries have it, and it is not read",
            "`S-1-5-21-4-4-4-1` controls `S-1-5-21-1-2-3-1105`: the input does not describe `S-1-5-21-4-4-4-1`",
        ]
    );
    assert_eq!(read.report.unread, 7, "two templates, and one each of the others");
}

#[test]
fn a_file_that_is_cut_mixed_or_there_twice_is_refused() {
    let users = file("users", json!([user("1105", "ada", json!({}))])).to_string();
    let refused = |files: &[(&str, &[u8])]| read_bytes(files).err().unwrap();
    assert_eq!(
        refused(&[("a_users.json", users.as_bytes()), ("b_users.json", users.as_bytes())]),
        "line 1: `b_users.json`, record 1: `S-1-5-21-1-2-3-1105` is described in record 1 of `a_users.json` already: give the files of one collection only"
    );
    for (name, text, says) in [
        (
            "u.json",
            &users[..users.len() - 3],
            "line 1: `u.json`: not the JSON of SharpHound, behind record 1: EOF while parsing",
        ),
        (
            "u.json",
            "[]",
            "line 1: `u.json`: not the JSON of SharpHound, behind record 0: invalid type: sequence",
        ),
        ("u.json", "{\"computers\": []}", "line 1: `u.json`: not the JSON of SharpHound: it has no `data`"),
        (
            "u.json",
            "{\"data\": [], \"data\": []}",
            "line 1: `u.json`: not the JSON of SharpHound, behind record 0: duplicate field `data`",
        ),
        (
            "u.json",
            "{\"data\": [{\"ObjectIdentifier\": \"a\", \"ObjectIdentifier\": \"b\"}]}",
            "line 1: `u.json`: not the JSON of SharpHound, behind record 0: duplicate field `ObjectIdentifier`",
        ),
        (
            "u.json",
            "{\"data\": [], \"meta\": {\"type\": \"users\", \"version\": 3}}",
            "line 1: `u.json`: it is of the version 3 of the format",
        ),
        (
            "u_groups.json",
            &users,
            "line 1: `u_groups.json`: it says that its objects are users, and they are groups",
        ),
    ] {
        let error = refused(&[(name, text.as_bytes())]);
        assert!(error.starts_with(says), "{error}");
    }
    let marked = format!("\u{feff}{users}");
    assert_eq!(read_bytes(&[("u.json", marked.as_bytes())]).unwrap().nodes.len(), 1, "a byte order mark");
    let deep = format!("{{\"data\": [{}{}]}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(refused(&[("u.json", deep.as_bytes())]).contains("not the JSON of SharpHound"));
}
