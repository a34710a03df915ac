//! Signing in and stepping up.

use crate::ceremony::{BegunCeremony, Pending};
use crate::passkeys::{self, ASSURANCE, Passkeys, Signed};
use crate::token::{Secret, fresh_id};
use crate::{Authn, Refusal, SignedInAs};
use countersign_facts::{
    Actor, CredentialFact, Digest, EndReason, Fact, FederatedSession, Session, SessionFact,
};
use countersign_names::{Assurance, CredentialId, PersonId, SessionId, Timestamp};
use countersign_world::{Credential, Standing, World};
use http::HeaderMap;
use serde_json::Value;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use webauthn_rs::prelude::{DiscoverableAuthentication, PublicKeyCredential};

/// The response of an authenticator, verified once against a snapshot, and again if the passkey has changed since.
///
/// Verifying costs a signature check, so an attacker's invalid response is rejected before it reaches the single
/// writer. The counter must be verified against the passkey at the time when the fact is appended; otherwise two copies
/// of an authenticator that answer at the same moment would both succeed.
struct SignInProof {
    verifier: Arc<Passkeys>,
    answer: PublicKeyCredential,
    state: DiscoverableAuthentication,
    judged: Arc<Credential>,
    verdict: Signed,
}

impl SignInProof {
    fn judge(
        verifier: Arc<Passkeys>,
        answer: PublicKeyCredential,
        state: DiscoverableAuthentication,
        world: &World,
    ) -> Result<Self, Refusal> {
        let judged = credential(world, passkeys::id_of(&answer.raw_id))?.clone();
        let verdict = verifier.signed(&answer, &state, &judged)?;
        Ok(Self { verifier, answer, state, judged, verdict })
    }

    /// Returns the passkey as it is in `world`, and the fact to append about its use.
    fn stands(&self, world: &World) -> Result<(CredentialId, Option<Fact>), Refusal> {
        let id = self.judged.id;
        let now = credential(world, id)?;
        let moved = if now.passkey == self.judged.passkey {
            self.verdict.moved.clone()
        } else {
            self.verifier.signed(&self.answer, &self.state, now)?.moved
        };
        Ok((id, moved.map(|passkey| Fact::Credential(CredentialFact::Used { credential: id, passkey }))))
    }
}

fn credential(world: &World, id: CredentialId) -> Result<&Arc<Credential>, Refusal> {
    world.credential(id).ok_or_else(|| Refusal::PasskeyRefused { cause: format!("{id} is not registered") })
}

/// Checks that the person is known and not suspended.
pub fn active(world: &World, person: PersonId) -> Result<(), Refusal> {
    match world.person(person).map(|known| &known.standing) {
        Some(Standing::Active) => Ok(()),
        Some(Standing::Suspended(_)) => Err(Refusal::Suspended),
        None => Err(Refusal::PasskeyRefused { cause: format!("{person} is not in the inventory") }),
    }
}

impl Authn {
    /// Starts the ceremony for any registered passkey.
    pub(crate) fn ask_sign_in(&self, headers: &HeaderMap) -> Result<(BegunCeremony, Value), Refusal> {
        let asked = self.passkeys.ask_signature(None)?;
        let begun = self.ceremonies.begin(Pending::SignIn { state: asked.state }, headers, self.now())?;
        Ok((begun, asked.options))
    }

    /// Signs in the person who responded. An earlier session of this browser ends: it is not continued, which prevents
    /// session fixation.
    pub(crate) async fn sign_in(
        &self,
        ceremony: &str,
        answer: PublicKeyCredential,
        headers: &HeaderMap,
        address: Option<IpAddr>,
    ) -> Result<SignedInAs, Refusal> {
        let Pending::SignIn { state } = self.ceremonies.take(ceremony, headers, self.now())? else {
            return Err(Refusal::CeremonyOver);
        };
        if answer.get_user_unique_id().is_none() {
            return Err(Refusal::PasskeyRefused { cause: "there is no user handle".to_owned() });
        }
        let world = self.world();
        let proof = SignInProof::judge(self.passkeys.clone(), answer, state, &world)?;
        let person = proof.judged.person;
        active(&world, person)?;
        let (start, secret) = self.new_session(person, address, headers)?;
        let signed_in = SignedInAs { session: start.id, person, secret };
        self.command(Actor::Person(person), move |world, now| {
            active(world, person)?;
            let (credential, used) = proof.stands(world)?;
            let mut facts: Vec<Fact> = used.into_iter().collect();
            facts.extend(start.facts(world, credential, now, false));
            Ok((facts, ()))
        })
        .await?;
        tracing::info!(%person, session = %signed_in.session, "signed in");
        Ok(signed_in)
    }

    /// Starts the ceremony for one of the passkeys of the session's person.
    pub(crate) fn ask_step_up(
        &self,
        session: SessionId,
        headers: &HeaderMap,
    ) -> Result<(BegunCeremony, Value), Refusal> {
        let world = self.world();
        let person = world.session(session).ok_or(Refusal::NotSignedIn)?.person;
        let theirs: Vec<_> =
            world.credentials_of(person).filter_map(|known| passkeys::read(known).ok()).collect();
        let asked = self.passkeys.ask_signature(Some(&theirs))?;
        let begun =
            self.ceremonies.begin(Pending::StepUp { session, state: asked.state }, headers, self.now())?;
        Ok((begun, asked.options))
    }

    /// Records that the person of `session` proved their identity again.
    pub(crate) async fn step_up(
        &self,
        session: SessionId,
        ceremony: &str,
        answer: PublicKeyCredential,
        headers: &HeaderMap,
    ) -> Result<(), Refusal> {
        let pending = self.ceremonies.take(ceremony, headers, self.now())?;
        let state = match pending {
            Pending::StepUp { session: begun, state } if begun == session => state,
            _ => return Err(Refusal::CeremonyOver),
        };
        let world = self.world();
        let person = world.session(session).ok_or(Refusal::NotSignedIn)?.person;
        let proof = SignInProof::judge(self.passkeys.clone(), answer, state, &world)?;
        if proof.judged.person != person {
            return Err(Refusal::PasskeyRefused { cause: "it is another person's passkey".to_owned() });
        }
        self.command(Actor::Person(person), move |world, now| {
            world.session(session).filter(|known| now < known.expires_at).ok_or(Refusal::NotSignedIn)?;
            let (credential, used) = proof.stands(world)?;
            let mut facts: Vec<Fact> = used.into_iter().collect();
            facts.push(Fact::Session(SessionFact::SteppedUp { session, credential, assurance: ASSURANCE }));
            Ok((facts, ()))
        })
        .await
    }

    /// Prepares a session of `person`, which will replace the one that the browser has.
    pub(crate) fn new_session(
        &self,
        person: PersonId,
        address: Option<IpAddr>,
        headers: &HeaderMap,
    ) -> Result<(NewSession, Secret), Refusal> {
        let secret = Secret::draw()?;
        let start = NewSession {
            id: SessionId::new(fresh_id(self.now())?),
            person,
            digest: secret.digest(),
            address,
            life: self.config.session,
            replaces: self.session_here(headers).map(|session| session.id),
        };
        Ok((start, secret))
    }
}

/// A session that is about to start.
pub struct NewSession {
    pub id: SessionId,
    person: PersonId,
    digest: Digest,
    address: Option<IpAddr>,
    life: Duration,
    replaces: Option<SessionId>,
}

/// What a provider proved, and the facts that make the account the person's.
pub struct FederatedProof {
    pub facts: Vec<Fact>,
    pub link: CredentialId,
    pub assurance: Assurance,
    pub phishing_resistant: bool,
    pub authenticated_at: Option<Timestamp>,
    pub provider_session: Option<Digest>,
    /// The maximum length of the session; `None`: that of any session.
    pub longest: Option<Duration>,
}

impl NewSession {
    /// Returns the facts that start it with a provider's proof.
    pub fn federated(&self, world: &World, proof: FederatedProof, now: Timestamp) -> Vec<Fact> {
        let about = FederatedSession {
            person: self.person,
            link: proof.link,
            secret: self.digest,
            assurance: proof.assurance,
            phishing_resistant: proof.phishing_resistant,
            authenticated_at: proof.authenticated_at,
            provider_session: proof.provider_session,
            address: self.address,
            expires_at: now.plus(proof.longest.map_or(self.life, |longest| longest.min(self.life))),
        };
        let mut facts = proof.facts;
        facts.extend(self.ended(world, now, false));
        facts.push(Fact::Session(SessionFact::Federated { session: self.id, about }));
        facts
    }

    /// Returns the end of the session that it replaces. If all sessions of the person end with the same command
    /// (`clean`), that session is not ended a second time.
    fn ended(&self, world: &World, now: Timestamp, clean: bool) -> Option<Fact> {
        self.replaces
            .and_then(|old| world.session(old))
            .filter(|old| now < old.expires_at && !(clean && old.person == self.person))
            .map(|old| Fact::Session(SessionFact::Ended { session: old.id, reason: EndReason::SignedOut }))
    }

    /// Returns the facts that start it with a passkey; `clean`: all sessions of the person end with the same command.
    pub fn facts(&self, world: &World, credential: CredentialId, now: Timestamp, clean: bool) -> Vec<Fact> {
        let ended = self.ended(world, now, clean);
        let about = Session {
            person: self.person,
            credential,
            secret: self.digest,
            assurance: ASSURANCE,
            address: self.address,
            expires_at: now.plus(self.life),
        };
        ended.into_iter().chain([Fact::Session(SessionFact::Started { session: self.id, about })]).collect()
    }
}
