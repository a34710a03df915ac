//! What is announced to people: it stays until they say that they have seen it.

use crate::World;
use crate::maps::HashMap;
use countersign_facts::{
    Actor, CommandFact, CredentialFact, Fact, GroupFact, InvitationFact, InvitationPurpose, PersonFact,
    Stated,
};
use countersign_names::{GroupName, InvitationId, PersonId, ProposalId, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How many are kept for each person.
const MOST: usize = 50;

/// Something that was announced to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The sequence of the fact that it is about.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// On whose word; of what two people did, on that of whoever proposed it.
    pub by: Actor,
    /// What.
    pub what: Noticed,
}

/// What is announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Noticed {
    /// A link was made by which their passkeys and sessions would end, and a new passkey be theirs.
    RecoveryIssued {
        /// The invitation.
        invitation: InvitationId,
        /// When it stops working.
        expires_at: Timestamp,
    },
    /// Such a link was used.
    Recovered,
    /// Somebody else removed a passkey of theirs.
    PasskeyRemoved,
    /// They were put into a group that administers or approves.
    Appointed {
        /// The group.
        group: GroupName,
    },
    /// Somebody vouched for them.
    Confirmed,
    /// A command that takes two people waits for the second. Told to everybody who administers or approves.
    Proposed {
        /// The proposal.
        proposal: ProposalId,
    },
    /// A command that takes two people was carried out. Told to everybody who administers or approves.
    CarriedOut {
        /// The proposal.
        proposal: ProposalId,
    },
}

impl Noticed {
    /// Whether the person finds it in the list of proposals, or beside their own name, too.
    const fn is_told_elsewhere(&self) -> bool {
        match self {
            Self::Proposed { .. } | Self::CarriedOut { .. } | Self::Confirmed => true,
            Self::RecoveryIssued { .. } | Self::Recovered | Self::PasskeyRemoved | Self::Appointed { .. } => {
                false
            }
        }
    }
}

/// What was announced and not yet seen.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Notices(#[serde(with = "crate::maps::pairs")] HashMap<PersonId, Arc<Vec<Notice>>>);

impl Notices {
    fn tell(&mut self, person: PersonId, notice: Notice) {
        let mut theirs = self.0.get(&person).map(|known| Vec::clone(known)).unwrap_or_default();
        theirs.push(notice);
        if theirs.len() > MOST {
            // What any colleague can cause again and again must not push out what says that somebody becomes them.
            let least = theirs.iter().position(|known| known.what.is_told_elsewhere());
            theirs.remove(least.unwrap_or(0));
        }
        self.0.insert(person, Arc::new(theirs));
    }
}

/// Tell whom `stated` is to be announced to. To be called before it is folded in.
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
        Fact::Credential(CredentialFact::Removed { credential }) => {
            let owner = world.credential(*credential).map(|known| known.person);
            owner
                .filter(|owner| by != Actor::Person(*owner))
                .map(|owner| (owner, Noticed::PasskeyRemoved))
                .into_iter()
                .collect()
        }
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
        // These are announced to nobody, nor is whatever is said about the other subjects.
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

/// To everybody who administers or approves, but for whoever did it.
fn to_approvers(world: &World, by: &Actor, what: &Noticed) -> Vec<(PersonId, Noticed)> {
    let others = world.approvers().into_iter().filter(|person| *by != Actor::Person(*person));
    others.map(|person| (person, what.clone())).collect()
}

impl World {
    /// What was announced to somebody and not yet seen, the oldest first.
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
        // Of those that say that somebody becomes them, the newest stay.
        for seq in 201..=260 {
            notices.tell(person, notice(seq, Noticed::PasskeyRemoved));
        }
        let kept: Vec<u64> = notices.0.get(&person).unwrap().iter().map(|notice| notice.seq).collect();
        assert_eq!((kept.len(), kept.first(), kept.last()), (MOST, Some(&211), Some(&260)));
    }
}
