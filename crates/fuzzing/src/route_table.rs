//! Requests against a table of routes, some of them given by the input. A request is routed the same with and without
//! a slash at its end, and changing the case of its letters never leads from a sensitive part to another one.

use crate::Fields;
use countersign_facts::{Actor, ApplicationFact, Fact, Stated};
use countersign_gate_http::RouteTable;
use countersign_names::Timestamp;
use countersign_routes::CanonicalPath;
use countersign_world::World;
use http::Method;

const HOST: &str = "wiki.localhost";

/// Routes a request: whether it is an upgrade, its method, a route that the application has, and its path. Returns whether it was
/// routed to a part.
pub fn route_table(bytes: &[u8]) -> bool {
    let mut fields = Fields::new(bytes);
    let upgrade = !fields.byte().is_multiple_of(2);
    let (method, pattern, path) = (fields.bytes(), fields.text(), fields.rest());
    let Ok(method) = Method::from_bytes(method) else { return false };
    let Ok(path) = CanonicalPath::parse(path) else { return false };
    // What the world refuses as a route falls back to the fixed ones, so that the rest is still tried.
    let Some(world) = world(pattern).or_else(|| world("/any/*")) else {
        panic!("the fixed routes are sound")
    };
    let table = RouteTable::build(&world);
    assert!(table.is_of(&world) && table.application("elsewhere.localhost").is_none());
    assert!(matches!(table.find("elsewhere.localhost", &method, &path, false), Ok(None)));

    let part = |path: &CanonicalPath| {
        let found = table.find(HOST, &method, path, upgrade).ok()?;
        let routed = found.expect("a known host is always routed");
        Some((routed.resource.to_string(), routed.action))
    };
    let found = part(&path);
    let other_ending = match path.as_str().strip_suffix('/') {
        Some("") => None,
        Some(without) => Some(without.to_owned()),
        None => Some(format!("{path}/")),
    };
    if let Some(Ok(other)) = other_ending.map(|text| CanonicalPath::parse(text.as_bytes())) {
        assert_eq!(part(&other), found, "{path} and {other} are one");
    }
    // An escape's digits are upper-case in the canonical form, so folding the decoded text is done by hand here.
    if !path.as_str().contains('%') {
        let upper =
            CanonicalPath::parse(path.as_str().to_ascii_uppercase().as_bytes()).expect("still canonical");
        if let (Some(one), Some(other)) = (&found, part(&upper)) {
            assert_eq!(*one, other, "{path} and {upper} are one, or one of them is refused");
        }
    }
    found.is_some()
}

fn world(pattern: &str) -> Option<World> {
    let stated = Stated { at: Timestamp::from_micros(0), by: Actor::Operator, fact: declared(pattern) };
    let mut world = World::empty();
    world.apply(&stated).ok()?;
    Some(world)
}

fn declared(pattern: &str) -> Fact {
    use countersign_facts::{
        Application, ApplicationProtocol, ApplicationStage, HttpApplication, PartRoutes, Resource, Route,
        Upstream,
    };
    use countersign_names::{Action, Sensitivity};
    use std::collections::{BTreeMap, BTreeSet};

    let route = |path: &str, method: Option<&str>, action| Route {
        methods: method.into_iter().filter_map(|name| name.to_owned().try_into().ok()).collect(),
        path: path.to_owned(),
        action,
    };
    let part = |(name, routes): (&str, _)| {
        (Resource { part: name.to_owned(), sensitivity: None }, (name.to_owned(), routes))
    };
    let (resources, routes) = [
        ("given", vec![route(pattern, None, Some(Action::Administer))]),
        ("approval", vec![route("/runs/*/approve", Some("POST"), Some(Action::Administer))]),
        ("admin", vec![route("/admin/**", None, None)]),
    ]
    .map(part)
    .into_iter()
    .unzip::<_, _, Vec<_>, PartRoutes>();
    let about = Application {
        title: "Wiki".to_owned(),
        owner: "Knowledge team".to_owned(),
        stage: ApplicationStage::Enforce,
        sensitivity: Some(Sensitivity::Internal),
        resources,
        operations: BTreeMap::new(),
        protocol: ApplicationProtocol::Http(HttpApplication {
            hosts: BTreeSet::from([HOST.to_owned()]),
            upstream: Upstream { tls: false, host: "127.0.0.1".to_owned(), port: 1 },
            routes,
            assertion_header: "x-countersign-assertion".to_owned(),
            download_types: BTreeSet::new(),
            request_headers: None,
        }),
    };
    Fact::Application(ApplicationFact::Declared { application: "wiki".parse().expect("a name"), about })
}
