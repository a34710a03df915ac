//! The AuthZEN 1.0 decision point: other people's enforcement points ask here, and get the answers that our own gates
//! would (Authorization API 1.0, final).
//!
//! Whoever asks is authenticated by a service token that is bound to one application, and can ask about that one only.
//! A denial is `200` with `"decision": false`; the `context` says why, and what would help.

mod ask;
mod wire;

use crate::Control;
use crate::guard::{bearer, known};
use crate::input::{body, is_json, unambiguous};
use ask::{Answered, answer};
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use countersign_names::ApplicationName;
use serde_json::{Value, json};
use wire::{Asked, Batch, Semantic};

/// Most questions of one batch.
const MOST: usize = 1000;

/// An error as AuthZEN wants it: a status and a message.
pub struct Failure {
    status: StatusCode,
    message: String,
}

impl Failure {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.message)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = axum::http::HeaderValue::from_static("Bearer realm=\"countersign\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// `GET /.well-known/authzen-configuration`. A client compares the name in it with the one that it asked, so it is told the
/// origin of ours that it asked; to any other name it is told the first of ours, and will not believe it.
pub async fn configuration(
    State(control): State<Control>,
    uri: Uri,
    headers: HeaderMap,
) -> axum::Json<Value> {
    let settings = control.settings();
    let asked = uri.authority().map(Authority::as_str);
    let asked = asked.or_else(|| headers.get(header::HOST).and_then(|host| host.to_str().ok()));
    let authority = |origin: &str| origin.split_once("://").map(|(_, authority)| authority.to_owned());
    let ours = settings.decision_point_origins.iter().find(|origin| {
        asked.zip(authority(origin)).is_some_and(|(asked, ours)| asked.eq_ignore_ascii_case(&ours))
    });
    let origin = ours.unwrap_or(&settings.origin);
    axum::Json(json!({
        "policy_decision_point": origin,
        "access_evaluation_endpoint": format!("{origin}/access/v1/evaluation"),
        "access_evaluations_endpoint": format!("{origin}/access/v1/evaluations"),
    }))
}

/// `POST /access/v1/evaluation`.
pub async fn evaluation(
    State(control): State<Control>,
    request: Request,
) -> Result<axum::Json<Value>, Failure> {
    let application = asker(&control, request.headers())?;
    let asked = read(request).await?;
    single(&control, &application, &asked).await
}

/// `POST /access/v1/evaluations`.
pub async fn evaluations(
    State(control): State<Control>,
    request: Request,
) -> Result<axum::Json<Value>, Failure> {
    let application = asker(&control, request.headers())?;
    let body = read(request).await?;
    let Some(batch) = Batch::read(&body).map_err(Failure::malformed)? else {
        return single(&control, &application, &body).await;
    };
    if batch.items.len() > MOST {
        return Err(Failure::malformed(format!("evaluations holds more than {MOST} questions")));
    }
    let mut answers = Vec::new();
    for item in &batch.items {
        let answered = match item.as_ref().map_err(Clone::clone).and_then(Asked::read) {
            Ok(asked) => answer(&control, &application, &asked).await,
            // One question that lacks something must not spoil the others: it is answered with no.
            Err(message) => Answered::no_because(StatusCode::BAD_REQUEST, &message),
        };
        let decision = answered.decision;
        answers.push(answered.into_json());
        match batch.semantic {
            Semantic::DenyOnFirstDeny if !decision => break,
            Semantic::PermitOnFirstPermit if decision => break,
            _ => {}
        }
    }
    Ok(axum::Json(json!({ "evaluations": answers })))
}

async fn single(
    control: &Control,
    application: &ApplicationName,
    body: &Value,
) -> Result<axum::Json<Value>, Failure> {
    let asked = Asked::read(body).map_err(Failure::malformed)?;
    let answered = answer(control, application, &asked).await;
    match answered.unavailable {
        Some(message) => Err(Failure::new(StatusCode::SERVICE_UNAVAILABLE, message)),
        None => Ok(axum::Json(answered.into_json())),
    }
}

/// The application about which the holder of the token may ask.
fn asker(control: &Control, headers: &HeaderMap) -> Result<ApplicationName, Failure> {
    let refused = |message: &str| Failure::new(StatusCode::UNAUTHORIZED, message);
    let digest = bearer(headers)
        .map_err(|refusal| refused(&refusal.problem().detail))?
        .ok_or_else(|| refused("send a service account's token in the header Authorization: Bearer"))?;
    let world = control.world();
    let token = known(control, &world, &digest).map_err(|refusal| refused(&refusal.problem().detail))?;
    token.application.clone().ok_or_else(|| {
        refused("this token is not bound to an application: issue one with `countersign service token --application`")
    })
}

async fn read(request: Request) -> Result<Value, Failure> {
    let typed = request.headers().get(header::CONTENT_TYPE).cloned();
    let bytes = body(request)
        .await
        .map_err(|refusal| Failure::new(refusal.status(), refusal.problem().detail.clone()))?;
    if !is_json(typed.as_ref()) {
        return Err(Failure::malformed("the Content-Type is not application/json"));
    }
    if bytes.is_empty() {
        return Err(Failure::malformed("the body is empty"));
    }
    unambiguous(&bytes).map_err(|refusal| Failure::malformed(refusal.problem().detail.clone()))?;
    let value: Value = serde_json::from_slice(&bytes)
        .map_err(|error| Failure::malformed(format!("the body is not JSON: {error}")))?;
    if value.is_object() { Ok(value) } else { Err(Failure::malformed("the body is not a JSON object")) }
}
