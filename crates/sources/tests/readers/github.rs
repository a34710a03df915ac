//! The lists of a GitHub organisation: who is in it, and who may do what with which repository.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests stop at the first surprise"
)]

use countersign_sources::{
    AccountRecord, AccountUse, GitHubFile, GitHubList, NodeBody, PrivilegeLevel, ReadingReport, Relation,
    SourceEdge, SourceNode, SourceRecord, read_github,
};
use std::collections::BTreeMap;

struct Organisation {
    nodes: BTreeMap<String, SourceNode>,
    edges: Vec<SourceEdge>,
    report: ReadingReport,
}

fn read_files(files: &[(&str, &str)]) -> Result<Organisation, String> {
    let files = files.iter().map(|(name, text)| GitHubFile {
        list: GitHubList::of_path(name).unwrap(),
        name,
        input: text.as_bytes(),
    });
    let mut records = Vec::new();
    let report = read_github("corp", files, &mut records).map_err(|error| error.to_string())?;
    let (mut nodes, mut edges) = (BTreeMap::new(), Vec::new());
    for record in records {
        match record {
            SourceRecord::Node(node) => {
                assert!(nodes.insert(node.key.to_string().replace("github:corp/", ""), *node).is_none());
            }
            SourceRecord::Edge(edge) => edges.push(edge),
        }
    }
    assert_eq!((report.nodes, report.edges), (nodes.len() as u64, edges.len() as u64));
    Ok(Organisation { nodes, edges, report })
}

const MEMBERS: &str = r#"[{"login": "ada", "id": 1, "node_id": "MDQ6", "type": "User", "site_admin": false},
    {"login": "bob", "id": 2, "type": "User"}][{"login": "corp-bot[bot]", "id": 3, "type": "Bot"}]"#;

const FILES: [(&str, &str); 11] = [
    ("members.json", MEMBERS),
    ("owners.json", r#"[{"login": "ada", "id": 1}]"#),
    ("members_2fa_disabled.json", r#"[{"login": "bob", "id": 2}]"#),
    ("outside_collaborators.json", r#"[{"login": "eve", "id": 9, "type": "User"}]"#),
    (
        "teams.json",
        r#"[[{"id": 7, "slug": "platform", "name": "Platform", "description": "runs it", "privacy": "closed", "permission": "pull", "parent": null}],
            [{"id": 8, "slug": "sre", "name": "SRE", "description": "", "parent": {"id": 7, "slug": "platform"}}]]"#,
    ),
    (
        "repos.json",
        r#"[{"id": 5, "full_name": "corp/API", "private": true}, {"id": 6, "full_name": "corp/site"}]"#,
    ),
    (
        "teams/platform/repos.json",
        r#"[{"id": 5, "full_name": "corp/API", "role_name": "maintain", "permissions": {"admin": false, "maintain": true, "push": true, "triage": true, "pull": true}}]"#,
    ),
    ("teams/sre/members.json", r#"[{"login": "bob", "id": 2}]"#),
    ("teams/sre/repos.json", "[]"),
    (
        "repos/api/collaborators.json",
        r#"[{"login": "eve", "id": 9, "role_name": "auditor", "permissions": {"pull": true, "push": false, "admin": false}},
            {"login": "ada", "id": 1, "role_name": "admin", "permissions": {"admin": true, "push": true, "pull": true}},
            {"login": "gone", "id": 77, "role_name": "write"}]"#,
    ),
    (
        "repos/api/keys.json",
        r#"[{"id": 100, "key": "ssh-ed25519 SECRETLOOKING", "title": "deploy", "verified": true, "created_at": "2023-04-01T00:00:00Z",
            "read_only": false, "added_by": "ada", "last_used": "2024-02-01T12:00:00Z", "enabled": true}]"#,
    ),
];

impl Organisation {
    fn edges(&self, relation: Relation) -> Vec<String> {
        let short = |key: &str| key.replace("github:corp/", "").replace("github:corp", "corp");
        let mut shown: Vec<String> = self
            .edges
            .iter()
            .filter(|edge| edge.relation == relation)
            .map(|edge| {
                let level = match edge.body.level {
                    None => "",
                    Some(PrivilegeLevel::Read) => " read:",
                    Some(PrivilegeLevel::Write) => " write:",
                    Some(PrivilegeLevel::Administer) => " administer:",
                };
                let rights = edge.body.rights.join("+");
                format!("{} {}{level}{rights}", short(edge.from.as_str()), short(edge.to.as_str()))
            })
            .collect();
        shown.sort();
        shown
    }

    fn account(&self, key: &str) -> &AccountRecord {
        let NodeBody::Account(account) = &self.nodes[key].body else { panic!("{key}") };
        account
    }

    fn listed(&self) -> Vec<String> {
        self.report.listed.iter().map(ToString::to_string).collect()
    }
}

#[test]
fn members_teams_and_repositories_are_read_with_who_may_what() {
    for backwards in [false, true] {
        let mut files = FILES.to_vec();
        if backwards {
            files.reverse();
        }
        let corp = read_files(&files).unwrap();
        assert_eq!(
            corp.edges(Relation::May),
            [
                "deploy-key/api/100 repository/api write:write",
                "team/platform repository/api write:maintain",
                "user/1 corp administer:member+owner",
                "user/1 repository/api administer:admin",
                "user/2 corp read:member",
                "user/3 corp read:member",
                "user/9 repository/api read:auditor",
            ]
        );
        assert_eq!(corp.edges(Relation::MemberOf), ["team/sre team/platform", "user/2 team/sre"]);
        assert_eq!(corp.edges(Relation::Has), ["deploy-key/api/100 deploy-key/api/100/key"]);
        assert_eq!(
            corp.listed(),
            [
                "`github:corp/user/77` may `github:corp/repository/api`: the input does not describe `github:corp/user/77`"
            ]
        );
        assert_eq!(
            (corp.nodes["user/1"].name.as_str(), corp.nodes["team/sre"].name.as_str()),
            ("ada", "SRE")
        );
        assert_eq!(
            (
                corp.account("user/1").multi_factor,
                corp.account("user/2").multi_factor,
                corp.account("user/9").multi_factor
            ),
            (Some(true), Some(false), None),
            "of outside collaborators the list does not speak"
        );
        assert_eq!(corp.account("user/3").used_by, Some(AccountUse::Service));
        assert_eq!(corp.account("user/9").description.as_deref(), Some("an outside collaborator"));
        let deploy = corp.account("deploy-key/api/100");
        assert_eq!((deploy.owner.as_deref(), deploy.used_by), (Some("ada"), Some(AccountUse::Service)));
        assert_eq!(deploy.last_used_at, Some("2024-02-01T12:00:00Z".parse().unwrap()));
        assert!(!format!("{:?}", corp.nodes).contains("SECRETLOOKING"));
    }
}

#[test]
fn a_role_of_the_organisation_itself_has_the_level_of_its_permissions() {
    for (grant, expected) in [
        (r#""role_name": "read""#, "read:read"),
        (r#""role_name": "triage""#, "read:triage"),
        (r#""role_name": "write""#, "write:write"),
        (r#""permissions": {"pull": true, "triage": true, "push": true}"#, "write:write"),
        (r#""permissions": {"pull": true}"#, "read:read"),
        (
            r#""role_name": "releaser", "permissions": {"pull": true, "push": true, "maintain": true}"#,
            "write:releaser",
        ),
        (r#""role_name": "all", "permissions": {"admin": true}"#, "administer:all"),
        // The permissions are what holds.
        (r#""role_name": "read", "permissions": {"admin": true}"#, "administer:read"),
        (r#""role_name": "odd""#, "odd"),
    ] {
        let list = format!(r#"[{{"login": "ada", "id": 1, {grant}}}]"#);
        let files = [
            ("members.json", MEMBERS),
            ("repos.json", r#"[{"full_name": "corp/api"}]"#),
            ("repos/api/collaborators.json", &list),
        ];
        let found = read_files(&files).unwrap().edges(Relation::May);
        let expected = format!("user/1 repository/api{}{expected}", if expected == "odd" { "" } else { " " });
        assert!(found.contains(&expected), "{grant}: {found:?}");
    }
}

#[test]
fn without_the_list_of_second_factors_nothing_is_said_of_them() {
    let corp = read_files(&[("members.json", MEMBERS)]).unwrap();
    assert_eq!(corp.account("user/1").multi_factor, None);
}

#[test]
fn what_is_no_list_or_there_twice_is_refused() {
    let refused = |files: &[(&str, &str)]| read_files(files).err().unwrap();
    assert_eq!(refused(&FILES[1..]), "line 1: there is no list of members (`members.json`)");
    for (name, text, says) in [
        (
            "teams.json",
            r#"{"message": "Not Found", "documentation_url": "https://docs"}"#,
            "line 1: `teams.json`: GitHub refused the list: Not Found",
        ),
        ("teams.json", r#"[{"slug": "a"}, {"slug": "a"}]"#, "line 1: `teams.json`: `a` is there twice"),
        ("teams.json", r#"[{"slug": "a""#, "line 1: `teams.json`: not the list of the REST API"),
        ("teams.json", r#"[{"name": "a"}]"#, "line 1: `teams.json`: not the list of the REST API"),
        (
            "repos.json",
            r#"[{"full_name": "corp/a"}, {"full_name": "corp/A"}]"#,
            "line 1: `repos.json`: `corp/A` is there twice",
        ),
        (
            "outside_collaborators.json",
            r#"[{"login": "ada", "id": 1}]"#,
            "line 1: `outside_collaborators.json`: `ada` is there twice",
        ),
        (
            "teams/ops/members.json",
            "[]",
            "line 1: `teams/ops/members.json`: the list of teams has no team `ops`",
        ),
        ("repos/a/keys.json", r#"[{"id": 1}, {"id": 1}]"#, "line 1: `repos/a/keys.json`: `1` is there twice"),
    ] {
        let error = refused(&[("members.json", MEMBERS), (name, text)]);
        assert!(error.starts_with(says), "{error}");
    }
    let twice = r#"[{"login": "ada", "id": 1}, {"login": "ada", "id": 1}]"#;
    assert!(
        refused(&[("members.json", twice)])
            .contains("`ada` is there twice: the list changed while its pages were read")
    );
    let nameless = read_github(" ", Vec::<GitHubFile<'_, &[u8]>>::new(), &mut Vec::new());
    assert!(nameless.unwrap_err().to_string().contains("the name of the organisation is empty"));
}

#[test]
fn the_path_says_which_list_a_file_is() {
    for (path, list) in [
        ("export/members.json", Some(GitHubList::Members)),
        ("teams/ops/members.json", Some(GitHubList::TeamMembers { team: "ops".to_owned() })),
        ("a/teams/ops/repos.json", Some(GitHubList::TeamRepositories { team: "ops".to_owned() })),
        (
            "repos/members/collaborators.json",
            Some(GitHubList::Collaborators { repository: "members".to_owned() }),
        ),
        ("repos/api/keys.json", Some(GitHubList::DeployKeys { repository: "api".to_owned() })),
        ("repos/api/members.json", None),
        ("members.txt", None),
        ("other.json", None),
        ("", None),
    ] {
        assert_eq!(GitHubList::of_path(path), list, "{path}");
    }
}
