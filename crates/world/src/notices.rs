//! Notices to people. Each stays until its recipient has confirmed reading it.

use crate::World;
use crate::maps::HashMap;
use countersign_facts::{
    Actor, CommandFact, CredentialFact, Fact, GroupFact, InvitationFact, InvitationPurpose, PersonFact,
    Stated,
};
use countersign_names::{CredentialId, GroupName, InvitationId, PersonId, ProposalId, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Maximum number of notices kept per person.
const MOST: usize = 50;

/// A notice to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The sequence of the fact that it reports.
    pub seq: u64,
    /// When the fact was stated.
    pub at: Timestamp,
    /// The author of the fact; for a command of two people, its proposer.
    pub by: Actor,
    /// What happened.
    pub what: Noticed,
}

/// The events that are reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Noticed {
    /// A recovery link was issued: its use ends the person's passkeys and sessions and registers a new passkey.
    RecoveryIssued {
        /// The invitation.
        invitation: InvitationId,
        /// When it expires.
        expires_at: Timestamp,
    },
    /// A recovery link was used.
    Recovered,
    /// Another person removed one of their passkeys.
    PasskeyRemoved,
    /// They were added to a group that administers or approves.
    Appointed {
        /// The group.
        group: GroupName,
    },
    /// Another person confirmed their identity.
    Confirmed,
    /// A command waits for a second person. Sent to all who administer or approve.
    Proposed {
        /// The proposal.
        proposal: ProposalId,
    },
    /// A command of two people was carried out. Sent to all who administer or approve.
    CarriedOut {
        /// The proposal.
        proposal: ProposalId,
    },
}

impl Noticed {
    /// Returns whether the person also sees the event in the list of proposals or beside their own name.
    const fn is_told_elsewhere(&self) -> bool {
        match self {
            Self::Proposed { .. } | Self::CarriedOut { .. } | Self::Confirmed => true,
            Self::RecoveryIssued { .. } | Self::Recovered | Self::PasskeyRemoved | Self::Appointed { .. } => {
                false
            }
        }
    }
}

/// The unread notices of each person.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Notices(#[serde(with = "crate::maps::pairs")] HashMap<PersonId, Arc<Vec<Notice>>>);

impl Notices {
    fn tell(&mut self, person: PersonId, notice: Notice) {
        let mut theirs = self.0.get(&person).map(|known| Vec::clone(known)).unwrap_or_default();
        theirs.push(notice);
        if theirs.len() > MOST {
            // Notices that any colleague can cause repeatedly must not displace those about a takeover of the account.
            let least = theirs.iter().position(|known| known.what.is_told_elsewhere());
            theirs.remove(least.unwrap_or(0));
        }
        self.0.insert(person, Arc::new(theirs));
    }
}

/// Adds the notices that `stated` causes. Must be called before it is folded in.
pub fn note(world: &mut World, stated: &Stated) {
    let mut by = world.proposals.carrying().map_or_else(|| stated.by.clone(), |proposal| proposal.by.clone());
    let told = match &stated.fact {
        Fact::Invitation(InvitationFact::Issued {
            invitation,
            person,
            purpose: InvitationPurpose::Recover,
            expires_at,
            ..
        }) => {
            let what = Noticed::RecoveryIssued { invitation: *invitation, expires_at: *expires_at };
            vec![(*person, what)]
        }
        Fact::Credential(CredentialFact::Registered { person, invitation: Some(invitation), .. }) => {
            let used = world.people.invitations.get(invitation);
            let recovers = used.is_some_and(|used| used.purpose == InvitationPurpose::Recover);
            if recovers {
                by = used.map_or(by, |used| used.by.clone());
                vec![(*person, Noticed::Recovered)]
            } else {
                Vec::new()
            }
        }
        Fact::Credential(CredentialFact::Removed { credential }) => to_owner(world, &by, *credential),
        Fact::Group(GroupFact::MemberAdded { group, member: countersign_facts::Member::Person(person) })
            if world.guarded().leads_up(world, group) =>
        {
            vec![(*person, Noticed::Appointed { group: group.clone() })]
        }
        Fact::Person(PersonFact::Confirmed { person, .. }) => vec![(*person, Noticed::Confirmed)],
        Fact::Command(CommandFact::Proposed { proposal, .. }) => {
            to_approvers(world, &by, &Noticed::Proposed { proposal: *proposal })
        }
        Fact::Command(CommandFact::Countersigned { proposal, .. }) => {
            to_approvers(world, &stated.by, &Noticed::CarriedOut { proposal: *proposal })
        }
        Fact::Person(PersonFact::NoticesSeen { person, up_to }) => {
            if let Some(theirs) = world.notices.0.get(person) {
                let rest: Vec<_> = theirs.iter().filter(|notice| notice.seq > *up_to).cloned().collect();
                world.notices.0.insert(*person, Arc::new(rest));
            }
            Vec::new()
        }
        Fact::Person(PersonFact::Removed { person }) => {
            world.notices.0.remove(person);
            Vec::new()
        }
        // These facts cause no notice, nor do those about the other subjects.
        Fact::Person(
            PersonFact::Added { .. }
            | PersonFact::Changed { .. }
            | PersonFact::Suspended { .. }
            | PersonFact::Restored { .. },
        )
        | Fact::Group(
            GroupFact::Added { .. }
            | GroupFact::Removed { .. }
            | GroupFact::MemberAdded { .. }
            | GroupFact::MemberRemoved { .. },
        )
        | Fact::Invitation(
            InvitationFact::Issued { purpose: InvitationPurpose::Enrol, .. }
            | InvitationFact::Withdrawn { .. },
        )
        | Fact::Credential(
            CredentialFact::Registered { invitation: None, .. } | CredentialFact::Used { .. },
        )
        | Fact::Command(CommandFact::Refused { .. })
        | Fact::Service(_)
        | Fact::Device(_)
        | Fact::Application(_)
        | Fact::Resource(_)
        | Fact::Network(_)
        | Fact::Source(_)
        | Fact::Finding(_)
        | Fact::Review(_)
        | Fact::Identity(_)
        | Fact::Label(_)
        | Fact::Role(_)
        | Fact::Provider(_)
        | Fact::OpenIdClient(_)
        | Fact::Session(_)
        | Fact::Grant(_)
        | Fact::Exception(_)
        | Fact::Risk(_)
        | Fact::Trust(_)
        | Fact::Policies(_)
        | Fact::Settings(_)
        | Fact::Rollout(_)
        | Fact::AssertionKey(_)
        | Fact::Evidence(_)
        | Fact::Journal(_) => Vec::new(),
    };
    let seq = world.seq + 1;
    for (person, what) in told {
        world.notices.tell(person, Notice { seq, at: stated.at, by: by.clone(), what });
    }
}

/// Tells whoever loses a passkey, unless they removed it themselves.
fn to_owner(world: &World, by: &Actor, credential: CredentialId) -> Vec<(PersonId, Noticed)> {
    let owner = world.credential(credential).map(|known| known.person);
    let owner = owner.filter(|owner| *by != Actor::Person(*owner));
    owner.map(|owner| (owner, Noticed::PasskeyRemoved)).into_iter().collect()
}

/// Addresses a notice to all who administer or approve, except the author.
fn to_approvers(world: &World, by: &Actor, what: &Noticed) -> Vec<(PersonId, Noticed)> {
    let others = world.approvers().into_iter().filter(|person| *by != Actor::Person(*person));
    others.map(|person| (person, what.clone())).collect()
}

impl World {
    /// Returns a person's unread notices, oldest first.
    pub fn notices_of(&self, person: PersonId) -> &[Notice] {
        self.notices.0.get(&person).map(|theirs| theirs.as_slice()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_a_colleague_can_cause_again_and_again_pushes_no_removed_passkey_out() {
        let person = PersonId::new(Uuid::from_u128(1));
        let notice = |seq, what| Notice { seq, at: Timestamp::from_micros(0), by: Actor::Operator, what };
        let mut notices = Notices::default();
        notices.tell(person, notice(1, Noticed::PasskeyRemoved));
        for seq in 2..=200 {
            notices.tell(person, notice(seq, Noticed::Confirmed));
        }
        let kept: Vec<u64> = notices.0.get(&person).unwrap().iter().map(|notice| notice.seq).collect();
        assert_eq!((kept.len(), kept.first(), kept.last()), (MOST, Some(&1), Some(&200)));
        // Of the notices about a takeover, the newest stay.
        for seq in 201..=260 {
            notices.tell(person, notice(seq, Noticed::PasskeyRemoved));
        }
        let kept: Vec<u64> = notices.0.get(&person).unwrap().iter().map(|notice| notice.seq).collect();
        assert_eq!((kept.len(), kept.first(), kept.last()), (MOST, Some(&211), Some(&260)));
    }
}
