//! OpenID providers, links to accounts there, and the sessions that they start, as facts state them.

use crate::{Digest, PersonKind};
use countersign_names::{Assurance, CredentialId, InvitationId, PersonId, ProviderName, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The declaration of an OpenID provider. It holds no secret: the configuration of a process names the file of the
/// client secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityProvider {
    /// The title on the sign-in page.
    pub title: String,
    /// The issuer identifier, exactly as the provider writes it.
    pub issuer: String,
    /// The client id that the provider gave this installation.
    pub client_id: String,
    /// The scopes to request beside `openid`.
    pub scopes: BTreeSet<String>,
    /// The mail domains for which the provider is authoritative: a verified address in one of them identifies a person.
    pub domains: BTreeSet<String>,
    /// The kind of the people with a verified address in one of these domains who are added at their first sign-in. `None`:
    /// nobody is added.
    pub creates_people: Option<PersonKind>,
    /// What the provider's statements about an authentication are worth. The first rule that matches counts; without one
    /// the assurance is the lowest.
    pub assurance: Vec<AssuranceRule>,
    /// The maximum age in seconds of an authentication at the provider when a person signs in with it. `None`: any.
    pub max_age: Option<u64>,
    /// The maximum length in seconds of a session that the provider started. `None`: that of any session.
    pub session: Option<u64>,
}

/// What a provider's statement about an authentication is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssuranceRule {
    /// The authentication context class (`acr`) that the ID token must state. `None`: any.
    pub acr: Option<String>,
    /// The authentication methods (`amr`) that the ID token must all state.
    pub amr: BTreeSet<String>,
    /// The assurance level that it is worth.
    pub assurance: Assurance,
    /// Whether it resists phishing.
    pub phishing_resistant: bool,
}

/// An account at a provider, and the person whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderLink {
    /// The provider.
    pub provider: ProviderName,
    /// The account there: the `sub` of its ID tokens.
    pub subject: String,
    /// The person.
    pub person: PersonId,
    /// The invitation that it used up, if there was one.
    pub invitation: Option<InvitationId>,
}

/// What a session that a provider started is based on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FederatedSession {
    /// The person who signed in.
    pub person: PersonId,
    /// The link by which the provider identified them.
    pub link: CredentialId,
    /// SHA-256 of the cookie's value at the sign-in host.
    pub secret: Digest,
    /// The assurance level of the authentication, by the provider's declaration.
    pub assurance: Assurance,
    /// Whether it resisted phishing, by the provider's declaration.
    pub phishing_resistant: bool,
    /// When the person authenticated at the provider. `None`: the provider did not say.
    pub authenticated_at: Option<Timestamp>,
    /// SHA-256 of the provider's id of its own session, if it stated one.
    pub provider_session: Option<Digest>,
    /// The client's address at the sign-in.
    pub address: Option<IpAddr>,
    /// When the session expires.
    pub expires_at: Timestamp,
}
