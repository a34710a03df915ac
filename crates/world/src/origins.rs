//! The principals who vouch for each person, and so which people are independent of each other.
//!
//! The vouchers of a person are the person, and every principal who could have put another in their place or who gave
//! them the standing to approve. These are the principals who added or changed their record, who issued the invitation or
//! recovery for their passkey, and who added them to a group that administers or approves without a second person's
//! countersignature. For a person who approves without such a group, they are those who approved the person's grants to
//! the control plane. The relation is transitive. Two people are independent of each other if no principal vouches for
//! both.
//!
//! Acts of the operator and of the software are not recorded here: trust begins with the operator of the machine. After a
//! confirmation, only the person themselves is their voucher, until the next such act.

use crate::contradiction::Contradiction;
use crate::maps::HashMap;
use crate::{CONTROL_PLANE, GrantState, World};
use countersign_facts::{
    Actor, CommandFact, CredentialFact, Fact, GroupFact, InvitationFact, Member, PersonFact, ProviderFact,
    ServiceFact, Stated,
};
use countersign_names::{GroupName, PersonId, Principal, Timestamp};
use imbl::OrdSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The recorded vouchers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Origins {
    /// The principals on whom each identity rests. Entries of removed people stay, so that no chain breaks.
    #[serde(with = "crate::maps::pairs")]
    identity: HashMap<Principal, OrdSet<Principal>>,
    #[serde(with = "crate::maps::pairs")]
    links: HashMap<(GroupName, Member), GroupLink>,
    #[serde(with = "crate::maps::pairs")]
    confirmed: HashMap<PersonId, Confirmed>,
}

/// The membership of a member in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct GroupLink {
    /// The principals who vouch for it; empty if none does.
    by: OrdSet<Principal>,
    seq: u64,
}

/// The confirmation of a person's identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// The author.
    pub by: Actor,
    /// When it was stated.
    pub at: Timestamp,
    /// How the author knew.
    pub reason: String,
    seq: u64,
}

impl Origins {
    fn rests_on(&mut self, whose: Principal, hand: Option<Principal>) {
        if let Some(hand) = hand.filter(|hand| *hand != whose) {
            self.identity.entry(whose).or_default().insert(hand);
        }
    }

    /// Adds `hands` as vouchers to everything for which `of` vouches so far.
    fn hand_on(&mut self, of: Principal, hands: &BTreeSet<Principal>) {
        let others = self.identity.iter().filter(|(whose, behind)| **whose != of && behind.contains(&of));
        let others: Vec<Principal> = others.map(|(whose, _)| *whose).collect();
        for (whose, hand) in others.iter().flat_map(|whose| hands.iter().map(move |hand| (*whose, *hand))) {
            self.rests_on(whose, Some(hand));
        }
        let links = self.links.iter().filter(|(_, link)| link.by.contains(&of));
        let links: Vec<_> = links.map(|(at, link)| (at.clone(), link.clone())).collect();
        for (at, mut link) in links {
            link.by.extend(hands.iter().copied());
            self.links.insert(at, link);
        }
    }
}

/// Returns the principal who performed an act.
const fn hand(by: &Actor) -> Option<Principal> {
    match by {
        Actor::Person(person) => Some(Principal::Person(*person)),
        Actor::Service(service) => Some(Principal::Service(*service)),
        Actor::Operator | Actor::System(_) => None,
    }
}

/// Records for whom the author of `stated` vouches. Must be called before it is folded in, while whatever it ends still
/// exists.
pub fn note(world: &mut World, stated: &Stated) {
    let seq = world.seq + 1;
    // The author of a command of two people is its proposer. No single principal vouches for a membership that it adds.
    let carried = world.proposals.carrying().map(|proposal| proposal.by.clone());
    let by = hand(carried.as_ref().unwrap_or(&stated.by));
    match &stated.fact {
        // The author determined who they are, and where their link is sent.
        Fact::Person(PersonFact::Added { person, .. } | PersonFact::Changed { person, .. }) => {
            world.origins.rests_on(Principal::Person(*person), by);
        }
        Fact::Credential(CredentialFact::Registered { person, invitation: Some(invitation), .. }) => {
            let issuer = world.people.invitations.get(invitation).and_then(|issued| hand(&issued.by));
            world.origins.rests_on(Principal::Person(*person), issuer);
        }
        // The author determined whose account signs in as them.
        Fact::Provider(ProviderFact::Linked { about, .. }) => {
            let issued = about.invitation.and_then(|invitation| world.people.invitations.get(&invitation));
            let by = issued.map_or(by, |issued| hand(&issued.by));
            world.origins.rests_on(Principal::Person(about.person), by);
        }
        Fact::Group(GroupFact::MemberAdded { group, member }) => {
            let by = by.filter(|_| carried.is_none()).into_iter().collect();
            world.origins.links.insert((group.clone(), member.clone()), GroupLink { by, seq });
        }
        Fact::Group(GroupFact::MemberRemoved { group, member }) => {
            world.origins.links.remove(&(group.clone(), member.clone()));
        }
        Fact::Person(PersonFact::Removed { person }) => keep(world, Principal::Person(*person), stated.at),
        Fact::Service(ServiceFact::Removed { service }) => {
            keep(world, Principal::Service(*service), stated.at)
        }
        Fact::Service(ServiceFact::Added { service, owner, .. }) => {
            world.origins.rests_on(Principal::Service(*service), by);
            world.origins.rests_on(Principal::Service(*service), Some(Principal::Person(*owner)));
        }
        Fact::Service(ServiceFact::TokenIssued { service, .. }) => {
            world.origins.rests_on(Principal::Service(*service), by)
        }
        Fact::Person(PersonFact::Confirmed { person, reason }) => {
            // Their vouchers may have performed their acts until now, and continue to vouch for the results of these.
            let whose = Principal::Person(*person);
            let mut hands = world.behind(whose, stated.at);
            hands.remove(&whose);
            world.origins.hand_on(whose, &hands);
            world.origins.identity.remove(&whose);
            let confirmed = Confirmed { by: stated.by.clone(), at: stated.at, reason: reason.clone(), seq };
            world.origins.confirmed.insert(*person, confirmed);
        }
        // These facts neither name nor admit nor appoint anybody, nor do those about the other subjects.
        Fact::Person(
            PersonFact::Suspended { .. } | PersonFact::Restored { .. } | PersonFact::NoticesSeen { .. },
        )
        | Fact::Group(GroupFact::Added { .. } | GroupFact::Removed { .. })
        | Fact::Service(ServiceFact::TokenBound(_) | ServiceFact::TokenRevoked { .. })
        | Fact::Invitation(InvitationFact::Issued { .. } | InvitationFact::Withdrawn { .. })
        | Fact::Credential(
            CredentialFact::Registered { invitation: None, .. }
            | CredentialFact::Used { .. }
            | CredentialFact::Removed { .. },
        )
        | Fact::Command(
            CommandFact::Proposed { .. } | CommandFact::Countersigned { .. } | CommandFact::Refused { .. },
        )
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
        // Two people declare a provider, so no single principal vouches for what it states.
        | Fact::Provider(
            ProviderFact::Declared { .. } | ProviderFact::Withdrawn { .. } | ProviderFact::Unlinked { .. },
        )
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
        | Fact::Journal(_) => {}
    }
}

/// Keeps the vouchers for the standing of a principal who is being removed.
fn keep(world: &mut World, who: Principal, at: Timestamp) {
    for hand in world.standing_of(who, at) {
        world.origins.rests_on(who, Some(hand));
    }
}

impl World {
    /// Returns all principals who vouch for this person or service account, including themselves.
    pub fn behind(&self, who: Principal, now: Timestamp) -> BTreeSet<Principal> {
        let mut found = BTreeSet::from([who]);
        let mut open = vec![who];
        while let Some(next) = open.pop() {
            let identity =
                self.origins.identity.get(&next).into_iter().flat_map(|hands| hands.iter().copied());
            let hands: Vec<_> = identity.chain(self.standing_of(next, now)).collect();
            open.extend(hands.into_iter().filter(|hand| found.insert(*hand)));
        }
        found
    }

    /// Returns whether no principal vouches for both.
    pub fn independent(&self, one: PersonId, other: PersonId, now: Timestamp) -> bool {
        self.behind_both(Principal::Person(one), Principal::Person(other), now).is_none()
    }

    /// Returns a principal who vouches for both, preferably one of the two; `None` if they are independent.
    fn behind_both(&self, one: Principal, other: Principal, now: Timestamp) -> Option<Principal> {
        let behind_one = self.behind(one, now);
        let behind_other = self.behind(other, now);
        let both: Vec<_> = behind_one.intersection(&behind_other).copied().collect();
        both.iter().find(|who| **who == one || **who == other).or(both.first()).copied()
    }

    /// Checks that `second` may answer a request of `first`: they are two people, and no principal vouches for both.
    pub(crate) fn answers_for(
        &self,
        second: PersonId,
        first: Principal,
        now: Timestamp,
    ) -> Result<(), Contradiction> {
        let second = Principal::Person(second);
        if second == first {
            return Err(Contradiction::impossible(
                "approver",
                "a person cannot countersign their own request: ask another person",
            ));
        }
        let Some(both) = self.behind_both(second, first, now) else { return Ok(()) };
        let named = |who: Principal| match who {
            Principal::Person(person) => {
                self.person(person).map_or_else(|| who.to_string(), |known| known.about.email.clone())
            }
            _ => who.to_string(),
        };
        let (approver, asker) = (named(second), named(first));
        let (why, whom) = if both == first {
            (format!("{asker}, who made the request, vouches for {approver}"), approver)
        } else if both == second {
            (format!("{approver} vouches for {asker}"), asker)
        } else {
            let word = named(both);
            (format!("{word} vouches for both {approver} and {asker}"), approver)
        };
        Err(Contradiction::impossible(
            "approver",
            format!(
                "{why}, so the two are not independent: let an independent approver, or the operator with \
                 `countersign person confirm {whom}` at the machine, confirm {whom} once"
            ),
        ))
    }

    /// Returns whether only the person themselves vouches for them.
    pub fn is_rooted(&self, person: PersonId, now: Timestamp) -> bool {
        self.behind(Principal::Person(person), now).len() == 1
    }

    /// Returns the last confirmation of a person.
    pub fn confirmed(&self, person: PersonId) -> Option<&Confirmed> {
        self.origins.confirmed.get(&person)
    }

    /// Returns whether two people who administer or approve, and can sign in, are independent of each other.
    pub fn has_independent_approvers(&self, now: Timestamp) -> bool {
        let able = |person: &PersonId| {
            self.person(*person).is_some_and(|known| known.standing == crate::Standing::Active)
                && self.credentials_of(*person).next().is_some()
        };
        let approvers: Vec<PersonId> = self.approvers().into_iter().filter(able).collect();
        let pair = |(at, one): (usize, &PersonId)| {
            approvers.iter().skip(at + 1).any(|other| self.independent(*one, *other, now))
        };
        approvers.iter().enumerate().any(pair)
    }

    /// Returns the principals who alone gave a principal the standing to administer or approve.
    fn standing_of(&self, who: Principal, now: Timestamp) -> Vec<Principal> {
        let (member, since) = match who {
            Principal::Person(person) => {
                (Member::Person(person), self.origins.confirmed.get(&person).map_or(0, |it| it.seq))
            }
            Principal::Service(service) => (Member::Service(service), 0),
            Principal::Anonymous => return Vec::new(),
        };
        let guarded = self.guarded();
        let mut hands = Vec::new();
        let (mut seen, mut open) = (BTreeSet::new(), vec![member]);
        let mut by_group = false;
        while let Some(member) = open.pop() {
            for group in self.groups.above(&member).filter(|group| guarded.leads_up(self, group)) {
                by_group = true;
                let link = self.origins.links.get(&(group.clone(), member.clone()));
                hands
                    .extend(link.filter(|link| link.seq > since).into_iter().flat_map(|link| link.by.iter()));
                if seen.insert(group.clone()) {
                    open.push(Member::Group(group.clone()));
                }
            }
        }
        // A person who approves without such a group can only do so by a grant.
        if !by_group && let Principal::Person(person) = who {
            hands.extend(self.lent_by(person, now));
        }
        hands
    }

    /// Returns those who approved the grants to the control plane that a person holds.
    fn lent_by(&self, person: PersonId, now: Timestamp) -> impl Iterator<Item = Principal> {
        let grants = self.grants_of(person).into_iter().flat_map(|grants| grants.iter());
        grants
            .filter(move |grant| {
                grant.application.as_str() == CONTROL_PLANE && grant.active_until(now).is_some()
            })
            .filter_map(|grant| match &grant.state {
                GrantState::Approved { by, .. } => hand(by),
                GrantState::Requested | GrantState::Refused { .. } | GrantState::Revoked { .. } => None,
            })
    }
}
