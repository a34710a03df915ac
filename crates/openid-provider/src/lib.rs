//! The OpenID provider over HTTP: authorizations decided like accesses, tokens issued, refreshed and ended, and clients told
//! that a session ended.
//!
//! Every authorization, every exchange of a code and every refresh is decided by `admission` as an access of the session to
//! the client's application, and recorded. A session that ended, a person who is suspended and a policy that denies end
//! tokens as they end accesses: nothing is refreshed, and an access token lives for five minutes.
//!
//! This room must not know policies, how anybody signs in, or where the signing key is kept: [`TokenSigner`] signs.
//! Authorizations are rows beside the journal, not facts: they are many, they end with their session, and their loss only
//! makes a client ask again.
//!
//! * [`OpenIdProvider`] has the parts.
//! * [`router`] serves the sign-in host.
//! * [`OpenIdProvider::tell_clients`] tells clients of ended sessions.
//!
//! `docs/openid-provider.md` describes the flows, the limits and what is stored.

mod answer;
mod authorize;
mod decide;
mod grants;
mod issue;
mod logout;
mod random;
mod revoke;
mod router;
mod stored;
mod tables;
mod tell;
mod token;
mod userinfo;

pub use countersign_openid::TokenKind;
pub use router::{ProvedKey, router};
pub use tables::AuthorizationTables;
pub use tell::LogoutPace;

use countersign_admission::{Admission, Snapshot};
use countersign_authn::{Authn, OtherPages};
use countersign_federation::ProviderClient;
use countersign_names::OpenIdClientName;
use countersign_openid::OwnKeys;
use countersign_world::{RegisteredOpenIdClient, Session};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// How long a key that was replaced is still believed here: it signs for a minute more, and a token lives for five.
const REPLACED_KEY: Duration = Duration::from_secs(420);

/// Signs tokens with the key that the key set announces.
pub trait TokenSigner: Send + Sync + 'static {
    /// Returns the signed token, with this `typ` in its header.
    ///
    /// # Errors
    /// If it cannot be signed.
    fn sign(&self, kind: TokenKind, claims: &Value) -> Result<String, CannotSign>;
}

/// A token could not be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a token cannot be signed")]
pub struct CannotSign;

/// The parts of the OpenID provider. One per process.
pub struct OpenIdProvider {
    authn: Arc<Authn>,
    admission: Admission,
    tables: AuthorizationTables,
    signer: Arc<dyn TokenSigner>,
    clients: ProviderClient,
    pages: OtherPages,
    issuer: String,
    /// The address of the page at which a person asks for a grant.
    grant_link: String,
}

impl OpenIdProvider {
    /// Joins the parts. `clients` posts logout tokens; `grant_link` is where a person asks for a grant.
    pub fn new(
        authn: Arc<Authn>,
        admission: Admission,
        tables: AuthorizationTables,
        signer: Arc<dyn TokenSigner>,
        clients: ProviderClient,
        grant_link: String,
    ) -> Self {
        let issuer = authn.config().origin.as_str().to_owned();
        let pages = OtherPages::new(&authn);
        Self { authn, admission, tables, signer, clients, pages, issuer, grant_link }
    }

    /// Returns the keys whose signatures are believed now.
    fn keys(&self, snapshot: &Snapshot) -> OwnKeys {
        let now = snapshot.at();
        let believed = snapshot
            .world()
            .assertion_keys()
            .filter(|key| key.rotated_at.is_none_or(|rotated_at| now < rotated_at.plus(REPLACED_KEY)));
        OwnKeys::of(believed.map(|key| &key.jwk))
    }
}

/// Returns the client with this id.
fn client<'a>(snapshot: &'a Snapshot, id: &str) -> Option<&'a Arc<RegisteredOpenIdClient>> {
    snapshot.world().openid_client(&OpenIdClientName::of_client_id(id)?)
}

/// Returns the session, if it goes on.
fn going_on(snapshot: &Snapshot, session: countersign_names::SessionId) -> Option<&Arc<Session>> {
    snapshot.world().session(session).filter(|known| snapshot.at() < known.expires_at)
}
