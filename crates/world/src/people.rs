//! People, their invitations and their passkeys.

use crate::World;
use crate::contradiction::Contradiction;
use crate::maps::{HashMap, TrackedMap};
use crate::sources::{OtherMeans, note_other_means};
use countersign_facts::{
    Actor, CredentialFact, Digest, InvitationFact, InvitationPurpose, Member, PersonFact, RiskFact, Stated,
};
use countersign_names::{
    Assurance, CredentialId, GroupName, InvitationId, PersonId, Principal, RiskLevel, Timestamp,
};
use imbl::{OrdMap, OrdSet};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A person, as decisions read them. The value is replaced as a whole whenever anything here changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The id.
    pub id: PersonId,
    /// The record.
    pub about: countersign_facts::Person,
    /// Whether they are active or suspended.
    pub standing: Standing,
    /// The risk.
    pub risk: Risk,
    /// All groups of the person, at any depth, sorted.
    pub groups: Vec<GroupName>,
}

/// Whether a person is active or suspended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// They may act, as far as policies permit.
    Active,
    /// They may not act, for this reason.
    Suspended(String),
}

/// The risk level of a principal, with reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// The level.
    pub level: RiskLevel,
    /// The reasons, one per line.
    pub reasons: Vec<String>,
}

impl Risk {
    /// No risk was found.
    pub const NONE: Self = Self { level: RiskLevel::Low, reasons: Vec::new() };
}

/// The public part of a passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// The id.
    pub id: CredentialId,
    /// The person whose passkey it is.
    pub person: PersonId,
    /// The name that its owner gave it.
    pub name: String,
    /// The assurance level of a sign-in with it.
    pub assurance: Assurance,
    /// The WebAuthn verifier's JSON.
    pub passkey: serde_json::Value,
    /// When it was registered.
    pub registered_at: Timestamp,
}

/// An open invitation to enrol a passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The id.
    pub id: InvitationId,
    /// The person who may use it.
    pub person: PersonId,
    /// SHA-256 of the secret in the link.
    pub secret: Digest,
    /// The purpose.
    pub purpose: InvitationPurpose,
    /// Its issuer; for a command of two people, the proposer.
    pub by: Actor,
    /// Whether a second person countersigned it.
    pub countersigned: bool,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// All people, their passkeys and invitations.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct People {
    #[serde(with = "crate::maps::pairs")]
    pub(crate) by_id: TrackedMap<PersonId, Arc<Person>>,
    #[serde(with = "crate::maps::pairs")]
    pub(crate) by_email: OrdMap<String, PersonId>,
    #[serde(with = "crate::maps::pairs")]
    pub(crate) by_alias: HashMap<String, PersonId>,
    #[serde(with = "crate::maps::pairs")]
    pub(crate) credentials: HashMap<CredentialId, Arc<Credential>>,
    #[serde(with = "crate::maps::pairs")]
    pub(crate) credentials_of: HashMap<PersonId, OrdSet<CredentialId>>,
    #[serde(with = "crate::maps::pairs")]
    pub(crate) invitations: HashMap<InvitationId, Arc<Invitation>>,
    #[serde(with = "crate::maps::pairs")]
    pub(crate) invitation_by_secret: HashMap<Digest, InvitationId>,
}

impl People {
    pub(crate) fn get(&self, person: PersonId) -> Result<&Arc<Person>, Contradiction> {
        self.by_id.get(&person).ok_or_else(|| Contradiction::unknown("person", "person", person))
    }

    /// Replaces a person's value with a changed copy.
    pub(crate) fn change(
        &mut self,
        person: PersonId,
        change: impl FnOnce(&mut Person),
    ) -> Result<(), Contradiction> {
        let mut next = Person::clone(self.get(person)?);
        change(&mut next);
        self.by_id.insert(person, Arc::new(next));
        Ok(())
    }

    /// Assigns the address and aliases in `about` to `person`, after a release of their former ones.
    fn claim(&mut self, person: PersonId, about: &countersign_facts::Person) -> Result<(), Contradiction> {
        if about.email.is_empty() || about.email != about.email.to_lowercase() || !about.email.contains('@') {
            return Err(Contradiction::impossible(
                "email",
                format!("{:?} is not a mail address in lower case, such as ada@example.com", about.email),
            ));
        }
        if about.name.trim().is_empty() {
            return Err(Contradiction::impossible("name", "the name of the person is empty: give them one"));
        }
        self.release(person);
        if let Some(other) = self.by_email.get(&about.email) {
            return Err(Contradiction::taken(
                "email",
                format!("{} is already the address of {other}", about.email),
            ));
        }
        for alias in &about.aliases {
            if let Some(other) = self.by_alias.get(alias) {
                return Err(Contradiction::taken(
                    "aliases",
                    format!("{alias} is already an alias of {other}"),
                ));
            }
        }
        self.by_email.insert(about.email.clone(), person);
        for alias in &about.aliases {
            self.by_alias.insert(alias.clone(), person);
        }
        Ok(())
    }

    fn release(&mut self, person: PersonId) {
        let Some(known) = self.by_id.get(&person).cloned() else { return };
        self.by_email.remove(&known.about.email);
        for alias in &known.about.aliases {
            self.by_alias.remove(alias);
        }
    }

    pub(crate) fn drop_invitation(
        &mut self,
        invitation: InvitationId,
    ) -> Result<Arc<Invitation>, Contradiction> {
        let gone = self.invitations.remove(&invitation).ok_or_else(|| {
            Contradiction::over(
                "invitation",
                format!("the invitation {invitation} is not open: it was used, withdrawn or never issued"),
            )
        })?;
        self.invitation_by_secret.remove(&gone.secret);
        Ok(gone)
    }

    fn drop_credential(&mut self, credential: CredentialId) -> Result<(), Contradiction> {
        let gone = self
            .credentials
            .remove(&credential)
            .ok_or_else(|| Contradiction::unknown("credential", "passkey", credential))?;
        if let Some(rest) = self.credentials_of.get_mut(&gone.person) {
            rest.remove(&credential);
        }
        Ok(())
    }

    /// Drops all open invitations. Returns how many there were.
    pub(crate) fn drop_invitations(&mut self) -> usize {
        let dropped = self.invitations.len();
        (self.invitations, self.invitation_by_secret) = (HashMap::default(), HashMap::default());
        dropped
    }

    fn drop_invitations_of(&mut self, person: PersonId) {
        let theirs: Vec<_> = self.invitations.values().filter(|i| i.person == person).map(|i| i.id).collect();
        for invitation in theirs {
            // It was just listed, so it exists.
            let _gone = self.drop_invitation(invitation);
        }
    }
}

/// Folds in facts about people themselves.
pub fn apply(world: &mut World, fact: &PersonFact) -> Result<(), Contradiction> {
    match fact {
        PersonFact::Added { person, about } => {
            if world.people.by_id.contains_key(person) {
                return Err(Contradiction::taken(
                    "person",
                    format!("the inventory already contains {person}"),
                ));
            }
            world.people.claim(*person, about)?;
            let groups = world.groups.ancestors(&Member::Person(*person));
            let added = Person {
                id: *person,
                about: about.clone(),
                standing: Standing::Active,
                risk: Risk::NONE,
                groups,
            };
            world.people.by_id.insert(*person, Arc::new(added));
            Ok(())
        }
        PersonFact::Changed { person, about } => {
            world.people.get(*person)?;
            world.people.claim(*person, about)?;
            world.people.change(*person, |known| known.about = about.clone())
        }
        PersonFact::Suspended { person, reason } => {
            world.people.change(*person, |known| known.standing = Standing::Suspended(reason.clone()))?;
            world.sessions.end_all_of(*person);
            note_other_means(world, *person, OtherMeans::Suspended);
            Ok(())
        }
        PersonFact::Restored { person } => match &world.people.get(*person)?.standing {
            Standing::Active => Err(Contradiction::taken("person", format!("{person} is not suspended"))),
            Standing::Suspended(_) => {
                note_other_means(world, *person, OtherMeans::Restored);
                world.people.change(*person, |known| known.standing = Standing::Active)
            }
        },
        PersonFact::Removed { person } => remove(world, *person),
        // `origins` and `notices` handle these.
        PersonFact::Confirmed { person, .. } | PersonFact::NoticesSeen { person, .. } => {
            world.people.get(*person).map(|_| ())
        }
    }
}

/// Sets the risk of a person or a service account.
pub fn apply_risk(world: &mut World, fact: &RiskFact) -> Result<(), Contradiction> {
    let RiskFact::Changed { principal, level, reasons } = fact;
    let risk = Risk { level: *level, reasons: reasons.clone() };
    match principal {
        Principal::Person(person) => world.people.change(*person, |known| known.risk = risk),
        Principal::Service(service) => world.services.change(*service, |known| known.risk = risk),
        Principal::Anonymous => Err(Contradiction::impossible(
            "principal",
            "an anonymous caller has no risk: name a person or a service account",
        )),
    }
}

/// Removes a person with everything that is theirs.
fn remove(world: &mut World, person: PersonId) -> Result<(), Contradiction> {
    let people = &mut world.people;
    people.get(person)?;
    people.release(person);
    people.drop_invitations_of(person);
    for credential in people.credentials_of.remove(&person).unwrap_or_default() {
        people.credentials.remove(&credential);
    }
    people.by_id.remove(&person);
    world.sessions.end_all_of(person);
    world.providers.forget(person);
    world.privilege.forget(person);
    world.groups.forget(&Member::Person(person));
    world.devices.disown(person);
    note_other_means(world, person, OtherMeans::Removed);
    Ok(())
}

/// Folds in facts about invitations.
pub fn apply_invitation(
    world: &mut World,
    stated: &Stated,
    fact: &InvitationFact,
) -> Result<(), Contradiction> {
    let carried = world.proposals.carrying().map(|proposal| proposal.by.clone());
    let people = &mut world.people;
    match fact {
        InvitationFact::Issued { invitation, person, secret, purpose, expires_at } => {
            people.get(*person)?;
            if people.invitations.contains_key(invitation) || people.invitation_by_secret.contains_key(secret)
            {
                return Err(Contradiction::taken(
                    "invitation",
                    format!("the invitation {invitation} was already issued"),
                ));
            }
            let issued = Invitation {
                id: *invitation,
                person: *person,
                secret: *secret,
                purpose: *purpose,
                countersigned: carried.is_some(),
                by: carried.unwrap_or_else(|| stated.by.clone()),
                issued_at: stated.at,
                expires_at: *expires_at,
            };
            people.invitation_by_secret.insert(*secret, *invitation);
            people.invitations.insert(*invitation, Arc::new(issued));
            Ok(())
        }
        InvitationFact::Withdrawn { invitation } => people.drop_invitation(*invitation).map(|_| ()),
    }
}

/// Folds in facts about passkeys. A removed passkey ends the sessions that it started; a recovery ends all earlier
/// passkeys and sessions.
pub fn apply_credential(
    world: &mut World,
    stated: &Stated,
    fact: &CredentialFact,
) -> Result<(), Contradiction> {
    let people = &mut world.people;
    let ended = match fact {
        CredentialFact::Registered { credential, person, name, invitation, assurance, passkey } => {
            // A recovery ends the sessions that a provider started too.
            let used = invitation.and_then(|invitation| people.invitations.get(&invitation));
            if used.is_some_and(|used| used.purpose == InvitationPurpose::Recover) {
                world.sessions.end_all_of(*person);
            }
            let registered = Credential {
                id: *credential,
                person: *person,
                name: name.clone(),
                assurance: *assurance,
                passkey: passkey.clone(),
                registered_at: stated.at,
            };
            register(people, registered, *invitation)?
        }
        CredentialFact::Used { credential, passkey } => {
            let mut known = people
                .credentials
                .get(credential)
                .map(|known| Credential::clone(known))
                .ok_or_else(|| Contradiction::unknown("credential", "passkey", credential))?;
            known.passkey = passkey.clone();
            people.credentials.insert(*credential, Arc::new(known));
            Vec::new()
        }
        CredentialFact::Removed { credential } => {
            people.drop_credential(*credential)?;
            vec![*credential]
        }
    };
    for credential in ended {
        world.sessions.end_all_begun_by(credential);
    }
    Ok(())
}

/// Registers a passkey. A recovery ends every passkey that its person had before.
fn register(
    people: &mut People,
    registered: Credential,
    invitation: Option<InvitationId>,
) -> Result<Vec<CredentialId>, Contradiction> {
    let (credential, person) = (registered.id, registered.person);
    if people.get(person)?.standing != Standing::Active {
        return Err(Contradiction::over("person", format!("{person} is suspended")));
    }
    if people.credentials.contains_key(&credential) {
        return Err(Contradiction::taken(
            "credential",
            format!("the passkey {credential} is already registered"),
        ));
    }
    let mut ended = Vec::new();
    if let Some(invitation) = invitation {
        let used = people.drop_invitation(invitation)?;
        if used.person != person {
            return Err(Contradiction::impossible(
                "invitation",
                format!("the invitation {invitation} is for another person than {person}"),
            ));
        }
        if registered.registered_at >= used.expires_at {
            return Err(Contradiction::over(
                "invitation",
                format!("the invitation {invitation} expired at {}: ask for a new one", used.expires_at),
            ));
        }
        if used.purpose == InvitationPurpose::Recover {
            ended =
                people.credentials_of.get(&person).into_iter().flat_map(|ids| ids.iter().copied()).collect();
            for old in &ended {
                people.drop_credential(*old)?;
            }
        }
    }
    people.credentials.insert(credential, Arc::new(registered));
    people.credentials_of.entry(person).or_default().insert(credential);
    Ok(ended)
}
