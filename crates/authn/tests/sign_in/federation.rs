//! Signing in with a provider, and what a hostile one, or a hostile stranger between, cannot do.

use crate::common::idp::{ACCESS_TOKEN, BegunSignIn, CLIENT, CODE, Idp, Key, unsigned};
use crate::common::soft::Soft;
use crate::common::{Browser, House};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_facts::{AssuranceRule, Fact, GroupFact, InvitationPurpose, Member, PersonFact, PersonKind};
use countersign_names::Assurance;
use countersign_world::Session;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const REFUSED: &str = "Signing in with Example Corp did not work";

/// How long anything may take: nothing here waits for that long.
const PATIENCE: Duration = Duration::from_secs(120);

async fn patient() -> House {
    House::with(|config| config.request = PATIENCE).await
}

async fn linked() -> (House, Idp) {
    linked_in(patient().await).await
}

async fn linked_in(house: House) -> (House, Idp) {
    let idp = Idp::open().await;
    house.provider(&idp, |_| {}).await;
    let ada = house.person("Ada").await;
    house.link(ada, "account-1").await;
    (house, idp)
}

fn session(house: &House, browser: &Browser) -> Option<Arc<Session>> {
    house.authn.session_here(&browser.headers("sign-in"))
}

#[track_caller]
fn refused(answer: &crate::common::Answer, words: &str) {
    assert!(answer.text.contains(words), "{}: {}", answer.status, answer.text);
    assert!(!answer.status.is_success() && !answer.status.is_redirection(), "{}", answer.status);
}

#[tokio::test]
async fn a_linked_account_signs_its_person_in_with_what_the_table_says() {
    let (house, idp) = linked().await;
    house
        .provider(&idp, |about| {
            about.max_age = Some(3600);
            about.session = Some(600);
            about.assurance.push(AssuranceRule {
                acr: Some("phr".to_owned()),
                amr: ["hwk".to_owned()].into(),
                assurance: Assurance::Aal2,
                phishing_resistant: true,
            });
        })
        .await;
    let mut browser = house.browser();
    let page = browser.get("/sign-in?host=wiki.localhost&return=%2Fpage").await;
    let link = "/sign-in/with/corp?host=wiki.localhost&amp;return=%2Fpage";
    assert!(page.text.replace("&#x2f;", "/").contains(link), "{}", page.text);
    assert!(page.text.contains("Sign in with Example Corp"));

    let begun = browser.begin_with("corp", "?host=wiki.localhost&return=%2Fpage").await;
    let asked = &begun.parameters;
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", "http://countersign.localhost:8080/sign-in/with/corp/callback"),
        ("scope", "openid email"),
        ("code_challenge_method", "S256"),
        ("max_age", "3600"),
        ("tenant", "1"),
    ] {
        assert_eq!(asked[name], value, "{name}");
    }
    idp.gives(idp.key.sign(&idp.claims(&house, &begun)));
    let answer = browser.bring("corp", &begun.state, &idp.stated()).await;
    let answer = answer.expect_status(StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "http://wiki.localhost:8080/page");

    let signed_in = session(&house, &browser).unwrap();
    assert_eq!((signed_in.method().as_str(), signed_in.assurance), ("federated:corp", Assurance::Aal2));
    assert!(signed_in.proved_by_provider().unwrap().phishing_resistant);
    let now = house.ledger.now();
    assert_eq!(now.since(signed_in.proved_at), Duration::from_secs(30), "auth_time is the proof's age");
    assert_eq!(signed_in.expires_at.since(now), Duration::from_secs(600));

    // The exchange proved that the browser that began is the one that ends it (PKCE), and who we are.
    let (body, authorization) = idp.script.lock().exchanges[0].clone();
    let sent = url::form_urlencoded::parse(body.as_bytes()).into_owned();
    let sent: std::collections::BTreeMap<_, _> = sent.collect();
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, sent["code_verifier"].as_bytes()));
    assert_eq!((asked["code_challenge"].as_str(), sent["code"].as_str()), (challenge.as_str(), CODE));
    assert_eq!(sent["redirect_uri"], asked["redirect_uri"]);
    let basic = authorization.unwrap();
    let expected = URL_SAFE_NO_PAD.encode(format!("{CLIENT}:s3%2Fcret"));
    assert_eq!(basic.trim_start_matches("Basic ").trim_end_matches('='), expected.replace('_', "/"));
}

#[tokio::test]
async fn what_a_provider_does_not_say_is_worth_nothing() {
    let (house, idp) = linked().await;
    let mut browser = house.browser();
    browser
        .federate(&house, &idp, |claims| {
            claims.as_object_mut().unwrap().remove("auth_time");
        })
        .await
        .expect_status(StatusCode::SEE_OTHER);
    let signed_in = session(&house, &browser).unwrap();
    assert_eq!(signed_in.assurance, Assurance::Aal1);
    assert!(!signed_in.proved_by_provider().unwrap().phishing_resistant);
    assert_eq!(signed_in.proved_at, Session::UNKNOWN_PROOF);
    let front = browser.get("/").await;
    assert!(front.text.contains("does not say when you last proved"), "{}", front.text);
    // With a maximum age the provider has to say when, and it has to be lately.
    house.provider(&idp, |about| about.max_age = Some(60)).await;
    for auth_time in [Value::Null, json!(house.ledger.now().as_seconds() - 121)] {
        let answer = house.browser().federate(&house, &idp, |claims| claims["auth_time"] = auth_time).await;
        refused(&answer, REFUSED);
    }
    let answer = house.browser().federate(&house, &idp, |_| {}).await;
    answer.expect_status(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_token_with_one_wrong_claim_signs_nobody_in() {
    let (house, idp) = linked().await;
    let now = house.ledger.now().as_seconds();
    let cases: &[(&str, Value)] = &[
        ("iss", json!("https://evil.example.com")),
        ("iss", json!(format!("{}/", idp.issuer))),
        ("iss", Value::Null),
        ("aud", json!("another-client")),
        ("aud", json!(["another-client"])),
        ("aud", json!([])),
        // For several clients it must say to whom it was issued.
        ("aud", json!([CLIENT, "another-client"])),
        ("azp", json!("another-client")),
        ("nonce", json!("of another sign-in")),
        ("nonce", Value::Null),
        ("nonce", json!("")),
        ("exp", json!(now - 61)),
        ("exp", Value::Null),
        ("exp", json!("tomorrow")),
        ("exp", json!(1e300)),
        ("iat", json!(now + 61)),
        ("iat", json!(now - 601)),
        ("iat", json!(-1)),
        ("iat", Value::Null),
        ("auth_time", json!(now + 61)),
        ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
        ("sub", json!("")),
        ("sub", json!("a".repeat(256))),
        ("sub", Value::Null),
        ("sub", json!("account-1\n")),
        ("amr", json!("hwk")),
    ];
    for (claim, value) in cases {
        let mut browser = house.browser();
        let answer = browser.federate(&house, &idp, |claims| claims[*claim] = value.clone()).await;
        refused(&answer, REFUSED);
        assert!(session(&house, &browser).is_none(), "{claim}: {value}");
    }
    let right = digest(&SHA256, ACCESS_TOKEN.as_bytes());
    for (claim, value) in [
        ("at_hash", json!(URL_SAFE_NO_PAD.encode(&right.as_ref()[..16]))),
        ("aud", json!([CLIENT])),
        ("azp", json!(CLIENT)),
        ("exp", json!(now - 59)),
        ("iat", json!(now + 59)),
    ] {
        let mut browser = house.browser();
        let answer = browser.federate(&house, &idp, |claims| claims[claim] = value).await;
        answer.expect_status(StatusCode::SEE_OTHER);
    }
}

/// Makes a token of claims.
type Forgery<'a> = &'a dyn Fn(&Value) -> String;

#[tokio::test]
async fn a_token_that_the_provider_did_not_sign_signs_nobody_in() {
    let (house, idp) = linked().await;
    let other = Key::new("k1");
    let stranger = Key::new("k2");
    let forge: [(&str, Forgery<'_>); 8] = [
        ("none", &|claims| unsigned(&json!({ "alg": "none" }), claims, "")),
        ("no alg", &|claims| unsigned(&json!({ "typ": "JWT" }), claims, "")),
        ("a key of the same name", &|claims| other.sign(claims)),
        ("a key of another name", &|claims| stranger.sign(claims)),
        ("HS256 with the public key", &|claims| {
            let key = jsonwebtoken::EncodingKey::from_secret(idp.key.public().to_string().as_bytes());
            let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
            header.kid = Some("k1".to_owned());
            jsonwebtoken::encode(&header, claims, &key).unwrap()
        }),
        ("a key of its own", &|claims| {
            let header = json!({ "alg": "ES256", "jwk": stranger.public() });
            let signed = stranger.sign(claims);
            unsigned(&header, claims, signed.rsplit('.').next().unwrap())
        }),
        ("changed claims", &|claims| {
            let signed = idp.key.sign(&json!({}));
            unsigned(&json!({ "alg": "ES256", "kid": "k1" }), claims, signed.rsplit('.').next().unwrap())
        }),
        ("no token", &|_| "a.b".to_owned()),
    ];
    for (what, make) in forge {
        let mut browser = house.browser();
        let begun = browser.begin_with("corp", "").await;
        idp.gives(make(&idp.claims(&house, &begun)));
        refused(&browser.bring("corp", &begun.state, &idp.stated()).await, REFUSED);
        assert!(session(&house, &browser).is_none(), "{what}");
    }
}

#[tokio::test]
async fn an_answer_is_taken_once_and_from_the_browser_that_asked() {
    let (house, idp) = linked().await;
    let mut browser = house.browser();
    let begun = browser.begin_with("corp", "").await;
    idp.gives(idp.key.sign(&idp.claims(&house, &begun)));
    // Injected into another browser, it signs nobody in there, and is spent.
    let mut victim = house.browser();
    victim.begin_with("corp", "").await;
    refused(&victim.bring("corp", &begun.state, &idp.stated()).await, "begun in another browser");
    refused(&browser.bring("corp", &begun.state, &idp.stated()).await, "begun in another browser");
    assert_eq!(idp.requests("token"), 0, "no code was exchanged");

    let begun = browser.begin_with("corp", "").await;
    idp.gives(idp.key.sign(&idp.claims(&house, &begun)));
    let answer = browser.bring("corp", &begun.state, &idp.stated()).await;
    answer.expect_status(StatusCode::SEE_OTHER);
    refused(&browser.bring("corp", &begun.state, &idp.stated()).await, "was finished already");

    // A code of another sign-in comes with that one's nonce.
    let earlier = browser.begin_with("corp", "").await;
    let later = browser.begin_with("corp", "").await;
    idp.gives(idp.key.sign(&idp.claims(&house, &earlier)));
    refused(&browser.bring("corp", &later.state, &idp.stated()).await, REFUSED);

    let late = browser.begin_with("corp", "").await;
    house.wait(Duration::from_secs(15 * 60));
    refused(&browser.bring("corp", &late.state, &idp.stated()).await, "took too long");
    for query in ["", "?code=x", "?state=x&code=y", "?error=access_denied", "?state=a&state=b&code=c"] {
        let answer = browser.get(&format!("/sign-in/with/corp/callback{query}")).await;
        assert!(answer.status.is_client_error(), "{query}: {}", answer.status);
    }
    refused(&browser.get("/sign-in/with/nobody").await, "no such way to sign in");
    let begin = Request::get("/sign-in/with/corp").header("sec-fetch-site", "cross-site");
    let answer = browser.send(begin.body(String::new().into()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_answer_that_another_provider_caused_is_told_from_the_right_one() {
    let (house, idp) = linked().await;
    let evil = Idp::open().await;
    house.provider_named("evil", &evil, |_| {}).await;
    let mut browser = house.browser();
    // The person begins with the hostile provider, which sends the browser on to the honest one: the honest one's answer
    // comes to its own address, and its code is sent to nobody.
    let begun = browser.begin_with("evil", "").await;
    refused(&browser.bring("corp", &begun.state, &idp.stated()).await, "did not work");
    // The hostile one names the honest one's answer its own.
    for stated in [idp.stated(), String::new()] {
        let begun = browser.begin_with("evil", "").await;
        refused(&browser.bring("evil", &begun.state, &stated).await, REFUSED);
    }
    assert_eq!((idp.requests("token"), evil.requests("token")), (0, 0), "no code was sent to anybody");
    // An error is checked as a code is.
    let begun = browser.begin_with("corp", "").await;
    let path = format!("/sign-in/with/corp/callback?error=access_denied&state={}", begun.state);
    refused(&browser.get(&path).await, REFUSED);
    let begun = browser.begin_with("corp", "").await;
    let path =
        format!("/sign-in/with/corp/callback?error=access_denied&state={}{}", begun.state, idp.stated());
    refused(&browser.get(&path).await, "Example Corp did not sign you in");
    // A provider that does not announce the parameter needs none.
    let quiet = Idp::open().await;
    quiet.script.lock().metadata.insert("authorization_response_iss_parameter_supported", json!(false));
    house.provider_named("quiet", &quiet, |about| about.domains = ["example.com".to_owned()].into()).await;
    let begun = browser.begin_with("quiet", "").await;
    refused(&browser.bring("corp", &begun.state, "").await, REFUSED);
    assert_eq!(quiet.requests("token"), 0, "its answer came to the address of another");
    let begun = browser.begin_with("quiet", "").await;
    let mut claims = quiet.claims(&house, &begun);
    (claims["email"], claims["email_verified"]) = (json!("ada@example.com"), json!(true));
    quiet.gives(quiet.key.sign(&claims));
    browser.bring("quiet", &begun.state, "").await.expect_status(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn documents_are_fetched_within_limits() {
    for (path, what) in [("discovery", "discovery"), ("jwks", "keys")] {
        for status in [StatusCode::FOUND, StatusCode::TEMPORARY_REDIRECT, StatusCode::INTERNAL_SERVER_ERROR] {
            let (house, idp) = linked().await;
            idp.script.lock().status.insert(path, status);
            refused(&house.browser().get("/sign-in/with/corp").await, REFUSED);
            assert!(idp.requests("jwks") <= 1, "{what}: a redirect was followed");
        }
        let (house, idp) = linked().await;
        idp.script.lock().padding.insert(path, 256 * 1024);
        refused(&house.browser().get("/sign-in/with/corp").await, REFUSED);
    }
    for (member, value) in [
        ("issuer", json!("https://another.example.com")),
        ("token_endpoint", json!("http://192.0.2.1/token")),
        ("jwks_uri", json!("file:///etc/passwd")),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("code_challenge_methods_supported", json!(["plain"])),
    ] {
        let (house, idp) = linked().await;
        idp.script.lock().metadata.insert(member, value);
        refused(&house.browser().get("/sign-in/with/corp").await, REFUSED);
    }
}

#[tokio::test]
async fn a_provider_that_is_silent_costs_one_request_five_seconds() {
    let house = House::waiting(Duration::from_secs(5), |config| config.request = PATIENCE).await;
    let (house, idp) = linked_in(house).await;
    idp.script.lock().silent.insert("jwks");
    let mut waiting = Vec::new();
    for _ in 0..4 {
        let mut browser = house.browser();
        waiting.push(tokio::spawn(async move { browser.get("/sign-in/with/corp").await }));
    }
    for one in waiting {
        refused(&one.await.unwrap(), REFUSED);
    }
    assert!(idp.requests("jwks") <= 1, "the others learnt from the first");
}

#[tokio::test]
async fn keys_are_fetched_again_for_an_unknown_one_at_a_bounded_rate() {
    let (house, idp) = linked().await;
    let newer = Key::new("k2");
    let sign = async |key: &Key| {
        let mut browser = house.browser();
        let begun = browser.begin_with("corp", "").await;
        idp.gives(key.sign(&idp.claims(&house, &begun)));
        browser.bring("corp", &begun.state, &idp.stated()).await.status
    };
    assert_eq!(sign(&idp.key).await, StatusCode::SEE_OTHER);
    idp.script.lock().keys = vec![newer.public()];
    assert_eq!(sign(&newer).await, StatusCode::BAD_GATEWAY, "fetched less than 30 seconds ago");
    assert_eq!(idp.requests("jwks"), 1);
    house.wait(Duration::from_secs(30));
    assert_eq!(sign(&newer).await, StatusCode::SEE_OTHER);
    assert_eq!(idp.requests("jwks"), 2);
    for _ in 0..20 {
        assert_eq!(sign(&Key::new("k3")).await, StatusCode::BAD_GATEWAY);
    }
    assert_eq!(idp.requests("jwks"), 2, "tokens of a stranger cause no requests");
}

#[tokio::test]
async fn an_address_identifies_only_where_the_provider_is_authoritative_and_verified_it() {
    let (house, idp) = (patient().await, Idp::open().await);
    let ada = house.person("Ada").await;
    house.provider(&idp, |_| {}).await;
    let with = |email: &'static str, verified: Value| {
        move |claims: &mut Value| {
            (claims["email"], claims["email_verified"]) = (json!(email), verified);
        }
    };
    let answer = house.browser().federate(&house, &idp, with("ada@example.com", json!(true))).await;
    refused(&answer, "not linked to anybody here");
    assert!(answer.text.contains("account-1"), "an administrator needs the account: {}", answer.text);

    house.provider(&idp, |about| about.domains = ["example.com".to_owned()].into()).await;
    for (email, verified) in [
        ("ada@example.com", json!(false)),
        ("ada@example.com", Value::Null),
        ("ada@example.com", json!("yes")),
        ("ada@example.com", json!(1)),
        ("ada@elsewhere.test", json!(true)),
        ("new@example.com", json!(true)),
    ] {
        let answer = house.browser().federate(&house, &idp, with(email, verified)).await;
        refused(&answer, "not linked to anybody here");
    }
    assert_eq!((house.ledger.world().people().count(), house.ledger.world().links_of(ada).count()), (1, 0));

    let mut browser = house.browser();
    let answer = browser.federate(&house, &idp, with("Ada@Example.com", json!(true))).await;
    answer.expect_status(StatusCode::SEE_OTHER);
    assert_eq!(session(&house, &browser).unwrap().person, ada);
    // From now on the account counts, whatever address it has; and an account that was given the address is not hers.
    let answer = house.browser().federate(&house, &idp, with("other@elsewhere.test", json!(false))).await;
    answer.expect_status(StatusCode::SEE_OTHER);
    let successor = |claims: &mut Value| {
        with("ada@example.com", json!(true))(claims);
        claims["sub"] = json!("account-2");
    };
    refused(&house.browser().federate(&house, &idp, successor).await, "not linked to anybody here");
}

#[tokio::test]
async fn people_are_added_only_by_rule_and_never_as_administrators() {
    let (house, idp) = (patient().await, Idp::open().await);
    house
        .provider(&idp, |about| {
            about.domains = ["example.com".to_owned()].into();
            about.creates_people = Some(PersonKind::Contractor);
        })
        .await;
    let as_new = |claims: &mut Value| {
        (claims["email"], claims["email_verified"]) = (json!("neo@example.com"), json!(true));
        claims["name"] = json!("Neo");
    };
    let mut browser = house.browser();
    let answer = browser.federate(&house, &idp, as_new).await;
    answer.expect_status(StatusCode::SEE_OTHER);
    let world = house.ledger.world();
    let neo = world.person_by_email("neo@example.com").unwrap();
    assert_eq!((neo.about.name.as_str(), neo.about.kind), ("Neo", PersonKind::Contractor));
    assert!(neo.groups.is_empty());
    assert_eq!(session(&house, &browser).unwrap().person, neo.id);

    // An administrator is linked by two people, and not by an address.
    let root = house.person("Root").await;
    let group = || "administrators".parse().unwrap();
    house
        .state([
            Fact::Group(GroupFact::Added { group: group(), purpose: String::new() }),
            Fact::Group(GroupFact::MemberAdded { group: group(), member: Member::Person(root) }),
        ])
        .await;
    let as_root = |claims: &mut Value| {
        (claims["email"], claims["email_verified"]) = (json!("root@example.com"), json!(true));
        claims["sub"] = json!("account-9");
    };
    refused(&house.browser().federate(&house, &idp, as_root).await, "not linked to anybody here");
    assert_eq!(house.ledger.world().links_of(root).count(), 0);
}

#[tokio::test]
async fn a_suspended_person_stays_out() {
    let (house, idp) = linked().await;
    let ada = house.ledger.world().person_by_email("ada@example.com").unwrap().id;
    let mut browser = house.browser();
    browser.federate(&house, &idp, |_| {}).await.expect_status(StatusCode::SEE_OTHER);
    house.state([Fact::Person(PersonFact::Suspended { person: ada, reason: "test".to_owned() })]).await;
    assert!(session(&house, &browser).is_none());
    refused(&browser.federate(&house, &idp, |_| {}).await, "Your account is suspended");
    assert!(session(&house, &browser).is_none());
}

#[tokio::test]
async fn an_invitation_links_the_account_of_its_holder() {
    let (house, idp) = (patient().await, Idp::open().await);
    house.provider(&idp, |_| {}).await;
    let ada = house.person("Ada").await;
    let secret = house.invite(ada, InvitationPurpose::Enrol).await;
    let mut browser = house.browser();
    let enrol = json!({ "invitation": secret, "provider": "corp" });
    let begun = BegunSignIn::of(&browser.post("/enrol/provider", enrol.clone()).await.location());
    idp.gives(idp.key.sign(&idp.claims(&house, &begun)));
    browser.bring("corp", &begun.state, &idp.stated()).await.expect_status(StatusCode::SEE_OTHER);
    assert_eq!(session(&house, &browser).unwrap().person, ada);
    browser.post("/enrol/provider", enrol).await.expect_code(StatusCode::GONE, "invitation-over");
    browser.federate(&house, &idp, |_| {}).await.expect_status(StatusCode::SEE_OTHER);

    // A recovery registers a passkey, and an account that is somebody's is not linked to another.
    let recovery = house.invite(ada, InvitationPurpose::Recover).await;
    let answer = browser.post("/enrol/provider", json!({ "invitation": recovery, "provider": "corp" })).await;
    answer.expect_code(StatusCode::BAD_REQUEST, "bad-field");
    let bob = house.person("Bob").await;
    let secret = house.invite(bob, InvitationPurpose::Enrol).await;
    let enrol = json!({ "invitation": secret, "provider": "corp" });
    let begun = BegunSignIn::of(&browser.post("/enrol/provider", enrol).await.location());
    idp.gives(idp.key.sign(&idp.claims(&house, &begun)));
    refused(&browser.bring("corp", &begun.state, &idp.stated()).await, "already linked to another person");
    assert_eq!(house.ledger.world().invitations().filter(|open| open.person == bob).count(), 1);
}

#[tokio::test]
async fn a_passkey_steps_up_and_a_phishable_proof_registers_none() {
    let (house, idp) = (patient().await, Idp::open().await);
    house.provider(&idp, |_| {}).await;
    let mut soft = Soft::new();
    let (ada, _) = house.enrolled("Ada", &mut soft).await;
    house.link(ada, "account-1").await;
    let mut browser = house.browser();
    browser.federate(&house, &idp, |_| {}).await.expect_status(StatusCode::SEE_OTHER);
    let answer = browser.post("/passkeys/start", json!({})).await;
    answer.expect_code(StatusCode::FORBIDDEN, "proof-too-weak");

    browser.sign("/step-up", &mut soft, json!({})).await.expect_status(StatusCode::OK);
    let stepped = session(&house, &browser).unwrap();
    assert_eq!((stepped.method().as_str(), stepped.assurance), ("passkey", Assurance::Aal2));
    browser.post("/passkeys/start", json!({})).await.expect_status(StatusCode::OK);

    // Who has no passkey learns where to get one.
    let bob = house.person("Bob").await;
    house.link(bob, "account-2").await;
    let mut other = house.browser();
    let answer = other.federate(&house, &idp, |claims| claims["sub"] = json!("account-2")).await;
    answer.expect_status(StatusCode::SEE_OTHER);
    assert!(other.get("/step-up").await.text.contains("You have no passkey here yet"));
}

/// The claims of a good logout token.
fn logout_claims(house: &House, idp: &Idp, id: &str) -> Value {
    let now = house.ledger.now().as_seconds();
    json!({
        "iss": idp.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": id, "sid": "session-1",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    })
}

async fn log_out(house: &House, token: &str) -> crate::common::Answer {
    let body =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("logout_token", token).finish();
    let request = Request::post("/sign-in/with/corp/logout")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    house.browser().send(request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn a_provider_ends_the_session_or_the_account_that_it_names_and_no_other() {
    let (house, idp) = linked().await;
    let bob = house.person("Bob").await;
    house.link(bob, "account-2").await;
    let mut signed_in = Vec::new();
    for (subject, sid) in [("account-1", "session-1"), ("account-1", "session-2"), ("account-2", "session-3")]
    {
        let mut browser = house.browser();
        let change = |claims: &mut Value| (claims["sub"], claims["sid"]) = (json!(subject), json!(sid));
        browser.federate(&house, &idp, change).await.expect_status(StatusCode::SEE_OTHER);
        signed_in.push(browser);
    }
    let going_on = || signed_in.iter().map(|browser| session(&house, browser).is_some()).collect::<Vec<_>>();
    log_out(&house, &idp.key.sign(&logout_claims(&house, &idp, "j1"))).await.expect_status(StatusCode::OK);
    assert_eq!(going_on(), [false, true, true]);
    // Of another account's session nothing ends.
    let mut claims = logout_claims(&house, &idp, "j2");
    (claims["sid"], claims["sub"]) = (json!("session-2"), json!("account-2"));
    log_out(&house, &idp.key.sign(&claims)).await.expect_status(StatusCode::OK);
    assert_eq!(going_on(), [false, true, true]);
    let mut claims = logout_claims(&house, &idp, "j3");
    (claims["sid"], claims["sub"]) = (Value::Null, json!("account-1"));
    log_out(&house, &idp.key.sign(&claims)).await.expect_status(StatusCode::OK);
    assert_eq!(going_on(), [false, false, true]);
}

#[tokio::test]
async fn a_logout_token_that_is_wrong_or_was_used_ends_nothing() {
    let (house, idp) = linked().await;
    let mut browser = house.browser();
    browser.federate(&house, &idp, |_| {}).await.expect_status(StatusCode::SEE_OTHER);
    let now = house.ledger.now().as_seconds();
    let event = "http://schemas.openid.net/event/backchannel-logout";
    for (claim, value) in [
        ("iss", json!("https://evil.example.com")),
        ("aud", json!("another-client")),
        ("iat", json!(now - 601)),
        ("iat", json!(now + 61)),
        ("exp", json!(now - 61)),
        ("jti", json!("")),
        ("jti", Value::Null),
        ("events", json!({})),
        ("events", json!({ (event): true })),
        ("events", json!({ "https://example.com/other": {} })),
        ("events", Value::Null),
        ("nonce", json!("n")),
        ("sid", Value::Null),
    ] {
        let mut claims = logout_claims(&house, &idp, "j1");
        claims[claim] = value.clone();
        let answer = log_out(&house, &idp.key.sign(&claims)).await;
        answer.expect_code(StatusCode::BAD_REQUEST, "bad-logout-token");
        assert!(session(&house, &browser).is_some(), "{claim}: {value}");
    }
    let good = logout_claims(&house, &idp, "j1");
    for token in [
        Key::new("k1").sign(&good),
        unsigned(&json!({ "alg": "none" }), &good, ""),
        // An ID token is no logout token.
        idp.key.sign(&json!({ "iss": idp.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "sub": "account-1", "nonce": "n" })),
        String::new(),
    ] {
        log_out(&house, &token).await.expect_code(StatusCode::BAD_REQUEST, "bad-logout-token");
    }
    assert!(session(&house, &browser).is_some());

    let token = idp.key.sign(&good);
    log_out(&house, &token).await.expect_status(StatusCode::OK);
    assert!(session(&house, &browser).is_none());
    let mut again = house.browser();
    again.federate(&house, &idp, |_| {}).await.expect_status(StatusCode::SEE_OTHER);
    log_out(&house, &token).await.expect_code(StatusCode::BAD_REQUEST, "bad-logout-token");
    assert!(session(&house, &again).is_some(), "a token ends only what there was at its first use");
}

#[tokio::test]
async fn no_code_token_or_secret_stays_in_a_fact_or_an_answer_of_ours() {
    let (house, idp) = linked().await;
    let mut browser = house.browser();
    let begun = browser.begin_with("corp", "").await;
    let token = idp.key.sign(&idp.claims(&house, &begun));
    idp.gives(token.clone());
    let answer = browser.bring("corp", &begun.state, &idp.stated()).await;
    let mut shown = vec![answer.location(), answer.text];
    idp.gives("not.a.token".to_owned());
    for path in ["/", "/sign-in"] {
        shown.push(browser.get(path).await.text);
    }
    let failed = browser.begin_with("corp", "").await;
    shown.push(browser.bring("corp", &failed.state, &idp.stated()).await.text);
    let page = countersign_journal::Seq(0);
    let entries = house.ledger.journal().read(page, 1_000).await.unwrap();
    shown.extend(entries.iter().map(|entry| String::from_utf8_lossy(&entry.payload).into_owned()));
    assert!(shown.iter().any(|text| text.contains("session.federated/1")), "the journal was read");
    let verifier = url::form_urlencoded::parse(idp.script.lock().exchanges[0].0.as_bytes())
        .find(|(key, _)| key == "code_verifier")
        .unwrap()
        .1
        .into_owned();
    for secret in [CODE, ACCESS_TOKEN, &token, &begun.nonce, &begun.state, &verifier, "s3/cret", "session-1"]
    {
        assert!(!shown.iter().any(|text| text.contains(secret)), "{secret}");
    }
}
