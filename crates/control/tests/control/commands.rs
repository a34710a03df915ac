//! Every command: its effect, and the requests that are refused without changing anything.
#![expect(clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, assert_problem, key, per, ses};
use countersign_facts::Actor;
use serde_json::{Value, json};

/// Sends a bad request; checks its status and field, and that nothing changed.
pub async fn bad(house: &House, method: &str, path: &str, body: Value, status: u16, field: Option<&str>) {
    let before = house.seq();
    let body = if body.is_null() { None } else { Some(body) };
    let reply = house.api(method, path, body.clone()).await;
    assert_eq!(
        (reply.status.as_u16(), reply.json["field"].as_str()),
        (status, field),
        "{method} {path} {body:?}: {}",
        reply.json
    );
    assert_problem(&reply, status, field);
    assert_eq!(house.seq(), before, "{method} {path} changed something");
}

const NOBODY: &str = "per_ffffffffffffffffffffffffffffffff";

pub fn absent(prefix: &str) -> String {
    format!("{prefix}_ffffffffffffffffffffffffffffffff")
}

#[tokio::test]
async fn people_come_change_stop_and_go() {
    let house = House::new().await;
    let eve = json!({"name": "Eve", "email": "Eve@Example.test", "kind": "contractor", "aliases": ["hr-77"]});
    let made = house.ok("POST", "/people", Some(eve)).await;
    assert_eq!(made["email"], "eve@example.test");
    assert_eq!(made["kind"], "contractor");
    let id = made["id"].as_str().unwrap();
    for reference in [id, "eve@example.test", "EVE@example.test", "hr-77", "eve%40example.test"] {
        assert_eq!(house.ok("GET", &format!("/people/{reference}"), None).await["id"], id, "{reference}");
    }
    let changed = json!({"name": "Eve B.", "email": "eve@example.test"});
    let changed = house.ok("PUT", "/people/hr-77", Some(changed)).await;
    assert_eq!((&changed["name"], &changed["aliases"]), (&json!("Eve B."), &json!([])));
    let before = house.seq();
    let same = json!({"name": "Eve B.", "email": "eve@example.test"});
    house.ok("PUT", "/people/eve@example.test", Some(same)).await;
    assert_eq!(house.seq(), before, "what is so already is not stated again");

    let stopped = house.ok("POST", &format!("/people/{id}/suspend"), Some(json!({"reason": "left"}))).await;
    assert_eq!((&stopped["standing"], &stopped["suspended_because"]), (&json!("suspended"), &json!("left")));
    bad(&house, "POST", &format!("/people/{id}/invitations"), Value::Null, 409, Some("person")).await;
    house.ok("POST", &format!("/people/{id}/restore"), None).await;
    bad(&house, "POST", &format!("/people/{id}/restore"), Value::Null, 409, Some("person")).await;
    let risky = json!({"level": "high", "reasons": ["impossible travel"]});
    assert_eq!(house.ok("PUT", &format!("/people/{id}/risk"), Some(risky.clone())).await["risk"], risky);
    house.ok("DELETE", &format!("/people/{id}"), None).await;
    bad(&house, "GET", &format!("/people/{id}"), Value::Null, 404, Some("person")).await;
    assert_eq!(house.ok("GET", "/people", None).await["items"].as_array().unwrap().len(), 4);
    assert_eq!(house.ok("GET", "/people?limit=2", None).await["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_wrong_about_a_person_is_named() {
    let house = House::new().await;
    let new = |changes: Value| {
        let mut body = json!({"name": "Eve", "email": "eve@example.test"});
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    for (body, status, field) in [
        (json!({}), 422, Some("name")),
        (json!({"name": "Eve"}), 422, Some("email")),
        (json!([]), 422, Some("body")),
        (json!(["Eve", "eve@example.test", "employee", []]), 422, Some("body")),
        (json!(3), 422, Some("body")),
        (new(json!({"name": " "})), 422, Some("name")),
        (new(json!({"name": 3})), 422, Some("name")),
        (new(json!({"name": "x".repeat(2001)})), 422, Some("name")),
        (new(json!({"email": "eve"})), 422, Some("email")),
        (new(json!({"email": "@"})), 422, Some("email")),
        (new(json!({"email": "e ve@a"})), 422, Some("email")),
        (new(json!({"email": "ada@example.test"})), 409, Some("email")),
        (new(json!({"kind": "friend"})), 422, Some("kind")),
        (new(json!({"aliases": ["hr-1"]})), 409, Some("aliases")),
        (new(json!({"aliases": [""]})), 422, Some("aliases")),
        (new(json!({"aliases": "x"})), 422, Some("aliases")),
        (new(json!({"admin": true})), 422, Some("admin")),
    ] {
        bad(&house, "POST", "/people", body, status, field).await;
    }
    bad(&house, "POST", "/people", Value::Null, 400, None).await;
    for (method, path, body, status, field) in [
        ("PUT", "/people/hr-9", new(json!({})), 404, Some("person")),
        ("PUT", "/people/hr-1", new(json!({"email": "ben@example.test"})), 409, Some("email")),
        ("DELETE", "/people/nobody", Value::Null, 404, Some("person")),
        ("POST", "/people/hr-1/suspend", json!({}), 422, Some("reason")),
        ("POST", "/people/hr-1/suspend", json!({"reason": ""}), 422, Some("reason")),
        ("POST", "/people/nobody/suspend", json!({"reason": "x"}), 404, Some("person")),
        ("PUT", "/people/hr-1/risk", json!({"level": "extreme"}), 422, Some("level")),
        ("PUT", "/people/hr-1/risk", json!({"level": "low", "reasons": [""]}), 422, Some("reasons")),
        ("PUT", "/people/nobody/risk", json!({"level": "low"}), 404, Some("person")),
        ("POST", "/people/hr-1/invitations", json!({"purpose": "fun"}), 422, Some("purpose")),
        (
            "POST",
            "/people/hr-1/invitations",
            json!({"expires_in_seconds": 1}),
            422,
            Some("expires_in_seconds"),
        ),
        (
            "POST",
            "/people/hr-1/invitations",
            json!({"expires_in_seconds": 9_999_999}),
            422,
            Some("expires_in_seconds"),
        ),
        ("POST", "/people/nobody/invitations", json!({}), 404, Some("person")),
        ("GET", "/people/nobody/credentials", Value::Null, 404, Some("person")),
        ("DELETE", "/people/nobody/sessions", Value::Null, 404, Some("person")),
        ("DELETE", "/credentials/nonsense", Value::Null, 422, Some("id")),
        ("DELETE", &format!("/credentials/{}", absent("key")), Value::Null, 404, Some("id")),
        ("GET", "/people?limit=0", Value::Null, 422, Some("limit")),
        ("GET", "/people?limit=many", Value::Null, 422, Some("limit")),
        ("GET", "/people?limit=1&limit=2", Value::Null, 422, Some("limit")),
        ("GET", "/people?colour=red", Value::Null, 422, Some("colour")),
    ] {
        bad(&house, method, path, body, status, field).await;
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_or_too_long_is_refused() {
    let house = House::new().await;
    let before = house.seq();
    let post = |kind: Option<&str>, body: Vec<u8>| {
        let builder = axum::http::Request::post("/api/v1/people");
        let builder = kind.into_iter().fold(builder, |builder, kind| builder.header("content-type", kind));
        builder.body(axum::body::Body::from(body)).unwrap()
    };
    let good = br#"{"name":"Eve","email":"eve@example.test"}"#.to_vec();
    let json = Some("application/json");
    for (kind, body, status) in [
        (None, good.clone(), 415),
        (Some("text/plain"), good.clone(), 415),
        (json, Vec::new(), 400),
        (json, b"{".to_vec(), 400),
        (json, b"{} {}".to_vec(), 400),
        (json, b"\xff\xfe".to_vec(), 400),
        (json, vec![b' '; (1 << 20) + 1], 413),
    ] {
        let reply = house.raw(&Door::Operator, post(kind, body.clone())).await;
        assert_eq!(reply.status.as_u16(), status, "{kind:?} {:?}: {}", body.get(..20), reply.json);
    }
    assert_eq!(house.seq(), before);
    let reply = house.raw(&Door::Operator, post(Some("application/json; charset=utf-8"), good)).await;
    assert_eq!(reply.status.as_u16(), 201, "{}", reply.json);
}

#[tokio::test]
async fn an_invitation_is_a_link_whose_secret_only_its_holder_has() {
    let house = House::new().await;
    let first = house.ok("POST", "/people/hr-3/invitations", Some(json!({"purpose": "recover"}))).await;
    let again = json!({"purpose": "recover", "expires_in_seconds": 600});
    let second = house.ok("POST", "/people/hr-3/invitations", Some(again)).await;
    assert_eq!(second["purpose"], "recover");
    assert_eq!(
        second["expires_at"],
        crate::common::noon().plus(std::time::Duration::from_secs(600)).to_string()
    );
    let secret = second["link"].as_str().unwrap().strip_prefix("https://countersign.example/enrol#").unwrap();
    assert_eq!(secret.len(), 43);
    let world = house.ledger.world();
    let open: Vec<_> = world.invitations().collect();
    assert_eq!(open.len(), 1, "the newest link is the one that works");
    assert_eq!(open[0].id.to_string(), second["id"].as_str().unwrap());
    assert_ne!(first["link"], second["link"]);
    let digest = aws_digest(secret);
    assert_eq!(open[0].secret.to_string(), digest);
    let everything = house.ledger.journal().read(countersign_journal::Seq::ZERO, 1000).await.unwrap();
    let written = everything.iter().any(|entry| String::from_utf8_lossy(&entry.payload).contains(secret));
    assert!(!written, "the secret is in the journal");
    assert_eq!(house.ok("GET", "/people/hr-3", None).await["open_invitations"], 1);
}

fn aws_digest(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn passkeys_and_sessions_end() {
    let house = House::new().await;
    let keys = house.ok("GET", "/people/hr-1/credentials", None).await;
    assert_eq!(keys["items"][0]["id"], key(1).to_string());
    assert_eq!(house.ok("GET", "/sessions", None).await["items"].as_array().unwrap().len(), 4);
    let adas = house.ok("GET", "/sessions?person=ada@example.test", None).await;
    assert_eq!(adas["items"][0]["id"], ses(1).to_string());
    house.ok("DELETE", &format!("/credentials/{}", key(1)), None).await;
    assert!(house.ledger.world().session(ses(1)).is_none(), "the sessions that it began end");
    house.ok("DELETE", &format!("/sessions/{}", ses(2)), None).await;
    bad(&house, "DELETE", &format!("/sessions/{}", ses(2)), Value::Null, 404, Some("id")).await;
    bad(&house, "DELETE", "/sessions/nonsense", Value::Null, 422, Some("id")).await;
    bad(&house, "GET", "/sessions?person=nobody", Value::Null, 422, Some("person")).await;
    house.ok("DELETE", "/people/hr-3/sessions", None).await;
    assert!(house.ledger.world().session(ses(3)).is_none());
    let before = house.seq();
    house.ok("DELETE", "/people/hr-3/sessions", None).await;
    assert_eq!(house.seq(), before);
    house.wait(90_000);
    assert_eq!(house.ok("GET", "/sessions", None).await["items"], json!([]), "what expired is not shown");
}

#[tokio::test]
async fn groups_hold_people_services_and_groups() {
    let house = House::new().await;
    house.ok("POST", "/groups", Some(json!({"name": "editors", "purpose": "edit"}))).await;
    let (robot, _) = house.token("robot", None).await;
    house.ok("PUT", "/groups/editors/members/cleo@example.test", None).await;
    house.ok("PUT", &format!("/groups/editors/members/{robot}"), None).await;
    house.ok("PUT", "/groups/staff/members/group:editors", None).await;
    let before = house.seq();
    let group = house.ok("PUT", "/groups/editors/members/hr-3", None).await;
    assert_eq!(house.seq(), before, "who is in already is not put in again");
    assert_eq!(group["members"].as_array().unwrap().len(), 2);
    assert_eq!(house.ok("GET", "/people/hr-3", None).await["groups"], json!(["editors", "staff"]));
    house.ok("DELETE", "/groups/editors/members/hr-3", None).await;
    for (method, path, body, status, field) in [
        ("POST", "/groups", json!({"name": "Bad Name", "purpose": ""}), 422, Some("name")),
        ("POST", "/groups", json!({"name": "staff", "purpose": ""}), 409, Some("name")),
        ("POST", "/groups", json!({"name": "x"}), 422, Some("purpose")),
        ("GET", "/groups/none", Value::Null, 404, Some("group")),
        ("GET", "/groups/No", Value::Null, 422, Some("group")),
        ("DELETE", "/groups/none", Value::Null, 404, Some("group")),
        ("DELETE", "/groups/administrators", Value::Null, 409, Some("group")),
        ("PUT", "/groups/none/members/hr-3", Value::Null, 404, Some("group")),
        ("PUT", "/groups/staff/members/nobody", Value::Null, 404, Some("member")),
        ("PUT", "/groups/staff/members/group:none", Value::Null, 404, Some("member")),
        ("PUT", "/groups/staff/members/group:No", Value::Null, 422, Some("member")),
        ("PUT", &format!("/groups/staff/members/{}", absent("svc")), Value::Null, 404, Some("member")),
        ("PUT", "/groups/editors/members/group:staff", Value::Null, 422, Some("member")),
    ] {
        bad(&house, method, path, body, status, field).await;
    }
    house.ok("DELETE", "/groups/editors", None).await;
    let again = json!({"name": "editors", "purpose": "edit"});
    bad(&house, "POST", "/groups", again, 409, Some("name")).await;
}

#[tokio::test]
async fn service_accounts_have_owners_and_tokens_that_are_shown_once() {
    let house = House::new().await;
    let (id, token) = house.token("robot", Some("wiki")).await;
    assert!(token.starts_with("cst_") && token.len() == 47, "{token}");
    let shown = house.ok("GET", &format!("/services/{id}"), None).await;
    assert_eq!(shown["tokens"][0]["application"], "wiki");
    assert!(!shown.to_string().contains(&token));
    house.wait(3601);
    assert_eq!(house.ok("GET", "/services", None).await["items"][0]["tokens"][0]["expired"], true);
    let token_id = shown["tokens"][0]["id"].as_str().unwrap();
    house.ok("DELETE", &format!("/tokens/{token_id}"), None).await;
    let service = |name: &str, owner: &str| json!({"name": name, "owner": owner, "purpose": "x"});
    let tokens = format!("/services/{id}/tokens");
    for (method, path, body, status, field) in [
        ("POST", "/services", service("robot", "hr-1"), 409, Some("name")),
        ("POST", "/services", service("", "hr-1"), 422, Some("name")),
        ("POST", "/services", service("r2", "nobody"), 422, Some("owner")),
        ("POST", "/services", service("r2", NOBODY), 422, Some("owner")),
        ("POST", "/services", json!({"name": "r2", "owner": "hr-1"}), 422, Some("purpose")),
        ("GET", "/services/nonsense", Value::Null, 422, Some("id")),
        ("DELETE", &format!("/services/{}", absent("svc")), Value::Null, 404, Some("id")),
        ("POST", &tokens, json!({}), 422, Some("expires_in_seconds")),
        ("POST", &tokens, json!({"expires_in_seconds": -1}), 422, Some("expires_in_seconds")),
        ("POST", &tokens, json!({"expires_in_seconds": 99_999_999_u64}), 422, Some("expires_in_seconds")),
        ("POST", &tokens, json!({"expires_in_seconds": 60, "application": "none"}), 422, Some("application")),
        (
            "POST",
            &format!("/services/{}/tokens", absent("svc")),
            json!({"expires_in_seconds": 60}),
            404,
            Some("id"),
        ),
        ("DELETE", &format!("/tokens/{token_id}"), Value::Null, 404, Some("id")),
        ("DELETE", "/tokens/nonsense", Value::Null, 422, Some("id")),
    ] {
        bad(&house, method, path, body, status, field).await;
    }
    house.ok("DELETE", &format!("/services/{id}"), None).await;
}

#[tokio::test]
async fn devices_are_known_by_their_key_and_their_posture() {
    let house = House::new().await;
    let certified = rcgen::generate_simple_self_signed(vec!["laptop".to_owned()]).unwrap();
    let pem = certified.cert.pem();
    let new = json!({"name": "laptop", "owner": "hr-1", "platform": "Debian 12", "managed": true, "certificate": pem});
    let device = house.ok("POST", "/devices", Some(new)).await;
    let spki = rcgen::PublicKeyData::subject_public_key_info(&certified.signing_key);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &spki);
    let digest: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(device["key_sha256"], digest);
    assert_eq!((&device["compliant"], &device["collected_at"]), (&json!(false), &Value::Null));
    let id = device["id"].as_str().unwrap();
    let checks: serde_json::Map<_, _> =
        countersign_names::PostureCheck::ALL.iter().map(|check| (check.to_string(), json!("pass"))).collect();
    let report = json!({"checks": checks});
    let reported = house.ok("POST", &format!("/devices/{id}/posture"), Some(report)).await;
    assert_eq!((&reported["compliant"], &reported["posture_age_seconds"]), (&json!(true), &json!(0)));
    let future = json!({"collected_at": "2030-01-01T00:00:00Z", "checks": {"firewall": "fail"}});
    let reported = house.ok("POST", &format!("/devices/{id}/posture"), Some(future)).await;
    assert_eq!((&reported["compliant"], &reported["posture_age_seconds"]), (&json!(false), &json!(0)));
    let path = format!("/devices/{id}");
    let changed = json!({"name": "laptop 2", "platform": "Debian 12", "key_sha256": digest});
    let changed = house.ok("PUT", &path, Some(changed)).await;
    assert_eq!((&changed["managed"], &changed["owner"]), (&json!(false), &Value::Null));

    let (good, posture) = (json!({"name": "x", "platform": "y"}), format!("/devices/{id}/posture"));
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let key = certified.signing_key.serialize_pem();
    for (method, target, body, status, field) in [
        ("POST", "/devices", with("name", json!("")), 422, Some("name")),
        ("POST", "/devices", with("owner", json!("nobody")), 422, Some("owner")),
        ("POST", "/devices", with("managed", json!("yes")), 422, Some("managed")),
        ("POST", "/devices", with("key_sha256", json!("abc")), 422, Some("key_sha256")),
        ("POST", "/devices", with("key_sha256", json!(digest)), 409, Some("key_sha256")),
        ("POST", "/devices", with("certificate", json!("nonsense")), 422, Some("certificate")),
        ("POST", "/devices", with("certificate", json!(key)), 422, Some("certificate")),
        ("POST", "/devices", with("certificate", json!(format!("{pem}{pem}"))), 422, Some("certificate")),
        (
            "POST",
            "/devices",
            json!({"name": "x", "platform": "y", "certificate": pem, "key_sha256": digest}),
            422,
            Some("key_sha256"),
        ),
        ("POST", "/devices", json!({"name": "x"}), 422, Some("platform")),
        ("GET", "/devices/nonsense", Value::Null, 422, Some("id")),
        ("GET", &format!("/devices/{}", absent("dev")), Value::Null, 404, Some("id")),
        ("PUT", &format!("/devices/{}", absent("dev")), good.clone(), 404, Some("id")),
        ("DELETE", &format!("/devices/{}", absent("dev")), Value::Null, 404, Some("id")),
        ("POST", &posture, json!({"checks": {}}), 422, Some("checks")),
        ("POST", &posture, json!({"checks": {"antivirus": "pass"}}), 422, Some("checks")),
        ("POST", &posture, json!({"checks": {"firewall": "ok"}}), 422, Some("checks")),
        (
            "POST",
            &posture,
            json!({"checks": {"firewall": "pass"}, "collected_at": "now"}),
            422,
            Some("collected_at"),
        ),
        (
            "POST",
            &format!("/devices/{}/posture", absent("dev")),
            json!({"checks": {"firewall": "pass"}}),
            404,
            Some("id"),
        ),
    ] {
        bad(&house, method, target, body, status, field).await;
    }
    house.ok("DELETE", &path, None).await;
}

#[tokio::test]
async fn applications_are_declared_staged_labelled_and_removed() {
    let house = House::new().await;
    let shop = json!({
        "title": "Shop", "owner": "Sales", "hosts": ["shop.localhost"], "upstream": "http://127.0.0.1:3000",
        "sensitivity": "internal", "download_types": ["text/csv", "image/*"], "operations": {"can_buy": "write"},
        "request_headers": ["x-csrf-token"],
        "resources": [{"part": "orders", "routes": [{"methods": ["POST"], "path": "/orders/**", "action": "administer"}]}]
    });
    let made = house.ok("PUT", "/applications/shop", Some(shop.clone())).await;
    assert_eq!(made["name"], "shop");
    assert_eq!(made["declared"]["stage"], "enforce");
    assert_eq!(made["declared"]["assertion_header"], "x-countersign-assertion");
    assert_eq!(made["declared"]["resources"][0]["routes"][0]["action"], "administer");
    assert_eq!(made["declared"]["request_headers"], json!(["x-csrf-token"]));
    let before = house.seq();
    house.ok("PUT", "/applications/shop", Some(made["declared"].clone())).await;
    assert_eq!(house.seq(), before, "to declare what is declared changes nothing");
    let observed = house.ok("POST", "/applications/shop/stage", Some(json!({"stage": "observe"}))).await;
    assert_eq!(observed["declared"]["stage"], "observe");
    let labelled = house.ok("PUT", "/labels/shop/orders", Some(json!({"sensitivity": "restricted"}))).await;
    assert_eq!(labelled["labels"], json!({"shop/orders": "restricted"}));
    let unlabelled = house.ok("PUT", "/labels/shop/orders", Some(json!({"sensitivity": null}))).await;
    assert_eq!(unlabelled["labels"], json!({}));
    house.ok("PUT", "/labels/shop/other", Some(json!({"sensitivity": "public"}))).await;

    let with = |field: &str, value: Value| {
        let mut body = shop.clone();
        body[field] = value;
        body
    };
    let routed = |route: Value| with("resources", json!([{"part": "a", "routes": [route]}]));
    for (body, status, field) in [
        (json!({}), 422, "title"),
        (with("title", json!("")), 422, "title"),
        (with("hosts", json!([])), 422, "hosts"),
        (with("hosts", json!(["Shop.localhost"])), 422, "hosts"),
        (with("hosts", json!(["wiki.localhost"])), 409, "hosts"),
        (with("hosts", json!(["shop.localhost."])), 422, "hosts"),
        (with("hosts", json!(["shop..localhost"])), 422, "hosts"),
        (with("upstream", json!("ftp://a")), 422, "upstream"),
        (with("upstream", json!("http://a/path")), 422, "upstream"),
        (with("stage", json!("off")), 422, "stage"),
        (with("sensitivity", json!("secret")), 422, "sensitivity"),
        (with("assertion_header", json!("X Y")), 422, "assertion_header"),
        (with("download_types", json!(["pdf"])), 422, "download_types"),
        (with("owner", json!(" ")), 422, "owner"),
        (with("operations", json!({" ": "read"})), 422, "operations"),
        (with("operations", json!({"can_buy": "buy"})), 422, "operations.can_buy"),
        (with("request_headers", json!(["X-Upper"])), 422, "request_headers"),
        (with("request_headers", json!(["x_under"])), 422, "request_headers"),
        (with("request_headers", json!(["x-forwarded-for"])), 422, "request_headers"),
        (with("colour", json!("red")), 422, "colour"),
        (with("resources", json!([{"part": "a"}, {"part": "A b"}])), 422, "resources[1].part"),
        (with("resources", json!([{"part": "a"}, {"part": "a"}])), 422, "resources[1].part"),
        (with("resources", json!([{"routes": []}])), 422, "resources[0].part"),
        (routed(json!({"path": "orders"})), 422, "resources[0].routes[0].path"),
        (routed(json!({"path": "/a/../b"})), 422, "resources[0].routes[0].path"),
        (routed(json!({"path": "/a", "methods": ["post"]})), 422, "resources[0].routes[0].methods"),
        (routed(json!({"path": "/a", "action": "buy"})), 422, "resources[0].routes[0].action"),
    ] {
        bad(&house, "PUT", "/applications/shop", body, status, Some(field)).await;
    }
    for (method, path, body, status, field) in [
        ("PUT", "/applications/Shop", shop.clone(), 422, Some("application")),
        ("PUT", "/applications/countersign", shop.clone(), 409, Some("application")),
        ("DELETE", "/applications/countersign", Value::Null, 409, Some("application")),
        ("POST", "/applications/countersign/stage", json!({"stage": "observe"}), 409, Some("application")),
        ("GET", "/applications/none", Value::Null, 404, Some("application")),
        ("DELETE", "/applications/none", Value::Null, 404, Some("application")),
        ("POST", "/applications/none/stage", json!({"stage": "observe"}), 404, Some("application")),
        ("POST", "/applications/shop/stage", json!({"stage": "observe"}), 409, Some("stage")),
        ("POST", "/applications/shop/stage", json!({}), 422, Some("stage")),
        ("PUT", "/labels/shop/orders", json!({}), 422, Some("sensitivity")),
        ("PUT", "/labels/shop/orders", json!({"sensitivity": "x"}), 422, Some("sensitivity")),
        ("PUT", "/labels/shop/none", json!({"sensitivity": "public"}), 404, Some("part")),
        ("PUT", "/labels/shop/No", json!({"sensitivity": "public"}), 422, Some("part")),
        ("PUT", "/labels/none/orders", json!({"sensitivity": "public"}), 404, Some("application")),
    ] {
        bad(&house, method, path, body, status, field).await;
    }
    house.ok("DELETE", "/applications/shop", None).await;
    bad(&house, "PUT", "/applications/shop", shop, 409, Some("name")).await;
}

#[tokio::test]
async fn the_journal_is_shown_and_verified() {
    let house = House::new().await;
    let head = house.ok("GET", "/journal/head", None).await;
    assert_eq!(head["seq"], house.seq());
    let found = house.ok("POST", "/journal/verify", None).await;
    assert_eq!((&found["whole"], &found["entries"]), (&json!(true), &json!(house.seq())));
    let anchored = house.ok("POST", "/journal/verify", Some(json!({"anchor": head["anchor"]}))).await;
    assert_eq!(anchored["whole"], true);
    let elsewhere = format!("{}:{}", house.seq() + 5, "0".repeat(64));
    let truncated = house.ok("POST", "/journal/verify", Some(json!({"anchor": elsewhere}))).await;
    assert_eq!(truncated["whole"], false);
    assert!(truncated["fault"].as_str().is_some_and(|fault| !fault.is_empty()));
    bad(&house, "POST", "/journal/verify", json!({"anchor": "x"}), 422, Some("anchor")).await;
    let status = house.ok("GET", "/status", None).await;
    assert_eq!(status["counts"]["people"], 4);
    assert_eq!(status["counts"]["administrators_with_passkeys"], 2);
    assert_eq!(status["journal"]["connected"], true);
    assert_eq!(status["evidence"]["health"], "healthy");
    assert_eq!(status["policies"]["overdue"], 1);
    assert_eq!(
        (&status["journal"]["remembered"], &status["clock_behind_seconds"]),
        (&json!(null), &json!(0))
    );
    // The head that is remembered outside the journal is an anchor without any client naming it.
    let remembered = house.ledger.head();
    house.ledger.remember(remembered, house.ledger.now());
    let status = house.ok("GET", "/status", None).await;
    assert_eq!(status["journal"]["remembered"]["head"]["anchor"], remembered.to_string());
    assert_eq!(house.ok("POST", "/journal/verify", None).await["whole"], true);
    let beyond = format!("{}:{}", house.seq() + 5, "0".repeat(64)).parse().unwrap();
    house.ledger.remember(beyond, house.ledger.now());
    let cut = house.ok("POST", "/journal/verify", None).await;
    assert_eq!((&cut["whole"], &cut["broken_at"]), (&json!(false), &json!(house.seq() + 1)));
}

#[tokio::test]
async fn facts_stand_on_the_word_of_whoever_stated_them() {
    let house = House::new().await;
    house.ok("POST", "/groups", Some(json!({"name": "one", "purpose": ""}))).await;
    let body = Some(json!({"name": "two", "purpose": ""}));
    let reply = house.send(&Door::Session(1), "POST", "/api/v1/groups", body).await;
    assert_eq!(reply.status.as_u16(), 201, "{}", reply.json);
    let entries = house.ledger.journal().read(countersign_journal::Seq(0), 1000).await.unwrap();
    let by: Vec<_> = entries
        .iter()
        .rev()
        .take(2)
        .map(|entry| countersign_facts::Stated::from_bytes(&entry.payload).unwrap().by)
        .collect();
    assert_eq!(by, [Actor::Person(per(1)), Actor::Operator]);
}

#[tokio::test]
async fn a_report_that_changes_nothing_is_no_fact_and_makes_the_posture_younger() {
    let house = House::new().await;
    let new = json!({"name": "laptop", "owner": "hr-1", "platform": "Debian 12", "managed": true});
    let device = house.ok("POST", "/devices", Some(new)).await;
    let path = format!("/devices/{}", device["id"].as_str().unwrap());
    let moment = |ago: u64| {
        let micros = i64::try_from(ago * 1_000_000).unwrap();
        countersign_names::Timestamp::from_micros(house.admission.now().as_micros() - micros).to_string()
    };
    let report = async |checks: Value, ago: Option<u64>| {
        let mut report = json!({ "checks": checks });
        if let Some(ago) = ago {
            report["collected_at"] = json!(moment(ago));
        }
        let before = house.seq();
        let shown = house.ok("POST", &format!("{path}/posture"), Some(report)).await;
        assert_eq!(house.ok("GET", &path, None).await, shown, "whoever looks is told the same");
        (
            house.seq() - before,
            shown["posture_age_seconds"].as_i64().unwrap(),
            shown["compliant"] == json!(true),
        )
    };
    let with = |firewall: &str| {
        let all = countersign_names::PostureCheck::ALL.iter();
        let checks = all.map(|check| {
            (check.to_string(), if check.as_str() == "firewall" { json!(firewall) } else { json!("pass") })
        });
        Value::Object(checks.collect())
    };
    assert_eq!(report(with("pass"), None).await, (1, 0, true), "the first is a fact");
    house.wait(600);
    assert_eq!(house.ok("GET", &path, None).await["posture_age_seconds"], 600);
    assert_eq!(report(with("pass"), Some(100)).await, (0, 100, true), "what merely goes on is none");
    assert_eq!(report(with("pass"), Some(300)).await, (0, 100, true), "an older one is replayed");
    assert_eq!(report(with("fail"), Some(200)).await, (0, 100, true), "late news of another posture");
    let future = json!({"collected_at": "2999-01-01T00:00:00Z", "checks": with("pass")});
    let shown = house.ok("POST", &format!("{path}/posture"), Some(future)).await;
    assert_eq!(shown["posture_age_seconds"], 0, "the future counts as now");
    house.wait(50);
    assert_eq!(house.ok("GET", &path, None).await["posture_age_seconds"], 50);
    assert_eq!(report(with("fail"), Some(10)).await, (1, 10, false), "what changes a check is a fact");
    assert_eq!(report(with("fail"), None).await, (0, 0, false));
    house.wait(20);
    assert_eq!(report(with("pass"), None).await, (1, 0, true));
    house.wait(20);
    // A confirmation of the old, failed checks is not one of the present posture.
    assert_eq!(house.ok("GET", &path, None).await["posture_age_seconds"], 20);
    house.ok("DELETE", &path, None).await;
    bad(&house, "POST", &format!("{path}/posture"), json!({ "checks": with("pass") }), 404, Some("id")).await;
}
