//! The decision point for other people's proxies: forward-auth for nginx, Caddy and Traefik, beside AuthZEN.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::any;
use countersign_control::Connection;
use countersign_gate_http::{Dialect, ForeignProxy, Gate};
use http::{Extensions, HeaderMap, StatusCode};
use std::sync::Arc;

/// What proxies ask, and how each is believed: at `/forward-auth/` and the names that `docs/forward-auth.md` lists.
///
/// What is said about client certificates is believed only at the names that end in `-with-certificates`, which are for
/// proxies that are configured to always set that header themselves. `/forward-auth` alone is Caddy's and Traefik's way.
pub fn router(gate: Arc<Gate>) -> Router {
    Router::new()
        .route("/forward-auth", any(forwarded))
        .route("/forward-auth/{proxy}", any(named))
        .with_state(gate)
}

async fn ask(gate: &Gate, proxy: ForeignProxy, from: &Extensions, headers: &HeaderMap) -> Response {
    let from = from.get::<Connection>().and_then(|known| known.address);
    match gate.too_many_of_strange_proxies(from, headers) {
        Some(too_many) => too_many,
        None => gate.decide_for_proxy(proxy, headers).await,
    }
    .map(axum::body::Body::new)
}

async fn forwarded(State(gate): State<Arc<Gate>>, from: Extensions, headers: HeaderMap) -> Response {
    let proxy = ForeignProxy { dialect: Dialect::Forwarded, client_certificates: false };
    ask(&gate, proxy, &from, &headers).await
}

/// A name that is not known is refused as every other question without an answer is: proxies let nobody in on a 403.
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
                "There is no proxy of that name: docs/forward-auth.md lists those there are.\n",
            ));
            *answer.status_mut() = StatusCode::FORBIDDEN;
            answer
        }
    }
}
