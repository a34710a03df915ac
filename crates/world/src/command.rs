//! The checks of a whole command: combinations that are forbidden although each fact alone is valid.
//!
//! These rules apply only to commands, at the head to which they append, and never to the replay of a journal: its facts
//! happened, whatever the rules were at the time.

use crate::contradiction::Contradiction;
use crate::stating::{AwaitsSecond, StatedBy};
use crate::{Grant, GrantState, Invitation, Person, World};
use countersign_facts::{
    Actor, AssertionKeyFact, CredentialFact, Fact, GrantFact, GroupFact, InvitationFact, InvitationPurpose,
    PersonFact, ProviderFact, Stated,
};
use countersign_names::{PersonId, Principal, Timestamp};
use std::sync::Arc;

impl World {
    /// Returns the world after all facts of one command.
    ///
    /// # Errors
    /// If one of the facts is not valid after those before it, or if together they would leave the installation without
    /// an administrator who can sign in, or without a key that signs assertions.
    pub fn after(&self, stated: &[Stated]) -> Result<Self, Contradiction> {
        let mut next = self.clone();
        let mut takes_two = None;
        let mut by_link = Vec::new();
        for (at, fact) in stated.iter().enumerate() {
            let rest = stated.get(at + 1..).unwrap_or_default();
            let whose = next.stated_by(&fact.fact);
            next.may_be_said(whose, fact, rest)?;
            by_link.extend(next.leaves_no_grants(&fact.fact).map(|person| (person, fact.at)));
            if let StatedBy::Two(why) = whose
                && matches!(fact.by, Actor::Person(_) | Actor::Service(_))
                && next.proposals.carrying().is_none()
            {
                takes_two = takes_two.or(Some(why));
            }
            next.apply(fact)?;
        }
        for fact in stated {
            if let Some(field) = unseats(&fact.fact) {
                next.keeps_an_administrator_of(self, field)?;
            }
            if let Fact::AssertionKey(AssertionKeyFact::Retired { kid }) = &fact.fact {
                next.keeps_a_key(kid)?;
            }
        }
        by_link.into_iter().try_for_each(|(person, at)| next.holds_no_grant(person, at))?;
        takes_two.map_or(Ok(next), |why| Err(Contradiction::countersign(why)))
    }

    /// Checks that the right person states this fact: the person themselves where the fact requires that, or an
    /// independent second person where it is an answer.
    fn may_be_said(&self, whose: StatedBy, stated: &Stated, rest: &[Stated]) -> Result<(), Contradiction> {
        match whose {
            StatedBy::Themselves(person) => on_own_word(&stated.by, person)?,
            StatedBy::Second(what) => self.may_answer(what, stated, rest)?,
            StatedBy::One | StatedBy::Two(_) | StatedBy::OneAlone | StatedBy::Software => {}
        }
        self.keeps_to_links(&stated.fact)
    }

    fn may_answer(&self, what: AwaitsSecond, stated: &Stated, rest: &[Stated]) -> Result<(), Contradiction> {
        let now = stated.at;
        match (what, &stated.by) {
            (AwaitsSecond::Proposal(proposal), by) => self.may_countersign(proposal, by, rest, now),
            (AwaitsSecond::Grant(..) | AwaitsSecond::Person(_), Actor::Service(_)) => Err(no_service()),
            (AwaitsSecond::Grant(grant, ends), by) => {
                let Some(asked) = self.grant(grant) else { return Ok(()) };
                if ends > asked.latest_end(now) {
                    let why = "the grant would last longer than its person requested: choose an earlier end";
                    return Err(Contradiction::impossible("expires_at", why));
                }
                match by {
                    Actor::Person(second) => self.answers_for(*second, Principal::Person(asked.person), now),
                    Actor::Operator | Actor::System(_) | Actor::Service(_) => Ok(()),
                }
            }
            (AwaitsSecond::Person(person), Actor::Person(second)) => {
                self.second_to(*second, Principal::Person(person), now)
            }
            (AwaitsSecond::Person(_), Actor::Operator | Actor::System(_)) => Ok(()),
        }
    }

    /// Checks the rules for the issue and use of invitations.
    fn keeps_to_links(&self, fact: &Fact) -> Result<(), Contradiction> {
        match fact {
            Fact::Invitation(InvitationFact::Issued { person, purpose, .. }) => {
                self.may_be_invited(*person, *purpose)
            }
            Fact::Credential(CredentialFact::Registered { invitation: Some(invitation), .. }) => {
                self.invitation(*invitation).map_or(Ok(()), |invitation| self.may_be_used(invitation))
            }
            Fact::Provider(ProviderFact::Linked { about, .. }) => {
                let used = about.invitation.and_then(|invitation| self.invitation(invitation));
                used.map_or(Ok(()), |invitation| self.may_be_used(invitation))
            }
            // No other fact issues an invitation or uses one.
            _ => Ok(()),
        }
    }

    /// Returns the person of a passkey that was registered, or of an account that was linked, by a link which another person may have used. Their grants
    /// must end, because they were not given to that other person.
    fn leaves_no_grants(&self, fact: &Fact) -> Option<PersonId> {
        let (person, invitation) = match fact {
            Fact::Credential(CredentialFact::Registered { person, invitation: Some(invitation), .. }) => {
                (person, invitation)
            }
            Fact::Provider(ProviderFact::Linked { about, .. }) => (&about.person, about.invitation.as_ref()?),
            _ => return None,
        };
        self.invitation(*invitation).filter(|it| ends_grants(it)).map(|_| *person)
    }

    fn holds_no_grant(&self, person: PersonId, now: Timestamp) -> Result<(), Contradiction> {
        match self.lent_or_asked(person, now).next() {
            None => Ok(()),
            Some(grant) => Err(Contradiction::over(
                "grant",
                format!(
                    "the same command must end {}: a person who registers a passkey by a link keeps no grant",
                    grant.id
                ),
            )),
        }
    }

    fn lent_or_asked(&self, person: PersonId, now: Timestamp) -> impl Iterator<Item = &Arc<Grant>> {
        let grants = self.grants_of(person).into_iter().flat_map(|grants| grants.iter());
        grants.filter(move |it| it.state == GrantState::Requested || it.active_until(now).is_some())
    }

    /// Returns the facts to state with the use of this invitation, beside its own: they end its person's grants.
    pub fn ended_by_use(&self, invitation: &Invitation, now: Timestamp) -> Vec<Fact> {
        if !ends_grants(invitation) {
            return Vec::new();
        }
        let reason = || "the person registered a new passkey by a link".to_owned();
        self.lent_or_asked(invitation.person, now)
            .map(|it| match it.state {
                GrantState::Requested => Fact::Grant(GrantFact::Refused { grant: it.id, reason: reason() }),
                _ => Fact::Grant(GrantFact::Revoked { grant: it.id, reason: reason() }),
            })
            .collect()
    }

    /// Checks that an invitation may still be used for its purpose, even if its person has changed since.
    fn may_be_used(&self, invitation: &Invitation) -> Result<(), Contradiction> {
        self.may_be_invited(invitation.person, invitation.purpose)?;
        let alone =
            matches!(invitation.by, Actor::Person(_) | Actor::Service(_)) && !invitation.countersigned;
        if alone && self.is_approver(invitation.person) {
            return Err(Contradiction::over(
                "invitation",
                "an administrator or approver needs a link that two people made: ask for a new one",
            ));
        }
        Ok(())
    }

    /// Returns all administrators who can sign in: active, and with a passkey.
    pub fn administrators_with_passkeys(&self) -> impl Iterator<Item = &Arc<Person>> {
        self.administrators().filter(|known| self.credentials_of(known.id).next().is_some())
    }

    /// Checks that an administrator who can sign in remains. If there was none before, nothing is lost: the machine's
    /// operator remains the only one.
    fn keeps_an_administrator_of(&self, before: &Self, field: &'static str) -> Result<(), Contradiction> {
        if self.administrators_with_passkeys().next().is_some() {
            return Ok(());
        }
        let mut gone: Vec<_> =
            before.administrators_with_passkeys().map(|known| known.about.email.as_str()).collect();
        gone.sort_unstable();
        match gone.as_slice() {
            [] => Ok(()),
            [only] => Err(Contradiction::last(
                field,
                format!("{only} is the last administrator who can sign in: appoint another first"),
            )),
            all => Err(Contradiction::last(
                field,
                format!(
                    "{} are the last administrators who can sign in: appoint another first",
                    all.join(", ")
                ),
            )),
        }
    }

    fn keeps_a_key(&self, retired: &str) -> Result<(), Contradiction> {
        if self.assertion_keys().any(|known| known.rotated_at.is_none()) {
            return Ok(());
        }
        Err(Contradiction::last(
            "kid",
            format!(
                "{retired} is the only key that signs assertions: rotate it first, and wait until a gate has \
                 made another"
            ),
        ))
    }
}

/// Returns whether the holder of the link may be another person than the one who received the grants.
fn ends_grants(invitation: &Invitation) -> bool {
    invitation.purpose == InvitationPurpose::Recover
        || matches!(invitation.by, Actor::Person(_) | Actor::Service(_))
}

/// Checks that a person or service account that states this fact about `person` is `person`.
fn on_own_word(by: &Actor, person: PersonId) -> Result<(), Contradiction> {
    match by {
        Actor::Person(speaker) if *speaker == person => Ok(()),
        Actor::Operator | Actor::System(_) => Ok(()),
        Actor::Person(_) | Actor::Service(_) => Err(Contradiction::impossible(
            "person",
            "only the person can state this about themselves: let them do it",
        )),
    }
}

fn no_service() -> Contradiction {
    Contradiction::impossible("approver", "a service account cannot countersign: let a person do it")
}

/// Returns the field by which this fact may remove an administrator or their last passkey. A recovery also removes
/// passkeys, but adds one in the same fact.
const fn unseats(fact: &Fact) -> Option<&'static str> {
    match fact {
        Fact::Person(PersonFact::Suspended { .. } | PersonFact::Removed { .. }) => Some("person"),
        Fact::Group(GroupFact::MemberRemoved { .. }) => Some("member"),
        Fact::Group(GroupFact::Removed { .. }) => Some("group"),
        Fact::Credential(CredentialFact::Removed { .. }) => Some("credential"),
        _ => None,
    }
}
