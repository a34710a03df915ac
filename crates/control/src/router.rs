//! The routes: each row of the API's table of endpoints, bound to its handler.

use crate::bind::BoundRows;
use crate::caller::Operator;
use crate::guard::{guard, throttle};
use crate::{
    Control, Refusal, applications, archiving, authzen, decisions, devices, drafts, envelope, exceptions,
    export, facts, findings, grants, groups, identities, inventory, jobs, keys, labels, leavers, lint, me,
    networks, openid_clients, people, policies, projections, proposals, providers, provisioning, query,
    reach, register, rehearsals, reviews, roles, rollouts, services, sessions, settings, status, trends,
    upkeep, upstreams, versions,
};
use axum::extract::{DefaultBodyLimit, OriginalUri};
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Router};
use countersign_api::rows;
use tower_http::csrf::{CsrfLayer, ProtectionError};

impl Control {
    /// Returns the routes for the network: the API under `/api/v1`, the AuthZEN decision point, and the public
    /// documents of both. Put a [`crate::Connection`] into the extensions of each request.
    pub fn router(&self) -> Router {
        let api = api().merge(scim()).layer(from_fn_with_state(self.clone(), guard));
        // A browser states where a request came from; a request of another site is refused before anything is
        // evaluated.
        let csrf = CsrfLayer::new().with_rejection_response(|_: ProtectionError| -> Response {
            Refusal::forbidden("another site made this request in your name")
                .remedy("open the console itself")
                .into_response()
        });
        let all = api.layer(csrf).merge(public()).merge(decision_point());
        self.finish(answered(all).layer(from_fn_with_state(self.clone(), throttle)))
    }

    /// Returns the routes for a listener of external enforcement points: the AuthZEN decision point and the public
    /// documents, without administration.
    pub fn decision_point_router(&self) -> Router {
        let all = answered(public().merge(decision_point()));
        self.finish(all.layer(from_fn_with_state(self.clone(), throttle)))
    }

    /// Returns the API for the operator, without authentication. Serve it on a local socket that only the machine's
    /// operator can open, and nowhere else.
    pub fn operator_router(&self) -> Router {
        let api = api().layer(from_fn_with_state(self.clone(), guard)).layer(Extension(Operator));
        self.finish(answered(api.merge(public())))
    }

    fn finish(&self, routes: Router<Self>) -> Router {
        routes
            .layer(map_response(never_sniffed))
            .layer(from_fn_with_state(self.clone(), envelope::wrap))
            .layer(from_fn(provisioning::in_its_form))
            .with_state(self.clone())
    }
}

/// Adds the answers for unknown paths and methods.
fn answered(routes: Router<Control>) -> Router<Control> {
    routes
        .fallback(nothing_here)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(crate::input::LONGEST_BODY))
}

fn api() -> Router<Control> {
    let api = bound()
        .into_router()
        .method_not_allowed_fallback(no_such_method)
        .fallback(nothing_here)
        .layer(from_fn(crate::endpoint::only_its_parameters));
    Router::new().nest(countersign_api::PREFIX, api)
}

/// Binds every row of the API to its handler.
fn bound() -> BoundRows {
    let routes = BoundRows::default();
    let routes = people(routes);
    let routes = groups_and_services(routes);
    let routes = devices(routes);
    let routes = applications(routes);
    let routes = access(routes);
    let routes = policies(routes);
    let routes = evidence(routes);
    let routes = sources(routes);
    long_runs(routes)
}

fn people(routes: BoundRows) -> BoundRows {
    routes
        .bind(&rows::me::SHOW, me::show)
        .bind(&rows::people::LIST, people::list)
        .bind(&rows::people::ADD, people::add)
        .bind(&rows::people::SHOW, people::show)
        .bind(&rows::people::CHANGE, people::change)
        .bind(&rows::people::REMOVE, people::remove)
        .bind(&rows::people::SUSPEND, people::suspend)
        .bind(&rows::people::RESTORE, people::restore)
        .bind(&rows::people::INVITE, people::invite)
        .bind(&rows::people::CREDENTIALS, people::credentials)
        .bind(&rows::people::CONFIRM, people::confirm)
        .bind(&rows::people::RISK, people::risk)
        .bind(&rows::people::END_SESSIONS, people::end_sessions)
        .bind(&rows::credentials::REMOVE, people::remove_credential)
        .bind(&rows::people::LINKS, providers::links)
        .bind(&rows::people::LINK, providers::link)
        .bind(&rows::links::REMOVE, providers::unlink)
        .bind(&rows::providers::LIST, providers::list)
        .bind(&rows::providers::SHOW, providers::show)
        .bind(&rows::providers::DECLARE, providers::declare)
        .bind(&rows::providers::WITHDRAW, providers::withdraw)
        .bind(&rows::openid_clients::LIST, openid_clients::list)
        .bind(&rows::openid_clients::SHOW, openid_clients::show)
        .bind(&rows::openid_clients::DECLARE, openid_clients::declare)
        .bind(&rows::openid_clients::ISSUE_SECRET, openid_clients::issue_secret)
        .bind(&rows::openid_clients::WITHDRAW, openid_clients::withdraw)
}

fn groups_and_services(routes: BoundRows) -> BoundRows {
    routes
        .bind(&rows::groups::LIST, groups::list)
        .bind(&rows::groups::ADD, groups::add)
        .bind(&rows::groups::SHOW, groups::show)
        .bind(&rows::groups::REMOVE, groups::remove)
        .bind(&rows::groups::JOIN, groups::join)
        .bind(&rows::groups::LEAVE, groups::leave)
        .bind(&rows::services::LIST, services::list)
        .bind(&rows::services::ADD, services::add)
        .bind(&rows::services::SHOW, services::show)
        .bind(&rows::services::REMOVE, services::remove)
        .bind(&rows::services::ISSUE_TOKEN, services::issue_token)
        .bind(&rows::tokens::REVOKE, services::revoke_token)
}

fn devices(routes: BoundRows) -> BoundRows {
    routes
        .bind(&rows::devices::LIST, devices::list)
        .bind(&rows::devices::REGISTER, devices::register)
        .bind(&rows::devices::SHOW, devices::show)
        .bind(&rows::devices::CHANGE, devices::change)
        .bind(&rows::devices::REMOVE, devices::remove)
        .bind(&rows::devices::REPORT, devices::report)
}

fn applications(routes: BoundRows) -> BoundRows {
    routes
        .bind(&rows::applications::LIST, applications::list)
        .bind(&rows::applications::SHOW, applications::show)
        .bind(&rows::applications::DECLARE, applications::declare)
        .bind(&rows::applications::MEANING, applications::meaning)
        .bind(&rows::applications::REMOVE, applications::remove)
        .bind(&rows::applications::STAGE, applications::stage)
        .bind(&rows::labels::SET, applications::label)
        .bind(&rows::upstreams::CHECK, upstreams::check)
        .bind(&rows::settings::SHOW, settings::show)
}

fn access(routes: BoundRows) -> BoundRows {
    routes
        .bind(&rows::sessions::LIST, sessions::list)
        .bind(&rows::sessions::REVOKE, sessions::revoke)
        .bind(&rows::grants::LIST, grants::list)
        .bind(&rows::grants::REQUEST, grants::request)
        .bind(&rows::grants::SHOW, grants::show)
        .bind(&rows::grants::APPROVE, grants::approve)
        .bind(&rows::grants::REFUSE, grants::refuse)
        .bind(&rows::grants::REVOKE, grants::revoke)
        .bind(&rows::proposals::LIST, proposals::list)
        .bind(&rows::proposals::SHOW, proposals::show)
        .bind(&rows::proposals::COUNTERSIGN, proposals::countersign)
        .bind(&rows::proposals::REFUSE, proposals::refuse)
        .bind(&rows::exceptions::LIST, exceptions::list)
        .bind(&rows::exceptions::SHOW, exceptions::show)
        .bind(&rows::exceptions::OPEN, exceptions::open)
        .bind(&rows::exceptions::END, exceptions::end)
}

fn policies(routes: BoundRows) -> BoundRows {
    routes
        .bind(&rows::policies::SHOW, policies::show)
        .bind(&rows::policies::PUBLISH, policies::publish)
        .bind(&rows::policies::FILES, policies::files)
        .bind(&rows::policies::STARTER, policies::starter)
        .bind(&rows::policies::HISTORY, versions::history)
        .bind(&rows::policies::ROLLBACK, versions::rollback)
        .bind(&rows::policies::LINT, lint::show)
        .bind(&rows::policies::CHECK, drafts::checked)
        .bind(&rows::policies::TEST, drafts::tested)
        .bind(&rows::policies::FORMAT, drafts::format)
        .bind(&rows::policies::VOCABULARY, drafts::vocabulary)
        .bind(&rows::reach::WHO, reach::who)
        .bind(&rows::reach::WHAT, reach::what)
        .bind(&rows::rollouts::LIST, rollouts::list)
        .bind(&rows::rollouts::START, rollouts::start)
        .bind(&rows::rollouts::SHOW, rollouts::show)
        .bind(&rows::rollouts::ADVANCE, rollouts::advance)
        .bind(&rows::rollouts::HALT, rollouts::halt)
        .bind(&rows::trusts::LIST, register::list)
        .bind(&rows::trusts::FIGURES, register::figures)
        .bind(&rows::trusts::OWN, register::own)
        .bind(&rows::trusts::DOCUMENT, register::document)
}

fn evidence(routes: BoundRows) -> BoundRows {
    routes
        .bind(&rows::networks::LIST, networks::list)
        .bind(&rows::keys::LIST, keys::list)
        .bind(&rows::keys::RETIRE, keys::retire)
        .bind(&rows::keys::ROTATE, keys::rotate)
        .bind(&rows::decisions::LIST, decisions::list)
        .bind(&rows::decisions::FOLLOW, decisions::live::follow)
        .bind(&rows::decisions::WHY, decisions::why)
        .bind(&rows::decisions::AGAIN, decisions::again::again)
        .bind(&rows::evidence::EXPORT, export::export)
        .bind(&rows::evidence::VERIFY, upkeep::verify)
        .bind(&rows::evidence::ANCHOR, upkeep::anchor)
        .bind(&rows::evidence::COMPACT, upkeep::compact)
        .bind(&rows::evidence::RETAIN, upkeep::retain)
        .bind(&rows::query::ASK, query::ask)
        .bind(&rows::query::TABLES, query::list)
        .bind(&rows::status::SHOW, status::show)
        .bind(&rows::trends::SHOW, trends::show)
        .bind(&rows::journal::HEAD, status::head)
        .bind(&rows::journal::VERIFY, status::verify)
        .bind(&rows::journal::ARCHIVE, archiving::archive)
        .bind(&rows::facts::LIST, facts::list)
        .bind(&rows::facts::SHOW, facts::show)
        .bind(&rows::projections::LIST, projections::list)
        .bind(&rows::projections::REBUILD, projections::rebuild)
        .bind(&rows::projections::VERIFY, projections::verify)
}

fn sources(routes: BoundRows) -> BoundRows {
    routes
        .bind(&rows::sources::LIST, inventory::sources::list)
        .bind(&rows::sources::SHOW, inventory::sources::show)
        .bind(&rows::sources::DECLARE, inventory::sources::declare)
        .bind(&rows::sources::WITHDRAW, inventory::sources::withdraw)
        .bind(&rows::sources::LEAVERS, leavers::shown::list)
        .bind(&rows::sources::CONFIRM_LEAVERS, leavers::confirm)
        .bind(&rows::sources::BEGIN_IMPORT, inventory::imports::begin)
        .bind(&rows::sources::TAKE_PAGE, inventory::imports::take)
        .bind(&rows::sources::FINISH_IMPORT, inventory::imports::finish)
        .bind(&rows::sources::APPLY_IMPORT, inventory::imports::apply)
        .bind(&rows::sources::DROP_IMPORT, inventory::imports::drop)
        .bind(&rows::findings::LIST, findings::list)
        .bind(&rows::findings::CAUSES, findings::causes)
        .bind(&rows::findings::EXPORT, findings::export)
        .bind(&rows::findings::LOOK, findings::look)
        .bind(&rows::findings::SETTINGS, findings::settings)
        .bind(&rows::findings::SHOW, findings::show)
        .bind(&rows::findings::ACCEPT, findings::accept)
        .bind(&rows::findings::REOPEN, findings::reopen)
        .bind(&rows::reviews::LIST, reviews::list)
        .bind(&rows::reviews::PREVIEW, reviews::preview)
        .bind(&rows::reviews::OPEN, reviews::open)
        .bind(&rows::reviews::INBOX, reviews::inbox)
        .bind(&rows::reviews::SHOW, reviews::show)
        .bind(&rows::reviews::ITEMS, reviews::items)
        .bind(&rows::reviews::DECIDE, reviews::decide)
        .bind(&rows::reviews::REASSIGN, reviews::reassign)
        .bind(&rows::reviews::CLOSE, reviews::close)
        .bind(&rows::reviews::REPORT, reviews::report)
        .bind(&rows::reviews::CHANGES, reviews::changes)
        .bind(&rows::roles::LIST, roles::list)
        .bind(&rows::roles::PROPOSE, roles::propose)
        .bind(&rows::roles::SEARCH, roles::search)
        .bind(&rows::roles::EXPORT, roles::export)
        .bind(&rows::roles::SHOW, roles::show)
        .bind(&rows::roles::ACCEPT, roles::accept)
        .bind(&rows::roles::DISMISS, roles::dismiss)
        .bind(&rows::roles::RECONSIDER, roles::reconsider)
        .bind(&rows::inventory::LIST, inventory::nodes::list)
        .bind(&rows::inventory::SHOW, inventory::nodes::show)
        .bind(&rows::inventory::EDGES, inventory::nodes::edges)
        .bind(&rows::inventory_access::SHOW, inventory::access::show)
        .bind(&rows::inventory_access::WHO_CAN, inventory::access::who_can)
        .bind(&rows::inventory_access::WHAT_CAN, inventory::access::what_can)
        .bind(&rows::inventory_access::PATH, inventory::access::path)
        .bind(&rows::inventory_access::TIER_ZERO, inventory::access::tier_zero)
        .bind(&rows::inventory_access::COMPROMISE, inventory::access::compromise)
        .bind(&rows::content_labels::LIST, labels::list)
        .bind(&rows::content_labels::COVERAGE, labels::coverage::show)
        .bind(&rows::content_labels::SET, labels::set)
        .bind(&rows::content_labels::PROPOSE, labels::propose)
        .bind(&rows::content_labels::SHOW, labels::show)
        .bind(&rows::content_labels::CONFIRM, labels::confirm)
        .bind(&rows::content_labels::DISMISS, labels::dismiss)
        .bind(&rows::content_labels::WITHDRAW, labels::withdraw)
        .bind(&rows::identities::LIST, identities::pages::list)
        .bind(&rows::identities::SHOW, identities::pages::show)
        .bind(&rows::identities::QUEUE, identities::pages::queue)
        .bind(&rows::identities::DECISIONS, identities::decisions::list)
        .bind(&rows::identities::DECIDE, identities::decisions::decide)
        .bind(&rows::identities::UNDO, identities::decisions::undo)
        .bind(&rows::identities::RULES, identities::correlating::rules)
        .bind(&rows::identities::CORRELATION, identities::correlating::show)
        .bind(&rows::identities::CORRELATE, identities::correlating::run)
}

fn long_runs(routes: BoundRows) -> BoundRows {
    routes
        .bind(&rows::replays::START, rehearsals::replay)
        .bind(&rows::plans::START, rehearsals::plan)
        .bind(&rows::proofs::START, rehearsals::prove)
        .bind(&rows::shadow::START, rehearsals::shadow)
        .bind(&rows::jobs::LIST, jobs::endpoints::list)
        .bind(&rows::jobs::SHOW, jobs::endpoints::show)
        .bind(&rows::jobs::STOP, jobs::endpoints::stop)
        .bind(&rows::schedules::LIST, jobs::schedules::list)
        .bind(&rows::jobs::FOLLOW, jobs::endpoints::follow)
}

/// The SCIM service. Its paths and methods are the standard's, so they are no rows of the API.
fn scim() -> Router<Control> {
    Router::new()
        .route(provisioning::SCIM_PREFIX, any(provisioning::answer))
        .route(&format!("{}/{{*path}}", provisioning::SCIM_PREFIX), any(provisioning::answer))
}

fn public() -> Router<Control> {
    Router::new()
        .route("/.well-known/jwks.json", get(keys::jwks))
        // The name that the OpenID provider announces.
        .route("/oauth2/keys", get(keys::jwks))
}

fn decision_point() -> Router<Control> {
    Router::new()
        .route("/.well-known/authzen-configuration", get(authzen::configuration))
        .route("/access/v1/evaluation", post(authzen::evaluation))
        .route("/access/v1/evaluations", post(authzen::evaluations))
        .route("/access/v1/search/subject", post(authzen::search::subjects))
        .route("/access/v1/search/resource", post(authzen::search::resources))
        .route("/access/v1/search/action", post(authzen::search::actions))
}

async fn nothing_here(OriginalUri(uri): OriginalUri) -> Refusal {
    Refusal::no_such_path(uri.path())
}

async fn no_such_method(method: Method) -> Refusal {
    Refusal::method(&method)
}

/// Forbids content sniffing and, unless the answer states otherwise, caching.
async fn never_sniffed(mut response: Response) -> Response {
    use axum::http::{HeaderValue, header};
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_row_is_bound_once() {
        let bound = bound();
        let all: BTreeSet<_> = countersign_api::endpoints().iter().map(|endpoint| endpoint.id).collect();
        assert_eq!(bound.ids().iter().copied().collect::<BTreeSet<_>>(), all);
        assert_eq!(bound.ids().len(), all.len());
    }
}
