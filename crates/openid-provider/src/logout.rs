//! The logout endpoint: a client asks that the browser's session ends.
//!
//! The session ends at once only if the client shows an ID token of it. Any other link asks the person, since another site
//! could send it.

use crate::answer::see_other;
use crate::router::is_form;
use crate::{OpenIdProvider, client};
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use countersign_admission::Snapshot;
use countersign_authn::SignOutPage;
use countersign_facts::{Actor, EndReason};
use countersign_openid::{IdTokenClaims, LogoutQuery, Parameters, ProtocolError, TokenKind, with_parameters};
use countersign_world::{RegisteredOpenIdClient, Session};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use std::sync::Arc;
use url::Url;

/// Where a browser goes after it signed out.
struct Afterwards {
    client: Option<Arc<RegisteredOpenIdClient>>,
    uri: Option<String>,
    state: Option<String>,
    /// The session that the client showed an ID token of.
    shown: Option<String>,
}

/// `GET /oauth2/logout`.
pub async fn logout(State(provider): State<Arc<OpenIdProvider>>, uri: Uri, headers: HeaderMap) -> Response {
    let snapshot = provider.admission.snapshot();
    let query = uri.query().unwrap_or_default();
    let afterwards = match Parameters::parse(query).and_then(|all| provider.afterwards(&snapshot, &all)) {
        Ok(afterwards) => afterwards,
        Err(error) => return provider.no_logout(&error),
    };
    let session = provider.authn.session_here_in(snapshot.world(), &headers, snapshot.at());
    match session {
        None => afterwards.go(),
        Some(session) if afterwards.shown.as_deref() == Some(session.id.to_string().as_str()) => {
            provider.end(&session, &afterwards).await
        }
        Some(_) => provider.ask(&snapshot, &afterwards),
    }
}

/// `POST /oauth2/logout`: the same as a form.
pub async fn logout_form(
    State(provider): State<Arc<OpenIdProvider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = std::str::from_utf8(&body).ok().filter(|_| is_form(&headers));
    match form
        .ok_or_else(|| ProtocolError::request("it is not a form"))
        .and_then(|form| Parameters::parse(form).map(|_| form))
    {
        Ok(form) => see_other(&format!("/oauth2/logout?{form}")),
        Err(error) => provider.no_logout(&error),
    }
}

/// `POST /oauth2/logout/confirm`: the person pressed the button. Only our own page may send it.
pub async fn confirmed(
    State(provider): State<Arc<OpenIdProvider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let snapshot = provider.admission.snapshot();
    let parsed = crate::token::form(&headers, &body).and_then(|all| provider.afterwards(&snapshot, &all));
    let afterwards = match parsed {
        Ok(afterwards) => afterwards,
        Err(error) => return provider.no_logout(&error),
    };
    match provider.authn.session_here_in(snapshot.world(), &headers, snapshot.at()) {
        Some(session) => provider.end(&session, &afterwards).await,
        None => afterwards.go(),
    }
}

impl OpenIdProvider {
    fn no_logout(&self, error: &ProtocolError) -> Response {
        let text = format!(
            "This request to sign out cannot be answered: {}. Sign out on your front page.",
            error.description
        );
        self.pages.message(StatusCode::BAD_REQUEST, "This link does not work", &text)
    }

    /// Checks where the browser is to go: to a URI that the client declared, and nowhere else.
    fn afterwards(&self, snapshot: &Snapshot, parameters: &Parameters) -> Result<Afterwards, ProtocolError> {
        let query = LogoutQuery::of(parameters);
        let hint: Option<IdTokenClaims> = match &query.id_token_hint {
            None => None,
            // An expired hint is as good: the session counts.
            Some(token) => Some(
                self.keys(snapshot)
                    .check(token, TokenKind::Id, &self.issuer, None)
                    .map_err(|why| ProtocolError::request(format!("id_token_hint is not accepted: {why}")))?,
            ),
        };
        let of_hint = hint.as_ref().map(|claims| claims.aud.as_str());
        if let (Some(id), Some(of_hint)) = (&query.client_id, of_hint)
            && id != of_hint
        {
            return Err(ProtocolError::request("client_id is not the client of id_token_hint"));
        }
        let found =
            match query.client_id.as_deref().or(of_hint) {
                None => None,
                Some(id) => Some(client(snapshot, id).ok_or_else(|| {
                    ProtocolError::request("client_id is of no client that is declared here")
                })?),
            };
        if let Some(uri) = &query.post_logout_redirect_uri
            && !found.is_some_and(|client| client.about.post_logout_redirect_uris.contains(uri))
        {
            let text = "post_logout_redirect_uri is none of those that the client declared, each compared as a whole";
            return Err(ProtocolError::request(text));
        }
        Ok(Afterwards {
            client: found.cloned(),
            uri: query.post_logout_redirect_uri,
            state: query.state,
            shown: hint.map(|claims| claims.sid),
        })
    }

    async fn end(&self, session: &Session, afterwards: &Afterwards) -> Response {
        let ended =
            self.authn.end_session(Actor::Person(session.person), session.id, EndReason::SignedOut).await;
        match ended {
            Ok(()) => afterwards.go(),
            Err(refusal) => {
                let text = format!("You are still signed in: {refusal}");
                self.pages.message(refusal.status(), "Signing out did not work", &text)
            }
        }
    }

    fn ask(&self, snapshot: &Snapshot, afterwards: &Afterwards) -> Response {
        let client = afterwards.client.as_ref();
        let application =
            client.and_then(|client| snapshot.world().application(client.about.application.as_str()));
        let fields = [
            ("client_id", client.map(|client| client.name.client_id())),
            ("post_logout_redirect_uri", afterwards.uri.clone()),
            ("state", afterwards.state.clone()),
        ];
        let page = SignOutPage {
            application: application.map(|known| known.about.title.clone()),
            fields: fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        };
        let mut answer = self.pages.sign_out(&page);
        if let Some(policy) = afterwards.policy() {
            answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        answer
    }
}

impl Afterwards {
    fn go(&self) -> Response {
        match &self.uri {
            None => see_other("/signed-out"),
            Some(uri) => {
                let state: Vec<_> = self.state.as_deref().map(|state| ("state", state)).into_iter().collect();
                if state.is_empty() { see_other(uri) } else { see_other(&with_parameters(uri, &state)) }
            }
        }
    }

    /// Browsers follow a redirect after a form only to places that the page of the form names.
    fn policy(&self) -> Option<HeaderValue> {
        let origin = Url::parse(self.uri.as_deref()?).ok()?.origin().ascii_serialization();
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
             form-action 'self' {origin}; base-uri 'none'; frame-ancestors 'none'"
        );
        HeaderValue::from_str(&policy).ok()
    }
}
