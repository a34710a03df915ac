//! The signed assertion of who the requester is, which the application behind the gate can verify.
//!
//! It is a JWT under ES256, valid for 60 seconds, for one application. It contains no path and no decision, so that one
//! assertion can serve all requests of a session for a while: signing takes longer than everything else that the gate
//! does for a request. The decision's id goes beside it, in its own header.

use arc_swap::ArcSwap;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_names::{
    ApplicationName, CheckResult, DecisionId, PostureCheck, Principal, SessionId, Timestamp,
};
use countersign_world::{Device, Person, Session};
use http::HeaderValue;
use parking_lot::Mutex;
use secrecy::{ExposeSecret as _, SecretSlice};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// How long an assertion is valid.
pub const LIFETIME: Duration = Duration::from_secs(60);

/// How long an assertion is reused. With [`LIFETIME`] this leaves 40 seconds for clocks that differ and for slow
/// applications.
const REUSE: Duration = Duration::from_secs(20);

/// Maximum number of cached assertions. Beyond it the cache is emptied, which costs a signature for each.
const KEPT: usize = 20_000;

/// Why there is no key, or no assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// The bytes are not a PKCS #8 private key on P-256.
    #[error(
        "the assertion key is not a PKCS #8 private key on P-256: remove the file to have a new one made"
    )]
    Key,
    /// The system has no randomness, or signing failed.
    #[error("the assertion could not be signed")]
    Signing,
}

/// The key that signs assertions.
pub struct AssertionKey {
    pkcs8: SecretSlice<u8>,
    pair: EcdsaKeyPair,
    kid: String,
    random: SystemRandom,
}

impl AssertionKey {
    /// Generates a new key.
    ///
    /// # Errors
    /// If the system has no randomness.
    pub fn generate() -> Result<Self, AssertionError> {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map_err(|_| AssertionError::Signing)?;
        Self::from_pkcs8(made.as_ref().to_vec().into())
    }

    /// Reads the key from these stored bytes (PKCS #8, DER).
    ///
    /// # Errors
    /// If they are not a private key on P-256.
    pub fn from_pkcs8(pkcs8: SecretSlice<u8>) -> Result<Self, AssertionError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.expose_secret())
            .map_err(|_| AssertionError::Key)?;
        let (x, y) = coordinates(&pair).ok_or(AssertionError::Key)?;
        // The key's id is its RFC 7638 thumbprint, so it can be computed from the key.
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, canonical.as_bytes());
        let kid = URL_SAFE_NO_PAD.encode(digest);
        Ok(Self { pkcs8, pair, kid, random: SystemRandom::new() })
    }

    /// Returns the key as bytes to store (PKCS #8, DER), in a file that no other user can read.
    pub const fn to_pkcs8(&self) -> &SecretSlice<u8> {
        &self.pkcs8
    }

    /// Returns the key's id: its RFC 7638 thumbprint.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Returns the public key as a JWK, for the JWKS document.
    pub fn public_jwk(&self) -> serde_json::Value {
        let (x, y) = coordinates(&self.pair).unwrap_or_default();
        serde_json::json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": self.kid, "x": x, "y": y,
        })
    }

    /// Signs a token with this `typ` in its header.
    ///
    /// # Errors
    /// If signing fails.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, AssertionError> {
        let header = serde_json::json!({ "alg": "ES256", "typ": typ, "kid": self.kid });
        let claims = serde_json::to_vec(claims).map_err(|_| AssertionError::Signing)?;
        let mut token = URL_SAFE_NO_PAD.encode(header.to_string());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature =
            self.pair.sign(&self.random, token.as_bytes()).map_err(|_| AssertionError::Signing)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

impl std::fmt::Debug for AssertionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AssertionKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// Returns the two coordinates of the public key, in base64url; its encoding is a 4 and 32 bytes of each.
fn coordinates(pair: &EcdsaKeyPair) -> Option<(String, String)> {
    let (x, y) = pair.public_key().as_ref().strip_prefix(&[4])?.split_at_checked(32)?;
    Some((URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y)))
}

/// The subject of an assertion: the principal, and what the world knows about it.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The requester.
    pub principal: Principal,
    /// The user's record, if the principal is a user.
    pub person: Option<Arc<Person>>,
    /// The session of the requester.
    pub session: Option<Arc<Session>>,
    /// The device whose key this connection proved.
    pub device: Option<Arc<Device>>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: String,
    jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    groups: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assurance: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<DeviceClaim>,
}

#[derive(Serialize)]
struct DeviceClaim {
    id: String,
    managed: bool,
    compliant: bool,
}

/// What a cached assertion was made from: the same inputs give the same claims.
#[derive(Debug, PartialEq, Eq, Hash)]
struct AssertionCacheKey {
    principal: Principal,
    session: Option<SessionId>,
    application: ApplicationName,
}

#[derive(Debug)]
struct CachedAssertion {
    token: HeaderValue,
    made_at: Timestamp,
    subject: Subject,
}

/// Creates assertions, and signs as rarely as possible.
#[derive(Debug)]
pub struct Asserter {
    key: ArcSwap<AssertionKey>,
    issuer: String,
    kept: Mutex<HashMap<AssertionCacheKey, CachedAssertion>>,
}

impl Asserter {
    /// Creates an asserter that signs with `key`, with `issuer` (the origin of the sign-in host) as the issuer.
    pub fn new(key: AssertionKey, issuer: String) -> Self {
        Self { key: ArcSwap::from_pointee(key), issuer, kept: Mutex::new(HashMap::new()) }
    }

    /// Returns the current signing key.
    pub fn key(&self) -> Arc<AssertionKey> {
        self.key.load_full()
    }

    /// Signs with `key` from now on. Assertions signed with the previous key are not reused.
    pub fn sign_with(&self, key: AssertionKey) {
        self.key.store(Arc::new(key));
        self.kept.lock().clear();
    }

    /// Returns an assertion of `subject` to `application`, as a header value; `decision` becomes the token's id if a
    /// new one is signed.
    ///
    /// # Errors
    /// If signing fails.
    pub fn assert(
        &self,
        subject: &Subject,
        application: &ApplicationName,
        decision: DecisionId,
        now: Timestamp,
    ) -> Result<HeaderValue, AssertionError> {
        let made = AssertionCacheKey {
            principal: subject.principal,
            session: subject.session.as_ref().map(|session| session.id),
            application: application.clone(),
        };
        if let Some(kept) = self.kept.lock().get(&made)
            && kept.holds(subject, now)
        {
            return Ok(kept.token.clone());
        }
        let key = self.key();
        let signed = key.sign("JWT", &self.claims(subject, application, decision, now))?;
        let mut token = HeaderValue::try_from(signed).map_err(|_| AssertionError::Signing)?;
        token.set_sensitive(true);
        let mut kept = self.kept.lock();
        // Another key may have been set meanwhile; the cache must not keep what the old one signed.
        if !Arc::ptr_eq(&key, &self.key()) {
            return Ok(token);
        }
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(made, CachedAssertion { token: token.clone(), made_at: now, subject: subject.clone() });
        Ok(token)
    }

    fn claims<'a>(
        &'a self,
        subject: &'a Subject,
        application: &'a ApplicationName,
        decision: DecisionId,
        now: Timestamp,
    ) -> Claims<'a> {
        let person = subject.person.as_deref();
        let session = subject.session.as_deref();
        Claims {
            iss: &self.issuer,
            aud: application.as_str(),
            sub: subject.principal.to_string(),
            jti: decision.to_string(),
            iat: now.as_seconds(),
            nbf: now.as_seconds(),
            exp: now.plus(LIFETIME).as_seconds(),
            email: person.map(|person| person.about.email.as_str()),
            name: person.map(|person| person.about.name.as_str()),
            groups: person
                .into_iter()
                .flat_map(|person| person.groups.iter().map(|group| group.as_str()))
                .collect(),
            assurance: session.map(|session| session.assurance.as_str()),
            auth_time: session.map(|session| session.proved_at.as_seconds()),
            device: subject.device.as_deref().map(DeviceClaim::of),
        }
    }
}

impl DeviceClaim {
    fn of(device: &Device) -> Self {
        let compliant =
            PostureCheck::ALL.iter().all(|check| device.checks.get(check) == Some(&CheckResult::Pass));
        Self { id: device.id.to_string(), managed: device.about.managed, compliant }
    }
}

impl CachedAssertion {
    fn holds(&self, subject: &Subject, now: Timestamp) -> bool {
        now >= self.made_at && now.since(self.made_at) < REUSE && self.subject.is_same(subject)
    }
}

impl Subject {
    /// The world replaces its records and never changes them, so the same pointers mean the same claims.
    fn is_same(&self, other: &Self) -> bool {
        fn same<T>(one: Option<&Arc<T>>, other: Option<&Arc<T>>) -> bool {
            match (one, other) {
                (None, None) => true,
                (Some(one), Some(other)) => Arc::ptr_eq(one, other),
                _ => false,
            }
        }
        self.principal == other.principal
            && same(self.person.as_ref(), other.person.as_ref())
            && same(self.session.as_ref(), other.session.as_ref())
            && same(self.device.as_ref(), other.device.as_ref())
    }
}

#[cfg(test)]
mod tests;
