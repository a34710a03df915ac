//! People who left, by the command line against a real server that is killed in the middle.

use crate::stage::*;
use serde_json::Value;
use std::path::PathBuf;

const MAPPING: &str = "kind = \"person\"\nkey = \"number\"\nname = \"name\"\n[columns]\nemployee_number = \"number\"\n\
                       display_name = \"name\"\nmails = \"mail\"\n";

/// Runs a command; returns its exit code, what it printed, and what it said on stderr.
fn ran(stage: &Stage, words: &[&str]) -> (i32, String, String) {
    let data = stage.data();
    let ran = stage.command(&[words, &["--data", data.to_str().unwrap()]].concat()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ran.status.code().unwrap(), text(ran.stdout), text(ran.stderr))
}

fn done(stage: &Stage, words: &[&str]) -> Value {
    let (code, answer, said) = ran(stage, &[words, &["--json"]].concat());
    assert_eq!(code, 0, "{words:?}: {said}");
    serde_json::from_str(&answer).unwrap()
}

fn personnel(stage: &Stage, people: &[&str]) -> PathBuf {
    let line = |name: &&str| {
        let number: u32 = name.bytes().map(u32::from).sum();
        format!("{number},{name} Example,{}@example.org\n", name.to_lowercase())
    };
    let path = stage.folder.path().join("people.csv");
    std::fs::write(&path, format!("number,name,mail\n{}", people.iter().map(line).collect::<String>()))
        .unwrap();
    path
}

/// Runs an import of these people with these options; returns what it printed.
fn imported(stage: &Stage, people: &[&str], more: &[&str]) -> String {
    let (csv, mapping) = (personnel(stage, people), stage.folder.path().join("mapping.toml"));
    std::fs::write(&mapping, MAPPING).unwrap();
    let files = ["--file", csv.to_str().unwrap(), "--mapping", mapping.to_str().unwrap()];
    let words = ["inventory", "import", "personnel", "--max-gone", "100%"];
    let (code, told, said) = ran(stage, &[&words[..], &files, more].concat());
    assert_eq!(code, 0, "{said}");
    told
}

fn standing(stage: &Stage, name: &str) -> String {
    let person = done(stage, &["person", "show", &format!("{name}@example.org")]);
    person["standing"].as_str().unwrap().to_owned()
}

fn suspensions(stage: &Stage) -> usize {
    let facts = done(stage, &["fact", "list", "--kind", "person.suspended"]);
    facts["items"].as_array().unwrap().len()
}

const ALL: [&str; 4] = ["Ada", "Bob", "Cy", "Dora"];

#[test]
fn who_left_is_suspended_once_also_if_the_server_is_killed_right_after_the_import() {
    let stage = Stage::new("edge-1", &Where::Here, "");
    let process = stage.serve();
    stage.ready();
    until("the operator's socket is open", || Some(ran(&stage, &["status"])).filter(|ran| ran.0 == 0));
    for name in ALL {
        let email = format!("{}@example.org", name.to_lowercase());
        done(&stage, &["person", "add", "--name", name, "--email", &email]);
    }
    let words =
        ["source", "declare", "personnel", "--format", "csv", "--title", "Personnel", "--purpose", "tests"];
    let more = ["--owner", "ada@example.org", "--authoritative", "--suspend-leavers", "--max-leavers", "2"];
    done(&stage, &[&words[..], &more, &["--max-leavers-share", "100%"]].concat());
    let told = imported(&stage, &ALL, &["--yes"]);
    assert!(told.contains("by import 1: nobody suspended"), "{told}");

    // A look changes nothing, and names who would be suspended.
    let told = imported(&stage, &["Ada", "Cy", "Dora"], &["--dry-run"]);
    assert!(told.contains("left, and would be suspended:\n  - Bob (bob@example.org)"), "{told}");
    assert_eq!(standing(&stage, "bob"), "active");

    // The command with --json does not wait for what becomes of leavers: the server is killed before or after that.
    imported(&stage, &["Ada", "Cy", "Dora"], &["--yes", "--json"]);
    drop(process);
    let process = stage.serve();
    stage.ready();
    until("Bob is suspended", || Some(standing(&stage, "bob")).filter(|standing| standing == "suspended"));
    assert_eq!(suspensions(&stage), 1);
    let left = done(&stage, &["source", "leavers", "personnel"]);
    assert_eq!((&left["items"][0]["name"], &left["items"][0]["state"]), (&"Bob".into(), &"suspended".into()));

    let told = imported(&stage, &ALL, &["--yes"]);
    assert!(told.contains("back, and would be restored:\n  - Bob (bob@example.org)"), "{told}");
    assert_eq!(standing(&stage, "bob"), "active");

    // Suddenly everybody but one has left.
    let told = imported(&stage, &["Ada"], &["--yes"]);
    assert!(
        told.contains("3 people left at once, and an import may suspend 2: nobody is suspended"),
        "{told}"
    );
    assert_eq!(suspensions(&stage), 1);
    let doctor = ran(&stage, &["doctor"]).1;
    assert!(doctor.contains("personnel says of 3 people at once that they left"), "{doctor}");
    let (code, told, said) = ran(&stage, &["source", "leavers", "personnel", "--confirm", "3"]);
    assert_eq!(code, 0, "{said}");
    assert!(told.contains("3 people suspended"), "{told}");
    assert_eq!((standing(&stage, "dora").as_str(), suspensions(&stage)), ("suspended", 4));
    drop(process);
}
