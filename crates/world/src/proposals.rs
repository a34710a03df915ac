//! Commands of two people: one proposes, another countersigns, and the command is carried out at once.

use crate::World;
use crate::clock::SET_BACK;
use crate::contradiction::Contradiction;
use crate::maps::HashMap;
use countersign_facts::{Actor, CommandFact, Digest, Fact, SettingsFact, Stated};
use countersign_names::{PersonId, Principal, ProposalId, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// The maximum life of a proposal. The second person agrees to it in the present state, not a much older one.
pub const LONGEST_PROPOSAL: Duration = Duration::from_secs(7 * 24 * 3600);

/// Maximum number of open proposals per proposer.
const MOST_OPEN: usize = 20;

/// A proposed command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The id.
    pub id: ProposalId,
    /// The proposer.
    pub by: Actor,
    /// What it does, as text.
    pub text: String,
    /// SHA-256 over its facts, as JSON.
    pub digest: Digest,
    /// The facts that it would state; empty after it was answered or has expired.
    pub facts: Vec<Fact>,
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// The state.
    pub state: ProposalState,
    /// The policy set that was in force when it was proposed.
    policies: Option<Digest>,
}

/// The state of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProposalState {
    /// Not answered yet. It may have expired.
    Open,
    /// Countersigned, and carried out.
    Countersigned {
        /// The person who countersigned it.
        by: Actor,
        /// When it was countersigned.
        at: Timestamp,
    },
    /// Refused or withdrawn.
    Refused {
        /// The person who refused or withdrew it.
        by: Actor,
        /// When it was refused or withdrawn.
        at: Timestamp,
        /// The reason.
        reason: String,
    },
}

impl Proposal {
    /// Returns whether it can be countersigned at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.state == ProposalState::Open && now < self.expires_at
    }
}

/// All proposals, and the one whose facts are being folded in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Proposals {
    #[serde(with = "crate::maps::pairs")]
    by_id: HashMap<ProposalId, Arc<Proposal>>,
    carrying: Option<(ProposalId, usize)>,
}

impl Proposals {
    /// Returns the proposal to which the next fact belongs.
    pub(crate) fn carrying(&self) -> Option<&Arc<Proposal>> {
        self.carrying.and_then(|(id, _)| self.by_id.get(&id))
    }

    fn open(&self, id: ProposalId, at: Timestamp) -> Result<&Arc<Proposal>, Contradiction> {
        let known = self.by_id.get(&id).ok_or_else(|| Contradiction::unknown("proposal", "proposal", id))?;
        if known.is_open(at) {
            return Ok(known);
        }
        let why = match known.state {
            ProposalState::Open => "has expired: propose it again",
            ProposalState::Countersigned { .. } => "was already countersigned",
            ProposalState::Refused { .. } => "was refused or taken back",
        };
        Err(Contradiction::over("proposal", format!("{id} {why}")))
    }

    /// Refuses all proposals that nobody answered, also those that have expired, because time is set back. Returns how
    /// many there were.
    pub(crate) fn refuse_open(&mut self, stated: &Stated) -> usize {
        let open: Vec<_> =
            self.by_id.values().filter(|known| known.state == ProposalState::Open).cloned().collect();
        for known in &open {
            let (by, reason) = (stated.by.clone(), SET_BACK.to_owned());
            let state = ProposalState::Refused { by, at: stated.at, reason };
            let refused = Proposal { facts: Vec::new(), state, ..Proposal::clone(known) };
            self.by_id.insert(known.id, Arc::new(refused));
        }
        open.len()
    }

    fn answer(
        &mut self,
        id: ProposalId,
        at: Timestamp,
        state: ProposalState,
    ) -> Result<usize, Contradiction> {
        let mut next = Proposal::clone(self.open(id, at)?);
        let count = next.facts.len();
        next.facts = Vec::new();
        next.state = state;
        self.by_id.insert(id, Arc::new(next));
        Ok(count)
    }
}

/// Counts down the remaining facts of a countersigned command, after each is folded in.
pub fn folded(world: &mut World, fact: &Fact) {
    if matches!(fact, Fact::Command(CommandFact::Countersigned { .. })) {
        return;
    }
    if let Some((_, left)) = &mut world.proposals.carrying {
        *left = left.saturating_sub(1);
        if *left == 0 {
            world.proposals.carrying = None;
        }
    }
}

/// Folds in facts about proposals.
pub fn apply(world: &mut World, stated: &Stated, fact: &CommandFact) -> Result<(), Contradiction> {
    match fact {
        CommandFact::Proposed { proposal, text, digest, facts, expires_at } => {
            let proposed = Proposal {
                id: *proposal,
                by: stated.by.clone(),
                text: text.clone(),
                digest: *digest,
                facts: facts.clone(),
                proposed_at: stated.at,
                expires_at: *expires_at,
                state: ProposalState::Open,
                policies: world.policies().map(|policies| policies.version),
            };
            propose(world, proposed)
        }
        CommandFact::Countersigned { proposal, digest } => {
            if world.proposals.open(*proposal, stated.at)?.digest != *digest {
                return Err(Contradiction::impossible(
                    "digest",
                    format!("the digest is not that of {proposal}: read the proposal again"),
                ));
            }
            let state = ProposalState::Countersigned { by: stated.by.clone(), at: stated.at };
            let count = world.proposals.answer(*proposal, stated.at, state)?;
            world.proposals.carrying = (count > 0).then_some((*proposal, count));
            Ok(())
        }
        CommandFact::Refused { proposal, reason } => {
            let state =
                ProposalState::Refused { by: stated.by.clone(), at: stated.at, reason: reason.clone() };
            world.proposals.answer(*proposal, stated.at, state).map(|_| ())
        }
    }
}

fn propose(world: &mut World, proposed: Proposal) -> Result<(), Contradiction> {
    let now = proposed.proposed_at;
    if world.proposals.by_id.contains_key(&proposed.id) {
        return Err(Contradiction::taken("proposal", format!("{} was already proposed", proposed.id)));
    }
    if proposed.expires_at <= now || proposed.expires_at > now.plus(LONGEST_PROPOSAL) {
        return Err(Contradiction::impossible(
            "expires_at",
            "a proposal must expire in the future, and within a week",
        ));
    }
    if proposed.facts.is_empty() || !proposed.facts.iter().all(|fact| world.stated_by(fact).may_be_proposed())
    {
        return Err(Contradiction::impossible(
            "facts",
            "only a command that needs two people can be proposed: run it directly",
        ));
    }
    // Expired proposals lose their facts here rather than by a clock.
    let expired: Vec<_> = world
        .proposals
        .by_id
        .values()
        .filter(|known| !known.facts.is_empty() && known.expires_at <= now)
        .cloned()
        .collect();
    for known in expired {
        let let_go = Proposal { facts: Vec::new(), ..Proposal::clone(&known) };
        world.proposals.by_id.insert(known.id, Arc::new(let_go));
    }
    let theirs = |known: &&Arc<Proposal>| known.by == proposed.by && known.is_open(now);
    if world.proposals.by_id.values().filter(theirs).count() >= MOST_OPEN {
        return Err(Contradiction::over(
            "proposal",
            format!("{MOST_OPEN} of your proposals are open: take some of them back"),
        ));
    }
    world.proposals.by_id.insert(proposed.id, Arc::new(proposed));
    Ok(())
}

impl World {
    /// Returns a proposal by id, in any state.
    pub fn proposal(&self, proposal: ProposalId) -> Option<&Arc<Proposal>> {
        self.proposals.by_id.get(&proposal)
    }

    /// Returns all proposals, in any state.
    pub fn proposals(&self) -> impl Iterator<Item = &Arc<Proposal>> {
        self.proposals.by_id.values()
    }

    /// Checks that `by` may countersign this proposal, and that the stated facts are exactly the proposed ones.
    pub(crate) fn may_countersign(
        &self,
        proposal: ProposalId,
        by: &Actor,
        facts: &[Stated],
        now: Timestamp,
    ) -> Result<(), Contradiction> {
        let proposed = self.proposals.open(proposal, now)?;
        let same = facts.len() == proposed.facts.len()
            && facts.iter().zip(&proposed.facts).all(|(stated, fact)| stated.fact == *fact);
        if !same {
            return Err(Contradiction::impossible(
                "proposal",
                "the facts differ from those of the proposal, which is carried out unchanged or not at all: \
                 propose it again",
            ));
        }
        let publishes = |fact: &Fact| {
            fact.policies().is_some() || matches!(fact, Fact::Settings(SettingsFact::Applied { .. }))
        };
        let in_force = self.policies().map(|policies| policies.version);
        if proposed.facts.iter().any(publishes) && in_force != proposed.policies {
            return Err(Contradiction::over(
                "proposal",
                "the policies changed after the proposal was made: propose it again",
            ));
        }
        let may_act = match proposed.by {
            Actor::Person(first) => {
                self.person(first).is_some_and(|known| known.standing == crate::Standing::Active)
            }
            Actor::Service(first) => self.service(first).is_some(),
            Actor::Operator | Actor::System(_) => true,
        };
        if !may_act {
            return Err(Contradiction::over(
                "proposal",
                "the proposer was suspended or removed: let an active person propose it again",
            ));
        }
        match (by, &proposed.by) {
            (Actor::Operator, _) => Ok(()),
            (Actor::Person(second), Actor::Person(first)) => {
                self.second_to(*second, Principal::Person(*first), now)
            }
            (Actor::Person(second), Actor::Service(first)) => {
                self.second_to(*second, Principal::Service(*first), now)
            }
            (Actor::Person(_), Actor::Operator | Actor::System(_)) => Ok(()),
            (Actor::Service(_) | Actor::System(_), _) => Err(Contradiction::impossible(
                "approver",
                "only a person, or the operator at the machine, can countersign",
            )),
        }
    }

    /// Checks that `second` may answer a request of `first`.
    pub(crate) fn second_to(
        &self,
        second: PersonId,
        first: Principal,
        now: Timestamp,
    ) -> Result<(), Contradiction> {
        if !self.is_approver(second) {
            return Err(Contradiction::impossible(
                "approver",
                "only an administrator, an approver or the operator at the machine can countersign",
            ));
        }
        self.answers_for(second, first, now)
    }
}
