//! Checks of upstreams, and the declaration that follows them: what is refused, and what a dry run leaves as it is.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::commands::bad;
use crate::common::{Door, House, assert_problem};
use countersign_probe::{ProbeNetworks, UpstreamProbe};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const CHECK: &str = "/api/v1/upstreams/check";

fn probe() -> UpstreamProbe {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(RootCertStore::empty()).with_no_client_auth();
    UpstreamProbe::new(Arc::new(config), ProbeNetworks::usual())
}

/// An application that asks everybody to sign in. Returns its upstream.
async fn answering() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 1024];
            let _read = stream.read(&mut buffer).await;
            let answer = b"HTTP/1.1 302 Found\r\nlocation: /login?next=secret\r\ncontent-length: 0\r\n\r\n";
            let _gone = stream.write_all(answer).await;
        }
    });
    upstream
}

#[tokio::test]
async fn checks_of_upstreams_are_for_administrators_and_few() {
    let house = House::new().await;
    let upstream = answering().await;
    let asked = || Some(json!({"upstream": upstream, "host": "wiki.example.org"}));
    let without = house.api("POST", "/upstreams/check", asked()).await;
    assert_problem(&without, 503, None);
    house.control.checks_upstreams(probe());

    let by = async |door: Door| house.send(&door, "POST", CHECK, asked()).await;
    assert_problem(&by(Door::Nobody).await, 401, None);
    assert_problem(&by(Door::Session(3)).await, 403, None);
    let found = by(Door::Session(1)).await;
    assert_eq!(found.status.as_u16(), 200, "{}", found.json);
    let expected = json!({
        "upstream": upstream, "answers": true, "result": "answers", "status": 302, "redirect": "/login",
        "address": upstream.strip_prefix("http://"),
        "message": "it answers with the status 302 and redirects to /login",
        "remedy": "if that is an address of its own machine, tell the application the address at which people reach it",
    });
    assert_eq!(found.json, expected);

    // Nine more at once; then the caller waits, and another one does not.
    for _ in 0..9 {
        assert_eq!(by(Door::Session(1)).await.status.as_u16(), 200);
    }
    let waits = by(Door::Session(1)).await;
    assert_problem(&waits, 429, None);
    assert!(waits.headers.contains_key("retry-after"));
    assert_eq!(by(Door::Session(4)).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_check_of_something_that_is_no_upstream_names_the_field() {
    let house = House::new().await;
    house.control.checks_upstreams(probe());
    let check = async |body: Value, field: &str| {
        bad(&house, "POST", "/upstreams/check", body, 422, Some(field)).await;
    };
    check(json!({}), "upstream").await;
    check(json!({"upstream": "wiki:3000"}), "upstream").await;
    check(json!({"upstream": "http://wiki/path"}), "upstream").await;
    check(json!({"upstream": "http://169.254.169.254"}), "upstream").await;
    check(json!({"upstream": "http://127.0.0.1", "host": "wiki:3000"}), "host").await;
    check(json!({"upstream": "http://127.0.0.1", "host": "a\r\nx: y"}), "host").await;
    check(json!({"upstream": "http://127.0.0.1", "port": 1}), "port").await;
}

#[tokio::test]
async fn a_dry_run_declares_nothing_and_a_new_application_replaces_none() {
    let house = House::new().await;
    let shop = json!({"title": "Shop", "owner": "Sales", "hosts": ["shop.localhost"], "upstream": "http://127.0.0.1:9"});
    let before = house.seq();
    let shown = house.ok("PUT", "/applications/shop?new=true&dry_run=true", Some(shop.clone())).await;
    assert_eq!(shown["declared"]["upstream"], "http://127.0.0.1:9");
    assert_eq!(house.seq(), before);
    bad(&house, "GET", "/applications/shop", Value::Null, 404, Some("application")).await;

    let mut taken = shop.clone();
    taken["hosts"] = json!(["wiki.localhost"]);
    bad(&house, "PUT", "/applications/shop?dry_run=true", taken, 409, Some("hosts")).await;
    bad(&house, "PUT", "/applications/shop?dry_run=perhaps", shop.clone(), 422, Some("dry_run")).await;
    bad(&house, "PUT", "/applications/shop?dryrun=true", shop.clone(), 422, Some("dryrun")).await;
    bad(&house, "PUT", "/applications/wiki?new=true", shop.clone(), 409, Some("application")).await;
    bad(&house, "PUT", "/applications/wiki?new=true&dry_run=true", shop.clone(), 409, Some("application"))
        .await;

    house.ok("PUT", "/applications/shop?new=true", Some(shop.clone())).await;
    bad(&house, "PUT", "/applications/shop?new=true", shop.clone(), 409, Some("application")).await;
    let mut other = shop;
    other["title"] = json!("The shop");
    assert_eq!(house.ok("PUT", "/applications/shop", Some(other)).await["declared"]["title"], "The shop");
}
