//! Lengths and cookies in a head have one reading, over either protocol.

use crate::client::{Reply, parse, raw};
use crate::installation::{COOKIE, start};
use crate::raw_upstream::{RawUpstream, soon};
use crate::tls::stage;
use bytes::Bytes;
use countersign_gate_http::ClientCertificates;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};

#[tokio::test]
async fn a_length_is_one_plain_number_over_http1() {
    let it = start().await;
    for (length, taken) in [
        ("5", true),
        ("05", false),
        ("0005", false),
        ("+5", false),
        ("5,5", false),
        ("0x5", false),
        ("", false),
    ] {
        let answer = raw(
            it.address,
            format!(
                "POST / HTTP/1.1\r\nhost: board.localhost\r\ncookie: {COOKIE}\r\nconnection: close\r\n\
                 content-length: {length}\r\n\r\nhello"
            ),
        )
        .await;
        assert_eq!(parse(&answer).status, if taken { 200 } else { 400 }, "{length:?}: {answer}");
    }
}

/// Returns the result of an HTTP/2 request with these headers and a body of five bytes, or none.
async fn over_http2(
    stage: &crate::tls::Stage,
    headers: &[(&str, &str)],
    body: &'static str,
) -> Option<Reply> {
    let mut sender = stage.h2::<Full<Bytes>>("board").await;
    let mut request = Request::post("https://board.localhost/").header("cookie", COOKIE);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(Bytes::from(body))).unwrap();
    let response = soon(sender.send_request(request)).await.ok()?;
    let (status, head) = (response.status().as_u16(), format!("{:?}", response.headers()));
    let body = soon(response.into_body().collect()).await.ok()?.to_bytes();
    Some(Reply { status, head, body: String::from_utf8(body.to_vec()).unwrap() })
}

#[tokio::test]
async fn a_length_is_one_plain_number_over_http2() {
    let stage = stage(ClientCertificates::Ignored).await;
    for (length, taken) in [("5", true), ("05", false), ("0000005", false), ("+5", false), ("5, 5", false)] {
        let reply = over_http2(&stage, &[("content-length", length)], "hello").await;
        let status = reply.map(|reply| reply.status);
        // A request that the HTTP/2 parser itself refuses gets no answer.
        let refused = status.is_none() || status == Some(StatusCode::BAD_REQUEST.as_u16());
        assert_eq!(!refused, taken, "{length:?}: {status:?}");
    }
}

#[tokio::test]
async fn a_length_without_a_body_is_refused_over_http2() {
    let stage = stage(ClientCertificates::Ignored).await;
    let reply = over_http2(&stage, &[("content-length", "5")], "").await;
    assert!(reply.as_ref().is_none_or(|reply| reply.status == 400), "{reply:?}");
}

#[tokio::test]
async fn white_space_around_a_value_is_refused_over_http2() {
    let stage = stage(ClientCertificates::Ignored).await;
    for value in [" a", "a ", "\ta", "a\t"] {
        let reply = over_http2(&stage, &[("x-note", value)], "").await;
        assert_eq!(reply.map(|reply| reply.status), Some(400), "{value:?}");
    }
    assert_eq!(over_http2(&stage, &[("x-note", "a b")], "").await.map(|reply| reply.status), Some(200));
}

#[tokio::test]
async fn cookies_reach_the_application_as_one_field() {
    let stage = stage(ClientCertificates::Ignored).await;
    let reply = over_http2(&stage, &[("cookie", "theme=dark"), ("cookie", "lang=en")], "").await.unwrap();
    assert_eq!(reply.received("cookie"), ["theme=dark; lang=en"]);
    let it = start().await;
    let upstream = RawUpstream::behind(&it).await;
    let request = format!(
        "GET / HTTP/1.1\r\nhost: board.localhost\r\nconnection: close\r\ncookie: {COOKIE}\r\ncookie: a=1\r\n\
         cookie: b=2\r\n\r\n"
    );
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    let (_, (_, seen)) = tokio::join!(raw(it.address, request), upstream.answer(answer));
    assert!(seen.contains("cookie: a=1; b=2\r\n"), "{seen}");
}
