//! The pages: templates with HTML escaping, and their data.

use crate::Refusal;
use axum::response::{Html, IntoResponse, Response};
use countersign_names::Timestamp;
use http::{StatusCode, header};
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};
use serde::Serialize;

/// The script, a static file.
pub const SCRIPT: &str = include_str!("assets/authn.js");

const TEMPLATES: [(&str, &str); 8] = [
    ("layout.html", include_str!("templates/layout.html")),
    ("sign-in.html", include_str!("templates/sign-in.html")),
    ("enrol.html", include_str!("templates/enrol.html")),
    ("step-up.html", include_str!("templates/step-up.html")),
    ("home.html", include_str!("templates/home.html")),
    ("denied.html", include_str!("templates/denied.html")),
    ("sign-out.html", include_str!("templates/sign-out.html")),
    ("message.html", include_str!("templates/message.html")),
];

pub struct Pages {
    templates: Environment<'static>,
    title: String,
}

/// A page with one message.
#[derive(Serialize)]
pub struct Message<'a> {
    /// The heading.
    pub heading: &'a str,
    /// The text.
    pub text: &'a str,
    /// The link that continues: path and text.
    pub next: Option<(&'a str, &'a str)>,
}

/// The data of the front page.
#[derive(Serialize)]
pub struct HomePage {
    pub name: String,
    pub email: String,
    pub expires_at: String,
    /// When the person last proved that it is them, as a sentence.
    pub proved: String,
    pub passkeys: Vec<PasskeyLine>,
    pub sessions: Vec<SessionLine>,
    pub applications: Vec<Line>,
    pub decisions: Vec<DecisionRow>,
    /// Notices that are not acknowledged yet.
    pub notices: Vec<NoticeLine>,
    /// The sequence number of the newest of these notices.
    pub noticed_up_to: u64,
    /// What an administrator should do about the installation.
    pub advice: Option<String>,
}

#[derive(Serialize)]
pub struct NoticeLine {
    pub at: String,
    pub what: String,
    /// The invitation that can be withdrawn here, if there is one.
    pub withdraw: Option<String>,
}

#[derive(Serialize)]
pub struct PasskeyLine {
    pub id: String,
    pub name: String,
    pub registered_at: String,
    /// Whether this session was started with it, so that removing it ends the session.
    pub here: bool,
}

#[derive(Serialize)]
pub struct SessionLine {
    pub id: String,
    pub started_at: String,
    pub expires_at: String,
    pub address: String,
    pub applications: Vec<String>,
    /// Whether it is the session of this request.
    pub here: bool,
}

#[derive(Serialize)]
pub struct Line {
    pub title: String,
    pub url: String,
    pub note: String,
}

#[derive(Serialize)]
pub struct DecisionRow {
    pub at: String,
    pub what: String,
    pub allowed: bool,
    pub url: Option<String>,
}

#[derive(Serialize)]
struct Whole<'a, T> {
    installation: &'a str,
    page: &'a T,
}

impl Pages {
    /// Parses the templates.
    ///
    /// # Panics
    /// Never: a test renders every template.
    pub fn new(title: &str) -> Self {
        let mut templates = Environment::new();
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        for (name, source) in TEMPLATES {
            // A template that does not parse is missing at rendering, and the response says so.
            if let Err(error) = templates.add_template(name, source) {
                tracing::error!(name, %error, "a page's template does not parse");
            }
        }
        Self { templates, title: title.to_owned() }
    }

    /// Renders a page.
    pub fn page<T: Serialize>(&self, name: &str, page: &T) -> Response {
        let whole = Whole { installation: &self.title, page };
        match self.templates.get_template(name).and_then(|template| template.render(Serde(&whole))) {
            Ok(text) => Html(text).into_response(),
            Err(error) => {
                tracing::error!(name, %error, "a page could not be made");
                (StatusCode::INTERNAL_SERVER_ERROR, "This page could not be made. Try again.").into_response()
            }
        }
    }

    /// Renders a page with one message.
    pub fn message(&self, status: StatusCode, message: &Message<'_>) -> Response {
        (status, self.page("message.html", message)).into_response()
    }

    /// Renders a refusal as a page.
    pub fn refusal(&self, refusal: &Refusal) -> Response {
        let text = refusal.to_string();
        let next = match refusal {
            Refusal::InvitationOver | Refusal::Suspended | Refusal::TooMany(_) | Refusal::TooSlow => None,
            _ => Some(("/", "Go to your front page")),
        };
        let message = Message { heading: "This did not work", text: &text, next };
        let mut answer = self.message(refusal.status(), &message);
        retry_after(&mut answer, refusal);
        answer
    }
}

/// Sets the `Retry-After` header, if the refusal has a delay.
pub fn retry_after(answer: &mut Response, refusal: &Refusal) {
    if let Refusal::TooMany(wait) = refusal {
        // Rounded up: a client that returns exactly then must not be early.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.max(1).into());
    }
}

/// Formats a time for people.
pub fn moment(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.as_micros())
        .map_or_else(|_| at.to_string(), |moment| moment.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    async fn text(answer: Response) -> String {
        String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    #[test]
    fn whoever_must_wait_is_told_whole_seconds_that_are_enough() {
        for (millis, told) in [(0, "1"), (1, "1"), (1_000, "1"), (1_001, "2"), (59_000, "59"), (59_999, "60")]
        {
            let mut answer = ().into_response();
            retry_after(&mut answer, &Refusal::TooMany(std::time::Duration::from_millis(millis)));
            assert_eq!(answer.headers()[header::RETRY_AFTER], told, "{millis} ms");
        }
        let mut answer = ().into_response();
        retry_after(&mut answer, &Refusal::TooSlow);
        assert!(!answer.headers().contains_key(header::RETRY_AFTER));
    }

    #[tokio::test]
    async fn a_name_is_never_markup() {
        let pages = Pages::new("<i>Corp</i>");
        let evil = "<script>alert(1)</script>\" onload=x";
        let line =
            || Line { title: evil.to_owned(), url: format!("http://a/?{evil}"), note: evil.to_owned() };
        let home = HomePage {
            name: evil.to_owned(),
            email: evil.to_owned(),
            expires_at: evil.to_owned(),
            proved: evil.to_owned(),
            passkeys: vec![PasskeyLine {
                id: evil.to_owned(),
                name: evil.to_owned(),
                registered_at: evil.to_owned(),
                here: true,
            }],
            sessions: vec![SessionLine {
                id: evil.to_owned(),
                started_at: evil.to_owned(),
                expires_at: evil.to_owned(),
                address: evil.to_owned(),
                applications: vec![evil.to_owned()],
                here: false,
            }],
            applications: vec![line()],
            decisions: vec![DecisionRow {
                at: evil.to_owned(),
                what: evil.to_owned(),
                allowed: false,
                url: Some(evil.to_owned()),
            }],
            notices: vec![NoticeLine {
                at: evil.to_owned(),
                what: evil.to_owned(),
                withdraw: Some(evil.to_owned()),
            }],
            noticed_up_to: 1,
            advice: Some(evil.to_owned()),
        };
        let answer = pages.page("home.html", &home);
        assert_eq!(answer.status(), StatusCode::OK);
        let html = text(answer).await;
        assert!(html.contains("&lt;script&gt;"), "{html}");
        assert!(
            !html.contains("<script>") && !html.contains("\" onload") && !html.contains("<i>Corp"),
            "{html}"
        );
    }

    #[tokio::test]
    async fn every_page_renders_and_has_its_landmarks() {
        let pages = Pages::new("Countersign");
        for (name, button) in [
            ("sign-in.html", "Sign in with a passkey"),
            ("enrol.html", "Register a passkey"),
            ("step-up.html", "Confirm with a passkey"),
        ] {
            let html = text(pages.page(name, &serde_json::json!({}))).await;
            for part in [button, "<html lang=\"en\">", "aria-live=\"polite\"", "<main", "<h1", "<noscript>"] {
                assert!(html.contains(part), "{name} lacks {part}: {html}");
            }
            assert!(!html.contains("style=") && !html.contains("onclick"), "{name} has something inline");
        }
    }
}
