//! The AuthZEN 1.0 decision point: enforcement points of other vendors ask here and receive the same answers as our own
//! gates (Authorization API 1.0, final).
//!
//! The caller authenticates with a service token that is bound to one application, and can ask about that one only. A
//! denial is `200` with `"decision": false`; the `context` holds the reasons and the remedies.

mod ask;
pub mod search;
mod wire;

use crate::Control;
use crate::guard::{bearer, known};
use crate::input::{body, is_json, media_type, unambiguous};
use ask::{Answered, answer};
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use countersign_names::{ApplicationName, ServiceId};
use countersign_throttle::Wait;
use serde_json::{Value, json};
use wire::{EvaluationBatch, EvaluationJson, ParsedEvaluation, Semantic};

/// Maximum number of evaluations in one batch.
const MOST: usize = 1000;

/// An error in AuthZEN's form: a status and a message.
pub struct AuthzenFailure {
    status: StatusCode,
    message: String,
    wait: Option<Wait>,
}

impl AuthzenFailure {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), wait: None }
    }

    fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }
}

impl From<Wait> for AuthzenFailure {
    fn from(wait: Wait) -> Self {
        Self { wait: Some(wait), ..Self::new(StatusCode::TOO_MANY_REQUESTS, wait.to_string()) }
    }
}

impl IntoResponse for AuthzenFailure {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.message)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = axum::http::HeaderValue::from_static("Bearer realm=\"countersign\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(wait) = self.wait {
            response.headers_mut().insert(header::RETRY_AFTER, wait.seconds().into());
        }
        response
    }
}

/// `GET /.well-known/authzen-configuration`. A client compares the name in the answer with the one that it asked, so
/// the answer holds the one of our origins that it asked. For any other name, the answer holds our first origin, which
/// the client rejects.
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
        "search_subject_endpoint": format!("{origin}/access/v1/search/subject"),
        "search_resource_endpoint": format!("{origin}/access/v1/search/resource"),
        "search_action_endpoint": format!("{origin}/access/v1/search/action"),
    }))
}

/// `POST /access/v1/evaluation`.
pub async fn evaluation(
    State(control): State<Control>,
    request: Request,
) -> Result<axum::Json<Value>, AuthzenFailure> {
    let (_, application) = asker(&control, request.headers())?;
    let asked = read(request).await?;
    single(&control, &application, &asked).await
}

/// `POST /access/v1/evaluations`.
pub async fn evaluations(
    State(control): State<Control>,
    request: Request,
) -> Result<axum::Json<Value>, AuthzenFailure> {
    let (service, application) = asker(&control, request.headers())?;
    let body = read(request).await?;
    let Some(batch) = EvaluationBatch::read(&body).map_err(AuthzenFailure::malformed)? else {
        return single(&control, &application, &body).await;
    };
    if batch.len() > MOST {
        return Err(AuthzenFailure::malformed(format!("evaluations holds more than {MOST} questions")));
    }
    // The request itself was already counted as one.
    control.throttle_further(service, batch.len() - 1)?;
    let mut answers = Vec::new();
    for question in batch.questions() {
        let answered = match ParsedEvaluation::read(question) {
            Ok(asked) => answer(&control, &application, &asked).await,
            // A malformed evaluation must not spoil the others, so it alone is denied.
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
) -> Result<axum::Json<Value>, AuthzenFailure> {
    let asked = ParsedEvaluation::read(EvaluationJson::alone(body)).map_err(AuthzenFailure::malformed)?;
    let answered = answer(control, application, &asked).await;
    match answered.unavailable {
        Some(message) => Err(AuthzenFailure::new(StatusCode::SERVICE_UNAVAILABLE, message)),
        None => Ok(axum::Json(answered.into_json())),
    }
}

/// Returns the service account whose token a request carries, and the application that the token is bound to.
fn asker(control: &Control, headers: &HeaderMap) -> Result<(ServiceId, ApplicationName), AuthzenFailure> {
    let refused = |message: &str| AuthzenFailure::new(StatusCode::UNAUTHORIZED, message);
    let digest = bearer(headers)
        .map_err(|refusal| refused(&refusal.problem().detail))?
        .ok_or_else(|| refused("send a service account's token in the header Authorization: Bearer"))?;
    let world = control.world();
    let token =
        known(&world, &digest, control.now()).map_err(|refusal| refused(&refusal.problem().detail))?;
    let application = token.application.clone().ok_or_else(|| {
        refused("this token is not bound to an application: issue one with `countersign service token --application`")
    })?;
    control.admission().observations().token_used(token.id, control.now());
    Ok((token.service, application))
}

async fn read(request: Request) -> Result<Value, AuthzenFailure> {
    let typed = media_type(request.headers()).cloned();
    let bytes = body(request)
        .await
        .map_err(|refusal| AuthzenFailure::new(refusal.status(), refusal.problem().detail.clone()))?;
    if !is_json(typed.as_ref()) {
        return Err(AuthzenFailure::malformed("the Content-Type is not application/json"));
    }
    if bytes.is_empty() {
        return Err(AuthzenFailure::malformed("the body is empty"));
    }
    let value =
        unambiguous(&bytes).map_err(|refusal| AuthzenFailure::malformed(refusal.problem().detail.clone()))?;
    if value.is_object() {
        Ok(value)
    } else {
        Err(AuthzenFailure::malformed("the body is not a JSON object"))
    }
}
