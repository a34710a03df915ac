//! People sign in, step up and sign out: with a real journal, and authenticators that may misbehave.

use crate::common::soft::Soft;
use crate::common::{Browser, House, callback, name};
use countersign_authn::Refusal;
use countersign_facts::{Actor, EndReason, Fact, PersonFact};
use countersign_names::Assurance;
use http::StatusCode;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn an_invitation_leads_to_a_passkey_a_session_and_an_application() {
    let house = House::open().await;
    let secret = house.bootstrap().await.unwrap();
    let mut browser = house.browser();
    let look = browser.post("/enrol/look", json!({ "invitation": secret })).await;
    assert_eq!(look.json()["email"], "ada@example.com");
    assert_eq!(look.json()["recovery"], false);

    let mut soft = Soft::new();
    let done = browser.enrol(&secret, &mut soft).await.expect_status(StatusCode::OK);
    assert_eq!(done.location(), "/");
    let home = browser.get("/").await.expect_status(StatusCode::OK).text;
    assert!(home.contains("ada@example.com") && home.contains("Laptop"), "{home}");
    assert!(home.contains("192.0.2.7"), "{home}");

    assert!(house.session_at("wiki", &browser).is_none());
    assert_eq!(browser.open(&house, "wiki", "/pages/1?x=%2F").await, "/pages/1?x=%2F");
    let session = house.session_at("wiki", &browser).unwrap();
    let world = house.ledger.world();
    let known = world.session(session).unwrap();
    assert_eq!(known.assurance, Assurance::Aal2);
    assert_eq!(known.address, Some("192.0.2.7".parse().unwrap()));
    assert_eq!(world.administrators().next().unwrap().id, known.person);
    let stored = &world.credentials_of(known.person).next().unwrap().passkey;
    assert_eq!(stored["version"], 1);
    assert!(stored["passkey"].is_object());
}

#[tokio::test]
async fn a_session_is_valid_at_the_application_where_it_was_opened_and_at_no_other() {
    let house = House::open().await;
    let (_, mut browser) = house.enrolled("Ada", &mut Soft::new()).await;
    browser.open(&house, "wiki", "/").await;
    let cookie = browser.cookies[&("wiki".to_owned(), "__Host-countersign-app".to_owned())].clone();
    let here = browser.cookies[&("sign-in".to_owned(), "__Host-countersign".to_owned())].clone();

    let check = |at: &str, cookie_name: &str, value: &str, valid: bool| {
        let mut thief = house.browser();
        thief.cookies.insert((at.to_owned(), cookie_name.to_owned()), value.to_owned());
        assert_eq!(house.session_at(at, &thief).is_some(), valid, "{cookie_name} at {at}");
    };
    check("wiki", "__Host-countersign-app", &cookie, true);
    check("payroll", "__Host-countersign-app", &cookie, false);
    check("wiki", "__Host-countersign-app", &here, false);
    check("wiki", "__Host-countersign", &cookie, false);
    check("wiki", "__Host-countersign-app", "nonsense", false);

    let mut thief = house.browser();
    thief.cookies.insert(("sign-in".to_owned(), "__Host-countersign".to_owned()), cookie);
    thief.get("/").await.expect_status(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn somebody_signs_in_without_saying_who_they_are_and_goes_on_to_where_they_came_from() {
    let house = House::open().await;
    let (mut ada, mut bob) = (Soft::new(), Soft::new());
    house.enrolled("Ada", &mut ada).await;
    let (person, _) = house.enrolled("Bob", &mut bob).await;

    let mut browser = house.browser();
    let begin = house.authn.begin("wiki.localhost", "/a", &browser.headers("wiki")).unwrap();
    let location = browser.follow("wiki", &begin);
    let page = browser.get(&location).await.expect_status(StatusCode::OK).text;
    assert!(page.contains("Sign in with a passkey") && page.contains("The wiki"), "{page}");
    let target = target_of(&location);
    let back = browser.sign("/sign-in", &mut bob, target).await.expect_status(StatusCode::OK).location();
    let query = callback("wiki", &back);
    let done = house.authn.finish(&name("wiki"), &query, &browser.headers("wiki")).await.unwrap();
    assert_eq!(browser.follow("wiki", &done), "/a");
    let session = house.session_at("wiki", &browser).unwrap();
    assert_eq!(house.ledger.world().session(session).unwrap().person, person);
}

fn target_of(location: &str) -> serde_json::Value {
    let (_, query) = location.split_once('?').unwrap();
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.map(|(key, value)| (key.into_owned(), serde_json::Value::String(value.into_owned()))).collect()
}

#[tokio::test]
async fn signing_out_ends_the_session_everywhere() {
    let house = House::open().await;
    let mut soft = Soft::new();
    let (_, mut browser) = house.enrolled("Ada", &mut soft).await;
    browser.open(&house, "wiki", "/").await;
    browser.open(&house, "payroll", "/").await;
    browser.post("/sign-out", json!({})).await.expect_status(StatusCode::OK);
    assert!(house.session_at("wiki", &browser).is_none());
    assert!(house.session_at("payroll", &browser).is_none());
    browser.get("/").await.expect_status(StatusCode::SEE_OTHER);
    browser.get("/signed-out").await.expect_status(StatusCode::OK);

    browser.sign_in(&mut soft).await.expect_status(StatusCode::OK);
    browser.open(&house, "wiki", "/").await;
    browser.open(&house, "payroll", "/").await;
    let done = house.authn.sign_out(&name("wiki"), &browser.headers("wiki")).await.unwrap();
    assert_eq!(browser.follow("wiki", &done), "http://countersign.localhost:8080/signed-out");
    assert!(house.session_at("payroll", &browser).is_none());
    browser.get("/").await.expect_status(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn another_site_cannot_sign_anybody_out_at_an_application() {
    let house = House::open().await;
    let (_, mut browser) = house.enrolled("Ada", &mut Soft::new()).await;
    browser.open(&house, "wiki", "/").await;
    let mut headers = browser.headers("wiki");
    for site in ["cross-site", "same-site", "nonsense"] {
        headers.insert("sec-fetch-site", site.parse().unwrap());
        assert_eq!(house.authn.sign_out(&name("wiki"), &headers).await.unwrap_err(), Refusal::CrossSite);
    }
    assert!(house.session_at("wiki", &browser).is_some());
}

#[tokio::test]
async fn a_session_ends_by_itself_and_when_its_person_is_stopped() {
    let house = House::open().await;
    let mut soft = Soft::new();
    let (person, mut browser) = house.enrolled("Ada", &mut soft).await;
    browser.open(&house, "wiki", "/").await;
    house.wait(Duration::from_secs(12 * 3600 - 1));
    assert!(house.session_at("wiki", &browser).is_some());
    house.wait(Duration::from_secs(1));
    assert!(house.session_at("wiki", &browser).is_none());
    browser.get("/").await.expect_status(StatusCode::SEE_OTHER);

    browser.sign_in(&mut soft).await.expect_status(StatusCode::OK);
    browser.open(&house, "wiki", "/").await;
    house.state([Fact::Person(PersonFact::Suspended { person, reason: "left early".to_owned() })]).await;
    assert!(house.session_at("wiki", &browser).is_none());
    browser.sign_in(&mut soft).await.expect_code(StatusCode::FORBIDDEN, "suspended");
}

#[tokio::test]
async fn signing_in_again_replaces_the_session_that_the_browser_had() {
    let house = House::open().await;
    let mut soft = Soft::new();
    let (person, mut browser) = house.enrolled("Ada", &mut soft).await;
    browser.open(&house, "wiki", "/").await;
    let old = house.session_at("wiki", &browser).unwrap();
    browser.sign_in(&mut soft).await.expect_status(StatusCode::OK);
    assert!(house.ledger.world().session(old).is_none());
    assert_eq!(house.ledger.world().sessions_of(person).count(), 1);
}

#[tokio::test]
async fn a_passkey_that_misbehaves_signs_nobody_in() {
    type Spoil = fn(&mut Soft);
    let cases: [(&str, Spoil); 8] = [
        ("passkey-refused", |soft| soft.spoil = true),
        ("passkey-refused", |soft| soft.verified = false),
        ("passkey-refused", |soft| soft.origin = "http://evil.localhost:8080".to_owned()),
        ("passkey-refused", |soft| soft.origin = "http://countersign.localhost:9999".to_owned()),
        ("passkey-refused", |soft| soft.kind = Some("webauthn.create")),
        ("passkey-refused", |soft| soft.names_user = false),
        ("passkey-refused", |soft| soft.user = vec![7; 16]),
        ("passkey-refused", |soft| soft.id = vec![9; 16]),
    ];
    for (number, (code, spoil)) in cases.into_iter().enumerate() {
        let house = House::open().await;
        let mut soft = Soft::new();
        house.enrolled("Ada", &mut soft).await;
        spoil(&mut soft);
        let mut browser = house.browser();
        let answer = browser.sign_in(&mut soft).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "case {number}: {}", answer.text);
        answer.expect_code(StatusCode::UNAUTHORIZED, code);
        browser.get("/").await.expect_status(StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn a_counter_that_goes_back_is_refused_and_says_so() {
    let house = House::open().await;
    let mut soft = Soft::new();
    soft.counter = 5;
    let (person, mut browser) = house.enrolled("Ada", &mut soft).await;
    let stored = || house.ledger.world().credentials_of(person).next().unwrap().passkey.clone();
    let before = stored();
    browser.sign_in(&mut soft).await.expect_status(StatusCode::OK);
    let after = stored();
    assert_ne!(before, after, "the counter is stored");

    soft.counter = 3;
    let answer = browser.sign_in(&mut soft).await.expect_code(StatusCode::UNAUTHORIZED, "counter-went-back");
    assert!(answer.text.contains("copied"), "{}", answer.text);
    // An equal counter too: `get` increments it before it signs.
    soft.counter = 5;
    browser.sign_in(&mut soft).await.expect_code(StatusCode::UNAUTHORIZED, "counter-went-back");
    assert_eq!(stored(), after);
    soft.counter = 6;
    browser.sign_in(&mut soft).await.expect_status(StatusCode::OK);
}

#[tokio::test]
async fn of_two_copies_that_answer_at_once_one_gets_in() {
    let house = House::open().await;
    let mut soft = Soft::new();
    soft.counter = 5;
    house.enrolled("Ada", &mut soft).await;
    let mut bodies = Vec::new();
    for _ in 0..2 {
        let mut browser = house.browser();
        let begun = browser.post("/sign-in/start", json!({})).await.json();
        soft.counter = 5;
        let credential = soft.get(&begun["publicKey"]);
        bodies.push((browser, json!({ "ceremony": begun["ceremony"], "credential": credential })));
    }
    let race = bodies.into_iter().map(|(mut browser, body)| {
        tokio::spawn(async move { browser.post("/sign-in/finish", body).await.status })
    });
    let mut statuses = Vec::new();
    for runner in race.collect::<Vec<_>>() {
        statuses.push(runner.await.unwrap());
    }
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::UNAUTHORIZED]);
}

#[tokio::test]
async fn a_dialogue_is_finished_once_in_time_and_by_the_browser_that_began_it() {
    let house = House::open().await;
    let mut soft = Soft::new();
    house.enrolled("Ada", &mut soft).await;
    let over = |answer: crate::common::Answer| answer.expect_code(StatusCode::GONE, "ceremony-over");
    async fn begin(browser: &mut Browser, soft: &mut Soft) -> serde_json::Value {
        let begun = browser.post("/sign-in/start", json!({})).await.json();
        json!({ "ceremony": begun["ceremony"], "credential": soft.get(&begun["publicKey"]) })
    }

    let mut browser = house.browser();
    let body = begin(&mut browser, &mut soft).await;
    browser.post("/sign-in/finish", body.clone()).await.expect_status(StatusCode::OK);
    over(browser.post("/sign-in/finish", body).await);

    // Another browser, without a cookie and with one of its own: the ceremony is over for the right browser too.
    let mut other = house.browser();
    for cookie in [false, true] {
        if cookie {
            other.post("/sign-in/start", json!({})).await.expect_status(StatusCode::OK);
        }
        let body = begin(&mut browser, &mut soft).await;
        over(other.post("/sign-in/finish", body.clone()).await);
        over(browser.post("/sign-in/finish", body).await);
    }

    let first = begin(&mut browser, &mut soft).await;
    let second = begin(&mut browser, &mut soft).await;
    let mixed = json!({ "ceremony": first["ceremony"], "credential": second["credential"] });
    browser.post("/sign-in/finish", mixed).await.expect_code(StatusCode::UNAUTHORIZED, "passkey-refused");
    browser.post("/sign-in/finish", second).await.expect_status(StatusCode::OK);

    let late = begin(&mut browser, &mut soft).await;
    house.wait(Duration::from_secs(300));
    over(browser.post("/sign-in/finish", late).await);

    let mut wrong_page = begin(&mut browser, &mut soft).await;
    over(browser.post("/step-up/finish", wrong_page.clone()).await);
    wrong_page["ceremony"] = json!("AAAAAAAAAAAAAAAAAAAAAA");
    over(browser.post("/sign-in/finish", wrong_page.clone()).await);
    wrong_page["ceremony"] = json!("not base64!");
    over(browser.post("/sign-in/finish", wrong_page).await);
}

#[tokio::test]
async fn a_flood_of_dialogues_pushes_out_the_oldest_and_not_the_newest() {
    let house = House::with(|config| config.limits.ceremonies = 3).await;
    let mut soft = Soft::new();
    house.enrolled("Ada", &mut soft).await;
    let mut browser = house.browser();
    let mut bodies = Vec::new();
    for _ in 0..4 {
        let begun = browser.post("/sign-in/start", json!({})).await.json();
        bodies.push(json!({ "ceremony": begun["ceremony"], "credential": soft.get(&begun["publicKey"]) }));
    }
    let last = bodies.pop().unwrap();
    let first = bodies.remove(0);
    browser.post("/sign-in/finish", first).await.expect_code(StatusCode::GONE, "ceremony-over");
    browser.post("/sign-in/finish", last).await.expect_status(StatusCode::OK);
}

#[tokio::test]
async fn proving_again_is_for_one_s_own_passkeys_and_freshens_the_session() {
    let house = House::open().await;
    let (mut ada, mut bob) = (Soft::new(), Soft::new());
    let (_, mut browser) = house.enrolled("Ada", &mut ada).await;
    house.enrolled("Bob", &mut bob).await;
    browser.open(&house, "wiki", "/").await;
    let session = house.session_at("wiki", &browser).unwrap();
    house.wait(Duration::from_secs(3600));

    browser
        .sign("/step-up", &mut bob, json!({}))
        .await
        .expect_code(StatusCode::UNAUTHORIZED, "passkey-refused");
    let asked = browser.post("/step-up/start", json!({})).await.json();
    let allowed: Vec<_> = asked["publicKey"]["allowCredentials"].as_array().unwrap().iter().collect();
    assert_eq!(allowed.len(), 1, "hers alone: {allowed:?}");
    assert_eq!(allowed[0]["type"], "public-key");
    // The person is known here, so the authenticator need not name them.
    ada.names_user = false;
    let link = house.authn.step_up_link("wiki.localhost", "/secret", &browser.headers("wiki")).unwrap();
    let location = browser.follow("wiki", &link);
    let page = browser.get(&location).await.expect_status(StatusCode::OK).text;
    assert!(page.contains("Confirm with a passkey") && page.contains("The wiki"), "{page}");
    let done = browser.sign("/step-up", &mut ada, target_of(&location)).await.expect_status(StatusCode::OK);
    let world = house.ledger.world();
    assert_eq!(world.session(session).unwrap().proved_at, house.ledger.now());

    let query = callback("wiki", &done.location());
    let back = house.authn.finish(&name("wiki"), &query, &browser.headers("wiki")).await.unwrap();
    assert_eq!(browser.follow("wiki", &back), "/secret");
    assert_eq!(house.session_at("wiki", &browser), Some(session));

    // Without a state the way back leads to the application without a code.
    let plain = json!({ "host": "wiki.localhost", "return": "/secret" });
    let done = browser.sign("/step-up", &mut ada, plain).await.expect_status(StatusCode::OK);
    assert_eq!(done.location(), "http://wiki.localhost:8080/secret");

    let mut stranger = house.browser();
    stranger.post("/step-up/start", json!({})).await.expect_code(StatusCode::UNAUTHORIZED, "not-signed-in");
    let to =
        stranger.get("/step-up?host=wiki.localhost&return=%2F").await.expect_status(StatusCode::SEE_OTHER);
    assert_eq!(to.location(), "/sign-in?host=wiki.localhost&return=%2F");
}

#[tokio::test]
async fn a_code_opens_one_application_once_in_time_for_the_browser_that_set_out() {
    let house = House::open().await;
    let (_, mut browser) = house.enrolled("Ada", &mut Soft::new()).await;
    async fn code(house: &House, browser: &mut Browser) -> String {
        let begin = house.authn.begin("wiki.localhost", "/", &browser.headers("wiki")).unwrap();
        let location = browser.follow("wiki", &begin);
        callback("wiki", &browser.get(&location).await.location())
    }
    let finish = async |browser: &Browser, application: &str, query: &str| {
        house.authn.finish(&name(application), query, &browser.headers(application)).await
    };

    let state = |browser: &Browser| {
        browser.cookies[&("wiki".to_owned(), "__Host-countersign-state".to_owned())].clone()
    };
    let key = |at: &str| (at.to_owned(), "__Host-countersign-state".to_owned());

    // The right browser, once. Afterwards the same browser just continues, and a browser with only the state does not.
    let query = code(&house, &mut browser).await;
    let held = state(&browser);
    let done = finish(&browser, "wiki", &query).await.unwrap();
    browser.follow("wiki", &done);
    assert!(!browser.cookies.contains_key(&key("wiki")));
    assert!(finish(&browser, "wiki", &query).await.unwrap().set_cookies.is_empty());
    let mut other = house.browser();
    other.cookies.insert(key("wiki"), held);
    assert_eq!(finish(&other, "wiki", &query).await.unwrap_err(), Refusal::CodeOver);

    let mut late = browser.clone();
    late.cookies.retain(|(host, _), _| host != "wiki");
    let query = code(&house, &mut late).await;
    house.wait(Duration::from_secs(60));
    assert_eq!(finish(&late, "wiki", &query).await.unwrap_err(), Refusal::CodeOver);

    let query = code(&house, &mut late).await;
    let session = house.session_at("wiki", &browser).unwrap();
    house.authn.end_session(Actor::Operator, session, EndReason::Revoked).await.unwrap();
    assert_eq!(finish(&late, "wiki", &query).await.unwrap_err(), Refusal::CodeOver);

    for bad in ["", "code=", "code=x&return=/", "return=/", "code=%00"] {
        assert_eq!(finish(&late, "wiki", bad).await.unwrap_err(), Refusal::CodeOver, "{bad:?}");
    }
    let a = "A".repeat(43);
    for bad in [
        format!("code={a}&code={a}"),
        format!("code={a}&return=//evil.example"),
        format!("code={a}&return=%2F%5Cevil"),
    ] {
        let refusal = finish(&late, "wiki", &bad).await.unwrap_err();
        assert_eq!(refusal.status(), StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn a_code_dies_at_its_first_use_whatever_comes_of_it() {
    let house = House::open().await;
    let (_, mut browser) = house.enrolled("Ada", &mut Soft::new()).await;
    let state = |at: &str| (at.to_owned(), "__Host-countersign-state".to_owned());
    type Showing = fn(&str) -> (&'static str, String);
    let cases: [(&str, &str, Showing); 7] = [
        ("without the state", "nobody", |query| ("wiki", query.to_owned())),
        ("with a state of its own", "stranger", |query| ("wiki", query.to_owned())),
        ("at another application", "right", |query| ("payroll", query.to_owned())),
        ("with a path that leads elsewhere", "right", |query| {
            let (code, _) = query.split_once('&').unwrap();
            ("wiki", format!("{code}&return=%2F%2Fevil.example"))
        }),
        ("twice in one link", "right", |query| ("wiki", format!("{query}&{query}"))),
        ("beside another", "right", |query| ("wiki", format!("{query}&code={}", "A".repeat(43)))),
        ("with two paths", "right", |query| ("wiki", format!("{query}&return=%2F"))),
    ];
    for (words, who, showing) in cases {
        let begin = house.authn.begin("wiki.localhost", "/", &browser.headers("wiki")).unwrap();
        let location = browser.follow("wiki", &begin);
        let query = callback("wiki", &browser.get(&location).await.location());
        let mut shower = match who {
            "right" => browser.clone(),
            _ => house.browser(),
        };
        if who == "stranger" {
            let begin = house.authn.begin("wiki.localhost", "/", &shower.headers("wiki")).unwrap();
            shower.follow("wiki", &begin);
        }
        let (application, shown) = showing(&query);
        let held = browser.cookies[&state("wiki")].clone();
        if who == "right" {
            shower.cookies.insert(state(application), held);
        }
        let shown = house.authn.finish(&name(application), &shown, &shower.headers(application)).await;
        assert!(shown.is_err(), "{words}");
        let after = house.authn.finish(&name("wiki"), &query, &browser.headers("wiki")).await;
        assert_eq!(after.unwrap_err(), Refusal::CodeOver, "{words}: the code went on working");
    }
}

#[tokio::test]
async fn two_tabs_may_sign_in_at_the_same_time() {
    let house = House::open().await;
    let mut soft = Soft::new();
    let (_, mut browser) = house.enrolled("Ada", &mut soft).await;
    let one = house.authn.begin("wiki.localhost", "/one", &browser.headers("wiki")).unwrap();
    let one = browser.follow("wiki", &one);
    let two = house.authn.begin("wiki.localhost", "/two", &browser.headers("wiki")).unwrap();
    let two = browser.follow("wiki", &two);
    for (location, path) in [(one, "/one"), (two, "/two")] {
        let back = browser.get(&location).await.location();
        let query = callback("wiki", &back);
        let done = house.authn.finish(&name("wiki"), &query, &browser.headers("wiki")).await.unwrap();
        assert_eq!(browser.follow("wiki", &done), path);
    }
}

#[tokio::test]
async fn somebody_ends_their_own_sessions_and_nobody_else_s() {
    let house = House::open().await;
    let (mut ada, mut bob) = (Soft::new(), Soft::new());
    let (person, mut browser) = house.enrolled("Ada", &mut ada).await;
    let (other, _) = house.enrolled("Bob", &mut bob).await;
    let own = house.ledger.world().sessions_of(person).next().unwrap().id;
    house.browser().sign_in(&mut ada).await.expect_status(StatusCode::OK);
    let world = house.ledger.world();
    let elsewhere = world.sessions_of(person).find(|known| known.id != own).unwrap().id;
    let bobs = world.sessions_of(other).next().unwrap().id;
    browser
        .post("/sessions/end", json!({ "session": bobs }))
        .await
        .expect_code(StatusCode::NOT_FOUND, "not-yours");
    for session in [elsewhere, own] {
        let answer = browser.post("/sessions/end", json!({ "session": session })).await;
        answer.expect_status(StatusCode::NO_CONTENT);
    }
    assert_eq!(house.ledger.world().sessions_of(person).count(), 0);
    assert_eq!(house.ledger.world().sessions_of(other).count(), 1);
}

#[tokio::test]
async fn ending_a_session_twice_is_no_error() {
    let house = House::open().await;
    let (person, _) = house.enrolled("Ada", &mut Soft::new()).await;
    let session = house.ledger.world().sessions_of(person).next().unwrap().id;
    for _ in 0..2 {
        house.authn.end_session(Actor::Operator, session, EndReason::Revoked).await.unwrap();
    }
}
