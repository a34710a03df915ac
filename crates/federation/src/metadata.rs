//! The discovery document of a provider.

use crate::error::FederationError;
use crate::issuer::Issuer;
use serde::Deserialize;
use url::Url;

const WHAT: &str = "discovery document";

/// What a provider announces, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderMetadata {
    /// The issuer.
    pub issuer: Issuer,
    /// Where people sign in.
    pub authorization_endpoint: Url,
    /// Where a code is exchanged for tokens.
    pub token_endpoint: Url,
    /// Where its keys are.
    pub jwks_uri: Url,
    /// The algorithms of its ID tokens; `None` if it does not say.
    pub algorithms: Option<Vec<String>>,
    /// The ways in which a client may authenticate; `None` if it does not say.
    pub client_authentication: Option<Vec<String>>,
    /// Whether every answer to an authorization request states the issuer (RFC 9207).
    pub states_issuer: bool,
}

/// The document as it is written. Members that are not needed here are ignored.
#[derive(Deserialize)]
struct DiscoveryDocument {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl ProviderMetadata {
    /// Parses the document of this issuer.
    ///
    /// # Errors
    /// If it is no such document, is another issuer's, names an address without TLS, or excludes PKCE with S256.
    pub fn parse(issuer: &Issuer, bytes: &[u8]) -> Result<Self, FederationError> {
        let written: DiscoveryDocument = serde_json::from_slice(bytes)
            .map_err(|error| FederationError::document(WHAT, format!("it cannot be read: {error}")))?;
        if written.issuer != issuer.as_str() {
            return Err(FederationError::document(WHAT, "it is of another issuer than the declared one"));
        }
        if written.code_challenge_methods_supported.is_some_and(|all| !all.iter().any(|it| it == "S256")) {
            return Err(FederationError::document(WHAT, "the provider does not support PKCE with S256"));
        }
        let address = |name: &str, text: &str| {
            issuer.endpoint(text).map_err(|why| FederationError::document(WHAT, format!("{name}: {why}")))
        };
        Ok(Self {
            issuer: issuer.clone(),
            authorization_endpoint: address("authorization_endpoint", &written.authorization_endpoint)?,
            token_endpoint: address("token_endpoint", &written.token_endpoint)?,
            jwks_uri: address("jwks_uri", &written.jwks_uri)?,
            algorithms: written.id_token_signing_alg_values_supported,
            client_authentication: written.token_endpoint_auth_methods_supported,
            states_issuer: written.authorization_response_iss_parameter_supported,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn document() -> Value {
        json!({
            "issuer": "https://idp.example.com",
            "authorization_endpoint": "https://idp.example.com/auth",
            "token_endpoint": "https://idp.example.com/token",
            "jwks_uri": "https://idp.example.com/jwks",
        })
    }

    fn parse(document: &Value) -> Result<ProviderMetadata, FederationError> {
        let issuer = "https://idp.example.com".parse().unwrap();
        ProviderMetadata::parse(&issuer, document.to_string().as_bytes())
    }

    #[test]
    fn a_document_names_its_own_issuer_and_addresses_with_tls() {
        assert!(!parse(&document()).unwrap().states_issuer);
        for (member, value, why) in [
            ("issuer", json!("https://idp.example.com/"), "another issuer"),
            ("issuer", json!("https://evil.example.com"), "another issuer"),
            (
                "token_endpoint",
                json!("http://idp.example.com/token"),
                "token_endpoint: it does not use https",
            ),
            ("jwks_uri", json!("http://127.0.0.1/jwks"), "jwks_uri: it does not use https"),
            ("authorization_endpoint", json!("javascript:alert(1)"), "authorization_endpoint"),
            ("authorization_endpoint", json!(7), "cannot be read"),
            ("code_challenge_methods_supported", json!(["plain"]), "PKCE"),
        ] {
            let mut changed = document();
            changed[member] = value;
            let error = parse(&changed).unwrap_err().to_string();
            assert!(error.contains(why), "{member}: {error}");
        }
        for bytes in [&b""[..], b"[]", b"{}", b"<html>", b"{\"issuer\":\"a\",\"issuer\":\"b\"}"] {
            let issuer = "https://idp.example.com".parse().unwrap();
            assert!(ProviderMetadata::parse(&issuer, bytes).is_err());
        }
    }
}
