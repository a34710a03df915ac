//! The SCIM service over HTTP: its clients are service accounts, and each request is an access to a
//! resource of the control plane that is for this alone.

use crate::input::{self, LONGEST_BODY};
use crate::{Caller, Control, Refusal, guard, secret};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use countersign_api::{PROBLEM_MEDIA_TYPE, Problem};
use countersign_database::{Database, DatabaseError};
use countersign_names::{Action, PersonId};
use countersign_provisioning::{Provisioning, ProvisioningAnswer, ProvisioningCall, ProvisioningMethod};
use countersign_scim::ScimError;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Where the service is.
pub(crate) const SCIM_PREFIX: &str = "/scim/v2";

const SCIM_MEDIA_TYPE: &str = "application/scim+json";

impl Control {
    /// Opens the tables of the SCIM service. Only the first call counts; without one, nothing can be pushed.
    ///
    /// # Errors
    /// If the tables cannot be created or upgraded.
    pub async fn provisions(&self, database: Database) -> Result<(), DatabaseError> {
        let base = format!("{}{SCIM_PREFIX}", self.settings().origin);
        let new_id = Arc::new(|now| secret::fresh(now).ok().map(PersonId::new));
        let opened = Provisioning::open(self.0.ledger.clone(), database, &base, new_id).await?;
        let _already_known = self.0.provisioning.set(opened);
        Ok(())
    }
}

/// Returns whether a request is for the SCIM service.
pub(crate) fn is_scim(path: &str) -> bool {
    path.strip_prefix(SCIM_PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the action of a request to the service: a search that is posted reads.
pub(crate) fn action_of(method: &Method, path: &str) -> Action {
    let reads = *method == Method::GET || *method == Method::HEAD;
    let searches = *method == Method::POST && path.ends_with("/.search");
    if reads || searches { Action::Read } else { Action::Write }
}

/// Answers a request whose caller is known and permitted.
pub(crate) async fn answer(State(control): State<Control>, request: Request) -> Response {
    match call(&control, request).await {
        Ok((provisioning, call)) => shown(provisioning.answer(&call).await),
        Err(error) => shown(error.into()),
    }
}

async fn call(control: &Control, request: Request) -> Result<(Provisioning, ProvisioningCall), ScimError> {
    let Some(Caller::Service(client)) = request.extensions().get::<Caller>().copied() else {
        return Err(ScimError::plain(403, "SCIM is for service accounts: send the token of one"));
    };
    let provisioning = control.0.provisioning.get().cloned();
    let provisioning =
        provisioning.ok_or_else(|| ScimError::plain(503, "this process keeps nothing that is pushed"))?;
    let method = match request.method() {
        &Method::HEAD => ProvisioningMethod::Get,
        method => ProvisioningMethod::read(method.as_str())
            .ok_or_else(|| ScimError::plain(405, format!("{method} does not exist here")))?,
    };
    let path = decoded_path(request.uri().path())?;
    let parameters = parameters(request.uri().query().unwrap_or_default())?;
    let if_match = text(request.headers(), &header::IF_MATCH)?;
    let if_none_match = text(request.headers(), &header::IF_NONE_MATCH)?;
    let body = body(request).await?;
    let call = ProvisioningCall { client, method, path, parameters, body, if_match, if_none_match };
    Ok((provisioning, call))
}

/// Returns the path below the service, each piece decoded once. A piece that has a slash in it would be two.
fn decoded_path(path: &str) -> Result<String, ScimError> {
    let path = path.strip_prefix(SCIM_PREFIX).unwrap_or(path);
    let mut decoded = String::new();
    for piece in path.split('/').filter(|piece| !piece.is_empty()) {
        let piece = guard::decoded(piece);
        if piece.contains('/') || piece.chars().any(char::is_control) {
            return Err(ScimError::plain(404, format!("there is nothing at {path:?}")));
        }
        decoded.push('/');
        decoded.push_str(&piece);
    }
    Ok(decoded)
}

fn parameters(query: &str) -> Result<Vec<(String, String)>, ScimError> {
    let mut names = BTreeSet::new();
    let mut pairs = Vec::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if !names.insert(name.to_lowercase()) {
            return Err(ScimError::plain(400, format!("the parameter {name:?} is given twice")));
        }
        pairs.push((name.into_owned(), value.into_owned()));
    }
    Ok(pairs)
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Result<Option<String>, ScimError> {
    let mut given = headers.get_all(name).iter();
    let Some(value) = given.next() else { return Ok(None) };
    let unreadable = || ScimError::plain(400, format!("the header {name} cannot be read, or is given twice"));
    let value = value.to_str().map_err(|_| unreadable())?;
    if given.next().is_some() {
        return Err(unreadable());
    }
    Ok(Some(value.to_owned()))
}

/// Reads the body, if there is one: JSON under either of its names, which repeats no name.
async fn body(request: Request) -> Result<Option<Value>, ScimError> {
    let typed = input::media_type(request.headers()).cloned();
    let bytes = input::body(request).await.map_err(as_scim)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let essence =
        typed.as_ref().and_then(|value| value.to_str().ok()).and_then(|text| text.split(';').next());
    let is_scim = essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(SCIM_MEDIA_TYPE));
    if !is_scim && !input::is_json(typed.as_ref()) {
        let detail = format!("the body is neither {SCIM_MEDIA_TYPE} nor application/json");
        return Err(ScimError::plain(415, detail));
    }
    input::unambiguous(&bytes).map(Some).map_err(as_scim)
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err")]
fn as_scim(refusal: Refusal) -> ScimError {
    let status = refusal.status().as_u16();
    let detail = refusal.problem().detail.clone();
    match status {
        // The body is not what it should be, which the standard has one status for.
        422 => ScimError::plain(400, detail),
        status => ScimError::plain(status, detail),
    }
}

fn shown(answer: ProvisioningAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let has_body = answer.body.is_some();
    let body = answer.body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    if has_body {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(SCIM_MEDIA_TYPE));
    }
    let said = [(header::LOCATION, answer.location), (header::ETAG, answer.version)];
    for (name, value) in said {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    if let Some(allow) = answer.allow {
        headers.insert(header::ALLOW, HeaderValue::from_static(allow));
    }
    response
}

/// Gives refusals of the guard, the throttle and the time limit the form that a client of SCIM reads.
pub(crate) async fn in_its_form(request: Request, next: Next) -> Response {
    let is_scim = is_scim(request.uri().path());
    let response = next.run(request).await;
    let is_problem =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == PROBLEM_MEDIA_TYPE);
    if !is_scim || !is_problem {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let bytes = to_bytes(body, LONGEST_BODY).await.unwrap_or_default();
    let problem: Option<Problem> = serde_json::from_slice(&bytes).ok();
    let detail = problem.map_or_else(|| head.status.to_string(), |problem| problem.detail);
    let body = ScimError::plain(head.status.as_u16(), detail).body().to_string();
    head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(SCIM_MEDIA_TYPE));
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, Body::from(body))
}
