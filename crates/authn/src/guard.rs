//! What stands before every page and endpoint of the sign-in host: the right host, not too often, not too slow, from
//! this site, and an answer that nobody keeps or frames.

use crate::pages::Pages;
use crate::{Config, Refusal};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use countersign_throttle::Throttle;
use http::{Extensions, HeaderMap, HeaderValue, header};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Where a request came from, as its server knows it: to be put into the request's extensions. Without it the
/// address of the connection is taken, if axum was told that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Everything that pages may load is their own; nothing is inline, and nobody frames them.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// Only this page may use passkeys; the rest is used by nobody.
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), geolocation=(), microphone=()",
);

pub struct Guard {
    host: String,
    throttle: Throttle,
    request: Duration,
    pages: Arc<Pages>,
}

impl Guard {
    pub fn new(config: &Config, pages: Arc<Pages>) -> Arc<Self> {
        Arc::new(Self {
            host: config.origin.host().to_owned(),
            throttle: Throttle::new(&config.limits.rates()),
            request: config.request,
            pages,
        })
    }

    fn admit(&self, request: &Request) -> Result<(), Refusal> {
        self.throttle.admit(address(request.extensions())).map_err(|wait| Refusal::TooMany(wait.0))?;
        if host(request).is_some_and(|host| host.eq_ignore_ascii_case(&self.host)) {
            Ok(())
        } else {
            Err(Refusal::WrongHost)
        }
    }
}

/// The host that a request names, without its port.
fn host(request: &Request) -> Option<&str> {
    let named = match request.uri().host() {
        Some(host) => return Some(host),
        None => request.headers().get(header::HOST)?.to_str().ok()?,
    };
    match named.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => Some(host),
        _ => Some(named),
    }
}

/// Where a request came from.
pub fn address(extensions: &Extensions) -> Option<IpAddr> {
    extensions
        .get::<ClientAddress>()
        .map(|known| known.0)
        .or_else(|| extensions.get::<ConnectInfo<SocketAddr>>().map(|known| known.0.ip()))
}

/// The middleware.
pub async fn stand(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let reads_pages = reads_pages(request.headers());
    let outcome = match guard.admit(&request) {
        Err(refusal) => Err(refusal),
        Ok(()) => tokio::time::timeout(guard.request, next.run(request)).await.map_err(|_| Refusal::TooSlow),
    };
    unkept(outcome.unwrap_or_else(|refusal| {
        // A page for another host would ask that host for its style sheet.
        let page = reads_pages && refusal != Refusal::WrongHost;
        if page { guard.pages.refusal(&refusal) } else { refusal.into_response() }
    }))
}

/// Whether a person will see the answer as it is, rather than a page's script.
fn reads_pages(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn unkept(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    headers.insert("permissions-policy", PERMISSIONS);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    answer
}
