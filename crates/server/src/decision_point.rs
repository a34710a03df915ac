//! The decision point for other people's proxies: forward-auth for nginx, Caddy and Traefik, beside AuthZEN.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::any;
use countersign_gate_http::{Dialect, ForeignProxy, Gate};
use http::HeaderMap;
use std::sync::Arc;

/// What proxies ask, and how each is believed.
///
/// `/forward-auth` and `/forward-auth/nginx` never believe what is said about client certificates; the paths that end
/// in `/with-certificates` do, and are for proxies that are configured to always set that header themselves.
pub fn router(gate: Arc<Gate>) -> Router {
    Router::new()
        .route("/forward-auth", any(forwarded))
        .route("/forward-auth/with-certificates", any(forwarded_with_certificates))
        .route("/forward-auth/nginx", any(nginx))
        .route("/forward-auth/nginx/with-certificates", any(nginx_with_certificates))
        .with_state(gate)
}

async fn ask(gate: &Gate, dialect: Dialect, client_certificates: bool, headers: &HeaderMap) -> Response {
    let proxy = ForeignProxy { dialect, client_certificates };
    gate.decide_for_proxy(proxy, headers).await.map(axum::body::Body::new)
}

async fn forwarded(State(gate): State<Arc<Gate>>, headers: HeaderMap) -> Response {
    ask(&gate, Dialect::Forwarded, false, &headers).await
}

async fn forwarded_with_certificates(State(gate): State<Arc<Gate>>, headers: HeaderMap) -> Response {
    ask(&gate, Dialect::Forwarded, true, &headers).await
}

async fn nginx(State(gate): State<Arc<Gate>>, headers: HeaderMap) -> Response {
    ask(&gate, Dialect::Nginx, false, &headers).await
}

async fn nginx_with_certificates(State(gate): State<Arc<Gate>>, headers: HeaderMap) -> Response {
    ask(&gate, Dialect::Nginx, true, &headers).await
}
