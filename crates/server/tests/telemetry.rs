//! Traces, from a request at a running server to a collector that decodes what it receives, and the handling of
//! requests when that collector becomes unreachable.

#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::{any, post};
use countersign_facts::{
    Actor, Application, ApplicationFact, ApplicationProtocol, ApplicationStage, Fact, HttpApplication,
    PartRoutes,
};
use countersign_names::Sensitivity;
use countersign_server::{Config, Running, start_logs};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

/// Far longer than any step here takes; only a hanging test reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The payloads that a collector received.
#[derive(Clone, Default)]
struct Collected(Arc<Mutex<Vec<Bytes>>>);

impl Collected {
    fn requests(&self) -> Vec<ExportTraceServiceRequest> {
        let bodies = self.0.lock().unwrap().clone();
        bodies.into_iter().map(|body| ExportTraceServiceRequest::decode(body).unwrap()).collect()
    }

    fn spans(&self) -> Vec<Span> {
        let resources = self.requests().into_iter().flat_map(|request| request.resource_spans);
        resources.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans).collect()
    }

    async fn first_span(&self) -> Span {
        let arrived = async {
            loop {
                if let Some(span) = self.spans().into_iter().next() {
                    return span;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, arrived).await.unwrap()
    }
}

struct Served {
    address: SocketAddr,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Served {
    async fn start(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let task = tokio::spawn(async move {
            axum::serve(listener, router).with_graceful_shutdown(stopped).await.unwrap();
        });
        Self { address, stop, task }
    }

    /// Closes every connection.
    async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

async fn collector() -> (Served, Collected) {
    let collected = Collected::default();
    let take = |State(collected): State<Collected>, body: Bytes| async move {
        collected.0.lock().unwrap().push(body);
    };
    let router = Router::new().route("/v1/traces", post(take)).with_state(collected.clone());
    (Served::start(router).await, collected)
}

/// An application that answers with the trace headers that it received.
async fn application() -> Served {
    let told = |headers: HeaderMap| async move {
        let parents: Vec<_> =
            headers.get_all("traceparent").iter().map(|one| one.to_str().unwrap()).collect();
        parents.join(" and ")
    };
    Served::start(Router::new().fallback(any(told))).await
}

/// Allows every request, because the test is not about the decision.
fn declared(upstream: SocketAddr) -> Fact {
    let about = Application {
        title: "Board".to_owned(),
        owner: "Team".to_owned(),
        stage: ApplicationStage::Observe,
        sensitivity: Some(Sensitivity::Public),
        resources: Vec::new(),
        operations: BTreeMap::new(),
        protocol: ApplicationProtocol::Http(HttpApplication {
            hosts: BTreeSet::from(["board.localhost".to_owned()]),
            upstream: format!("http://{upstream}").parse().unwrap(),
            routes: PartRoutes::default(),
            assertion_header: "x-countersign-assertion".to_owned(),
            download_types: BTreeSet::new(),
            request_headers: None,
        }),
    };
    Fact::Application(ApplicationFact::Declared { application: "board".parse().unwrap(), about })
}

struct GateAnswer {
    status: StatusCode,
    decision: String,
    body: String,
}

async fn ask(client: &Client<HttpConnector, Empty<Bytes>>, at: SocketAddr) -> GateAnswer {
    let request = Request::get(format!("http://{at}/notes/today?token=hush"))
        .header("host", "board.localhost")
        .header("authorization", "Bearer hush")
        .header("cookie", "session=hush")
        .header("traceparent", format!("00-{TRACE}-{PARENT}-00"))
        .body(Empty::new())
        .unwrap();
    let answer = tokio::time::timeout(PATIENCE, client.request(request)).await.unwrap().unwrap();
    let decision = answer.headers().get("x-countersign-decision").unwrap().to_str().unwrap().to_owned();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    GateAnswer { status, decision, body: String::from_utf8(body.to_vec()).unwrap() }
}

fn text(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let shown = |value: &Value| match value {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => format!("{number} as a number"),
        other => format!("{other:?}"),
    };
    attributes
        .iter()
        .map(|attribute| {
            let value = attribute.value.as_ref().and_then(|value| value.value.as_ref());
            (attribute.key.clone(), value.map(shown).unwrap_or_default())
        })
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One test, because a process has one subscriber.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_one_span_of_its_callers_trace_and_is_answered_when_the_collector_is_gone() {
    let (collector, collected) = collector().await;
    let application = application().await;
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::embedded(folder.path().to_owned(), "127.0.0.1:0".parse().unwrap(), None);
    config.origin = "http://countersign.localhost:8080".to_owned();
    config.telemetry.otlp_endpoint = Some(format!("http://{}", collector.address));
    config.telemetry.service_name = Some("front door".to_owned());
    let logs = start_logs(&config).unwrap();
    let running = Running::start(config).await.unwrap();
    running.ledger.state(Actor::Operator, vec![declared(application.address)]).await.unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let front = running.http.unwrap();

    let heard = ask(&client, front).await;
    assert_eq!(heard.status, StatusCode::OK);
    let span = collected.first_span().await;

    assert_eq!((span.name.as_str(), span.kind), ("GET", 2), "a server's span, named by the method alone");
    assert_eq!((hex(&span.trace_id).as_str(), hex(&span.parent_span_id).as_str()), (TRACE, PARENT));
    let own = hex(&span.span_id);
    assert_eq!(heard.body, format!("00-{TRACE}-{own}-01"), "the application is told of this span alone");
    let expected = [
        ("http.request.method", "GET"),
        ("http.response.status_code", "200 as a number"),
        ("url.scheme", "http"),
        ("url.path", "/notes/today"),
        ("server.address", "board.localhost"),
        ("countersign.application", "board"),
        ("countersign.resource", "board/other"),
        ("countersign.action", "read"),
        ("countersign.effect", "allow"),
        ("countersign.decision", &heard.decision),
    ];
    let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(text(&span.attributes), BTreeMap::from(expected));
    assert!(span.events.is_empty(), "log lines are no part of a span: {:?}", span.events);
    assert!(!format!("{:?}", collected.requests()).contains("hush"), "a secret left this process");
    let request = collected.requests().swap_remove(0);
    let resource = request.resource_spans.first().unwrap().resource.as_ref().unwrap();
    assert_eq!(text(&resource.attributes).get("service.name").unwrap(), "front door");

    collector.end().await;
    for _ in 0..5 {
        let heard = ask(&client, front).await;
        assert_eq!(heard.status, StatusCode::OK);
        assert!(heard.body.starts_with(&format!("00-{TRACE}-")), "{}", heard.body);
    }
    let ended = async {
        running.stop().await;
        logs.stop().await;
    };
    tokio::time::timeout(PATIENCE, ended).await.unwrap();
    drop(client);
    application.end().await;
    assert_eq!(collected.spans().len(), 1, "those that came later had nowhere to go");
}
