//! The routes at the sign-in host.

use crate::{OpenIdProvider, authorize, logout, revoke, token, userinfo};
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use countersign_authn::guarded;
use countersign_facts::Digest;
use countersign_openid::discovery_document;
use countersign_throttle::Rates;
use http::{HeaderMap, header};
use std::num::NonZeroU32;
use std::sync::Arc;
use tower_http::csrf::CsrfLayer;

/// The key of which the connection of a request proved possession, as an extension that only the server can set.
#[derive(Debug, Clone, Copy)]
pub struct ProvedKey(pub Option<Digest>);

/// Returns the routes: `/oauth2/` without the keys, and the discovery document.
///
/// Browsers have the rates of the sign-in pages. Clients have higher ones, because one address sends for many people.
pub fn router(provider: Arc<OpenIdProvider>) -> Router {
    let authn = provider.authn.clone();
    let confirm =
        Router::new().route("/oauth2/logout/confirm", post(logout::confirmed)).layer(CsrfLayer::new());
    let browsers = Router::new()
        .route("/oauth2/authorize", get(authorize::authorize).post(authorize::authorize_form))
        .route("/oauth2/logout", get(logout::logout).post(logout::logout_form))
        .merge(confirm)
        .with_state(provider.clone());
    let clients = Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/oauth2/token", post(token::token))
        .route("/oauth2/userinfo", get(userinfo::userinfo).post(userinfo::userinfo))
        .route("/oauth2/revoke", post(revoke::revoke))
        .with_state(provider);
    let browsers = guarded(&authn, &authn.config().limits.rates(), browsers);
    browsers.merge(guarded(&authn, &client_rates(), clients))
}

/// 100 requests a second of one address, and a burst of 1,000.
fn client_rates() -> Rates {
    let some = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
    Rates { address_per_second: some(100), address_burst: some(1_000), ..Rates::default() }
}

async fn discovery(State(provider): State<Arc<OpenIdProvider>>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "public, max-age=300")], axum::Json(discovery_document(&provider.issuer)))
}

/// Returns whether the body is a form.
pub fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}
