//! Long-lived exchanges: streams, WebSockets, uploads, and how they end.

use crate::client::{ask, ask_with_body, parse, raw};
use crate::installation::{COOKIE, Installation, start, start_with};
use countersign_evidence::{Effect, Ended, Row};
use countersign_gate_http::GateConfig;
use futures_util::{SinkExt as _, StreamExt as _};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};

/// The promise is one second; the rest is for a machine under load.
const AT_ONCE: Duration = Duration::from_secs(1);

fn cookie() -> String {
    format!("cookie: {COOKIE}\r\n")
}

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<TcpStream>>;

async fn open_socket(it: &Installation, origin: Option<&str>) -> Result<Socket, Error> {
    let mut request = format!("ws://board.localhost:{}/ws", it.address.port()).into_client_request()?;
    request.headers_mut().insert("cookie", COOKIE.parse().unwrap());
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().unwrap());
    }
    let stream = tokio_tungstenite::MaybeTlsStream::Plain(TcpStream::connect(it.address).await.unwrap());
    tokio_tungstenite::client_async(request, stream).await.map(|(socket, _)| socket)
}

async fn open_ticks(it: &Installation) -> TcpStream {
    let mut stream = TcpStream::connect(it.address).await.unwrap();
    let request = format!("GET /ticks HTTP/1.1\r\nhost: board.localhost\r\n{}\r\n", cookie());
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains("tick 2") {
        assert!(stream.read_buf(&mut seen).await.unwrap() > 0, "{}", String::from_utf8_lossy(&seen));
    }
    stream
}

async fn until_closed(mut stream: TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    // A reset counts as an end too.
    let _ = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut rest)).await.unwrap();
    rest
}

#[tokio::test]
async fn a_websocket_passes_messages_both_ways_until_its_session_is_revoked() {
    let it = start().await;
    let mut socket = open_socket(&it, None).await.unwrap();
    for text in ["one", "two"] {
        socket.send(Message::text(text)).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap().into_text().unwrap(), format!("echo {text}"));
    }
    let begun = Instant::now();
    it.revoke().await;
    let last = socket.next().await.unwrap().unwrap();
    let Message::Close(Some(frame)) = last else { panic!("{last:?}") };
    assert_eq!(u16::from(frame.code), 1008);
    println!("closed {:?} after the revocation was stated", begun.elapsed());
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    assert!(open_socket(&it, None).await.is_err(), "no further one is opened");
    let rows = it.recorded(|rows| rows.iter().any(|row| row.completed.is_some())).await;
    let completed = rows.iter().find_map(|row| row.completed.clone()).unwrap();
    assert_eq!((completed.status, completed.ended), (101, Ended::Revoked));
    assert!(completed.bytes_in > 0 && completed.bytes_out > 0, "{completed:?}");
}

#[tokio::test]
async fn a_page_of_another_origin_opens_no_websocket() {
    let it = start().await;
    let own = format!("http://board.localhost:{}", it.address.port());
    assert!(open_socket(&it, Some(&own)).await.is_ok());
    let Err(Error::Http(response)) = open_socket(&it, Some("http://wiki.localhost")).await else { panic!() };
    assert_eq!(response.status(), 403);
    let refused = |row: &Row| row.decided.reasons.iter().any(|reason| reason.as_str() == "foreign-origin");
    let rows = it.recorded(|rows| rows.iter().any(refused)).await;
    let row = rows.into_iter().find(|row| refused(row)).unwrap();
    assert_eq!((row.decided.effect, row.decided.enforced), (Effect::Deny, true));
    assert!(row.decided.session.is_some(), "whose name it was tried in is on record");
}

#[tokio::test]
async fn a_streaming_answer_is_cut_off_when_its_session_is_revoked() {
    let it = start().await;
    let stream = open_ticks(&it).await;
    let begun = Instant::now();
    it.revoke().await;
    let rest = until_closed(stream).await;
    println!("cut off {:?} after the revocation was stated", begun.elapsed());
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    assert!(!rest.ends_with(b"0\r\n\r\n"), "a cut answer must not look complete");
    let rows = it.recorded(|rows| rows.iter().any(|row| row.completed.is_some())).await;
    assert!(
        rows.iter().any(|row| row.completed.as_ref().is_some_and(|c| c.ended == Ended::Revoked)),
        "{rows:#?}"
    );
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off_too() {
    let it = start().await;
    let mut stream = TcpStream::connect(it.address).await.unwrap();
    let request = format!("GET /large HTTP/1.1\r\nhost: board.localhost\r\n{}\r\n", cookie());
    stream.write_all(request.repeat(8).as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    it.revoke().await;
    it.recorded(|rows| {
        rows.iter().any(|row| row.completed.as_ref().is_some_and(|c| c.ended == Ended::Revoked))
    })
    .await;
    let rest = until_closed(stream).await;
    assert!(rest.len() < 8 * (3 << 20), "{}", rest.len());
}

#[tokio::test]
async fn an_answer_that_is_waited_for_is_refused_when_its_session_is_revoked() {
    let it = start().await;
    let address = it.address;
    let waiting = tokio::spawn(async move { ask(address, "GET /hang", "board", &cookie()).await });
    it.recorded(|rows| !rows.is_empty()).await;
    it.revoke().await;
    assert_eq!(waiting.await.unwrap().status, 401);
}

#[tokio::test]
async fn bodies_of_any_size_pass_unchanged() {
    let it = start().await;
    let large = ask(it.address, "GET /large", "board", &cookie()).await;
    assert_eq!((large.status, large.body.len()), (200, 3 << 20));
    let empty = ask(it.address, "GET /empty", "board", &cookie()).await;
    assert_eq!((empty.status, empty.body.as_str()), (204, ""));
    let head = ask(it.address, "HEAD /large", "board", &cookie()).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), Some("3145728"));
    let upload = "x".repeat(1 << 20);
    let reply = ask_with_body(it.address, "PUT /there", "board", &cookie(), &upload).await;
    assert_eq!(reply.json()["bytes"], 1 << 20);
    let chunked = format!(
        "POST /there HTTP/1.1\r\nhost: board.localhost\r\nconnection: close\r\n{}transfer-encoding: chunked\r\n\r\n\
         5\r\nhello\r\n6\r\n world\r\n0\r\nx-trailer: 1\r\n\r\n",
        cookie()
    );
    let reply = crate::client::parse(&raw(it.address, chunked).await);
    assert_eq!(reply.json()["bytes"], 11);
}

fn impatient() -> GateConfig {
    let mut config = GateConfig::new("https://id.example");
    config.limits.body_bytes = 1000;
    config.limits.head_bytes = 8192;
    config.times.answer = Duration::from_millis(200);
    config.times.body = Duration::from_millis(200);
    config.times.head = Duration::from_millis(200);
    config.times.tunnel = Duration::from_millis(200);
    config.times.keep_alive = Duration::from_millis(500);
    config.times.grace = Duration::from_millis(300);
    config
}

#[tokio::test]
async fn what_is_too_large_or_too_slow_is_refused() {
    let it = start_with(impatient(), None).await;
    let body = "x".repeat(1001);
    assert_eq!(ask_with_body(it.address, "PUT /", "board", &cookie(), &body).await.status, 413);
    let chunked = format!(
        "PUT / HTTP/1.1\r\nhost: board.localhost\r\n{}transfer-encoding: chunked\r\n\r\n3e9\r\n{body}\r\n0\r\n\r\n",
        cookie()
    );
    assert!(raw(it.address, chunked).await.starts_with("HTTP/1.1 413 "));
    let stalled =
        format!("PUT / HTTP/1.1\r\nhost: board.localhost\r\n{}content-length: 10\r\n\r\nhalf", cookie());
    assert!(raw(it.address, stalled).await.starts_with("HTTP/1.1 408 "));
    assert_eq!(ask(it.address, "GET /hang", "board", &cookie()).await.status, 504);
    assert_eq!(ask(it.address, "GET /", "gone", &cookie()).await.status, 502);
    let long = format!("x-long: {}\r\n", "x".repeat(10_000));
    assert_eq!(ask(it.address, "GET /", "board", &long).await.status, 431);
    let many: String = (0..120).map(|n| format!("x-{n}: 1\r\n")).collect();
    assert_eq!(ask(it.address, "GET /", "board", &many).await.status, 431);
    assert_eq!(raw(it.address, "GET / HTTP/1.1\r\nho").await, "");
    assert_eq!(raw(it.address, "").await, "");
}

/// A connection beyond the limit is not refused: it waits in the kernel until another one ends.
#[tokio::test]
async fn a_listener_serves_no_more_connections_than_it_was_told() {
    let mut config = GateConfig::new("https://id.example");
    config.limits.connections = 2;
    // With so few connections, one address may otherwise have one.
    config.shared_addresses = vec![("127.0.0.0/8".parse().unwrap(), 2)];
    let it = start_with(config, None).await;
    let first = open_ticks(&it).await;
    let _second = open_ticks(&it).await;
    let address = it.address;
    let mut third = tokio::spawn(async move { ask(address, "GET /", "board", &cookie()).await });
    let early = tokio::time::timeout(Duration::from_millis(500), &mut third).await;
    assert!(early.is_err(), "the third connection was served beside two others: {early:?}");
    drop(first);
    let reply = tokio::time::timeout(Duration::from_secs(10), third).await.unwrap().unwrap();
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[tokio::test]
async fn a_quiet_websocket_is_closed() {
    let it = start_with(impatient(), None).await;
    let mut socket = open_socket(&it, None).await.unwrap();
    let last = socket.next().await.unwrap().unwrap();
    let Message::Close(Some(frame)) = last else { panic!("{last:?}") };
    assert_eq!(u16::from(frame.code), 1001);
}

#[tokio::test]
async fn a_body_of_unknown_length_arrives_whatever_the_method() {
    let it = start().await;
    for method in ["GET", "DELETE", "POST", "PUT"] {
        let host =
            format!("{method} / HTTP/1.1\r\nhost: board.localhost\r\nconnection: close\r\n{}", cookie());
        let request = format!("{host}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        let reply = parse(&raw(it.address, request).await);
        assert_eq!(reply.json()["bytes"], 5, "{method}: {reply:?}");
    }
}

#[tokio::test]
async fn an_application_that_switches_unasked_gets_nowhere() {
    let it = start().await;
    assert_eq!(ask(it.address, "GET /switch", "board", &cookie()).await.status, 502);
    let h2c = "upgrade: h2c\r\nhttp2-settings: AAMAAABkAARAAAAAAAIAAAAA\r\n";
    let reply =
        ask(it.address, "GET /", "board", &format!("{}connection: upgrade, close\r\n{h2c}", cookie())).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(reply.received("upgrade").is_empty() && reply.received("http2-settings").is_empty(), "{reply:?}");
}

#[tokio::test]
async fn a_gate_that_stops_finishes_what_it_can_and_cuts_the_rest() {
    let it = start_with(impatient(), None).await;
    let mut socket = open_socket(&it, None).await.unwrap();
    let stream = open_ticks(&it).await;
    it.stop.cancel();
    let last = socket.next().await.unwrap().unwrap();
    let Message::Close(Some(frame)) = last else { panic!("{last:?}") };
    assert_eq!(u16::from(frame.code), 1001);
    let rest = until_closed(stream).await;
    assert!(!rest.ends_with(b"0\r\n\r\n"));
    tokio::time::timeout(Duration::from_secs(5), it.served).await.unwrap().unwrap();
    assert!(TcpStream::connect(it.address).await.is_err());
}
