//! Staged rollouts: policies in their shadow stage that count for a sample of people, and whom they turned.
//!
//! Whether somebody is in a sample is not for this room: here is only how large it is. What was counted lies beside the
//! rollouts and not in them, because decisions read the rollouts, and an answer must not end with every count.

use crate::World;
use crate::contradiction::Contradiction;
use crate::maps::{HashMap, HashSet};
use countersign_facts::{
    Actor, CountUnit, Digest, HaltIf, MOST_STEPS, RolloutFact, SHORTEST_WATCH, Stated, Turned, Turning,
};
use countersign_names::{DecisionId, PersonId, PolicyId, RolloutId, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// A staged rollout, as decisions read it: replaced whole whenever anything here changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    /// Its id.
    pub id: RolloutId,
    /// The policy that counts for the sample.
    pub policy: PolicyId,
    /// SHA-256 over the policy's text, for which alone it was started.
    pub text: Digest,
    /// The percentages, rising, the last of them 100.
    pub percents: Vec<u8>,
    /// For how long each is watched.
    pub watch: Duration,
    /// What halts it.
    pub halt_if: HaltIf,
    /// Why, where whoever started it said so.
    pub why: Option<String>,
    /// SHA-256 over the report or the plan that they had seen.
    pub rehearsal: Option<Digest>,
    /// How it stands.
    pub state: RolloutState,
    /// Its percentages so far, the first at its start; 0 once it was halted or ended.
    pub moves: Vec<RolloutMove>,
}

/// How a rollout stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RolloutState {
    /// It is watched.
    Running,
    /// It reached everybody, and nothing halted it: the policy goes on to count for everybody.
    Finished,
    /// It was taken back.
    Halted {
        /// Why.
        why: String,
        /// One of the accesses that it was halted for.
        example: Option<DecisionId>,
    },
    /// The policy left its shadow stage, and counts by its own text.
    Ended,
}

/// From when on a rollout was at a percentage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolloutMove {
    /// The sequence of the fact that moved it.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// On whose word.
    pub by: Actor,
    /// The percentage from then on.
    pub percent: u8,
}

impl Rollout {
    /// The percentage now; 0 when it counts for nobody.
    pub fn percent(&self) -> u8 {
        self.moves.last().map_or(0, |moved| moved.percent)
    }

    /// The percentage in the world of this sequence.
    pub fn percent_at(&self, seq: u64) -> u8 {
        self.moves.iter().rev().find(|moved| moved.seq <= seq).map_or(0, |moved| moved.percent)
    }

    /// The percentage after this one; none when everybody is reached.
    pub fn next(&self) -> Option<u8> {
        self.percents.iter().copied().find(|percent| *percent > self.percent())
    }

    /// Whether the policy counts for anybody by it.
    pub const fn is_active(&self) -> bool {
        matches!(self.state, RolloutState::Running | RolloutState::Finished)
    }

    /// Whether it is watched.
    pub const fn is_running(&self) -> bool {
        matches!(self.state, RolloutState::Running)
    }

    /// When it came to the percentage at which it is.
    pub fn moved_at(&self) -> Option<Timestamp> {
        self.moves.last().map(|moved| moved.at)
    }

    /// When its watch over this percentage is over, while it is watched.
    pub fn due_at(&self) -> Option<Timestamp> {
        self.moved_at().filter(|_| self.is_running()).map(|at| at.plus(self.watch))
    }
}

/// Whom a rollout turned so far, as all enforcement points together saw it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RolloutCounts {
    /// What was denied, and would have been allowed without it.
    pub newly_denied: TurnedSoFar,
    /// What was allowed, and would have been denied without it.
    pub newly_allowed: TurnedSoFar,
}

/// What was turned one way.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TurnedSoFar {
    #[serde(with = "crate::maps::items")]
    people: HashSet<PersonId>,
    /// How many accesses, whoever made them.
    pub accesses: u64,
    /// The first of them.
    pub example: Option<DecisionId>,
}

impl TurnedSoFar {
    /// How many people.
    pub fn people(&self) -> u64 {
        self.people.len() as u64
    }

    /// Whether somebody is among them.
    pub fn has(&self, person: PersonId) -> bool {
        self.people.contains(&person)
    }

    /// Each of them.
    pub fn each(&self) -> impl Iterator<Item = PersonId> {
        self.people.iter().copied()
    }

    fn add(&mut self, turned: &Turned) {
        self.people.extend(turned.people.iter().copied());
        self.accesses = self.accesses.saturating_add(turned.accesses);
        self.example = self.example.or(turned.example);
    }
}

impl RolloutCounts {
    /// What was turned this way.
    pub const fn turned(&self, turning: Turning) -> &TurnedSoFar {
        match turning {
            Turning::Denied => &self.newly_denied,
            Turning::Allowed => &self.newly_allowed,
        }
    }

    /// The number that a condition is about.
    pub fn of(&self, halt_if: &HaltIf) -> u64 {
        let turned = self.turned(halt_if.turning);
        match halt_if.counted {
            CountUnit::People => turned.people(),
            CountUnit::Accesses => turned.accesses,
        }
    }

    /// The same after these too.
    #[must_use]
    pub fn and(&self, denied: &Turned, allowed: &Turned) -> Self {
        let mut next = self.clone();
        next.newly_denied.add(denied);
        next.newly_allowed.add(allowed);
        next
    }
}

/// Every rollout.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Rollouts {
    #[serde(with = "crate::maps::pairs")]
    by_id: HashMap<RolloutId, Arc<Rollout>>,
    pub(crate) active: Arc<Vec<Arc<Rollout>>>,
    #[serde(with = "crate::maps::pairs")]
    counts: HashMap<RolloutId, Arc<RolloutCounts>>,
}

impl World {
    /// A rollout, in whatever state.
    pub fn rollout(&self, rollout: RolloutId) -> Option<&Arc<Rollout>> {
        self.rollouts.by_id.get(&rollout)
    }

    /// Every rollout, in whatever state.
    pub fn rollouts(&self) -> impl Iterator<Item = &Arc<Rollout>> {
        self.rollouts.by_id.values()
    }

    /// The rollouts by which a policy counts for somebody. The pointer is replaced whenever one of them moves.
    pub const fn active_rollouts(&self) -> &Arc<Vec<Arc<Rollout>>> {
        &self.rollouts.active
    }

    /// Whom a rollout turned so far; none before anybody was.
    pub fn rollout_counts(&self, rollout: RolloutId) -> Option<&Arc<RolloutCounts>> {
        self.rollouts.counts.get(&rollout)
    }
}

impl Rollouts {
    fn get(&self, rollout: RolloutId) -> Result<&Arc<Rollout>, Contradiction> {
        self.by_id.get(&rollout).ok_or_else(|| Contradiction::unknown("rollout", "rollout", rollout))
    }

    fn running(&self, rollout: RolloutId) -> Result<Rollout, Contradiction> {
        let known = self.get(rollout)?;
        if known.is_running() { Ok(Rollout::clone(known)) } else { Err(over(known)) }
    }

    fn active(&self, rollout: RolloutId) -> Result<Rollout, Contradiction> {
        let known = self.get(rollout)?;
        if known.is_active() { Ok(Rollout::clone(known)) } else { Err(over(known)) }
    }

    fn put(&mut self, rollout: Rollout) {
        let rollout = Arc::new(rollout);
        let mut active: Vec<_> = self.active.iter().filter(|known| known.id != rollout.id).cloned().collect();
        if rollout.is_active() {
            active.push(Arc::clone(&rollout));
        }
        self.active = Arc::new(active);
        self.by_id.insert(rollout.id, rollout);
    }
}

fn over(rollout: &Rollout) -> Contradiction {
    let how = match rollout.state {
        RolloutState::Running => "runs",
        RolloutState::Finished => "has finished",
        RolloutState::Halted { .. } => "was halted",
        RolloutState::Ended => "has ended",
    };
    Contradiction::over("rollout", format!("{} {how} already", rollout.id))
}

/// Facts about rollouts.
pub fn apply(world: &mut World, stated: &Stated, fact: &RolloutFact) -> Result<(), Contradiction> {
    // The sequence moves once the fact is folded in.
    let seq = world.seq + 1;
    let moved = |percent| RolloutMove { seq, at: stated.at, by: stated.by.clone(), percent };
    let rollouts = &mut world.rollouts;
    match fact {
        RolloutFact::Started { rollout, policy, text, percents, watch_seconds, halt_if, why, rehearsal } => {
            let started = Rollout {
                id: *rollout,
                policy: policy.clone(),
                text: *text,
                percents: percents.clone(),
                watch: Duration::from_secs(u64::from(*watch_seconds)),
                halt_if: *halt_if,
                why: why.clone(),
                rehearsal: *rehearsal,
                state: RolloutState::Running,
                moves: vec![moved(first_of(percents)?)],
            };
            start(rollouts, started)
        }
        RolloutFact::Counted { rollout, newly_denied, newly_allowed } => {
            rollouts.running(*rollout)?;
            let so_far = rollouts.counts.get(rollout).map(|counts| RolloutCounts::clone(counts));
            let next = so_far.unwrap_or_default().and(newly_denied, newly_allowed);
            rollouts.counts.insert(*rollout, Arc::new(next));
            Ok(())
        }
        RolloutFact::Advanced { rollout, percent } => {
            let mut next = rollouts.running(*rollout)?;
            if next.next() != Some(*percent) {
                return Err(Contradiction::impossible(
                    "percent",
                    format!("{rollout} does not go on from {} to {percent} percent", next.percent()),
                ));
            }
            next.moves.push(moved(*percent));
            rollouts.put(next);
            Ok(())
        }
        RolloutFact::Halted { rollout, why, example } => {
            let mut next = rollouts.active(*rollout)?;
            if why.trim().is_empty() {
                return Err(Contradiction::impossible("why", "say why: whoever started it reads it"));
            }
            next.state = RolloutState::Halted { why: why.clone(), example: *example };
            next.moves.push(moved(0));
            rollouts.put(next);
            Ok(())
        }
        RolloutFact::Finished { rollout } => {
            let mut next = rollouts.running(*rollout)?;
            if next.next().is_some() {
                return Err(Contradiction::impossible(
                    "rollout",
                    format!("{rollout} is at {} percent, and has not reached everybody", next.percent()),
                ));
            }
            next.state = RolloutState::Finished;
            rollouts.put(next);
            Ok(())
        }
        RolloutFact::Ended { rollout } => {
            let mut next = rollouts.active(*rollout)?;
            next.state = RolloutState::Ended;
            next.moves.push(moved(0));
            rollouts.put(next);
            Ok(())
        }
    }
}

fn start(rollouts: &mut Rollouts, started: Rollout) -> Result<(), Contradiction> {
    if rollouts.by_id.contains_key(&started.id) {
        return Err(Contradiction::taken("rollout", format!("{} was started already", started.id)));
    }
    if let Some(other) = rollouts.active.iter().find(|known| known.policy == started.policy) {
        return Err(Contradiction::taken(
            "policy",
            format!("{} of {} is at {} percent: halt it first", other.id, other.policy, other.percent()),
        ));
    }
    if started.watch < Duration::from_secs(u64::from(SHORTEST_WATCH)) {
        return Err(Contradiction::impossible(
            "watch",
            format!("a step is watched for {SHORTEST_WATCH} seconds at least"),
        ));
    }
    rollouts.put(started);
    Ok(())
}

/// The first of percentages that make sense.
fn first_of(percents: &[u8]) -> Result<u8, Contradiction> {
    let wrong = |message: String| Err(Contradiction::impossible("percents", message));
    let Some(first) = percents.first().copied() else {
        return wrong("a rollout has steps, such as 5,25,100".to_owned());
    };
    if percents.len() > MOST_STEPS {
        return wrong(format!("a rollout has {MOST_STEPS} steps at most"));
    }
    if first == 0 || !percents.iter().zip(percents.iter().skip(1)).all(|(one, next)| one < next) {
        return wrong("each step reaches more people than the one before it, such as 5,25,100".to_owned());
    }
    if percents.last() != Some(&100) {
        return wrong("the last step reaches everybody: end with 100, such as 5,25,100".to_owned());
    }
    Ok(first)
}
