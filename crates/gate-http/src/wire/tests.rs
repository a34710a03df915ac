//! What the guard passes byte for byte, and what it does not, however the bytes are divided into reads.

//! Bytes of a request head, as an attacker may send them.

use super::*;
use tokio::io::AsyncReadExt as _;

const LIMITS: HeadLimits = HeadLimits { bytes: 1024, time: Duration::from_secs(60) };

async fn through(raw: &[u8], step: usize) -> Vec<u8> {
    let (mut near, far) = tokio::io::duplex(64 * 1024);
    let mut guarded = GuardedStream::new(far, Http1Guard::new(LIMITS, Tunnel::default()));
    for piece in raw.chunks(step) {
        tokio::io::AsyncWriteExt::write_all(&mut near, piece).await.unwrap();
        tokio::task::yield_now().await;
    }
    drop(near);
    let mut out = Vec::new();
    guarded.read_to_end(&mut out).await.unwrap();
    out
}

/// Checks the end of the stream that the parser sees, however the bytes are divided into reads.
async fn check(raw: &str, passes: bool) {
    for step in [1, 7, 64 * 1024] {
        let out = through(raw.as_bytes(), step).await;
        if passes {
            assert_eq!(String::from_utf8_lossy(&out), raw);
        } else {
            assert!(
                out.ends_with(REFUSED),
                "{raw:?} must be refused, gave {:?}",
                String::from_utf8_lossy(&out)
            );
        }
    }
}

#[tokio::test]
async fn honest_requests_pass_byte_for_byte() {
    for raw in [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /b HTTP/1.1\r\nhost:a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0a\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n",
        "PUT / HTTP/1.0\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    ] {
        check(raw, true).await;
    }
}

#[tokio::test]
async fn framing_that_two_servers_could_read_differently_is_refused() {
    let heads = [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\n Content-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tfolded\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u{b}chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        "GET /#frag HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET /\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];
    for raw in heads {
        check(raw, false).await;
    }
}

#[tokio::test]
async fn broken_chunks_are_refused_where_they_break() {
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for body in [
        "\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        "-1\r\n",
        "5;ext=1\r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello!\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\n",
        "fffffffffffffffff\r\n",
        "0\r\nX: \0\r\n\r\n",
        "0\r\nX\r\n\r\n",
        "0\r\n: 1\r\n\r\n",
        "0\r\nX : 1\r\n\r\n",
        "0\r\nX: 1\r\n folded\r\n\r\n",
        "0\r\nX: 1\n\r\n",
        "0\r\n\r\n\r\n\r\n",
    ] {
        check(&format!("{head}{body}"), false).await;
    }
}

#[tokio::test]
async fn a_request_behind_a_refused_one_is_never_seen() {
    let smuggled = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n5c\r\nGET /admin HTTP/1.1\r\n";
    let out = through(smuggled.as_bytes(), 64 * 1024).await;
    assert_eq!(out, REFUSED);
    let honest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let out = through(format!("{honest}{smuggled}").as_bytes(), 64 * 1024).await;
    assert_eq!(out, [honest.as_bytes(), REFUSED].concat());
}

#[tokio::test]
async fn a_head_over_the_limit_is_handed_to_the_parser_which_refuses_it_by_size() {
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(4096));
    assert!(through(long.as_bytes(), 64 * 1024).await.len() > LIMITS.bytes);
}

#[tokio::test]
async fn a_head_that_trickles_in_is_cut_off() {
    let limits = HeadLimits { time: Duration::from_millis(50), ..LIMITS };
    let (mut near, far) = tokio::io::duplex(1024);
    let mut guarded = GuardedStream::new(far, Http1Guard::new(limits, Tunnel::default()));
    tokio::io::AsyncWriteExt::write_all(&mut near, b"GET / HT").await.unwrap();
    let error = guarded.read(&mut [0; 64]).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
}

#[tokio::test]
async fn an_open_tunnel_lets_everything_through() {
    let (mut near, far) = tokio::io::duplex(1024);
    let tunnel = Tunnel::default();
    let mut guarded = GuardedStream::new(far, Http1Guard::new(LIMITS, tunnel.clone()));
    tunnel.open();
    tokio::io::AsyncWriteExt::write_all(&mut near, b"\x81\x05hello").await.unwrap();
    let mut bytes = [0; 7];
    guarded.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"\x81\x05hello");
}

/// Reads twice past the end, as a reader that drains a connection does: the tunnel reports its end and does not
/// continue.
#[tokio::test]
async fn a_tunnel_whose_client_is_gone_is_over() {
    let (mut near, far) = tokio::io::duplex(1024);
    let tunnel = Tunnel::default();
    let mut guarded = GuardedStream::new(far, Http1Guard::new(LIMITS, tunnel.clone()));
    tunnel.open();
    tokio::io::AsyncWriteExt::write_all(&mut near, b"last").await.unwrap();
    drop(near);
    let mut all = Vec::new();
    guarded.read_to_end(&mut all).await.unwrap();
    assert_eq!(all, b"last");
    assert_eq!(guarded.read(&mut [0; 8]).await.unwrap(), 0);
}
