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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use http::{Request, StatusCode};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    async fn ask(method: &str, path: &str) -> (StatusCode, http::HeaderMap, String) {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let (head, body) = router().oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (head.status, head.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn the_page_loads_only_its_own_files_and_no_page_frames_it() {
        for (path, kind) in
            [(PATH, "text/html; charset=utf-8"), ("/grants/page.js", "text/javascript; charset=utf-8")]
        {
            let (status, headers, body) = ask("GET", path).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            assert_eq!(headers[header::CONTENT_TYPE], kind);
            assert_eq!(headers[header::CONTENT_SECURITY_POLICY], POLICY);
            assert_eq!(headers[header::X_FRAME_OPTIONS], "DENY");
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert_eq!(headers[header::REFERRER_POLICY], "no-referrer");
            assert_eq!(headers[header::CACHE_CONTROL], "no-cache");
            assert!(!body.contains("http://") && !body.contains("https://"), "{path} names another origin");
        }
        let (_, _, page) = ask("GET", PATH).await;
        // The policy forbids scripts and styles within the page.
        assert!(page.contains("src=\"/grants/page.js\"") && !page.contains("<style"), "{page}");
        assert!(!page.contains("onclick=") && !page.contains("style=\""), "{page}");
    }

    #[tokio::test]
    async fn the_page_is_read_and_nothing_else() {
        for (method, path, status) in [
            ("POST", PATH, StatusCode::METHOD_NOT_ALLOWED),
            ("DELETE", "/grants/page.js", StatusCode::METHOD_NOT_ALLOWED),
            ("GET", "/grants/request/", StatusCode::NOT_FOUND),
            ("GET", "/grants/page.html", StatusCode::NOT_FOUND),
            ("GET", "/grants/", StatusCode::NOT_FOUND),
        ] {
            assert_eq!(ask(method, path).await.0, status, "{method} {path}");
        }
    }
}
