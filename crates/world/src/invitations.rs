//! The rules for issuing an invitation, for all callers.

use crate::contradiction::Contradiction;
use crate::{Standing, World};
use countersign_facts::{Digest, Fact, InvitationFact, InvitationPurpose};
use countersign_names::{InvitationId, PersonId, Timestamp};
use std::time::Duration;

/// The maximum life of an invitation. A link in a mailbox is a key under the mat.
pub const LONGEST_INVITATION: Duration = Duration::from_secs(30 * 24 * 3600);

/// An invitation to be issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewInvitation {
    /// The id.
    pub id: InvitationId,
    /// The person who may use it.
    pub person: PersonId,
    /// SHA-256 of the secret in the link.
    pub secret: Digest,
    /// The purpose.
    pub purpose: InvitationPurpose,
    /// How long it is valid.
    pub life: Duration,
}

impl NewInvitation {
    /// Returns when it expires, if issued at `now`.
    pub fn expires_at(&self, now: Timestamp) -> Timestamp {
        now.plus(self.life)
    }
}

impl World {
    /// Returns the facts that invite a person. Their open invitations are withdrawn: only the newest link works, so that
    /// a lost one can be made useless.
    ///
    /// Does not check that the person exists, because the same command may add them; the fold checks it.
    ///
    /// # Errors
    /// If the person is suspended, has a passkey and the purpose is not recovery, or if the life is zero or more than
    /// [`LONGEST_INVITATION`].
    pub fn invite(&self, new: &NewInvitation, now: Timestamp) -> Result<Vec<Fact>, Contradiction> {
        if new.life.is_zero() || new.life > LONGEST_INVITATION {
            return Err(Contradiction::impossible(
                "expires",
                "an invitation must expire in the future, and within 30 days",
            ));
        }
        if let Some(known) = self.person(new.person)
            && known.standing != Standing::Active
        {
            let email = &known.about.email;
            return Err(Contradiction::over(
                "person",
                format!("{email} is suspended: restore the person first"),
            ));
        }
        self.may_be_invited(new.person, new.purpose)?;
        let open = self.invitations().filter(|open| open.person == new.person);
        let mut facts: Vec<_> =
            open.map(|open| Fact::Invitation(InvitationFact::Withdrawn { invitation: open.id })).collect();
        facts.push(Fact::Invitation(InvitationFact::Issued {
            invitation: new.id,
            person: new.person,
            secret: new.secret,
            purpose: new.purpose,
            expires_at: new.expires_at(now),
        }));
        Ok(facts)
    }

    /// Checks that an invitation may be issued to, or used by, this person. A person with a passkey adds others
    /// themselves; a link that does so would let its holder sign in as them, unseen.
    pub(crate) fn may_be_invited(
        &self,
        person: PersonId,
        purpose: InvitationPurpose,
    ) -> Result<(), Contradiction> {
        if purpose == InvitationPurpose::Recover || self.credentials_of(person).next().is_none() {
            return Ok(());
        }
        let whom = self.person(person).map_or_else(|| person.to_string(), |known| known.about.email.clone());
        Err(Contradiction::impossible(
            "purpose",
            format!(
                "{whom} already has a passkey: they can add another at the sign-in host. If they lost it, \
                 start a recovery, which ends their old passkeys and sessions and tells them so"
            ),
        ))
    }
}
