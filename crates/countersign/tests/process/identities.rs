//! Identities by the command line against a real server: a list of personnel as CSV and a directory as LDIF, whose people
//! overlap.

use crate::stage::*;
use serde_json::{Value, json};
use std::path::PathBuf;

const MAPPING: &str = "kind = \"person\"\nkey = \"number\"\nname = \"name\"\n[columns]\nemployee_number = \"number\"\n\
                       display_name = \"name\"\ngiven_name = \"given\"\nfamily_name = \"family\"\nmails = \"mail\"\n";

const PERSONNEL: &str = "number,name,given,family,mail\n17,Ada Lovelace,Ada,Lovelace,ada@example.org\n\
                         18,Bob Miller,Bob,Miller,bob@example.org\n19,Bob Miller,Bob,Miller,miller@example.org\n";

/// Runs a command; returns its exit code, its answer as JSON, and what it said on stderr.
fn ran(stage: &Stage, words: &[&str]) -> (i32, Value, String) {
    let data = stage.data();
    let ran =
        stage.command(&[words, &["--json", "--data", data.to_str().unwrap()]].concat()).output().unwrap();
    let answer = serde_json::from_slice(&ran.stdout).unwrap_or(Value::Null);
    (ran.status.code().unwrap(), answer, String::from_utf8(ran.stderr).unwrap())
}

fn done(stage: &Stage, words: &[&str]) -> Value {
    let (code, answer, said) = ran(stage, words);
    assert_eq!(code, 0, "{words:?}: {said}");
    answer
}

fn written(stage: &Stage, name: &str, text: &str) -> PathBuf {
    let path = stage.folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Returns the export of a directory with these accounts: login, name, family name and address. Each import of the same
/// login has the same `entryUUID`, and so the same key.
fn directory(accounts: &[[&str; 4]]) -> String {
    let mut text =
        "dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\no: Example\n".to_owned();
    for [login, name, family, mail] in accounts {
        let number: u32 = login.bytes().map(u32::from).sum();
        let mail = if mail.is_empty() { String::new() } else { format!("mail: {mail}\n") };
        text.push_str(&format!(
            "\ndn: uid={login},ou=people,dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: {login}\ncn: {name}\n\
             sn: {family}\n{mail}entryUUID: 00000000-0000-4000-8000-{number:012}\n"
        ));
    }
    text
}

fn key(login: &str) -> String {
    let number: u32 = login.bytes().map(u32::from).sum();
    format!("00000000-0000-4000-8000-{number:012}")
}

const ADA: [&str; 4] = ["ada", "Ada Lovelace", "Lovelace", "ada@example.org"];
const BMILLER: [&str; 4] = ["bmiller", "Bob Miller", "Miller", ""];
const ZZZ: [&str; 4] = ["zzz", "zzz", "zzz", ""];

/// Returns the states of the accounts, by their names, once correlation is current.
fn states(stage: &Stage) -> Value {
    until("correlation is current", || {
        let state = done(stage, &["identity", "correlate", "--state"]);
        assert_eq!(state.get("failure"), None, "{state}");
        (state["current"] == true).then_some(())
    });
    let mut found = json!({});
    for state in ["linked", "proposed", "disputed", "orphan"] {
        let list = done(stage, &["identity", "queue", "--state", state]);
        for account in list["items"].as_array().unwrap() {
            // Whether two namesakes are proposed or disputed is the rules' affair.
            let open = ["proposed", "disputed"].contains(&state);
            found[account["name"].as_str().unwrap()] = json!(if open { "waits" } else { state });
        }
    }
    found
}

#[test]
fn accounts_are_linked_queued_decided_and_the_decision_holds_over_imports_until_it_is_undone() {
    let stage = Stage::new("edge-1", &Where::Here, "");
    let process = stage.serve();
    stage.ready();
    until("the operator's socket is open", || Some(ran(&stage, &["status"])).filter(|ran| ran.0 == 0));
    done(&stage, &["person", "add", "--name", "Ada", "--email", "ada@example.org"]);
    for (name, format, more) in [("personnel", "csv", &["--authoritative"][..]), ("directory", "ldif", &[])] {
        let words = ["source", "declare", name, "--format", format, "--title", name, "--purpose", "tests"];
        done(&stage, &[&words[..], &["--owner", "ada@example.org"], more].concat());
    }
    let (csv, mapping) = (written(&stage, "people.csv", PERSONNEL), written(&stage, "mapping.toml", MAPPING));
    let import = |source: &str, words: &[&str]| {
        done(&stage, &[&["inventory", "import", source, "--yes", "--max-gone", "100%"], words].concat());
    };
    let personnel = ["--file", csv.to_str().unwrap(), "--mapping", mapping.to_str().unwrap()];
    import("personnel", &personnel);
    let ldif = written(&stage, "directory.ldif", &directory(&[ADA, BMILLER, ZZZ]));
    import("directory", &["--file", ldif.to_str().unwrap()]);

    // It runs by itself after an import.
    assert_eq!(states(&stage), json!({"ada": "linked", "bmiller": "waits", "zzz": "orphan"}));
    let list = done(&stage, &["identity", "list"]);
    let names: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ada Lovelace", "Bob Miller", "Bob Miller"]);
    let ada = done(&stage, &["identity", "show", "directory", &key("ada")]);
    assert_eq!((&ada["key"], &ada["linked"][0]["ground"]), (&json!("17"), &json!("rules")));
    let queue = done(&stage, &["identity", "queue"]);
    assert_eq!(queue["items"][0]["candidates"].as_array().unwrap().len(), 2);

    let bmiller = key("bmiller");
    let nodes = ["directory", bmiller.as_str(), "personnel", "19", "--reason", "He confirmed it"];
    let decided = done(&stage, &[&["identity", "link"], &nodes[..]].concat());
    let id = decided["id"].as_str().unwrap().to_owned();
    let linked = json!({"ada": "linked", "bmiller": "linked", "zzz": "orphan"});
    assert_eq!(states(&stage), linked);
    let (code, _, said) = ran(&stage, &[&["identity", "separate"], &nodes[..]].concat());
    assert!(code == 4 && said.contains(&format!("countersign identity undo {id}")), "{code}: {said}");
    let (code, _, said) =
        ran(&stage, &["identity", "link", "directory", "x", "personnel", "19", "--reason", "y"]);
    assert!(code == 2 && said.contains("nothing with the key `x`"), "{code}: {said}");

    // The account goes and comes back: the decision is about its key.
    std::fs::write(&ldif, directory(&[ADA])).unwrap();
    import("directory", &["--file", ldif.to_str().unwrap()]);
    assert_eq!(states(&stage), json!({"ada": "linked"}));
    std::fs::write(&ldif, directory(&[ZZZ, BMILLER, ADA])).unwrap();
    import("directory", &["--file", ldif.to_str().unwrap()]);
    assert_eq!(states(&stage), linked);
    let shown = done(&stage, &["identity", "show", "directory", &bmiller]);
    assert_eq!((&shown["key"], &shown["linked"][0]["decision"]), (&json!("19"), &json!(id)));

    // Decisions outlive the process, and a request of a run is answered by a run.
    process.stop();
    let process = stage.serve();
    stage.ready();
    until("the operator's socket is open", || Some(ran(&stage, &["status"])).filter(|ran| ran.0 == 0));
    assert_eq!(done(&stage, &["identity", "decisions"])["items"][0]["id"], json!(id));
    let before = done(&stage, &["identity", "correlate", "--state"])["last"]["ended_at"].clone();
    let after = done(&stage, &["identity", "correlate"]);
    assert!(after["requested"] == false && after["last"]["ended_at"] != before, "{after}");

    done(&stage, &["identity", "undo", &id, "--reason", "It was the other one"]);
    assert_eq!(states(&stage), json!({"ada": "linked", "bmiller": "waits", "zzz": "orphan"}));
    let (code, _, said) = ran(&stage, &["identity", "undo", &id, "--reason", "again"]);
    assert!(code == 3 && said.contains("countersign identity decisions"), "{code}: {said}");
    process.stop();
}
