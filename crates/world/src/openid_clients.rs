//! OpenID clients: programs that sign people in with this installation.

use crate::contradiction::Contradiction;
use crate::{CONTROL_PLANE, World};
use countersign_facts::{Digest, OpenIdClient, OpenIdClientFact, Stated};
use countersign_names::{ApplicationName, OpenIdClientName, Timestamp};
use imbl::{OrdMap, OrdSet};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A declared OpenID client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredOpenIdClient {
    /// The name.
    pub name: OpenIdClientName,
    /// The declaration.
    pub about: OpenIdClient,
    /// When it was declared in this form.
    pub declared_at: Timestamp,
    /// SHA-256 of its secret, and when the secret was issued; `None` if it has none yet, or is public.
    pub secret: Option<(Digest, Timestamp)>,
}

/// All OpenID clients.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct OpenIdClients {
    #[serde(with = "crate::maps::pairs")]
    by_name: OrdMap<OpenIdClientName, Arc<RegisteredOpenIdClient>>,
    /// Names that can never be used again.
    withdrawn: OrdSet<OpenIdClientName>,
}

impl OpenIdClients {
    /// Returns whether no client was ever declared.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_name.is_empty() && self.withdrawn.is_empty()
    }

    fn get(&self, client: &OpenIdClientName) -> Result<&Arc<RegisteredOpenIdClient>, Contradiction> {
        self.by_name.get(client).ok_or_else(|| Contradiction::unknown("client", "OpenID client", client))
    }

    fn withdraw(&mut self, client: &OpenIdClientName) -> Result<(), Contradiction> {
        self.get(client)?;
        self.by_name.remove(client);
        self.withdrawn.insert(client.clone());
        Ok(())
    }

    /// Withdraws the clients of an application that is removed.
    pub(crate) fn forget(&mut self, application: &ApplicationName) {
        let theirs = self.by_name.values().filter(|known| known.about.application == *application);
        let theirs: Vec<_> = theirs.map(|known| known.name.clone()).collect();
        for client in theirs {
            // It was just listed, so it exists.
            let _gone = self.withdraw(&client);
        }
    }

    fn declare(
        &mut self,
        name: &OpenIdClientName,
        about: &OpenIdClient,
        at: Timestamp,
    ) -> Result<(), Contradiction> {
        if self.withdrawn.contains(name) {
            let why =
                format!("the client {name} was withdrawn, and its name is never used again: use another");
            return Err(Contradiction::over("client", why));
        }
        let before = self.by_name.get(name);
        if before.is_some_and(|known| known.about.application != about.application) {
            let why = "a client stays with its application: declare a client with another name";
            return Err(Contradiction::impossible("application", why));
        }
        let secret = before.and_then(|known| known.secret).filter(|_| !about.public);
        let declared =
            RegisteredOpenIdClient { name: name.clone(), about: about.clone(), declared_at: at, secret };
        self.by_name.insert(name.clone(), Arc::new(declared));
        Ok(())
    }

    fn issue(&mut self, name: &OpenIdClientName, secret: Digest, at: Timestamp) -> Result<(), Contradiction> {
        let known = self.get(name)?;
        if known.about.public {
            let why = format!("{name} is public, and has no secret: declare it again with public = false");
            return Err(Contradiction::impossible("client", why));
        }
        let next = RegisteredOpenIdClient { secret: Some((secret, at)), ..(**known).clone() };
        self.by_name.insert(name.clone(), Arc::new(next));
        Ok(())
    }
}

/// Folds in facts about OpenID clients.
pub fn apply(world: &mut World, stated: &Stated, fact: &OpenIdClientFact) -> Result<(), Contradiction> {
    match fact {
        OpenIdClientFact::Declared { client, about } => {
            let application = &about.application;
            if application.as_str() == CONTROL_PLANE {
                let why = "the control plane signs people in itself: name another application";
                return Err(Contradiction::impossible("application", why));
            }
            if world.application(application.as_str()).is_none() {
                return Err(Contradiction::unknown("application", "application", application));
            }
            world.openid_clients.declare(client, about, stated.at)
        }
        OpenIdClientFact::SecretIssued { client, secret } => {
            world.openid_clients.issue(client, *secret, stated.at)
        }
        OpenIdClientFact::Withdrawn { client } => world.openid_clients.withdraw(client),
    }
}

impl World {
    /// Returns an OpenID client by name.
    pub fn openid_client(&self, client: &OpenIdClientName) -> Option<&Arc<RegisteredOpenIdClient>> {
        self.openid_clients.by_name.get(client)
    }

    /// Returns all OpenID clients, by name.
    pub fn openid_clients(&self) -> impl Iterator<Item = &Arc<RegisteredOpenIdClient>> {
        self.openid_clients.by_name.values()
    }
}
