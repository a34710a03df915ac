//! Back-channel logout: a provider ends the sessions that it started.

use crate::federated::{failed, issuer_of};
use crate::token::sha256;
use crate::{Authn, Refusal};
use countersign_facts::{Actor, EndReason, Fact, SessionFact};
use countersign_federation::{FederationError, LogoutToken};
use countersign_names::{ProviderName, Timestamp};
use countersign_world::{Session, World};
use std::sync::Arc;

impl Authn {
    /// Ends the sessions that a provider's logout token names. Returns how many there were.
    pub(crate) async fn provider_logout(&self, name: &str, token: &str) -> Result<usize, Refusal> {
        let federation = self.federation()?;
        let provider = self.declared_provider(name)?;
        let (about, now) = (&provider.about, self.now());
        let checked = federation.providers.logout(&issuer_of(about)?, &about.client_id, token, now).await;
        let checked = checked.map_err(|error| match error {
            FederationError::Token(why) => Refusal::BadLogout { cause: why.to_string() },
            other => failed(&about.title, other),
        })?;
        let id = sha256(format!("{}\n{}", provider.name, checked.id).as_bytes());
        if !federation.logouts.insert(id, now) {
            return Err(Refusal::BadLogout { cause: "the token was used before".to_owned() });
        }
        let named = provider.name.clone();
        let actor = Actor::System(format!("provider {named}"));
        let ended = self.command(actor, move |world, now| {
            let sessions: Vec<_> = ending(world, &named, &checked, now).map(|session| session.id).collect();
            let ended = sessions.iter().map(|session| {
                Fact::Session(SessionFact::Ended { session: *session, reason: EndReason::ProviderEnded })
            });
            Ok((ended.collect(), sessions.len()))
        });
        match ended.await {
            Ok(ended) => {
                tracing::info!(provider = %provider.name, ended, "a provider ended its sessions");
                Ok(ended)
            }
            Err(refusal) => {
                // Nothing ended, so the provider may send the token again.
                federation.logouts.forget(&id);
                Err(refusal)
            }
        }
    }
}

/// Returns the sessions that the token ends: the one that it names, or all of the account.
fn ending<'a>(
    world: &'a World,
    provider: &'a ProviderName,
    token: &'a LogoutToken,
    now: Timestamp,
) -> impl Iterator<Item = &'a Arc<Session>> {
    let named = token.session.as_deref().map(|sid| sha256(sid.as_bytes()));
    world.sessions_of_provider(provider, now).filter(move |session| {
        let start = session.federated.as_ref();
        let same_session = named.is_none_or(|named| start.and_then(|it| it.provider_session) == Some(named));
        let subject = token.subject.as_deref();
        let same_account = subject.is_none_or(|subject| {
            world.linked_account(session.begun_by).is_some_and(|link| link.subject == subject)
        });
        same_session && same_account
    })
}
