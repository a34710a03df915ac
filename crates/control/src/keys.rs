//! The keys that assertions are signed with, for whoever verifies them (RFC 7517).

use crate::Control;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

/// `GET /.well-known/jwks.json`. Public: the keys are public, and an application must be able to ask before it trusts
/// anybody.
pub async fn jwks(State(control): State<Control>) -> impl IntoResponse {
    let world = control.world();
    let keys: Vec<_> = world.assertion_keys().map(|(_, jwk)| jwk.as_ref().clone()).collect();
    // Short, since a key that was retired must stop being believed soon.
    ([(header::CACHE_CONTROL, "public, max-age=60")], axum::Json(serde_json::json!({ "keys": keys })))
}
