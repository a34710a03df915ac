//! Connections for the store protocols: with our own TLS, one connection per request, and with errors of the store
//! classified before the library sees them.
//!
//! Connections are not reused: at a few files per hour, detecting stale connections is not worth the effort.

use crate::address::Address;
use crate::error::BucketError;
use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody,
    HttpService,
};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_util::task::AbortOnDropHandle;

/// Time-out for connecting.
const CONNECT: Duration = Duration::from_secs(10);
/// Maximum number of bytes of a response that is not an object.
const ANSWER: usize = 8 << 20;

/// Opens connections to a store, and to the service that provides the machine's role.
#[derive(Clone)]
pub(crate) struct Connector {
    address: Address,
    /// Trusts the store's certificate authorities.
    store: TlsConnector,
    /// Trusts the machine's certificate authorities.
    machine: TlsConnector,
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Connector").field(&self.address).finish()
    }
}

impl Connector {
    pub(crate) fn new(address: Address, store: ClientConfig, machine: ClientConfig) -> Self {
        let (store, machine) = (Arc::new(store).into(), Arc::new(machine).into());
        Self { address, store, machine }
    }

    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, BucketError> {
        let (head, body) = request.into_parts();
        let ours = self.address.is_at(&head.uri);
        let origin = if ours { self.address.origin() } else { origin(&head.uri) };
        let unreachable = |error: &dyn std::error::Error| BucketError::Unreachable {
            origin: origin.clone(),
            why: cause(error),
        };
        let connected = tokio::time::timeout(CONNECT, self.connect(&head.uri, ours)).await;
        let late = || BucketError::Late { origin: origin.clone() };
        let stream = connected.map_err(|_| late())?.map_err(|error| unreachable(&error))?;
        let handshake = http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = handshake.map_err(|error| unreachable(&error))?;
        let connection = AbortOnDropHandle::new(tokio::spawn(async move {
            // The caller that waits for the response receives the error.
            let _ = connection.await;
        }));
        let (is_object, method) = (is_object(&head.method, &head.uri), head.method.clone());
        let request = in_origin_form(head, body)
            .map_err(|why| BucketError::NotAStore { origin: origin.clone(), why: why.to_owned() })?;
        let response = sender.send_request(request).await.map_err(|error| unreachable(&error))?;
        let (head, body) = response.into_parts();
        if head.status.is_success() && is_object {
            let body = ConnectedBody { body, origin, _connection: connection };
            return Ok(HttpResponse::from_parts(head, HttpResponseBody::new(body)));
        }
        let whole = if method == Method::HEAD {
            Bytes::new()
        } else {
            let collected = Limited::new(body, ANSWER).collect().await;
            collected
                .map_err(|error| BucketError::NotAStore { origin: origin.clone(), why: error.to_string() })?
                .to_bytes()
        };
        if ours && !head.status.is_success() {
            match BucketError::of(head.status.as_u16(), &whole, &self.address) {
                // The library handles a missing object itself.
                BucketError::Missing => {}
                error => return Err(error),
            }
        }
        let body = Full::new(whole).map_err(|never| match never {});
        Ok(HttpResponse::from_parts(head, HttpResponseBody::new(body)))
    }

    async fn connect(&self, uri: &Uri, ours: bool) -> io::Result<Box<dyn Stream>> {
        let tls = uri.scheme_str() == Some("https");
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        if !(tls || ours || gives_roles(host)) {
            return Err(io::Error::other("it would be spoken to without TLS"));
        }
        let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
        let stream = TcpStream::connect((host, port)).await?;
        stream.set_nodelay(true)?;
        if !tls {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let connector = if ours { &self.store } else { &self.machine };
        Ok(Box::new(connector.connect(name, stream).await?))
    }
}

/// Returns whether the host may provide roles. Such services are on the machine's own link and do not use TLS.
fn gives_roles(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_link_local() || address.is_loopback(),
        Ok(IpAddr::V6(address)) => {
            address.is_unique_local() || address.is_unicast_link_local() || address.is_loopback()
        }
        Err(_) => matches!(host, "metadata.google.internal" | "metadata" | "localhost"),
    }
}

/// Returns whether the response is an object and may have any length; all other responses are short.
fn is_object(method: &Method, uri: &Uri) -> bool {
    let lists = |query: &str| query.split('&').any(|pair| matches!(pair, "list-type=2" | "comp=list"));
    method == Method::GET && !uri.query().is_some_and(lists)
}

fn origin(uri: &Uri) -> String {
    format!("{}://{}", uri.scheme_str().unwrap_or("http"), uri.authority().map_or("", |it| it.as_str()))
}

/// Returns the request in origin form, as a server that is not a proxy expects it.
fn in_origin_form<B>(mut head: http::request::Parts, body: B) -> Result<Request<B>, &'static str> {
    let authority = head.uri.authority().ok_or("it has no host")?.as_str();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if !head.headers.contains_key(http::header::HOST) {
        let host = host.parse().map_err(|_| "its host cannot be written")?;
        head.headers.insert(http::header::HOST, host);
    }
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    head.uri = path.parse().map_err(|_| "its path cannot be written")?;
    Ok(Request::from_parts(head, body))
}

/// Returns the innermost source of an error.
fn cause(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}

#[async_trait]
impl HttpService for Connector {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        // No retry here: the caller that maintains the copies retries and reports it.
        self.answer(request).await.map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))
    }
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

/// A response body, with the connection that transports it.
struct ConnectedBody {
    body: Incoming,
    origin: String,
    _connection: AbortOnDropHandle<()>,
}

impl Body for ConnectedBody {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        frame.map_err(|error| {
            let error = BucketError::Unreachable { origin: self.origin.clone(), why: cause(&error) };
            HttpError::new(HttpErrorKind::Unknown, error)
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}
