//! Requests to a provider: one connection each, within limits of size and time, and without following redirects.

use crate::error::FederationError;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_util::task::AbortOnDropHandle;
use url::Url;

/// Maximum time of a request, from connecting to the last byte, unless the caller sets another.
pub const WHOLE: Duration = Duration::from_secs(5);
/// Maximum number of bytes of an answer.
const LARGEST: usize = 256 * 1024;

/// Sends requests to providers.
pub struct ProviderFetch {
    tls: TlsConnector,
    /// Maximum time of a request.
    limit: Duration,
}

/// A request to a provider.
pub struct ProviderRequest {
    /// What is requested, for errors.
    pub what: &'static str,
    /// The address, which was checked.
    pub url: Url,
    /// The form to post; `None`: a `GET`.
    pub form: Option<String>,
    /// The value of `Authorization`.
    pub authorization: Option<HeaderValue>,
}

/// An answer.
pub struct ProviderAnswer {
    pub status: u16,
    pub body: Bytes,
}

impl ProviderFetch {
    pub fn new(tls: Arc<ClientConfig>, limit: Duration) -> Self {
        Self { tls: tls.into(), limit }
    }

    /// Sends the request and reads the whole answer.
    pub async fn send(&self, request: ProviderRequest) -> Result<ProviderAnswer, FederationError> {
        let what = request.what;
        tokio::time::timeout(self.limit, self.answer(request))
            .await
            .map_err(|_| FederationError::Late { what, seconds: self.limit.as_secs() })?
    }

    async fn answer(&self, request: ProviderRequest) -> Result<ProviderAnswer, FederationError> {
        let what = request.what;
        let unreachable =
            |error: &dyn std::error::Error| FederationError::Unreachable { what, why: innermost(error) };
        let stream = self.connect(&request.url).await.map_err(|error| unreachable(&error))?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| unreachable(&error))?;
        let _connection = AbortOnDropHandle::new(tokio::spawn(async move {
            // The caller that waits for the answer receives the error.
            let _ = connection.await;
        }));
        let request = written(request).map_err(|why| FederationError::document(what, why))?;
        let answer = sender.send_request(request).await.map_err(|error| unreachable(&error))?;
        let status = answer.status().as_u16();
        match Limited::new(answer.into_body(), LARGEST).collect().await {
            Ok(body) => Ok(ProviderAnswer { status, body: body.to_bytes() }),
            Err(error) if error.is::<LengthLimitError>() => {
                Err(FederationError::TooLarge { what, bytes: LARGEST })
            }
            Err(error) => Err(unreachable(&*error)),
        }
    }

    async fn connect(&self, url: &Url) -> io::Result<Box<dyn ByteStream>> {
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let port = url.port_or_known_default().unwrap_or(443);
        let stream = TcpStream::connect((host, port)).await?;
        stream.set_nodelay(true)?;
        if url.scheme() != "https" {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        Ok(Box::new(self.tls.connect(name, stream).await?))
    }
}

trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for T {}

fn written(request: ProviderRequest) -> Result<Request<Full<Bytes>>, String> {
    let url = request.url;
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let host = match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => return Err("its address has no host".to_owned()),
    };
    let method = if request.form.is_some() { Method::POST } else { Method::GET };
    let mut built = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, host)
        .header(header::ACCEPT, "application/json")
        .header(header::USER_AGENT, "countersign");
    if request.form.is_some() {
        built = built.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    if let Some(authorization) = request.authorization {
        built = built.header(header::AUTHORIZATION, authorization);
    }
    built
        .body(Full::new(Bytes::from(request.form.unwrap_or_default())))
        .map_err(|error| format!("its address cannot be requested: {error}"))
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
