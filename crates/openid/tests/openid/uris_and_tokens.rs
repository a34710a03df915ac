//! The URIs of clients, and our own tokens as they come back: the tricks with both are refused.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_names::Timestamp;
use countersign_openid::{
    AccessTokenClaims, ClientUri, ClientUriError, IdTokenClaims, OwnKeys, OwnTokenError, TokenKind,
    with_parameters,
};
use serde_json::{Value, json};

const ISSUER: &str = "https://id.example";

#[test]
fn a_uri_may_be_declared_if_every_browser_goes_there_and_nowhere_else() {
    for good in [
        "https://web.example/cb",
        "https://web.example/",
        "https://web.example:8443/cb?tenant=1",
        "http://localhost:3000/cb",
        "http://wiki.localhost/cb",
        "http://127.0.0.1:5000/cb",
        "http://[::1]:5000/cb",
        "https://web.example/a%20b",
    ] {
        assert_eq!(good.parse::<ClientUri>().map(|uri| uri.as_str().to_owned()), Ok(good.to_owned()));
    }
    use ClientUriError as Error;
    for (bad, why) in [
        ("", Error::Form),
        ("/cb", Error::Form),
        ("//web.example/cb", Error::Form),
        ("web.example/cb", Error::Form),
        ("https://web.example", Error::Form),
        ("https://WEB.example/cb", Error::Form),
        ("https://web.example:443/cb", Error::Form),
        ("https://web.example/a/../cb", Error::Form),
        ("https://web.example/%2e%2e/cb", Error::Form),
        ("https://web.example\\@evil.example/", Error::UserInfo),
        ("https:/web.example/cb", Error::Form),
        ("https://web.example/c b", Error::Form),
        ("https://web.example/cb\n", Error::Form),
        (" https://web.example/cb", Error::Form),
        ("https://w\u{e9}b.example/cb", Error::Form),
        ("http://web.example/cb", Error::Scheme),
        ("http://localhost.evil.example/cb", Error::Scheme),
        ("http://127.0.0.1.evil.example/cb", Error::Scheme),
        ("http://0.0.0.0/cb", Error::Scheme),
        ("javascript:alert(1)", Error::Scheme),
        ("data:text/html,x", Error::Scheme),
        ("com.example.app:/cb", Error::Scheme),
        ("https://web.example/cb#x", Error::Fragment),
        ("https://web.example/cb#", Error::Fragment),
        ("https://user@web.example/cb", Error::UserInfo),
        ("https://user:pw@web.example/cb", Error::UserInfo),
        ("https://@web.example/cb", Error::UserInfo),
        ("https://*.web.example/cb", Error::Pattern),
        ("https://web.example/*", Error::Pattern),
    ] {
        assert_eq!(bad.parse::<ClientUri>(), Err(why), "{bad:?}");
    }
    assert_eq!(format!("https://web.example/{}", "a".repeat(500)).parse::<ClientUri>(), Err(Error::Long));
}

#[test]
fn an_answer_adds_its_parameters_to_those_that_are_there() {
    assert_eq!(
        with_parameters("https://a/b", &[("code", "1 2"), ("iss", "https://i")]),
        "https://a/b?code=1+2&iss=https%3A%2F%2Fi"
    );
    assert_eq!(with_parameters("https://a/b?c=d", &[("x", "y")]), "https://a/b?c=d&x=y");
}

/// A key pair that signs tokens as the product does.
struct Signer(EcdsaKeyPair);

#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]
impl Signer {
    fn new() -> Self {
        let made =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref()).unwrap())
    }

    fn jwk(&self, kid: &str) -> Value {
        let point = self.0.public_key().as_ref();
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
        json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": kid, "x": x, "y": y })
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let token = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let signature = self.0.sign(&SystemRandom::new(), token.as_bytes()).unwrap();
        format!("{token}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "sub": "per_1", "aud": "client_web", "iat": 1000, "exp": 1300, "sid": "ses_1", "nonce": "n" })
}

fn header(typ: &str) -> Value {
    json!({ "alg": "ES256", "typ": typ, "kid": "k1" })
}

fn at(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp::from_micros(seconds * 1_000_000))
}

#[test]
fn a_token_that_comes_back_is_ours_of_its_kind_and_of_its_time() {
    let (ours, theirs) = (Signer::new(), Signer::new());
    let keys = OwnKeys::of(&[ours.jwk("k1"), json!("nonsense")]);
    let check = |token: &str, now| keys.check::<IdTokenClaims>(token, TokenKind::Id, ISSUER, now);
    let good = ours.sign(&header("JWT"), &claims());
    assert_eq!(check(&good, at(1299)).unwrap().sub, "per_1");
    assert_eq!(check(&good, at(1300)), Err(OwnTokenError::Expired));
    assert_eq!(check(&good, None).unwrap().nonce.as_deref(), Some("n"), "a hint may have expired");

    let unsigned = |alg: &str| {
        let head = URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "typ": "JWT", "kid": "k1" }).to_string());
        format!("{head}.{}.", URL_SAFE_NO_PAD.encode(claims().to_string()))
    };
    let mut forged = claims();
    forged["sub"] = json!("per_2");
    let parts: Vec<&str> = good.split('.').collect();
    let exchanged = format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(forged.to_string()), parts[2]);
    let mut foreign = claims();
    foreign["iss"] = json!("https://id.example.evil.test");
    let mut bare = claims();
    bare.as_object_mut().unwrap().remove("exp");
    for (what, token, error) in [
        ("without a signature", unsigned("none"), OwnTokenError::Malformed),
        ("without a signature, spelled otherwise", unsigned("NONE"), OwnTokenError::Malformed),
        ("symmetric", unsigned("HS256"), OwnTokenError::Signature),
        ("of another algorithm", unsigned("RS256"), OwnTokenError::Signature),
        ("signed by another key", theirs.sign(&header("JWT"), &claims()), OwnTokenError::Signature),
        ("with other claims", exchanged, OwnTokenError::Signature),
        (
            "of an unknown key",
            ours.sign(&json!({ "alg": "ES256", "typ": "JWT", "kid": "k2" }), &claims()),
            OwnTokenError::Signature,
        ),
        (
            "of no key",
            ours.sign(&json!({ "alg": "ES256", "typ": "JWT" }), &claims()),
            OwnTokenError::Signature,
        ),
        (
            "with its own key",
            theirs.sign(
                &json!({ "alg": "ES256", "typ": "JWT", "jwk": theirs.jwk("k9"), "kid": "k9" }),
                &claims(),
            ),
            OwnTokenError::Signature,
        ),
        (
            "with a critical extension",
            ours.sign(
                &json!({ "alg": "ES256", "typ": "JWT", "kid": "k1", "crit": ["x"], "x": 1 }),
                &claims(),
            ),
            OwnTokenError::Signature,
        ),
        ("an access token", ours.sign(&header("at+jwt"), &claims()), OwnTokenError::Kind),
        ("a logout token", ours.sign(&header("logout+jwt"), &claims()), OwnTokenError::Kind),
        ("of another issuer", ours.sign(&header("JWT"), &foreign), OwnTokenError::Issuer),
        ("without an end", ours.sign(&header("JWT"), &bare), OwnTokenError::Kind),
        ("nothing", String::new(), OwnTokenError::Malformed),
        ("of two parts", format!("{}.{}", parts[0], parts[1]), OwnTokenError::Malformed),
        ("oversized", format!("{good}{}", "A".repeat(9000)), OwnTokenError::Malformed),
    ] {
        assert_eq!(check(&token, None).unwrap_err(), error, "a token {what}");
    }
    let access = keys.check::<AccessTokenClaims>(&good, TokenKind::Access, ISSUER, None);
    assert_eq!(access.unwrap_err(), OwnTokenError::Kind, "an ID token opens nothing");
}
