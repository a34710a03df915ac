//! The limits of what is allowed, one step to each side, and what people read there.

use crate::common::soft::Soft;
use crate::common::{Answer, Browser, House, NOON, ORIGIN, post};
use axum::body::Body;
use countersign_authn::{Config, Origin};
use countersign_facts::{Actor, CredentialFact, EndReason, Fact};
use countersign_names::Timestamp;
use http::{StatusCode, header};
use serde_json::{Value, json};
use std::time::Duration;

async fn begin(browser: &mut Browser, path: &str) -> Value {
    browser.post(path, json!({})).await.expect_status(StatusCode::OK).json()
}

async fn add(browser: &mut Browser, begun: &Value, soft: &mut Soft, name: &str) -> Answer {
    let credential = soft.create(&begun["publicKey"]);
    let body = json!({ "ceremony": begun["ceremony"], "credential": credential, "name": name });
    browser.post("/passkeys/finish", body).await
}

#[tokio::test]
async fn a_dialogue_belongs_to_the_session_that_began_it() {
    let house = House::open().await;
    let mut soft = Soft::new();
    let (_, mut browser) = house.enrolled("Ada", &mut soft).await;
    let adding = begin(&mut browser, "/passkeys/start").await;
    let proving = begin(&mut browser, "/step-up/start").await;
    // The same browser, the same person, but another session.
    browser.sign_in(&mut soft).await.expect_status(StatusCode::OK);
    let credential = soft.get(&proving["publicKey"]);
    let body = json!({ "ceremony": proving["ceremony"], "credential": credential, "target": {} });
    browser.post("/step-up/finish", body).await.expect_code(StatusCode::GONE, "ceremony-over");
    let added = add(&mut browser, &adding, &mut Soft::new(), "Phone").await;
    added.expect_code(StatusCode::GONE, "ceremony-over");
}

#[tokio::test]
async fn a_proof_is_recent_to_the_second_and_a_dialogue_that_was_begun_in_time_may_be_finished() {
    let house = House::open().await;
    let (_, mut browser) = house.enrolled("Ada", &mut Soft::new()).await;
    house.wait(Duration::from_secs(600));
    let begun = begin(&mut browser, "/passkeys/start").await;
    house.wait(Duration::from_secs(299));
    add(&mut browser, &begun, &mut Soft::new(), "Phone").await.expect_status(StatusCode::CREATED);
    let late = browser.post("/passkeys/start", json!({})).await;
    late.expect_code(StatusCode::FORBIDDEN, "proof-too-old");
}

#[tokio::test]
async fn a_passkeys_name_has_sixty_characters_at_most() {
    let house = House::open().await;
    let (person, mut browser) = house.enrolled("Ada", &mut Soft::new()).await;
    for (name, status) in
        [("\u{e9}".repeat(60), StatusCode::CREATED), ("\u{e9}".repeat(61), StatusCode::BAD_REQUEST)]
    {
        let begun = begin(&mut browser, "/passkeys/start").await;
        add(&mut browser, &begun, &mut Soft::new(), &name).await.expect_status(status);
    }
    assert_eq!(house.ledger.world().credentials_of(person).count(), 2);
}

#[tokio::test]
async fn whoever_registers_a_passkey_twice_is_told_that_it_is_there() {
    let house = House::open().await;
    let mut soft = Soft::new();
    let (_, mut browser) = house.enrolled("Ada", &mut soft).await;
    let begun = begin(&mut browser, "/passkeys/start").await;
    let refused = add(&mut browser, &begun, &mut soft, "Phone").await;
    assert!(refused.text.contains("you have a passkey on that authenticator already"), "{}", refused.text);
}

#[tokio::test]
async fn a_passkey_that_another_version_stored_signs_nobody_in() {
    let house = House::open().await;
    let mut soft = Soft::new();
    let (person, _) = house.enrolled("Ada", &mut soft).await;
    let world = house.ledger.world();
    let known = world.credentials_of(person).next().unwrap();
    let mut passkey = known.passkey.clone();
    passkey["version"] = json!(passkey["version"].as_u64().unwrap() + 1);
    house.state([Fact::Credential(CredentialFact::Used { credential: known.id, passkey })]).await;
    let refused = house.browser().sign_in(&mut soft).await;
    refused.expect_code(StatusCode::SERVICE_UNAVAILABLE, "unavailable");
}

#[tokio::test]
async fn a_session_is_over_at_its_end_and_to_end_it_then_states_nothing() {
    let house = House::open().await;
    let (person, mut browser) = house.enrolled("Ada", &mut Soft::new()).await;
    let session = house.ledger.world().sessions_of(person).next().unwrap().id;
    house.wait(house.authn.config().session);
    browser.get("/").await.expect_status(StatusCode::SEE_OTHER);
    let seq = house.ledger.seq();
    house.authn.end_session(Actor::Operator, session, EndReason::Revoked).await.unwrap();
    assert_eq!(house.ledger.seq(), seq);
    // An id begins with its creation time.
    let (born, _) = session.bits().get_timestamp().unwrap().to_unix();
    assert_eq!(i64::try_from(born).unwrap(), Timestamp::from_micros(NOON).as_seconds());
}

#[tokio::test]
async fn the_front_page_says_what_is_yours_and_which_of_it_is_in_use() {
    let house = House::open().await;
    let mut first = Soft::new();
    let (person, mut browser) = house.enrolled("Ada", &mut first).await;
    // They are listed in the order of registration.
    house.wait(Duration::from_secs(1));
    let mut second = Soft::new();
    let begun = begin(&mut browser, "/passkeys/start").await;
    add(&mut browser, &begun, &mut second, "Phone").await.expect_status(StatusCode::CREATED);
    let marks = |page: &str| {
        let rows = page.split("<li>").filter(|row| row.contains("data-remove"));
        rows.map(|row| (row.contains("Phone"), row.contains("used for this session"))).collect::<Vec<_>>()
    };
    let page = browser.get("/").await.expect_status(StatusCode::OK).text;
    assert_eq!(marks(&page), [(false, true), (true, false)], "begun with the laptop");
    assert!(page.contains("2026-11-22 12:00 UTC"), "{page}");
    browser.sign("/step-up", &mut second, json!({})).await.expect_status(StatusCode::OK);
    let page = browser.get("/").await.text;
    assert_eq!(marks(&page), [(false, true), (true, true)], "and proved again with the phone");

    house.wait(Duration::from_secs(60));
    let mut other = house.browser();
    other.sign_in(&mut second).await.expect_status(StatusCode::OK);
    let rows = |page: &str| {
        let sessions =
            page.split("id=\"sessions\"").nth(1).unwrap().split("</ul>").next().unwrap().to_owned();
        sessions
            .split("<li>")
            .skip(1)
            .map(|row| (row.contains("This one"), row.contains("data-end")))
            .collect::<Vec<_>>()
    };
    for browser in [&mut browser, &mut other] {
        let page = browser.get("/").await.text;
        assert_eq!(
            rows(&page),
            [(true, false), (false, true)],
            "one's own stands first and ends by signing out"
        );
    }
    // Expired sessions are not shown, although the world still holds them.
    house.wait(house.authn.config().session - Duration::from_secs(61));
    assert_eq!(house.ledger.world().sessions_of(person).count(), 2);
    assert_eq!(rows(&other.get("/").await.text), [(true, false)]);
}

#[tokio::test]
async fn each_page_says_what_it_is_for() {
    let house = House::open().await;
    let mut browser = house.browser();
    for (path, words) in [("/enrol", "<html"), ("/signed-out", "You are signed out"), ("/sign-in", "<html")] {
        let page = browser.get(path).await.expect_status(StatusCode::OK);
        assert!(page.text.contains(words) && page.text.contains("</html>"), "{path}: {}", page.text);
    }
}

#[tokio::test]
async fn whoever_must_wait_is_told_for_how_long_and_has_nowhere_to_go_on_to() {
    let one = std::num::NonZeroU32::MIN;
    let house = House::with(|config| {
        config.limits.address_burst = one;
        config.limits.address_per_second = one;
    })
    .await;
    let mut browser = house.browser();
    browser.get("/sign-in").await.expect_status(StatusCode::OK);
    let page = browser.get("/sign-in").await.expect_status(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.headers[header::RETRY_AFTER], "1", "less than a second is one");
    assert!(!page.text.contains("Go to your front page"), "{}", page.text);
}

#[tokio::test]
async fn a_body_is_as_large_as_was_set_and_whole() {
    let house = House::with(|config| config.limits.body = 20).await;
    let mut browser = house.browser();
    let large = browser
        .send(post("/enrol/start").body(json!({ "invitation": "x".repeat(20) }).to_string().into()).unwrap());
    let large = large.await;
    assert!(large.text.contains("20 bytes"), "{}", large.text);
    large.expect_code(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large");
    let pieces = futures_util::stream::iter([Ok("{"), Err(std::io::Error::other("gone"))]);
    let broken = browser.send(post("/sign-in/start").body(Body::from_stream(pieces)).unwrap()).await;
    broken.expect_code(StatusCode::BAD_REQUEST, "bad-body");
}

#[tokio::test]
async fn a_path_to_come_back_to_has_two_thousand_characters_at_most() {
    let house = House::open().await;
    let mut soft = Soft::new();
    let (_, mut browser) = house.enrolled("Ada", &mut soft).await;
    for (length, status) in [(2_000, StatusCode::OK), (2_001, StatusCode::BAD_REQUEST)] {
        let path = format!("/{}", "a".repeat(length - 1));
        let target = json!({ "host": "wiki.localhost", "return": path });
        browser.sign("/sign-in", &mut soft, target).await.expect_status(status);
    }
}

#[tokio::test]
async fn an_origin_is_where_browsers_offer_passkeys() {
    for (text, shown, link) in [
        (ORIGIN, ORIGIN, "http://wiki.localhost:8080/a"),
        ("http://localhost", "http://localhost", "http://wiki.localhost/a"),
        ("https://id.example/", "https://id.example", "https://wiki.localhost/a"),
        ("https://id.example:8443", "https://id.example:8443", "https://wiki.localhost:8443/a"),
    ] {
        let origin: Origin = text.parse().unwrap();
        assert_eq!((origin.to_string().as_str(), origin.as_str()), (shown, shown));
        assert_eq!(origin.url("/enrol"), format!("{shown}/enrol"));
        assert_eq!(Config::new(origin).application_url("wiki.localhost", "/a"), link);
    }
    for (port, link) in [(80, "http://wiki.localhost/a"), (443, "http://wiki.localhost:443/a")] {
        let mut config = Config::new("http://localhost:8080".parse().unwrap());
        config.application_port = Some(port);
        assert_eq!(config.application_url("wiki.localhost", "/a"), link, "its own port is never written");
    }
    let mut config = Config::new("https://id.example".parse().unwrap());
    config.application_port = Some(443);
    assert_eq!(config.application_url("wiki.localhost", "/a"), "https://wiki.localhost/a");
    for (text, why) in [
        ("nonsense", "write an origin"),
        ("https://id.example/a", "the origin alone"),
        ("https://id.example?a", "the origin alone"),
        ("https://id.example#a", "the origin alone"),
        ("https://ada@id.example", "the origin alone"),
        ("https://:secret@id.example", "the origin alone"),
        ("https://id.example.", "leave out the dot"),
        ("https://192.0.2.1", "an address will not do"),
        ("http://id.example", "over https only"),
        ("http://notlocalhost", "over https only"),
        ("ftp://localhost", "over https only"),
    ] {
        let refused = text.parse::<Origin>().unwrap_err().to_string();
        assert!(refused.contains(why), "{text}: {refused}");
    }
}
