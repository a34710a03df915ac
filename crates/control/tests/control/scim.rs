//! The SCIM service over HTTP: guarded like the API, and in the form that its clients read.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::common::{Door, House, Reply, assert_problem};
use axum::body::Body;
use axum::http::Request;
use countersign_control::Connection;
use countersign_database::Database;
use countersign_testkit::scim::ScimChecks;
use serde_json::{Value, json};
use tokio::net::TcpListener;

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// Returns a house that takes what is pushed, and a provider's token for these commands.
async fn house(commands: &[&str]) -> (House, Door) {
    let house = House::new().await;
    let database = Database::open_sqlite(&house.journal_file()).await.unwrap();
    house.control.provisions(database).await.unwrap();
    let new = json!({"name": "entra", "owner": "ada@example.test", "purpose": "pushes people"});
    let service = house.ok("POST", "/services", Some(new)).await["id"].as_str().unwrap().to_owned();
    house.ok("PUT", &format!("/groups/automation/members/{service}"), None).await;
    let wish = json!({"expires_in_seconds": 3600, "commands": commands});
    let issued = house.ok("POST", &format!("/services/{service}/tokens"), Some(wish)).await;
    (house, Door::Token(issued["token"].as_str().unwrap().to_owned()))
}

async fn scim(house: &House, door: &Door, method: &str, path: &str, body: Option<Value>) -> Reply {
    let builder = Request::builder().method(method).uri(format!("/scim/v2{path}"));
    let builder = builder.header("content-type", "application/scim+json; charset=utf-8");
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    house.raw(door, builder.body(body).unwrap()).await
}

fn user(name: &str) -> Value {
    json!({"schemas": [USER], "userName": format!("{name}@example.test"), "displayName": name})
}

/// Checks that a refusal is an error as RFC 7644 words it. Returns what is wrong.
fn refused(reply: &Reply, status: u16) -> String {
    assert_eq!(reply.status.as_u16(), status, "{}", reply.json);
    assert_eq!(reply.headers["content-type"], "application/scim+json", "{}", reply.json);
    assert_eq!(reply.json["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
    assert_eq!(reply.json["status"], status.to_string());
    reply.json["detail"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_provider_pushes_and_reads_back_with_its_token() {
    let (house, provider) = house(&["scim.provision"]).await;
    let made = scim(&house, &provider, "POST", "/Users", Some(user("Eve"))).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let id = made.json["id"].as_str().unwrap().to_owned();
    let address = format!("https://countersign.example/scim/v2/Users/{id}");
    assert_eq!(made.headers["location"], address.as_str());
    assert_eq!(made.headers["content-type"], "application/scim+json");
    let version = made.headers["etag"].to_str().unwrap().to_owned();
    let person = house.ok("GET", &format!("/people/{id}"), None).await;
    assert_eq!((&person["name"], &person["email"]), (&json!("Eve"), &json!("eve@example.test")));
    let known = Request::get(format!("/scim/v2/Users/{id}")).header("if-none-match", &version);
    assert_eq!(house.raw(&provider, known.body(Body::empty()).unwrap()).await.status, 304);
    // A filter has spaces and quotation marks, which a client encodes.
    let found = "/Users?filter=userName%20eq%20%22EVE%40example.test%22&attributes=userName";
    let found = scim(&house, &provider, "GET", found, None).await;
    assert_eq!(found.json["totalResults"], 1, "{}", found.json);
    let stale = Request::delete(format!("/scim/v2/Users/{id}")).header("if-match", "W/\"other\"");
    refused(&house.raw(&provider, stale.body(Body::empty()).unwrap()).await, 412);
    let gone = scim(&house, &provider, "DELETE", &format!("/Users/{id}"), None).await;
    assert_eq!((gone.status.as_u16(), gone.json), (204, Value::Null));
    let person = house.ok("GET", &format!("/people/{id}"), None).await;
    assert_eq!(person["suspended_because"], "deactivated by the provisioning client entra");
    // Who did it is on record: the service account.
    let facts = house.ok("GET", "/facts?kind=person&order=desc", None).await;
    let by = facts["items"][0]["by"].to_string();
    assert!(by.contains("svc_"), "{by}");
}

#[tokio::test]
async fn only_a_token_for_it_reads_or_changes_anything() {
    let (house, other) = house(&["groups.add"]).await;
    let before = house.seq();
    let why = refused(&scim(&house, &other, "POST", "/Users", Some(user("Eve"))).await, 403);
    assert_eq!(why, "this token is not for the command scim.provision");
    for method in ["PUT", "PATCH", "DELETE"] {
        refused(&scim(&house, &other, method, "/Users/x", None).await, 403);
    }
    refused(&scim(&house, &other, "POST", "/Bulk", None).await, 403);
    // It does not read either, though the policies would let its service account.
    refused(&scim(&house, &other, "GET", "/Users", None).await, 403);
    let search = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]});
    refused(&scim(&house, &other, "POST", "/Users/.search", Some(search)).await, 403);
    refused(&scim(&house, &Door::Nobody, "GET", "/Users", None).await, 401);
    refused(&scim(&house, &Door::Nobody, "GET", "/Nothing", None).await, 401);
    refused(&scim(&house, &Door::Token("cst_unknown".to_owned()), "GET", "/Users", None).await, 401);
    // Ada administers: the house's policies permit it to her, and no person is a provider.
    let ada = Door::Session(1);
    let why = refused(&scim(&house, &ada, "GET", "/Users", None).await, 403);
    assert_eq!(why, "SCIM is for service accounts: send the token of one");
    assert_eq!(house.seq(), before);
}

#[tokio::test]
async fn a_token_for_it_is_for_nothing_else() {
    let (house, provider) = house(&["scim.provision"]).await;
    // The house's policies would let its service account read, and the token names no command that it lacks.
    for (method, path) in [("GET", "/people"), ("GET", "/me"), ("POST", "/groups"), ("GET", "/nothing")] {
        let refusal = house.send(&provider, method, &format!("/api/v1{path}"), None).await;
        assert_problem(&refusal, 403, Some("Authorization"));
        let detail = refusal.json["detail"].as_str().unwrap();
        assert_eq!(
            detail, "this token is for scim.provision, which is for /scim/v2 alone",
            "{method} {path}"
        );
    }
    let services = house.ok("GET", "/services", None).await;
    let id = services["items"][0]["id"].as_str().unwrap();
    let both = json!({"expires_in_seconds": 3600, "commands": ["groups.add", "scim.provision"]});
    let refusal = house.api("POST", &format!("/services/{id}/tokens"), Some(both)).await;
    assert_problem(&refusal, 422, Some("commands"));
}

#[tokio::test]
async fn what_a_provider_does_is_on_record_as_its_own_resource() {
    let (house, provider) = house(&["scim.provision"]).await;
    assert_eq!(scim(&house, &provider, "GET", "/Users", None).await.status, 200);
    house.wait(1);
    assert_eq!(scim(&house, &provider, "POST", "/Users", Some(user("Eve"))).await.status, 201);
    let seen = house.ok("GET", "/decisions?limit=2", None).await;
    let seen: Vec<_> =
        seen["items"].as_array().unwrap().iter().map(|it| (&it["resource"], &it["action"])).collect();
    let resource = json!("countersign/provisioning");
    assert_eq!(seen, [(&resource, &json!("write")), (&resource, &json!("read"))]);
}

#[tokio::test]
async fn bytes_that_are_no_request_are_refused() {
    let (house, provider) = house(&["scim.provision"]).await;
    let before = house.seq();
    let send = async |kind: &str, body: Vec<u8>| {
        let request = Request::post("/scim/v2/Users").header("content-type", kind);
        house.raw(&provider, request.body(Body::from(body)).unwrap()).await
    };
    let why = refused(&send("application/scim+json", b"{".to_vec()).await, 400);
    assert!(why.starts_with("the body is not JSON"), "{why}");
    let twice = br#"{"userName":"a@b.test","userName":"root@b.test"}"#;
    assert_eq!(refused(&send("application/json", twice.to_vec()).await, 400), "userName is given twice");
    refused(&send("text/plain", b"{}".to_vec()).await, 415);
    refused(&send("application/scim+json", Vec::new()).await, 400);
    refused(&send("application/scim+json", vec![b' '; (1 << 20) + 1]).await, 413);
    let deep = "[".repeat(100_000).into_bytes();
    refused(&send("application/scim+json", deep).await, 400);
    refused(&scim(&house, &provider, "GET", "/Users?count=1&Count=2", None).await, 400);
    refused(&scim(&house, &provider, "GET", "/Users/a%2Fb", None).await, 404);
    refused(&scim(&house, &provider, "GET", "", None).await, 404);
    refused(&scim(&house, &provider, "OPTIONS", "/Users", None).await, 405);
    let head = scim(&house, &provider, "HEAD", "/Schemas", None).await;
    assert_eq!(head.status, 200);
    assert_eq!(house.seq(), before);
}

/// Number of checks that scim2-tester 0.5.2 makes. Fewer would mean that it did not find what it is to check.
const CHECKS: usize = 114;

/// Checks this house's service, on a port of its own, with scim2-tester; `None` if that is not installed.
async fn checked(house: &House, door: &Door) -> Option<ScimChecks> {
    let Door::Token(token) = door.clone() else { return None };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    let caller = Connection { address: Some("10.1.2.3".parse().unwrap()), key: None };
    let router = house.router(door).layer(axum::Extension(caller));
    let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let checked = tokio::task::spawn_blocking(move || countersign_testkit::scim::check(&base, &token)).await;
    serving.abort();
    checked.unwrap()
}

#[tokio::test]
async fn a_tester_that_others_wrote_finds_no_error() {
    let (house, provider) = house(&["scim.provision"]).await;
    let before = house.seq();
    let Some(checks) = checked(&house, &provider).await else { return };
    assert_eq!(checks.failed, Vec::<String>::new());
    let all: usize = checks.statuses.values().sum();
    assert!(all >= CHECKS, "scim2-tester made {all} checks: {:?}", checks.statuses);
    // It changed something, so what it checked was this house.
    assert!(house.seq() > before);
}

#[tokio::test]
async fn the_tester_notices_a_service_that_refuses_changes() {
    let (house, reader) = house(&["groups.add"]).await;
    let Some(checks) = checked(&house, &reader).await else { return };
    assert!(checks.failed.iter().any(|failed| failed.contains("ERROR")), "{checks:?}");
}
