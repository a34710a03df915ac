//! The vault (restricted): a list of secrets for users, and a JSON interface for programs.

use crate::asking::StatedIdentity;
use crate::page::{Frame, style, unstored};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use parking_lot::RwLock;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

const FRAME: Frame =
    Frame { title: "Vault", label: "restricted", menu: &[("/", "Secrets"), ("/api/secrets", "JSON")] };

/// Each secret's name and number of rotations. The values are derived from both and protect nothing.
type Secrets = Arc<RwLock<BTreeMap<&'static str, u32>>>;

pub(crate) fn router() -> Router {
    let secrets: Secrets =
        Arc::new(RwLock::new([("backup-disk", 0), ("build-signing", 0), ("mail-relay", 0)].into()));
    Router::new()
        .route("/", get(list))
        .route("/api/secrets", get(names))
        .route("/api/secrets/{name}", get(reveal))
        .route("/api/secrets/{name}/rotate", post(rotate))
        .route("/style.css", get(style))
        .fallback(nothing)
        .with_state(secrets)
}

async fn list(State(secrets): State<Secrets>, headers: HeaderMap) -> Response {
    let rows: String = secrets
        .read()
        .iter()
        .map(|(name, turns)| {
            format!(
                r#"<tr><td><a href="/api/secrets/{name}">{name}</a></td><td class="number">{turns}</td></tr>"#
            )
        })
        .collect();
    let body = format!(r#"<table><tr><th>Secret</th><th class="number">Rotated</th></tr>{rows}</table>"#);
    FRAME.page(&StatedIdentity::of(&headers), "Secrets", &body)
}

async fn names(State(secrets): State<Secrets>) -> Response {
    let names: Vec<_> = secrets.read().keys().copied().collect();
    unstored(Json(json!({ "secrets": names })))
}

async fn reveal(State(secrets): State<Secrets>, Path(name): Path<String>) -> Response {
    match secrets.read().get_key_value(name.as_str()) {
        Some((name, turns)) => unstored(Json(secret(name, *turns))),
        None => unknown(),
    }
}

async fn rotate(State(secrets): State<Secrets>, Path(name): Path<String>) -> Response {
    let mut secrets = secrets.write();
    let Some(turns) = secrets.get_mut(name.as_str()) else { return unknown() };
    *turns = turns.saturating_add(1);
    unstored(Json(secret(&name, *turns)))
}

async fn nothing(headers: HeaderMap) -> Response {
    FRAME.missing(&StatedIdentity::of(&headers), "page at this address")
}

fn secret(name: &str, turns: u32) -> serde_json::Value {
    json!({ "name": name, "rotated": turns, "value": format!("sample-{name}-{turns}") })
}

fn unknown() -> Response {
    let problem = json!({ "title": "no secret of that name", "status": 404 });
    (StatusCode::NOT_FOUND, unstored(Json(problem))).into_response()
}
