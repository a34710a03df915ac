//! Clients that keep a connection waiting, and addresses that try to occupy all of them.

use crate::client::parse;
use crate::installation::{COOKIE, Installation, application_at, start_with};
use crate::raw_upstream::{RawUpstream, rest, soon};
use crate::tls::stage_with;
use bytes::Bytes;
use countersign_gate_http::{ClientCertificates, GateConfig};
use countersign_names::Sensitivity;
use http::Request;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// A gate with short time-outs, but only for what a test is about.
fn impatient(change: impl Fn(&mut countersign_gate_http::Times)) -> GateConfig {
    let mut config = GateConfig::new("https://id.example");
    change(&mut config.times);
    config
}

const SOON: Duration = Duration::from_millis(300);

fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: board.localhost\r\ncookie: {COOKIE}\r\n\r\n")
}

async fn until_nobody_is_here(it: &Installation) {
    soon(async {
        while it.gate.places().state().open > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

async fn from(address: &str, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(address.parse().unwrap(), 0)).unwrap();
    socket.connect(to).await
}

/// Returns the status of the answer on this connection, or `None` if there is none.
async fn answer(mut stream: TcpStream) -> Option<u16> {
    let request = request("/").replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    soon(stream.read_to_string(&mut answer)).await.ok()?;
    (!answer.is_empty()).then(|| parse(&answer).status)
}

#[tokio::test]
async fn a_connection_on_which_nothing_is_asked_is_ended() {
    let it = start_with(impatient(|times| times.head = SOON), None).await;
    let silent = TcpStream::connect(it.address).await.unwrap();
    assert_eq!(rest(silent).await.text, "");
    let mut slow = TcpStream::connect(it.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: bo").await.unwrap();
    rest(slow).await;
    until_nobody_is_here(&it).await;
}

#[tokio::test]
async fn whoever_chose_http2_and_never_speaks_is_ended() {
    let stage = stage_with(impatient(|times| times.head = SOON), ClientCertificates::Ignored).await;
    let mut silent = stage.connect("board", None, b"h2").await.unwrap();
    let mut ignored = Vec::new();
    let _ = soon(silent.read_to_end(&mut ignored)).await;
    // A client that completes the HTTP/2 handshake and sends no request.
    let _sender = stage.h2::<Empty<Bytes>>("board").await;
    until_nobody_is_here(&stage.it).await;
}

#[tokio::test]
async fn whoever_asks_no_more_is_ended() {
    let stage = stage_with(impatient(|times| times.keep_alive = SOON), ClientCertificates::Ignored).await;
    let mut sender = stage.h2::<Empty<Bytes>>("board").await;
    let request = Request::get("https://board.localhost/").header("cookie", COOKIE);
    let response = sender.send_request(request.body(Empty::new()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
    response.into_body().collect().await.unwrap();
    until_nobody_is_here(&stage.it).await;
}

#[tokio::test]
async fn whoever_asks_for_much_and_reads_nothing_is_ended() {
    let it = start_with(impatient(|times| times.client = SOON), None).await;
    let mut stream = TcpStream::connect(it.address).await.unwrap();
    stream.write_all(request("/large").repeat(8).as_bytes()).await.unwrap();
    until_nobody_is_here(&it).await;
    drop(stream);
    // Small answers to more and more requests fill the buffers as well.
    let mut stream = TcpStream::connect(it.address).await.unwrap();
    let many = request("/").repeat(64);
    let _ = soon(async { while stream.write_all(many.as_bytes()).await.is_ok() {} }).await;
    until_nobody_is_here(&it).await;
}

/// Covers an answer in one piece and one that continues.
#[tokio::test]
async fn whoever_gives_no_room_for_an_answer_over_http2_is_ended() {
    for path in ["/", "/large", "/ticks"] {
        let stage = stage_with(impatient(|times| times.client = SOON), ClientCertificates::Ignored).await;
        let stream = stage.connect("board", None, b"h2").await.unwrap();
        let mut builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
        let (mut sender, connection) =
            builder.initial_stream_window_size(0).handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let request = Request::get(format!("https://board.localhost{path}")).header("cookie", COOKIE);
        let response = sender.send_request(request.body(Empty::<Bytes>::new()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        until_nobody_is_here(&stage.it).await;
        drop(response);
    }
}

/// No byte was sent when the session was revoked, so none may follow.
#[tokio::test]
async fn an_answer_in_one_piece_that_waits_for_room_is_cut_by_a_revocation() {
    waits_for_room_until_revoked(|_| {}).await;
}

/// Exchanges under way get the grace, and revocations still end them.
#[tokio::test]
async fn an_answer_in_one_piece_is_cut_by_a_revocation_while_the_gate_stops() {
    waits_for_room_until_revoked(|it| it.stop.cancel()).await;
}

async fn waits_for_room_until_revoked(before: impl FnOnce(&Installation)) {
    let stage = stage_with(GateConfig::new("https://id.example"), ClientCertificates::Ignored).await;
    let stream = stage.connect("board", None, b"h2").await.unwrap();
    let mut builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
    let (mut sender, connection) =
        builder.initial_stream_window_size(0).handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get("https://board.localhost/").header("cookie", COOKIE);
    let response = sender.send_request(request.body(Empty::<Bytes>::new()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
    before(&stage.it);
    stage.it.revoke().await;
    assert!(soon(response.into_body().collect()).await.is_err(), "it was cut");
    let revoked = countersign_evidence::Ended::Revoked;
    stage
        .it
        .recorded(|rows| rows.iter().any(|row| row.completed.as_ref().is_some_and(|c| c.ended == revoked)))
        .await;
}

#[tokio::test]
async fn one_address_cannot_take_the_places_of_the_others() {
    let mut config = GateConfig::new("https://id.example");
    (config.limits.connections, config.limits.connections_per_address) = (10, 3);
    config.shared_addresses = vec![("127.0.0.9/32".parse().unwrap(), 4)];
    let it = start_with(config, None).await;
    for (address, share) in [("127.0.0.1", 3), ("127.0.0.9", 4)] {
        let mut held = Vec::new();
        for _ in 0..share {
            held.push(from(address, it.address).await.unwrap());
        }
        let more = from(address, it.address).await.unwrap();
        assert_eq!(answer(more).await, None, "{address} has its share");
        let other = from("127.0.0.2", it.address).await.unwrap();
        assert_eq!(answer(other).await, Some(200), "others are served beside {address}");
        drop(held);
        until_nobody_is_here(&it).await;
    }
    let state = it.gate.places().state();
    assert_eq!(state.refused, 2, "{state:?}");
    assert!(state.saturated_ago.is_some());
}

/// Otherwise an HTTP/2 connection would get a hundred times as much of an application as an HTTP/1 connection.
#[tokio::test]
async fn an_address_has_no_more_requests_in_progress_over_http2_than_connections() {
    let mut config = GateConfig::new("https://id.example");
    config.limits.connections_per_address = 1;
    let stage = stage_with(config, ClientCertificates::Ignored).await;
    let mut sender = stage.h2("board").await;
    let mut ask = |path: &str| {
        let request = Request::get(format!("https://board.localhost{path}")).header("cookie", COOKIE);
        sender.send_request(request.body(Empty::<Bytes>::new()).unwrap())
    };
    let mut hangs = Box::pin(ask("/hang"));
    assert!(tokio::time::timeout(SOON, &mut hangs).await.is_err());
    let mut next = Box::pin(ask("/"));
    assert!(tokio::time::timeout(SOON, &mut next).await.is_err(), "the first is still in progress");
    drop(hangs);
    assert_eq!(soon(next).await.unwrap().status(), 200);
}

#[tokio::test]
async fn an_upgraded_connection_keeps_its_place() {
    let it = start_with(GateConfig::new("https://id.example"), None).await;
    let upstream = RawUpstream::behind(&it).await;
    let upgrade = "connection: upgrade\r\nupgrade: websocket\r\n\r\n";
    let mut client = TcpStream::connect(it.address).await.unwrap();
    client.write_all(request("/").replace("\r\n\r\n", &format!("\r\n{upgrade}")).as_bytes()).await.unwrap();
    let switched =
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nhello";
    let (application, _) = upstream.answer(switched).await;
    let mut seen = Vec::new();
    while !seen.ends_with(b"hello") {
        assert!(soon(client.read_buf(&mut seen)).await.unwrap() > 0);
    }
    assert_eq!(it.gate.places().state().open, 1);
    drop((client, application));
    until_nobody_is_here(&it).await;
}

/// An application with an endless answer; also returns a counter of its bytes.
async fn endless() -> (SocketAddr, Arc<AtomicU64>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, said) = (listener.local_addr().unwrap(), Arc::new(AtomicU64::new(0)));
    let count = Arc::clone(&said);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let count = Arc::clone(&count);
            tokio::spawn(async move {
                let mut head = [0; 4096];
                let _ = stream.read(&mut head).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n").await;
                while let Ok(bytes) = stream.write(&[b'x'; 64 * 1024]).await {
                    count.fetch_add(bytes as u64, Ordering::Relaxed);
                }
            });
        }
    });
    (address, said)
}

/// Returns the resident memory of this process in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

/// 400 with COUNTERSIGN_LONG. The measured memory is of the whole process: gate, application and clients.
#[tokio::test]
async fn a_client_that_reads_slowly_costs_a_small_window() {
    let readers = if std::env::var_os("COUNTERSIGN_LONG").is_some() { 400 } else { 100 };
    let it = start_with(GateConfig::new("https://id.example"), None).await;
    let (address, said) = endless().await;
    it.state(application_at("board", Sensitivity::Public, &format!("http://{address}"))).await;
    let mut clients = Vec::new();
    let before = resident();
    for _ in 0..readers {
        let mut client = TcpStream::connect(it.address).await.unwrap();
        client.write_all(request("/").as_bytes()).await.unwrap();
        let mut first = [0; 1024];
        soon(client.read_exact(&mut first)).await.unwrap();
        assert!(first.starts_with(b"HTTP/1.1 200"));
        clients.push(client);
    }
    let mut seen = 0;
    // Until nothing can be sent or read any more.
    while std::mem::replace(&mut seen, said.load(Ordering::Relaxed)) != seen {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let each = resident().saturating_sub(before) / readers;
    println!("{readers} slow readers cost {} KiB each", each / 1024);
    assert!(each < 256 * 1024, "{each} bytes each");
}
