//! Which endpoint of the contract a request is for, and whether it asks with that endpoint's parameters.

use crate::Refusal;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use countersign_api::{Endpoint, PREFIX, ParameterPlace, endpoints};
use std::sync::LazyLock;

/// Every endpoint, made once: each request is looked up in it.
static ENDPOINTS: LazyLock<Vec<Endpoint>> = LazyLock::new(endpoints);

/// The endpoint that a request is for; none when there is nothing.
pub fn of(method: &Method, path: &str) -> Option<&'static Endpoint> {
    let path = path.strip_prefix(PREFIX).unwrap_or(path);
    ENDPOINTS.iter().find(|endpoint| endpoint.is_asked(method.as_str(), path))
}

/// The endpoint of this name.
pub fn named(id: &str) -> Option<&'static Endpoint> {
    ENDPOINTS.iter().find(|endpoint| endpoint.id == id)
}

/// Refuse a parameter that the endpoint does not have: a misspelt one would otherwise be a wish that nobody hears.
pub async fn only_its_parameters(request: Request, next: Next) -> Response {
    let (uri, query) = (request.uri(), request.uri().query().unwrap_or_default());
    if let Some(endpoint) = of(request.method(), uri.path()) {
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
    }
    next.run(request).await
}
