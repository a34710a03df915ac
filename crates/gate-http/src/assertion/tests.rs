//! Assertions as an application sees them, verified with the published key by a third-party library.

//! An assertion as an application verifies it.

use super::*;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use uuid::Uuid;

const NOON: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

fn person(name: &str) -> Arc<Person> {
    Arc::new(Person {
        id: countersign_names::PersonId::new(Uuid::from_u128(1)),
        about: countersign_facts::Person {
            name: name.to_owned(),
            email: "ada@example.com".to_owned(),
            kind: countersign_facts::PersonKind::Employee,
            aliases: std::collections::BTreeSet::default(),
        },
        standing: countersign_world::Standing::Active,
        risk: countersign_world::Risk::NONE,
        groups: vec!["editors".parse().unwrap()],
    })
}

fn subject(person: &Arc<Person>) -> Subject {
    Subject {
        principal: Principal::Person(person.id),
        person: Some(Arc::clone(person)),
        session: None,
        device: None,
    }
}

fn asserter() -> Asserter {
    Asserter::new(AssertionKey::generate().unwrap(), "https://id.example".to_owned())
}

fn assert_at(asserter: &Asserter, subject: &Subject, application: &str, now: Timestamp) -> String {
    let decision = DecisionId::new(Uuid::from_u128(9));
    let token = asserter.assert(subject, &application.parse().unwrap(), decision, now).unwrap();
    assert!(token.is_sensitive());
    token.to_str().unwrap().to_owned()
}

fn verify(
    asserter: &Asserter,
    token: &str,
    audience: &str,
) -> Result<serde_json::Value, jsonwebtoken::errors::Error> {
    let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(asserter.key().public_jwk()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&[audience]);
    validation.set_issuer(&["https://id.example"]);
    // These tokens are from a fixed time, which is checked below instead.
    validation.validate_exp = false;
    decode(token, &DecodingKey::from_jwk(&jwk)?, &validation).map(|token| token.claims)
}

#[test]
fn an_application_can_verify_who_asks_with_the_published_key() {
    let asserter = asserter();
    let token = assert_at(&asserter, &subject(&person("Ada")), "wiki", NOON);
    assert_eq!(decode_header(token.as_bytes()).unwrap().kid.as_deref(), Some(asserter.key().kid()));
    let claims = verify(&asserter, &token, "wiki").unwrap();
    assert_eq!(claims["sub"], "per_00000000000000000000000000000001");
    assert_eq!(claims["email"], "ada@example.com");
    assert_eq!(claims["groups"], serde_json::json!(["editors"]));
    assert_eq!(claims["iat"], 1_800_000_000);
    assert_eq!(claims["exp"], 1_800_000_060);
    assert!(verify(&asserter, &token, "payroll").is_err(), "an assertion is for one application");
    let mut forged = token.to_string();
    forged.replace_range(60..61, if &forged[60..61] == "A" { "B" } else { "A" });
    assert!(verify(&asserter, &forged, "wiki").is_err(), "a changed assertion does not verify");
    let other = Asserter::new(AssertionKey::generate().unwrap(), "https://id.example".to_owned());
    assert!(verify(&other, &token, "wiki").is_err(), "another key does not verify it");
}

#[test]
fn an_assertion_is_given_again_while_it_would_say_the_same_and_no_longer() {
    let asserter = asserter();
    let ada = person("Ada");
    let first = assert_at(&asserter, &subject(&ada), "wiki", NOON);
    let later = |seconds| NOON.plus(Duration::from_secs(seconds));
    // Each signature is unique, so an equal token was not signed again.
    assert_eq!(first, assert_at(&asserter, &subject(&ada), "wiki", later(19)));
    for (what, subject, application, now) in [
        ("it is old", subject(&ada), "wiki", later(20)),
        ("it is for another application", subject(&ada), "payroll", NOON),
        ("the person changed", subject(&person("Ada")), "wiki", NOON),
        ("the clock went back", subject(&ada), "wiki", Timestamp::from_micros(1)),
    ] {
        let asserter = Asserter::new(
            AssertionKey::from_pkcs8(asserter.key().to_pkcs8().expose_secret().to_vec().into()).unwrap(),
            "https://id.example".to_owned(),
        );
        let first = assert_at(&asserter, &self::subject(&ada), "wiki", NOON);
        assert_ne!(first, assert_at(&asserter, &subject, application, now), "{what}");
    }
}

#[test]
fn another_key_signs_from_the_moment_that_it_is_given() {
    let asserter = asserter();
    let ada = subject(&person("Ada"));
    let before = assert_at(&asserter, &ada, "wiki", NOON);
    let other = AssertionKey::generate().unwrap();
    let kid = other.kid().to_owned();
    asserter.sign_with(other);
    let after = assert_at(&asserter, &ada, "wiki", NOON);
    assert_eq!(decode_header(after.as_bytes()).unwrap().kid, Some(kid));
    assert!(verify(&asserter, &after, "wiki").is_ok());
    assert!(verify(&asserter, &before, "wiki").is_err());
}

#[test]
fn a_key_is_the_same_after_it_was_stored() {
    let key = AssertionKey::generate().unwrap();
    let again = AssertionKey::from_pkcs8(key.to_pkcs8().expose_secret().to_vec().into()).unwrap();
    assert_eq!(key.public_jwk(), again.public_jwk());
    assert_eq!(AssertionKey::from_pkcs8(vec![0; 32].into()).unwrap_err(), AssertionError::Key);
    assert!(!format!("{key:?}").contains("pkcs8"));
}
