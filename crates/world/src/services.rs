//! Service accounts and their bearer tokens.

use crate::World;
use crate::clock::{EndedByClock, StepBack};
use crate::contradiction::Contradiction;
use crate::maps::{HashMap, TrackedMap};
use crate::people::Risk;
use countersign_facts::{Actor, Digest, Member, ServiceFact, Stated, TokenBinding};
use countersign_names::{ApplicationName, GroupName, PersonId, ServiceId, Timestamp, TokenId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A service account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The id.
    pub id: ServiceId,
    /// The name that people see.
    pub name: String,
    /// The person who is responsible for it.
    pub owner: PersonId,
    /// The purpose.
    pub purpose: String,
    /// The risk.
    pub risk: Risk,
    /// All groups of the service account, at any depth, sorted.
    pub groups: Vec<GroupName>,
}

/// The public part of a bearer token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// The id.
    pub id: TokenId,
    /// The service account.
    pub service: ServiceId,
    /// SHA-256 of the token.
    pub secret: Digest,
    /// The application for which the holder may request decisions.
    pub application: Option<ApplicationName>,
    /// When it expires.
    pub expires_at: Timestamp,
    /// SHA-256 of the public key that a connection must prove to use the token. `None`: any connection.
    pub key: Option<Digest>,
    /// The API commands that the holder may call.
    pub commands: BTreeSet<String>,
    /// Whether one person or service account issued it without a countersignature.
    pub issued_alone: bool,
}

/// The command by which a token is for provisioning: for pushing people and groups over SCIM, and for nothing else.
pub const PROVISIONING_COMMAND: &str = "scim.provision";

/// The resource of the control plane at which identity providers push people and groups.
pub const PROVISIONING_RESOURCE: &str = "countersign/provisioning";

impl Token {
    /// Returns whether the token is for provisioning.
    pub fn is_for_provisioning(&self) -> bool {
        self.application.is_none() && self.commands.contains(PROVISIONING_COMMAND)
    }
}

/// All service accounts and tokens.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Services {
    #[serde(with = "crate::maps::pairs")]
    pub(crate) by_id: TrackedMap<ServiceId, Arc<Service>>,
    #[serde(with = "crate::maps::pairs")]
    pub(crate) tokens: TrackedMap<TokenId, Arc<Token>>,
    #[serde(with = "crate::maps::pairs")]
    by_secret: HashMap<Digest, TokenId>,
}

impl Services {
    pub(crate) fn get(&self, service: ServiceId) -> Result<&Arc<Service>, Contradiction> {
        self.by_id.get(&service).ok_or_else(|| Contradiction::unknown("service", "service account", service))
    }

    pub(crate) fn change(
        &mut self,
        service: ServiceId,
        change: impl FnOnce(&mut Service),
    ) -> Result<(), Contradiction> {
        let mut next = Service::clone(self.get(service)?);
        change(&mut next);
        self.by_id.insert(service, Arc::new(next));
        Ok(())
    }

    pub(crate) fn token(&self, secret: &Digest) -> Option<&Arc<Token>> {
        self.by_secret.get(secret).and_then(|id| self.tokens.get(id))
    }

    /// Drops the tokens that had ended. The others keep the rest of their life.
    pub(crate) fn step_back(&mut self, step: StepBack, ended: &mut EndedByClock) {
        let mut all: Vec<_> = self.tokens.values().cloned().collect();
        all.sort_unstable_by_key(|token| token.id);
        for token in all {
            if step.had_ended(token.expires_at) {
                // It was just listed, so it exists.
                let _gone = self.drop_token(token.id);
                ended.tokens.push(token.id);
                continue;
            }
            let expires_at = step.shifted(token.expires_at);
            if expires_at != token.expires_at {
                ended.shortened_tokens.push(token.id);
                self.tokens.insert(token.id, Arc::new(Token { expires_at, ..Token::clone(&token) }));
            }
        }
    }

    fn drop_token(&mut self, token: TokenId) -> Result<(), Contradiction> {
        let gone =
            self.tokens.remove(&token).ok_or_else(|| Contradiction::unknown("token", "token", token))?;
        self.by_secret.remove(&gone.secret);
        Ok(())
    }
}

/// Folds in facts about service accounts.
pub fn apply(world: &mut World, stated: &Stated, fact: &ServiceFact) -> Result<(), Contradiction> {
    match fact {
        ServiceFact::Added { service, name, owner, purpose } => {
            world.people.get(*owner)?;
            if world.services.by_id.contains_key(service) {
                return Err(Contradiction::taken(
                    "service",
                    format!("the inventory already contains {service}"),
                ));
            }
            if name.trim().is_empty() {
                return Err(Contradiction::impossible(
                    "name",
                    "the name of the service account is empty: give it one",
                ));
            }
            if world.services.by_id.values().any(|known| known.name == *name) {
                return Err(Contradiction::taken(
                    "name",
                    format!("the service account {name:?} already exists"),
                ));
            }
            let added = Service {
                id: *service,
                name: name.clone(),
                owner: *owner,
                purpose: purpose.clone(),
                risk: Risk::NONE,
                groups: world.groups.ancestors(&Member::Service(*service)),
            };
            world.services.by_id.insert(*service, Arc::new(added));
            Ok(())
        }
        ServiceFact::Removed { service } => {
            world.services.get(*service)?;
            world.services.by_id.remove(service);
            let theirs: Vec<_> =
                world.services.tokens.values().filter(|t| t.service == *service).map(|t| t.id).collect();
            theirs.into_iter().try_for_each(|token| world.services.drop_token(token))?;
            world.groups.forget(&Member::Service(*service));
            Ok(())
        }
        ServiceFact::TokenIssued { token, service, secret, application, expires_at } => {
            world.services.get(*service)?;
            if world.services.tokens.contains_key(token) || world.services.by_secret.contains_key(secret) {
                return Err(Contradiction::taken("token", format!("the token {token} was already issued")));
            }
            if let Some(application) = application
                && world.application(application.as_str()).is_none()
            {
                return Err(Contradiction::unknown("application", "application", application));
            }
            let issued = Token {
                id: *token,
                service: *service,
                secret: *secret,
                application: application.clone(),
                expires_at: *expires_at,
                key: None,
                commands: BTreeSet::new(),
                issued_alone: world.proposals.carrying().is_none()
                    && matches!(stated.by, Actor::Person(_) | Actor::Service(_)),
            };
            world.services.by_secret.insert(*secret, *token);
            world.services.tokens.insert(*token, Arc::new(issued));
            Ok(())
        }
        ServiceFact::TokenBound(TokenBinding { token, key, commands }) => {
            let known = world.services.tokens.get(token);
            let mut bound =
                Token::clone(known.ok_or_else(|| Contradiction::unknown("token", "token", token))?);
            if bound.key.is_some() || !bound.commands.is_empty() {
                return Err(Contradiction::taken("token", format!("the token {token} was already bound")));
            }
            (bound.key, bound.commands) = (*key, commands.clone());
            world.services.tokens.insert(*token, Arc::new(bound));
            Ok(())
        }
        ServiceFact::TokenRevoked { token } => world.services.drop_token(*token),
    }
}

impl World {
    /// Returns whether this token may call no commands, because one person alone issued it and its service account
    /// administers or approves now, whether or not it did then. The issuer may still hold the token, and would command
    /// alone.
    pub fn lacks_second_person(&self, token: &Token) -> bool {
        token.issued_alone && self.guarded().service(self, token.service)
    }
}
