//! The authorization request, and the exchange of its code for tokens.

use crate::error::FederationError;
use crate::fetch::{ProviderAnswer, ProviderFetch, ProviderRequest};
use crate::metadata::ProviderMetadata;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::collections::BTreeSet;
use url::{Url, form_urlencoded};

const WHAT: &str = "token endpoint";

/// Who we are at a provider.
#[derive(Debug, Clone)]
pub struct ClientIdentity {
    /// The client id.
    pub id: String,
    /// The client secret; `None`: a public client, which PKCE alone protects.
    pub secret: Option<SecretString>,
}

/// The parameters of an authorization request.
#[derive(Debug, Clone, Copy)]
pub struct AuthorizationRequest<'a> {
    /// The client id.
    pub client_id: &'a str,
    /// Where the provider sends the browser back to, exactly as registered.
    pub redirect_uri: &'a str,
    /// The scopes beside `openid`.
    pub scopes: &'a BTreeSet<String>,
    /// Ties the answer to the browser.
    pub state: &'a str,
    /// Ties the ID token to the request.
    pub nonce: &'a str,
    /// The PKCE verifier, of which the request holds the digest only.
    pub verifier: &'a SecretString,
    /// The maximum age of the authentication in seconds.
    pub max_age: Option<u64>,
}

impl AuthorizationRequest<'_> {
    /// Returns the address at the provider to which the browser goes.
    pub fn url(&self, metadata: &ProviderMetadata) -> Url {
        let mut url = metadata.authorization_endpoint.clone();
        let scopes = std::iter::once("openid").chain(self.scopes.iter().map(String::as_str));
        let scopes: Vec<_> = scopes.collect();
        let verifier = self.verifier.expose_secret().as_bytes();
        let challenge = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier);
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("response_type", "code")
                .append_pair("client_id", self.client_id)
                .append_pair("redirect_uri", self.redirect_uri)
                .append_pair("scope", &scopes.join(" "))
                .append_pair("state", self.state)
                .append_pair("nonce", self.nonce)
                .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(challenge))
                .append_pair("code_challenge_method", "S256");
            if let Some(age) = self.max_age {
                query.append_pair("max_age", &age.to_string());
            }
        }
        url
    }
}

/// A code to exchange.
pub struct CodeExchange<'a> {
    /// The code from the answer.
    pub code: &'a SecretString,
    /// The redirect URI of the request.
    pub redirect_uri: &'a str,
    /// The PKCE verifier of the request.
    pub verifier: &'a SecretString,
}

/// The tokens, not yet checked.
pub struct UncheckedTokens {
    pub id_token: SecretString,
    pub access_token: Option<SecretString>,
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: String,
    #[serde(default)]
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct OAuthError {
    error: String,
}

/// Exchanges the code.
pub async fn exchange(
    fetch: &ProviderFetch,
    metadata: &ProviderMetadata,
    client: &ClientIdentity,
    code: &CodeExchange<'_>,
) -> Result<UncheckedTokens, FederationError> {
    let answer = fetch.send(request(metadata, client, code)?).await?;
    if answer.status != 200 {
        return Err(FederationError::Status {
            what: WHAT,
            status: answer.status,
            error: error_code(&answer),
        });
    }
    // The error of the parser could quote a token.
    let written: TokenAnswer = serde_json::from_slice(&answer.body)
        .map_err(|_| FederationError::document(WHAT, "the answer has no ID token"))?;
    Ok(UncheckedTokens {
        id_token: written.id_token.into(),
        access_token: written.access_token.map(SecretString::from),
    })
}

fn request(
    metadata: &ProviderMetadata,
    client: &ClientIdentity,
    code: &CodeExchange<'_>,
) -> Result<ProviderRequest, FederationError> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code.code.expose_secret())
        .append_pair("redirect_uri", code.redirect_uri)
        .append_pair("code_verifier", code.verifier.expose_secret());
    let takes = |method: &str| {
        // A provider that does not say takes the secret in the header.
        metadata
            .client_authentication
            .as_ref()
            .map_or(method == "client_secret_basic", |all| all.iter().any(|one| one == method))
    };
    let authorization = match &client.secret {
        None => {
            form.append_pair("client_id", &client.id);
            None
        }
        Some(secret) if takes("client_secret_basic") => Some(basic(&client.id, secret)?),
        Some(secret) if takes("client_secret_post") => {
            form.append_pair("client_id", &client.id).append_pair("client_secret", secret.expose_secret());
            None
        }
        Some(_) => {
            let why = "it takes no client secret: make the client public there, or allow client_secret_basic";
            return Err(FederationError::document(WHAT, why));
        }
    };
    Ok(ProviderRequest {
        what: WHAT,
        url: metadata.token_endpoint.clone(),
        form: Some(form.finish()),
        authorization,
    })
}

/// Returns the header with id and secret, each form-encoded as RFC 6749 asks.
fn basic(id: &str, secret: &SecretString) -> Result<HeaderValue, FederationError> {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(id), encoded(secret.expose_secret()));
    let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair)))
        .map_err(|_| FederationError::document(WHAT, "the client's secret cannot be sent"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Returns the OAuth error code of an answer, if it is one: a word that holds nothing else.
fn error_code(answer: &ProviderAnswer) -> Option<String> {
    let refused: OAuthError = serde_json::from_slice(&answer.body).ok()?;
    let plain =
        refused.error.len() <= 40 && refused.error.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    plain.then_some(refused.error)
}
