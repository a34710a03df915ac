//! What each verb asks of the API, and what it makes of the answer. Here is what all verbs have in common; the rest is in
//! a file for each thing that they are about.

mod applications;
mod decisions;
mod devices;
mod evidence;
mod health;
mod keys;
mod people;
mod policies;
mod query;
mod reach;
mod rehearsals;
mod rollouts;
mod services;
mod tables;

use crate::fake::{Answers, Fake};
use countersign_api::{Device, NewDevice, NewException, NewGrant, PostureReport};
use countersign_cli::Exit;
use serde_json::{Value, json};

const PER: &str = "per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
const DEV: &str = "dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
const GRA: &str = "gra_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";

fn ada() -> Value {
    json!({
        "id": PER, "name": "Ada Lovelace", "email": "ada@example.org", "kind": "employee", "aliases": ["a1"],
        "standing": "active", "risk": { "level": "low", "reasons": [] }, "groups": ["finance"], "passkeys": 1,
        "open_invitations": 0,
    })
}

fn session() -> Value {
    json!({
        "id": "ses_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "person": PER, "email": "ada@example.org",
        "started_at": "2026-11-22T08:00:00Z", "proved_at": "2026-11-22T08:59:00Z",
        "credential": "key_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "assurance": "aal2", "address": "192.0.2.7",
        "expires_at": "2026-11-22T18:00:00Z", "applications": ["wiki"],
        "last_use": { "at": "2026-11-22T08:59:30Z", "by": "edge-1" },
    })
}

fn device() -> Value {
    json!({
        "id": DEV, "name": "laptop", "owner": PER, "platform": "Debian", "managed": true,
        "collected_at": "2026-11-22T08:55:00Z", "posture_age_seconds": 300, "checks": { "firewall": "pass" },
        "compliant": false, "last_use": { "at": "2026-11-22T08:50:00Z", "by": "edge-1" },
    })
}

fn wiki() -> Value {
    json!({
        "name": "wiki",
        "declared": {
            "title": "Wiki", "owner": "Knowledge", "hosts": ["wiki.localhost"], "upstream": "http://127.0.0.1:1",
            "stage": "enforce", "assertion_header": "x-countersign-assertion",
            "resources": [{ "part": "admin", "routes": [{ "path": "/admin/**", "action": "administer" }] }],
        },
        "labels": { "wiki/admin": "restricted" },
        "version": "9f86d081",
    })
}

fn grant() -> Value {
    json!({
        "id": GRA, "person": PER, "email": "ada@example.org", "application": "wiki", "reason": "clean up",
        "duration_seconds": 3600, "requested_at": "2026-11-22T08:59:00Z", "state": "active",
        "answered_by": "operator", "expires_at": "2026-11-22T10:00:00Z",
    })
}

fn invitation() -> Value {
    json!({
        "id": "inv_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "person": PER, "purpose": "enrol",
        "link": "http://countersign.localhost:8080/enrol#secret", "expires_at": "2026-11-23T09:00:00Z",
    })
}

/// A command, what it asks (each with its body), and what its answer says.
async fn check(answers: Answers, words: &[&str], asks: &[(&str, Value)], says: &[&str]) {
    let fake = Fake::start(answers);
    let ran = fake.run(words).await;
    assert_eq!(ran.exit, Exit::Done, "{words:?}: {}{}", ran.out, ran.err);
    let asked: Vec<_> = fake.asked().into_iter().map(|asked| (asked.line, asked.body)).collect();
    let asks: Vec<_> = asks.iter().map(|(line, body)| ((*line).to_owned(), body.clone())).collect();
    assert_eq!(asked, asks, "{words:?}");
    for text in says {
        assert!(ran.out.contains(text), "{words:?} is to say {text:?}:\n{}", ran.out);
    }
}

#[tokio::test]
async fn single_requests_are_asked_as_the_contract_says() {
    let until = json!("2026-12-01T00:00:00.000000Z");
    let exception = json!({
        "id": "exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "policy": "managed-device", "person": PER, "owner": PER,
        "authority": "CISO", "reason": "repair", "opened_at": "2026-11-22T09:00:00Z", "expires_at": until,
        "expired": false,
    });
    let cases: Vec<(&str, &'static str, Value, Value, &str)> = vec![
        (
            "person suspend ada --reason stolen",
            "POST /api/v1/people/ada/suspend",
            json!({ "reason": "stolen" }),
            ada(),
            "suspended",
        ),
        ("person restore ada", "POST /api/v1/people/ada/restore", Value::Null, ada(), "may act again"),
        (
            "person invite ada --recover --expires 2h",
            "POST /api/v1/people/ada/invitations",
            json!({ "purpose": "recover", "expires_in_seconds": 7200 }),
            invitation(),
            "enrol#secret",
        ),
        (
            "group add finance --purpose money",
            "POST /api/v1/groups",
            json!({ "name": "finance", "purpose": "money" }),
            Value::Null,
            "is created",
        ),
        (
            "group join everyone group:finance",
            "PUT /api/v1/groups/everyone/members/group%3Afinance",
            Value::Null,
            Value::Null,
            "is in everyone now",
        ),
        (
            "group leave everyone ada@b --yes",
            "DELETE /api/v1/groups/everyone/members/ada%40b",
            Value::Null,
            Value::Null,
            "no longer",
        ),
        (
            "service add proxy --owner ada --purpose asks",
            "POST /api/v1/services",
            json!({ "name": "proxy", "owner": "ada", "purpose": "asks" }),
            json!({ "id": "svc_1" }),
            "svc_1",
        ),
        (
            "application stage wiki observe",
            "POST /api/v1/applications/wiki/stage",
            json!({ "stage": "observe" }),
            wiki(),
            "in the stage observe",
        ),
        (
            "application label wiki/runs/approve none",
            "PUT /api/v1/labels/wiki/runs/approve",
            json!({ "sensitivity": null }),
            wiki(),
            "no label",
        ),
        (
            "application label wiki/admin internal",
            "PUT /api/v1/labels/wiki/admin",
            json!({ "sensitivity": "internal" }),
            wiki(),
            "is internal now",
        ),
        (
            "session list --person ada",
            "GET /api/v1/sessions?person=ada",
            Value::Null,
            json!({ "items": [session()] }),
            "30s ago",
        ),
        (
            "session revoke ses_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
            "DELETE /api/v1/sessions/ses_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
            Value::Null,
            Value::Null,
            "revoked",
        ),
        (
            "session revoke-all --person ada@b",
            "DELETE /api/v1/people/ada%40b/sessions",
            Value::Null,
            Value::Null,
            "signed out",
        ),
        (
            "grant list --state requested",
            "GET /api/v1/grants?state=requested",
            Value::Null,
            json!({ "items": [grant()] }),
            "clean up",
        ),
        (
            "grant approve gra_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
            "POST /api/v1/grants/gra_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8/approve",
            Value::Null,
            grant(),
            "until 2026-11-22 10:00:00Z (in 1h)",
        ),
        (
            "grant refuse gra_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason no",
            "POST /api/v1/grants/gra_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8/refuse",
            json!({ "reason": "no" }),
            grant(),
            "refused",
        ),
        (
            "grant revoke gra_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason no",
            "POST /api/v1/grants/gra_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8/revoke",
            json!({ "reason": "no" }),
            grant(),
            "revoked",
        ),
        (
            "exception end exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8 --reason back",
            "DELETE /api/v1/exceptions/exc_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
            json!({ "reason": "back" }),
            Value::Null,
            "ended",
        ),
        ("exception list", "GET /api/v1/exceptions", Value::Null, json!({ "items": [exception] }), "CISO"),
        (
            "risk set ada high --reason a --reason b",
            "PUT /api/v1/people/ada/risk",
            json!({ "level": "high", "reasons": ["a", "b"] }),
            ada(),
            "high risk",
        ),
        ("device list", "GET /api/v1/devices", Value::Null, json!({ "items": [device()] }), "5m ago"),
        (
            "device show dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
            "GET /api/v1/devices/dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
            Value::Null,
            device(),
            "observed by edge-1",
        ),
        (
            "application list",
            "GET /api/v1/applications",
            Value::Null,
            json!({ "items": [wiki()] }),
            "unlabelled",
        ),
        (
            "application show wiki",
            "GET /api/v1/applications/wiki",
            Value::Null,
            wiki(),
            "/admin/** (administer)",
        ),
        (
            "journal head",
            "GET /api/v1/journal/head",
            Value::Null,
            json!({ "seq": 1, "hash": "ab", "anchor": "1:ab" }),
            "1:ab",
        ),
    ];
    for (words, line, body, answer, says) in cases {
        let words: Vec<&str> = words.split(' ').collect();
        check(vec![(line, 200, answer)], &words, &[(line, body)], &[says]).await;
    }
}

#[tokio::test]
async fn bodies_are_what_the_contract_reads() {
    let fake = Fake::start(vec![
        ("POST /api/v1/devices", 201, device()),
        ("POST /api/v1/devices/dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8/posture", 200, device()),
        ("POST /api/v1/grants", 201, grant()),
        ("POST /api/v1/exceptions", 201, json!({})),
    ]);
    let pem = fake.data.path().join("a.pem");
    std::fs::write(&pem, "-----BEGIN CERTIFICATE-----").unwrap();
    fake.run(&[
        "device",
        "register",
        "laptop",
        "--platform",
        "Debian",
        "--managed",
        "--certificate",
        pem.to_str().unwrap(),
    ])
    .await;
    fake.run(&["device", "posture", DEV, "--all", "pass", "--check", "firewall=fail", "--collected", "5m"])
        .await;
    fake.run(&[
        "grant",
        "request",
        "--application",
        "wiki",
        "--for",
        "1h",
        "--reason",
        "r",
        "--person",
        "ada",
    ])
    .await;
    fake.run(&[
        "exception",
        "open",
        "--policy",
        "p",
        "--group",
        "g",
        "--owner",
        "o",
        "--authority",
        "a",
        "--reason",
        "r",
        "--for",
        "3d",
    ])
    .await;
    let mut bodies = fake.asked().into_iter().map(|asked| asked.body);
    let mut next = || bodies.next().unwrap();
    let new: NewDevice = serde_json::from_value(next()).unwrap();
    assert_eq!((new.managed, new.certificate.as_deref()), (true, Some("-----BEGIN CERTIFICATE-----")));
    let report: PostureReport = serde_json::from_value(next()).unwrap();
    assert_eq!(report.collected_at, Some("2026-11-22T08:55:00Z".parse().unwrap()));
    assert_eq!(report.checks.len(), 6);
    let failing: Vec<_> =
        report.checks.iter().filter(|(_, result)| **result != countersign_names::CheckResult::Pass).collect();
    assert_eq!(failing.len(), 1);
    let grant: NewGrant = serde_json::from_value(next()).unwrap();
    assert_eq!((grant.duration_seconds, grant.person.as_deref()), (3600, Some("ada")));
    let exception: NewException = serde_json::from_value(next()).unwrap();
    assert_eq!(
        (exception.expires_in_seconds, exception.expires_at, exception.person),
        (Some(259_200), None, None)
    );
}

#[tokio::test]
async fn what_destroys_asks_first_and_is_silent_about_nothing() {
    let answers = || {
        vec![
            ("GET /api/v1/people/ada", 200, ada()),
            (
                "GET /api/v1/sessions?person=per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
                200,
                json!({ "items": [session()] }),
            ),
            ("DELETE /api/v1/people/per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", 204, Value::Null),
            ("GET /api/v1/applications/wiki", 200, wiki()),
            ("DELETE /api/v1/applications/wiki", 204, Value::Null),
            (
                "GET /api/v1/groups/finance",
                200,
                json!({ "name": "finance", "purpose": "money",
                "members": [{ "kind": "person", "id": PER, "name": "Ada Lovelace" }] }),
            ),
            ("DELETE /api/v1/groups/finance", 204, Value::Null),
            ("GET /api/v1/devices/dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", 200, device()),
            ("DELETE /api/v1/devices/dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", 204, Value::Null),
            ("DELETE /api/v1/keys/one", 204, Value::Null),
        ]
    };
    for (what, goes) in [
        (["person", "remove", "ada"], "1 session"),
        (["application", "remove", "wiki"], "wiki.localhost"),
        (["group", "remove", "finance"], "membership of Ada Lovelace"),
        (["device", "remove", DEV], "posture"),
        (["key", "retire", "one"], "every assertion that it signed"),
    ] {
        for (more, typed, exit, deletes) in [
            (None, None, Exit::Usage, false),
            (Some("--dry-run"), None, Exit::Done, false),
            (Some("--yes"), None, Exit::Done, true),
            (None, Some("yes\n"), Exit::Done, true),
            (None, Some("\n"), Exit::Failed, false),
        ] {
            let fake = Fake::start(answers());
            let words: Vec<&str> = what.iter().copied().chain(more).collect();
            let ran = fake.run_with(&words, typed).await;
            assert_eq!(ran.exit, exit, "{words:?}: {}{}", ran.out, ran.err);
            let deleted = fake.lines().iter().any(|line| line.starts_with("DELETE"));
            assert_eq!(deleted, deletes, "{words:?} {typed:?}");
            assert!(
                more == Some("--yes") || format!("{}{}", ran.out, ran.err).contains(goes),
                "{words:?}: {}",
                ran.err
            );
        }
    }
    let ran = Fake::start(answers()).run(&["person", "remove", "ada", "--dry-run", "--json"]).await;
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap()["dry_run"], true);
}

#[test]
fn the_test_data_is_of_the_contracts_shape() {
    assert!(serde_json::from_value::<Device>(device()).is_ok());
    assert!(serde_json::from_value::<countersign_api::Application>(wiki()).is_ok());
    assert!(serde_json::from_value::<countersign_api::Status>(health::status()).is_ok());
}
