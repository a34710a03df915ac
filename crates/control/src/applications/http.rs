//! Converts HTTP's part of a declaration from the form that people write, and back.

use crate::Refusal;
use countersign_api as api;
use countersign_facts::{HttpApplication, Method, PartRoutes, RequestHeader, Route, Upstream};
use countersign_world::check_route_path;
use std::collections::BTreeSet;

/// Converts HTTP's part of a declaration to the form that facts state.
///
/// # Errors
/// If a field does not parse.
pub fn declared(declaration: &api::Declaration) -> Result<HttpApplication, Refusal> {
    let upstream: Upstream =
        declaration.upstream.parse().map_err(|error: String| Refusal::invalid("upstream", error))?;
    let routes = routes_of_parts("resources", &declaration.resources)?.into_iter().collect::<PartRoutes>();
    // Rejects hosts that the world accepts but no request can name, because the gate parses hosts strictly.
    for host in &declaration.hosts {
        if !host.is_empty() && host.split('.').any(|label| label.is_empty() || label.len() > 63) {
            return Err(Refusal::invalid("hosts", format!("{host:?} has a label that is empty or too long"))
                .remedy("write the name as browsers send it, without a dot at its end"));
        }
    }
    for kind in &declaration.download_types {
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic() && b != b'/');
        if !kind.split_once('/').is_some_and(|(kind, sub)| plain(kind) && plain(sub)) {
            return Err(Refusal::invalid("download_types", format!("{kind:?} is not a media type"))
                .remedy("write type/subtype or type/*"));
        }
    }
    Ok(HttpApplication {
        hosts: declaration.hosts.clone(),
        upstream,
        routes,
        assertion_header: declaration.assertion_header.clone(),
        download_types: declaration.download_types.clone(),
        request_headers: declaration.request_headers.as_ref().map(request_headers).transpose()?,
    })
}

/// Returns the routes of a part in the form of an application file.
pub fn routes_of(http: &HttpApplication, part: &str) -> Vec<api::Route> {
    let route = |route: &Route| api::Route {
        methods: route.methods.iter().map(|method| method.as_str().to_owned()).collect(),
        path: route.path.clone(),
        action: route.action,
    };
    http.routes.of(part).iter().map(route).collect()
}

fn request_headers(declared: &BTreeSet<String>) -> Result<BTreeSet<RequestHeader>, Refusal> {
    declared
        .iter()
        .map(|name| RequestHeader::try_from(name.clone()))
        .collect::<Result<_, _>>()
        .map_err(|error| Refusal::invalid("request_headers", error))
}

/// Converts the routes of each part, in the order of the parts. A refusal names its route within `field`.
///
/// # Errors
/// If a method or a path is invalid.
pub fn routes_of_parts(
    field: &str,
    resources: &[api::Resource],
) -> Result<Vec<(String, Vec<Route>)>, Refusal> {
    let routes = |(place, resource)| part_routes(&format!("{field}[{place}]"), resource);
    resources.iter().enumerate().map(routes).collect()
}

fn part_routes(field: &str, resource: &api::Resource) -> Result<(String, Vec<Route>), Refusal> {
    let routes = resource
        .routes
        .iter()
        .enumerate()
        .map(|(place, route)| route_of(&format!("{field}.routes[{place}]"), route))
        .collect::<Result<_, _>>()?;
    Ok((resource.part.clone(), routes))
}

fn route_of(field: &str, route: &api::Route) -> Result<Route, Refusal> {
    let methods = route
        .methods
        .iter()
        .map(|method| Method::try_from(method.clone()))
        .collect::<Result<BTreeSet<_>, _>>()
        .map_err(|error| Refusal::invalid(format!("{field}.methods"), error))?;
    check_route_path(&route.path)
        .map_err(|contradiction| Refusal::from(contradiction).about_field(format!("{field}.path")))?;
    Ok(Route { methods, path: route.path.clone(), action: route.action })
}
