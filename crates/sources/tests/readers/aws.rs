//! The identities of an AWS account: what becomes of each kind of statement, and a real export as a whole.

#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_sources::{
    CredentialClass, NodeBody, NodeKind, PrivilegeLevel, ReadingReport, Relation, SourceEdge, SourceNode,
    SourceRecord, read_aws_iam, read_aws_iam_with_credentials,
};
use countersign_testkit::outside;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

type Reading = (BTreeMap<String, SourceNode>, Vec<SourceEdge>, ReadingReport);

fn read(export: &Value) -> Reading {
    let mut records = Vec::new();
    let report = read_aws_iam(export.to_string().as_bytes(), &mut records).unwrap();
    let (mut nodes, mut edges) = (BTreeMap::new(), Vec::new());
    for record in records {
        match record {
            SourceRecord::Node(node) => assert!(nodes.insert(node.key.to_string(), *node).is_none()),
            SourceRecord::Edge(edge) => edges.push(edge),
        }
    }
    for edge in &edges {
        assert!(
            nodes.contains_key(edge.from.as_str()) && nodes.contains_key(edge.to.as_str()),
            "{edge:?} leads nowhere"
        );
    }
    assert_eq!((report.nodes, report.edges), (nodes.len() as u64, edges.len() as u64));
    (nodes, edges, report)
}

/// Returns an export with one user who has this statement.
fn export(statement: &Value) -> Value {
    json!({
        "UserDetailList": [{
            "Arn": "arn:aws:iam::1:user/ada", "UserName": "ada", "UserId": "AIDA1", "GroupList": [],
            "CreateDate": "2023-03-09 10:41:45+00:00",
            "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": statement}}],
        }],
        "GroupDetailList": [], "RoleDetailList": [], "Policies": [],
    })
}

#[test]
fn a_statement_becomes_an_entitlement_for_each_resource() {
    let statement = json!({"Effect": "Allow", "Action": ["s3:GetObject", "s3:DeleteObject"],
        "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"], "Condition": {"Bool": {"aws:SecureTransport": "true"}}});
    let (nodes, edges, report) = read(&export(&statement));
    assert_eq!(report.listed, []);
    assert_eq!(edges.len(), 2);
    let edge = &edges[0];
    assert_eq!((edge.relation, edge.to.as_str()), (Relation::May, "arn:aws:s3:::a/*"));
    assert_eq!(edge.body.rights, ["s3:DeleteObject", "s3:GetObject"]);
    assert_eq!(edge.body.level, Some(PrivilegeLevel::Write));
    assert!(edge.body.conditional);
    assert_eq!(edge.body.granted_by.as_deref(), Some("p (inline)"));
    let NodeBody::Resource(bucket) = &nodes["arn:aws:s3:::a/*"].body else { panic!() };
    assert_eq!(bucket.class.as_deref(), Some("s3"));
    let NodeBody::Account(ada) = &nodes["arn:aws:iam::1:user/ada"].body else { panic!() };
    assert_eq!(ada.created_at, Some("2023-03-09T10:41:45Z".parse().unwrap()));
}

#[test]
fn the_level_of_an_action_follows_from_its_name() {
    for (action, level) in [
        ("s3:GetObject", PrivilegeLevel::Read),
        ("s3:Get*", PrivilegeLevel::Read),
        ("ec2:describeinstances", PrivilegeLevel::Read),
        ("s3:GetBucketPolicy", PrivilegeLevel::Read),
        ("s3:PutObject", PrivilegeLevel::Write),
        ("sqs:SendMessage", PrivilegeLevel::Write),
        ("s3:PutBucketPolicy", PrivilegeLevel::Administer),
        ("kms:CreateGrant", PrivilegeLevel::Administer),
        ("lambda:AddPermission", PrivilegeLevel::Administer),
        ("iam:CreateAccessKey", PrivilegeLevel::Administer),
        ("iam:PassRole", PrivilegeLevel::Administer),
        ("s3:*", PrivilegeLevel::Administer),
        ("*", PrivilegeLevel::Administer),
    ] {
        let (_, edges, _) = read(&export(&json!({"Effect": "Allow", "Action": action, "Resource": "*"})));
        assert_eq!(edges[0].body.level, Some(level), "{action}");
    }
    let (_, edges, _) = read(&export(&json!({"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"})));
    assert_eq!(
        (&edges[0].body.rights[..], edges[0].body.level),
        (&["* except iam:*".to_owned()][..], Some(PrivilegeLevel::Administer))
    );
}

#[test]
fn several_statements_about_one_resource_are_one_entitlement() {
    let statements = json!([
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*", "Condition": {"Bool": {"x": "true"}}},
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"},
    ]);
    let (_, edges, _) = read(&export(&statements));
    let [edge] = &edges[..] else { panic!("{edges:?}") };
    assert_eq!(edge.body.rights, ["s3:ListBucket", "s3:PutObject"]);
    assert_eq!(edge.body.level, Some(PrivilegeLevel::Write));
    assert!(!edge.body.conditional, "a part of it holds whatever the conditions");
}

#[test]
fn what_is_not_there_or_not_subtracted_is_said() {
    let mut export = export(&json!([
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"},
        {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"},
    ]));
    let user = &mut export["UserDetailList"][0];
    user["GroupList"] = json!(["nobody"]);
    user["AttachedManagedPolicies"] = json!([{"PolicyName": "x", "PolicyArn": "arn:aws:iam::1:policy/x"}]);
    user["PermissionsBoundary"] = json!({"PermissionsBoundaryArn": "arn:aws:iam::1:policy/b"});
    let (_, edges, report) = read(&export);
    assert_eq!(edges.len(), 1);
    let said: Vec<String> = report.listed.iter().map(ToString::to_string).collect();
    let user = "arn:aws:iam::1:user/ada";
    assert_eq!(
        said,
        [
            format!("{user}: the export has no version in force of `arn:aws:iam::1:policy/x`"),
            format!(
                "{user}: statement 2 of `p (inline)` denies a part of what `p (inline)` allows on `*`, which is not subtracted"
            ),
            format!("{user}: it has a permissions boundary, which is not subtracted: it may do less"),
            format!("{user}: the export has no group `nobody`"),
        ]
    );
}

#[test]
fn what_is_named_twice_or_says_nothing_is_said() {
    let mut export =
        export(&json!([{"Effect": "Allow", "Action": "s3:GetObject"}, {"Effect": "Allow", "Resource": "*"}]));
    let again = json!({"Arn": "arn:aws:iam::1:user/ada", "UserName": "other", "UserId": "B"});
    export["UserDetailList"].as_array_mut().unwrap().push(again);
    let (nodes, edges, report) = read(&export);
    assert_eq!((nodes.len(), edges.len()), (1, 0));
    assert_eq!(nodes["arn:aws:iam::1:user/ada"].name, "ada");
    let said: Vec<String> = report.listed.iter().map(|unread| unread.reason.clone()).collect();
    let nothing = "it names no action or no resource";
    assert_eq!(said, [nothing, nothing, "the export names it twice: what the second says is not read"]);
}

#[test]
fn a_member_of_the_json_that_is_there_twice_is_refused() {
    let text = |principal: &str, effect: &str| {
        format!(
            r#"{{"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[{{"Arn":"a","RoleName":"r","RoleId":"i",
            "AssumeRolePolicyDocument":{{"Statement":{{{effect},"Principal":{principal},"Action":"sts:AssumeRole"}}}}}}]}}"#
        )
    };
    let read = |text: &str| read_aws_iam(text.as_bytes(), &mut Vec::new());
    let (once, allow) = (r#"{"AWS":"a"}"#, r#""Effect":"Allow""#);
    assert!(read(&text(once, allow)).is_ok());
    assert!(read(&text(r#"{"AWS":"a","AWS":"b"}"#, allow)).is_err());
    assert!(read(&text(r#"{"aws":"a"}"#, allow)).is_err(), "in other letters");
    assert!(read(&text(once, r#""Effect":"Deny","Effect":"Allow""#)).is_err());
    assert!(read(&text(once, r#""Effect":"allow""#)).is_err());
}

#[test]
fn what_is_denied_as_a_whole_is_no_entitlement() {
    let allowed = json!({"Effect": "Allow", "Action": ["iam:Get*", "s3:GetObject"], "Resource": ["*", "arn:aws:s3:::a"]});
    for (denial, expected) in [
        (json!({"Effect": "Deny", "Action": "*", "Resource": "*"}), &[][..]),
        (json!({"Effect": "Deny", "Action": "iam:*", "Resource": "*"}), &["s3:GetObject", "s3:GetObject"]),
        (
            json!({"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}),
            &["iam:Get*", "s3:GetObject", "iam:Get*", "s3:GetObject"],
        ),
        (
            json!({"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::a"}),
            &["iam:Get*", "s3:GetObject"],
        ),
        (
            json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Bool": {"x": "true"}}}),
            &["iam:Get*", "s3:GetObject", "iam:Get*", "s3:GetObject"],
        ),
    ] {
        let (_, edges, _) = read(&export(&json!([allowed, denial])));
        let rights: Vec<String> = edges.into_iter().flat_map(|edge| edge.body.rights).collect();
        assert_eq!(rights, expected, "{denial}");
    }
}

#[test]
fn a_role_says_who_can_take_it_on() {
    let export = json!({
        "UserDetailList": [{"Arn": "arn:aws:iam::1:user/ada", "UserName": "ada", "UserId": "A"}],
        "GroupDetailList": [], "Policies": [],
        "RoleDetailList": [{
            "Arn": "arn:aws:iam::1:role/r", "RoleName": "r", "RoleId": "AROA1",
            "RoleLastUsed": {"LastUsedDate": "2026-01-31T00:00:00Z", "Region": "eu-west-1"},
            "AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal":
                {"AWS": ["arn:aws:iam::1:user/ada", "*"], "Service": "ec2.amazonaws.com"}}},
            "RolePolicyList": [{"PolicyName": "all", "PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}}],
        }],
    });
    let (nodes, edges, _) = read(&export);
    let controlled: Vec<&str> = edges
        .iter()
        .filter(|edge| edge.relation == Relation::Controls)
        .map(|edge| edge.from.as_str())
        .collect();
    assert_eq!(controlled, ["*", "arn:aws:iam::1:user/ada", "ec2.amazonaws.com"]);
    let NodeBody::Role(role) = &nodes["arn:aws:iam::1:role/r"].body else { panic!() };
    assert_eq!(role.privileged, Some(true));
    assert_eq!(role.last_used_at, Some("2026-01-31T00:00:00Z".parse().unwrap()));
    assert_eq!(nodes["arn:aws:iam::1:user/ada"].name, "ada", "the account's own user stays what it is");
}

#[test]
fn an_input_that_is_no_export_is_refused() {
    for (text, error) in [
        ("", "line 1: not the output of `get-account-authorization-details`"),
        ("[]", "line 1: not the output of"),
        ("{\n\"UserDetailList\": 1}", "line 2: not the output of"),
        (
            r#"{"UserDetailList":[],"GroupDetailList":[],"RoleDetailList":[],"Policies":[],"IsTruncated":true}"#,
            "line 1: the export is one page of several (`IsTruncated`); export without `--max-items`",
        ),
    ] {
        let refused = read_aws_iam(text.as_bytes(), &mut Vec::new()).unwrap_err().to_string();
        assert!(refused.starts_with(error), "{refused}");
    }
    let deep = format!("{{\"x\":{}", "[".repeat(100_000));
    assert!(read_aws_iam(deep.as_bytes(), &mut Vec::new()).is_err());
}

/// An export that nobody here made: every identity of it is there, and those that can take over the account come out.
#[test]
fn a_real_export_is_read_whole() {
    let export = outside::json("aws-iam/account-authorization-details.json");
    let (nodes, edges, report) = read(&export);
    let of = |kind| nodes.values().filter(|node| node.body.kind() == kind).count();
    let roles: BTreeSet<&str> = export["RoleDetailList"]
        .as_array()
        .unwrap()
        .iter()
        .map(|role| role["Arn"].as_str().unwrap())
        .collect();
    assert_eq!(of(NodeKind::Role), roles.len());
    assert_eq!(of(NodeKind::Group), 5);
    let users = export["UserDetailList"].as_array().unwrap();
    assert!(users.iter().all(|user| nodes.contains_key(user["Arn"].as_str().unwrap())));
    let memberships: usize = users.iter().map(|user| user["GroupList"].as_array().unwrap().len()).sum();
    assert_eq!(edges.iter().filter(|edge| edge.relation == Relation::MemberOf).count(), memberships);
    let privileged: BTreeSet<&str> = nodes
        .values()
        .filter(|node| matches!(&node.body, NodeBody::Role(role) if role.privileged == Some(true)))
        .map(|node| node.name.as_str())
        .collect();
    // Those whose names say that they are false alarms of other tools are none here.
    assert!(privileged.iter().all(|name| !name.starts_with("fp")), "{privileged:?}");
    for name in ["OrganizationAccountAccessRole", "privesc-sre-role", "privesc-high-priv-service-role"] {
        assert!(privileged.contains(name), "{name} is not among {privileged:?}");
    }
    assert_eq!(report.listed, []);
}

const REPORT: &str = "\
user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
<root_account>,arn:aws:iam::1:root,2020-01-01T00:00:00+00:00,not_supported,2024-05-01T10:00:00+00:00,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A
ada,arn:aws:iam::1:user/ada,2023-03-09T10:41:45+00:00,true,no_information,2023-03-10T00:00:00+00:00,2023-06-10T00:00:00+00:00,false,true,2023-04-01T00:00:00+00:00,2024-02-01T12:00:00+00:00,eu-west-1,s3,false,2022-01-01T00:00:00+00:00,2022-02-01T00:00:00+00:00,N/A,N/A,true,2023-05-01T00:00:00+00:00,false,N/A
";

/// Reads the export above with a credential report.
fn with_report(report: &str) -> Result<Reading, String> {
    let export = export(&json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})).to_string();
    let mut records = Vec::new();
    let said = read_aws_iam_with_credentials(export.as_bytes(), report.as_bytes(), &mut records)
        .map_err(|error| error.to_string())?;
    let (mut nodes, mut edges) = (BTreeMap::new(), Vec::new());
    for record in records {
        match record {
            SourceRecord::Node(node) => assert!(nodes.insert(node.key.to_string(), *node).is_none()),
            SourceRecord::Edge(edge) => edges.push(edge),
        }
    }
    Ok((nodes, edges, said))
}

#[test]
fn the_credential_report_says_what_a_user_signs_in_with_and_how_old_it_is() {
    let (nodes, edges, report) = with_report(REPORT).unwrap();
    assert_eq!(report.listed, []);
    let at = |text: &str| Some(text.parse().unwrap());
    let NodeBody::Account(ada) = &nodes["arn:aws:iam::1:user/ada"].body else { panic!() };
    assert_eq!((ada.enabled, ada.multi_factor), (Some(true), Some(false)));
    assert_eq!(ada.last_used_at, at("2024-02-01T12:00:00Z"), "by one of two keys");
    assert_eq!(ada.password_set_at, at("2023-03-10T00:00:00Z"));
    let NodeBody::Account(root) = &nodes["arn:aws:iam::1:root"].body else { panic!() };
    assert_eq!(
        (root.enabled, root.multi_factor, root.last_used_at),
        (None, Some(true), at("2024-05-01T10:00:00Z"))
    );
    let has: Vec<&str> =
        edges.iter().filter(|edge| edge.relation == Relation::Has).map(|edge| edge.to.as_str()).collect();
    assert_eq!(
        has,
        [
            "arn:aws:iam::1:root/mfa",
            "arn:aws:iam::1:user/ada/access_key_1",
            "arn:aws:iam::1:user/ada/access_key_2",
            "arn:aws:iam::1:user/ada/cert_1",
            "arn:aws:iam::1:user/ada/password",
        ]
    );
    let credential = |name: &str| match &nodes[&format!("arn:aws:iam::1:user/ada/{name}")].body {
        NodeBody::Credential(credential) => credential.clone(),
        other => panic!("{other:?}"),
    };
    let (first, second) = (credential("access_key_1"), credential("access_key_2"));
    assert_eq!(
        (first.class, first.enabled, first.created_at),
        (CredentialClass::ApiKey, Some(true), at("2023-04-01T00:00:00Z"))
    );
    assert_eq!(
        (second.enabled, second.created_at, second.last_used_at),
        (Some(false), at("2022-01-01T00:00:00Z"), at("2022-02-01T00:00:00Z"))
    );
    let password = credential("password");
    assert_eq!((password.last_used_at, password.expires_at), (None, at("2023-06-10T00:00:00Z")));
}

#[test]
fn a_credential_report_of_another_time_or_form_is_said_or_refused() {
    let (header, rows) = REPORT.split_once('\n').unwrap();
    let other = rows.replace("user/ada", "user/bob").replace("ada,arn", "bob,arn");
    let (nodes, _, report) = with_report(&format!("{header}\n{other}")).unwrap();
    let said: Vec<String> = report.listed.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "arn:aws:iam::1:user/bob: the credential report has a user that the export does not have: take both at one time",
            "arn:aws:iam::1:user/ada: the credential report has no row for it: it may be older",
        ]
    );
    assert!(!nodes.contains_key("arn:aws:iam::1:user/bob"));
    for (report, says) in [
        (format!("{REPORT}{rows}"), "line 4: the credential report: `arn:aws:iam::1:root` is in it twice"),
        (
            REPORT.replace("mfa_active", "mfa"),
            "line 1: the credential report: it has no column `mfa_active`; its columns are user, arn, ",
        ),
        (format!("{header}\na,b\n"), "line 2: the credential report: CSV error"),
        (
            format!("{header}\n{}", rows.replace("arn:aws:iam::1:root", "")),
            "line 2: the credential report: its `arn` is empty",
        ),
        ("{}".to_owned(), "line 1: the credential report: it has no column `user`"),
    ] {
        let error = with_report(&report).err().unwrap();
        assert!(error.starts_with(says), "{error}");
    }
}
