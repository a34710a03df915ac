//! Which application, which of its resources and which action a request means.
//!
//! The table is compiled from the world's applications and rebuilt when any of them changes; a request costs a hash
//! look-up for its host and, for each route of that one application, at most a comparison a segment.

use crate::counts::Counts;
use crate::path::{Ambiguous, CanonicalPath};
use countersign_names::{Action, ResourceName};
use countersign_world::{Application, World};
use http::{HeaderName, Method};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The part of an application that takes whatever no route does.
pub const OTHER: &str = "other";

/// What a request means.
#[derive(Debug, Clone)]
pub struct Routed {
    /// The application.
    pub application: Arc<Application>,
    /// Its resource.
    pub resource: ResourceName,
    /// The action.
    pub action: Action,
    about: Arc<Routes>,
}

impl Routed {
    /// The header in which the application looks for the gate's assertion.
    pub fn assertion(&self) -> &HeaderName {
        &self.about.assertion
    }

    /// It was decided, and that took so long.
    pub fn decided(&self, allowed: bool, took: Duration) {
        self.counts().decided(allowed, took);
    }

    /// The application began to answer, and that took so long.
    pub fn answered(&self, took: Duration) {
        self.counts().answered(took);
    }

    fn counts(&self) -> &Counts {
        self.about.counts.get_or_init(|| Counts::of(self.application.name.as_str()))
    }
}

/// Every application's routes.
#[derive(Debug, Default)]
pub struct RouteTable {
    epoch: u64,
    by_host: HashMap<String, Arc<Routes>>,
}

#[derive(Debug)]
struct Routes {
    application: Arc<Application>,
    list: Vec<CompiledRoute>,
    other: Option<ResourceName>,
    assertion: HeaderName,
    counts: OnceLock<Counts>,
}

#[derive(Debug)]
struct CompiledRoute {
    methods: BTreeSet<String>,
    pattern: Pattern,
    action: Option<Action>,
    resource: ResourceName,
}

/// A route's path, in segments.
#[derive(Debug)]
struct Pattern {
    /// None stands for any one segment.
    segments: Vec<Option<String>>,
    /// Whether any rest may follow, the empty one included.
    any_rest: bool,
}

impl RouteTable {
    /// The table for the applications of `world`.
    pub fn build(world: &World) -> Self {
        let mut by_host = HashMap::new();
        for application in world.applications() {
            let Some(routes) = Routes::compile(application).map(Arc::new) else { continue };
            for host in &application.about.hosts {
                by_host.insert(host.clone(), Arc::clone(&routes));
            }
        }
        Self { epoch: world.applications_epoch(), by_host }
    }

    /// Whether the applications of `world` are those that this table was built for.
    pub fn is_of(&self, world: &World) -> bool {
        self.epoch == world.applications_epoch()
    }

    /// The application that a host (lower-case, without port) belongs to.
    pub fn application(&self, host: &str) -> Option<&Arc<Application>> {
        self.by_host.get(host).map(|routes| &routes.application)
    }

    /// What a request means; nothing when no application has that host.
    ///
    /// # Errors
    /// When the path is that of a route but for the case of its letters. Some applications ignore case, and would then
    /// serve under `/Admin` what is labelled under `/admin`; some do not, and mean something else by it. Guessing either
    /// way would be wrong somewhere, so it is refused.
    pub fn find(
        &self,
        host: &str,
        method: &Method,
        path: &CanonicalPath,
        upgrade: bool,
    ) -> Result<Option<Routed>, Ambiguous> {
        let Some(routes) = self.by_host.get(host) else { return Ok(None) };
        let found = routes.first(method, path)?;
        let resource = found.map(|route| &route.resource).or(routes.other.as_ref());
        let action = found.and_then(|route| route.action).unwrap_or_else(|| default_action(method, upgrade));
        Ok(resource.map(|resource| Routed {
            application: Arc::clone(&routes.application),
            resource: resource.clone(),
            action,
            about: Arc::clone(routes),
        }))
    }
}

fn default_action(method: &Method, upgrade: bool) -> Action {
    match *method {
        _ if upgrade => Action::Connect,
        Method::GET | Method::HEAD | Method::OPTIONS => Action::Read,
        _ => Action::Write,
    }
}

impl Routes {
    /// None when the world holds a header name that is none, which it checks for: nobody could be told who asks, so
    /// nobody gets there.
    fn compile(application: &Arc<Application>) -> Option<Self> {
        let assertion = application.about.assertion_header.parse().ok()?;
        let mut list = Vec::new();
        for resource in &application.about.resources {
            // The world checked the part when the application was declared; a part that does not parse has no routes,
            // and what it would have named falls to `other`, with the application's own label.
            let Ok(name) = ResourceName::new(&application.name, &resource.part) else { continue };
            list.extend(resource.routes.iter().map(|route| CompiledRoute {
                methods: route.methods.iter().map(|method| method.as_str().to_owned()).collect(),
                pattern: Pattern::compile(&route.path),
                action: route.action,
                resource: name.clone(),
            }));
        }
        let other = ResourceName::new(&application.name, OTHER).ok();
        let counts = OnceLock::new();
        Some(Self { application: Arc::clone(application), list, other, assertion, counts })
    }

    fn first(&self, method: &Method, path: &CanonicalPath) -> Result<Option<&CompiledRoute>, Ambiguous> {
        for route in &self.list {
            if !route.methods.is_empty() && !route.methods.contains(method.as_str()) {
                continue;
            }
            match route.pattern.compare(path.segments()) {
                Match::Exact => return Ok(Some(route)),
                Match::ButForCase => return Err(Ambiguous::Case),
                Match::None => {}
            }
        }
        Ok(None)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    Exact,
    ButForCase,
    None,
}

impl Pattern {
    fn compile(path: &str) -> Self {
        let mut segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let any_rest = segments.last() == Some(&"**");
        // A pattern with and without a slash at its end mean the same, as do such paths: most frameworks serve both
        // alike, and `POST /runs/5/approve/` must not slip past a route for `/runs/*/approve`.
        if any_rest || segments.last() == Some(&"") {
            segments.pop();
        }
        let segments = segments.into_iter().map(|text| (text != "*").then(|| text.to_owned())).collect();
        Self { segments, any_rest }
    }

    fn compare(&self, path: &[String]) -> Match {
        let path = match path.split_last() {
            Some((last, rest)) if last.is_empty() => rest,
            _ => path,
        };
        let length_fits =
            path.len() == self.segments.len() || (self.any_rest && path.len() > self.segments.len());
        if !length_fits {
            return Match::None;
        }
        let mut result = Match::Exact;
        for (pattern, segment) in self.segments.iter().zip(path) {
            match pattern {
                Some(text) if text == segment => {}
                Some(text) if text.to_lowercase() == segment.to_lowercase() => result = Match::ButForCase,
                Some(_) => return Match::None,
                None => {}
            }
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_facts::{Actor, Fact, Stated};
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
        let fact = Fact::ApplicationDeclared {
            application: "wiki".parse().unwrap(),
            about: serde_json::from_str(WIKI).unwrap(),
        };
        world.apply(&Stated { at: Timestamp::from_micros(1), by: Actor::Operator, fact }).unwrap();
        RouteTable::build(&world)
    }

    fn check(method: &str, path: &str, upgrade: bool, expected: &str) {
        let path = CanonicalPath::parse(path.as_bytes()).unwrap();
        let found = table().find("wiki.localhost", &method.parse().unwrap(), &path, upgrade);
        let shown = match found {
            Ok(Some(routed)) => format!("{} {}", routed.resource, routed.action),
            Ok(None) => "none".to_owned(),
            Err(why) => format!("{why:?}"),
        };
        assert_eq!(shown, expected, "{method} {path}");
    }

    #[test]
    fn the_first_route_that_matches_names_resource_and_action() {
        for (method, path, upgrade, expected) in [
            ("GET", "/", false, "wiki/home read"),
            ("HEAD", "/", false, "wiki/home read"),
            ("OPTIONS", "/", false, "wiki/home read"),
            ("POST", "/", false, "wiki/home write"),
            ("PROPFIND", "/", false, "wiki/home write"),
            ("GET", "/pages/x", false, "wiki/other read"),
            ("DELETE", "/pages/x", false, "wiki/other write"),
            ("GET", "/admin", false, "wiki/admin administer"),
            ("GET", "/admin/", false, "wiki/admin administer"),
            ("GET", "/admin/a/b", false, "wiki/admin administer"),
            ("GET", "/%61dmin/a", false, "wiki/admin administer"),
            ("GET", "/administration", false, "wiki/other read"),
            ("POST", "/runs/5/approve", false, "wiki/approval administer"),
            ("POST", "/runs/5/approve/", false, "wiki/approval administer"),
            ("GET", "/runs/5/approve", false, "wiki/other read"),
            ("POST", "/runs/5/6/approve", false, "wiki/other write"),
            ("POST", "/runs/approve", false, "wiki/other write"),
            ("GET", "/live", true, "wiki/live connect"),
            ("GET", "/quiet", true, "wiki/live read"),
            ("GET", "/Admin/", false, "Case"),
            ("POST", "/RUNS/5/approve", false, "Case"),
            ("GET", "/RUNS/5/approve", false, "wiki/other read"),
            ("GET", "/admin/A", false, "wiki/admin administer"),
        ] {
            check(method, path, upgrade, expected);
        }
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
