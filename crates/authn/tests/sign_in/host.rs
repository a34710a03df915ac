//! What the sign-in host refuses, and the headers of its responses.

use crate::common::soft::Soft;
use crate::common::{House, ORIGIN, post};
use axum::body::Body;
use countersign_authn::ClientAddress;
use http::{Request, StatusCode, header};
use serde_json::json;
use std::num::NonZeroU32;
use std::time::Duration;

const POSTS: [&str; 11] = [
    "/sign-in/start",
    "/sign-in/finish",
    "/step-up/start",
    "/step-up/finish",
    "/enrol/look",
    "/enrol/start",
    "/enrol/finish",
    "/sign-out",
    "/passkeys/start",
    "/passkeys/remove",
    "/sessions/end",
];

#[tokio::test]
async fn a_request_that_another_site_s_page_made_is_not_carried_out() {
    let house = House::open().await;
    let (_, mut browser) = house.enrolled("Ada", &mut Soft::new()).await;
    let evil = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://wiki.localhost:8080"),
        ("origin", "null"),
    ];
    for path in POSTS {
        for (name, value) in evil {
            let request =
                Request::post(path).header(header::CONTENT_TYPE, "application/json").header(name, value);
            let answer = browser.send(request.body("{}".into()).unwrap()).await;
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::FORBIDDEN, "cross-site".to_owned()),
                "{path} {value}"
            );
        }
        // Nor a body that a form of another site could send without our permission (CORS).
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
            let request = post(path).body(Body::from("{}")).unwrap();
            let (mut parts, body) = request.into_parts();
            parts.headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
            let answer = browser.send(Request::from_parts(parts, body)).await;
            answer.expect_code(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json");
        }
    }
    browser.get("/").await.expect_status(StatusCode::OK);
}

#[tokio::test]
async fn a_body_that_is_not_what_was_expected_is_refused_with_the_reason() {
    let house = House::open().await;
    let mut browser = house.browser();
    let mut check = async |path: &str, body: &str, status: StatusCode, words: &str| {
        let answer = browser.send(post(path).body(body.to_owned().into()).unwrap()).await;
        assert_eq!(answer.status, status, "{path} {body}: {}", answer.text);
        assert!(answer.text.contains(words), "{path} {body}: {}", answer.text);
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    };
    let bad = StatusCode::BAD_REQUEST;
    check("/sign-in/start", "", bad, "EOF while parsing").await;
    check("/sign-in/start", "{", bad, "EOF while parsing").await;
    check("/sign-in/start", "nonsense", bad, "line 1").await;
    check("/sign-in/start", "{\"surprise\":1}", bad, "unknown field `surprise`").await;
    check("/sign-in/start", "\"\\ud800\"", bad, "line 1").await;
    check("/sign-in/finish", "{}", bad, "missing field `ceremony`").await;
    check("/sign-in/finish", "{\"ceremony\":1}", bad, "ceremony").await;
    check("/sign-in/finish", "{\"ceremony\":\"x\",\"credential\":{}}", bad, "missing field `id`").await;
    check("/enrol/look", "{}", bad, "missing field `invitation`").await;
    check("/enrol/look", "{\"invitation\":7}", bad, "expected a string").await;
    check("/enrol/finish", "[]", bad, "").await;
    let deep = "[".repeat(10_000);
    check("/sign-in/finish", &format!("{{\"ceremony\":\"x\",\"credential\":{deep}"), bad, "").await;
    let large = json!({ "invitation": "x".repeat(64 * 1024) }).to_string();
    check("/enrol/look", &large, StatusCode::PAYLOAD_TOO_LARGE, "larger than 65536 bytes").await;
}

#[tokio::test]
async fn an_id_that_is_none_is_named() {
    let house = House::open().await;
    let (_, mut browser) = house.enrolled("Ada", &mut Soft::new()).await;
    let answer = browser.post("/passkeys/remove", json!({ "passkey": "nonsense" })).await;
    assert!(answer.text.contains("is not a passkey id"), "{}", answer.text);
    answer.expect_code(StatusCode::BAD_REQUEST, "bad-body");
    let answer = browser.post("/sessions/end", json!({ "session": "ses_1" })).await;
    assert!(answer.text.contains("is not a session id"), "{}", answer.text);
}

#[tokio::test]
async fn signing_in_leads_to_an_application_of_ours_and_nowhere_else() {
    let house = House::open().await;
    let mut soft = Soft::new();
    let (_, mut signed_in) = house.enrolled("Ada", &mut soft).await;
    let state = "a".repeat(64);
    for query in [
        "host=evil.example&return=/&state=@",
        "host=evil.example%23.wiki.localhost&return=/&state=@",
        "host=wiki.localhost%40evil.example&return=/&state=@",
        "host=wiki.localhost:1&return=/&state=@",
        "host=WIKI.localhost&return=/&state=@",
        "host=countersign.localhost&return=/&state=@",
        "host=wiki.localhost&return=//evil.example&state=@",
        "host=wiki.localhost&return=https://evil.example&state=@",
        "host=wiki.localhost&return=/%5Cevil.example&state=@",
        "host=wiki.localhost&return=/%09/evil.example&state=@",
        "host=wiki.localhost&return=/%0D%0ASet-Cookie:x&state=@",
        "host=wiki.localhost&return=.evil.example&state=@",
        "host=wiki.localhost&return=/&state=short",
        "host=wiki.localhost&return=/&state=@&state=@",
        "host=wiki.localhost&host=payroll.localhost&return=/&state=@",
        "host=wiki.localhost&surprise=1",
        "host=%FF",
    ] {
        let query = query.replace('@', &state);
        for page in ["/sign-in", "/step-up"] {
            let answer = signed_in.get(&format!("{page}?{query}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
            assert!(answer.text.contains("<h1>This did not work</h1>"), "{query}: {}", answer.text);
            assert!(!answer.text.contains("evil"), "{query}: {}", answer.text);
        }
    }
    for target in [
        json!({ "host": "evil.example", "return": "/", "state": state }),
        json!({ "host": "wiki.localhost", "return": "//evil.example", "state": state }),
        json!({ "host": "wiki.localhost", "return": "/", "state": "x" }),
    ] {
        let seq = house.ledger.world().seq();
        let answer = house.browser().sign("/sign-in", &mut soft, target).await;
        answer.expect_code(StatusCode::BAD_REQUEST, "bad-field");
        assert_eq!(house.ledger.world().seq(), seq, "nothing was stated");
    }
}

#[tokio::test]
async fn every_answer_is_unkept_unframed_and_runs_only_its_own_script() {
    let house = House::open().await;
    let (_, mut browser) = house.enrolled("Ada", &mut Soft::new()).await;
    let mut stranger = house.browser();
    let answers = [
        browser.get("/").await,
        stranger.get("/").await,
        stranger.get("/sign-in").await,
        stranger.get("/enrol").await,
        stranger.get("/signed-out").await,
        browser.get("/step-up").await,
        stranger.get("/no-such-page").await,
        stranger.get("/sign-in?host=x").await,
        stranger.post("/sign-in/start", json!({})).await,
        stranger.post("/sign-in/finish", json!({})).await,
    ];
    for answer in answers {
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(answer.headers[header::REFERRER_POLICY], "no-referrer");
        assert!(!answer.text.contains("<script>"));
    }
    for (path, kind) in [
        ("/sign-in/authn.js", "text/javascript; charset=utf-8"),
        ("/sign-in/authn.css", "text/css; charset=utf-8"),
        ("/sign-in/icon.svg", "image/svg+xml"),
    ] {
        let answer = stranger.get(path).await.expect_status(StatusCode::OK);
        assert_eq!(answer.headers[header::CONTENT_TYPE], kind);
    }
    stranger.get("/sign-in/start").await.expect_status(StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn only_the_sign_in_host_is_answered_for() {
    let house = House::open().await;
    let mut browser = house.browser();
    for (host, status) in [
        ("countersign.localhost", StatusCode::OK),
        ("COUNTERSIGN.localhost:1", StatusCode::OK),
        ("wiki.localhost:8080", StatusCode::MISDIRECTED_REQUEST),
        ("countersign.localhost.evil.example", StatusCode::MISDIRECTED_REQUEST),
        ("countersign.localhost:8080.evil", StatusCode::MISDIRECTED_REQUEST),
        ("127.0.0.1:8080", StatusCode::MISDIRECTED_REQUEST),
        ("[::1]:8080", StatusCode::MISDIRECTED_REQUEST),
        ("", StatusCode::MISDIRECTED_REQUEST),
    ] {
        let request = Request::get("/sign-in").header(header::HOST, host).body(Body::empty()).unwrap();
        assert_eq!(browser.send(request).await.status, status, "{host:?}");
    }
}

#[tokio::test]
async fn whoever_asks_too_often_waits_and_others_do_not() {
    let house = House::with(|config| {
        config.limits.address_burst = NonZeroU32::new(5).unwrap();
        config.limits.address_per_second = NonZeroU32::new(1).unwrap();
    })
    .await;
    let mut browser = house.browser();
    let mut limited = 0;
    for _ in 0..20 {
        let answer = browser.post("/enrol/look", json!({ "invitation": "x" })).await;
        if answer.status == StatusCode::GONE {
            continue;
        }
        limited += 1;
        let wait: u64 = answer.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait));
        answer.expect_code(StatusCode::TOO_MANY_REQUESTS, "too-many");
    }
    assert!(limited >= 10, "{limited} of 20");
    let page = browser.get("/sign-in").await.expect_status(StatusCode::TOO_MANY_REQUESTS);
    assert!(
        page.text.contains("<h1>This did not work</h1>") && page.headers.contains_key(header::RETRY_AFTER)
    );

    let mut request = post("/enrol/look").body(json!({ "invitation": "x" }).to_string().into()).unwrap();
    request.extensions_mut().insert(ClientAddress("192.0.2.8".parse().unwrap()));
    assert_eq!(browser.send(request).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_body_that_never_ends_is_not_waited_for() {
    let house = House::with(|config| config.request = Duration::from_millis(50)).await;
    let body = Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let answer = house.browser().send(post("/sign-in/start").body(body).unwrap()).await;
    answer.expect_code(StatusCode::REQUEST_TIMEOUT, "too-slow");
}

#[tokio::test]
async fn a_browser_without_headers_of_its_site_may_post() {
    // Programs, and browsers from before 2023: neither header is present, and no browser omits both across sites.
    let house = House::open().await;
    let request = Request::post("/sign-in/start").header(header::CONTENT_TYPE, "application/json");
    house.browser().send(request.body("{}".into()).unwrap()).await.expect_status(StatusCode::OK);
    let request = Request::post("/sign-in/start")
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .header(header::ORIGIN, ORIGIN);
    house.browser().send(request.body("{}".into()).unwrap()).await.expect_status(StatusCode::OK);
}

#[tokio::test]
async fn without_a_session_nothing_of_anybody_s_is_changed() {
    let house = House::open().await;
    let mut stranger = house.browser();
    let id = "0".repeat(32);
    for (path, body) in [
        ("/passkeys/start", json!({})),
        ("/passkeys/remove", json!({ "passkey": format!("key_{id}") })),
        ("/sessions/end", json!({ "session": format!("ses_{id}") })),
        ("/step-up/start", json!({})),
    ] {
        stranger.post(path, body).await.expect_code(StatusCode::UNAUTHORIZED, "not-signed-in");
    }
    stranger.post("/sign-out", json!({})).await.expect_status(StatusCode::OK);
}
