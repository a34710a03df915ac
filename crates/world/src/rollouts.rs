//! Staged rollouts: policies in their shadow stage that count for a sample of people, and the outcomes that they changed.
//!
//! This room does not know whether a person is in a sample, only how large it is. The counts are kept beside the rollouts
//! and not in them, because decisions read the rollouts, and a cached answer must not end with every count.

use crate::World;
use crate::contradiction::Contradiction;
use crate::maps::{HashMap, HashSet};
use countersign_facts::{
    Actor, CountUnit, Digest, HaltIf, MOST_STEPS, PredictedStep, RolloutFact, SHORTEST_WATCH, Stated, Turned,
    Turning,
};
use countersign_names::{DecisionId, PersonId, PolicyId, RolloutId, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// A staged rollout, as decisions read it. It is replaced as a whole whenever anything here changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    /// The id.
    pub id: RolloutId,
    /// The policy that counts for the sample.
    pub policy: PolicyId,
    /// SHA-256 of the policy's text. The rollout applies to this text only.
    pub text: Digest,
    /// The percentages, ascending; the last is 100.
    pub percents: Vec<u8>,
    /// How long each step is watched.
    pub watch: Duration,
    /// The condition that halts it.
    pub halt_if: HaltIf,
    /// The reason, if one was given.
    pub why: Option<String>,
    /// SHA-256 over the report or the plan that the person who started it had seen.
    pub rehearsal: Option<Digest>,
    /// What that report predicts for each percentage. Empty if it does not say it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub predicted: Vec<PredictedStep>,
    /// The state.
    pub state: RolloutState,
    /// Its percentages so far, the first from its start; 0 once it was halted or ended.
    pub moves: Vec<RolloutMove>,
}

/// The state of a rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RolloutState {
    /// In progress, and watched.
    Running,
    /// It reached 100 percent and was not halted: the policy continues to count for everybody.
    Finished,
    /// Halted.
    Halted {
        /// The reason.
        why: String,
        /// One of the accesses because of which it was halted.
        example: Option<DecisionId>,
    },
    /// The policy left its shadow stage, and counts by its own text.
    Ended,
}

/// A change of a rollout's percentage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolloutMove {
    /// The sequence of the fact.
    pub seq: u64,
    /// When it was stated.
    pub at: Timestamp,
    /// The author.
    pub by: Actor,
    /// The new percentage.
    pub percent: u8,
}

impl Rollout {
    /// Returns the present percentage; 0 if it counts for nobody.
    pub fn percent(&self) -> u8 {
        self.moves.last().map_or(0, |moved| moved.percent)
    }

    /// Returns the percentage in the world of this sequence.
    pub fn percent_at(&self, seq: u64) -> u8 {
        self.moves.iter().rev().find(|moved| moved.seq <= seq).map_or(0, |moved| moved.percent)
    }

    /// Returns the next percentage, or `None` after the last.
    pub fn next(&self) -> Option<u8> {
        self.percents.iter().copied().find(|percent| *percent > self.percent())
    }

    /// Returns whether the rollout applies its policy to at least one person.
    pub const fn is_active(&self) -> bool {
        matches!(self.state, RolloutState::Running | RolloutState::Finished)
    }

    /// Returns whether it is in progress and watched.
    pub const fn is_running(&self) -> bool {
        matches!(self.state, RolloutState::Running)
    }

    /// Returns when it reached its present percentage.
    pub fn moved_at(&self) -> Option<Timestamp> {
        self.moves.last().map(|moved| moved.at)
    }

    /// Returns when the watch over the present percentage ends, if it is in progress.
    pub fn due_at(&self) -> Option<Timestamp> {
        self.moved_at().filter(|_| self.is_running()).map(|at| at.plus(self.watch))
    }
}

/// The outcomes that a rollout changed so far, summed over all enforcement points.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RolloutCounts {
    /// Accesses that were denied and would have been allowed without it.
    pub newly_denied: TurnedSoFar,
    /// Accesses that were allowed and would have been denied without it.
    pub newly_allowed: TurnedSoFar,
}

/// The changed outcomes in one direction.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TurnedSoFar {
    #[serde(with = "crate::maps::items")]
    people: HashSet<PersonId>,
    /// The number of accesses, by all principals.
    pub accesses: u64,
    /// The decision of the first of them.
    pub example: Option<DecisionId>,
}

impl TurnedSoFar {
    /// Returns the number of people.
    pub fn people(&self) -> u64 {
        self.people.len() as u64
    }

    /// Returns whether a person is among them.
    pub fn has(&self, person: PersonId) -> bool {
        self.people.contains(&person)
    }

    /// Returns each person.
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
    /// Returns the outcomes that changed in this direction.
    pub const fn turned(&self, turning: Turning) -> &TurnedSoFar {
        match turning {
            Turning::Denied => &self.newly_denied,
            Turning::Allowed => &self.newly_allowed,
        }
    }

    /// Returns the number that a halt condition compares.
    pub fn of(&self, halt_if: &HaltIf) -> u64 {
        let turned = self.turned(halt_if.turning);
        match halt_if.counted {
            CountUnit::People => turned.people(),
            CountUnit::Accesses => turned.accesses,
        }
    }

    /// Returns the counts with these added.
    #[must_use]
    pub fn and(&self, denied: &Turned, allowed: &Turned) -> Self {
        let mut next = self.clone();
        next.newly_denied.add(denied);
        next.newly_allowed.add(allowed);
        next
    }
}

/// All rollouts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Rollouts {
    #[serde(with = "crate::maps::pairs")]
    by_id: HashMap<RolloutId, Arc<Rollout>>,
    pub(crate) active: Arc<Vec<Arc<Rollout>>>,
    #[serde(with = "crate::maps::pairs")]
    counts: HashMap<RolloutId, Arc<RolloutCounts>>,
}

impl World {
    /// Returns a rollout by id, in any state.
    pub fn rollout(&self, rollout: RolloutId) -> Option<&Arc<Rollout>> {
        self.rollouts.by_id.get(&rollout)
    }

    /// Returns all rollouts, in any state.
    pub fn rollouts(&self) -> impl Iterator<Item = &Arc<Rollout>> {
        self.rollouts.by_id.values()
    }

    /// Returns the rollouts whose policy reaches at least one person. The pointer is replaced whenever one of them changes.
    pub const fn active_rollouts(&self) -> &Arc<Vec<Arc<Rollout>>> {
        &self.rollouts.active
    }

    /// Returns the changed outcomes of a rollout; `None` before the first.
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

    /// Begins the watch over the present step of each running rollout anew at `at`. Returns how many there are.
    pub(crate) fn watch_anew(&mut self, at: Timestamp) -> usize {
        let mut running: Vec<_> = self.active.iter().filter(|known| known.is_running()).cloned().collect();
        running.sort_unstable_by_key(|known| known.id);
        for known in &running {
            let mut next = Rollout::clone(known);
            if let Some(last) = next.moves.last_mut() {
                last.at = at;
            }
            self.put(next);
        }
        running.len()
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
        RolloutState::Running => "is already running",
        RolloutState::Finished => "has already finished",
        RolloutState::Halted { .. } => "was already halted",
        RolloutState::Ended => "has already ended",
    };
    Contradiction::over("rollout", format!("{} {how}", rollout.id))
}

/// Folds in facts about rollouts.
pub fn apply(world: &mut World, stated: &Stated, fact: &RolloutFact) -> Result<(), Contradiction> {
    // The sequence is raised after the fact is folded in.
    let seq = world.seq + 1;
    let moved = |percent| RolloutMove { seq, at: stated.at, by: stated.by.clone(), percent };
    let rollouts = &mut world.rollouts;
    match fact {
        RolloutFact::Started {
            rollout,
            policy,
            text,
            percents,
            watch_seconds,
            halt_if,
            why,
            rehearsal,
            predicted,
        } => {
            let started = Rollout {
                id: *rollout,
                policy: policy.clone(),
                text: *text,
                percents: percents.clone(),
                watch: Duration::from_secs(u64::from(*watch_seconds)),
                halt_if: *halt_if,
                why: why.clone(),
                rehearsal: *rehearsal,
                predicted: predicted_for(percents, predicted)?,
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
                    format!(
                        "{rollout} is at {} percent, and {percent} percent is not its next step",
                        next.percent()
                    ),
                ));
            }
            next.moves.push(moved(*percent));
            rollouts.put(next);
            Ok(())
        }
        RolloutFact::Halted { rollout, why, example } => {
            let mut next = rollouts.active(*rollout)?;
            if why.trim().is_empty() {
                return Err(Contradiction::impossible(
                    "why",
                    "say why: the person who started the rollout reads it",
                ));
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
        return Err(Contradiction::taken("rollout", format!("{} was already started", started.id)));
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
            format!("each step is watched for at least {SHORTEST_WATCH} seconds: choose a longer time"),
        ));
    }
    rollouts.put(started);
    Ok(())
}

/// Checks the percentages and returns the first.
fn first_of(percents: &[u8]) -> Result<u8, Contradiction> {
    let wrong = |message: String| Err(Contradiction::impossible("percents", message));
    let Some(first) = percents.first().copied() else {
        return wrong("the rollout has no steps: give some, such as 5,25,100".to_owned());
    };
    if percents.len() > MOST_STEPS {
        return wrong(format!("a rollout has at most {MOST_STEPS} steps: give fewer"));
    }
    if first == 0 || !percents.iter().zip(percents.iter().skip(1)).all(|(one, next)| one < next) {
        return wrong("each step reaches more people than the one before it, such as 5,25,100".to_owned());
    }
    if percents.last() != Some(&100) {
        return wrong("the last step must reach everybody: end with 100, such as 5,25,100".to_owned());
    }
    Ok(first)
}

/// Checks that a prediction is about these percentages, if there is one.
fn predicted_for(percents: &[u8], predicted: &[PredictedStep]) -> Result<Vec<PredictedStep>, Contradiction> {
    let about = predicted.iter().map(|step| step.percent);
    if predicted.is_empty() || about.eq(percents.iter().copied()) {
        return Ok(predicted.to_vec());
    }
    Err(Contradiction::impossible(
        "predicted",
        "the prediction is about other steps: state one for each step, or none",
    ))
}
