//! Third-party gates: what they receive, and that nginx and Caddy work with it.

use crate::client::ask;
use crate::installation::{COOKIE, Installation, TOKEN, start};
use countersign_gate_http::{Answer, Dialect, ForeignProxy};
use countersign_names::Action;
use http::{HeaderMap, HeaderName, Response};
use http_body_util::BodyExt as _;

const CADDY: ForeignProxy = ForeignProxy { dialect: Dialect::Forwarded, client_certificates: false };
const NGINX: ForeignProxy = ForeignProxy { dialect: Dialect::Nginx, client_certificates: false };

fn headers(proxy: ForeignProxy, changes: &[(&'static str, &str)]) -> HeaderMap {
    let prefix = if proxy.dialect == Dialect::Nginx { "x-original" } else { "x-forwarded" };
    let mut headers: HeaderMap = [
        ("x-countersign-proxy".to_owned(), TOKEN),
        (format!("{prefix}-method"), "GET"),
        (format!("{prefix}-uri"), "/pages/a?b=c"),
        (format!("{prefix}-host"), "wiki.localhost:8443"),
        ("x-forwarded-proto".to_owned(), "https"),
        ("x-forwarded-for".to_owned(), "203.0.113.9, 192.0.2.7"),
        ("cookie".to_owned(), COOKIE),
    ]
    .into_iter()
    .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()))
    .collect();
    for (name, value) in changes {
        headers.remove(*name);
        if !value.is_empty() {
            headers.insert(*name, value.parse().unwrap());
        }
    }
    headers
}

async fn decide(
    it: &Installation,
    proxy: ForeignProxy,
    changes: &[(&'static str, &str)],
) -> Response<Answer> {
    it.gate.decide_for_proxy(proxy, &headers(proxy, changes)).await
}

async fn check(it: &Installation, proxy: ForeignProxy, changes: &[(&'static str, &str)], status: u16) {
    let answer = decide(it, proxy, changes).await;
    let found = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(found, status, "{changes:?}: {}", String::from_utf8_lossy(&body));
}

#[tokio::test]
async fn a_page_of_another_origin_opens_no_websocket_behind_a_proxy_either() {
    let it = start().await;
    let upgrade = ("x-original-upgrade", "websocket");
    for proxy in [CADDY, NGINX] {
        for (origin, foreign) in [("https://wiki.localhost:8443", false), ("https://elsewhere.example", true)]
        {
            let answer = decide(&it, proxy, &[upgrade, ("origin", origin)]).await;
            // Their own page is refused too, from an unknown device, but for another reason.
            assert_eq!(answer.status(), 403);
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            let body = String::from_utf8_lossy(&body);
            assert_eq!(body.contains("A page of another origin"), foreign, "{origin}: {body}");
        }
    }
}

#[tokio::test]
async fn a_proxy_with_its_token_gets_the_gates_word() {
    let it = start().await;
    for proxy in [CADDY, NGINX] {
        let answer = decide(&it, proxy, &[]).await;
        assert_eq!(answer.status(), 200);
        assert!(answer.headers()["x-countersign-decision"].to_str().unwrap().starts_with("dec_"));
        assert!(answer.headers().contains_key("x-countersign-assertion"));
        check(&it, proxy, &[("x-countersign-proxy", ""), ("authorization", &format!("Bearer {TOKEN}"))], 200)
            .await;
    }
    let token = uuid::Uuid::from_u128(6);
    let used = it.admission.observations().get(countersign_admission::ObservationKind::TokenUse, token);
    assert!(used.is_some(), "the use of the proxy's token is observed");
    let rows = it.recorded(|rows| !rows.is_empty()).await;
    assert_eq!(rows[0].decided.item, "/pages/a");
    assert_eq!(rows[0].decided.place.as_ref().unwrap().address.to_string(), "192.0.2.7");
}

#[tokio::test]
async fn who_asks_without_the_right_token_learns_nothing() {
    let it = start().await;
    check(&it, CADDY, &[("x-countersign-proxy", "")], 401).await;
    check(&it, CADDY, &[("x-countersign-proxy", "guess")], 401).await;
    check(&it, CADDY, &[("x-forwarded-host", "board.localhost")], 401).await;
    check(&it, CADDY, &[("x-forwarded-host", "nothing.localhost")], 401).await;
    let mut twice = headers(CADDY, &[]);
    twice.append("x-countersign-proxy", TOKEN.parse().unwrap());
    assert_eq!(it.gate.decide_for_proxy(CADDY, &twice).await.status(), 401);
}

#[tokio::test]
async fn a_proxy_is_answered_in_the_way_that_its_kind_can_pass_on() {
    let it = start().await;
    let visit = [("cookie", ""), ("accept", "text/html")];
    let answer = decide(&it, CADDY, &visit).await;
    assert_eq!(answer.status(), 302);
    assert!(answer.headers()["location"].to_str().unwrap().ends_with("return=/pages/a?b=c"));
    let answer = decide(&it, NGINX, &visit).await;
    assert_eq!(answer.status(), 401);
    assert!(answer.headers()["x-countersign-sign-in"].to_str().unwrap().ends_with("return=/pages/a?b=c"));
    assert!(answer.headers().contains_key("set-cookie"));
    check(&it, CADDY, &[("cookie", "")], 401).await;
    check(&it, CADDY, &[("x-forwarded-method", "POST")], 403).await;
    check(&it, NGINX, &[("x-original-method", "POST")], 403).await;
    check(&it, CADDY, &[("x-original-upgrade", "websocket")], 403).await;
    check(&it, CADDY, &[("x-forwarded-uri", "/a/../b")], 400).await;
    check(&it, NGINX, &[("x-original-uri", "/a/../b")], 403).await;
    check(&it, NGINX, &[("x-original-uri", "/Admin/x")], 403).await;
}

#[tokio::test]
async fn what_a_proxy_does_not_say_is_not_guessed() {
    let it = start().await;
    for name in
        ["x-forwarded-method", "x-forwarded-uri", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-for"]
    {
        check(&it, CADDY, &[(name, "")], 400).await;
    }
    // A client's own headers in the other dialect are ignored.
    check(&it, CADDY, &[("x-original-uri", "/public"), ("x-forwarded-method", "POST")], 403).await;
    check(&it, NGINX, &[("x-forwarded-method", "GET"), ("x-original-method", "POST")], 403).await;
    let mut twice = headers(CADDY, &[]);
    twice.append("x-forwarded-uri", "/other".parse().unwrap());
    assert_eq!(it.gate.decide_for_proxy(CADDY, &twice).await.status(), 400);
}

/// Any stream is decided as `connect`, so nothing else may pass for one.
#[tokio::test]
async fn a_proxy_opens_streams_by_a_get_for_a_websocket_and_nothing_else() {
    let it = start().await;
    for (proxy, wrong) in [(CADDY, 400), (NGINX, 403)] {
        let method = if proxy == NGINX { "x-original-method" } else { "x-forwarded-method" };
        for (verb, protocol) in [
            ("POST", "websocket"),
            ("POST", "x"),
            ("POST", "h2c"),
            ("HEAD", "websocket"),
            ("GET", "h2c"),
            ("GET", "HTTP/2.0"),
            ("GET", "TLS/1.0"),
            ("GET", "x"),
            ("GET", "upgrade"),
            ("GET", "websocket, h2c"),
            ("GET", "h2c,websocket"),
        ] {
            check(&it, proxy, &[(method, verb), ("x-original-upgrade", protocol)], wrong).await;
        }
        let mut twice = headers(proxy, &[("x-original-upgrade", "websocket")]);
        twice.append("x-original-upgrade", "websocket".parse().unwrap());
        assert_eq!(it.gate.decide_for_proxy(proxy, &twice).await.status(), wrong);
    }
    assert_eq!(it.recorded(|_| true).await.len(), 0, "none of it was decided");
    // An unknown device may read here but not connect.
    check(&it, CADDY, &[("x-original-upgrade", "WebSocket")], 403).await;
    let rows = it.recorded(|rows| !rows.is_empty()).await;
    assert_eq!(rows[0].decided.action, Action::Connect);
}

/// A route for `POST` does not match `post`, which many applications treat as `POST`.
#[tokio::test]
async fn what_a_proxy_says_is_read_in_its_one_form_or_refused() {
    let it = start().await;
    for (name, values) in [
        ("method", &["post", "Post", "get", "GET ", "G\u{e9}T", "GET,POST", "CONNECT", "TRACE"][..]),
        (
            "host",
            &[
                "[wiki.localhost]",
                "wiki.localhost:99999",
                "wiki.localhost.",
                "u@wiki.localhost",
                ":1",
                "wiki.localhost, a",
            ],
        ),
        ("uri", &["pages", "http://wiki.localhost/pages/a", "*", "/a#b", "/a b"]),
    ] {
        for value in values {
            for (proxy, prefix) in [(CADDY, "x-forwarded"), (NGINX, "x-original")] {
                let mut sent = headers(proxy, &[]);
                let name: HeaderName = format!("{prefix}-{name}").parse().unwrap();
                sent.insert(name.clone(), value.parse().unwrap());
                let status = it.gate.decide_for_proxy(proxy, &sent).await.status().as_u16();
                assert!(matches!(status, 400 | 403 | 405), "{name}: {value:?}: {status}");
                let mut twice = headers(proxy, &[]);
                twice.append(name, "/pages/a".parse().unwrap());
                let status = it.gate.decide_for_proxy(proxy, &twice).await.status().as_u16();
                assert!(matches!(status, 400 | 403), "twice: {status}");
            }
        }
    }
    for proto in ["HTTPS", "https,http", "ftp", "on", " "] {
        let mut sent = headers(CADDY, &[]);
        sent.insert("x-forwarded-proto", proto.parse().unwrap());
        assert_eq!(it.gate.decide_for_proxy(CADDY, &sent).await.status(), 400, "{proto:?}");
    }
    assert_eq!(it.recorded(|_| true).await.len(), 0, "none of it was decided");
    for proto in ["http", "ws", "wss"] {
        check(&it, CADDY, &[("x-forwarded-proto", proto)], 200).await;
    }
}

/// nginx and Traefik cannot remove one cookie of several, so the gate sends them the remaining ones.
#[tokio::test]
async fn a_proxy_is_told_the_cookies_without_ours() {
    let it = start().await;
    for (sent, told) in [
        (COOKIE.to_owned(), None),
        (format!("a=1; {COOKIE}; b=2"), Some("a=1; b=2")),
        (format!("{COOKIE}; __Host-countersign-state=s; b=2"), Some("b=2")),
    ] {
        let answer = decide(&it, NGINX, &[("cookie", sent.as_str())]).await;
        assert_eq!(answer.status(), 200, "{sent}");
        assert_eq!(answer.headers().get("cookie").map(|value| value.to_str().unwrap()), told, "{sent}");
    }
}

#[tokio::test]
async fn a_proxy_is_believed_about_certificates_only_where_it_is_set_up_to_be() {
    let it = start().await;
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate =
        rcgen::CertificateParams::new(vec!["laptop".to_owned()]).unwrap().self_signed(&key).unwrap();
    it.register_laptop(crate::installation::sha256(&rcgen::PublicKeyData::subject_public_key_info(&key)))
        .await;
    let escaped = certificate
        .pem()
        .replace(' ', "%20")
        .replace('\n', "%0A")
        .replace('\r', "")
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let write = [("x-forwarded-method", "POST"), ("x-countersign-client-cert", escaped.as_str())];
    let believed = ForeignProxy { client_certificates: true, ..CADDY };
    check(&it, believed, &write, 200).await;
    check(&it, CADDY, &write, 403).await;
    check(&it, believed, &[("x-forwarded-method", "POST")], 403).await;
    check(&it, believed, &[("x-countersign-client-cert", "rubbish")], 400).await;
}

/// The request of Traefik 3.7, as its documentation of ForwardAuth says and as observed on the wire: a GET of the
/// endpoint with the client's headers, without the hop-by-hop ones, five properties of the request, and some of its own
/// that do not describe the request.
#[tokio::test]
async fn traefiks_question_is_understood_as_it_asks_it() {
    let it = start().await;
    let check = async |method: &str, uri: &str, extra: &str, status: u16| {
        let asked = format!(
            "user-agent: curl/7.88.1\r\naccept: application/json\r\ncookie: {COOKIE}\r\nx-countersign-proxy: {TOKEN}\r\n\
             x-forwarded-for: 192.0.2.7\r\nx-forwarded-host: wiki.localhost:8443\r\nx-forwarded-method: {method}\r\n\
             x-forwarded-port: 8443\r\nx-forwarded-proto: https\r\nx-forwarded-server: front\r\nx-forwarded-uri: {uri}\r\n\
             x-real-ip: 192.0.2.7\r\naccept-encoding: gzip\r\n{extra}"
        );
        let reply = ask(it.address, "GET /forward-auth/traefik", "id", &asked).await;
        assert_eq!(reply.status, status, "{method} {uri} {extra:?}: {reply:?}");
        reply
    };
    let reply = check("GET", "/pages/a?b=c%2f", "", 200).await;
    assert!(reply.header("x-countersign-assertion").unwrap().starts_with("ey"), "{reply:?}");
    let rows = it.recorded(|rows| !rows.is_empty()).await;
    let place = rows[0].decided.place.as_ref().unwrap();
    assert_eq!(
        (rows[0].decided.item.as_str(), place.address.to_string().as_str()),
        ("/pages/a", "192.0.2.7")
    );
    // Traefik keeps the body of a form, but sends its type.
    check("POST", "/pages/a", "content-type: application/x-www-form-urlencoded\r\n", 403).await;
    check("PROPFIND", "/pages/a", "", 403).await;
    check("GET", "/admin", "", 403).await;
    check("GET", "/a%2Fadmin", "", 400).await;
    // A handshake arrives without its `Upgrade`, which is why the documented configuration states it in another way.
    let handshake = "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    check("GET", "/ws", handshake, 200).await;
    check("GET", "/ws", &format!("{handshake}x-original-upgrade: websocket\r\n"), 403).await;
}

#[test]
fn endpoints_are_named_after_proxies() {
    assert_eq!(ForeignProxy::named("nginx"), Some(NGINX));
    assert_eq!(ForeignProxy::named("caddy"), Some(CADDY));
    let believed = ForeignProxy { client_certificates: true, ..CADDY };
    assert_eq!(ForeignProxy::named("traefik-with-certificates"), Some(believed));
    for name in ["", "-with-certificates", "apache", "nginx-"] {
        assert_eq!(ForeignProxy::named(name), None, "{name:?}");
    }
}
