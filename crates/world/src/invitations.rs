//! The rules of inviting somebody, wherever the invitation is made.

use crate::contradiction::Contradiction;
use crate::{Standing, World};
use countersign_facts::{Digest, Fact, InvitationFact, InvitationPurpose};
use countersign_names::{InvitationId, PersonId, Timestamp};
use std::time::Duration;

/// Longest that an invitation may work: a link in a mailbox is a key under the mat.
pub const LONGEST_INVITATION: Duration = Duration::from_secs(30 * 24 * 3600);

/// An invitation that is about to be issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewInvitation {
    /// Its id.
    pub id: InvitationId,
    /// Who may use it.
    pub person: PersonId,
    /// SHA-256 of the secret in the link.
    pub secret: Digest,
    /// What it is for.
    pub purpose: InvitationPurpose,
    /// How long it works.
    pub life: Duration,
}

impl NewInvitation {
    /// When it stops working, issued at `now`.
    pub fn expires_at(&self, now: Timestamp) -> Timestamp {
        now.plus(self.life)
    }
}

impl World {
    /// What to state to invite somebody. Their open invitations are withdrawn: the newest link is the one that works,
    /// so that one gone astray can be made useless.
    ///
    /// Whoever is not in the inventory may come into it in the same command, so that is left to the fold.
    ///
    /// # Errors
    /// When they are suspended, have a passkey and are not to recover, or it would work for no time or for more than [`LONGEST_INVITATION`].
    pub fn invite(&self, new: &NewInvitation, now: Timestamp) -> Result<Vec<Fact>, Contradiction> {
        if new.life.is_zero() || new.life > LONGEST_INVITATION {
            return Err(Contradiction::impossible(
                "expires",
                "an invitation works for some time, and at most for 30 days",
            ));
        }
        if let Some(known) = self.person(new.person)
            && known.standing != Standing::Active
        {
            let email = &known.about.email;
            return Err(Contradiction::over("person", format!("{email} is suspended: restore them first")));
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

    /// That such an invitation may be issued to, or used by, this person. Whoever has a passkey adds others themselves; a link
    /// that does so would let its holder in as them, unseen.
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
                "{whom} has a passkey: they add another themselves, at the sign-in host. If they lost it, a recovery ends \
                 their old passkeys and sessions, and tells them so"
            ),
        ))
    }
}
