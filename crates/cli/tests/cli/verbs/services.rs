//! Service accounts, and the tokens that they show.

use super::PER;
use crate::fake::Fake;
use countersign_cli::Exit;
use serde_json::json;
use std::os::unix::fs::PermissionsExt;

#[tokio::test]
async fn a_token_goes_to_a_file_that_only_its_owner_reads_or_is_shown_once() {
    let service = json!({ "id": "svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "name": "proxy", "owner": PER, "purpose": "asks",
                          "risk": { "level": "low" }, "groups": [], "tokens": [] });
    let issued = json!({ "id": "tok_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "service": "svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
                         "token": "cst_secret", "application": "wiki", "expires_at": "2026-12-22T09:00:00Z" });
    let fake = Fake::start(vec![
        ("GET /api/v1/services", 200, json!({ "items": [service] })),
        ("POST /api/v1/services/svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8/tokens", 201, issued),
    ]);
    let file = fake.data.path().join("token");
    let words = ["service", "token", "proxy", "--application", "wiki", "--expires", "30d"];
    let to_file = [words.as_slice(), &["--out", file.to_str().unwrap()]].concat();
    for more in [&[][..], &["--json"]] {
        let _ = std::fs::remove_file(&file);
        let ran = fake.run(&[&to_file, more].concat()).await;
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
        assert!(!ran.out.contains("cst_secret") && !ran.err.contains("cst_secret"), "{}", ran.out);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "cst_secret\n");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let asked = fake.asked().len();
    let ran = fake.run(&to_file).await;
    assert_eq!(ran.exit, Exit::Usage, "a file that exists is not written over");
    assert_eq!(fake.asked().len(), asked + 1, "and no token is issued for it");
    let ran = fake.run(&words).await;
    assert_eq!(ran.out, "cst_secret\n");
    let last = fake.asked().pop().unwrap();
    assert_eq!(last.body, json!({ "application": "wiki", "expires_in_seconds": 2_592_000 }));
    assert_eq!(fake.run(&["service", "token", "nobody"]).await.exit, Exit::NotFound);
}

#[tokio::test]
async fn a_token_that_was_refused_leaves_no_file() {
    let service = json!({ "id": "svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "name": "proxy", "owner": PER, "purpose": "asks",
                          "risk": { "level": "low" }, "groups": [], "tokens": [] });
    let fake = Fake::start(vec![
        ("GET /api/v1/services", 200, json!({ "items": [service] })),
        ("POST /api/v1/services/svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8/tokens", 403, json!({ "title": "No" })),
    ]);
    let file = fake.data.path().join("token");
    let ran = fake.run(&["service", "token", "proxy", "--out", file.to_str().unwrap()]).await;
    assert_eq!((ran.exit, file.exists()), (Exit::Failed, false));
}

#[tokio::test]
async fn a_token_is_revoked_only_by_whoever_says_so_twice() {
    const TOKEN: &str = "tok_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
    let held = json!({ "id": TOKEN, "expires_at": "2026-12-22T09:00:00Z", "expired": false });
    let service = json!({ "id": "svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "name": "proxy", "owner": PER, "purpose": "asks",
                          "risk": { "level": "low" }, "groups": [], "tokens": [held] });
    let fake = Fake::start(vec![
        ("GET /api/v1/services", 200, json!({ "items": [service] })),
        ("DELETE /api/v1/tokens/tok_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", 204, serde_json::Value::Null),
    ]);
    let revoke = ["service", "revoke-token", TOKEN];
    assert_eq!(fake.run(&revoke).await.exit, Exit::Usage);
    assert_eq!(fake.run_with(&revoke, Some("no\n")).await.exit, Exit::Failed);
    let dry = fake.run(&[&revoke[..], &["--dry-run"]].concat()).await;
    assert!(dry.out.contains("what the service account proxy does with it"), "{}", dry.out);
    assert!(fake.lines().iter().all(|line| line.starts_with("GET")), "{:?}", fake.lines());
    for (more, typed) in [(&["--yes"][..], None), (&[], Some("yes\n"))] {
        let ran = fake.run_with(&[&revoke[..], more].concat(), typed).await;
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
        assert!(ran.out.contains("is revoked"), "{}", ran.out);
    }
    let unknown =
        fake.run(&["service", "revoke-token", "tok_00000000000000000000000000000001", "--yes"]).await;
    assert_eq!(unknown.exit, Exit::NotFound);
}

#[tokio::test]
async fn a_token_for_a_machine_names_the_device_and_its_commands() {
    const DEVICE: &str = "dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
    let service = json!({ "id": "svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "name": "hr", "owner": PER, "purpose": "asks",
                          "risk": { "level": "low" }, "groups": [], "tokens": [] });
    let issued = json!({ "id": "tok_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "service": "svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
                         "token": "cst_secret", "expires_at": "2026-12-22T09:00:00Z" });
    let fake = Fake::start(vec![
        ("GET /api/v1/services", 200, json!({ "items": [service] })),
        ("POST /api/v1/services/svc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8/tokens", 201, issued),
    ]);
    let words =
        ["service", "token", "hr", "--device", DEVICE, "--command", "people.add", "--command", "groups.join"];
    assert_eq!(fake.run(&words).await.exit, Exit::Done);
    let body = fake.asked().pop().unwrap().body;
    let commands = json!(["people.add", "groups.join"]);
    assert_eq!(body, json!({ "device": DEVICE, "commands": commands, "expires_in_seconds": 7_776_000 }));
}
