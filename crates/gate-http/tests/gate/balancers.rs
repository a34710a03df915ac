//! Load balancers that say in the PROXY protocol whose connection they pass on.

use crate::client::{parse, raw};
use crate::installation::{COOKIE, start_with};
use countersign_gate_http::{GateConfig, TrustedProxies};

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
    // It asks for itself whether the gate is there.
    let own = parse(&raw(it.address, format!("PROXY UNKNOWN\r\n{}", request())).await);
    assert_eq!(own.received("x-forwarded-for"), ["127.0.0.1"]);
    let rows = it.recorded(|rows| rows.len() == 2).await;
    let mut places: Vec<_> =
        rows.iter().map(|row| row.decided.place.as_ref().unwrap().address.to_string()).collect();
    places.sort();
    assert_eq!(places, ["127.0.0.1", "203.0.113.9"]);
    // Without a header nothing is served: the address would be the balancer's own.
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
