//! The verification that `docs/verify-assertion.md` tells applications to do, against tokens that nobody here made: the
//! JOSE vectors of C2SP Wycheproof. No invalid token may be accepted; the valid ones of our algorithm must be, or this
//! could not fail.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, crypto, decode_header};
use serde_json::Value;
use std::path::PathBuf;

fn vectors(name: &str) -> Option<Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/jose");
    let text = std::fs::read_to_string(folder.join(name)).ok()?;
    Some(serde_json::from_str(&text).unwrap())
}

/// Whether an application that does what the guide says would take this token from whoever holds `key`.
///
/// The guide's `decode` wants claims in JSON, which the vectors do not carry ("foo"), so its steps are taken one by one:
/// the algorithm is ES256 and nothing else, the key is one for that, the signature holds over what was signed.
fn accepts(token: &str, key: &Value) -> bool {
    let Ok(header) = decode_header(token) else { return false };
    let Ok(jwk) = serde_json::from_value::<Jwk>(key.clone()) else { return false };
    let pinned = header.alg == Algorithm::ES256
        && key["kty"] == "EC"
        && key["crv"] == "P-256"
        && key["alg"] == "ES256"
        && key["use"] == "sig"
        && header.kid.as_deref() == key["kid"].as_str();
    let Ok(decoding) = DecodingKey::from_jwk(&jwk) else { return false };
    let Some((message, signature)) = token.rsplit_once('.') else { return false };
    pinned
        && message.split('.').count() == 2
        && crypto::verify(signature, message.as_bytes(), &decoding, Algorithm::ES256).unwrap_or(false)
}

#[test]
fn no_invalid_token_is_accepted() {
    let files =
        ["json_web_signature_test", "json_web_crypto_test", "json_web_key_test", "json_web_encryption_test"];
    let mut counted = (0, 0, 0);
    for file in files {
        let Some(vectors) = vectors(&format!("{file}.json")) else {
            println!("SKIPPED: ../shared/data/jose/{file}.json is not here");
            return;
        };
        for group in vectors["testGroups"].as_array().unwrap() {
            let held = if group["public"].is_object() { &group["public"] } else { &group["private"] };
            let keys: Vec<&Value> = match held["keys"].as_array() {
                Some(set) => set.iter().collect(),
                None => vec![held],
            };
            for test in group["tests"].as_array().unwrap() {
                let token = test["jws"].as_str().or(test["jwe"].as_str()).unwrap_or_default();
                let taken = keys.iter().any(|key| accepts(token, key));
                let what = format!("{file} {} ({})", test["tcId"], test["comment"]);
                if test["result"] == "invalid" {
                    assert!(!taken, "{what} was accepted");
                    counted.0 += 1;
                } else if keys.iter().any(|key| key["alg"] == "ES256" && key["use"] == "sig")
                    && keys.len() == 1
                {
                    assert!(taken, "{what} was refused");
                    counted.1 += 1;
                } else {
                    counted.2 += 1;
                }
            }
        }
    }
    println!(
        "{} invalid refused, {} valid of ES256 accepted, {} valid of others not asked",
        counted.0, counted.1, counted.2
    );
    assert!(counted.0 > 400 && counted.1 >= 3, "the vectors were not read: {counted:?}");
}
