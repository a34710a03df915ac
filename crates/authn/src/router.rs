//! The routes of the sign-in host.

use crate::answer::Json;
use crate::bodies::{
    Invited, NewPasskey, Nothing, OneInvitation, OnePasskey, OneSession, SeenNotices, Signature,
};
use crate::ceremony::BegunCeremony;
use crate::guard::{self, Guard};
use crate::pages::{self, Message, Pages};
use crate::target::{Target, TargetText};
use crate::token::Secret;
use crate::{Authn, Home, Limits, Refusal, browser, front_page, with_provider};
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, FromRef, FromRequestParts, Query, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use countersign_facts::{Actor, EndReason};
use countersign_stylesheet::{MARK, STYLE};
use countersign_throttle::Rates;
use countersign_world::Session;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::Arc;
use tower_http::csrf::{CsrfLayer, ProtectionError};

/// Puts routes of another room under the guard of the sign-in host: only its host, `rates` of its own, a time-out, and headers
/// so that answers are neither cached nor framed.
pub fn guarded(authn: &Authn, rates: &Rates, routes: Router) -> Router {
    let pages = Arc::new(Pages::new(&authn.config().title));
    let guard = Guard::with_rates(authn.config(), rates, pages);
    routes
        .layer(DefaultBodyLimit::max(authn.config().limits.body))
        .layer(from_fn_with_state(guard, guard::stand))
}

/// The state of every handler.
#[derive(Clone)]
pub struct Desk {
    pub authn: Arc<Authn>,
    pub home: Arc<dyn Home>,
    pub pages: Arc<Pages>,
}

impl FromRef<Desk> for Limits {
    fn from_ref(desk: &Desk) -> Self {
        desk.authn.config().limits
    }
}

/// Returns the routes of the sign-in host. A server that nests it beside other routes must leave it `/`, `/sign-in`,
/// `/sign-out`, `/signed-out`, `/enrol`, `/step-up`, `/passkeys`, `/sessions`, `/notices` and `/invitations`.
///
/// Requests for other hosts are refused. The client's address comes from [`crate::ClientAddress`] in the request's
/// extensions.
pub fn router(authn: Arc<Authn>, home: Arc<dyn Home>) -> Router {
    let pages = Arc::new(Pages::new(&authn.config().title));
    let guard = Guard::new(authn.config(), pages.clone());
    let body = authn.config().limits.body;
    let csrf =
        CsrfLayer::new().with_rejection_response(|_: ProtectionError| Refusal::CrossSite.into_response());
    Router::new()
        .route("/", get(front_page::front_page))
        .route("/sign-in", get(sign_in_page))
        .route("/sign-in/start", post(sign_in_start))
        .route("/sign-in/finish", post(sign_in_finish))
        .route("/sign-in/with/{provider}", get(with_provider::begin))
        .route("/sign-in/with/{provider}/callback", get(with_provider::answered))
        .route("/sign-in/with/{provider}/logout", post(with_provider::logout))
        .route("/step-up", get(step_up_page))
        .route("/step-up/start", post(step_up_start))
        .route("/step-up/finish", post(step_up_finish))
        .route("/enrol", get(enrol_page))
        .route("/enrol/look", post(enrol_look))
        .route("/enrol/start", post(enrol_start))
        .route("/enrol/finish", post(enrol_finish))
        .route("/enrol/provider", post(with_provider::enrol))
        .route("/sign-out", post(sign_out))
        .route("/signed-out", get(signed_out))
        .route("/passkeys/start", post(passkey_start))
        .route("/passkeys/finish", post(passkey_finish))
        .route("/passkeys/remove", post(passkey_remove))
        .route("/sessions/end", post(session_end))
        .route("/notices/seen", post(notices_seen))
        .route("/invitations/withdraw", post(invitation_withdraw))
        .route("/sign-in/authn.js", get(|| asset("text/javascript; charset=utf-8", pages::SCRIPT)))
        .route("/sign-in/authn.css", get(|| asset("text/css; charset=utf-8", STYLE)))
        .route("/sign-in/icon.svg", get(|| asset("image/svg+xml", MARK)))
        .layer(DefaultBodyLimit::max(body))
        .layer(csrf)
        .layer(from_fn_with_state(guard, guard::stand))
        .with_state(Desk { authn, home, pages })
}

async fn asset(kind: &'static str, text: &'static str) -> Response {
    // An hour: a new version is used soon, and a page of an old version still works with the new script.
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")], text).into_response()
}

/// Extracts the client's address.
pub struct Whence(pub Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for Whence {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(guard::address(&parts.extensions)))
    }
}

/// Extracts the session of the browser. The request is refused without one.
pub struct SignedInSession(pub Arc<Session>);

impl FromRequestParts<Desk> for SignedInSession {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Refusal> {
        desk.authn.session_here(&parts.headers).map(Self).ok_or(Refusal::NotSignedIn)
    }
}

// --- signing in -----------------------------------------------------------------------------------------------------

async fn sign_in_page(
    State(desk): State<Desk>,
    uri: http::Uri,
    query: Result<Query<TargetText>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let outcome = async {
        let target = desk.target(query)?;
        match desk.authn.session_here(&headers) {
            // Already signed in: continue to the application without a ceremony.
            Some(session) => {
                Ok(Redirect::to(&desk.authn.location(&session, target.as_ref()).await?).into_response())
            }
            None => {
                let providers = with_provider::choices(&desk.authn.world(), uri.query());
                let application = desk.title_of(target.as_ref());
                Ok(desk
                    .pages
                    .page("sign-in.html", &json!({ "application": application, "providers": providers })))
            }
        }
    };
    desk.shown(outcome.await)
}

async fn sign_in_start(
    State(desk): State<Desk>,
    headers: HeaderMap,
    Json(_): Json<Nothing>,
) -> Result<Response, Refusal> {
    Ok(begun(desk.authn.ask_sign_in(&headers)?))
}

async fn sign_in_finish(
    State(desk): State<Desk>,
    Whence(address): Whence,
    headers: HeaderMap,
    Json(body): Json<Signature>,
) -> Result<Response, Refusal> {
    let target = body.target.parse(&desk.authn.world())?;
    let signed_in = desk.authn.sign_in(&body.ceremony, body.credential, &headers, address).await?;
    let world = desk.authn.world();
    let session = world.session(signed_in.session).ok_or(Refusal::NotSignedIn)?;
    let location = desk.authn.location(session, target.as_ref()).await?;
    Ok(go(&location, [desk.signed_in_cookie(&signed_in.secret)]))
}

// --- stepping up ----------------------------------------------------------------------------------------------------

async fn step_up_page(
    State(desk): State<Desk>,
    uri: http::Uri,
    query: Result<Query<TargetText>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let outcome = async {
        let target = desk.target(query)?;
        let Some(session) = desk.authn.session_here(&headers) else {
            // Signing in is a fresh proof too, and leads to the same target.
            let rest = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            return Ok(Redirect::to(&format!("/sign-in{rest}")).into_response());
        };
        let world = desk.authn.world();
        let name = world.person(session.person).map(|known| known.about.name.clone());
        let has_passkey = world.credentials_of(session.person).next().is_some();
        let application = desk.title_of(target.as_ref());
        let page = json!({ "application": application, "name": name, "has_passkey": has_passkey });
        Ok(desk.pages.page("step-up.html", &page))
    };
    desk.shown(outcome.await)
}

async fn step_up_start(
    State(desk): State<Desk>,
    SignedInSession(session): SignedInSession,
    headers: HeaderMap,
    Json(_): Json<Nothing>,
) -> Result<Response, Refusal> {
    Ok(begun(desk.authn.ask_step_up(session.id, &headers)?))
}

async fn step_up_finish(
    State(desk): State<Desk>,
    SignedInSession(session): SignedInSession,
    headers: HeaderMap,
    Json(body): Json<Signature>,
) -> Result<Response, Refusal> {
    let target = body.target.parse(&desk.authn.world())?;
    desk.authn.step_up(session.id, &body.ceremony, body.credential, &headers).await?;
    Ok(go(&desk.authn.location(&session, target.as_ref()).await?, []))
}

// --- invitations ----------------------------------------------------------------------------------------------------

async fn enrol_page(State(desk): State<Desk>) -> Response {
    let providers = with_provider::choices(&desk.authn.world(), None);
    desk.pages.page("enrol.html", &json!({ "providers": providers }))
}

async fn enrol_look(State(desk): State<Desk>, Json(body): Json<Invited>) -> Result<Response, Refusal> {
    let invitee = desk.authn.invitee(&body.secret()?)?;
    Ok(axum::Json(json!({
        "name": invitee.name,
        "email": invitee.email,
        "recovery": invitee.recovery,
        "expires_at": invitee.expires_at,
    }))
    .into_response())
}

async fn enrol_start(
    State(desk): State<Desk>,
    headers: HeaderMap,
    Json(body): Json<Invited>,
) -> Result<Response, Refusal> {
    Ok(begun(desk.authn.ask_enrol(&body.secret()?, &headers)?))
}

async fn enrol_finish(
    State(desk): State<Desk>,
    Whence(address): Whence,
    headers: HeaderMap,
    Json(body): Json<NewPasskey>,
) -> Result<Response, Refusal> {
    let enrolled = desk.authn.enrol(&body.ceremony, body.credential, &body.name, &headers, address).await?;
    Ok(go("/", [desk.signed_in_cookie(&enrolled.signed_in.secret)]))
}

// --- within a session -----------------------------------------------------------------------------------------------

async fn sign_out(
    State(desk): State<Desk>,
    headers: HeaderMap,
    Json(_): Json<Nothing>,
) -> Result<Response, Refusal> {
    if let Some(session) = desk.authn.session_here(&headers) {
        desk.authn.end_session(Actor::Person(session.person), session.id, EndReason::SignedOut).await?;
    }
    Ok(go("/signed-out", [browser::clear(browser::SIGN_IN_COOKIE)]))
}

async fn signed_out(State(desk): State<Desk>) -> Response {
    let message = Message {
        heading: "You are signed out",
        text: "Your session has ended at every application.",
        next: Some(("/sign-in", "Sign in again")),
    };
    desk.pages.message(StatusCode::OK, &message)
}

async fn passkey_start(
    State(desk): State<Desk>,
    SignedInSession(session): SignedInSession,
    headers: HeaderMap,
    Json(_): Json<Nothing>,
) -> Result<Response, Refusal> {
    Ok(begun(desk.authn.ask_further(&session, &headers)?))
}

async fn passkey_finish(
    State(desk): State<Desk>,
    SignedInSession(session): SignedInSession,
    headers: HeaderMap,
    Json(body): Json<NewPasskey>,
) -> Result<Response, Refusal> {
    let credential =
        desk.authn.add_passkey(&session, &body.ceremony, body.credential, &body.name, &headers).await?;
    Ok((StatusCode::CREATED, axum::Json(json!({ "passkey": credential }))).into_response())
}

async fn passkey_remove(
    State(desk): State<Desk>,
    SignedInSession(session): SignedInSession,
    Json(body): Json<OnePasskey>,
) -> Result<StatusCode, Refusal> {
    desk.authn.remove_own_passkey(&session, body.passkey).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn session_end(
    State(desk): State<Desk>,
    SignedInSession(session): SignedInSession,
    Json(body): Json<OneSession>,
) -> Result<StatusCode, Refusal> {
    desk.authn.end_own_session(&session, body.session).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn notices_seen(
    State(desk): State<Desk>,
    SignedInSession(session): SignedInSession,
    Json(body): Json<SeenNotices>,
) -> Result<StatusCode, Refusal> {
    desk.authn.notices_seen(&session, body.up_to).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn invitation_withdraw(
    State(desk): State<Desk>,
    SignedInSession(session): SignedInSession,
    Json(body): Json<OneInvitation>,
) -> Result<StatusCode, Refusal> {
    desk.authn.withdraw_own_invitation(&session, body.invitation).await?;
    Ok(StatusCode::NO_CONTENT)
}

// --- responses ------------------------------------------------------------------------------------------------------

fn begun((begun, options): (BegunCeremony, Value)) -> Response {
    let body = axum::Json(json!({ "ceremony": begun.ceremony, "publicKey": options }));
    with_cookies(body.into_response(), begun.cookie)
}

/// Returns `location` in the body for the page's script: the script itself would follow a redirect status, instead of
/// the browser's window.
pub fn go(location: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    with_cookies(axum::Json(json!({ "location": location })).into_response(), cookies)
}

pub fn with_cookies(mut answer: Response, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    for cookie in cookies {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

impl Desk {
    pub fn target(
        &self,
        query: Result<Query<TargetText>, QueryRejection>,
    ) -> Result<Option<Target>, Refusal> {
        let Query(text) = query.map_err(|_| {
            Refusal::field(
                "query",
                "host, return and state are expected, each once: open the application again",
            )
        })?;
        text.parse(&self.authn.world())
    }

    fn title_of(&self, target: Option<&Target>) -> Option<String> {
        target?.title(&self.authn.world())
    }

    pub fn signed_in_cookie(&self, secret: &Secret) -> HeaderValue {
        browser::set(browser::SIGN_IN_COOKIE, secret, self.authn.config().session)
    }

    /// Returns the page, or the page of the refusal.
    pub fn shown(&self, outcome: Result<Response, Refusal>) -> Response {
        outcome.unwrap_or_else(|refusal| {
            refusal.log();
            self.pages.refusal(&refusal)
        })
    }
}
