//! Imports of what sources say, by the command line against a server that is killed now and then.

use crate::stage::*;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Number of accounts of the directory.
const ACCOUNTS: usize = 200;

/// A server with a directory and a cloud account declared.
fn declared(stage: &Stage) -> Process {
    let process = stage.serve();
    stage.ready();
    until("the operator's socket is open", || ran(stage, &["status"]).filter(|ran| ran.0 == 0));
    done(stage, &["person", "add", "--name", "Ada", "--email", "ada@example.org"]);
    for (name, format) in [("people", "ldif"), ("cloud", "aws-iam")] {
        let words = ["source", "declare", name, "--format", format, "--title", name, "--purpose", "tests"];
        done(stage, &[&words[..], &["--owner", "ada@example.org"]].concat());
    }
    process
}

/// Runs a command; returns its exit code, its answer as JSON, and what it said on stderr.
fn ran(stage: &Stage, words: &[&str]) -> Option<(i32, Value, String)> {
    let data = stage.data();
    let more = ["--json", "--data", data.to_str().unwrap()];
    let ran = stage.command(&[words, &more[..]].concat()).output().unwrap();
    let answer = serde_json::from_slice(&ran.stdout).unwrap_or(Value::Null);
    Some((ran.status.code()?, answer, String::from_utf8(ran.stderr).unwrap()))
}

fn done(stage: &Stage, words: &[&str]) -> Value {
    let (code, answer, said) = ran(stage, words).unwrap();
    assert_eq!(code, 0, "{words:?}: {said}");
    answer
}

/// Writes the export of a directory, as `slapcat` writes it, with this many accounts, described so.
fn directory(stage: &Stage, accounts: usize, description: &str) -> PathBuf {
    let mut text =
        String::from("dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\no: Example\n");
    let mut members = String::new();
    for number in 0..accounts {
        let dn = format!("uid=u{number:03},ou=people,dc=example,dc=org");
        let _ = write!(
            text,
            "\ndn: {dn}\nobjectClass: inetOrgPerson\nuid: u{number:03}\ncn: User {number}\nsn: User\n\
             description: {description}\nuserPassword:: e1NTSEF9c2VjcmV0LW9mLWEtdXNlcg==\n\
             entryUUID: 00000000-0000-4000-8000-{number:012}\n"
        );
        let _ = writeln!(members, "member: {dn}");
    }
    let _ = write!(
        text,
        "\ndn: cn=staff,ou=groups,dc=example,dc=org\nobjectClass: groupOfNames\ncn: staff\n{members}\
         entryUUID: 00000000-0000-4000-9000-000000000000\n"
    );
    let path = stage.folder.path().join("people.ldif");
    std::fs::write(&path, text).unwrap();
    path
}

fn import(
    stage: &Stage,
    source: &str,
    file: &std::path::Path,
    more: &[&str],
) -> Option<(i32, Value, String)> {
    ran(stage, &[&["inventory", "import", source, "--file", file.to_str().unwrap()], more].concat())
}

/// Returns the names of all nodes of the directory, and what is said of the first account.
fn seen(stage: &Stage) -> (usize, Value) {
    let all = done(stage, &["inventory", "list", "--source", "people", "--kind", "account"]);
    let all = all["items"].as_array().unwrap();
    (all.len(), all.first().map_or(Value::Null, |first| first["attributes"]["description"].clone()))
}

#[test]
fn a_directory_and_a_cloud_account_are_imported_and_the_same_again_changes_nothing() {
    let stage = Stage::new("edge-1", &Where::Here, "");
    let process = declared(&stage);
    let ldif = directory(&stage, ACCOUNTS, "one");
    let aws =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../testkit/outside/aws-iam/account-authorization-details.json");
    let aws = PathBuf::from(aws);

    // Nobody can be asked here.
    let (code, _, said) = import(&stage, "people", &ldif, &[]).unwrap();
    assert!(code == 2 && said.contains("cannot ask"), "{code}: {said}");
    let (code, dry, said) = import(&stage, "people", &ldif, &["--dry-run"]).unwrap();
    assert_eq!((code, &dry["applied"]), (0, &Value::Null), "{said}");
    assert_eq!(seen(&stage).0, 0);

    for (source, file, nodes, edges) in [("people", &ldif, ACCOUNTS + 1, ACCOUNTS), ("cloud", &aws, 232, 479)]
    {
        let (code, first, said) = import(&stage, source, file, &["--yes"]).unwrap();
        assert_eq!(code, 0, "{said}");
        assert_eq!(first["preview"]["nodes"], json!({"new": nodes, "changed": 0, "gone": 0, "same": 0}));
        assert_eq!(first["preview"]["edges"]["new"], edges);
        // The same again needs nobody's consent, because it changes nothing.
        let (code, again, said) = import(&stage, source, file, &[]).unwrap();
        assert_eq!(code, 0, "{said}");
        assert_eq!(again["applied"]["nodes"], json!({"new": 0, "changed": 0, "gone": 0, "same": nodes}));
        assert_eq!(again["applied"]["edges"], json!({"new": 0, "changed": 0, "gone": 0, "same": edges}));
    }
    assert_eq!(seen(&stage), (ACCOUNTS, json!("one")));
    let shown = done(
        &stage,
        &["inventory", "show", "people", "00000000-0000-4000-9000-000000000000", "--edges", "3"],
    );
    assert_eq!(
        (shown["node"]["node"]["name"].as_str(), shown["to"]["items"].as_array().unwrap().len()),
        (Some("staff"), 3)
    );

    // What the file keeps secret is neither in the answers nor in the tables.
    let everything = done(&stage, &["inventory", "list"]).to_string();
    let tables = std::fs::read(stage.data().join("journal.sqlite")).unwrap();
    for secret in ["secret-of-a-user", "e1NTSEF9c2VjcmV0"] {
        assert!(!everything.contains(secret));
        assert!(!tables.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()));
    }

    let few = directory(&stage, ACCOUNTS / 2, "one");
    let (code, _, said) = import(&stage, "people", &few, &["--yes"]).unwrap();
    assert!(code == 4 && said.contains("--max-gone 50%"), "{code}: {said}");
    assert_eq!(seen(&stage).0, ACCOUNTS);
    let (code, _, said) = import(&stage, "people", &few, &["--yes", "--max-gone", "50%"]).unwrap();
    assert_eq!(code, 0, "{said}");
    assert_eq!(seen(&stage).0, ACCOUNTS / 2);

    std::fs::write(&few, "dn: uid=ada\nobjectClass\n").unwrap();
    let (code, _, said) = import(&stage, "people", &few, &["--yes"]).unwrap();
    assert!(code == 2 && said.contains("line 2: "), "{code}: {said}");
    assert!(done(&stage, &["source", "show", "people"]).get("staging").is_none(), "it was dropped");
    process.stop();
}

/// Returns the numbers of the imports that the journal says were applied, the last first.
fn on_record(stage: &Stage) -> Vec<u64> {
    let facts = done(stage, &["fact", "list", "--kind", "source.import_applied"]);
    let number = |fact: &Value| fact["body"]["import"].as_u64().unwrap();
    facts["items"].as_array().unwrap().iter().map(number).collect()
}

#[test]
fn an_import_whose_server_is_killed_is_there_whole_or_not_at_all_and_what_is_there_is_on_record() {
    let stage = Stage::new("edge-1", &Where::Here, "");
    let mut process = declared(&stage);
    let mut before = (0, Value::Null);
    // The kill comes at another moment of each import: what is checked holds at every moment.
    for (round, pause) in [0, 60, 120, 180, 250, 320].into_iter().enumerate() {
        let (accounts, description) = (ACCOUNTS - round, format!("round {round}"));
        let file = directory(&stage, accounts, &description);
        std::thread::scope(|scope| {
            let importing = scope.spawn(|| import(&stage, "people", &file, &["--yes"]));
            std::thread::sleep(std::time::Duration::from_millis(pause));
            process.signal("-KILL");
            importing.join().unwrap();
        });
        assert!(!process.ended().0.success());
        process = stage.serve();
        stage.ready();
        until("the operator's socket is open", || ran(&stage, &["status"]).filter(|ran| ran.0 == 0));
        let after = seen(&stage);
        let whole = (accounts, json!(description));
        assert!(after == before || after == whole, "round {round}: {after:?}");
        let applied = done(&stage, &["source", "show", "people"])["last_import"]["import"].as_u64();
        until("what is applied is on record", || {
            (on_record(&stage).first().copied() == applied).then_some(())
        });
        before = after;
    }
    let file = directory(&stage, ACCOUNTS, "last");
    let (code, _, said) = import(&stage, "people", &file, &["--yes"]).unwrap();
    assert_eq!(code, 0, "{said}");
    assert_eq!(seen(&stage), (ACCOUNTS, json!("last")));
    let recorded = on_record(&stage);
    assert!(recorded.windows(2).all(|two| two[0] > two[1]), "{recorded:?}");
    process.stop();
}
