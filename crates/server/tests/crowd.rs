//! One address tries to occupy every connection of a listener, in every way to hold one without using it, while others
//! work: none of their requests fails or takes much longer.
//!
//! Normally a few hundred connections; ten thousand with COUNTERSIGN_LONG, where the times are compared too:
//!
//! ```sh
//! COUNTERSIGN_LONG=1 cargo nextest run --profile long -p countersign-server --test crowd --no-capture
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use countersign_facts::{
    Actor, Application, ApplicationFact, ApplicationProtocol, ApplicationStage, Fact, HttpApplication,
    PartRoutes,
};
use countersign_names::Sensitivity;
use countersign_server::{Config, Running};
use countersign_testkit::contract::{self, AnswerExtent, ApiAnswer};
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream, UnixStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

const PEOPLE: u8 = 100;

/// Maximum number of connections of one address in these tests.
const SHARE: usize = 200;

/// The address of the crowd, which no other client uses.
const CROWD: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 9, 9, 9));

const PATIENCE: Duration = Duration::from_secs(60);

/// A listener, and the requests to it.
#[derive(Debug, Clone, Copy)]
struct Target {
    name: &'static str,
    address: SocketAddr,
    tls: bool,
    /// A path that is answered at once.
    small: &'static str,
    /// A path whose answer takes a while to read.
    large: &'static str,
    /// The host of the users' requests.
    host: &'static str,
    /// The host of the crowd's requests. At the gate it is a different application: how an application handles a crowd
    /// is its own matter.
    crowd_host: &'static str,
}

fn is_long() -> bool {
    std::env::var_os("COUNTERSIGN_LONG").is_some()
}

/// Allows every request, because the test is not about the decision.
fn declared(name: &str, upstream: SocketAddr) -> Fact {
    let about = Application {
        title: name.to_owned(),
        owner: "Team".to_owned(),
        stage: ApplicationStage::Observe,
        sensitivity: Some(Sensitivity::Public),
        resources: Vec::new(),
        operations: BTreeMap::new(),
        protocol: ApplicationProtocol::Http(HttpApplication {
            hosts: BTreeSet::from([format!("{name}.localhost")]),
            upstream: format!("http://{upstream}").parse().unwrap(),
            routes: PartRoutes::default(),
            assertion_header: "x-countersign-assertion".to_owned(),
            download_types: BTreeSet::new(),
            request_headers: None,
        }),
    };
    Fact::Application(ApplicationFact::Declared { application: name.parse().unwrap(), about })
}

/// The application's own work is not measured, so it does little: it has one large answer for all requests, of which
/// the kernel copies a small part for each, and runs on its own thread.
fn application() -> SocketAddr {
    let large = Bytes::from(vec![b'x'; 4 << 20]);
    let large = move || std::future::ready(large.clone());
    let router = Router::new().route("/large", get(large)).fallback(get(|| async { "small" }));
    let socket = TcpSocket::new_v4().unwrap();
    // Accepted sockets inherit it. With the default, copying was a third of this process's work.
    socket.set_send_buffer_size(64 * 1024).unwrap();
    socket.bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)).unwrap();
    let address = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move { axum::serve(socket.listen(4096).unwrap(), router).await }).unwrap();
    });
    // A connection that arrives before the thread listens would be refused.
    while std::net::TcpStream::connect(address).is_err() {
        std::thread::sleep(Duration::from_millis(5));
    }
    address
}

async fn start(data: &Path) -> Running {
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let mut config = Config::embedded(data.to_owned(), any, Some(any));
    config.origin = "https://countersign.localhost".to_owned();
    config.listen.decision_point = Some(any);
    config.listen.metrics = Some(any);
    config.limits.connections_per_address = SHARE;
    // Half of these are for one address.
    config.limits.decision_point_connections = 2 * SHARE;
    let running = Running::start(config).await.unwrap();
    let applications = ["board", "library"].map(|name| declared(name, application()));
    running.ledger.state(Actor::Operator, applications.into()).await.unwrap();
    running
}

/// Accepts any certificate.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        provider.signature_verification_algorithms.supported_schemes()
    }
}

fn connector(protocol: &str) -> TlsConnector {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let verified = builder.dangerous().with_custom_certificate_verifier(Arc::new(Anybody));
    let mut config = verified.with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    TlsConnector::from(Arc::new(config))
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

async fn connect(from: IpAddr, to: Target, tls: Option<&TlsConnector>) -> std::io::Result<Box<dyn Stream>> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::new(from, 0))?;
    let stream = socket.connect(to.address).await?;
    Ok(match tls {
        Some(tls) => Box::new(tls.connect(ServerName::try_from(to.host).unwrap(), stream).await?),
        None => Box::new(stream),
    })
}

/// The bytes that hold a connection.
struct Spoken {
    /// The bytes before the first request.
    preface: Vec<u8>,
    /// Requests for a large answer.
    requests: Vec<Vec<u8>>,
    /// Bytes that request nothing, and whose write fails once the connection has ended.
    idle: Vec<u8>,
}

/// HTTP/1.1.
fn http1(to: Target) -> Spoken {
    let request = format!("GET {} HTTP/1.1\r\nhost: {}\r\n\r\n", to.large, to.host);
    Spoken { preface: Vec::new(), requests: vec![request.into_bytes(); 32], idle: b"\r\n".to_vec() }
}

/// HTTP/2 of a client that gives no stream a window.
fn http2(to: Target) -> Spoken {
    const HEADERS: u8 = 1;
    const SETTINGS: u8 = 4;
    const PING: u8 = 6;
    const INITIAL_WINDOW_SIZE: [u8; 6] = [0, 4, 0, 0, 0, 0];
    // END_STREAM and END_HEADERS.
    const WHOLE: u8 = 0x5;
    let frame = |kind, flags, stream: u32, payload: &[u8]| {
        let [_, length @ ..] = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&length[..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
    };
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    // `:method: GET` and `:scheme: https` by their index, `:path` and `:authority` as they are.
    let head = [&b"\x82\x87\x04"[..], &text(to.large), b"\x01", &text(to.host)].concat();
    let preface =
        [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &frame(SETTINGS, 0, 0, &INITIAL_WINDOW_SIZE)[..]].concat();
    let requests = (0..32).map(|n| frame(HEADERS, WHOLE, 2 * n + 1, &head)).collect();
    Spoken { preface, requests, idle: frame(PING, 0, 0, &[0; 8]) }
}

/// Holds a connection in the way with this number, for as long as the server allows.
async fn hold(number: usize, to: Target, tls: Option<TlsConnector>, spoken: Spoken) -> std::io::Result<()> {
    // Every eighth does not even shake hands.
    let mut stream = connect(CROWD, to, tls.as_ref().filter(|_| number % 8 != 4)).await?;
    let Spoken { preface, requests, idle } = spoken;
    match number % 4 {
        1 => {
            for byte in [preface, requests.concat()].concat() {
                stream.write_all(&[byte]).await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        2 => stream.write_all(&[preface, requests.concat()].concat()).await?,
        3 => stream.write_all(&[&preface[..], &requests[0]].concat()).await?,
        _ => {
            let _ = stream.read(&mut [0]).await;
            return Ok(());
        }
    }
    // From here on, the client reads nothing.
    loop {
        tokio::time::sleep(Duration::from_secs(2)).await;
        stream.write_all(&idle).await?;
    }
}

/// The environment variable that makes this program a crowd: how many, where, and at what.
const CROWD_AT: &str = "COUNTERSIGN_TEST_CROWD";

/// The crowd is a separate program on the same machine's processors, and shares nothing else with the users.
struct Elsewhere(Child);

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn crowd(size: usize, to: Target) -> Elsewhere {
    let Target { address, tls, large, crowd_host: host, .. } = to;
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_crowd", "--ignored", "--test-threads=1"])
        .env(CROWD_AT, format!("{size} {address} {tls} {large} {host}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    Elsewhere(child)
}

/// Opens this number of connections, each again when it ends, until the parent program is gone.
#[tokio::test]
#[ignore = "the other end of the test below, which runs it"]
async fn the_crowd() {
    let asked = std::env::var(CROWD_AT).unwrap();
    let [size, address, tls, large, host] = asked.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{asked}")
    };
    let (address, tls) = (address.parse().unwrap(), tls == "true");
    let leak = |text: &str| -> &'static str { text.to_owned().leak() };
    let to = Target {
        name: "crowd",
        address,
        tls,
        small: "/",
        large: leak(large),
        host: leak(host),
        crowd_host: leak(host),
    };
    rustix::process::setpriority_process(None, 19).unwrap();
    let most = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let raised = rustix::process::Rlimit { current: most.maximum, ..most };
    rustix::process::setrlimit(rustix::process::Resource::Nofile, raised).unwrap();
    let mut crowd = JoinSet::new();
    // Of those that speak TLS, half choose HTTP/2 and half do not.
    let tls = to.tls.then(|| [connector("h2"), connector("http/1.1")]);
    for number in 0..size.parse().unwrap() {
        let speaks_http2 = to.tls && number % 8 < 4;
        let tls = tls.as_ref().map(|[h2, h1]| if speaks_http2 { h2 } else { h1 }.clone());
        crowd.spawn(async move {
            // Not all in the same moment.
            tokio::time::sleep(Duration::from_millis(number as u64 % 3_000)).await;
            loop {
                let spoken = if speaks_http2 { http2(to) } else { http1(to) };
                let _ = hold(number, to, tls.clone(), spoken).await;
                tokio::time::sleep(Duration::from_millis(8_000 + number as u64 % 4_000)).await;
            }
        });
    }
    let _ = tokio::io::stdin().read(&mut [0]).await;
}

async fn sender(from: IpAddr, to: Target, tls: Option<&TlsConnector>) -> SendRequest<Empty<Bytes>> {
    let stream = connect(from, to, tls).await.unwrap();
    let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

/// Sends one user's requests, and returns how long each took. Any failure ends the test.
async fn works(number: u8, to: Target, requests: usize) -> Vec<Duration> {
    let from = IpAddr::V4(Ipv4Addr::new(127, 1, 0, number + 1));
    let tls = to.tls.then(|| connector("http/1.1"));
    let mut took = Vec::new();
    let mut open = sender(from, to, tls.as_ref()).await;
    for request in 0..requests {
        // Not all of them in the same moment: their handshakes would wait for each other.
        if (request + usize::from(number)) % 20 == 19 {
            open = sender(from, to, tls.as_ref()).await;
        }
        // All users together stay below the rate limit for strangers.
        tokio::time::sleep(Duration::from_millis(100 + u64::from(number) % 20)).await;
        let begun = Instant::now();
        let request = Request::get(to.small).header("host", to.host).body(Empty::new()).unwrap();
        let answer = open.send_request(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{to:?}");
        answer.into_body().collect().await.unwrap();
        took.push(begun.elapsed());
    }
    took
}

/// Returns the 50th and the 99th percentile.
async fn everybody_works(to: Target, requests: usize) -> (Duration, Duration) {
    let mut people = JoinSet::new();
    for number in 0..PEOPLE {
        people.spawn(works(number, to, requests));
    }
    let mut took: Vec<Duration> =
        tokio::time::timeout(PATIENCE * 10, people.join_all()).await.unwrap().concat();
    took.sort_unstable();
    (took[took.len() / 2], took[took.len() * 99 / 100])
}

/// Returns what the operator sees through the operator's socket.
async fn operator_sees(data: &Path) -> serde_json::Value {
    let stream = UnixStream::connect(data.join("countersign.sock")).await.unwrap();
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request =
        Request::get("/api/v1/status").header("host", "localhost").body(Empty::<Bytes>::new()).unwrap();
    let answer = tokio::time::timeout(PATIENCE, sender.send_request(request)).await.unwrap().unwrap();
    let (head, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let content_type = head.headers.get("content-type").and_then(|value| value.to_str().ok());
    let (method, path, status) = ("GET", "/api/v1/status", head.status.as_u16());
    let answer = ApiAnswer { method, path, status, content_type, body: &body };
    contract::hold(&answer, AnswerExtent::Whole);
    assert_eq!(head.status, StatusCode::OK);
    serde_json::from_slice(&body).unwrap()
}

fn listener<'a>(status: &'a serde_json::Value, name: &str) -> &'a serde_json::Value {
    let listeners = status["listeners"].as_array().unwrap();
    listeners
        .iter()
        .find(|listener| listener["name"] == name)
        .unwrap_or_else(|| panic!("no {name} in {status:#}"))
}

/// The crowd at each listener in turn, and 100 people beside it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_address_keeps_nobody_else_from_working_at_any_listener() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let running = start(&data).await;
    let (size, requests) = if is_long() { (10_000, 200) } else { (3 * SHARE, 5) };
    let [board, library, any] = ["board.localhost", "library.localhost", "localhost"];
    let gate = |address: Option<SocketAddr>, tls| Target {
        name: "gate",
        address: address.unwrap(),
        tls,
        small: "/",
        large: "/large",
        host: board,
        crowd_host: library,
    };
    let (keys, metrics) = ("/.well-known/jwks.json", "/metrics");
    let targets = [
        gate(running.http, false),
        gate(running.https, true),
        Target {
            name: "decision_point",
            address: running.decision_point.unwrap(),
            tls: false,
            small: keys,
            large: keys,
            host: any,
            crowd_host: any,
        },
        Target {
            name: "metrics",
            address: running.metrics.unwrap(),
            tls: false,
            small: "/healthz",
            large: metrics,
            host: any,
            crowd_host: any,
        },
    ];
    for target in targets {
        let quiet = everybody_works(target, requests).await;
        let refused = listener(&operator_sees(&data).await, target.name)["refused"].as_u64().unwrap();
        let crowd = crowd(size, target);
        let full = async {
            while listener(&operator_sees(&data).await, target.name)["refused"].as_u64().unwrap() <= refused {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, full).await.unwrap();
        let crowded = everybody_works(target, requests).await;
        let seen = operator_sees(&data).await;
        assert!(listener(&seen, target.name)["saturated_seconds_ago"].is_u64(), "{seen:#}");
        drop(crowd);
        if is_long() {
            // The machine has other work too, so the times without a crowd are measured before and after.
            let quiet_again = everybody_works(target, requests).await;
            println!(
                "{}{}: p50 and p99 alone {quiet:?} and {quiet_again:?}, beside {size} connections {crowded:?}; {}",
                target.name,
                if target.tls { " over TLS" } else { "" },
                listener(&seen, target.name)
            );
            // Below a few milliseconds the times measure the scheduler rather than the server.
            let bound = (quiet.1.max(quiet_again.1) * 2).max(Duration::from_millis(10));
            assert!(crowded.1 <= bound, "{target:?}: p99 {crowded:?}, alone {quiet:?} and {quiet_again:?}");
        }
    }
    running.stop().await;
}

/// The operator's socket is for the operator only, and the administration API is at no listener for third-party
/// proxies.
#[tokio::test]
async fn what_is_listened_on_beside_the_gate_serves_nothing_but_what_it_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let running = start(&data).await;
    let status = async |to: Option<SocketAddr>, line: &str| {
        let mut stream = TcpStream::connect(to.unwrap()).await.unwrap();
        let request = format!("{line} HTTP/1.1\r\nhost: countersign.localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
        answer.split(' ').nth(1).unwrap().parse::<u16>().unwrap()
    };
    let (decision_point, metrics) = (running.decision_point, running.metrics);
    for (to, line, expected) in [
        (decision_point, "GET /.well-known/jwks.json", 200),
        (decision_point, "GET /.well-known/authzen-configuration", 200),
        (decision_point, "POST /access/v1/evaluation", 401),
        (decision_point, "GET /forward-auth/nginx", 403),
        (decision_point, "GET /healthz", 200),
        (decision_point, "GET /readyz", 200),
        (decision_point, "GET /api/v1/status", 404),
        (decision_point, "GET /api/v1/people", 404),
        (decision_point, "POST /api/v1/people", 404),
        (decision_point, "GET /api/v1/journal/head", 404),
        (decision_point, "GET /metrics", 404),
        (decision_point, "GET /sign-in", 404),
        (decision_point, "GET /", 404),
        (metrics, "GET /metrics", 200),
        (metrics, "GET /healthz", 200),
        (metrics, "GET /readyz", 200),
        (metrics, "GET /api/v1/status", 404),
        (metrics, "GET /.well-known/jwks.json", 404),
        (metrics, "POST /access/v1/evaluation", 404),
        (metrics, "GET /forward-auth/nginx", 404),
    ] {
        assert_eq!(status(to, line).await, expected, "{line} at {to:?}");
    }
    running.stop().await;
}
