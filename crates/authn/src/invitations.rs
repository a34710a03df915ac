//! Invitations: one-time links to enrol a passkey, and the first of all.

use crate::token::{Secret, fresh_id};
use crate::{Authn, Refusal};
use countersign_facts::{Actor, Fact, InvitationPurpose, Member, Person, PersonKind};
use countersign_names::{GroupName, InvitationId, PersonId, Timestamp};
use countersign_world::{ADMINISTRATORS, Standing, World};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeSet;
use std::time::Duration;

/// Longest that an invitation may work. A link in a mailbox is a key under the mat.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);

/// An invitation that was just issued. The link is shown once and kept nowhere.
pub struct Invite {
    /// Its id.
    pub invitation: InvitationId,
    /// Who may use it.
    pub person: PersonId,
    /// The link to give to them. The secret is its fragment, which browsers send to no server and no log sees.
    pub link: SecretString,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// What became of the attempt to make the first administrator.
pub enum Bootstrap {
    /// They are invited.
    Invited(Invite),
    /// There is an administrator who can sign in, so nobody becomes one this way.
    Done,
}

impl Authn {
    /// Invite somebody to enrol a passkey. Their other open invitations are withdrawn: the newest link is the one
    /// that works. `life` is how long it works; none takes the configured time.
    ///
    /// # Errors
    /// When there is no such person, they are suspended, `life` is nothing or more than 30 days, or the journal does
    /// not answer.
    pub async fn invite(
        &self,
        actor: Actor,
        person: PersonId,
        purpose: InvitationPurpose,
        life: Option<Duration>,
    ) -> Result<Invite, Refusal> {
        let life = self.invitation_life(life)?;
        let secret = Secret::draw()?;
        let (digest, id) = (secret.digest(), InvitationId::new(fresh_id(self.now())?));
        let expires_at = self
            .command(actor, move |world, now| {
                match world.person(person).map(|known| &known.standing) {
                    Some(Standing::Active) => {}
                    Some(Standing::Suspended(_)) => {
                        return Err(Refusal::field("person", "they are suspended: restore them first"));
                    }
                    None => return Err(Refusal::field("person", format!("there is no person {person}"))),
                }
                let expires_at = now.plus(life);
                let mut facts = withdrawals(world, person);
                facts.push(Fact::InvitationIssued {
                    invitation: id,
                    person,
                    secret: digest,
                    purpose,
                    expires_at,
                });
                Ok((facts, expires_at))
            })
            .await?;
        Ok(Invite { invitation: id, person, link: self.invitation_link(&secret), expires_at })
    }

    /// Take an open invitation back.
    ///
    /// # Errors
    /// When it is not open any more, or the journal does not answer.
    pub async fn withdraw(&self, actor: Actor, invitation: InvitationId) -> Result<(), Refusal> {
        self.command(actor, move |_, _| Ok((vec![Fact::InvitationWithdrawn { invitation }], ()))).await
    }

    /// Invite the first administrator: only while nobody in the group `administrators` has a passkey.
    ///
    /// Whoever holds the machine may call this as often as they like: each link makes those before it useless. The
    /// person with that address is taken when there is one.
    ///
    /// # Errors
    /// When the address or the name cannot be, or the journal does not answer.
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
        let (digest, life) = (secret.digest(), self.invitation_life(None)?);
        let outcome = self
            .command(Actor::Operator, move |world, now| {
                if world.administrators().any(|known| world.credentials_of(known.id).next().is_some()) {
                    return Err(Refusal::Bootstrapped);
                }
                let (person, mut facts) = first_administrator(world, &administrators, fresh, &about)?;
                facts.extend(withdrawals(world, person));
                let expires_at = now.plus(life);
                facts.push(Fact::InvitationIssued {
                    invitation: id,
                    person,
                    secret: digest,
                    purpose: InvitationPurpose::Enrol,
                    expires_at,
                });
                Ok((facts, (person, expires_at)))
            })
            .await;
        match outcome {
            Ok((person, expires_at)) => {
                let link = self.invitation_link(&secret);
                Ok(Bootstrap::Invited(Invite { invitation: id, person, link, expires_at }))
            }
            Err(Refusal::Bootstrapped) => Ok(Bootstrap::Done),
            Err(other) => Err(other),
        }
    }

    fn invitation_life(&self, life: Option<Duration>) -> Result<Duration, Refusal> {
        let life = life.unwrap_or(self.config.invitation);
        if life.is_zero() || life > LONGEST {
            return Err(Refusal::field(
                "expires",
                "an invitation works for some time, and at most for 30 days",
            ));
        }
        Ok(life)
    }

    fn invitation_link(&self, secret: &Secret) -> SecretString {
        format!("{}#{}", self.config.origin.url("/enrol"), secret.text().expose_secret()).into()
    }
}

/// What makes `about` an administrator: what is there already is not said again.
fn first_administrator(
    world: &World,
    administrators: &GroupName,
    fresh: PersonId,
    about: &Person,
) -> Result<(PersonId, Vec<Fact>), Refusal> {
    let mut facts = Vec::new();
    let known = world.person_by_email(&about.email);
    if known.is_some_and(|known| known.standing != Standing::Active) {
        return Err(Refusal::field("email", "they are suspended: restore them first, or name somebody else"));
    }
    let person = known.map_or(fresh, |known| known.id);
    if known.is_none() {
        facts.push(Fact::PersonAdded { person, about: about.clone() });
    }
    let group = world.group(administrators.as_str());
    if group.is_none() {
        let purpose = "Those who administer this installation.".to_owned();
        facts.push(Fact::GroupAdded { group: administrators.clone(), purpose });
    }
    let member = Member::Person(person);
    if !group.is_some_and(|group| group.members.contains(&member)) {
        facts.push(Fact::MemberAdded { group: administrators.clone(), member });
    }
    Ok((person, facts))
}

fn withdrawals(world: &World, person: PersonId) -> Vec<Fact> {
    world
        .invitations()
        .filter(|open| open.person == person)
        .map(|open| Fact::InvitationWithdrawn { invitation: open.id })
        .collect()
}
