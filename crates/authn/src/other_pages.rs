//! The pages of the sign-in host that another room fills: a denial, the question whether to sign out, and a message.

use crate::Authn;
use crate::pages::{Message, Pages};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::Serialize;

/// The page for a person who may not use an application.
#[derive(Debug, Clone, Serialize)]
pub struct DenialPage {
    /// The title of the application.
    pub application: String,
    /// Why, one sentence for each policy.
    pub reasons: Vec<String>,
    /// What the person can do about it.
    pub remedies: Vec<DenialRemedy>,
    /// The id of the recorded decision.
    pub decision: Option<String>,
    /// Where the application is told that it was denied.
    pub back: String,
}

/// What a person can do about a denial.
#[derive(Debug, Clone, Serialize)]
pub struct DenialRemedy {
    /// One sentence.
    pub text: String,
    /// Where it is done, and the text of the link.
    pub link: Option<(String, &'static str)>,
}

/// The page that asks a person whether they want to sign out.
#[derive(Debug, Clone, Serialize)]
pub struct SignOutPage {
    /// The title of the application that asks for it, if it is known.
    pub application: Option<String>,
    /// The fields of the form, by name and value.
    pub fields: Vec<(&'static str, String)>,
}

/// Renders these pages in the form of the sign-in host.
pub struct OtherPages(Pages);

impl OtherPages {
    /// Creates the pages of this sign-in host.
    pub fn new(authn: &Authn) -> Self {
        Self(Pages::new(&authn.config().title))
    }

    /// Renders a denial.
    pub fn denial(&self, page: &DenialPage) -> Response {
        (StatusCode::FORBIDDEN, self.0.page("denied.html", page)).into_response()
    }

    /// Renders the question whether to sign out.
    pub fn sign_out(&self, page: &SignOutPage) -> Response {
        self.0.page("sign-out.html", page)
    }

    /// Renders a message.
    pub fn message(&self, status: StatusCode, heading: &str, text: &str) -> Response {
        self.0.message(status, &Message { heading, text, next: None })
    }
}
