//! The turns of the players.

use super::commands::{COMMANDS, is_commanded};
use super::{HONEST, Hand, PRIVILEGED, Play};
use countersign_facts::*;
use countersign_names::*;
use countersign_testkit::story::*;
use countersign_world::ProposalState;
use std::collections::BTreeSet;
use uuid::Uuid;

impl Play {
    /// Returns whether the control plane lets `face` state these facts, as the shipped policies define it.
    fn is_let(&self, face: PersonId, facts: &[Fact]) -> bool {
        let Some(known) = self.world.person(face) else { return false };
        let within =
            |group: &str| searched(&self.world, &Member::Person(face)).iter().any(|it| it.as_str() == group);
        let approves = within("administrators") || within("approvers");
        let lent = self.world.grants_of(face).is_some_and(|grants| {
            grants.iter().any(|grant| {
                grant.application.as_str() == "countersign" && grant.active_until(self.moment()).is_some()
            })
        });
        let administers = within("administrators") && lent && known.risk.level < RiskLevel::High;
        facts.iter().all(|fact| match fact {
            Fact::Grant(
                GrantFact::Approved { .. } | GrantFact::Refused { .. } | GrantFact::Revoked { .. },
            )
            | Fact::Person(PersonFact::Confirmed { .. })
            | Fact::Command(CommandFact::Refused { .. }) => approves,
            Fact::Grant(GrantFact::Requested { person, .. })
            | Fact::Person(PersonFact::NoticesSeen { person, .. }) => *person == face,
            Fact::Session(
                SessionFact::Started { .. }
                | SessionFact::SteppedUp { .. }
                | SessionFact::HandedOver { .. }
                | SessionFact::Opened { .. },
            )
            | Fact::Credential(CredentialFact::Used { .. } | CredentialFact::Registered { .. }) => true,
            Fact::Session(SessionFact::Ended { session, .. }) => {
                administers || self.world.session(*session).is_some_and(|known| known.person == face)
            }
            Fact::Credential(CredentialFact::Removed { credential }) => {
                administers || self.world.credential(*credential).is_some_and(|known| known.person == face)
            }
            _ => administers,
        })
    }

    /// Uses a link that this player has seen.
    fn use_a_link(&mut self, hand: Hand) -> bool {
        let seen =
            |invitation: &InvitationId| self.links.get(invitation).is_some_and(|all| all.contains(&hand));
        let mut open: Vec<_> = self.world.invitations().filter(|open| seen(&open.id)).cloned().collect();
        open.sort_by_key(|open| open.id);
        let Some(open) = self.dice.pick(&open) else { return false };
        // The honest players use only their own.
        if matches!(hand, Hand::Honest(n) if per(n) != open.person) {
            return false;
        }
        let credential = CredentialId::new(Uuid::from_u128(self.fresh()));
        // Like the sign-in host, which also ends the grants; the world must enforce that.
        let mut facts = Vec::new();
        if self.dice.chance(80) {
            facts.extend(self.world.ended_by_use(&open, self.moment()));
        }
        facts.push(Fact::Credential(CredentialFact::Registered {
            credential,
            person: open.person,
            name: "key".into(),
            invitation: Some(open.id),
            assurance: Assurance::Aal2,
            passkey: serde_json::Value::Null,
        }));
        self.say(hand, &Actor::Person(open.person), facts)
    }

    /// Countersigns an open proposal. The honest players countersign those of the honest; she countersigns any.
    fn countersign(&mut self, hand: Hand, face: PersonId) -> Option<Hand> {
        let mut open: Vec<_> =
            self.world.proposals().filter(|known| known.state == ProposalState::Open).cloned().collect();
        open.retain(|known| hand == Hand::Hostile || self.proposals.get(&known.id) != Some(&Hand::Hostile));
        open.sort_by_key(|known| known.id);
        let proposed = self.dice.pick(&open)?;
        let mut facts = vec![Fact::Command(CommandFact::Countersigned {
            proposal: proposed.id,
            digest: proposed.digest,
        })];
        facts.extend(proposed.facts.iter().cloned());
        if hand == Hand::Hostile && self.dice.chance(20) {
            // Different facts from the proposed ones.
            facts.pop();
            let other = COMMANDS[self.dice.below(COMMANDS.len())];
            facts.extend(self.facts_of(other, face));
        }
        let proposer = self.proposals.get(&proposed.id).copied().unwrap_or(Hand::Hostile);
        let approves = searched(&self.world, &Member::Person(face))
            .iter()
            .any(|group| PRIVILEGED.contains(&group.as_str()));
        (approves && self.say(hand, &Actor::Person(face), facts)).then_some(proposer)
    }

    /// Plays one step. Returns whether a change was hers alone.
    pub(super) fn step(&mut self, attempted: &mut BTreeSet<String>) -> bool {
        self.now += i64::try_from(self.dice.below(90)).unwrap();
        self.finish_rollouts();
        let hand = match self.dice.below(100) {
            0..=2 => Hand::Operator,
            3..=24 => Hand::Honest(HONEST[self.dice.below(3)]),
            _ => Hand::Hostile,
        };
        if self.dice.chance(12) {
            return self.use_a_link(hand) && hand == Hand::Hostile;
        }
        let (faces, everybody) = (self.faces(hand), self.people());
        let face = match hand {
            Hand::Operator => self.dice.pick(&everybody),
            _ => self.dice.pick(&faces),
        };
        let Some(face) = face else { return false };
        if hand != Hand::Operator && self.dice.chance(12) {
            attempted.insert("command.countersigned".to_owned());
            attempted.insert("command.proposed".to_owned());
            let proposer = self.countersign(hand, face);
            return hand == Hand::Hostile && proposer == Some(Hand::Hostile);
        }
        let tag = self.tag_for(hand);
        let facts = self.facts_of(tag, face);
        attempted.extend(facts.iter().filter(|fact| is_commanded(fact)).map(super::commands::tag));
        if hand != Hand::Hostile && !self.is_sensible(&facts) {
            return false;
        }
        let by = match hand {
            Hand::Operator => Actor::Operator,
            _ if self.is_let(face, &facts) => Actor::Person(face),
            _ => return false,
        };
        self.say(hand, &by, facts) && hand == Hand::Hostile
    }

    /// Finishes rollouts that reached 100 percent, as the software does.
    fn finish_rollouts(&mut self) {
        let mut running: Vec<_> =
            self.world.rollouts().filter(|it| it.percent() == 100).map(|it| it.id).collect();
        running.sort();
        for rollout in running {
            let (at, by) = (self.moment(), Actor::System("rollout".to_owned()));
            let stated = Stated { at, by, fact: Fact::Rollout(RolloutFact::Finished { rollout }) };
            if self.dice.chance(20)
                && let Ok(next) = self.world.after(&[stated])
            {
                self.world = next;
            }
        }
    }

    /// Picks a command. She prefers those that are most useful to her.
    fn tag_for(&mut self, hand: Hand) -> &'static str {
        const TEMPTING: [&str; 10] = [
            "grant.requested",
            "grant.approved",
            "grant.approved",
            "grant.approved",
            "invitation.issued",
            "person.added",
            "group.member_added",
            "person.confirmed",
            "person.removed",
            "exception.opened",
        ];
        if hand == Hand::Hostile && self.dice.chance(60) {
            return TEMPTING[self.dice.below(TEMPTING.len())];
        }
        let tag = COMMANDS[self.dice.below(COMMANDS.len())];
        match tag {
            // These have a turn of their own, or follow from a command that needs two people.
            "command.countersigned" | "command.proposed" => "grant.requested",
            other => other,
        }
    }

    /// Returns whether an honest player would do this. They knowingly give her nothing, except for an occasional lapse.
    fn is_sensible(&mut self, facts: &[Fact]) -> bool {
        let lapse = self.dice.chance(10);
        facts.iter().all(|fact| match fact {
            Fact::Grant(GrantFact::Approved { grant, .. }) => {
                lapse || self.world.grant(*grant).is_some_and(|grant| !self.is_hers(grant.person))
            }
            Fact::Person(
                PersonFact::Confirmed { person, .. }
                | PersonFact::Changed { person, .. }
                | PersonFact::Restored { person },
            ) => !self.is_hers(*person),
            Fact::Group(GroupFact::MemberAdded { member: Member::Person(person), .. }) => {
                lapse || !self.is_hers(*person)
            }
            Fact::Group(GroupFact::MemberAdded { member: Member::Group(_), .. }) => false,
            // They keep the installation working.
            Fact::Person(PersonFact::Removed { person } | PersonFact::Suspended { person, .. }) => {
                !HONEST.iter().any(|n| per(*n) == *person)
            }
            Fact::Group(GroupFact::MemberRemoved { group, .. } | GroupFact::Removed { group }) => {
                !PRIVILEGED.contains(&group.as_str())
            }
            Fact::Application(ApplicationFact::Removed { .. })
            | Fact::Credential(CredentialFact::Removed { .. }) => false,
            Fact::Policies(PoliciesFact::Published { files, .. } | PoliciesFact::Applied { files, .. }) => {
                files.contains_key("applications/countersign.cedar")
            }
            _ => true,
        })
    }
}
