//! Trailers, over HTTP/1.1 and HTTP/2: honest ones arrive, in both directions, and no others.

use crate::client::{Reply, parse, raw};
use crate::installation::{COOKIE, Installation, application_at, opened, start};
use crate::tls::stage;
use bytes::Bytes;
use countersign_gate_http::ClientCertificates;
use countersign_names::Sensitivity;
use futures_util::stream;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Returns the trailers that the application reports.
fn received(reply: &serde_json::Value) -> Vec<String> {
    let lines = reply["trailers"].as_array().unwrap();
    lines.iter().map(|line| format!("{}: {}", line[0].as_str().unwrap(), line[1].as_str().unwrap())).collect()
}

/// Returns the bytes of an answer to a client with this `TE`.
async fn answer(it: &Installation, host: &str, path: &str, te: &str) -> String {
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {host}.localhost\r\nconnection: close\r\ncookie: {COOKIE}\r\n{te}\r\n"
    );
    raw(it.address, request).await
}

/// With no pause the answer is complete when the gate checks it; with a pause it is passed on piece by piece.
#[tokio::test]
async fn an_answers_trailers_reach_a_client_that_takes_them() {
    let it = start().await;
    for path in ["/trailers", "/trailers-later"] {
        let taken = answer(&it, "board", path, "te: trailers\r\n").await;
        let (head, body) = taken.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("trailer: grpc-status, x-sum\r\n"), "{path}: {taken}");
        assert_eq!(body, "5\r\nhello\r\n0\r\ngrpc-status: 0\r\nx-sum: abc\r\n\r\n", "{path}");
        let refused = answer(&it, "board", path, "").await;
        // The id of the decision may contain an `abc`.
        assert!(refused.contains("hello") && !refused.contains("x-sum: abc"), "{path}: {refused}");
    }
}

#[tokio::test]
async fn an_answers_trailers_reach_a_client_of_http2() {
    let stage = stage(ClientCertificates::Ignored).await;
    let mut sender = stage.h2::<http_body_util::Empty<Bytes>>("board").await;
    for path in ["/trailers", "/trailers-later"] {
        let request = Request::builder()
            .uri(format!("https://board.localhost{path}"))
            .header("cookie", COOKIE)
            .header("te", "trailers")
            .body(http_body_util::Empty::new())
            .unwrap();
        let collected = sender.send_request(request).await.unwrap().into_body().collect().await.unwrap();
        let mut trailers: Vec<_> = collected.trailers().unwrap().keys().map(ToString::to_string).collect();
        trailers.sort();
        assert_eq!(trailers, ["grpc-status", "x-sum"], "{path}");
        assert_eq!(collected.to_bytes(), "hello", "{path}");
    }
}

async fn upload(it: &Installation, headers: &str, trailers: &str) -> Reply {
    let request = format!(
        "POST / HTTP/1.1\r\nhost: board.localhost\r\nconnection: close, x-hop\r\ncookie: {COOKIE}\r\n{headers}\
         transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n{trailers}\r\n"
    );
    parse(&raw(it.address, request).await)
}

#[tokio::test]
async fn a_requests_trailers_reach_the_application_where_they_were_announced() {
    let it = start().await;
    let check = async |headers: &str, trailers: &str, expected: &[&str]| {
        let reply = upload(&it, headers, trailers).await;
        assert_eq!((reply.status, &reply.json()["bytes"]), (200, &5.into()), "{headers:?}: {reply:?}");
        assert_eq!(received(&reply.json()), expected, "{headers:?} {trailers:?}");
    };
    check("trailer: X-Sum\r\n", "X-Sum: abc\r\n", &["x-sum: abc"]).await;
    check("trailer: X-Sum\r\n", "X-Other: abc\r\n", &[]).await;
    check("", "X-Sum: abc\r\n", &[]).await;
    for name in [
        "X-Countersign-Assertion",
        "X-Forwarded-User",
        "Remote_User",
        "Authorization",
        "Cookie",
        "Host",
        "Content-Length",
        "Transfer-Encoding",
        "Content-Type",
        "X-Hop",
    ] {
        let reply =
            upload(&it, &format!("trailer: {name}, x-sum\r\n"), &format!("{name}: 1\r\nx-sum: 2\r\n")).await;
        assert_eq!(received(&reply.json()), ["x-sum: 2"], "{name}: {reply:?}");
        assert_eq!(reply.received("trailer"), ["x-sum"], "{name}");
    }
}

#[tokio::test]
async fn a_request_of_http2_brings_its_trailers_too() {
    let stage = stage(ClientCertificates::Ignored).await;
    let trailers = [("x-sum", "abc"), ("x-forwarded-user", "root"), ("cookie", "a=1")];
    let trailers: HeaderMap =
        trailers.into_iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    let frames = [Ok::<_, std::io::Error>(Frame::data(Bytes::from("hello"))), Ok(Frame::trailers(trailers))];
    let request = Request::post("https://board.localhost/")
        .header("cookie", COOKIE)
        .header("trailer", "x-sum, x-forwarded-user, cookie")
        .body(StreamBody::new(stream::iter(frames)))
        .unwrap();
    let mut sender = stage.h2("board").await;
    let reply = sender.send_request(request).await.unwrap().into_body().collect().await.unwrap().to_bytes();
    let reply: serde_json::Value = serde_json::from_slice(&reply).unwrap();
    assert_eq!(reply["bytes"], 5);
    assert_eq!(received(&reply), ["x-sum: abc"]);
}

#[tokio::test]
async fn an_application_is_told_that_trailers_are_taken_when_they_are() {
    let it = start().await;
    for (te, told) in [("te: gzip, trailers\r\n", &["trailers"][..]), ("te: gzip\r\n", &[]), ("", &[])] {
        let reply = parse(&answer(&it, "board", "/", te).await);
        assert_eq!(reply.received("te"), told, "{te:?}");
        assert_eq!(reply.received("connection"), told.iter().map(|_| "te").collect::<Vec<_>>(), "{te:?}");
    }
}

/// A hand-written application that announces and sends anything, which a server library would not.
#[tokio::test]
async fn an_application_slips_nothing_in_behind_its_answer() {
    let it = start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut seen = Vec::new();
            while !seen.ends_with(b"\r\n\r\n") && stream.read_buf(&mut seen).await.unwrap() > 0 {}
            let bytes = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: x-hop\r\n\
                         trailer: set-cookie, content-disposition, x-countersign-decision, x-hop, x-sum\r\n\r\n\
                         2\r\nok\r\n0\r\nset-cookie: __Host-countersign-app=stolen\r\nset-cookie: a=1\r\n\
                         content-disposition: inline\r\nx-countersign-decision: dec_forged\r\nx-hop: 1\r\nx-sum: abc\r\n\r\n";
            stream.write_all(bytes.as_bytes()).await.unwrap();
        }
    });
    it.state(application_at("sealed", Sensitivity::Public, &upstream)).await;
    for fact in opened("sealed") {
        it.state(fact).await;
    }
    let answer = answer(&it, "sealed", "/", "te: trailers\r\n").await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("trailer: x-sum\r\n"), "{answer}");
    assert_eq!(body, "2\r\nok\r\n0\r\nx-sum: abc\r\n\r\n");
}
