//! What each verb asks of the API, and what it makes of the answer.

use crate::fake::{Answers, Fake};
use countersign_api::{Device, NewDevice, NewException, NewGrant, PostureReport, Publication};
use countersign_cli::Exit;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;

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
    })
}

fn device() -> Value {
    json!({
        "id": DEV, "name": "laptop", "owner": PER, "platform": "Debian", "managed": true,
        "collected_at": "2026-11-22T08:55:00Z", "posture_age_seconds": 300, "checks": { "firewall": "pass" },
        "compliant": false,
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
async fn people_are_listed_and_shown() {
    let list = vec![("GET /api/v1/people", 200, json!({ "items": [ada()] }))];
    check(
        list,
        &["person", "list"],
        &[("GET /api/v1/people", Value::Null)],
        &["ADDRESS", "ada@example.org", "Ada Lovelace", "finance", PER],
    )
    .await;
    let passkey = json!({ "id": "key_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "person": PER, "name": "phone",
                          "assurance": "aal2", "registered_at": "2026-11-20T09:00:00Z" });
    let one = || {
        vec![
            ("GET /api/v1/people/ada%40example.org", 200, ada()),
            ("GET /api/v1/people/ada%40example.org/credentials", 200, json!({ "items": [passkey.clone()] })),
        ]
    };
    let asks = [
        ("GET /api/v1/people/ada%40example.org", Value::Null),
        ("GET /api/v1/people/ada%40example.org/credentials", Value::Null),
    ];
    check(
        one(),
        &["person", "show", "ada@example.org"],
        &asks,
        &["Ada Lovelace", "phone", "2026-11-20 09:00:00Z (2d ago)"],
    )
    .await;
    let fake = Fake::start(one());
    let ran = fake.run(&["person", "show", "ada@example.org", "--json"]).await;
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (found["email"].clone(), found["credentials"][0].clone()),
        ("ada@example.org".into(), passkey.clone())
    );
}

#[tokio::test]
async fn a_person_is_added_put_into_groups_and_invited() {
    let answers = vec![
        ("GET /api/v1/groups/finance", 200, json!({})),
        ("POST /api/v1/people", 201, ada()),
        ("PUT /api/v1/groups/finance/members/per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", 200, json!({})),
        ("POST /api/v1/people/per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8/invitations", 201, invitation()),
    ];
    let asks = [
        // Before anything is changed, so that a group that is not there leaves nobody half added.
        ("GET /api/v1/groups/finance", Value::Null),
        (
            "POST /api/v1/people",
            json!({ "name": "Ada Lovelace", "email": "ada@example.org", "kind": "employee", "aliases": ["a1"] }),
        ),
        ("PUT /api/v1/groups/finance/members/per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", Value::Null),
        (
            "POST /api/v1/people/per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8/invitations",
            json!({ "purpose": "enrol" }),
        ),
    ];
    let words = [
        "person",
        "add",
        "--name",
        "Ada Lovelace",
        "--email",
        "ada@example.org",
        "--alias",
        "a1",
        "--group",
        "finance",
        "--invite",
    ];
    check(answers, &words, &asks, &["is added", "http://countersign.localhost:8080/enrol#secret", "in 1d"])
        .await;
}

#[tokio::test]
async fn a_change_keeps_what_is_not_named() {
    let answers = || vec![("GET /api/v1/people/ada", 200, ada()), ("PUT /api/v1/people/ada", 200, ada())];
    let change = |aliases: Value, kind: &str| {
        let body =
            json!({ "name": "Ada Lovelace", "email": "ada@example.org", "kind": kind, "aliases": aliases });
        [("GET /api/v1/people/ada", Value::Null), ("PUT /api/v1/people/ada", body)]
    };
    for (words, asks) in [
        (vec!["--kind", "vendor"], change(json!(["a1"]), "vendor")),
        (vec!["--alias", "b2"], change(json!(["a1", "b2"]), "employee")),
        (vec!["--no-aliases", "--alias", "b2"], change(json!(["b2"]), "employee")),
    ] {
        check(answers(), &[vec!["person", "change", "ada"], words].concat(), &asks, &["is changed"]).await;
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
            "is made",
        ),
        (
            "group join everyone group:finance",
            "PUT /api/v1/groups/everyone/members/group%3Afinance",
            Value::Null,
            Value::Null,
            "is in everyone now",
        ),
        (
            "group leave everyone ada@b",
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
            "service revoke-token tok_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
            "DELETE /api/v1/tokens/tok_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
            Value::Null,
            Value::Null,
            "revoked",
        ),
        (
            "application stage wiki observe",
            "POST /api/v1/applications/wiki/stage",
            json!({ "stage": "observe" }),
            wiki(),
            "observed",
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
            "1h ago",
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
            "not reported",
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
        ]
    };
    for (what, goes) in [
        (["person", "remove", "ada"], "1 session"),
        (["application", "remove", "wiki"], "wiki.localhost"),
        (["group", "remove", "finance"], "membership of Ada Lovelace"),
        (["device", "remove", DEV], "posture"),
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

fn protecting(found: (u16, Value), files: Value) -> Answers {
    vec![
        ("GET /api/v1/applications/notes", found.0, found.1),
        ("PUT /api/v1/applications/notes", 200, json!({ "name": "notes" })),
        ("GET /api/v1/policies/files", 200, json!({ "version": "v1", "files": files })),
        (
            "GET /api/v1/policies/starter?application=notes&group=finance",
            200,
            json!({ "path": "applications/notes.cedar", "text": "permit" }),
        ),
        (
            "GET /api/v1/policies/starter?application=notes",
            200,
            json!({ "path": "applications/notes.cedar", "text": "permit" }),
        ),
        (
            "PUT /api/v1/policies",
            200,
            json!({ "version": "v2", "dry_run": false, "changed": [], "warnings": [] }),
        ),
        ("GET /api/v1/status", 200, json!({ "origin": "http://countersign.localhost:8080" })),
    ]
}

#[tokio::test]
async fn to_protect_declares_then_permits_then_says_where() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = format!("http://{}", listener.local_addr().unwrap());
    let fake = Fake::start(protecting((404, json!({ "title": "No" })), json!({ "guardrails/a.cedar": "x" })));
    let words = ["protect", &upstream, "--name", "notes", "--sensitivity", "internal", "--group", "finance"];
    let ran = fake.run(&words).await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    assert!(ran.out.contains("http://notes.localhost:8080/"), "{}", ran.out);
    let asked = fake.asked();
    let declared = asked.iter().find(|asked| asked.line == "PUT /api/v1/applications/notes").unwrap();
    assert_eq!(declared.body["hosts"], json!(["notes.localhost"]));
    assert_eq!(declared.body["upstream"], json!(upstream));
    let published = asked.iter().find(|asked| asked.line == "PUT /api/v1/policies").unwrap();
    let published: Publication = serde_json::from_value(published.body.clone()).unwrap();
    assert_eq!(published.expected_version.as_deref(), Some("v1"));
    assert_eq!(
        published.files.into_keys().collect::<Vec<_>>(),
        ["applications/notes.cedar", "guardrails/a.cedar"]
    );
}

#[tokio::test]
async fn to_protect_again_keeps_the_policies_and_another_declaration() {
    let mut same = wiki();
    same["name"] = json!("notes");
    same["declared"]["hosts"] = json!(["notes.localhost"]);
    same["declared"]["resources"] = json!([]);
    same["labels"] = json!({});
    let fake = Fake::start(protecting((200, same), json!({ "applications/notes.cedar": "mine" })));
    let words = ["protect", "http://127.0.0.1:1", "--name", "notes"];
    let ran = fake.run(&words).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(!fake.lines().iter().any(|line| line == "PUT /api/v1/policies"));
    assert!(ran.err.contains("does not answer"), "nobody listens there, which is a warning: {}", ran.err);
    assert!(ran.out.contains("counts as restricted"), "{}", ran.out);

    let mut other = wiki();
    other["name"] = json!("notes");
    let fake = Fake::start(protecting((200, other), json!({})));
    let ran = fake.run(&words).await;
    assert_eq!(ran.exit, Exit::Conflict);
    assert_eq!(fake.lines().len(), 1, "nothing was changed");
}

#[tokio::test]
async fn an_application_file_is_declared_and_a_wrong_one_underlined() {
    let fake = Fake::start(vec![("PUT /api/v1/applications/wiki", 200, wiki())]);
    let file = fake.data.path().join("wiki.toml");
    let path = file.to_str().unwrap();
    let good = "name = \"wiki\"\nowner = \"a\"\nhosts = [\"w\"]\nupstream = \"http://a\"\n";
    std::fs::write(&file, good).unwrap();
    assert_eq!(fake.run(&["application", "add", "--file", path]).await.exit, Exit::Done);
    std::fs::write(&file, format!("{good}colour = \"red\"\n")).unwrap();
    let ran = fake.run(&["application", "add", "--file", path]).await;
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("wiki.toml:5") && ran.err.contains("colour"), "{}", ran.err);
    assert_eq!(fake.run(&["application", "add", "--file", "/nowhere"]).await.exit, Exit::Usage);
    assert_eq!(fake.asked().len(), 1);
}

#[tokio::test]
async fn policies_are_pulled_published_and_compared() {
    let published = |dry: bool| {
        json!({ "version": "v2", "dry_run": dry, "warnings": [],
                "changed": [{ "path": "guardrails/a.cedar", "change": "changed" }] })
    };
    let files = json!({ "guardrails/a.cedar": "one\ntwo\n", "tests/t.toml": "t" });
    let fake = Fake::start(vec![
        ("GET /api/v1/policies/files", 200, json!({ "version": "v1", "files": files })),
        ("PUT /api/v1/policies", 200, published(true)),
    ]);
    let dir = fake.data.path().join("policies");
    let folder = dir.to_str().unwrap();
    let ran = fake.run(&["policy", "pull", folder]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert_eq!(std::fs::read_to_string(dir.join("guardrails/a.cedar")).unwrap(), "one\ntwo\n");
    std::fs::write(dir.join("guardrails/a.cedar"), "one\nthree\n").unwrap();
    let ran = fake.run(&["policy", "publish", folder, "--dry-run"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(ran.out.contains("changed  guardrails/a.cedar\n    -two\n    +three\n"), "{}", ran.out);
    let body: Publication = serde_json::from_value(fake.asked().pop().unwrap().body).unwrap();
    assert_eq!((body.dry_run, body.expected_version.as_deref()), (true, Some("v1")));
    assert_eq!(body.files.len(), 2, "the file that remembers the version is not published");

    // What was changed here is not lost to a pull.
    let ran = fake.run(&["policy", "pull", folder]).await;
    assert_eq!(ran.exit, Exit::Conflict);
    assert_eq!(std::fs::read_to_string(dir.join("guardrails/a.cedar")).unwrap(), "one\nthree\n");
    assert_eq!(fake.run(&["policy", "pull", folder, "--overwrite"]).await.exit, Exit::Done);
    assert_eq!(std::fs::read_to_string(dir.join("guardrails/a.cedar")).unwrap(), "one\ntwo\n");

    // Somebody else has published since: the folder still names the version that it was made from.
    let later = Fake::start(vec![
        ("GET /api/v1/policies/files", 200, json!({ "version": "v9", "files": files })),
        ("PUT /api/v1/policies", 409, json!({ "title": "Another version was published" })),
    ]);
    let ran = later.run(&["policy", "publish", folder]).await;
    assert_eq!(ran.exit, Exit::Conflict);
    assert_eq!(later.asked().pop().unwrap().body["expected_version"], "v1");
    later.run(&["policy", "publish", folder, "--overwrite"]).await;
    assert_eq!(later.asked().pop().unwrap().body["expected_version"], "v9");
}

#[tokio::test]
async fn a_set_whose_paths_lead_out_of_the_folder_writes_nothing() {
    let fake = Fake::start(vec![(
        "GET /api/v1/policies/files",
        200,
        json!({ "version": "v1", "files": { "guardrails/a.cedar": "x", "../outside.cedar": "y" } }),
    )]);
    let dir = fake.data.path().join("policies");
    let ran = fake.run(&["policy", "pull", dir.to_str().unwrap()]).await;
    assert_eq!(ran.exit, Exit::Failed);
    assert!(!dir.exists() && !fake.data.path().join("outside.cedar").exists());
}

#[tokio::test]
async fn a_refused_set_shows_each_problem_where_it_is() {
    let fake = Fake::start(vec![
        ("GET /api/v1/policies/files", 200, json!({ "files": {} })),
        (
            "PUT /api/v1/policies",
            422,
            json!({
                "type": "about:blank#rejected-policies", "title": "The policies are refused", "status": 422, "detail": "one problem",
                "problems": [{ "file": "guardrails/a.cedar", "line": 1, "message": "no", "rendered": "  x no\n   ,-[guardrails/a.cedar:1:1]\n" }],
            }),
        ),
    ]);
    std::fs::create_dir(fake.data.path().join("guardrails")).unwrap();
    std::fs::write(fake.data.path().join("guardrails/a.cedar"), "x").unwrap();
    let ran = fake.run(&["policy", "publish", fake.data.path().to_str().unwrap()]).await;
    assert_eq!(ran.exit, Exit::Usage);
    assert_eq!(
        ran.err,
        "error: The policies are refused: one problem\n  x no\n   ,-[guardrails/a.cedar:1:1]\n"
    );
}

fn decision(item: &str) -> Value {
    json!({
        "id": "dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8", "at": "2026-11-22T08:58:00Z", "gate": "http", "principal": PER,
        "principal_name": "Ada Lovelace", "application": "wiki", "resource": "wiki/pages", "action": "read",
        "operation": "GET", "item": item, "effect": "deny", "enforced": true, "cause": "first", "world": 7,
        "policies": "00", "reasons": ["signed-in"], "shadow": [], "errors": [], "remedies": ["sign-in"],
        "exceptions": [], "sensitivity": "internal", "labelled": true, "risk": "low", "latency_micros": 12,
    })
}

#[tokio::test]
async fn decisions_are_asked_for_and_a_stranger_cannot_steer_the_terminal() {
    let line = "GET /api/v1/decisions?since=2026-11-22T08%3A00%3A00.000000Z&application=wiki&person=ada&effect=deny&action=read&limit=5";
    let answer = json!({ "items": [decision("/\u{1b}[2J")], "incomplete": ["a day is missing"] });
    let fake = Fake::start(vec![(line, 200, answer)]);
    let words = [
        "decisions",
        "--since",
        "1h",
        "--app",
        "wiki",
        "--person",
        "ada",
        "--effect",
        "deny",
        "--action",
        "read",
        "--limit",
        "5",
    ];
    let ran = fake.run(&words).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(
        ran.out.contains("2m ago") && ran.out.contains("signed-in") && ran.out.contains("\\u{1b}[2J"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains('\u{1b}'));
    assert!(ran.err.contains("a day is missing"));
}

#[tokio::test]
async fn following_shows_each_decision_once_and_ends_with_the_server() {
    let mut second = decision("/second");
    second["id"] = json!("dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c9");
    second["at"] = json!("2026-11-22T08:58:01Z");
    // Every look begins ten seconds before the newest that was seen; the third finds the server gone.
    let fake = Fake::start(vec![
        ("GET /api/v1/decisions?limit=3", 200, json!({ "items": [decision("/first")] })),
        (
            "GET /api/v1/decisions?since=2026-11-22T08%3A57%3A50.000000Z&limit=10000",
            200,
            json!({ "items": [second, decision("/first")] }),
        ),
        (
            "GET /api/v1/decisions?since=2026-11-22T08%3A57%3A51.000000Z&limit=10000",
            503,
            json!({ "title": "Going down" }),
        ),
    ]);
    let ran = fake.run(&["decisions", "--follow", "--limit", "3", "--json"]).await;
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
    let items: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let items: Vec<_> = items.iter().map(|item| item["item"].as_str().unwrap()).collect();
    assert_eq!(items, ["/first", "/second"]);
    assert!(ran.err.contains("Going down"), "{}", ran.err);
}

#[tokio::test]
async fn why_prints_the_explanation() {
    let explained = json!({
        "decision": decision("/"),
        "explanation": { "summary": "s", "determined_by": [], "evidence": [], "notes": [], "remedies": [], "basis": "b",
                         "text": "Ada was refused.\n  because: signed-in" },
    });
    let line = "GET /api/v1/decisions/dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8";
    let fake = Fake::start(vec![(line, 200, explained)]);
    let ran = fake.run(&["why", "dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"]).await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Done, "Ada was refused.\n  because: signed-in\n"));
}

#[tokio::test]
async fn a_broken_journal_ends_with_six() {
    let line = "POST /api/v1/journal/verify";
    for (answer, exit, says) in [
        (
            json!({ "whole": true, "entries": 4, "head": { "seq": 4, "hash": "ab", "anchor": "4:ab" } }),
            Exit::Done,
            "4:ab",
        ),
        (
            json!({ "whole": false, "entries": 2, "broken_at": 3, "fault": "the hash differs" }),
            Exit::CheckFailed,
            "BROKEN at entry 3",
        ),
    ] {
        let ran = Fake::start(vec![(line, 200, answer.clone())]).run(&["journal", "verify"]).await;
        assert_eq!(ran.exit, exit);
        assert!(ran.out.contains(says), "{}", ran.out);
        let ran = Fake::start(vec![(line, 200, answer.clone())]).run(&["journal", "verify", "--json"]).await;
        assert_eq!((ran.exit, serde_json::from_str::<Value>(&ran.out).unwrap()), (exit, answer));
    }
}

fn status() -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"), "origin": "http://countersign.localhost:8080", "world": 9, "behind_seconds": 0,
        "journal": { "connected": true, "head": { "seq": 9, "hash": "ab", "anchor": "9:ab" } },
        "policies": { "version": "00", "policies": 1, "overdue": 0 },
        "evidence": { "health": "healthy", "backlog_bytes": 0, "backlog_limit": 1, "recorded": 3, "refused": 0 },
        "counts": { "people": 2, "administrators": 2, "administrators_with_passkeys": 2, "groups": 1, "services": 0,
                    "devices": 1, "applications": 1, "sessions": 1, "grants_requested": 0, "grants_active": 0, "exceptions": 0 },
    })
}

/// A healthy installation, but for what `change` makes of it.
fn installation(change: impl Fn(&mut Value)) -> Answers {
    let policy = json!({
        "id": "signed-in", "kind": "guardrail", "owner": "security", "reason": "Sign in.", "review": "2027-05-31",
        "overdue": false, "stage": "enforce", "reads_exceptions": true, "file": "guardrails/a.cedar", "line": 1, "text": "forbid",
    });
    let mut labelled = wiki();
    labelled["declared"]["sensitivity"] = json!("internal");
    let mut whole = json!({
        "status": status(),
        "policies": { "version": "00", "policies": [policy], "warnings": [] },
        "applications": { "items": [labelled] },
        "devices": { "items": [device()] },
        "sessions": { "items": [session()] },
    });
    change(&mut whole);
    ["status", "policies", "applications", "devices", "sessions"]
        .into_iter()
        .map(|part| {
            let line: &'static str = format!("GET /api/v1/{part}").leak();
            (line, 200, whole[part].clone())
        })
        .collect()
}

#[tokio::test]
async fn the_doctor_finds_each_thing_that_is_wrong() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = json!(format!("http://{}", listener.local_addr().unwrap()));
    let sound =
        |whole: &mut Value| whole["applications"]["items"][0]["declared"]["upstream"] = upstream.clone();
    type Change = fn(&mut Value);
    let cases: Vec<(Change, &str, &str)> = vec![
        (|_| {}, "ok", "journal"),
        (|whole| whole["status"]["version"] = json!("9.9.9"), "warn", "server version"),
        (|whole| whole["status"]["journal"]["connected"] = json!(false), "fail", "journal"),
        (|whole| whole["status"]["journal"]["broken"] = json!("gap"), "fail", "journal"),
        (|whole| whole["status"]["behind_seconds"] = json!(90), "fail", "freshness"),
        (|whole| whole["status"]["evidence"]["health"] = json!("backlog"), "warn", "evidence"),
        (|whole| whole["status"]["evidence"]["health"] = json!("failing"), "fail", "evidence"),
        (|whole| whole["status"]["evidence"]["refused"] = json!(1), "warn", "evidence"),
        (|whole| whole["status"]["counts"]["administrators"] = json!(0), "fail", "administrators"),
        (
            |whole| whole["status"]["counts"]["administrators_with_passkeys"] = json!(0),
            "fail",
            "administrators",
        ),
        (
            |whole| whole["status"]["counts"]["administrators_with_passkeys"] = json!(1),
            "warn",
            "administrators",
        ),
        (|whole| whole["policies"]["problem"] = json!("no"), "fail", "policies"),
        (|whole| whole["policies"]["policies"] = json!([]), "fail", "policies"),
        (|whole| whole["policies"]["policies"][0]["overdue"] = json!(true), "warn", "policy reviews"),
        (
            |whole| whole["applications"]["items"][0]["declared"]["upstream"] = json!("http://127.0.0.1:1"),
            "fail",
            "applications",
        ),
        (
            |whole| whole["applications"]["items"][0]["declared"]["stage"] = json!("observe"),
            "warn",
            "applications",
        ),
        (
            |whole| whole["applications"]["items"][0]["declared"]["sensitivity"] = Value::Null,
            "warn",
            "labels",
        ),
        (
            |whole| whole["devices"]["items"][0]["collected_at"] = json!("2026-11-20T00:00:00Z"),
            "fail",
            "posture",
        ),
        (|whole| whole["sessions"]["items"][0]["proved_at"] = json!("2026-11-22T09:05:00Z"), "fail", "clock"),
        (|whole| whole["devices"] = json!([]), "fail", "posture"),
    ];
    for (change, state, check) in cases {
        let fake = Fake::start(installation(|whole| {
            sound(whole);
            change(whole);
        }));
        std::fs::set_permissions(fake.data.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        let ran = fake.run(&["doctor", "--json"]).await;
        let found: Value = serde_json::from_str(&ran.out).unwrap();
        let checks = found["checks"].as_array().unwrap();
        // The disk is the machine's own, and not this test's.
        let states: Vec<_> = checks.iter().filter(|found| found["check"] != "disk space").collect();
        let hit = states.iter().any(|found| found["check"] == check && found["state"] == state);
        assert!(hit, "{check} is to be {state}: {:#}", found);
        let others: Vec<_> =
            states.iter().filter(|found| found["check"] != check && found["state"] != "ok").collect();
        assert!(others.is_empty(), "{check}: nothing else is wrong: {others:?}");
        let mended = states.iter().filter(|found| found["state"] == "fail" || found["state"] == "warn");
        assert!(mended.clone().all(|found| found["remedy"].is_string()), "{found:#}");
        let disk_fails =
            checks.iter().any(|found| found["check"] == "disk space" && found["state"] == "fail");
        let exit = if state == "fail" || disk_fails { Exit::CheckFailed } else { Exit::Done };
        assert_eq!(ran.exit, exit, "{check}");
    }
}

#[tokio::test]
async fn the_doctor_of_nothing_says_that_nothing_runs() {
    let ran = crate::fake::run(&["doctor", "--data", "/nowhere/at/all"], None).await;
    assert_eq!(ran.exit, Exit::CheckFailed);
    assert!(ran.out.contains("FAIL  data folder") && ran.out.contains("FAIL  server"), "{}", ran.out);
}

#[tokio::test]
async fn the_status_is_shown() {
    check(
        vec![("GET /api/v1/status", 200, status())],
        &["status"],
        &[("GET /api/v1/status", Value::Null)],
        &["fact 9", "9:ab", "2 administrators"],
    )
    .await;
}

#[test]
fn the_test_data_is_of_the_contracts_shape() {
    assert!(serde_json::from_value::<Device>(device()).is_ok());
    assert!(serde_json::from_value::<countersign_api::Application>(wiki()).is_ok());
    assert!(serde_json::from_value::<countersign_api::Status>(status()).is_ok());
}
