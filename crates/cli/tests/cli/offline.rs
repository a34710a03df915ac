//! What needs no server: policy folders and journal files.

use crate::fake::run;
use countersign_cli::Exit;
use countersign_journal::Journal;
use serde_json::Value;
use std::path::Path;

fn write(dir: &Path, path: &str, text: &str) {
    let path = dir.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn defaults(dir: &Path) {
    for (path, text) in countersign_policy::defaults() {
        write(dir, &path, &text);
    }
}

#[tokio::test]
async fn the_shipped_policies_are_in_order_and_pass_their_tests() {
    let dir = tempfile::tempdir().unwrap();
    defaults(dir.path());
    let folder = dir.path().to_str().unwrap();
    let ran = run(&["policy", "check", folder], None).await;
    assert_eq!(ran.exit, Exit::Done, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("policies are valid"), "{}", ran.out);
    let ran = run(&["policy", "test", folder, "--json"], None).await;
    assert_eq!(ran.exit, Exit::Done, "{}{}", ran.out, ran.err);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(found["failed"], 0);
    assert!(found["passed"].as_u64().unwrap() > 10);
}

#[tokio::test]
async fn a_policy_that_is_wrong_is_shown_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    defaults(dir.path());
    write(dir.path(), "guardrails/mine.cedar", "forbid (principal, action, resorce);\n");
    let folder = dir.path().to_str().unwrap();
    let ran = run(&["policy", "check", folder], None).await;
    assert_eq!(ran.exit, Exit::CheckFailed);
    assert!(ran.out.contains("guardrails/mine.cedar") && ran.out.contains("resorce"), "{}", ran.out);
    let ran = run(&["policy", "check", folder, "--json"], None).await;
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (found["whole"].clone(), found["problems"][0]["file"].clone()),
        (false.into(), "guardrails/mine.cedar".into())
    );
    let ran = run(&["policy", "test", folder], None).await;
    assert_eq!(ran.exit, Exit::CheckFailed);
}

#[tokio::test]
async fn a_test_that_fails_is_named_and_ends_with_six() {
    let dir = tempfile::tempdir().unwrap();
    defaults(dir.path());
    let lie = "[[test]]\nname = \"strangers get in\"\n\
               given = { anonymous = true, action = \"read\", resource = \"x/y\", sensitivity = \"restricted\" }\n\
               expect = \"allow\"\n";
    write(dir.path(), "tests/lie.toml", lie);
    let folder = dir.path().to_str().unwrap();
    let ran = run(&["policy", "test", folder], None).await;
    assert_eq!(ran.exit, Exit::CheckFailed);
    assert!(ran.out.contains("FAILED  strangers get in (tests/lie.toml:1)"), "{}", ran.out);
    assert!(ran.out.contains("1 failed"), "{}", ran.out);
    write(dir.path(), "tests/lie.toml", "[[test]]\nname = 3\n");
    let ran = run(&["policy", "test", folder], None).await;
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("tests/lie.toml"), "{}", ran.err);
}

#[tokio::test]
async fn a_folder_that_is_none_is_bad_input() {
    for words in
        [["policy", "check", "/nowhere"], ["policy", "test", "/nowhere"], ["policy", "publish", "/nowhere"]]
    {
        let ran = run(&words, None).await;
        assert_eq!(ran.exit, Exit::Usage, "{words:?}");
        assert!(ran.err.contains("/nowhere cannot be read"), "{}", ran.err);
    }
}

#[tokio::test]
async fn a_journal_is_verified_without_its_server() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("journal.sqlite");
    let path = file.to_str().unwrap();
    let ran = run(&["journal", "verify", "--offline", path], None).await;
    assert_eq!(ran.exit, Exit::Usage, "{}", ran.err);
    let journal = Journal::open_sqlite(&file).await.unwrap();
    let head = journal.head().await.unwrap();
    let entries = journal.append(head, vec![b"one".to_vec(), b"two".to_vec()]).await.unwrap();
    journal.close().await;
    let anchor = entries[1].head().to_string();
    let ran = run(&["journal", "head", "--offline", path], None).await;
    assert_eq!((ran.exit, ran.out.trim()), (Exit::Done, anchor.as_str()), "{}", ran.err);
    let ran = run(&["journal", "verify", "--offline", path, "--anchor", &anchor], None).await;
    assert_eq!(ran.exit, Exit::Done, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("whole: 2 entries") && ran.out.contains(&anchor), "{}", ran.out);

    // An anchor of a longer journal: the last entries were removed.
    let later = entries[1].head().entry(b"three".to_vec()).head().to_string();
    let ran = run(&["journal", "verify", "--offline", path, "--anchor", &later, "--json"], None).await;
    assert_eq!(ran.exit, Exit::CheckFailed);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((found["whole"].clone(), found["broken_at"].clone()), (false.into(), 3.into()));
}

#[tokio::test]
async fn every_shell_gets_its_completions() {
    for shell in ["bash", "zsh", "fish"] {
        let ran = run(&["completions", shell], None).await;
        assert_eq!(ran.exit, Exit::Done);
        assert!(ran.out.contains("revoke-all"), "{shell}");
    }
}
