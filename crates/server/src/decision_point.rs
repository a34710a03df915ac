//! The decision point for third-party proxies: forward-auth for nginx, Caddy and Traefik, beside AuthZEN.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::any;
use countersign_control::Connection;
use countersign_gate_http::{Dialect, ForeignProxy, Gate};
use http::{Extensions, HeaderMap, StatusCode};
use std::sync::Arc;

/// Returns the endpoints of proxies, with how far each is trusted: `/forward-auth/` and the names that
/// `docs/forward-auth.md` lists.
///
/// Statements about client certificates are trusted only at names that end in `-with-certificates`, for proxies that
/// always set that header themselves. `/forward-auth` alone is for Caddy and Traefik.
pub fn router(gate: Arc<Gate>) -> Router {
    Router::new()
        .route("/forward-auth", any(forwarded))
        .route("/forward-auth/{proxy}", any(named))
        .with_state(gate)
}

async fn ask(gate: &Gate, proxy: ForeignProxy, from: &Extensions, headers: &HeaderMap) -> Response {
    let from = from.get::<Connection>().and_then(|known| known.address);
    match gate.throttle_unauthenticated_proxy(from, headers) {
        Some(too_many) => too_many,
        None => gate.decide_for_proxy(proxy, headers).await,
    }
    .map(axum::body::Body::new)
}

async fn forwarded(State(gate): State<Arc<Gate>>, from: Extensions, headers: HeaderMap) -> Response {
    let proxy = ForeignProxy { dialect: Dialect::Forwarded, client_certificates: false };
    ask(&gate, proxy, &from, &headers).await
}

/// Refuses an unknown name with 403, like every question without an answer: proxies let no request through on a 403.
async fn named(
    State(gate): State<Arc<Gate>>,
    Path(proxy): Path<String>,
    from: Extensions,
    headers: HeaderMap,
) -> Response {
    match ForeignProxy::named(&proxy) {
        Some(proxy) => ask(&gate, proxy, &from, &headers).await,
        None => {
            let mut answer = Response::new(axum::body::Body::from(
                "No proxy has this name. docs/forward-auth.md lists the proxies.\n",
            ));
            *answer.status_mut() = StatusCode::FORBIDDEN;
            answer
        }
    }
}
