//! The paths that the gate reserves on every application's host: everything under `/.countersign/`.

use super::Gate;
use crate::body::Answer;
use crate::heard::{RequestHead, is_foreign};
use crate::pages::{Notice, Post, WayIn, redirect};
use crate::sign_in::{Redirect, SignInFailed};
use countersign_names::ApplicationName;
use http::header::HeaderMap;
use http::{Method, Response, StatusCode};

/// The first segment of the reserved paths.
const RESERVED: &str = ".countersign";

/// The path to sign out.
const SIGN_OUT: &str = "/.countersign/sign-out";

/// Returns whether the request's path is reserved, so that it never reaches the application. Ignores letter case, so
/// that no variant passes either.
pub fn is_reserved(heard: &RequestHead) -> bool {
    heard.target.path().segments().first().is_some_and(|first| first.eq_ignore_ascii_case(RESERVED))
}

impl Gate {
    pub(super) async fn reserved(
        &self,
        application: &ApplicationName,
        heard: &RequestHead,
        headers: &HeaderMap,
    ) -> Response<Answer> {
        let result = match (&heard.method, heard.target.path().as_str()) {
            (&Method::GET, "/.countersign/callback") => {
                let query = heard.target.query().unwrap_or_default();
                self.sign_in.finish(application, query, headers).await
            }
            (&Method::GET, SIGN_OUT) => {
                return self.pages.answer(&sign_out_page(), heard.reader);
            }
            (&Method::POST, SIGN_OUT) if is_foreign(headers, &heard.authority) => {
                return self.pages.answer(&foreign_form(), heard.reader);
            }
            (&Method::POST, SIGN_OUT) => self.sign_in.sign_out(application, headers).await,
            (_, "/.countersign/callback" | SIGN_OUT) => return self.not_like_this(heard),
            _ => return self.not_here(heard),
        };
        match result {
            Ok(Redirect { location, set_cookies }) => {
                redirect(&location, set_cookies).unwrap_or_else(|| self.not_here(heard))
            }
            Err(SignInFailed { status, text }) => {
                let notice = Notice::new(status, "sign-in-failed", "That did not work", text);
                self.pages.answer(&notice, heard.reader)
            }
        }
    }

    fn not_here(&self, heard: &RequestHead) -> Response<Answer> {
        let text = "Paths under /.countersign/ belong to the gate, and there is none of this name.";
        let notice = Notice::new(StatusCode::NOT_FOUND, "not-found", "There is nothing here", text);
        self.pages.answer(&notice, heard.reader)
    }

    fn not_like_this(&self, heard: &RequestHead) -> Response<Answer> {
        let text = "This address does not support this method.";
        let notice = Notice::new(StatusCode::METHOD_NOT_ALLOWED, "method", "Not this method", text);
        self.pages.answer(&notice, heard.reader)
    }
}

/// Signing out changes state, so a mere visit (which any page can cause) does not do it.
fn sign_out_page() -> Notice {
    let text = "This ends your session here and at every other application.";
    let mut notice = Notice::new(StatusCode::OK, "sign-out", "Sign out?", text);
    notice.post = Some(Post { action: SIGN_OUT, label: "Sign out" });
    notice
}

/// Refuses a form that a page of another site sent, perhaps without its reader's knowledge.
fn foreign_form() -> Notice {
    let text =
        "A page of another site sent this form, so nothing was done: you are signed in here as before.";
    let mut notice =
        Notice::new(StatusCode::FORBIDDEN, "cross-site", "This form came from another site", text);
    notice.remedies = vec![WayIn {
        remedy: "sign-out-here",
        text: format!("To sign out, open {SIGN_OUT} at this address and press the button there."),
        link: Some(SIGN_OUT.to_owned()),
        label: Some("Go there"),
    }];
    notice
}
