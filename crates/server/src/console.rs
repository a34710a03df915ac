//! Serves the console at the sign-in host: its document is an access that the gate's decision admits, its assets are
//! public files.

use axum::body::Body;
use countersign_admission::{Admitted, Completion, Ended};
use countersign_console::{ASSETS, Nonce, RefusalPage};
use countersign_control::{Connection, Control, Refusal};
use countersign_throttle::{Rates, Throttle};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use std::sync::Arc;

/// The console of one process.
#[derive(Clone)]
pub struct ConsoleHost(Arc<ConsoleParts>);

struct ConsoleParts {
    control: Control,
    /// The host at which people sign in, which is the console's own.
    host: String,
    /// Limits the rate of requests for assets, which need no session.
    unauthenticated: Throttle,
}

impl ConsoleHost {
    /// Creates the console of this control plane, at this host (without a port).
    pub fn new(control: Control, host: String) -> Self {
        Self(Arc::new(ConsoleParts { control, host, unauthenticated: Throttle::new(&Rates::default()) }))
    }

    /// Answers a request below [`countersign_console::PATH`].
    pub async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (parts, _body) = request.into_parts();
        let connection = parts.extensions.get::<Connection>().copied().unwrap_or_default();
        let path = parts.uri.path();
        if parts.method != Method::GET && parts.method != Method::HEAD {
            return plain(
                StatusCode::METHOD_NOT_ALLOWED,
                "The console can only be read. Send commands to the API.\n",
            );
        }
        if is_loaded_by_another_site(&parts.headers) {
            return plain(
                StatusCode::FORBIDDEN,
                "Another site loads this page. Open the console \
                                                 itself.\n",
            );
        }
        if let Some(name) = path.strip_prefix(ASSETS) {
            return match self.0.unauthenticated.admit(connection.address) {
                Ok(()) => countersign_console::asset(name, &parts.headers).map(Body::from),
                Err(wait) => crate::front::throttled(wait),
            };
        }
        match self.0.control.admit_document(&parts.headers, connection, path).await {
            Ok(admitted) => document(admitted),
            Err(refusal) if refusal.status() == StatusCode::UNAUTHORIZED => self.sign_in(&parts.uri),
            Err(refusal) => self.refused(&refusal, &parts.uri),
        }
    }

    /// Redirects to the sign-in page, which leads back to the same address.
    fn sign_in(&self, uri: &Uri) -> Response<Body> {
        let mut answer = plain(StatusCode::SEE_OTHER, "Sign in first.\n");
        if let Ok(location) = HeaderValue::from_str(&self.and_back("/sign-in", uri)) {
            answer.headers_mut().insert(header::LOCATION, location);
        }
        answer
    }

    /// Returns the path of a page of the sign-in host that leads back to this address of the console.
    fn and_back(&self, page: &str, uri: &Uri) -> String {
        let back = uri.path_and_query().map_or(countersign_console::PATH, |target| target.as_str());
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("host", &self.0.host).append_pair("return", back);
        format!("{page}?{}", query.finish())
    }

    /// Returns the page that says why the console does not open, and what would open it.
    fn refused(&self, refusal: &Refusal, uri: &Uri) -> Response<Body> {
        let Some(nonce) = nonce() else { return no_randomness() };
        let problem = refusal.problem();
        let reasons = problem.reasons.iter().map(|reason| reason.text.as_str());
        let remedies = problem.remedies.iter().map(|remedy| remedy.text.as_str());
        let proves = problem.remedies.iter().any(|remedy| remedy.remedy == "re-authenticate");
        let next = proves.then(|| self.and_back("/step-up", uri));
        let page = RefusalPage {
            detail: &problem.detail,
            reasons: reasons.collect(),
            remedies: remedies.collect(),
            step_up: next.as_deref(),
        };
        let mut answer = countersign_console::refused(refusal.status(), &page, &nonce).map(Body::from);
        if let Some(wait) = refusal.retry_after() {
            answer.headers_mut().insert(header::RETRY_AFTER, wait.into());
        }
        answer
    }
}

/// Answers an admitted request with the document, and records how it ended.
fn document(admitted: Admitted) -> Response<Body> {
    let Some(nonce) = nonce() else { return no_randomness() };
    let answer =
        countersign_console::document(&nonce).unwrap_or_else(|| countersign_console::not_built(&nonce));
    let bytes_out = u64::try_from(answer.body().len()).unwrap_or(u64::MAX);
    let status = answer.status().as_u16();
    admitted.complete(Completion { status, bytes_in: 0, bytes_out, ended: Ended::Finished });
    answer.map(Body::from)
}

/// Returns whether a page of another site loads this as a part of itself. A link that a person follows is a navigation,
/// and may come from anywhere.
fn is_loaded_by_another_site(headers: &HeaderMap) -> bool {
    let is = |name: &str, values: &[&str]| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| values.contains(&value))
    };
    let is_navigation = is("sec-fetch-mode", &["navigate"]) && is("sec-fetch-dest", &["document"]);
    is("sec-fetch-site", &["cross-site", "same-site"]) && !is_navigation
}

fn nonce() -> Option<Nonce> {
    let mut random = [0; 16];
    aws_lc_rs::rand::fill(&mut random).ok()?;
    Some(Nonce::new(random))
}

fn no_randomness() -> Response<Body> {
    plain(StatusCode::SERVICE_UNAVAILABLE, "The operating system returned no random numbers. Try again.\n")
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut answer = Response::new(Body::from(text));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_site_may_link_to_the_console_and_load_nothing_of_it() {
        let check = |given: &[(&'static str, &str)], refused: bool| {
            let headers = given.iter().map(|(name, value)| {
                (http::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
            });
            assert_eq!(is_loaded_by_another_site(&headers.collect()), refused, "{given:?}");
        };
        let (site, mode, dest) = ("sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest");
        check(&[], false);
        check(&[(site, "same-origin"), (mode, "cors"), (dest, "script")], false);
        check(&[(site, "none"), (mode, "navigate"), (dest, "document")], false);
        check(&[(site, "cross-site"), (mode, "navigate"), (dest, "document")], false);
        check(&[(site, "cross-site"), (mode, "navigate"), (dest, "iframe")], true);
        check(&[(site, "cross-site"), (mode, "no-cors"), (dest, "script")], true);
        check(&[(site, "same-site"), (mode, "no-cors"), (dest, "image")], true);
        check(&[(site, "cross-site")], true);
    }
}
