//! An identity provider in the cloud pushes people under the policies that ship, and its token reaches nothing else.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use crate::operator::asks;
use bytes::Bytes;
use countersign_server::{Config, Running};
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;

/// Adds a service account, and issues a token for this command; returns the token.
async fn token(data: &Path, name: &str, command: &str) -> String {
    let new = json!({"name": name, "owner": "ada@example.test", "purpose": "pushes people"});
    let (status, service) = asks(data, "POST", "/services", &new).await;
    assert_eq!(status, StatusCode::CREATED, "{service}");
    let wish = json!({"expires_in_seconds": 3600, "commands": [command]});
    let path = format!("/services/{}/tokens", service["id"].as_str().unwrap());
    let (status, issued) = asks(data, "POST", &path, &wish).await;
    assert_eq!(status, StatusCode::CREATED, "{issued}");
    issued["token"].as_str().unwrap().to_owned()
}

/// Sends a request over the network, as a provider does; returns the status and the answer.
async fn send(at: SocketAddr, token: &str, (method, path): (&str, &str), body: &Value) -> (u16, Value) {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
    let request = Request::builder().method(method).uri(format!("http://{at}{path}"));
    let request =
        request.header("host", "countersign.localhost").header("authorization", format!("Bearer {token}"));
    let request = request.header("content-type", "application/json").body(Full::new(body)).unwrap();
    let (head, body) = client.request(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (head.status.as_u16(), serde_json::from_slice(&body).unwrap_or(Value::Null))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_in_the_cloud_needs_a_token_for_it_and_no_exception() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut config = Config::embedded(data.to_owned(), "127.0.0.1:0".parse().unwrap(), None);
    config.origin = "http://countersign.localhost:8080".to_owned();
    let running = Running::start(config).await.unwrap();
    let at = running.http.unwrap();
    let ada = json!({"name": "Ada", "email": "ada@example.test", "kind": "employee"});
    assert_eq!(asks(data, "POST", "/people", &ada).await.0, StatusCode::CREATED);
    let provider = token(data, "entra", "scim.provision").await;
    let other = token(data, "automation", "people.add").await;

    let user =
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "eve@example.test"});
    let (status, made) = send(at, &provider, ("POST", "/scim/v2/Users"), &user).await;
    assert_eq!((status, &made["userName"]), (201, &user["userName"]), "{made}");
    let eve = format!("/scim/v2/Users/{}", made["id"].as_str().unwrap());
    assert_eq!(send(at, &provider, ("GET", &eve), &Value::Null).await.0, 200);
    assert_eq!(send(at, &provider, ("DELETE", &eve), &Value::Null).await.0, 204);

    // It reaches nothing else, and no other token reaches this.
    for (method, path) in [("GET", "/api/v1/people"), ("GET", "/api/v1/me"), ("POST", "/api/v1/people")] {
        let (status, refusal) = send(at, &provider, (method, path), &Value::Null).await;
        assert_eq!((status, &refusal["field"]), (403, &json!("Authorization")), "{method} {path}: {refusal}");
    }
    let (status, refusal) = send(at, &other, ("GET", "/scim/v2/Users"), &Value::Null).await;
    assert_eq!(
        (status, &refusal["detail"]),
        (403, &json!("this token is not for the command scim.provision"))
    );
    running.stop().await;
}
