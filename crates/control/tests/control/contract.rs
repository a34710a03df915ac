//! The table of endpoints and the routes agree.

use crate::common::{Door, House};
use countersign_api::{Method, ParameterPlace, endpoints};

const fn name(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
    }
}

#[tokio::test]
async fn every_endpoint_of_the_contract_is_routed() {
    let house = House::new().await;
    for endpoint in endpoints() {
        let path = endpoint
            .path
            .split('/')
            .map(|segment| if segment.starts_with('{') { "nothing" } else { segment })
            .collect::<Vec<_>>()
            .join("/");
        let reply = house.api(name(endpoint.method), &path, None).await;
        let detail = reply.json["detail"].as_str().unwrap_or_default();
        assert!(!detail.starts_with("there is nothing at"), "{}: {}", endpoint.id, reply.json);
        assert_ne!(reply.status.as_u16(), 405, "{}: {}", endpoint.id, reply.json);
        assert!(reply.status.as_u16() < 500, "{}: {}", endpoint.id, reply.json);
    }
}

#[tokio::test]
async fn no_endpoint_takes_a_parameter_that_it_does_not_have() {
    let house = House::new().await;
    for endpoint in endpoints() {
        let path = endpoint.path.replace(['{', '}', '*'], "");
        let reply = house.api(name(endpoint.method), &format!("{path}?surprise=1"), None).await;
        crate::common::assert_problem(&reply, 422, Some("surprise"));
    }
}

#[tokio::test]
async fn every_parameter_of_an_endpoint_is_read() {
    let house = House::new().await;
    for endpoint in endpoints() {
        let path = endpoint.path.replace(['{', '}', '*'], "");
        for parameter in endpoint.parameters.iter().filter(|known| known.place == ParameterPlace::Query) {
            let asked = format!("{path}?{}=nonsense", parameter.name);
            let reply = house.api(name(endpoint.method), &asked, None).await;
            let detail = reply.json["detail"].as_str().unwrap_or_default();
            assert!(!detail.starts_with("there is no parameter"), "{}: {}", endpoint.id, reply.json);
        }
    }
}

#[tokio::test]
async fn head_is_held_to_the_row_of_get() {
    let house = House::new().await;
    let reply = house.send(&Door::Operator, "HEAD", "/api/v1/people?surprise=1", None).await;
    assert_eq!(reply.status.as_u16(), 422);
    let own = house.send(&Door::Session(3), "HEAD", "/api/v1/people/cleo@example.test", None).await;
    assert_eq!(own.status.as_u16(), 200);
    let other = house.send(&Door::Session(3), "HEAD", "/api/v1/people/ben@example.test", None).await;
    assert_eq!(other.status.as_u16(), 403);
}

#[tokio::test]
async fn a_token_that_names_no_such_command_asks_what_changes_nothing() {
    let house = House::new().await;
    let (robot, token) = house.token("robot", None).await;
    house.ok("PUT", &format!("/groups/automation/members/{robot}"), None).await;
    let door = Door::Token(token);
    for path in ["/api/v1/journal/verify", "/api/v1/shadow-reports", "/api/v1/replays"] {
        let reads = house.send(&door, "POST", path, None).await;
        // Only one job runs at a time, so the second may find the first still running.
        assert!(reads.status.is_success() || reads.status.as_u16() == 409, "{path}: {}", reads.json);
    }
    let writes = house.send(&door, "POST", "/api/v1/proofs", None).await;
    assert_eq!(writes.status.as_u16(), 403, "{}", writes.json);
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let house = House::new().await;
    let nothing = house.api("GET", "/nonsense", None).await;
    crate::common::assert_problem(&nothing, 404, None);
    let method = house.api("PATCH", "/people", None).await;
    crate::common::assert_problem(&method, 405, None);
    let outside = house.send(&Door::Operator, "GET", "/nonsense", None).await;
    crate::common::assert_problem(&outside, 404, None);
}

#[tokio::test]
async fn a_request_id_comes_back_and_no_answer_is_sniffed_or_kept() {
    let house = House::new().await;
    let request = |id: &str| {
        axum::http::Request::get("/api/v1/status")
            .header("x-request-id", id)
            .body(axum::body::Body::empty())
            .expect("a request")
    };
    let reply = house.raw(&Door::Operator, request("abc-123")).await;
    assert_eq!(reply.headers["x-request-id"], "abc-123");
    assert_eq!(reply.headers["x-content-type-options"], "nosniff");
    assert_eq!(reply.headers["cache-control"], "no-store");
    // An id that is not plain is replaced, not written to our log.
    let reply = house.raw(&Door::Operator, request("a b")).await;
    assert_eq!(reply.headers["x-request-id"].len(), 32);
}

#[tokio::test]
async fn the_public_documents_need_nobody() {
    let house = House::new().await;
    let jwk = serde_json::json!({"kty": "EC", "kid": "k1"});
    house
        .state(vec![countersign_facts::Fact::AssertionKey(countersign_facts::AssertionKeyFact::Published {
            kid: "k1".to_owned(),
            jwk: jwk.clone(),
        })])
        .await;
    let keys = house.send(&Door::Nobody, "GET", "/.well-known/jwks.json", None).await;
    assert_eq!(keys.status.as_u16(), 200);
    assert_eq!(keys.json["keys"], serde_json::json!([jwk]));
    assert_eq!(keys.headers["cache-control"], "public, max-age=60");
    let configuration = house.send(&Door::Nobody, "GET", "/.well-known/authzen-configuration", None).await;
    assert_eq!(configuration.json["policy_decision_point"], "https://countersign.example");
    assert_eq!(
        configuration.json["access_evaluations_endpoint"],
        "https://countersign.example/access/v1/evaluations"
    );
}
