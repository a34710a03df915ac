//! A stranger who floods any unauthenticated endpoint is throttled. The routes come from the routers' source and from
//! the API's document, so that the test covers new ones too.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

use axum::body::Bytes;
use countersign_facts::{
    Actor, Application, ApplicationFact, ApplicationProtocol, ApplicationStage, Fact, HttpApplication,
    PartRoutes,
};
use countersign_names::Sensitivity;
use countersign_server::{Config, Running};
use countersign_testkit::contract::{self, AnswerExtent, ApiAnswer};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

/// More requests than any limit for strangers allows in a burst.
const FLOOD: usize = 1_000;

/// After a flood a few requests per second are allowed.
const PATIENCE: usize = 200;

const SIGN_IN: &str = include_str!("../../../authn/src/router.rs");
const CONTROL: &str = include_str!("../../../control/src/router.rs");
const DECISION_POINT: &str = include_str!("../../src/decision_point.rs");
const HEALTH: &str = include_str!("../../src/health.rs");
const OPENAPI: &str = include_str!("../../../../docs/openapi.json");

type Caller = Client<HttpConnector, Full<Bytes>>;

/// Returns the paths of the routes in a router's source, with a value in the place of each parameter.
fn paths(source: &str) -> Vec<String> {
    let routes = source.split(".route(").skip(1);
    let quoted = routes.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
    quoted.map(filled).collect()
}

fn filled(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment.strip_prefix('{') {
        Some("proxy}") => "caddy",
        Some(_) => "x",
        None => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Returns the paths of the API's document with their methods.
fn documented() -> Vec<(Method, String)> {
    let document: serde_json::Value = serde_json::from_str(OPENAPI).unwrap();
    let paths = document.get("paths").and_then(serde_json::Value::as_object).unwrap();
    let each = paths.iter().flat_map(|(path, about)| {
        let methods = about.as_object().unwrap().keys().filter_map(|method| {
            let method: Method = method.to_ascii_uppercase().parse().unwrap();
            [Method::GET, Method::POST, Method::PUT, Method::DELETE].contains(&method).then_some(method)
        });
        methods.map(|method| (method, filled(path))).collect::<Vec<_>>()
    });
    each.collect()
}

async fn ask(
    client: &Caller,
    at: SocketAddr,
    host: &str,
    method: &Method,
    path: &str,
) -> (StatusCode, Option<String>) {
    let request = Request::builder()
        .method(method)
        .uri(format!("http://{at}{path}"))
        .header("host", host)
        .header("authorization", "Bearer nobody-knows-this")
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from_static(b"{}")))
        .unwrap();
    let answer = client.request(request).await.unwrap();
    let wait = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    let status = answer.status();
    if path.starts_with("/api/v1") {
        let (head, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let content_type = head.headers.get("content-type").and_then(|value| value.to_str().ok());
        let (method, status) = (method.as_str(), status.as_u16());
        contract::hold(&ApiAnswer { method, path, status, content_type, body: &body }, AnswerExtent::Whole);
    }
    (status, wait)
}

/// Floods one path until it is throttled, and then checks that every other is.
async fn check(client: &Caller, at: SocketAddr, host: &str, routes: &[(Method, String)]) {
    let (method, path) = routes.first().unwrap_or_else(|| panic!("{host} has no routes"));
    for asked in 0.. {
        assert!(asked < FLOOD, "{method} {host}{path} took {FLOOD} requests of a stranger");
        if ask(client, at, host, method, path).await.0 == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
    }
    for (method, path) in routes {
        let mut told = None;
        for _ in 0..PATIENCE {
            let (status, wait) = ask(client, at, host, method, path).await;
            if status == StatusCode::TOO_MANY_REQUESTS {
                told = Some(wait);
                break;
            }
        }
        let wait = told.unwrap_or_else(|| panic!("{method} {host}{path} takes whatever a stranger sends"));
        let seconds: u64 = wait
            .unwrap_or_else(|| panic!("{method} {host}{path} does not say for how long"))
            .parse()
            .unwrap();
        assert!((1..=60).contains(&seconds), "{method} {host}{path}: {seconds}");
    }
}

fn declared() -> Fact {
    let about = Application {
        title: "Board".to_owned(),
        owner: "Team".to_owned(),
        stage: ApplicationStage::Enforce,
        sensitivity: Some(Sensitivity::Internal),
        resources: Vec::new(),
        operations: BTreeMap::new(),
        protocol: ApplicationProtocol::Http(HttpApplication {
            hosts: BTreeSet::from(["board.localhost".to_owned()]),
            upstream: "http://127.0.0.1:1".parse().unwrap(),
            routes: PartRoutes::default(),
            assertion_header: "x-countersign-assertion".to_owned(),
            download_types: BTreeSet::new(),
            request_headers: None,
        }),
    };
    Fact::Application(ApplicationFact::Declared { application: "board".parse().unwrap(), about })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_floods_any_route_is_told_to_wait() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::embedded(folder.path().to_owned(), "127.0.0.1:0".parse().unwrap(), None);
    config.origin = "http://countersign.localhost:8080".to_owned();
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    (config.listen.decision_point, config.listen.metrics) = (Some(any), Some(any));
    let running = Running::start(config).await.unwrap();
    running.ledger.state(Actor::Operator, vec![declared()]).await.unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let front = running.http.unwrap();
    let (decisions, metrics) = (running.decision_point.unwrap(), running.metrics.unwrap());

    let get = |paths: Vec<String>| paths.into_iter().map(|path| (Method::GET, path)).collect::<Vec<_>>();
    let post = |paths: Vec<String>| paths.into_iter().map(|path| (Method::POST, path)).collect::<Vec<_>>();
    let both = |source: &str| [get(paths(source)), post(paths(source))].concat();
    let public: Vec<String> = paths(CONTROL)
        .into_iter()
        .filter(|path| path.starts_with("/.well-known/") || path.starts_with("/access/"))
        .collect();
    assert!(public.len() >= 4, "{public:?}");
    let public = [get(public.clone()), post(public)].concat();

    // The sign-in host: its pages and ceremonies, the API, the decision point, the key set, the page for grants.
    let host = "countersign.localhost";
    check(&client, front, host, &both(SIGN_IN)).await;
    check(&client, front, host, &[documented(), public.clone()].concat()).await;
    check(&client, front, host, &get(vec!["/grants/request".to_owned(), "/grants/page.js".to_owned()])).await;
    // An application's host, with the gate's reserved paths there, and unknown hosts.
    let gate =
        ["/", "/.countersign/callback", "/.countersign/sign-out", "/.countersign/none"].map(str::to_owned);
    check(&client, front, "board.localhost", &[get(gate.to_vec()), post(gate.to_vec())].concat()).await;
    check(&client, front, "nobody.localhost", &get(vec!["/".to_owned()])).await;
    // The decision point's own listener, and the one for metrics.
    check(&client, decisions, "decisions.localhost", &both(DECISION_POINT)).await;
    check(&client, decisions, "decisions.localhost", &public).await;
    let probes = get(vec!["/healthz".to_owned(), "/readyz".to_owned()]);
    check(&client, decisions, "decisions.localhost", &probes).await;
    let all: Vec<String> = paths(HEALTH);
    assert!(all.len() >= 3, "{all:?}");
    check(&client, metrics, "metrics.localhost", &probes).await;
    check(&client, metrics, "metrics.localhost", &get(all)).await;

    drop(client);
    running.stop().await;
}
