//! Tests the verification in `docs/verify-assertion.md` against third-party tokens (the JOSE vectors of C2SP
//! Wycheproof) and against what our own gate signs. No invalid token may be accepted; the valid ones of our algorithm
//! must be, or this test could not fail.

#[path = "guide/who.rs"]
mod guide;

use countersign_testkit::outside;
use guide::who;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use serde_json::Value;

const ISSUER: &str = "https://id.example";

/// Returns whether the guide's code would accept this token's signature with one of `keys`.
///
/// The payload of the vectors is not JSON claims ("foo"), so none of them is accepted completely. The signature is
/// verified before the claims: if only the claims are refused, one of the keys signed the token.
fn is_signed(token: &str, keys: &[&Value]) -> bool {
    // An invalid key cannot be in the fetched document.
    let keys = keys.iter().filter_map(|key| serde_json::from_value::<Jwk>((*key).clone()).ok());
    let keys = JwkSet { keys: keys.collect() };
    if jsonwebtoken::decode_header(token).is_err() {
        return false;
    }
    match who::<Value>(token, &keys, ISSUER, "wiki") {
        Ok(_) => true,
        Err(why) => matches!(why.kind(), ErrorKind::Json(_) | ErrorKind::Utf8(_) | ErrorKind::Base64(_)),
    }
}

#[test]
fn the_guide_shows_what_is_tested() {
    let guide = include_str!("../../../docs/verify-assertion.md");
    let (_, shown) = guide.split_once("```rust\n").unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    let (_, tested) = include_str!("guide/who.rs").split_once("\n\n").unwrap();
    assert_eq!(shown, tested, "without the line that says what it is");
}

#[test]
fn no_invalid_token_is_accepted() {
    let files =
        ["json_web_signature_test", "json_web_crypto_test", "json_web_key_test", "json_web_encryption_test"];
    let mut counted = (0, 0, 0);
    for file in files {
        let vectors = outside::json(&format!("jose/{file}.json"));
        for group in vectors["testGroups"].as_array().unwrap() {
            let held = if group["public"].is_object() { &group["public"] } else { &group["private"] };
            let keys: Vec<&Value> = match held["keys"].as_array() {
                Some(set) => set.iter().collect(),
                None => vec![held],
            };
            let ours = |key: &&&Value| key["alg"] == "ES256" && key["use"] == "sig";
            for test in group["tests"].as_array().unwrap() {
                let token = test["jws"].as_str().or(test["jwe"].as_str()).unwrap_or_default();
                let taken = is_signed(token, &keys);
                let what = format!("{file} {} ({})", test["tcId"], test["comment"]);
                if test["result"] == "invalid" {
                    assert!(!taken, "{what} was accepted");
                    counted.0 += 1;
                } else if keys.iter().filter(ours).count() == keys.len() {
                    assert!(taken, "{what} was refused");
                    counted.1 += 1;
                } else {
                    counted.2 += 1;
                }
            }
        }
    }
    let (refused, accepted, not_asked) = counted;
    println!(
        "{refused} invalid refused, {accepted} valid of ES256 accepted, {not_asked} valid of others not asked"
    );
    assert!(refused > 400 && accepted >= 3, "the vectors were not read: {counted:?}");
}
