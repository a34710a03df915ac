//! The middleware of the sign-in host. It checks the host, applies throttle and time-out, and sets headers so that
//! responses are neither cached nor framed.

use crate::pages::Pages;
use crate::{Config, Refusal};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use countersign_throttle::{Rates, Throttle};
use http::{Extensions, HeaderMap, HeaderValue, header};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// The client's address, as the server knows it, to be set in the request's extensions. Without it the address of the
/// connection is used, if axum provides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Pages may only load resources of their own host; nothing is inline, and no page can be framed.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// Only our own pages may use passkeys; all other features are disabled.
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
        Self::with_rates(config, &config.limits.rates(), pages)
    }

    /// Creates a guard with other rates than those of the configuration.
    pub fn with_rates(config: &Config, rates: &Rates, pages: Arc<Pages>) -> Arc<Self> {
        Arc::new(Self {
            host: config.origin.host().to_owned(),
            throttle: Throttle::new(rates),
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

/// Returns the host of a request, without its port.
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

/// Returns the client's address.
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
        // A page for another host would load its style sheet from that host.
        let page = reads_pages && refusal != Refusal::WrongHost;
        if page { guard.pages.refusal(&refusal) } else { refusal.into_response() }
    }))
}

/// Returns whether a person sees the response directly, rather than a page's script.
fn reads_pages(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn unkept(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    // A page whose form leads to a client says so itself.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(CONTENT_SECURITY_POLICY);
    headers.insert("permissions-policy", PERMISSIONS);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    answer
}
