//! The first invitation. Later ones are commands of the control plane, under the same rules of the world.

use crate::token::{Secret, fresh_id};
use crate::{Authn, Refusal};
use countersign_facts::{Actor, Fact, GroupFact, InvitationPurpose, Member, Person, PersonFact, PersonKind};
use countersign_names::{GroupName, InvitationId, PersonId, Timestamp};
use countersign_world::{ADMINISTRATORS, NewInvitation, Standing, World};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeSet;

/// A new invitation. The link is shown once and stored nowhere.
pub struct Invite {
    /// The id.
    pub invitation: InvitationId,
    /// The person who may use it.
    pub person: PersonId,
    /// The link for the person. The secret is its fragment, which browsers do not send to servers, so no log contains
    /// it.
    pub link: SecretString,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// The result of inviting the first administrator.
pub enum Bootstrap {
    /// The person is invited.
    Invited(Invite),
    /// There is an administrator who can sign in, so no invitation is made.
    Done,
}

impl Authn {
    /// Invites the first administrator: only while no member of the group `administrators` has a passkey.
    ///
    /// The operator may call this any number of times: each link invalidates the earlier ones. An existing person with
    /// that address is used.
    ///
    /// # Errors
    /// If the address or the name is invalid, or the journal does not answer.
    pub async fn bootstrap(&self, email: &str, name: &str) -> Result<Bootstrap, Refusal> {
        let administrators: GroupName = ADMINISTRATORS
            .parse()
            .map_err(|error: countersign_names::NameError| Refusal::Unavailable(error.to_string()))?;
        let about = Person {
            name: name.trim().to_owned(),
            email: email.trim().to_lowercase(),
            kind: PersonKind::Employee,
            aliases: BTreeSet::new(),
        };
        let now = self.now();
        let (fresh, id) = (PersonId::new(fresh_id(now)?), InvitationId::new(fresh_id(now)?));
        let secret = Secret::draw()?;
        let (digest, life) = (secret.digest(), self.config.invitation);
        let outcome = self
            .command(Actor::Operator, move |world, now| {
                if world.administrators_with_passkeys().next().is_some() {
                    return Err(Refusal::Bootstrapped);
                }
                let (person, mut facts) = first_administrator(world, &administrators, fresh, &about)?;
                // A person who has a passkey signs in with it, and needs no link.
                if world.credentials_of(person).next().is_some() {
                    return Ok((facts, None));
                }
                let purpose = InvitationPurpose::Enrol;
                let new = NewInvitation { id, person, secret: digest, purpose, life };
                facts.extend(world.invite(&new, now)?);
                Ok((facts, Some((person, new.expires_at(now)))))
            })
            .await;
        match outcome {
            Ok(None) => Ok(Bootstrap::Done),
            Ok(Some((person, expires_at))) => {
                let link = self.invitation_link(&secret);
                Ok(Bootstrap::Invited(Invite { invitation: id, person, link, expires_at }))
            }
            Err(Refusal::Bootstrapped) => Ok(Bootstrap::Done),
            Err(other) => Err(other),
        }
    }

    fn invitation_link(&self, secret: &Secret) -> SecretString {
        format!("{}#{}", self.config.origin.url("/enrol"), secret.text().expose_secret()).into()
    }
}

/// Returns the facts that make `about` an administrator, without those that hold already.
fn first_administrator(
    world: &World,
    administrators: &GroupName,
    fresh: PersonId,
    about: &Person,
) -> Result<(PersonId, Vec<Fact>), Refusal> {
    let mut facts = Vec::new();
    let known = world.person_by_email(&about.email);
    if known.is_some_and(|known| known.standing != Standing::Active) {
        return Err(Refusal::field(
            "email",
            "the person is suspended: restore them first, or name another person",
        ));
    }
    let person = known.map_or(fresh, |known| known.id);
    if known.is_none() {
        facts.push(Fact::Person(PersonFact::Added { person, about: about.clone() }));
    }
    let group = world.group(administrators.as_str());
    if group.is_none() {
        let purpose = "Those who administer this installation.".to_owned();
        facts.push(Fact::Group(GroupFact::Added { group: administrators.clone(), purpose }));
    }
    let member = Member::Person(person);
    if !group.is_some_and(|group| group.members.contains(&member)) {
        facts.push(Fact::Group(GroupFact::MemberAdded { group: administrators.clone(), member }));
    }
    Ok((person, facts))
}
