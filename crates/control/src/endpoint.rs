//! Finds the endpoint of the contract that a request is for, and checks its query parameters.

use crate::Refusal;
use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use countersign_api::{Endpoint, PREFIX, ParameterPlace, endpoints};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// All endpoints, built once for the look-up of each request.
static ENDPOINTS: LazyLock<Vec<Endpoint>> = LazyLock::new(endpoints);

/// Returns the endpoint whose route a request took, or `None`. Works only behind the router.
pub fn matched(request: &Request) -> Option<&'static Endpoint> {
    let template = request.extensions().get::<MatchedPath>()?.as_str().strip_prefix(PREFIX)?;
    let method = as_routed(request.method());
    ENDPOINTS.iter().find(|endpoint| endpoint.path == template && endpoint.method.as_str() == method)
}

/// A GET route also answers HEAD.
fn as_routed(method: &Method) -> &str {
    if *method == Method::HEAD { "GET" } else { method.as_str() }
}

/// Returns the endpoint of this id.
pub fn named(id: &str) -> Option<&'static Endpoint> {
    ENDPOINTS.iter().find(|endpoint| endpoint.id == id)
}

/// Refuses a query parameter that the endpoint does not have, because a misspelt one would be ignored silently, and one
/// that is given twice, because readers differ in which of the two counts.
pub async fn only_its_parameters(request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    if let Some(endpoint) = matched(&request) {
        let known = |name: &str| {
            let mut parameters = endpoint.parameters.iter();
            parameters.any(|known| known.place == ParameterPlace::Query && known.name == name)
        };
        let unknown = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| !known(name));
        if let Some((name, _)) = unknown {
            let detail = format!("there is no parameter {name:?} here");
            return Refusal::invalid(name, detail)
                .remedy("docs/openapi.json lists the parameters")
                .into_response();
        }
        let mut names = BTreeSet::new();
        let twice =
            url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| !names.insert(name.clone()));
        if let Some((name, _)) = twice {
            return Refusal::invalid(name, "the parameter is given twice").into_response();
        }
    }
    next.run(request).await
}
