//! Who can reach what, from exports on disk to the answers of the command line: a collection of SharpHound with one path
//! to the administrators, and the roles of a cluster.

use crate::stage::*;
use serde_json::{Value, json};
use std::path::Path;

const DOMAIN: &str = "S-1-5-21-1-2-3";

/// A domain: the help desk administers a workstation, on which an administrator of the domain has a session.
fn sharphound(folder: &Path, has_session: bool) {
    let id = |relative: &str| format!("{DOMAIN}-{relative}");
    let object = |relative: &str, name: &str, more: Value| {
        let mut object = json!({
            "ObjectIdentifier": id(relative), "Aces": [],
            "Properties": {"name": format!("{name}@CORP.EXAMPLE"), "samaccountname": name, "domainsid": DOMAIN},
        });
        for (field, value) in more.as_object().unwrap() {
            object[field] = value.clone();
        }
        object
    };
    let member = |relative: &str, class: &str| json!({"ObjectIdentifier": id(relative), "ObjectType": class});
    let sessions = match has_session {
        true => json!([{"UserSID": id("1106"), "ComputerSID": id("1301"), "LogonType": 2}]),
        false => json!([]),
    };
    let user = |relative, name| object(relative, name, json!({"PrimaryGroupSID": id("513")}));
    let users = json!([user("1105", "mallory"), user("1106", "dave"), user("1107", "eve")]);
    let groups = json!([
        object("512", "Domain Admins", json!({"Members": [member("1106", "User")]})),
        object("513", "Domain Users", json!({"Members": []})),
        object("1201", "helpdesk", json!({"Members": [member("1105", "User"), member("1202", "Group")]})),
        // The groups contain each other.
        object("1202", "support", json!({"Members": [member("1201", "Group")]})),
    ]);
    let local_admins = json!([{
        "ObjectIdentifier": "S-1-5-21-9-9-9-544", "Name": "ADMINISTRATORS@WS01.CORP.EXAMPLE", "Collected": true,
        "FailureReason": null, "Results": [member("1202", "Group")], "LocalNames": [],
    }]);
    let computer = json!({
        "PrimaryGroupSID": id("515"), "DomainSID": DOMAIN, "IsDC": false, "LocalGroups": local_admins,
        "Sessions": {"Results": [], "Collected": true, "FailureReason": null},
        "PrivilegedSessions": {"Results": sessions, "Collected": true, "FailureReason": null},
    });
    let computers = json!([object("1301", "WS01$", computer)]);
    std::fs::create_dir_all(folder).unwrap();
    for (class, objects) in [("users", users), ("groups", groups), ("computers", computers)] {
        let count = objects.as_array().unwrap().len();
        let file = json!({"data": objects, "meta": {"type": class, "count": count, "version": 6}});
        std::fs::write(folder.join(format!("20260131_{class}.json")), file.to_string()).unwrap();
    }
}

/// The roles of a cluster, of the corpus of its reader.
const CLUSTER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzzing/corpus/kubernetes/list");

fn ran(stage: &Stage, words: &[&str]) -> (i32, String, String) {
    let data = stage.data();
    let ran = stage.command(&[words, &["--data", data.to_str().unwrap()]].concat()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ran.status.code().unwrap(), text(ran.stdout), text(ran.stderr))
}

fn done(stage: &Stage, words: &[&str]) -> Value {
    let (code, out, said) = ran(stage, &[words, &["--json"]].concat());
    assert_eq!(code, 0, "{words:?}: {said}");
    serde_json::from_str(&out).unwrap_or(Value::Null)
}

fn names(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|item| item["node"]["name"].as_str().unwrap()).collect()
}

#[test]
fn the_path_to_the_administrators_is_found_and_gone_with_the_next_import() {
    let stage = Stage::new("edge-1", &Where::Here, "");
    let process = stage.serve();
    stage.ready();
    until("the operator's socket is open", || (ran(&stage, &["status"]).0 == 0).then_some(()));
    done(&stage, &["person", "add", "--name", "Ada", "--email", "ada@example.org"]);
    for (name, format) in [("corp", "sharphound"), ("cluster", "kubernetes")] {
        let words = ["source", "declare", name, "--format", format, "--title", name, "--purpose", "tests"];
        done(&stage, &[&words[..], &["--owner", "ada@example.org"]].concat());
    }
    let hound = stage.folder.path().join("hound");
    let manifest = stage.folder.path().join("cluster.yaml");
    std::fs::copy(CLUSTER, &manifest).unwrap();
    sharphound(&hound, true);
    done(&stage, &["inventory", "import", "corp", "--file", hound.to_str().unwrap(), "--yes"]);
    let manifest = ["--file", manifest.to_str().unwrap(), "--name", "prod", "--yes"];
    done(&stage, &[&["inventory", "import", "cluster"], &manifest[..]].concat());

    let found = until("the graph is read", || {
        let (code, out, _) = ran(&stage, &["access", "path", "corp", "mallory", "--json"]);
        (code == 0).then(|| serde_json::from_str::<Value>(&out).unwrap())
    });
    let steps = found["path"]["steps"].as_array().unwrap();
    let chain: Vec<_> = steps.iter().map(|step| step["to"]["name"].as_str().unwrap()).collect();
    let expected =
        ["helpdesk", "support", "ADMINISTRATORS@WS01.CORP.EXAMPLE", "WS01$", "dave", "Domain Admins"];
    assert_eq!(chain, expected);
    let (code, out, said) = ran(&stage, &["access", "path", "corp", "mallory"]);
    assert_eq!(code, 0, "{said}");
    let lines: Vec<_> = out.lines().filter(|line| !line.starts_with("      ")).collect();
    assert_eq!(lines[0], "mallory (account)");
    assert_eq!(lines[1], "  member of helpdesk (group)");
    assert_eq!(lines.last().unwrap(), &"  member of Domain Admins (group, tier zero)");
    assert!(said.contains("cluster import 1, corp import 1"), "{said}");
    let (code, out, _) = ran(&stage, &["access", "path", "corp", "eve"]);
    assert_eq!((code, out.trim()), (0, "There is no path by which eve can come to control tier zero."));

    let tier_zero = done(&stage, &["access", "tier-zero", "--kind", "account"]);
    assert!(names(&tier_zero).contains(&"mallory") && !names(&tier_zero).contains(&"eve"), "{tier_zero}");
    assert!(names(&tier_zero).contains(&"system:serviceaccount:kube-system:operator"), "{tier_zero}");
    let compromise = done(&stage, &["access", "compromise", "corp", "mallory"]);
    assert_eq!(compromise["reaches_tier_zero"], true);
    assert!(names(&compromise).contains(&"dave"), "{compromise}");
    let who = done(&stage, &["access", "who-can", "corp", "Domain Admins", "--means", "control"]);
    assert_eq!(who["total"], tier_zero_of(&tier_zero, "corp"));
    let what = done(
        &stage,
        &["access", "what-can", "cluster", "system:serviceaccount:ci:deployer", "--level", "write"],
    );
    assert!(what["total"].as_u64().unwrap() > 0, "{what}");
    let (code, out, _) =
        ran(&stage, &["access", "who-can", "cluster", what["items"][0]["node"]["key"].as_str().unwrap()]);
    assert!(code == 0 && out.contains("system:serviceaccount:ci:deployer -"), "{out}");

    for (words, code, expected) in [
        (["access", "path", "corp", "nobody"], 3, "countersign inventory list --source corp"),
        (["access", "what-can", "nowhere", "eve"], 2, "countersign source list"),
        (["access", "who-can", "corp", "eve"], 2, "--means control"),
    ] {
        let (ended, _, said) = ran(&stage, &words);
        assert!(ended == code && said.contains(expected), "{words:?}: {ended}: {said}");
    }

    sharphound(&hound, false);
    done(&stage, &["inventory", "import", "corp", "--file", hound.to_str().unwrap(), "--yes"]);
    until("the graph has the second import", || {
        let found = done(&stage, &["access", "path", "corp", "mallory"]);
        let import = found["as_of"]["sources"].as_array()?.iter().find(|known| known["source"] == "corp")?;
        (import["import"] == 2 && found.get("path").is_none()).then_some(())
    });
    process.stop();
}

/// Returns how many of the items are of a source.
fn tier_zero_of(answer: &Value, source: &str) -> Value {
    let items = answer["items"].as_array().unwrap();
    json!(items.iter().filter(|item| item["node"]["source"] == source).count())
}
