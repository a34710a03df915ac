//! Every format of an export, from a file or a folder to the inventory of a real server.

use crate::stage::*;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A small export of one format, and what it has.
struct SmallExport {
    format: &'static str,
    /// Its files below a folder of the test, and what is in each.
    files: &'static [(&'static str, &'static str)],
    /// What the command is given: `--file` with a path below that folder, and further words.
    given: &'static [&'static str],
    /// A node that has to be there, by its name, and its kind.
    found: (&'static str, &'static str),
}

const MEMBERS: &str = r#"[{"login":"ada","id":1,"type":"User"},{"login":"bob","id":2,"type":"User"}]"#;

const EXPORTS: [SmallExport; 7] = [
    SmallExport {
        format: "csv",
        files: &[
            ("people.csv", "no;name;mail\n1;Ada Lovelace;ada@example.org\n2;Bob;bob@example.org\n"),
            (
                "mapping.toml",
                "kind = \"person\"\nkey = \"no\"\nname = \"name\"\nseparator = \";\"\n[columns]\ndisplay_name = \"name\"\nmails = \"mail\"\n",
            ),
        ],
        given: &["--file", "people.csv", "--mapping", "mapping.toml"],
        found: ("Ada Lovelace", "person"),
    },
    SmallExport {
        format: "linux",
        files: &[
            (
                "web-1/etc/passwd",
                "root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000:Ada:/home/ada:/bin/bash\n",
            ),
            ("web-1/etc/group", "root:x:0:\nwheel:x:10:ada\n"),
            ("web-1/etc/sudoers", "%wheel ALL=(ALL) NOPASSWD: ALL\n"),
            ("web-1/etc/hosts", "127.0.0.1 localhost\n"),
            ("web-2/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n"),
        ],
        given: &["--file", "web-1", "--file", "web-2"],
        found: ("web-2", "resource"),
    },
    SmallExport {
        format: "sharphound",
        files: &[
            (
                "hound/20260131_users.json",
                r#"{"data":[{"ObjectIdentifier":"S-1-5-21-1-2-3-1105","Properties":{"samaccountname":"ada","name":"ADA@X","enabled":true},"PrimaryGroupSID":"S-1-5-21-1-2-3-513","Aces":[]}],"meta":{"type":"users","count":1,"version":5}}"#,
            ),
            ("hound/readme.txt", "not part of it"),
        ],
        given: &["--file", "hound"],
        found: ("ada", "account"),
    },
    SmallExport {
        format: "kubernetes",
        files: &[(
            "cluster/accounts.yaml",
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ServiceAccount\n  metadata: { name: deployer, namespace: ci }\n",
        )],
        given: &["--file", "cluster/accounts.yaml", "--name", "production"],
        found: ("system:serviceaccount:ci:deployer", "account"),
    },
    SmallExport {
        format: "github",
        files: &[("org/members.json", MEMBERS)],
        given: &["--file", "org"],
        found: ("bob", "account"),
    },
    SmallExport {
        format: "postgres",
        files: &[(
            "roles.jsonl",
            "{\"row\": \"database\", \"name\": \"shop\", \"owner\": 1}\n\
             {\"row\": \"role\", \"oid\": 1, \"name\": \"clerk\", \"login\": true, \"superuser\": false, \"create_role\": false, \"create_database\": false, \"replication\": false, \"bypass_row_security\": false}\n\
             {\"row\":\"end\"}\n",
        )],
        given: &["--file", "roles.jsonl"],
        found: ("clerk", "account"),
    },
    SmallExport {
        format: "aws-iam",
        files: &[
            (
                "account.json",
                r#"{"UserDetailList":[{"Path":"/","UserName":"ada","UserId":"AIDA1","Arn":"arn:aws:iam::123456789012:user/ada","CreateDate":"2026-01-01T00:00:00Z","GroupList":[],"AttachedManagedPolicies":[]}],"GroupDetailList":[],"RoleDetailList":[],"Policies":[]}"#,
            ),
            (
                "report.csv",
                "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated\nada,arn:aws:iam::123456789012:user/ada,2026-01-01T00:00:00+00:00,true,2026-01-02T00:00:00+00:00,2026-01-01T00:00:00+00:00,N/A,false,true,2026-01-01T00:00:00+00:00,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n",
            ),
        ],
        given: &["--file", "account.json", "--file", "report.csv"],
        found: ("ada", "account"),
    },
];

fn written(stage: &Stage, export: &SmallExport) -> PathBuf {
    let folder = stage.folder.path().join(format!("export of {}", export.format));
    for (path, text) in export.files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// Imports with these words, from this folder.
fn import(stage: &Stage, source: &str, folder: &Path, given: &[&str]) -> (i32, Value, String) {
    let (data, words) = (stage.data(), ["inventory", "import", source]);
    let more = ["--yes", "--json", "--data", data.to_str().unwrap()];
    let mut command = stage.command(&[&words[..], given, &more[..]].concat());
    let ran = command.current_dir(folder).output().unwrap();
    let answer = serde_json::from_slice(&ran.stdout).unwrap_or(Value::Null);
    (ran.status.code().unwrap(), answer, String::from_utf8(ran.stderr).unwrap())
}

fn done(stage: &Stage, words: &[&str]) -> Value {
    let data = stage.data();
    let ran =
        stage.command(&[words, &["--json", "--data", data.to_str().unwrap()]].concat()).output().unwrap();
    assert!(ran.status.success(), "{words:?}: {}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_slice(&ran.stdout).unwrap_or(Value::Null)
}

#[test]
fn every_format_is_imported_from_files_and_folders() {
    let stage = Stage::new("edge-1", &Where::Here, "");
    let _process = stage.serve();
    stage.ready();
    let data = stage.data();
    let status = ["status", "--json", "--data", data.to_str().unwrap()];
    until("the operator's socket is open", || {
        stage.command(&status).output().ok().filter(|ran| ran.status.success())
    });
    done(&stage, &["person", "add", "--name", "Ada", "--email", "ada@example.org"]);
    for export in &EXPORTS {
        let (format, folder) = (export.format, written(&stage, export));
        let words =
            ["source", "declare", format, "--format", format, "--title", format, "--purpose", "tests"];
        done(&stage, &[&words[..], &["--owner", "ada@example.org"]].concat());
        let (code, answer, said) = import(&stage, format, &folder, export.given);
        assert_eq!(code, 0, "{format}: {said}");
        let new = answer["applied"]["nodes"]["new"].as_u64().unwrap();
        assert!(new > 0, "{format}: {answer}");
        let all = done(&stage, &["inventory", "list", "--source", format]);
        let named: Vec<_> = all["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| (node["name"].as_str().unwrap(), node["kind"].as_str().unwrap()))
            .collect();
        assert!(named.contains(&export.found), "{format}: {named:?}");
        let (code, again, said) = import(&stage, format, &folder, export.given);
        assert_eq!((code, &again["applied"]["nodes"]["same"]), (0, &Value::from(new)), "{format}: {said}");
    }
    // What cannot be read is said before anything is sent, or by its file.
    let csv = stage.folder.path().join("export of csv");
    let refused = |source: &str, given: &[&str], expected: &str| {
        let (code, _, said) = import(&stage, source, &csv, given);
        assert!(code == 2 && said.contains(expected), "{given:?}: {code}: {said}");
    };
    refused("csv", &["--file", "people.csv"], "the format csv needs a mapping of its columns");
    refused("csv", &["--file", "people.csv", "--mapping", "people.csv"], "people.csv");
    refused("linux", &["--file", ".", "--mapping", "mapping.toml"], "the format linux has no columns to map");
    refused(
        "postgres",
        &["--file", "people.csv", "--file", "mapping.toml"],
        "2 files are more than the format postgres has",
    );
    refused("postgres", &["--file", "nothing"], "nothing");
    refused("postgres", &["--file", "people.csv"], "people.csv: line 1: ");
    refused("aws-iam", &["--file", "people.csv"], "has to be the credential report");
    std::fs::create_dir(csv.join("empty")).unwrap();
    refused("github", &["--file", "empty"], "there is no file in empty");
    refused("github", &["--file", "."], "members");
}
