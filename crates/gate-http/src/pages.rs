//! The gate's own answers: a page for people, `application/problem+json` (RFC 9457) for programs.

use crate::body::Answer;
use crate::headers::DECISION;
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use bytes::Bytes;
use countersign_admission::{Refused, Remedy, Why};
use countersign_names::{Action, DecisionId};
use countersign_stylesheet::{MARK, STYLE};
use countersign_throttle::Wait;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, Response, StatusCode};
use minijinja::{AutoEscape, Environment, Value};
use serde::Serialize;

const TEMPLATE: &str = "notice.html";

/// The kind of client that reads the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A person whose browser navigates to another page.
    Person,
    /// A browser that displays the answer, although the request is not a plain navigation (a form, a frame).
    Browser,
    /// A program.
    Program,
}

impl Reader {
    /// Returns the reader of the answer to a request with this method and these headers.
    pub fn of(method: &Method, headers: &HeaderMap) -> Self {
        let holds = |name: &str, part: &str| {
            headers
                .get_all(name)
                .iter()
                .filter_map(|value| value.to_str().ok())
                .any(|value| value.to_ascii_lowercase().contains(part))
        };
        if !holds("accept", "text/html") {
            return Self::Program;
        }
        let navigates = !headers.contains_key("sec-fetch-mode") || holds("sec-fetch-mode", "navigate");
        match *method {
            Method::GET | Method::HEAD if navigates => Self::Person,
            _ if navigates => Self::Browser,
            _ => Self::Program,
        }
    }
}

/// One answer of the gate.
#[derive(Debug, Clone, Serialize)]
pub struct Notice {
    #[serde(skip)]
    pub status: StatusCode,
    /// The last part of the problem type's URI.
    #[serde(skip)]
    pub kind: &'static str,
    pub title: &'static str,
    pub text: String,
    pub reasons: Vec<Reason>,
    pub remedies: Vec<WayIn>,
    pub decision: Option<DecisionId>,
    pub decision_link: Option<String>,
    /// A form with one button.
    pub post: Option<Post>,
    /// Whether the connection closes after this answer.
    #[serde(skip)]
    pub close: bool,
    #[serde(skip)]
    pub headers: Vec<(header::HeaderName, HeaderValue)>,
}

/// Why access was denied.
#[derive(Debug, Clone, Serialize)]
pub struct Reason {
    pub policy: String,
    pub text: String,
}

/// A remedy: what the reader can do about it.
#[derive(Debug, Clone, Serialize)]
pub struct WayIn {
    pub remedy: &'static str,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<&'static str>,
}

/// A button that sends a POST request.
#[derive(Debug, Clone, Serialize)]
pub struct Post {
    pub action: &'static str,
    pub label: &'static str,
}

#[derive(Serialize)]
struct ProblemDocument<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<DecisionId>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    reasons: &'a [Reason],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    remedies: &'a [WayIn],
}

/// The values for the template.
#[derive(Serialize)]
struct NoticePage<'a> {
    nonce: &'a str,
    #[serde(flatten)]
    notice: &'a Notice,
}

impl Notice {
    /// Creates a notice without reasons and remedies.
    pub fn new(status: StatusCode, kind: &'static str, title: &'static str, text: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            title,
            text: text.into(),
            reasons: Vec::new(),
            remedies: Vec::new(),
            decision: None,
            decision_link: None,
            post: None,
            close: false,
            headers: Vec::new(),
        }
    }

    /// Refuses a request that cannot be understood in exactly one way; the gate reads nothing more from that
    /// connection. Boxed, because it is the error type of the request parsers.
    pub fn bad_request(text: impl Into<String>) -> Box<Self> {
        let notice = Self::new(StatusCode::BAD_REQUEST, "bad-request", "This request cannot be read", text);
        Box::new(notice.closing())
    }

    /// Returns the notice of a refused access. The caller adds the links of its remedies.
    pub fn refused(refused: &Refused) -> Self {
        let mut notice = match refused.why() {
            Why::Denied => Self::denied(refused),
            Why::Unavailable => Self::unavailable(
                refused.detail().unwrap_or("The decision could not be recorded, so nothing is let through."),
            ),
            Why::Drained => Self::unavailable("This gate is restarting.").closing(),
        };
        notice.decision = refused.id();
        let remedies = refused.remedies().iter();
        if refused.needs_sign_in() {
            // A stranger learns only that there is something to sign in to; which rules protect it is for users who are
            // signed in.
            notice.remedies = remedies.filter(|remedy| **remedy == Remedy::SignIn).map(WayIn::of).collect();
            return notice;
        }
        notice.reasons = refused
            .reasons()
            .into_iter()
            .map(|(policy, text)| Reason { policy: policy.to_string(), text })
            .collect();
        notice.remedies = remedies.map(WayIn::of).collect();
        notice
    }

    /// A client that is not signed in exceeded the rate limit.
    pub fn too_many(wait: Wait) -> Self {
        let text =
            "There were too many requests without a session from your address. Wait a moment, or sign in.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many requests", text)
            .with(header::RETRY_AFTER, HeaderValue::from(wait.seconds()))
    }

    /// The texts for a navigation and for a form differ, because only the former tried to open a page.
    fn denied(refused: &Refused) -> Self {
        if refused.needs_sign_in() {
            let text = "This application is open to people who are signed in.";
            return Self::new(StatusCode::FORBIDDEN, "denied", "You cannot open this", text);
        }
        let evidence = refused.answer().and_then(|answer| answer.evidence());
        let opens = evidence.is_none_or(|evidence| evidence.question.action == Action::Read);
        let title = if opens { "You cannot open this" } else { "You cannot do this" };
        let application = evidence.map_or("this application", |evidence| &evidence.application.about.title);
        let text = format!("The rules that protect {application} do not allow it as things are.");
        Self::new(StatusCode::FORBIDDEN, "denied", title, text)
    }

    /// The service is temporarily unavailable: try again in a moment.
    pub fn unavailable(text: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not available right now", text)
            .with(header::RETRY_AFTER, HeaderValue::from_static("5"))
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Closes the connection after this answer.
    #[must_use]
    pub const fn closing(mut self) -> Self {
        self.close = true;
        self
    }
}

impl WayIn {
    fn of(remedy: &Remedy) -> Self {
        Self { remedy: remedy.as_str(), text: remedy.to_string(), link: None, label: None }
    }
}

/// Renders notices.
pub struct Pages {
    templates: Environment<'static>,
    random: SystemRandom,
}

impl Pages {
    /// Creates the pages of this gate.
    ///
    /// # Errors
    /// If the template does not parse, which a test would have found.
    pub fn new() -> Result<Self, minijinja::Error> {
        let mut templates = Environment::new();
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        templates.add_global("style", Value::from_safe_string(STYLE.to_owned()));
        templates.add_global("mark", Value::from_safe_string(MARK.to_owned()));
        templates.add_template(TEMPLATE, include_str!("templates/notice.html"))?;
        Ok(Self { templates, random: SystemRandom::new() })
    }

    /// Renders the notice as an answer to `reader`.
    pub fn answer(&self, notice: &Notice, reader: Reader) -> Response<Answer> {
        let mut response = match reader {
            Reader::Program => problem(notice),
            // Without randomness there is no page; the plain problem contains the same text.
            Reader::Person | Reader::Browser => self.page(notice).unwrap_or_else(|| problem(notice)),
        };
        *response.status_mut() = notice.status;
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        // Under `no-referrer` a browser sends a form with `Origin: null`, and the gate would refuse its own form.
        let referrer = if notice.post.is_some() { "same-origin" } else { "no-referrer" };
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static(referrer));
        if notice.close {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(id) = notice.decision.and_then(|id| HeaderValue::try_from(id.to_string()).ok()) {
            headers.insert(DECISION, id);
        }
        for (name, value) in &notice.headers {
            headers.append(name, value.clone());
        }
        response
    }

    fn page(&self, notice: &Notice) -> Option<Response<Answer>> {
        let mut bits = [0; 16];
        self.random.fill(&mut bits).ok()?;
        let nonce: String = bits.iter().map(|byte| format!("{byte:02x}")).collect();
        let page = NoticePage { nonce: &nonce, notice };
        let text = self
            .templates
            .get_template(TEMPLATE)
            .and_then(|template| template.render(minijinja::value::Serde(page)));
        let text = text.inspect_err(|error| tracing::error!(%error, "a page could not be written")).ok()?;
        // A form's answer may redirect to the sign-in host, and browsers apply `form-action` to that redirect too.
        let forms = if notice.post.is_some() { "" } else { "; form-action 'none'" };
        let policy = format!(
            "default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; frame-ancestors 'none'{forms}"
        );
        let mut response = Response::new(Answer::Whole(Bytes::from(text)));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::try_from(policy).ok()?);
        Some(response)
    }
}

fn problem(notice: &Notice) -> Response<Answer> {
    let problem = ProblemDocument {
        r#type: format!("urn:countersign:problem:{}", notice.kind),
        title: notice.title,
        status: notice.status.as_u16(),
        detail: &notice.text,
        decision: notice.decision,
        reasons: &notice.reasons,
        remedies: &notice.remedies,
    };
    let text = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = Response::new(Answer::Whole(Bytes::from(text)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

/// Redirects to `location`.
pub fn redirect(location: &str, set_cookies: Vec<HeaderValue>) -> Option<Response<Answer>> {
    let mut response = Response::new(Answer::Empty);
    *response.status_mut() = StatusCode::FOUND;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::try_from(location).ok()?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    for cookie in set_cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    async fn written(notice: &Notice, reader: Reader) -> (HeaderMap, String) {
        let response = Pages::new().unwrap().answer(notice, reader);
        let headers = response.headers().clone();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (headers, String::from_utf8(body.to_vec()).unwrap())
    }

    fn denial() -> Notice {
        let mut notice =
            Notice::new(StatusCode::FORBIDDEN, "denied", "You cannot open this", "As things are.");
        notice.decision = Some("dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8".parse().unwrap());
        notice.reasons =
            vec![Reason { policy: "managed".to_owned(), text: "<script>alert(1)</script>".to_owned() }];
        notice.remedies = vec![WayIn {
            remedy: "re-authenticate",
            text: "Prove again.".to_owned(),
            link: Some("https://id.example/step-up?a=1&b=\"2\"".to_owned()),
            label: Some("Prove it"),
        }];
        notice
    }

    #[tokio::test]
    async fn a_page_escapes_what_it_is_filled_with_and_allows_no_script() {
        let (headers, page) = written(&denial(), Reader::Person).await;
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'nonce-"), "{policy}");
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("&lt;script&gt;"), "{page}");
        assert!(page.contains("b=&quot;2&quot;"), "{page}");
        assert!(page.contains(">Prove it</a>"), "{page}");
        assert!(page.contains("dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8"), "{page}");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    }

    /// One remedy may apply to four reasons, and a blocked user needs the remedy.
    #[tokio::test]
    async fn a_page_leads_with_what_to_do_and_folds_the_reasons() {
        let mut notice = denial();
        let reason = |n: usize| Reason { policy: format!("p{n}"), text: format!("Reason {n}.") };
        notice.reasons = (0..4).map(reason).collect();
        let place = |page: &str, text: &str| page.find(text).unwrap_or_else(|| panic!("no {text}: {page}"));
        let (_, page) = written(&notice, Reader::Person).await;
        assert!(place(&page, "Prove again.") < place(&page, "As things are."), "{page}");
        assert!(place(&page, "As things are.") < place(&page, "<details>"), "{page}");
        assert!(place(&page, "All 4 reasons") < place(&page, "Reason 0."), "{page}");
        assert!(place(&page, "Reason 3.") < place(&page, "</details>"), "{page}");
        notice.remedies.clear();
        let (_, page) = written(&notice, Reader::Person).await;
        place(&page, "<details open>");
    }

    #[tokio::test]
    async fn a_program_gets_the_same_as_a_problem() {
        let (headers, text) = written(&denial(), Reader::Program).await;
        assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
        let problem: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(problem["type"], "urn:countersign:problem:denied");
        assert_eq!(problem["status"], 403);
        assert_eq!(problem["reasons"][0]["policy"], "managed");
        assert_eq!(problem["remedies"][0]["remedy"], "re-authenticate");
        assert_eq!(problem["decision"], "dec_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8");
    }

    #[tokio::test]
    async fn a_page_with_a_form_lets_the_browser_say_where_the_form_came_from() {
        let mut notice = denial();
        assert_eq!(written(&notice, Reader::Person).await.0[header::REFERRER_POLICY], "no-referrer");
        notice.post = Some(Post { action: "/.countersign/sign-out", label: "Sign out" });
        assert_eq!(written(&notice, Reader::Person).await.0[header::REFERRER_POLICY], "same-origin");
    }

    #[test]
    fn a_visit_is_told_from_a_program() {
        for (method, headers, reader) in [
            ("GET", &[("accept", "text/html,*/*")][..], Reader::Person),
            ("GET", &[("accept", "text/html"), ("sec-fetch-mode", "navigate")][..], Reader::Person),
            ("GET", &[("accept", "text/html"), ("sec-fetch-mode", "cors")][..], Reader::Program),
            ("POST", &[("accept", "text/html"), ("sec-fetch-mode", "navigate")][..], Reader::Browser),
            ("GET", &[("accept", "application/json")][..], Reader::Program),
            ("GET", &[("accept", "*/*")][..], Reader::Program),
            ("GET", &[][..], Reader::Program),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(header::HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            assert_eq!(Reader::of(&method.parse().unwrap(), &map), reader, "{method} {headers:?}");
        }
    }
}
