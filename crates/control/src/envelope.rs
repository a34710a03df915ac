//! Wraps every request in an id that ties it to the log, and a time limit.

use crate::{Control, Refusal};
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tracing::Instrument as _;

const REQUEST_ID: &str = "x-request-id";

/// Returns the request's id. A client's own id is kept if it is short and plain, because then both logs hold it.
fn id_of(request: &Request, control: &Control) -> Option<HeaderValue> {
    let plain = |value: &HeaderValue| {
        let graphic = value.as_bytes().iter().all(u8::is_ascii_graphic);
        graphic && (1..=128).contains(&value.len())
    };
    let theirs = request.headers().get(REQUEST_ID).filter(|value| plain(value)).cloned();
    theirs.or_else(|| {
        let ours = crate::secret::fresh(control.now()).ok()?;
        HeaderValue::from_str(&ours.as_simple().to_string()).ok()
    })
}

/// Wraps a request.
pub async fn wrap(State(control): State<Control>, request: Request, next: Next) -> Response {
    let id = id_of(&request, &control);
    let shown = id.as_ref().and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    let span = tracing::info_span!(
        "control",
        request = %shown,
        method = %request.method(),
        path = request.uri().path(),
    );
    let limit = control.settings().time_limit;
    let answering = tokio::time::timeout(limit, next.run(request).instrument(span));
    let mut response = answering.await.unwrap_or_else(|_| {
        let seconds = limit.as_secs();
        let detail = format!(
            "the request took longer than {seconds} seconds; it is not known whether anything was changed"
        );
        Refusal::unavailable(detail).into_response()
    });
    if let Some(id) = id {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
