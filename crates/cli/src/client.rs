//! Asking the API: over the operator's socket on the same machine, or over the network with a token.

mod door;
mod path;
mod problem;

pub(crate) use door::{Door, Remote, SOCKET};
pub(crate) use path::Path;
pub(crate) use problem::Problem;

use crate::exit::Failure;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full, Limited};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::time::Duration;

/// Longest answer that is read, in bytes: a year of decisions is asked for in pieces.
const LONGEST_ANSWER: usize = 64 << 20;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the answer to a question over the whole journal may take.
const LONG_PATIENCE: Duration = Duration::from_secs(1800);

/// A client of one server.
#[derive(Debug)]
pub(crate) struct Client {
    door: Door,
    token: Option<SecretString>,
}

impl Client {
    pub(crate) const fn new(door: Door, token: Option<SecretString>) -> Self {
        Self { door, token }
    }

    /// Whether the server is on this machine, so that what it reaches can be reached from here.
    pub(crate) const fn is_here(&self) -> bool {
        matches!(self.door, Door::Operator(_))
    }

    pub(crate) async fn get(&self, path: Path) -> Result<Value, Failure> {
        self.ask(Method::GET, path, None, PATIENCE).await
    }

    pub(crate) async fn post(&self, path: Path, body: impl Into<Option<Value>>) -> Result<Value, Failure> {
        self.ask(Method::POST, path, body.into(), PATIENCE).await
    }

    /// A question that reads everything there is.
    pub(crate) async fn post_patiently(&self, path: Path, body: Value) -> Result<Value, Failure> {
        self.ask(Method::POST, path, Some(body), LONG_PATIENCE).await
    }

    pub(crate) async fn put(&self, path: Path, body: impl Into<Option<Value>>) -> Result<Value, Failure> {
        self.ask(Method::PUT, path, body.into(), PATIENCE).await
    }

    pub(crate) async fn delete(&self, path: Path, body: impl Into<Option<Value>>) -> Result<Value, Failure> {
        self.ask(Method::DELETE, path, body.into(), PATIENCE).await
    }

    async fn ask(
        &self,
        method: Method,
        path: Path,
        body: Option<Value>,
        patience: Duration,
    ) -> Result<Value, Failure> {
        let request = self.request(method, &path, body)?;
        match tokio::time::timeout(patience, self.exchange(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(self.door.silent(format!("no answer within {} seconds", patience.as_secs()))),
        }
    }

    fn request(
        &self,
        method: Method,
        path: &Path,
        body: Option<Value>,
    ) -> Result<Request<Full<Bytes>>, Failure> {
        let mut builder = Request::builder()
            .method(method)
            .uri(path.as_str())
            .header(HOST, self.door.host())
            .header(ACCEPT, "application/json, application/problem+json")
            .header(USER_AGENT, concat!("countersign/", env!("CARGO_PKG_VERSION")));
        if let Some(token) = &self.token {
            builder = builder.header(AUTHORIZATION, bearer(token)?);
        }
        let body = match body {
            Some(body) => {
                builder = builder.header(CONTENT_TYPE, "application/json");
                Bytes::from(body.to_string())
            }
            None => Bytes::new(),
        };
        builder
            .body(Full::new(body))
            .map_err(|error| Failure::Failed(format!("the request cannot be made: {error}")))
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Value, Failure> {
        let mut sender = self.door.open().await?;
        let answer = sender.send_request(request).await.map_err(|error| self.door.silent(error))?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, LONGEST_ANSWER)
            .collect()
            .await
            .map_err(|error| Failure::Failed(format!("the answer broke off: {error}")))?
            .to_bytes();
        if !head.status.is_success() {
            return Err(Failure::Problem(Box::new(Problem::read(head.status, &body))));
        }
        if body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&body).map_err(|error| {
            Failure::Failed(format!(
                "the server did not answer with JSON ({error}): is it a Countersign server?"
            ))
        })
    }
}

fn bearer(token: &SecretString) -> Result<HeaderValue, Failure> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose_secret())).map_err(|_| {
        Failure::input(
            "the token file holds what cannot be a token",
            "write into it the one line that `countersign service token` printed",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}
