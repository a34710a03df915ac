//! The page to which a denial's "request a grant" leads: an ordinary client of the API, in two files.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderName, HeaderValue, header};

/// The path of the page.
pub const PATH: &str = "/grants/request";

/// Everything that the page loads comes from its own origin, and no page may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Returns the page and its script.
pub fn router() -> Router {
    let page = || async { file("text/html; charset=utf-8", include_str!("grants/page.html")) };
    let script = || async { file("text/javascript; charset=utf-8", include_str!("grants/page.js")) };
    Router::new().route(PATH, get(page)).route("/grants/page.js", get(script))
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let mut answer = text.into_response();
    let said: [(HeaderName, &'static str); 6] = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    for (name, value) in said {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}
