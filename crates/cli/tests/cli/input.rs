//! Bad input: files that are missing, folders, cut, or in no text; and what is refused before anything is asked.

use crate::every::Files;
use crate::fake::{Ran, run};
use crate::raw::{Raw, sampled};
use countersign_cli::Exit;
use countersign_testkit::contract::BodySample;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

/// A folder with files that are none.
struct Bad {
    dir: tempfile::TempDir,
}

impl Bad {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("folder")).unwrap();
        std::fs::write(dir.path().join("binary"), [0xff, 0xfe, 0x00, 0x80]).unwrap();
        std::fs::write(dir.path().join("empty"), "").unwrap();
        std::fs::write(dir.path().join("cut"), "name = \"wi").unwrap();
        Self { dir }
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }
}

/// Gives a command to a server of the contract; returns how often it was asked, too.
async fn give(words: &[&str]) -> (Ran, usize) {
    let server = Raw::start(|asked| sampled(asked, BodySample::whole(0), "plan"));
    let ran = server.run(words).await;
    (ran, server.heard().len())
}

#[tokio::test]
async fn an_application_file_that_is_none_is_named_and_nothing_is_asked() {
    let bad = Bad::new();
    for (name, says) in [
        ("missing", "cannot be read: No such file"),
        ("folder", "cannot be read: Is a directory"),
        ("binary", "cannot be read: stream did not contain valid UTF-8"),
        ("empty", "missing field"),
        ("cut", "invalid basic string"),
    ] {
        let path = bad.path(name);
        for words in [
            vec!["application", "add", "--file", &path],
            vec!["application", "meaning", "wiki", "GET", "/", "--file", &path],
        ] {
            let (ran, asked) = give(&words).await;
            assert_eq!((ran.exit, asked), (Exit::Usage, 0), "{words:?}: {}", ran.err);
            assert!(ran.err.contains(says) && ran.err.contains(name), "{words:?}: {}", ran.err);
            assert_eq!(ran.out, "");
            let json = [&words[..], &["--json"]].concat();
            let (ran, _) = give(&json).await;
            let problem: Value = serde_json::from_str(&ran.err).unwrap();
            assert_eq!(problem["type"], "about:blank#usage", "{words:?}");
            assert!(problem["title"].as_str().unwrap().contains(says), "{problem}");
        }
    }
}

#[tokio::test]
async fn a_certificate_that_cannot_be_read_registers_nothing() {
    let bad = Bad::new();
    for name in ["missing", "folder", "binary"] {
        let path = bad.path(name);
        let words = ["device", "register", "laptop", "--platform", "Debian", "--certificate", &path];
        let (ran, asked) = give(&words).await;
        assert_eq!((ran.exit, asked), (Exit::Usage, 0), "{name}: {}", ran.err);
        let remedy = "what to do: name a file that exists and that you may read";
        assert!(ran.err.contains("cannot be read") && ran.err.contains(remedy), "{name}: {}", ran.err);
    }
}

#[tokio::test]
async fn a_working_folder_that_is_none_is_refused_by_every_verb_that_reads_one() {
    let bad = Bad::new();
    std::fs::create_dir_all(bad.dir.path().join("odd/guardrails")).unwrap();
    std::fs::write(bad.dir.path().join("odd/guardrails/a.cedar"), [0xff, 0xfe]).unwrap();
    for (name, says) in [
        ("missing", "cannot be read: No such file"),
        ("binary", "cannot be read: Not a directory"),
        ("folder", "holds no policies"),
        ("odd", "a.cedar cannot be read"),
    ] {
        let path = bad.path(name);
        for verb in ["check", "test", "lint", "format", "publish"] {
            let (ran, asked) = give(&["policy", verb, &path]).await;
            assert_eq!((ran.exit, asked), (Exit::Usage, 0), "{verb} {name}: {}{}", ran.out, ran.err);
            assert!(ran.err.contains(says), "{verb} {name}: {}", ran.err);
        }
        for words in [vec!["plan", &path], vec!["apply", &path, "--why", "w", "--yes"]] {
            let (ran, asked) = give(&words).await;
            assert_eq!((ran.exit, asked), (Exit::Usage, 0), "{words:?}: {}", ran.err);
            assert!(ran.err.contains(says), "{words:?}: {}", ran.err);
        }
    }
}

#[tokio::test]
async fn a_file_that_is_there_is_not_written_over() {
    let bad = Bad::new();
    let taken = bad.path("empty");
    for words in [
        vec!["service", "token", "svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "--out", &taken],
        vec!["evidence", "export", "--output", &taken],
    ] {
        let (ran, _) = give(&words).await;
        assert_eq!(ran.exit, Exit::Usage, "{words:?}: {}", ran.err);
        assert!(
            ran.err.contains("exists") && ran.err.contains("does not exist yet"),
            "{words:?}: {}",
            ran.err
        );
        assert_eq!(std::fs::read(&taken).unwrap(), b"");
    }
    let nowhere = bad.path("nowhere/token");
    let (ran, _) =
        give(&["service", "token", "svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "--out", &nowhere]).await;
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("cannot be created: No such file"), "{}", ran.err);
}

#[tokio::test]
async fn a_pull_into_what_is_no_folder_changes_nothing() {
    let bad = Bad::new();
    let path = bad.path("empty");
    let (ran, _) = give(&["policy", "pull", &path]).await;
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
    assert!(ran.err.contains("cannot be written"), "{}", ran.err);
    assert_eq!(std::fs::read(&path).unwrap(), b"");
}

#[tokio::test]
async fn a_journal_file_that_is_none_is_refused() {
    let bad = Bad::new();
    for (name, exit, says) in [
        ("missing", Exit::Usage, "there is no journal in"),
        ("folder", Exit::Failed, "cannot be opened"),
        ("binary", Exit::Failed, "cannot be opened"),
    ] {
        let path = bad.path(name);
        for verb in ["head", "verify"] {
            let ran = run(&["journal", verb, "--offline", &path], None).await;
            assert_eq!(ran.exit, exit, "{verb} {name}: {}", ran.err);
            assert!(ran.err.contains(says) && ran.err.contains(&path), "{verb} {name}: {}", ran.err);
            assert_eq!(ran.out, "");
        }
    }
    assert!(!std::path::Path::new(&bad.path("missing")).exists(), "no journal was made");
}

#[tokio::test]
async fn a_server_is_an_origin_and_its_certificates_are_certificates() {
    let bad = Bad::new();
    let token = bad.path("token");
    std::fs::write(&token, "cst_x").unwrap();
    let (empty, missing, folder) = (bad.path("empty"), bad.path("missing"), bad.path("folder"));
    for (more, says) in [
        (vec!["--server", "https://a.example", "--ca", &missing], "cannot be read"),
        (vec!["--server", "https://a.example", "--ca", &empty], "holds no certificate"),
        (vec!["--server", "https://a.example", "--ca", &folder], "folder"),
        (vec!["--server", "https://a.example", "--identity", &missing], "is no identity"),
        (vec!["--server", "https://a.example", "--identity", &empty], "is no identity"),
        (vec!["--server", "http://127.0.0.1:9", "--identity", &empty], "nobody to show --identity to"),
        (vec!["--server", "http://a.example"], "is not encrypted"),
        (vec!["--server", "https://a.example/console"], "is more than an origin"),
        (vec!["--server", "https://a.example?x=1"], "is more than an origin"),
        (vec!["--server", "https://ada:secret@a.example"], "holds a user or a password"),
        (vec!["--server", "a.example"], "is not an address"),
        (vec!["--server", "unix:/run/x"], "begins with neither"),
    ] {
        let words = [&["status", "--token-file", &token][..], &more[..]].concat();
        let ran = run(&words, None).await;
        assert_eq!(ran.exit, Exit::Usage, "{more:?}: {}", ran.err);
        assert!(ran.err.contains(says) && ran.err.contains("what to do: "), "{more:?}: {}", ran.err);
        assert!(!ran.err.contains("cst_x"), "{}", ran.err);
    }
}

/// A file that the user may not read. The superuser may read every file, so this needs another user.
#[tokio::test]
async fn a_file_without_permission_is_named() {
    let bad = Bad::new();
    let path = PathBuf::from(bad.path("cut"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    let readable = std::fs::read(&path).is_ok();
    let (ran, asked) = give(&["application", "add", "--file", path.to_str().unwrap()]).await;
    assert_eq!((ran.exit, asked), (Exit::Usage, 0), "{}", ran.err);
    let says = if readable { "invalid basic string" } else { "Permission denied" };
    assert!(ran.err.contains(says), "{}", ran.err);
}

#[tokio::test]
async fn a_settings_file_that_is_wrong_is_underlined_before_a_plan() {
    let files = Files::new();
    let policies = files.words("{policies}").remove(0);
    std::fs::create_dir_all(format!("{policies}/applications")).unwrap();
    for (path, text, says) in [
        (
            "applications/wiki.toml",
            "name = \"notes\"\nowner = \"a\"\nhosts = [\"w\"]\nupstream = \"http://a\"\n",
            "declares the application notes",
        ),
        ("applications/wiki.toml", "name = \"wiki\"\n", "missing field"),
        ("labels.toml", "wiki = \"internal\"\n", "resource"),
        ("exceptions.toml", "[[exception]]\npolicy = 3\n", "invalid type: integer `3`"),
    ] {
        let file = format!("{policies}/{path}");
        std::fs::write(&file, text).unwrap();
        let (ran, asked) = give(&["plan", &policies]).await;
        assert_eq!((ran.exit, asked), (Exit::Usage, 0), "{path}: {}", ran.err);
        assert!(ran.err.contains(says) && ran.err.contains(path), "{path}: {}", ran.err);
        std::fs::remove_file(&file).unwrap();
    }
}

#[tokio::test]
async fn a_question_that_nobody_can_answer_changes_nothing() {
    let files = Files::new();
    for line in [
        "person remove ada",
        "person remove-passkey key_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
        "group remove staff",
        "group leave staff ada",
        "service remove svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
        "service revoke-token tok_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
        "device remove dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
        "application remove wiki",
        "key retire one",
        "proposal countersign prp_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
        "policy publish {policies}",
    ] {
        let server = Raw::start(|asked| sampled(asked, BodySample::whole(0), ""));
        let words = files.words(line);
        let ran = server.run(&words.iter().map(String::as_str).collect::<Vec<_>>()).await;
        assert_eq!(ran.exit, Exit::Usage, "{line}: {}", ran.err);
        let says = "cannot ask for confirmation here";
        assert!(ran.err.contains(says) && ran.err.contains("add --yes"), "{line}: {}", ran.err);
        // A preview of a publication is a dry run of it.
        let changes = server.heard().into_iter().filter(|asked| asked.method != "GET");
        assert_eq!(changes.count(), usize::from(line.starts_with("policy")), "{line}");
    }
}
