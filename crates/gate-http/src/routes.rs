//! Looks up which application, which of its resources and which action a request means.
//!
//! The table is compiled from the world's applications and rebuilt when any of them changes. A request costs a hash
//! look-up for its host and, for each route of that one application, at most one comparison per segment.

use crate::headers::AcceptedHeaders;
use countersign_facts::HttpApplication;
use countersign_gate::ApplicationCounts;
use countersign_names::{Action, ResourceName};
use countersign_routes::{Ambiguous, CanonicalPath, Routes};
use countersign_world::{Application, World};
use http::{HeaderName, Method};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// What a request means.
#[derive(Debug, Clone)]
pub struct Routed {
    /// The application.
    pub application: Arc<Application>,
    /// The resource.
    pub resource: ResourceName,
    /// The action.
    pub action: Action,
    about: Arc<About>,
}

impl Routed {
    /// Returns the header in which the application expects the gate's assertion.
    pub fn assertion(&self) -> &HeaderName {
        self.about.accepted.assertion()
    }

    /// Returns which request headers the application receives.
    pub fn accepted(&self) -> &AcceptedHeaders {
        &self.about.accepted
    }

    /// Counts a decision and records how long it took.
    pub fn decided(&self, allowed: bool, took: Duration) {
        self.counts().decided(allowed, took);
    }

    /// Records how long the application took to begin its answer.
    pub fn answered(&self, took: Duration) {
        self.counts().answered(took);
    }

    fn counts(&self) -> &ApplicationCounts {
        self.about.counts.get_or_init(|| ApplicationCounts::of(self.application.name.as_str()))
    }
}

/// The routes of every application.
#[derive(Debug, Default)]
pub struct RouteTable {
    epoch: u64,
    by_host: HashMap<String, Arc<About>>,
}

#[derive(Debug)]
struct About {
    application: Arc<Application>,
    routes: Routes,
    accepted: AcceptedHeaders,
    counts: OnceLock<ApplicationCounts>,
}

impl RouteTable {
    /// Compiles the table for the applications of `world`.
    pub fn build(world: &World) -> Self {
        let mut by_host = HashMap::new();
        for application in world.applications() {
            let Some(http) = application.about.http() else { continue };
            let Some(about) = About::of(application, http).map(Arc::new) else { continue };
            for host in &http.hosts {
                by_host.insert(host.clone(), Arc::clone(&about));
            }
        }
        Self { epoch: world.applications_epoch(), by_host }
    }

    /// Returns whether this table was built for the applications of `world`.
    pub fn is_of(&self, world: &World) -> bool {
        self.epoch == world.applications_epoch()
    }

    /// Returns the application of a host (lower-case, without port).
    pub fn application(&self, host: &str) -> Option<&Arc<Application>> {
        self.by_host.get(host).map(|about| &about.application)
    }

    /// Returns what a request means, or `None` if no application has that host.
    ///
    /// # Errors
    /// If the path differs from a route only in letter case, or the method is not in upper case; see [`Routes::find`].
    pub fn find(
        &self,
        host: &str,
        method: &Method,
        path: &CanonicalPath,
        upgrade: bool,
    ) -> Result<Option<Routed>, Ambiguous> {
        let Some(about) = self.by_host.get(host) else { return Ok(None) };
        let found = about.routes.find(method.as_str(), path, upgrade)?;
        Ok(found.map(|meaning| Routed {
            application: Arc::clone(&about.application),
            resource: meaning.resource.clone(),
            action: meaning.action,
            about: Arc::clone(about),
        }))
    }
}

impl About {
    /// Returns `None` if a header name is invalid. The world rejects such names, so this is a defence in depth: the
    /// application could not receive the assertion, so no request reaches it.
    fn of(application: &Arc<Application>, http: &HttpApplication) -> Option<Self> {
        let assertion = http.assertion_header.parse().ok()?;
        let accepted = AcceptedHeaders::new(assertion, http.request_headers.as_ref());
        let routes = Routes::of(application)?;
        Some(Self { application: Arc::clone(application), routes, accepted, counts: OnceLock::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_facts::{Actor, ApplicationFact, Fact, Stated};
    use countersign_names::Timestamp;

    const WIKI: &str = r#"{"title":"Wiki","owner":"Knowledge","hosts":["wiki.localhost","w.example"],
        "upstream":"http://127.0.0.1:1","stage":"enforce","sensitivity":"internal",
        "assertion_header":"x-countersign-assertion","resources":[
        {"part":"approval","sensitivity":null,"routes":[
            {"methods":["POST"],"path":"/runs/*/approve","action":"administer"}]},
        {"part":"admin","sensitivity":"restricted","routes":[
            {"path":"/admin/**","action":"administer"},{"path":"/admin.php"}]},
        {"part":"live","sensitivity":null,"routes":[{"path":"/live/"},{"path":"/quiet","action":"read"}]},
        {"part":"home","sensitivity":null,"routes":[{"path":"/"}]}]}"#;

    fn table() -> RouteTable {
        let mut world = World::empty();
        let fact = Fact::Application(ApplicationFact::Declared {
            application: "wiki".parse().unwrap(),
            about: serde_json::from_str(WIKI).unwrap(),
        });
        world.apply(&Stated { at: Timestamp::from_micros(1), by: Actor::Operator, fact }).unwrap();
        RouteTable::build(&world)
    }

    #[test]
    fn every_host_of_an_application_leads_to_it_and_no_other_does() {
        let table = table();
        let root = CanonicalPath::parse(b"/").unwrap();
        assert!(table.find("w.example", &Method::GET, &root, false).unwrap().is_some());
        for host in ["", "example", "wiki.localhost.", "x.w.example", "WIKI.localhost"] {
            assert!(table.find(host, &Method::GET, &root, false).unwrap().is_none(), "{host:?}");
        }
    }
}
