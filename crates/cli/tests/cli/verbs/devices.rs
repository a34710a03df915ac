//! Devices: what is known of them changes.

use super::{DEV, PER, device};
use crate::fake::Fake;
use countersign_cli::Exit;
use serde_json::{Value, json};

const LINE: &str = "/api/v1/devices/dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";

fn known() -> Value {
    let mut known = device();
    known["key_sha256"] = json!("ab".repeat(32));
    known
}

fn server() -> Fake {
    let (get, put) = (format!("GET {LINE}").leak(), format!("PUT {LINE}").leak());
    Fake::start(vec![(get, 200, known()), (put, 200, known())])
}

#[tokio::test]
async fn a_change_of_a_device_keeps_what_is_not_named() {
    let key = "cd".repeat(32);
    let whole = |field: &str, value: Value| {
        let mut body = json!({
            "name": "laptop", "owner": PER, "platform": "Debian", "managed": true, "key_sha256": "ab".repeat(32),
        });
        match value {
            Value::Null => drop(body.as_object_mut().unwrap().remove(field)),
            value => body[field] = value,
        }
        body
    };
    for (words, body) in [
        (vec!["--name", "desk"], whole("name", json!("desk"))),
        (vec!["--owner", "ben@example.org"], whole("owner", json!("ben@example.org"))),
        (vec!["--no-owner"], whole("owner", Value::Null)),
        (vec!["--platform", "Debian 12"], whole("platform", json!("Debian 12"))),
        (vec!["--managed", "no"], whole("managed", json!(false))),
        (vec!["--key-sha256", &key], whole("key_sha256", json!(key))),
        (vec!["--no-key"], whole("key_sha256", Value::Null)),
    ] {
        let fake = server();
        let ran = fake.run(&[vec!["device", "change", DEV], words.clone()].concat()).await;
        assert_eq!(ran.exit, Exit::Done, "{words:?}: {}", ran.err);
        assert!(ran.out.contains("is changed"), "{}", ran.out);
        let asked = fake.asked();
        assert_eq!(asked.len(), 2);
        assert_eq!(
            (asked[1].line.clone(), asked[1].body.clone()),
            (format!("PUT {LINE}"), body),
            "{words:?}"
        );
    }
}

#[tokio::test]
async fn a_new_certificate_takes_the_place_of_the_key() {
    let fake = server();
    let pem = fake.data.path().join("a.pem");
    std::fs::write(&pem, "-----BEGIN CERTIFICATE-----").unwrap();
    let ran = fake.run(&["device", "change", DEV, "--certificate", pem.to_str().unwrap(), "--json"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), known());
    let body = fake.asked().pop().unwrap().body;
    assert_eq!(body["certificate"], "-----BEGIN CERTIFICATE-----");
    assert_eq!(body["key_sha256"], Value::Null);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_changes_nothing() {
    let fake = server();
    let ran = fake.run(&["device", "change", DEV, "--certificate", "/nowhere/a.pem"]).await;
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("/nowhere/a.pem"), "{}", ran.err);
    assert!(!fake.lines().iter().any(|line| line.starts_with("PUT")));
}

#[test]
fn a_change_names_at_least_one_thing_and_nothing_twice() {
    for (words, parses) in [
        (vec![], false),
        (vec!["--name", "a"], true),
        (vec!["--name", "a", "--managed", "yes", "--no-owner"], true),
        (vec!["--owner", "a", "--no-owner"], false),
        (vec!["--managed", "perhaps"], false),
        (vec!["--no-key", "--key-sha256", "ab"], false),
        (vec!["--certificate", "a", "--key-sha256", "ab"], false),
    ] {
        let line = [vec!["countersign", "device", "change", DEV], words].concat();
        let parsed = <countersign_cli::Cli as clap::Parser>::try_parse_from(&line);
        assert_eq!(parsed.is_ok(), parses, "{line:?}: {:?}", parsed.err());
    }
}
