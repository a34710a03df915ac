//! The client of the API: over the operator's socket on the same machine, or over the network with a token.

mod answer;
mod pages;
mod problem;
mod transport;

pub(crate) use answer::ServerAnswer;
pub(crate) use pages::ListOptions;
pub(crate) use problem::ServerProblem;
pub(crate) use transport::{Remote, SOCKET, Transport, TrustedAuthorities, is_near, system_authorities};

use crate::exit::Failure;
use bytes::Bytes;
use countersign_api::{
    EndpointRequest, INCOMPLETE, LINES_MEDIA_TYPE, NoBody, RequestBody, ResponseBody, TextLines,
};
use http::header::{ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, TE, USER_AGENT};
use http::{HeaderValue, Request};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;

/// Maximum size of an answer in bytes. Longer results come in pages.
const LONGEST_ANSWER: usize = 64 << 20;
/// The media types to accept where an answer is lines: a refusal is still a problem document.
const LINES_ACCEPTED: &str = "application/x-ndjson, application/problem+json";
/// Time-out of an answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time-out of an answer that reads the whole journal.
const LONG_PATIENCE: Duration = Duration::from_secs(1800);

/// A client of one server.
#[derive(Debug)]
pub(crate) struct Client {
    transport: Transport,
    token: Option<SecretString>,
}

impl Client {
    pub(crate) const fn new(transport: Transport, token: Option<SecretString>) -> Self {
        Self { transport, token }
    }

    /// Whether the server is on this machine, so that this process can reach the same addresses.
    pub(crate) const fn is_here(&self) -> bool {
        matches!(self.transport, Transport::Operator(_))
    }

    /// Sends a request without a body. For a list this returns the first page; [`Self::all`] returns all of it.
    pub(crate) async fn call<B: RequestBody, A: ResponseBody>(
        &self,
        request: EndpointRequest<B, A>,
    ) -> Result<ServerAnswer<A::Json>, Failure> {
        const { assert!(!A::PAGED, "a list comes in pages: use `all` or `list`") };
        self.ask(&request, None, PATIENCE).await
    }

    /// Sends a request with its body.
    pub(crate) async fn send<B: RequestBody, A: ResponseBody>(
        &self,
        request: EndpointRequest<B, A>,
        body: &B::Json,
    ) -> Result<ServerAnswer<A::Json>, Failure> {
        self.ask(&request, Some(written(body)?), PATIENCE).await
    }

    /// Sends a request that reads the whole journal.
    pub(crate) async fn send_long_running<B: RequestBody, A: ResponseBody>(
        &self,
        request: EndpointRequest<B, A>,
        body: &B::Json,
    ) -> Result<ServerAnswer<A::Json>, Failure> {
        self.ask(&request, Some(written(body)?), LONG_PATIENCE).await
    }

    /// Requests an answer in lines, and passes them on as they arrive. Returns the server's text about what it could
    /// not read.
    pub(crate) async fn lines(
        &self,
        request: EndpointRequest<NoBody, TextLines>,
        mut take: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<Option<String>, Failure> {
        let mut request = self.request(&request, None)?;
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(LINES_ACCEPTED));
        // What is missing is known at the end only, and is said to those who listen until then.
        request.headers_mut().insert(TE, HeaderValue::from_static("trailers"));
        request.headers_mut().insert(CONNECTION, HeaderValue::from_static("TE"));
        let mut sender = self.transport.open().await?;
        let answer = self.within(PATIENCE, sender.send_request(request)).await?;
        let (head, mut body) = answer.map_err(|error| self.transport.silent(error))?.into_parts();
        if !head.status.is_success() {
            return Err(Failure::Problem(Box::new(ServerProblem::read(head.status, &whole(body).await?))));
        }
        let kind = head.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        if !kind.starts_with(LINES_MEDIA_TYPE.as_bytes()) {
            let failed = "the server's answer is not in lines: is it a Countersign server of this version?";
            return Err(Failure::Failed(failed.to_owned()));
        }
        let mut missing = None;
        while let Some(frame) = self.within(LONG_PATIENCE, body.frame()).await? {
            let frame = frame.map_err(|error| {
                Failure::Failed(format!("the answer broke off ({error}); the log of the server says why"))
            })?;
            if let Some(lines) = frame.data_ref() {
                take(lines)?;
            } else if let Some(trailers) = frame.trailers_ref() {
                let value = trailers.get(INCOMPLETE).map(HeaderValue::as_bytes);
                missing = value.map(|value| String::from_utf8_lossy(value).into_owned());
            }
        }
        Ok(missing)
    }

    /// Sets the time-out.
    async fn within<T>(&self, patience: Duration, waiting: impl Future<Output = T>) -> Result<T, Failure> {
        tokio::time::timeout(patience, waiting)
            .await
            .map_err(|_| self.transport.silent(format!("no answer within {} seconds", patience.as_secs())))
    }

    async fn ask<B, A: ResponseBody>(
        &self,
        request: &EndpointRequest<B, A>,
        body: Option<Value>,
        patience: Duration,
    ) -> Result<ServerAnswer<A::Json>, Failure> {
        let request = self.request(request, body)?;
        self.within(patience, self.exchange(request)).await?.map(ServerAnswer::from)
    }

    fn request<B, A>(
        &self,
        request: &EndpointRequest<B, A>,
        body: Option<Value>,
    ) -> Result<Request<Full<Bytes>>, Failure> {
        let mut builder = Request::builder()
            .method(request.method().as_str())
            .uri(request.target())
            .header(HOST, self.transport.host())
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
        let mut sender = self.transport.open().await?;
        let answer = sender.send_request(request).await.map_err(|error| self.transport.silent(error))?;
        let (head, body) = answer.into_parts();
        let body = whole(body).await?;
        if !head.status.is_success() {
            return Err(Failure::Problem(Box::new(ServerProblem::read(head.status, &body))));
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

/// Returns a body as JSON.
fn written(body: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(body)
        .map_err(|error| Failure::Failed(format!("the request cannot be made: {error}")))
}

/// Reads a whole answer, up to the maximum size.
async fn whole(body: Incoming) -> Result<Bytes, Failure> {
    let collected = Limited::new(body, LONGEST_ANSWER).collect().await;
    let collected = collected.map_err(|error| Failure::Failed(format!("the answer broke off: {error}")))?;
    Ok(collected.to_bytes())
}

fn bearer(token: &SecretString) -> Result<HeaderValue, Failure> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose_secret())).map_err(|_| {
        Failure::input(
            "the content of the token file is not a token",
            "write into it the one line that `countersign service token` printed",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}
