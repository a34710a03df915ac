//! The form of an application in `application.declared/1`: the HTTP form, without nesting.
//!
//! It was published when HTTP was the only protocol. It must be read and written unchanged for ever.

use super::{
    Application, ApplicationProtocol, ApplicationStage, HttpApplication, RequestHeader, Resource, Route,
};
use super::{PartRoutes, Upstream};
use countersign_names::{Action, Sensitivity};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The order of the fields is their order in the written bytes.
#[derive(Serialize, Deserialize)]
pub struct FlatApplication {
    title: String,
    owner: String,
    hosts: BTreeSet<String>,
    upstream: Upstream,
    stage: ApplicationStage,
    sensitivity: Option<Sensitivity>,
    resources: Vec<FlatResource>,
    assertion_header: String,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    download_types: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    operations: BTreeMap<String, Action>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_headers: Option<BTreeSet<RequestHeader>>,
}

#[derive(Serialize, Deserialize)]
struct FlatResource {
    part: String,
    sensitivity: Option<Sensitivity>,
    routes: Vec<Route>,
}

impl From<FlatApplication> for Application {
    fn from(flat: FlatApplication) -> Self {
        let (resources, routes): (Vec<_>, PartRoutes) = flat
            .resources
            .into_iter()
            .map(|FlatResource { part, sensitivity, routes }| {
                (Resource { part: part.clone(), sensitivity }, (part, routes))
            })
            .unzip();
        Self {
            title: flat.title,
            owner: flat.owner,
            stage: flat.stage,
            sensitivity: flat.sensitivity,
            resources,
            operations: flat.operations,
            protocol: ApplicationProtocol::Http(HttpApplication {
                hosts: flat.hosts,
                upstream: flat.upstream,
                routes,
                assertion_header: flat.assertion_header,
                download_types: flat.download_types,
                request_headers: flat.request_headers,
            }),
        }
    }
}

impl From<Application> for FlatApplication {
    fn from(application: Application) -> Self {
        let ApplicationProtocol::Http(http) = application.protocol;
        let routes = http.routes;
        Self {
            title: application.title,
            owner: application.owner,
            hosts: http.hosts,
            upstream: http.upstream,
            stage: application.stage,
            sensitivity: application.sensitivity,
            resources: application
                .resources
                .into_iter()
                .map(|Resource { part, sensitivity }| FlatResource {
                    routes: routes.of(&part).to_vec(),
                    part,
                    sensitivity,
                })
                .collect(),
            assertion_header: http.assertion_header,
            download_types: http.download_types,
            operations: application.operations,
            request_headers: http.request_headers,
        }
    }
}
