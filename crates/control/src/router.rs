//! The routes. Each line of the API's table of endpoints has one here, and a test walks the table to hold it.

use crate::caller::Operator;
use crate::guard::{guard, throttle};
use crate::{
    Control, Refusal, applications, authzen, decisions, devices, envelope, exceptions, export, grants,
    groups, keys, lint, people, policies, proposals, query, reach, register, rehearsals, rollouts, services,
    sessions, settings, status, upkeep, versions,
};
use axum::extract::{DefaultBodyLimit, OriginalUri};
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post, put};
use axum::{Extension, Router};
use tower_http::csrf::{CsrfLayer, ProtectionError};

impl Control {
    /// The control plane as the network sees it: the API under `/api/v1`, the AuthZEN decision point, and the public
    /// documents of both. Put a [`crate::Connection`] into the extensions of each request.
    pub fn router(&self) -> Router {
        let api = api().layer(from_fn_with_state(self.clone(), guard));
        // A browser says where a request came from; one that another site made is refused before anything is asked.
        let csrf = CsrfLayer::new().with_rejection_response(|_: ProtectionError| -> Response {
            Refusal::forbidden("another site made this request in your name")
                .remedy("open the console itself")
                .into_response()
        });
        let all = api.layer(csrf).merge(public()).merge(decision_point());
        self.finish(answered(all).layer(from_fn_with_state(self.clone(), throttle)))
    }

    /// What a listener for other enforcement points serves: the AuthZEN decision point and the public documents, and
    /// nothing that administers.
    pub fn decision_point_router(&self) -> Router {
        let all = answered(public().merge(decision_point()));
        self.finish(all.layer(from_fn_with_state(self.clone(), throttle)))
    }

    /// The API for whoever holds the machine: nobody is asked who they are. Serve it on a local socket that only the
    /// machine's operator can open, and nowhere else.
    pub fn operator_router(&self) -> Router {
        let api = api().layer(from_fn_with_state(self.clone(), guard)).layer(Extension(Operator));
        self.finish(answered(api.merge(public())))
    }

    fn finish(&self, routes: Router<Self>) -> Router {
        routes
            .layer(map_response(never_sniffed))
            .layer(from_fn_with_state(self.clone(), envelope::wrap))
            .with_state(self.clone())
    }
}

/// The routes, with an answer for what is none of them.
fn answered(routes: Router<Control>) -> Router<Control> {
    routes
        .fallback(nothing_here)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(crate::input::LONGEST_BODY))
}

fn api() -> Router<Control> {
    let api = Router::new()
        .route("/people", get(people::list).post(people::add))
        .route("/people/{person}", get(people::show).put(people::change).delete(people::remove))
        .route("/people/{person}/suspend", post(people::suspend))
        .route("/people/{person}/restore", post(people::restore))
        .route("/people/{person}/invitations", post(people::invite))
        .route("/people/{person}/credentials", get(people::credentials))
        .route("/people/{person}/confirm", post(people::confirm))
        .route("/people/{person}/risk", put(people::risk))
        .route("/people/{person}/sessions", delete(people::end_sessions))
        .route("/credentials/{id}", delete(people::remove_credential))
        .route("/groups", get(groups::list).post(groups::add))
        .route("/groups/{group}", get(groups::show).delete(groups::remove))
        .route("/groups/{group}/members/{member}", put(groups::join).delete(groups::leave))
        .route("/services", get(services::list).post(services::add))
        .route("/services/{id}", get(services::show).delete(services::remove))
        .route("/services/{id}/tokens", post(services::issue_token))
        .route("/tokens/{id}", delete(services::revoke_token))
        .route("/devices", get(devices::list).post(devices::register))
        .route("/devices/{id}", get(devices::show).put(devices::change).delete(devices::remove))
        .route("/devices/{id}/posture", post(devices::report))
        .route("/applications", get(applications::list))
        .route(
            "/applications/{application}",
            get(applications::show).put(applications::declare).delete(applications::remove),
        )
        .route("/applications/{application}/stage", post(applications::stage))
        .route("/labels/{application}/{*part}", put(applications::label))
        .route("/sessions", get(sessions::list))
        .route("/sessions/{id}", delete(sessions::revoke))
        .route("/grants", get(grants::list).post(grants::request))
        .route("/grants/{id}", get(grants::show))
        .route("/grants/{id}/approve", post(grants::approve))
        .route("/grants/{id}/refuse", post(grants::refuse))
        .route("/grants/{id}/revoke", post(grants::revoke))
        .route("/proposals", get(proposals::list))
        .route("/proposals/{id}", get(proposals::show))
        .route("/proposals/{id}/countersign", post(proposals::countersign))
        .route("/proposals/{id}/refuse", post(proposals::refuse))
        .route("/exceptions", get(exceptions::list).post(exceptions::open))
        .route("/exceptions/{id}", delete(exceptions::end))
        .route("/settings", get(settings::show))
        .route("/policies", get(policies::show).put(policies::publish))
        .route("/policies/files", get(policies::files))
        .route("/policies/starter", get(policies::starter))
        .route("/policies/history", get(versions::history))
        .route("/policies/rollback", post(versions::rollback))
        .route("/policies/lint", get(lint::show))
        .route("/reach/who", get(reach::who))
        .route("/reach/what", get(reach::what))
        .route("/keys", get(keys::list))
        .route("/keys/{kid}", delete(keys::retire))
        .route("/keys/{kid}/rotate", post(keys::rotate))
        .route("/decisions", get(decisions::list))
        .route("/decisions/{id}", get(decisions::why))
        .route("/replays", post(rehearsals::replay))
        .route("/plans", post(rehearsals::plan))
        .route("/proofs", post(rehearsals::prove))
        .route("/trusts", get(register::list))
        .route("/trusts/figures", get(register::figures))
        .route("/trusts/own", post(register::own))
        .route("/trusts/document", post(register::document))
        .route("/shadow-reports", post(rehearsals::shadow))
        .route("/rollouts", get(rollouts::list).post(rollouts::start))
        .route("/rollouts/{id}", get(rollouts::show))
        .route("/rollouts/{id}/advance", post(rollouts::advance))
        .route("/rollouts/{id}/halt", post(rollouts::halt))
        .route("/jobs", get(rehearsals::list))
        .route("/jobs/{id}", get(rehearsals::show).delete(rehearsals::stop))
        .route("/jobs/{id}/events", get(rehearsals::follow))
        .route("/evidence/export", get(export::export))
        .route("/evidence/verify", post(upkeep::verify))
        .route("/evidence/anchor", post(upkeep::anchor))
        .route("/evidence/compact", post(upkeep::compact))
        .route("/evidence/retain", post(upkeep::retain))
        .route("/query", post(query::ask))
        .route("/query/tables", get(query::list))
        .route("/status", get(status::show))
        .route("/journal/head", get(status::head))
        .route("/journal/verify", post(status::verify))
        .method_not_allowed_fallback(no_such_method)
        .fallback(nothing_here)
        .layer(from_fn(crate::endpoint::only_its_parameters));
    Router::new().nest(countersign_api::PREFIX, api)
}

fn public() -> Router<Control> {
    Router::new().route("/.well-known/jwks.json", get(keys::jwks))
}

fn decision_point() -> Router<Control> {
    Router::new()
        .route("/.well-known/authzen-configuration", get(authzen::configuration))
        .route("/access/v1/evaluation", post(authzen::evaluation))
        .route("/access/v1/evaluations", post(authzen::evaluations))
}

async fn nothing_here(OriginalUri(uri): OriginalUri) -> Refusal {
    Refusal::no_such_path(uri.path())
}

async fn no_such_method(method: Method) -> Refusal {
    Refusal::method(&method)
}

/// No answer of ours is to be guessed at, framed or kept by a cache, unless it says so itself.
async fn never_sniffed(mut response: Response) -> Response {
    use axum::http::{HeaderValue, header};
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
