//! An aborted body reaches the other side at once, and never looks complete.

use crate::client::{ask, parse, raw};
use crate::installation::{COOKIE, Installation, start};
use crate::raw_upstream::{RawUpstream, rest, soon};
use countersign_evidence::{Ended, Row};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const UPGRADE: &str = "connection: upgrade\r\nupgrade: websocket\r\n";
const SWITCHED: &str =
    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";

fn ended(ended: Ended) -> impl Fn(&[Row]) -> bool {
    move |rows| {
        rows.iter().any(|row| row.completed.as_ref().is_some_and(|completed| completed.ended == ended))
    }
}

async fn send(it: &Installation, request: &str) -> TcpStream {
    let mut client = TcpStream::connect(it.address).await.unwrap();
    client.write_all(request.as_bytes()).await.unwrap();
    client
}

/// Returns both ends of an upgraded connection.
async fn tunnel(it: &Installation, upstream: &RawUpstream) -> (TcpStream, TcpStream) {
    let request = format!("GET / HTTP/1.1\r\nhost: board.localhost\r\ncookie: {COOKIE}\r\n{UPGRADE}\r\n");
    let mut client = send(it, &request).await;
    let (application, _) = upstream.answer(SWITCHED).await;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        assert!(soon(client.read_buf(&mut head)).await.unwrap() > 0);
    }
    (client, application)
}

#[tokio::test]
async fn a_reset_of_either_side_of_an_upgraded_connection_reaches_the_other_at_once() {
    let it = start().await;
    let upstream = RawUpstream::behind(&it).await;
    for client_goes in [true, false] {
        let (client, application) = tunnel(&it, &upstream).await;
        let (goes, stays) = if client_goes { (client, application) } else { (application, client) };
        goes.set_zero_linger().unwrap();
        drop(goes);
        let seen = rest(stays).await;
        assert!(seen.reset, "client goes: {client_goes}: {seen:?}");
    }
    it.recorded(ended(Ended::ClientGone)).await;
    it.recorded(ended(Ended::UpstreamFailed)).await;
}

#[tokio::test]
async fn an_orderly_end_of_one_direction_is_passed_on_and_the_other_goes_on() {
    let it = start().await;
    let upstream = RawUpstream::behind(&it).await;
    for client_ends in [true, false] {
        let (client, application) = tunnel(&it, &upstream).await;
        let (mut ends, mut stays) = if client_ends { (client, application) } else { (application, client) };
        ends.write_all(b"last words").await.unwrap();
        ends.shutdown().await.unwrap();
        let mut heard = String::new();
        soon(stays.read_to_string(&mut heard)).await.unwrap();
        assert_eq!(heard, "last words");
        stays.write_all(b"heard").await.unwrap();
        stays.shutdown().await.unwrap();
        let seen = rest(ends).await;
        assert_eq!((seen.text.as_str(), seen.reset), ("heard", false));
    }
    it.recorded(ended(Ended::Finished)).await;
}

#[tokio::test]
async fn a_revoked_upgrade_is_reset_on_both_sides() {
    let it = start().await;
    let upstream = RawUpstream::behind(&it).await;
    let (mut client, mut application) = tunnel(&it, &upstream).await;
    // Two bytes of a message of five: between messages the client would get a Close frame with the reason.
    application.write_all(b"\x82\x05ab").await.unwrap();
    let mut begun = [0; 4];
    soon(client.read_exact(&mut begun)).await.unwrap();
    it.revoke().await;
    assert!(rest(application).await.reset);
    assert!(rest(client).await.reset);
}

/// The ways in which a client may abort an upload whose head was sent.
#[tokio::test]
async fn an_upload_that_breaks_off_is_never_whole_to_the_application() {
    let it = start().await;
    let upstream = RawUpstream::behind(&it).await;
    for (framing, part) in [
        ("content-length: 100\r\n", "only this"),
        ("transfer-encoding: chunked\r\n", "9\r\nonly this\r\n"),
        ("transfer-encoding: chunked\r\n", "9\r\nonly this\r\n5\r\nhel"),
        ("transfer-encoding: chunked\r\n", "9\r\nonly this\r\n0\r\n"),
        ("transfer-encoding: chunked\r\n", "9\r\nonly this\r\nzz\r\n"),
    ] {
        for reset in [true, false] {
            let request = format!(
                "POST /up HTTP/1.1\r\nhost: board.localhost\r\ncookie: {COOKIE}\r\n{framing}\r\n{part}"
            );
            let client = send(&it, &request).await;
            let (application, mut seen) = upstream.request("only this").await;
            if reset {
                client.set_zero_linger().unwrap();
            }
            drop(client);
            seen.push_str(&rest(application).await.text);
            assert!(!seen.ends_with("0\r\n\r\n"), "{framing:?} {part:?}: {seen:?}");
            let body = seen.split_once("\r\n\r\n").unwrap().1;
            assert!(body.len() < 100, "{framing:?} {part:?}: {seen:?}");
        }
    }
}

#[tokio::test]
async fn a_revoked_upload_is_cut_while_it_waits_for_more() {
    let it = start().await;
    let upstream = RawUpstream::behind(&it).await;
    let framing = "transfer-encoding: chunked\r\n\r\n4\r\nsome\r\n";
    let request = format!("POST /up HTTP/1.1\r\nhost: board.localhost\r\ncookie: {COOKIE}\r\n{framing}");
    let client = send(&it, &request).await;
    let (application, _) = upstream.request("some").await;
    it.revoke().await;
    let seen = rest(application).await;
    assert!(!seen.text.contains("0\r\n"), "{seen:?}");
    let answer = rest(client).await.text;
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    it.recorded(ended(Ended::Revoked)).await;
}

/// An application may answer before the request is complete, and continue to read it.
#[tokio::test]
async fn an_upload_that_outlasts_its_answer_is_held_against_revocations_too() {
    let it = start().await;
    let upstream = RawUpstream::behind(&it).await;
    let framing = "transfer-encoding: chunked\r\n\r\n4\r\nsome\r\n";
    let request = format!("POST /up HTTP/1.1\r\nhost: board.localhost\r\ncookie: {COOKIE}\r\n{framing}");
    let mut client = send(&it, &request).await;
    let (mut application, _) = upstream.request("some").await;
    application.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nearly").await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"early") {
        assert!(
            soon(client.read_buf(&mut answer)).await.unwrap() > 0,
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
    client.write_all(b"4\r\nmore\r\n").await.unwrap();
    let mut more = vec![0; 9];
    soon(application.read_exact(&mut more)).await.unwrap();
    it.revoke().await;
    // From here on nothing passes, and the application does not see an end of the body.
    let _ = client.write_all(b"4\r\nlate\r\n0\r\n\r\n").await;
    let seen = rest(application).await;
    assert!(!seen.text.contains("late") && !seen.text.contains("0\r\n"), "{seen:?}");
    it.recorded(ended(Ended::Revoked)).await;
}

#[tokio::test]
async fn an_answer_that_can_be_read_in_two_ways_is_not_passed_on() {
    let it = start().await;
    let upstream = RawUpstream::behind(&it).await;
    for headers in [
        "content-length: 05\r\n\r\nhello",
        "content-length: 5, 5\r\n\r\nhello",
        "content-length: 5\r\ncontent-length: 5\r\n\r\nhello",
        "content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "transfer-encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "transfer-encoding: identity\r\n\r\nhello",
    ] {
        let asking = async { ask(it.address, "GET /", "board", &format!("cookie: {COOKIE}\r\n")).await };
        let answer = format!("HTTP/1.1 200 OK\r\n{headers}");
        let (reply, _) = tokio::join!(asking, upstream.answer(&answer));
        assert_eq!(reply.status, 502, "{headers:?}: {reply:?}");
    }
    let cookie = format!("cookie: {COOKIE}\r\n");
    let asking = ask(it.address, "GET /", "board", &cookie);
    let (reply, _) =
        tokio::join!(asking, upstream.answer("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"));
    assert_eq!((reply.status, reply.body.as_str()), (200, "hello"));
}

#[tokio::test]
async fn a_permit_that_ended_before_the_answer_came_gives_the_refusal() {
    let it = start().await;
    let upstream = RawUpstream::behind(&it).await;
    let request =
        format!("GET / HTTP/1.1\r\nhost: board.localhost\r\ncookie: {COOKIE}\r\nconnection: close\r\n\r\n");
    let (answer, ()) = tokio::join!(raw(it.address, request), async {
        let (mut application, _) = upstream.request("\r\n\r\n").await;
        it.revoke().await;
        let _ = application.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret").await;
    });
    let reply = parse(&answer);
    assert_eq!(reply.status, 401, "{reply:?}");
    assert!(!answer.contains("secret"));
}
