//! Which requests pass, what the application then receives, and what refused clients see.

#[path = "../guide/who.rs"]
mod guide;

use crate::client::{Reply, ask, ask_with_body, raw};
use crate::installation::{COOKIE, application_at, session, start, start_with};
use countersign_evidence::{Cause, Effect};
use countersign_facts::{ApplicationFact, ApplicationProtocol, EndReason, Fact, SessionFact};
use countersign_gate_http::GateConfig;
use countersign_names::Sensitivity;
use guide::who;

fn cookie() -> String {
    format!("cookie: theme=dark; {COOKIE}\r\n")
}

#[tokio::test]
async fn a_visitor_without_a_session_is_sent_to_sign_in_and_a_program_is_told() {
    let it = start().await;
    let visit = ask(it.address, "GET /pages/a?b=c", "wiki", "accept: text/html\r\n").await;
    assert_eq!(visit.status, 302, "{visit:?}");
    assert_eq!(
        visit.header("location"),
        Some("https://id.example/sign-in?host=wiki.localhost&return=/pages/a?b=c")
    );
    assert!(visit.header("set-cookie").unwrap().starts_with("__Host-countersign-state="));
    let program = ask(it.address, "GET /pages/a", "wiki", "").await;
    assert_eq!(program.status, 401, "{program:?}");
    assert_eq!(program.header("content-type"), Some("application/problem+json"));
    assert_eq!(program.json()["remedies"][0]["remedy"], "sign-in");
    let form = ask(it.address, "POST /pages/a", "wiki", "accept: text/html\r\n").await;
    assert_eq!(form.status, 401, "{form:?}");
    assert!(
        form.body.contains("return=&#x2f;\">Sign in</a>"),
        "a form is not sent again by itself: {form:?}"
    );
    let stranger = ask(it.address, "GET /", "wiki", "cookie: __Host-countersign-app=guessed\r\n").await;
    assert_eq!(stranger.status, 401, "{stranger:?}");
}

#[tokio::test]
async fn the_application_sees_the_gates_word_and_nobody_elses() {
    let it = start().await;
    let spoofed = "x-countersign-assertion: forged\r\nx-forwarded-user: root\r\nx_forwarded_user: root\r\n\
                   x-forwarded-for: 203.0.113.9\r\nremote-user: root\r\nx-countersign-decision: dec_forged\r\n";
    let reply =
        ask(it.address, "GET /%7Eada/caf%c3%a9?x=%2f", "wiki", &format!("{}{spoofed}", cookie())).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.json()["target"], "/~ada/caf%C3%A9?x=%2f");
    for name in ["x-forwarded-user", "x_forwarded_user", "remote-user"] {
        assert_eq!(reply.received(name), Vec::<String>::new(), "{name}");
    }
    assert_eq!(reply.received("x-forwarded-for"), ["127.0.0.1"]);
    assert_eq!(reply.received("host"), ["wiki.localhost"]);
    assert_eq!(reply.received("cookie"), ["theme=dark"]);
    let decision = reply.received("x-countersign-decision");
    assert_eq!(reply.header("x-countersign-decision"), decision.first().map(String::as_str));
    let assertions = reply.received("x-countersign-assertion");
    let [assertion] = assertions.as_slice() else { panic!("{assertions:?}") };
    let keys = serde_json::from_value(serde_json::json!({ "keys": [it.gate.assertion_key().public_jwk()] }))
        .unwrap();
    let claims: serde_json::Value = who(assertion, &keys, "https://id.example", "wiki").unwrap();
    for (issuer, application) in [("https://id.example", "payroll"), ("https://other.example", "wiki")] {
        assert!(who::<serde_json::Value>(assertion, &keys, issuer, application).is_err());
    }
    assert_eq!(claims["email"], "ada@example.com");
    assert_eq!(claims["assurance"], "aal2");
    let rows = it.recorded(|rows| rows.iter().any(|row| row.completed.is_some())).await;
    assert_eq!(rows[0].decided.item, "/~ada/caf%C3%A9");
    assert_eq!(rows[0].decided.id.to_string(), decision[0]);
    assert_eq!(rows[0].completed.as_ref().map(|completed| completed.status), Some(200));
}

#[tokio::test]
async fn a_denial_says_why_and_what_to_do() {
    let it = start().await;
    let program = ask_with_body(it.address, "POST /pages", "wiki", &cookie(), "text").await;
    assert_eq!(program.status, 403, "{program:?}");
    let problem = program.json();
    assert_eq!(problem["type"], "urn:countersign:problem:denied");
    assert_eq!(problem["reasons"][0]["policy"], "unmanaged-read-only");
    assert_eq!(problem["remedies"][0]["remedy"], "use-a-managed-device");
    assert_eq!(problem["decision"].as_str(), program.header("x-countersign-decision"));
    let html = format!("{}accept: text/html\r\n", cookie());
    let page = ask(it.address, "GET /admin/", "board", &html).await;
    assert_eq!(page.status, 403, "{page:?}");
    assert!(page.body.contains("data-policy="), "{page:?}");
    assert!(page.body.contains("id=\"decision\">dec_"), "{page:?}");
    let rows = it.recorded(|rows| rows.len() >= 2).await;
    assert!(rows.iter().all(|row| row.decided.effect == Effect::Deny));
}

#[tokio::test]
async fn a_revoked_session_is_refused_at_once() {
    let it = start().await;
    assert_eq!(ask(it.address, "GET /", "wiki", &cookie()).await.status, 200);
    it.revoke().await;
    assert_eq!(ask(it.address, "GET /", "wiki", &cookie()).await.status, 401);
}

#[tokio::test]
async fn a_download_is_asked_about_before_any_of_it_is_passed_on() {
    let it = start().await;
    for path in ["/report.pdf", "/attachment"] {
        let denied = ask(it.address, &format!("GET {path}"), "wiki", &cookie()).await;
        assert_eq!(denied.status, 403, "{denied:?}");
        assert_eq!(denied.json()["reasons"][0]["policy"], "unmanaged-no-downloads");
        let allowed = ask(it.address, &format!("GET {path}"), "board", &cookie()).await;
        assert_eq!(allowed.status, 200, "{allowed:?}");
    }
}

#[tokio::test]
async fn what_belongs_to_the_gate_never_reaches_the_application() {
    let it = start().await;
    let check = async |line: &str, headers: &str, status: u16| {
        let reply = ask(it.address, line, "wiki", &format!("{}{headers}", cookie())).await;
        assert_eq!(reply.status, status, "{line}: {reply:?}");
        assert!(!reply.body.contains("\"target\""), "{line} reached the application");
    };
    check("GET /.countersign/callback?code=good", "", 302).await;
    check("GET /.countersign/callback?code=bad", "", 400).await;
    check("POST /.countersign/callback", "", 405).await;
    check("GET /.countersign/sign-out", "accept: text/html\r\n", 200).await;
    check("POST /.countersign/sign-out", "", 302).await;
    check("POST /.countersign/sign-out", "origin: https://evil.example\r\n", 403).await;
    check("PUT /.countersign/sign-out", "", 405).await;
    check("GET /.countersign/", "", 404).await;
    check("GET /.Countersign/x", "", 404).await;
    check("GET /%2ecountersign/x", "", 404).await;
    check("GET /.countersign", "", 404).await;
}

#[tokio::test]
async fn a_form_of_another_site_signs_nobody_out_and_is_told_what_would() {
    let it = start().await;
    for origin in ["https://evil.example", "http://board.localhost", "null"] {
        let headers = format!("{}origin: {origin}\r\n", cookie());
        let reply = ask(it.address, "POST /.countersign/sign-out", "wiki", &headers).await;
        assert_eq!(reply.status, 403, "{reply:?}");
        let problem = reply.json();
        assert_eq!(problem["type"], "urn:countersign:problem:cross-site");
        assert_eq!(problem["remedies"][0]["link"], "/.countersign/sign-out");
        assert_eq!(reply.header("set-cookie"), None, "no cookie is touched: {reply:?}");
    }
    assert_eq!(ask(it.address, "GET /", "wiki", &cookie()).await.status, 200);
    let own = format!("{}origin: http://wiki.localhost\r\n", cookie());
    assert_eq!(ask(it.address, "POST /.countersign/sign-out", "wiki", &own).await.status, 302);
}

#[tokio::test]
async fn a_host_that_nobody_has_is_misdirected() {
    let it = start().await;
    assert_eq!(ask(it.address, "GET /", "nothing", "").await.status, 421);
}

#[tokio::test]
async fn an_application_cannot_touch_our_cookies() {
    let it = start().await;
    let reply = ask(it.address, "GET /cookies", "board", &cookie()).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("set-cookie"), Some("theme=dark"));
    assert!(!reply.head.contains("stolen"), "{reply:?}");
    assert!(reply.header("x-countersign-decision").unwrap().starts_with("dec_"), "{reply:?}");
}

#[tokio::test]
async fn a_method_in_other_letters_is_refused() {
    let it = start().await;
    for method in ["post", "Post", "get", "gET", "PoSt", "G-e-T", "GET2"] {
        let reply = ask(it.address, &format!("{method} /pages"), "board", &cookie()).await;
        assert_eq!(reply.status, 400, "{method}: {reply:?}");
    }
    for method in ["CONNECT", "TRACE", "TRACK"] {
        assert_eq!(ask(it.address, &format!("{method} /"), "board", &cookie()).await.status, 405, "{method}");
    }
    assert_eq!(it.recorded(|_| true).await.len(), 0, "none of it was decided");
    assert_eq!(ask(it.address, "PROPFIND /pages", "board", &cookie()).await.status, 200);
}

#[tokio::test]
async fn a_host_that_is_none_is_refused() {
    let it = start().await;
    for host in [
        "[board.localhost]",
        "board.localhost:99999",
        "board.localhost:0",
        ":1",
        "board.localhost.",
        "u@board.localhost",
    ] {
        let request = format!("GET / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{}\r\n", cookie());
        let reply = crate::client::parse(&raw(it.address, request).await);
        assert_eq!(reply.status, 400, "{host}: {reply:?}");
    }
}

/// A stranger is told to sign in, but not what is protected and by which rules.
#[tokio::test]
async fn a_stranger_learns_no_title_and_no_policy() {
    let it = start().await;
    let titled = |mut fact| {
        if let Fact::Application(ApplicationFact::Declared { about, .. }) = &mut fact {
            about.title = "Merger with Initech".to_owned();
        }
        fact
    };
    it.state(titled(application_at("wiki", Sensitivity::Internal, &format!("http://{}", it.upstream)))).await;
    let titles_and_policies = |reply: &Reply| {
        ["Initech", "signed-in", "wiki-users", "unmanaged-read-only", "data-policy"]
            .into_iter()
            .filter(|word| reply.body.contains(word))
            .collect::<Vec<_>>()
    };
    for headers in ["", "accept: text/html\r\n", "accept: text/html\r\nsec-fetch-mode: cors\r\n"] {
        for line in ["GET /admin/", "POST /pages", "POST /admin/x", "DELETE /"] {
            let reply = ask(it.address, line, "wiki", headers).await;
            assert!(matches!(reply.status, 401 | 302), "{line}: {reply:?}");
            assert_eq!(titles_and_policies(&reply), Vec::<&str>::new(), "{line} {headers:?}: {reply:?}");
        }
    }
    let known = ask(it.address, "POST /pages", "wiki", &cookie()).await;
    assert_eq!(titles_and_policies(&known), ["Initech", "unmanaged-read-only"], "{known:?}");
}

/// A foreign cookie that is not text neither ends a session nor gets lost on its way.
#[tokio::test]
async fn one_byte_in_a_foreign_cookie_changes_nothing() {
    let it = start().await;
    let head = format!(
        "GET / HTTP/1.1\r\nhost: wiki.localhost\r\nconnection: close\r\ncookie: x=\u{e9}; {COOKIE}\r\n\r\n"
    );
    let latin1: Vec<u8> = head.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let reply = crate::client::parse(&raw(it.address, latin1).await);
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.received("cookie"), ["x=\u{fffd}"]);
}

#[tokio::test]
async fn an_application_is_told_the_headers_that_it_declares() {
    let it = start().await;
    let sent = format!(
        "{}x-auth-token: t\r\nx-csrf-token: c\r\nx-page: 1\r\nremote-user: root\r\nx.y: 1\r\n",
        cookie()
    );
    let told = async |declared: Option<&[&str]>| {
        let mut fact = application_at("board", Sensitivity::Public, &format!("http://{}", it.upstream));
        if let Fact::Application(ApplicationFact::Declared { about, .. }) = &mut fact {
            let ApplicationProtocol::Http(http) = &mut about.protocol;
            http.request_headers = declared
                .map(|names| names.iter().map(|name| (*name).to_owned().try_into().unwrap()).collect());
        }
        it.state(fact).await;
        let reply = ask(it.address, "GET /", "board", &sent).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let names = ["cookie", "x-auth-token", "x-csrf-token", "x-page", "remote-user", "x.y"];
        names.into_iter().filter(|name| !reply.received(name).is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(told(None).await, ["cookie", "x-csrf-token", "x-page"]);
    assert_eq!(told(Some(&["x-auth-token", "x-page"])).await, ["cookie", "x-auth-token", "x-page"]);
    assert_eq!(told(Some(&[])).await, ["cookie"]);
}

#[tokio::test]
async fn what_an_answer_says_beyond_its_host_is_dropped() {
    let it = start().await;
    let reply = ask(it.address, "GET /far-reaching", "board", &cookie()).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    for name in [
        "strict-transport-security",
        "public-key-pins",
        "nel",
        "report-to",
        "alt-svc",
        "x-accel-redirect",
        "set-cookie2",
    ] {
        assert_eq!(reply.header(name), None, "{name}: {reply:?}");
    }
    assert_eq!(reply.header("clear-site-data"), Some("\"cache\", \"storage\""));
    let set: Vec<&str> = reply.head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")).collect();
    assert_eq!(set, ["own=1; Path=/", "narrowed=1; Secure"]);
    for name in ["service-worker-allowed", "refresh", "accept-ch"] {
        assert!(reply.header(name).is_some(), "{name}: {reply:?}");
    }
}

/// Each request without a session is decided and recorded, so unauthenticated callers are throttled; signed-in users
/// are not.
#[tokio::test]
async fn a_stranger_is_counted_and_whoever_is_signed_in_is_not() {
    let mut config = GateConfig::new("https://id.example");
    let few = |n| std::num::NonZeroU32::new(n).unwrap();
    config.unauthenticated.address_burst = few(3);
    config.unauthenticated.address_per_second = few(1);
    let it = start_with(config, None).await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(ask(it.address, "GET /", "wiki", "").await.status);
    }
    assert_eq!(statuses[..3], [401; 3]);
    assert!(statuses[3..].contains(&429), "{statuses:?}");
    let last = ask(it.address, "GET /.countersign/callback?code=x", "wiki", "").await;
    assert_eq!(last.status, 429, "{last:?}");
    assert!(last.header("retry-after").is_some(), "{last:?}");
    for _ in 0..20 {
        assert_eq!(ask(it.address, "GET /", "wiki", &cookie()).await.status, 200);
    }
}

#[tokio::test]
async fn a_person_has_a_bound_too() {
    let mut config = GateConfig::new("https://id.example");
    let few = |n| std::num::NonZeroU32::new(n).unwrap();
    config.people = countersign_throttle::CallerRates::new(few(1), few(3));
    let it = start_with(config, None).await;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(ask(it.address, "GET /", "wiki", &cookie()).await.status);
    }
    assert_eq!(statuses[..3], [200; 3]);
    assert!(statuses[3..].contains(&429), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_decided_in_the_world_in_which_it_was_routed() {
    let it = start().await;
    let routed_in = it.ledger.world().seq();
    it.meanwhile(application_at("wiki", Sensitivity::Public, &format!("http://{}", it.upstream)));
    let reply = ask(it.address, "GET /pages/a", "wiki", &cookie()).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let rows = it.recorded(|rows| rows.iter().any(|row| row.decided.cause == Cause::Reasked)).await;
    let found: Vec<_> = rows
        .iter()
        .rev()
        .map(|row| (row.decided.cause, row.decided.world - routed_in, row.decided.sensitivity))
        .collect();
    // Decided again before any byte passed, because the world changed.
    assert_eq!(found, [(Cause::First, 0, Sensitivity::Internal), (Cause::Reasked, 1, Sensitivity::Public)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_between_routing_and_decision_reaches_nothing() {
    let it = start().await;
    let routed_in = it.ledger.world().seq();
    it.meanwhile(Fact::Session(SessionFact::Ended { session: session(), reason: EndReason::Revoked }));
    let reply = ask(it.address, "GET /pages/a", "wiki", &cookie()).await;
    assert_eq!(reply.status, 401, "{reply:?}");
    let rows = it.recorded(|rows| rows.iter().any(|row| row.completed.is_some())).await;
    let found: Vec<_> = rows
        .iter()
        .rev()
        .map(|row| (row.decided.cause, row.decided.effect, row.decided.world - routed_in))
        .collect();
    assert_eq!(found, [(Cause::First, Effect::Allow, 0), (Cause::Cut, Effect::Deny, 1)]);
}
