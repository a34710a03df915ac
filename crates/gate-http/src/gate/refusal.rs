//! Refusals and their remedies: to sign in, to authenticate again, to request a grant.

use super::Gate;
use crate::body::Answer;
use crate::heard::RequestHead;
use crate::pages::{Notice, Reader, WayIn, redirect};
use crate::sign_in::{Redirect, SignInFailed};
use countersign_admission::{Refused, Why};
use http::header::{self, HeaderMap, HeaderValue};
use http::{Response, StatusCode};

impl Gate {
    /// Answers a request that was refused.
    pub(crate) fn refusal(
        &self,
        refused: &Refused,
        heard: &RequestHead,
        headers: &HeaderMap,
    ) -> Response<Answer> {
        if refused.why() == Why::Denied && refused.needs_sign_in() {
            return self.send_to_sign_in(refused, heard, headers);
        }
        self.pages.answer(&self.denial(refused, heard, headers), heard.reader)
    }

    /// Returns the notice of a refusal, with the links of its remedies.
    pub(crate) fn denial(&self, refused: &Refused, heard: &RequestHead, headers: &HeaderMap) -> Notice {
        let mut notice = Notice::refused(refused);
        if let (Some(id), Some(link)) = (refused.id(), &self.config.decision_link) {
            notice.decision_link = Some(format!("{link}{id}"));
        }
        let mut remedies = std::mem::take(&mut notice.remedies);
        for remedy in &mut remedies {
            match remedy.remedy {
                "re-authenticate" => {
                    let step_up = self.sign_in.step_up(&heard.host, &heard.return_to(), headers);
                    link(&mut notice, remedy, step_up, "Prove that it is you");
                }
                "sign-in" => {
                    let begin = self.sign_in.begin(&heard.host, &heard.return_to(), headers);
                    link(&mut notice, remedy, begin, "Sign in");
                }
                "request-a-grant" => {
                    let application = refused.answer().and_then(|answer| answer.evidence());
                    if let (Some(base), Some(evidence)) = (&self.config.grant_link, application) {
                        remedy.link = Some(format!("{base}?application={}", evidence.application.name));
                        remedy.label = Some("Request a grant");
                    }
                }
                _ => {}
            }
        }
        notice.remedies = remedies;
        notice
    }

    /// Redirects a person to sign in; a program receives the address.
    fn send_to_sign_in(
        &self,
        refused: &Refused,
        heard: &RequestHead,
        headers: &HeaderMap,
    ) -> Response<Answer> {
        if heard.reader == Reader::Person {
            let sent = self.sign_in.begin(&heard.host, &heard.return_to(), headers);
            return match sent {
                Ok(Redirect { location, set_cookies }) => redirect(&location, set_cookies)
                    .unwrap_or_else(|| self.sign_in_failed(&unreadable(), heard)),
                Err(failed) => self.sign_in_failed(&failed, heard),
            };
        }
        self.pages.answer(&self.signed_out(refused, heard, headers), heard.reader)
    }

    /// Returns the notice for a requester who is not signed in and cannot be redirected.
    pub(crate) fn signed_out(&self, refused: &Refused, heard: &RequestHead, headers: &HeaderMap) -> Notice {
        let mut notice = self.denial(refused, heard, headers);
        notice.status = StatusCode::UNAUTHORIZED;
        notice.kind = "signed-out";
        notice.title = "Please sign in";
        notice.text = "This application is open to people who are signed in.".to_owned();
        notice.with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Countersign"))
    }

    /// Answers that signing in failed.
    pub(crate) fn sign_in_failed(&self, failed: &SignInFailed, heard: &RequestHead) -> Response<Answer> {
        let notice =
            Notice::new(failed.status, "sign-in-failed", "Signing in did not work", failed.text.clone());
        self.pages.answer(&notice, heard.reader)
    }
}

fn unreadable() -> SignInFailed {
    let text = "The way to sign in cannot be written as a link.".to_owned();
    SignInFailed { status: StatusCode::INTERNAL_SERVER_ERROR, text }
}

/// Adds a link to a remedy, and its cookies to the notice. Without the link the remedy's text remains.
fn link(
    notice: &mut Notice,
    remedy: &mut WayIn,
    redirect: Result<Redirect, SignInFailed>,
    label: &'static str,
) {
    let Ok(Redirect { location, set_cookies }) = redirect else { return };
    remedy.link = Some(location);
    remedy.label = Some(label);
    notice.headers.extend(set_cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie)));
}
