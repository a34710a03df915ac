//! Bytes on a raw socket: the gate forwards exactly what it decided on, and refuses ambiguous requests.

use crate::client::{parse, raw};
use crate::installation::{COOKIE, start};

/// Compares the path that the application receives with the one that the client sent.
#[tokio::test]
async fn the_path_that_was_decided_is_the_path_that_is_forwarded() {
    let it = start().await;
    for (sent, forwarded) in [
        ("/", Some("/")),
        ("/a/b", Some("/a/b")),
        ("/%61/%7Eb?q=%2e%2e%2f", Some("/a/~b?q=%2e%2e%2f")),
        ("/a%20b%e2%82%ac", Some("/a%20b%E2%82%AC")),
        ("http://board.localhost/abs", Some("/abs")),
        ("http://board.localhost", Some("/")),
        ("http://wiki.localhost/abs", None),
        ("*", None),
        ("/a/../admin", None),
        ("/a/%2e%2e/admin", None),
        ("/a/%252e%252e/admin", None),
        ("/a%2fadmin", None),
        ("/a%5cadmin", None),
        ("/a\\admin", None),
        ("//admin", None),
        ("/a//b", None),
        ("/admin;x=1", None),
        ("/a%00", None),
        ("/a%0d%0aX: y", None),
        ("/%c0%af", None),
        ("/a%", None),
        ("/a#b", None),
        ("/a?b#c", None),
        ("/Admin/x", None),
        ("admin", None),
    ] {
        let request = format!(
            "GET {sent} HTTP/1.1\r\nhost: board.localhost\r\nconnection: close\r\ncookie: {COOKIE}\r\n\r\n"
        );
        let reply = parse(&raw(it.address, request).await);
        match forwarded {
            Some(forwarded) => {
                assert_eq!(reply.status, 200, "{sent}: {reply:?}");
                assert_eq!(reply.json()["target"], forwarded, "{sent}");
            }
            None => assert_eq!(reply.status, 400, "{sent}: {reply:?}"),
        }
    }
}

#[tokio::test]
async fn framing_that_could_be_read_in_two_ways_is_refused_and_the_connection_closed() {
    let it = start().await;
    let second = "GET /smuggled HTTP/1.1\r\nhost: board.localhost\r\n\r\n";
    for headers in [
        "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n",
        "content-length: 0\r\ncontent-length: 0\r\n\r\n",
        "content-length: 0\r\ncontent-length: 5\r\n\r\nhello",
        "content-length: 5, 5\r\n\r\nhello",
        "content-length: +5\r\n\r\nhello",
        "content-length : 5\r\n\r\nhello",
        "transfer-encoding: identity\r\n\r\n",
        "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n",
        "transfer-encoding : chunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
        "x: a\r\n folded\r\n\r\n",
        " x: a\r\n\r\n",
        "x: a\0b\r\n\r\n",
        "x: a\n\r\n",
        "x\r\n\r\n",
        "host: wiki.localhost\r\n\r\n",
        "host: board.localhost\r\n\r\n",
    ] {
        let request =
            format!("POST / HTTP/1.1\r\nhost: board.localhost\r\ncookie: {COOKIE}\r\n{headers}{second}");
        let answer = raw(it.address, request).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{headers:?}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{headers:?}: {answer}");
        assert!(!answer.contains("smuggled"), "{headers:?}: {answer}");
    }
}

#[tokio::test]
async fn broken_request_lines_and_hosts_are_refused() {
    let it = start().await;
    for request in [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nhost:\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: user@board.localhost\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/3.0\r\nhost: board.localhost\r\n\r\n",
        "GET /\r\n\r\n",
        "GET  / HTTP/1.1\r\nhost: board.localhost\r\n\r\n",
        "G\x01T / HTTP/1.1\r\nhost: board.localhost\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nhost: board.localhost\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\x16\x03\x01\x02\x00\r\n\r\n",
    ] {
        let answer = raw(it.address, request).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{request:?}: {answer}");
    }
}

#[tokio::test]
async fn chunks_that_break_end_the_upload_and_the_connection() {
    let it = start().await;
    for body in [
        "5\r\nhello\r\nzz\r\n",
        "5;a=b\r\nhello\r\n0\r\n\r\n",
        "5\r\nhelloX\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
    ] {
        let request = format!(
            "POST / HTTP/1.1\r\nhost: board.localhost\r\ncookie: {COOKIE}\r\ntransfer-encoding: chunked\r\n\r\n{body}"
        );
        let answer = raw(it.address, request).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{body:?}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{body:?}: {answer}");
    }
}

#[tokio::test]
async fn methods_that_end_at_a_proxy_are_not_passed_on() {
    let it = start().await;
    for request in [
        "TRACE / HTTP/1.1\r\nhost: board.localhost\r\nconnection: close\r\n\r\n",
        "CONNECT board.localhost:80 HTTP/1.1\r\nhost: board.localhost:80\r\nconnection: close\r\n\r\n",
    ] {
        let answer = raw(it.address, request).await;
        assert!(answer.starts_with("HTTP/1.1 405 "), "{request:?}: {answer}");
    }
}

#[tokio::test]
async fn pipelined_requests_are_each_decided() {
    let it = start().await;
    let first = format!("GET /one HTTP/1.1\r\nhost: board.localhost\r\ncookie: {COOKIE}\r\n\r\n");
    let second = "GET /two HTTP/1.1\r\nhost: board.localhost\r\nconnection: close\r\n\r\n";
    let answer = raw(it.address, format!("{first}{second}")).await;
    assert!(answer.contains("\"target\":\"/one\""), "{answer}");
    assert!(answer.contains("HTTP/1.1 401 "), "{answer}");
    assert!(!answer.contains("\"target\":\"/two\""), "{answer}");
}
