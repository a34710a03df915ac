//! Registering passkeys by invitation or within a session, and their removal by the owner.

use crate::ceremony::{BegunCeremony, Pending};
use crate::sessions::going_on;
use crate::signing_in::active;
use crate::token::Secret;
use crate::{Authn, Refusal, SignedInAs, passkeys};
use countersign_facts::{Actor, CredentialFact, Fact, InvitationPurpose};
use countersign_names::{CredentialId, SessionId, Timestamp};
use countersign_world::{Invitation, Session, World};
use http::HeaderMap;
use serde_json::Value;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use webauthn_rs::prelude::{Passkey, RegisterPublicKeyCredential};

/// Maximum length of a passkey's name, in characters.
const LONGEST_NAME: usize = 60;

/// The person that an invitation is for, as its holder sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitee {
    /// The name.
    pub name: String,
    /// The mail address.
    pub email: String,
    /// Whether it is a recovery, which removes the person's other passkeys.
    pub recovery: bool,
    /// When the invitation expires.
    pub expires_at: Timestamp,
}

/// The result of an enrolment, which also signs the person in.
pub struct Enrolled {
    /// The registered passkey.
    pub credential: CredentialId,
    /// The session that was started.
    pub signed_in: SignedInAs,
}

impl Authn {
    /// Returns the person that an invitation is for.
    ///
    /// # Errors
    /// [`Refusal::InvitationOver`], whatever the reason.
    pub fn invitee(&self, secret: &Secret) -> Result<Invitee, Refusal> {
        let world = self.world();
        let invitation = open_invitation(&world, secret, self.now())?;
        let person = world.person(invitation.person).ok_or(Refusal::InvitationOver)?;
        Ok(Invitee {
            name: person.about.name.clone(),
            email: person.about.email.clone(),
            recovery: invitation.purpose == InvitationPurpose::Recover,
            expires_at: invitation.expires_at,
        })
    }

    /// Starts the ceremony that creates a passkey for the holder of an invitation.
    pub(crate) fn ask_enrol(
        &self,
        secret: &Secret,
        headers: &HeaderMap,
    ) -> Result<(BegunCeremony, Value), Refusal> {
        let world = self.world();
        let now = self.now();
        let invitation = open_invitation(&world, secret, now)?;
        let person = world.person(invitation.person).ok_or(Refusal::InvitationOver)?;
        active(&world, person.id)?;
        // A recovery removes the old passkeys, so an authenticator that still has one may create the new one.
        let existing = match invitation.purpose {
            InvitationPurpose::Enrol => theirs(&world, person.id),
            InvitationPurpose::Recover => Vec::new(),
        };
        let asked = self.passkeys.ask_new(person.id, &person.about, &existing)?;
        let pending = Pending::Enrol { invitation: invitation.id, person: person.id, state: asked.state };
        Ok((self.ceremonies.begin(pending, headers, now)?, asked.options))
    }

    /// Registers the passkey that the holder of an invitation created, and signs the person in: creating it proved as
    /// much as using it would.
    pub(crate) async fn enrol(
        &self,
        ceremony: &str,
        answer: RegisterPublicKeyCredential,
        name: &str,
        headers: &HeaderMap,
        address: Option<IpAddr>,
    ) -> Result<Enrolled, Refusal> {
        let Pending::Enrol { invitation, person, state } =
            self.ceremonies.take(ceremony, headers, self.now())?
        else {
            return Err(Refusal::CeremonyOver);
        };
        let name = passkey_name(name)?;
        let made = self.passkeys.made(&answer, &state)?;
        let (start, secret) = self.new_session(person, address, headers)?;
        let signed_in = SignedInAs { session: start.id, person, secret };
        let credential = made.id;
        self.command(Actor::Person(person), move |world, now| {
            let open = world
                .invitation(invitation)
                .filter(|open| now < open.expires_at)
                .ok_or(Refusal::InvitationOver)?;
            active(world, person)?;
            let recovered = open.purpose == InvitationPurpose::Recover;
            let mut facts = world.ended_by_use(open, now);
            facts.push(Fact::Credential(CredentialFact::Registered {
                credential,
                person,
                name: name.clone(),
                invitation: Some(invitation),
                assurance: passkeys::ASSURANCE,
                passkey: made.stored.clone(),
            }));
            // A recovery ends every session of the person, so there is none left to replace.
            facts.extend(start.facts(world, credential, now, recovered));
            Ok((facts, ()))
        })
        .await?;
        tracing::info!(%person, passkey = %credential, "enrolled by invitation");
        Ok(Enrolled { credential, signed_in })
    }

    /// Starts the ceremony that creates a further passkey, for a session with a recent proof.
    pub(crate) fn ask_further(
        &self,
        session: &Session,
        headers: &HeaderMap,
    ) -> Result<(BegunCeremony, Value), Refusal> {
        let (world, now) = (self.world(), self.now());
        proved_lately(&world, session.id, self.config.fresh, now)?;
        let person = world.person(session.person).ok_or(Refusal::NotSignedIn)?;
        let asked = self.passkeys.ask_new(person.id, &person.about, &theirs(&world, person.id))?;
        let pending = Pending::Add { session: session.id, state: asked.state };
        Ok((self.ceremonies.begin(pending, headers, now)?, asked.options))
    }

    /// Registers a further passkey.
    pub(crate) async fn add_passkey(
        &self,
        session: &Session,
        ceremony: &str,
        answer: RegisterPublicKeyCredential,
        name: &str,
        headers: &HeaderMap,
    ) -> Result<CredentialId, Refusal> {
        let state = match self.ceremonies.take(ceremony, headers, self.now())? {
            Pending::Add { session: begun, state } if begun == session.id => state,
            _ => return Err(Refusal::CeremonyOver),
        };
        let name = passkey_name(name)?;
        let made = self.passkeys.made(&answer, &state)?;
        let (id, person, credential) = (session.id, session.person, made.id);
        // The ceremony may have taken some time; the proof must have been recent when it started.
        let fresh = self.config.fresh + self.config.ceremony;
        self.command(Actor::Person(person), move |world, now| {
            proved_lately(world, id, fresh, now)?;
            let registered = Fact::Credential(CredentialFact::Registered {
                credential,
                person,
                name: name.clone(),
                invitation: None,
                assurance: passkeys::ASSURANCE,
                passkey: made.stored.clone(),
            });
            Ok((vec![registered], credential))
        })
        .await
    }

    /// Removes one of the person's own passkeys, for a session with a recent proof. Ends the sessions that it started.
    pub(crate) async fn remove_own_passkey(
        &self,
        session: &Session,
        credential: CredentialId,
    ) -> Result<(), Refusal> {
        let (id, person, fresh) = (session.id, session.person, self.config.fresh);
        self.command(Actor::Person(person), move |world, now| {
            proved_lately(world, id, fresh, now)?;
            if world.credential(credential).is_none_or(|known| known.person != person) {
                return Err(Refusal::NotYours { field: "passkey", what: "passkey" });
            }
            if world.credentials_of(person).count() < 2 {
                return Err(Refusal::OnlyPasskey);
            }
            Ok((vec![Fact::Credential(CredentialFact::Removed { credential })], ()))
        })
        .await
    }
}

pub(crate) fn open_invitation<'a>(
    world: &'a World,
    secret: &Secret,
    now: Timestamp,
) -> Result<&'a Arc<Invitation>, Refusal> {
    world
        .invitation_by_secret(&secret.digest())
        .filter(|open| now < open.expires_at)
        .ok_or(Refusal::InvitationOver)
}

fn theirs(world: &World, person: countersign_names::PersonId) -> Vec<Passkey> {
    world.credentials_of(person).filter_map(|known| passkeys::read(known).ok()).collect()
}

fn proved_lately(world: &World, session: SessionId, fresh: Duration, now: Timestamp) -> Result<(), Refusal> {
    let session = going_on(world, session, now)?;
    // A proof that somebody else can repeat by phishing must not become a passkey, which nobody can.
    if session.proved_by_provider().is_some_and(|start| !start.phishing_resistant) {
        return Err(Refusal::ProofTooWeak);
    }
    if now.since(session.proved_at) > fresh { Err(Refusal::ProofTooOld(fresh)) } else { Ok(()) }
}

fn passkey_name(text: &str) -> Result<String, Refusal> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Refusal::field("name", "give the passkey a name of 1 to 60 characters, as in Laptop"));
    }
    Ok(name.to_owned())
}
