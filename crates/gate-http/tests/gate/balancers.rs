//! Load balancers that state in the PROXY protocol whose connection they forward.

use crate::client::{parse, raw};
use crate::installation::{COOKIE, Installation, start_with};
use countersign_gate_http::{GateConfig, TrustedProxies};
use countersign_listen::State;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const HEADER: &str = "PROXY TCP4 203.0.113.9 192.0.2.1 4500 443\r\n";

fn config(trusted: &str) -> GateConfig {
    let proxies = TrustedProxies::new([trusted.parse().unwrap()]);
    GateConfig { proxies, ..GateConfig::new("https://id.example") }
}

fn request() -> String {
    format!("GET /pages/a HTTP/1.1\r\nhost: wiki.localhost\r\nconnection: close\r\ncookie: {COOKIE}\r\n\r\n")
}

#[tokio::test]
async fn a_balancer_that_is_named_says_whose_connection_it_is() {
    let it = start_with(config("127.0.0.0/8"), None).await;
    let reply = parse(&raw(it.address, format!("{HEADER}{}", request())).await);
    assert_eq!((reply.status, reply.received("x-forwarded-for")), (200, vec!["203.0.113.9".to_owned()]));
    // The balancer's own health check.
    let own = parse(&raw(it.address, format!("PROXY UNKNOWN\r\n{}", request())).await);
    assert_eq!(own.received("x-forwarded-for"), ["127.0.0.1"]);
    let rows = it.recorded(|rows| rows.len() == 2).await;
    let mut places: Vec<_> =
        rows.iter().map(|row| row.decided.place.as_ref().unwrap().address.to_string()).collect();
    places.sort();
    assert_eq!(places, ["127.0.0.1", "203.0.113.9"]);
    // Without a header no request is served: the address would be the balancer's own.
    assert_eq!(raw(it.address, request()).await, "");
}

#[tokio::test]
async fn nobody_else_says_whose_connection_it_is() {
    for config in [GateConfig::new("https://id.example"), config("192.0.2.7/32")] {
        let it = start_with(config, None).await;
        let refused = parse(&raw(it.address, format!("{HEADER}{}", request())).await);
        assert_eq!(refused.status, 400, "{refused:?}");
        let reply = parse(&raw(it.address, request()).await);
        assert_eq!(reply.received("x-forwarded-for"), ["127.0.0.1"]);
    }
}

/// Opens a connection of the balancer that begins with these bytes.
async fn passed_on(it: &Installation, begins: &str) -> TcpStream {
    let mut stream = TcpStream::connect(it.address).await.unwrap();
    stream.write_all(begins.as_bytes()).await.unwrap();
    stream
}

/// Returns what the gate sends until it closes the connection.
async fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    // Closing with unread bytes ends in a reset.
    let _end = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut bytes)).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

async fn until(what: &str, it: &Installation, holds: impl Fn(&State) -> bool) {
    for _ in 0..3_000 {
        if holds(&it.gate.places().state()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}: {:?}", it.gate.places().state());
}

fn few() -> GateConfig {
    let mut config = config("127.0.0.0/8");
    (config.limits.connections, config.limits.connections_per_address) = (10, 2);
    config
}

#[tokio::test]
async fn a_connection_that_is_passed_on_takes_the_place_of_its_client_and_none_of_the_balancer() {
    let it = start_with(few(), None).await;
    let header = |client: &str| format!("PROXY TCP4 {client} 192.0.2.1 4500 443\r\n");
    let mut held = Vec::new();
    for client in ["203.0.113.1", "203.0.113.2", "203.0.113.3"] {
        for share in 1..=2 {
            held.push(passed_on(&it, &header(client)).await);
            let open = held.len();
            until("a client has its place", &it, |state| {
                state.open == open && state.most_of_one_address >= share
            })
            .await;
        }
        // The balancer's own address would have used its share long ago.
        let more = passed_on(&it, &format!("{}{}", header(client), request())).await;
        assert_eq!(rest(more).await, "", "{client} has its share");
    }
    let other = passed_on(&it, &format!("{}{}", header("203.0.113.4"), request())).await;
    assert!(rest(other).await.starts_with("HTTP/1.1 200 "), "others are served beside them");
    // The balancer's health checks count as its own, with the same limit as any address.
    held.push(passed_on(&it, "PROXY UNKNOWN\r\n").await);
    held.push(passed_on(&it, "PROXY UNKNOWN\r\n").await);
    until("the balancer has its share", &it, |state| state.open == 8).await;
    assert_eq!(rest(passed_on(&it, "PROXY UNKNOWN\r\n").await).await, "");
    let state = it.gate.places().state();
    assert_eq!((state.most_of_one_address, state.refused), (2, 4), "{state:?}");
    // The client can use a released place again.
    drop(held);
    until("all places are free", &it, |state| state.open == 0).await;
    let again = passed_on(&it, &format!("{}{}", header("203.0.113.1"), request())).await;
    assert!(rest(again).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_header_that_is_none_or_does_not_come_keeps_no_place() {
    let mut config = few();
    config.times.handshake = Duration::from_millis(300);
    let it = start_with(config, None).await;
    // More of each than the limit per address.
    for bad in ["GET / HTTP/1.1\r\n\r\n", "PROXY TCP4 nonsense 192.0.2.1 1 2\r\n", "PROXY TCP4 ", ""] {
        let mut all = Vec::new();
        for _ in 0..5 {
            all.push(passed_on(&it, bad).await);
        }
        for stream in all {
            assert_eq!(rest(stream).await, "", "{bad:?}");
        }
        until("no place is kept", &it, |state| state.open == 0).await;
    }
    assert_eq!(it.gate.places().state().refused, 0, "nobody was turned away for it");
    let good = passed_on(&it, &format!("{HEADER}{}", request())).await;
    assert!(rest(good).await.starts_with("HTTP/1.1 200 "));
}
