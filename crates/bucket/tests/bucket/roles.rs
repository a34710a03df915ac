//! The role that a platform gives a process: its service is asked, and nobody in its place.

use crate::server::{FakeServer, RecordedRequest, object};
use countersign_bucket::{Address, Bucket, Source};
use std::process::Stdio;
use tokio::process::Command;

/// The variable with the origin of the store, for the process of a test.
const STORE: &str = "COUNTERSIGN_TEST_ROLE_STORE";

/// Puts an object with the role of this process, and prints what came of it. The tests below run it in processes of
/// their own, with the variables of a platform.
#[tokio::test]
#[ignore = "it is run by its neighbours, with variables"]
async fn a_process_with_a_role() {
    let origin = std::env::var(STORE).unwrap();
    let address = Address::parse("s3://evidence", Some(&origin), "eu-central-1", false).unwrap();
    let bucket = Bucket::new(address, Source::Role, None).unwrap();
    match bucket.put("x", "y".into()).await {
        Ok(()) => println!("stored"),
        Err(error) => println!("failed: {error}"),
    }
}

async fn put_with_role(store: &FakeServer, variables: &[(&str, &str)]) -> String {
    let mut process = Command::new(std::env::current_exe().unwrap());
    process.args(["--exact", "roles::a_process_with_a_role", "--ignored", "--nocapture"]);
    for name in ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
        process.env_remove(name);
    }
    process.env(STORE, &store.origin).envs(variables.iter().copied()).stdin(Stdio::null());
    let output = process.output().await.unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn role(_: &RecordedRequest) -> Vec<u8> {
    object_of(
        r#"{"AccessKeyId": "ROLEKEY", "SecretAccessKey": "hidden", "Token": "role-token", "Expiration": "2999-01-01T00:00:00Z"}"#,
    )
}

fn object_of(text: &str) -> Vec<u8> {
    object(text.as_bytes(), text.len())
}

#[tokio::test]
async fn the_service_of_the_machine_gives_the_keys() {
    let store = FakeServer::start(|_| object(b"", 0)).await;
    let platform = FakeServer::start(role).await;
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), "token-of-the-process").unwrap();
    let uri = format!("{}/role", platform.origin);
    let said = put_with_role(
        &store,
        &[
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri.as_str()),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token.path().to_str().unwrap()),
            // The role counts, and keys that are in the environment too do not.
            ("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT"),
            ("AWS_SECRET_ACCESS_KEY", "hidden"),
        ],
    )
    .await;
    assert!(said.contains("stored"), "{said}");
    let asked = &platform.requests()[0];
    assert_eq!(asked.line, "GET /role");
    assert_eq!(asked.header("authorization"), Some("token-of-the-process"));
    let stored = &store.requests()[0];
    assert!(stored.header("authorization").unwrap().contains("Credential=ROLEKEY/"), "{stored:?}");
    assert_eq!(stored.header("x-amz-security-token"), Some("role-token"));
}

/// Keys must not cross a network in clear text, whatever a variable says.
#[tokio::test]
async fn a_service_beyond_this_machine_is_not_asked_without_tls() {
    let store = FakeServer::start(|_| object(b"", 0)).await;
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), "token-of-the-process").unwrap();
    for host in ["192.0.2.1", "store.example", "[2001:db8::1]", "metadata.example"] {
        let uri = format!("http://{host}/role");
        let said = put_with_role(
            &store,
            &[
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri.as_str()),
                ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token.path().to_str().unwrap()),
            ],
        )
        .await;
        let expected = format!(
            "failed: the store at http://{host} cannot be reached: it would be spoken to without TLS"
        );
        assert!(said.contains(&expected), "{said}");
    }
    assert!(store.requests().is_empty());
}
