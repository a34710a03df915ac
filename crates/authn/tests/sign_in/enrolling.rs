//! Registering passkeys by invitation or within a session, and removing them.

use crate::common::House;
use crate::common::soft::Soft;
use countersign_authn::Bootstrap;
use countersign_facts::{Fact, InvitationFact, InvitationPurpose, PersonFact};
use http::StatusCode;
use serde_json::json;
use std::time::Duration;

const OVER: &str =
    "This invitation is not valid any more: it was used, withdrawn or has expired. Ask for a new one.";

#[tokio::test]
async fn an_invitation_that_is_over_says_the_same_whatever_the_reason() {
    let house = House::open().await;
    let person = house.person("Ada").await;
    let check = async |secret: &str| {
        for path in ["/enrol/look", "/enrol/start"] {
            let answer = house.browser().post(path, json!({ "invitation": secret })).await;
            assert_eq!(answer.json()["detail"], OVER, "{path} {secret}");
            answer.expect_code(StatusCode::GONE, "invitation-over");
        }
    };

    let used = house.invite(person, InvitationPurpose::Enrol).await;
    house.browser().enrol(&used, &mut Soft::new()).await.expect_status(StatusCode::OK);
    let replaced = house.invite(person, InvitationPurpose::Recover).await;
    let expired = house.invite(person, InvitationPurpose::Recover).await;
    check(&used).await;
    check(&replaced).await;
    house.browser().post("/enrol/look", json!({ "invitation": expired })).await.expect_status(StatusCode::OK);
    house.wait(Duration::from_secs(24 * 3600));
    check(&expired).await;

    let withdrawn = house.invite(person, InvitationPurpose::Recover).await;
    let id = house.ledger.world().invitations().next().unwrap().id;
    house.state([Fact::Invitation(InvitationFact::Withdrawn { invitation: id })]).await;
    check(&withdrawn).await;
    let gone = house.invite(person, InvitationPurpose::Recover).await;
    house.state([Fact::Person(PersonFact::Removed { person })]).await;
    check(&gone).await;
    for nonsense in ["", "x", &"A".repeat(43), &"A".repeat(5000)] {
        check(nonsense).await;
    }
}

#[tokio::test]
async fn an_invitation_makes_one_passkey_however_many_race_for_it() {
    let house = House::open().await;
    let person = house.person("Ada").await;
    let secret = house.invite(person, InvitationPurpose::Enrol).await;
    let runners: Vec<_> = (0..4)
        .map(|_| {
            let (mut browser, secret) = (house.browser(), secret.clone());
            tokio::spawn(async move { browser.enrol(&secret, &mut Soft::new()).await.status })
        })
        .collect();
    let mut made = 0;
    for runner in runners {
        match runner.await.unwrap() {
            StatusCode::OK => made += 1,
            other => assert_eq!(other, StatusCode::GONE),
        }
    }
    assert_eq!(made, 1);
    assert_eq!(house.ledger.world().credentials_of(person).count(), 1);
}

#[tokio::test]
async fn a_dialogue_that_was_begun_in_time_does_not_outlive_its_invitation() {
    let house = House::open().await;
    let person = house.person("Ada").await;
    let secret = house.invite(person, InvitationPurpose::Enrol).await;
    let mut browser = house.browser();
    house.wait(Duration::from_secs(24 * 3600 - 60));
    let begun = browser.post("/enrol/start", json!({ "invitation": secret })).await.json();
    let credential = Soft::new().create(&begun["publicKey"]);
    house.wait(Duration::from_secs(60));
    let body = json!({ "ceremony": begun["ceremony"], "credential": credential, "name": "Laptop" });
    browser.post("/enrol/finish", body).await.expect_code(StatusCode::GONE, "invitation-over");
    assert_eq!(house.ledger.world().credentials_of(person).count(), 0);
}

#[tokio::test]
async fn a_recovery_takes_the_other_passkeys_and_sessions_away() {
    let house = House::open().await;
    let mut old = Soft::new();
    let (person, mut thief) = house.enrolled("Ada", &mut old).await;
    thief.open(&house, "wiki", "/").await;
    let secret = house.invite(person, InvitationPurpose::Recover).await;
    let mut browser = house.browser();
    let look = browser.post("/enrol/look", json!({ "invitation": secret })).await;
    assert_eq!(look.json()["recovery"], true);
    assert!(house.session_at("wiki", &thief).is_some());

    let mut new = Soft::new();
    browser.enrol(&secret, &mut new).await.expect_status(StatusCode::OK);
    assert!(house.session_at("wiki", &thief).is_none());
    browser.get("/").await.expect_status(StatusCode::OK);
    house.browser().sign_in(&mut old).await.expect_code(StatusCode::UNAUTHORIZED, "passkey-refused");
    house.browser().sign_in(&mut new).await.expect_status(StatusCode::OK);
    assert_eq!(house.ledger.world().credentials_of(person).count(), 1);
}

#[tokio::test]
async fn a_recovery_works_in_the_browser_that_is_still_signed_in_as_either_person() {
    let house = House::open().await;
    let (ada, mut hers) = house.enrolled("Ada", &mut Soft::new()).await;
    let (bob, mut his) = house.enrolled("Bob", &mut Soft::new()).await;
    let secret = house.invite(ada, InvitationPurpose::Recover).await;
    hers.enrol(&secret, &mut Soft::new()).await.expect_status(StatusCode::OK);
    assert_eq!(house.ledger.world().sessions_of(ada).count(), 1);
    let secret = house.invite(ada, InvitationPurpose::Recover).await;
    his.enrol(&secret, &mut Soft::new()).await.expect_status(StatusCode::OK);
    assert_eq!(house.ledger.world().sessions_of(ada).count(), 1);
    assert_eq!(house.ledger.world().sessions_of(bob).count(), 0, "the browser is hers now");
}

#[tokio::test]
async fn a_passkey_that_would_not_do_is_not_registered() {
    type Spoil = fn(&mut Soft);
    let cases: [(&str, Spoil); 4] = [
        ("without a PIN", |soft| soft.verified = false),
        ("keeps no record", |soft| soft.keeps_record = Some(false)),
        ("not understood", |soft| soft.origin = "http://evil.localhost:8080".to_owned()),
        ("not understood", |soft| soft.kind = Some("webauthn.get")),
    ];
    let house = House::open().await;
    let person = house.person("Ada").await;
    let secret = house.invite(person, InvitationPurpose::Enrol).await;
    for (words, spoil) in cases {
        let mut soft = Soft::new();
        spoil(&mut soft);
        let answer = house.browser().enrol(&secret, &mut soft).await;
        assert!(answer.text.contains(words), "{words}: {}", answer.text);
        answer.expect_code(StatusCode::UNPROCESSABLE_ENTITY, "passkey-unfit");
    }
    assert_eq!(house.ledger.world().credentials_of(person).count(), 0);
    // The invitation remains valid.
    let mut modest = Soft::new();
    modest.keeps_record = None;
    house.browser().enrol(&secret, &mut modest).await.expect_status(StatusCode::OK);
}

#[tokio::test]
async fn nobody_registers_a_passkey_that_is_registered_already() {
    let house = House::open().await;
    let mut ada = Soft::new();
    house.enrolled("Ada", &mut ada).await;
    let mallory = house.person("Mallory").await;
    let secret = house.invite(mallory, InvitationPurpose::Enrol).await;
    let mut copy = Soft::new();
    copy.id = ada.id.clone();
    house.browser().enrol(&secret, &mut copy).await.expect_code(StatusCode::CONFLICT, "contradiction");
    house.browser().sign_in(&mut ada).await.expect_status(StatusCode::OK);
}

#[tokio::test]
async fn a_passkey_has_a_name() {
    let house = House::open().await;
    let (_, mut browser) = house.enrolled("Ada", &mut Soft::new()).await;
    for name in ["", "  ", "a\nb", &"a".repeat(61)] {
        let begun = browser.post("/passkeys/start", json!({})).await.json();
        let credential = Soft::new().create(&begun["publicKey"]);
        let body = json!({ "ceremony": begun["ceremony"], "credential": credential, "name": name });
        let answer = browser.post("/passkeys/finish", body).await;
        assert_eq!(answer.json()["field"], "name", "{name:?}");
        answer.expect_code(StatusCode::BAD_REQUEST, "bad-field");
    }
}

#[tokio::test]
async fn further_passkeys_are_added_and_removed_by_whoever_proved_lately_who_they_are() {
    let house = House::open().await;
    let mut first = Soft::new();
    let (person, mut browser) = house.enrolled("Ada", &mut first).await;
    let add = async |browser: &mut crate::common::Browser, soft: &mut Soft| {
        let begun = browser.post("/passkeys/start", json!({})).await;
        if begun.status != StatusCode::OK {
            return begun;
        }
        let begun = begun.json();
        let credential = soft.create(&begun["publicKey"]);
        let body = json!({ "ceremony": begun["ceremony"], "credential": credential, "name": "Phone" });
        browser.post("/passkeys/finish", body).await
    };
    let passkeys = || {
        let world = house.ledger.world();
        let mut theirs: Vec<_> = world.credentials_of(person).cloned().collect();
        theirs.sort_by_key(|known| known.registered_at);
        theirs.into_iter().map(|known| known.id).collect::<Vec<_>>()
    };

    let only = json!({ "passkey": passkeys()[0] });
    browser.post("/passkeys/remove", only.clone()).await.expect_code(StatusCode::CONFLICT, "only-passkey");
    // The authenticator gets the list of its existing passkeys, and the verifier checks that it respected the list.
    add(&mut browser, &mut first).await.expect_code(StatusCode::UNPROCESSABLE_ENTITY, "passkey-unfit");
    house.wait(Duration::from_secs(1));
    let mut second = Soft::new();
    add(&mut browser, &mut second).await.expect_status(StatusCode::CREATED);
    assert_eq!(passkeys().len(), 2);

    house.wait(Duration::from_secs(601));
    let refused =
        add(&mut browser, &mut Soft::new()).await.expect_code(StatusCode::FORBIDDEN, "proof-too-old");
    assert!(refused.text.contains("Confirm with a passkey"), "{}", refused.text);
    browser.post("/passkeys/remove", only.clone()).await.expect_code(StatusCode::FORBIDDEN, "proof-too-old");
    browser.sign("/step-up", &mut second, json!({})).await.expect_status(StatusCode::OK);

    let (_, mut bob) = house.enrolled("Bob", &mut Soft::new()).await;
    bob.post("/passkeys/remove", only.clone()).await.expect_code(StatusCode::NOT_FOUND, "not-yours");
    browser.post("/passkeys/remove", only).await.expect_status(StatusCode::NO_CONTENT);
    assert_eq!(passkeys().len(), 1);
    // The session was started with it, so it ended with it.
    browser.get("/").await.expect_status(StatusCode::SEE_OTHER);
    house.browser().sign_in(&mut first).await.expect_code(StatusCode::UNAUTHORIZED, "passkey-refused");
    house.browser().sign_in(&mut second).await.expect_status(StatusCode::OK);
}

#[tokio::test]
async fn the_first_administrator_is_made_once() {
    let house = House::open().await;
    let first = house.bootstrap().await.unwrap();
    let second = house.bootstrap().await.unwrap();
    assert_eq!(house.ledger.world().people().count(), 1);
    house.browser().enrol(&first, &mut Soft::new()).await.expect_code(StatusCode::GONE, "invitation-over");
    house.browser().enrol(&second, &mut Soft::new()).await.expect_status(StatusCode::OK);
    let seq = house.ledger.world().seq();
    assert!(house.bootstrap().await.is_none());
    assert_eq!(house.ledger.world().seq(), seq, "nothing was stated");
    assert!(matches!(house.authn.bootstrap("eve@example.com", "Eve").await.unwrap(), Bootstrap::Done));
    for (email, name, field) in
        [("nonsense", "Ada", "email"), ("", "Ada", "email"), ("a@example.com", " ", "name")]
    {
        let house = House::open().await;
        let refusal = house.authn.bootstrap(email, name).await.err().unwrap();
        assert_eq!(refusal.about(), Some(field));
        assert_eq!(house.ledger.world().people().count(), 0);
    }
}

#[tokio::test]
async fn what_a_recovery_or_an_invitation_holds_is_nowhere_in_the_world() {
    let house = House::open().await;
    let person = house.person("Ada").await;
    let secret = house.invite(person, InvitationPurpose::Enrol).await;
    let world = format!("{:?}", house.ledger.world());
    assert!(!world.contains(&secret));
}

#[tokio::test]
async fn what_was_announced_stays_until_it_was_seen_and_a_link_can_be_withdrawn() {
    let house = House::open().await;
    let (person, mut browser) = house.enrolled("Ada", &mut Soft::new()).await;
    let page = browser.get("/").await.text;
    assert!(!page.contains("id=\"notices\""), "{page}");

    let secret = house.invite(person, InvitationPurpose::Recover).await;
    let between = |text: &str, begin: &str| {
        let (_, rest) = text.split_once(begin).unwrap_or_else(|| panic!("no {begin} in {text}"));
        rest.split('"').next().unwrap().to_owned()
    };
    let page = browser.get("/").await.text;
    assert!(page.contains("made a recovery link for you"), "{page}");
    // Signing in again does not remove the notice.
    assert!(browser.get("/").await.text.contains("made a recovery link for you"));

    // Another person can neither acknowledge it nor withdraw the link.
    let (_, mut other) = house.enrolled("Bob", &mut Soft::new()).await;
    let link = json!({ "invitation": between(&page, "data-withdraw=\"") });
    other.post("/invitations/withdraw", link.clone()).await.expect_code(StatusCode::NOT_FOUND, "not-yours");
    other.post("/notices/seen", json!({ "up_to": u32::MAX })).await.expect_status(StatusCode::NO_CONTENT);
    browser.post("/invitations/withdraw", link).await.expect_status(StatusCode::NO_CONTENT);
    house.browser().enrol(&secret, &mut Soft::new()).await.expect_code(StatusCode::GONE, "invitation-over");

    let page = browser.get("/").await.text;
    assert!(page.contains("made a recovery link for you") && !page.contains("data-withdraw"), "{page}");
    let up_to: u64 = between(&page, "data-seen=\"").parse().unwrap();
    browser.post("/notices/seen", json!({ "up_to": up_to })).await.expect_status(StatusCode::NO_CONTENT);
    assert!(!browser.get("/").await.text.contains("id=\"notices\""));

    // The use of a link is announced to the person who holds the account now.
    let secret = house.invite(person, InvitationPurpose::Recover).await;
    browser.enrol(&secret, &mut Soft::new()).await.expect_status(StatusCode::OK);
    let page = browser.get("/").await.text;
    assert!(page.contains("a new passkey is yours") && page.contains("the operator"), "{page}");
}
