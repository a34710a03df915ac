//! The documents and keys of providers, cached, and fetched again at a bounded rate.

use crate::error::{FederationError, TokenError};
use crate::exchange::{ClientIdentity, CodeExchange, exchange};
use crate::fetch::{ProviderFetch, ProviderRequest, WHOLE};
use crate::issuer::Issuer;
use crate::keys::ProviderKeys;
use crate::metadata::ProviderMetadata;
use crate::token::{ExpectedToken, IdToken, LogoutToken, check_id_token, check_logout_token};
use countersign_names::Timestamp;
use parking_lot::Mutex;
use rustls::ClientConfig;
use secrecy::ExposeSecret;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How long documents and keys are used before they are fetched again.
const FRESH: Duration = Duration::from_secs(3600);
/// Minimum time between two fetches of keys because of a token with an unknown key.
const REFETCH: Duration = Duration::from_secs(30);
/// Minimum time between two attempts after one that failed.
const RETRY: Duration = Duration::from_secs(5);

/// Asks providers. One per process.
pub struct ProviderClient {
    fetch: ProviderFetch,
    cached: Mutex<HashMap<Issuer, Arc<tokio::sync::Mutex<CachedSlot>>>>,
}

/// What is cached of one provider. The lock is held while it is fetched, so that a crowd of people fetches once.
#[derive(Default)]
struct CachedSlot {
    known: Option<(Arc<CachedProvider>, Timestamp)>,
    failed: Option<(FederationError, Timestamp)>,
}

/// A provider's documents and keys.
#[derive(Debug)]
pub struct CachedProvider {
    /// The discovery document.
    pub metadata: ProviderMetadata,
    keys: ProviderKeys,
}

impl ProviderClient {
    /// Connects with these settings of TLS.
    pub fn new(tls: Arc<ClientConfig>) -> Self {
        Self::waiting_at_most(tls, WHOLE)
    }

    /// As [`ProviderClient::new`], with another maximum time of each request than five seconds.
    pub fn waiting_at_most(tls: Arc<ClientConfig>, limit: Duration) -> Self {
        Self { fetch: ProviderFetch::new(tls, limit), cached: Mutex::default() }
    }

    /// Returns the documents and keys of a provider.
    ///
    /// # Errors
    /// If they are not cached, and cannot be fetched or are not valid.
    pub async fn provider(
        &self,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Result<Arc<CachedProvider>, FederationError> {
        self.younger_than(issuer, FRESH, now).await
    }

    /// Posts a logout token to a client of ours, and returns the status of its answer.
    ///
    /// # Errors
    /// If the client cannot be reached.
    pub async fn post_logout(&self, url: Url, token: &str) -> Result<u16, FederationError> {
        let form =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("logout_token", token).finish();
        let request =
            ProviderRequest { what: "back-channel logout", url, form: Some(form), authorization: None };
        Ok(self.fetch.send(request).await?.status)
    }

    /// Exchanges the code and checks the ID token that came for it.
    ///
    /// # Errors
    /// If the provider refuses the code or cannot be reached, or the token is not valid.
    pub async fn sign_in(
        &self,
        issuer: &Issuer,
        client: &ClientIdentity,
        code: &CodeExchange<'_>,
        nonce: &str,
        now: Timestamp,
    ) -> Result<IdToken, FederationError> {
        let known = self.provider(issuer, now).await?;
        let tokens = exchange(&self.fetch, &known.metadata, client, code).await?;
        let access_token = tokens.access_token.as_ref().map(|token| token.expose_secret().to_owned());
        let check = |known: &CachedProvider| {
            let token = tokens.id_token.expose_secret();
            let expected = known.expected(&client.id);
            check_id_token(token, access_token.as_deref(), nonce, &known.keys, &expected, now)
        };
        self.with_newer_keys(issuer, &known, now, check).await
    }

    /// Checks a logout token of a provider.
    ///
    /// # Errors
    /// If the provider cannot be reached, or the token is not valid.
    pub async fn logout(
        &self,
        issuer: &Issuer,
        client_id: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<LogoutToken, FederationError> {
        let known = self.provider(issuer, now).await?;
        let check =
            |known: &CachedProvider| check_logout_token(token, &known.keys, &known.expected(client_id), now);
        self.with_newer_keys(issuer, &known, now, check).await
    }

    /// Checks a token; once more with newer keys if its key is unknown.
    async fn with_newer_keys<T>(
        &self,
        issuer: &Issuer,
        known: &CachedProvider,
        now: Timestamp,
        check: impl Fn(&CachedProvider) -> Result<T, TokenError>,
    ) -> Result<T, FederationError> {
        match check(known) {
            Err(TokenError::UnknownKey) => {
                let newer = self.younger_than(issuer, REFETCH, now).await?;
                Ok(check(&newer)?)
            }
            outcome => Ok(outcome?),
        }
    }

    async fn younger_than(
        &self,
        issuer: &Issuer,
        age: Duration,
        now: Timestamp,
    ) -> Result<Arc<CachedProvider>, FederationError> {
        let slot = self.cached.lock().entry(issuer.clone()).or_default().clone();
        let mut slot = slot.lock().await;
        if let Some((known, at)) = &slot.known
            && now.since(*at) < age
        {
            return Ok(known.clone());
        }
        if let Some((error, at)) = &slot.failed
            && now.since(*at) < RETRY
        {
            return Err(error.clone());
        }
        match self.fetched(issuer).await {
            Ok(known) => {
                let known = Arc::new(known);
                *slot = CachedSlot { known: Some((known.clone(), now)), failed: None };
                Ok(known)
            }
            Err(error) => {
                slot.failed = Some((error.clone(), now));
                Err(error)
            }
        }
    }

    async fn fetched(&self, issuer: &Issuer) -> Result<CachedProvider, FederationError> {
        const DISCOVERY: &str = "discovery document";
        let address = issuer
            .endpoint(&issuer.discovery())
            .map_err(|why| FederationError::Document { what: DISCOVERY, why: why.to_owned() })?;
        let metadata = ProviderMetadata::parse(issuer, &self.document(DISCOVERY, address).await?)?;
        let keys = ProviderKeys::parse(&self.document("keys", metadata.jwks_uri.clone()).await?)?;
        Ok(CachedProvider { metadata, keys })
    }

    async fn document(&self, what: &'static str, url: Url) -> Result<bytes::Bytes, FederationError> {
        let answer = self.fetch.send(ProviderRequest { what, url, form: None, authorization: None }).await?;
        if answer.status == 200 {
            Ok(answer.body)
        } else {
            Err(FederationError::Status { what, status: answer.status, error: None })
        }
    }
}

impl CachedProvider {
    fn expected<'a>(&'a self, client_id: &'a str) -> ExpectedToken<'a> {
        ExpectedToken {
            issuer: self.metadata.issuer.as_str(),
            client_id,
            algorithms: self.metadata.algorithms.as_deref(),
        }
    }
}
