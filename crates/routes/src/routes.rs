//! An application's routes, and the look-up of the first that matches.

use crate::path::{Ambiguous, CanonicalPath};
use countersign_facts::{Method, Route};
use countersign_names::{Action, ApplicationName, ResourceName};
use countersign_world::Application;
use std::collections::BTreeSet;

/// The part of an application that covers every request without a matching route.
pub const OTHER: &str = "other";

/// The compiled routes of one application.
#[derive(Debug)]
pub struct Routes {
    list: Vec<CompiledRoute>,
    other: Option<ResourceName>,
}

/// What a request means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning<'a> {
    /// The resource that the request means.
    pub resource: &'a ResourceName,
    /// The action that the request means.
    pub action: Action,
}

#[derive(Debug)]
struct CompiledRoute {
    methods: BTreeSet<String>,
    pattern: Pattern,
    action: Option<Action>,
    resource: ResourceName,
}

/// A route's path, split into segments.
#[derive(Debug)]
struct Pattern {
    /// Literal segments; `None` is a wildcard for any one segment.
    segments: Vec<Option<String>>,
    /// Whether any rest may follow, including an empty one.
    any_rest: bool,
}

impl Routes {
    /// Returns the routes of this application, or `None` if it does not speak HTTP.
    pub fn of(application: &Application) -> Option<Self> {
        let http = application.about.http()?;
        let parts = application.about.resources.iter().map(|resource| &*resource.part);
        Some(Self::of_parts(&application.name, parts.map(|part| (part, http.routes.of(part)))))
    }

    /// Returns the routes of parts in their order, which need not be declared yet.
    pub fn of_parts<'a>(
        application: &ApplicationName,
        parts: impl Iterator<Item = (&'a str, &'a [Route])>,
    ) -> Self {
        let mut list = Vec::new();
        for (part, routes) in parts {
            // The world checks the part when the application is declared. A part that does not parse has no routes
            // here; its requests fall to `other`, with the application's own label.
            let Ok(name) = ResourceName::new(application, part) else { continue };
            list.extend(routes.iter().map(|route| CompiledRoute {
                methods: route.methods.iter().map(|method| method.as_str().to_owned()).collect(),
                pattern: Pattern::compile(&route.path),
                action: route.action,
                resource: name.clone(),
            }));
        }
        Self { list, other: ResourceName::new(application, OTHER).ok() }
    }

    /// Returns what a request means; `upgrade` states whether it asks for another protocol on its connection. Returns
    /// `None` if not even the part [`OTHER`] has a valid name, which cannot happen for a declared application.
    ///
    /// # Errors
    /// If the path differs from a route only in letter case. Some applications ignore case, and would serve under
    /// `/Admin` what is labelled under `/admin`; others do not, and mean something else by it. Either guess would be
    /// wrong somewhere, so the request is refused. The same applies to dots and spaces at the end of a segment
    /// (`/admin..`), which some servers remove, and to a method that is not in upper case: a route for `POST` does not
    /// match `post`, and many applications treat it as `POST`.
    pub fn find(
        &self,
        method: &str,
        path: &CanonicalPath,
        upgrade: bool,
    ) -> Result<Option<Meaning<'_>>, Ambiguous> {
        if !Method::is_well_formed(method) {
            return Err(Ambiguous::Method);
        }
        let found = self.first(method, path)?;
        let resource = found.map(|route| &route.resource).or(self.other.as_ref());
        let action = found.and_then(|route| route.action).unwrap_or_else(|| default_action(method, upgrade));
        Ok(resource.map(|resource| Meaning { resource, action }))
    }

    fn first(&self, method: &str, path: &CanonicalPath) -> Result<Option<&CompiledRoute>, Ambiguous> {
        for route in &self.list {
            if !route.methods.is_empty() && !route.methods.contains(method) {
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

fn default_action(method: &str, upgrade: bool) -> Action {
    match method {
        _ if upgrade => Action::Connect,
        "GET" | "HEAD" | "OPTIONS" => Action::Read,
        _ => Action::Write,
    }
}

/// Returns whether some server treats `segment` as `text`, because it ignores case (by either conversion) or removes
/// what follows a name.
fn is_taken_for(text: &str, segment: &str) -> bool {
    let name = |text: &str| text.trim_end_matches(['.', ' ']).len();
    let (text, segment) =
        (text.get(..name(text)).unwrap_or(text), segment.get(..name(segment)).unwrap_or(segment));
    if text.is_ascii() && segment.is_ascii() {
        return text.eq_ignore_ascii_case(segment);
    }
    // The Kelvin sign is a k in lower case, and the long s is an S in upper case.
    let folded = |text: &str| text.to_uppercase().to_lowercase();
    folded(text) == folded(segment)
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
        // A pattern with a slash at its end means the same as one without, and so do such paths: most frameworks serve
        // both alike, and `POST /runs/5/approve/` must not bypass a route for `/runs/*/approve`.
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
        let (length, wanted) = (path.len(), self.segments.len());
        let length_fits = if self.any_rest { length >= wanted } else { length == wanted };
        if !length_fits {
            return Match::None;
        }
        let mut result = Match::Exact;
        for (pattern, segment) in self.segments.iter().zip(path) {
            match pattern {
                Some(text) if text == segment => {}
                Some(text) if is_taken_for(text, segment) => result = Match::ButForCase,
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
    use countersign_facts::{Actor, ApplicationFact, Fact, Stated};
    use countersign_names::Timestamp;
    use countersign_world::World;

    const WIKI: &str = r#"{"title":"Wiki","owner":"Knowledge","hosts":["wiki.localhost","w.example"],
        "upstream":"http://127.0.0.1:1","stage":"enforce","sensitivity":"internal",
        "assertion_header":"x-countersign-assertion","resources":[
        {"part":"approval","sensitivity":null,"routes":[
            {"methods":["POST"],"path":"/runs/*/approve","action":"administer"}]},
        {"part":"admin","sensitivity":"restricted","routes":[
            {"path":"/admin/**","action":"administer"},{"path":"/admin.php"}]},
        {"part":"live","sensitivity":null,"routes":[{"path":"/live/"},{"path":"/quiet","action":"read"}]},
        {"part":"home","sensitivity":null,"routes":[{"path":"/"}]}]}"#;

    fn routes() -> Routes {
        let mut world = World::empty();
        let fact = Fact::Application(ApplicationFact::Declared {
            application: "wiki".parse().unwrap(),
            about: serde_json::from_str(WIKI).unwrap(),
        });
        world.apply(&Stated { at: Timestamp::from_micros(1), by: Actor::Operator, fact }).unwrap();
        Routes::of(world.application("wiki").unwrap()).unwrap()
    }

    fn check(method: &str, path: &str, upgrade: bool, expected: &str) {
        let path = CanonicalPath::parse(path.as_bytes()).unwrap();
        let routes = routes();
        let found = routes.find(method, &path, upgrade);
        let shown = match found {
            Ok(Some(meaning)) => format!("{} {}", meaning.resource, meaning.action),
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
            ("GET", "/admin..", false, "Case"),
            ("GET", "/admin./x", false, "Case"),
            ("GET", "/admin%20", false, "Case"),
            ("GET", "/ADMIN.%20.", false, "Case"),
            ("GET", "/quiet./", false, "Case"),
            ("GET", "/admin.html", false, "wiki/other read"),
            ("GET", "/pages/etc.", false, "wiki/other read"),
            ("GET", "/qu%C4%B1et", false, "Case"),
            ("POST", "/runs/5./approve", false, "wiki/approval administer"),
            ("post", "/runs/5/approve", false, "Method"),
            ("Post", "/runs/5/approve", false, "Method"),
            ("get", "/", false, "Method"),
            ("", "/", false, "Method"),
            ("POST ", "/runs/5/approve", false, "Method"),
        ] {
            check(method, path, upgrade, expected);
        }
    }
}
