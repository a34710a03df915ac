//! The API of a running server, as its operator uses it: through the operator's socket.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use bytes::Bytes;
use countersign_testkit::contract::{self, AnswerExtent, ApiAnswer};
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tokio::net::UnixStream;

/// Far longer than any step takes; only a hanging test reaches it.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Sends a request, and compares the answer with the contract.
pub async fn asks(data: &Path, method: &str, path: &str, body: &Value) -> (StatusCode, Value) {
    let stream = UnixStream::connect(data.join("countersign.sock")).await.unwrap();
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
    let request = Request::builder().method(method).uri(format!("/api/v1{path}")).header("host", "localhost");
    let request = request.header("content-type", "application/json").body(Full::new(body)).unwrap();
    let answer = tokio::time::timeout(PATIENCE, sender.send_request(request)).await.unwrap().unwrap();
    let (head, body) = answer.into_parts();
    let status = head.status;
    let body = body.collect().await.unwrap().to_bytes();
    let content_type = head.headers.get("content-type").and_then(|value| value.to_str().ok());
    let path = format!("/api/v1{path}");
    let answer = ApiAnswer { method, path: &path, status: status.as_u16(), content_type, body: &body };
    contract::hold(&answer, AnswerExtent::Whole);
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

/// Returns the job once it has ended.
pub async fn ended(data: &Path, id: &str) -> Value {
    let ended = async {
        loop {
            let (status, job) = asks(data, "GET", &format!("/jobs/{id}"), &Value::Null).await;
            assert_eq!(status, StatusCode::OK, "{job}");
            if job["state"] != "running" {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ended).await.unwrap()
}
