//! What an OpenID provider sends: its discovery document, its keys, and tokens. What is accepted leads to no address without
//! TLS, and bytes that no key signed are no token.

use countersign_federation::{
    ExpectedToken, Issuer, ProviderKeys, ProviderMetadata, check_id_token, check_logout_token,
};
use countersign_names::Timestamp;

/// The keys with which nobody here can sign.
const KEYS: &[u8] = include_bytes!("../corpus/provider_documents/keys.json");

/// Reads the bytes as each kind of document. Returns whether they were accepted as one of them.
pub fn provider_documents(bytes: &[u8]) -> bool {
    let issuer: Issuer = "https://idp.example.com".parse().expect("an issuer");
    let metadata = ProviderMetadata::parse(&issuer, bytes);
    if let Ok(metadata) = &metadata {
        assert_eq!(metadata.issuer, issuer);
        for url in [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri] {
            assert_eq!(url.scheme(), "https", "{url}");
            assert!(url.username().is_empty() && url.password().is_none(), "{url}");
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Ok(named) = text.parse::<Issuer>() {
            assert_eq!(named.as_str(), text);
        }
        let keys = ProviderKeys::parse(KEYS).expect("keys");
        let expected = ExpectedToken { issuer: issuer.as_str(), client_id: "us", algorithms: None };
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        assert!(check_id_token(text, None, "nonce", &keys, &expected, now).is_err());
        assert!(check_logout_token(text, &keys, &expected, now).is_err());
    }
    metadata.is_ok() || ProviderKeys::parse(bytes).is_ok()
}
