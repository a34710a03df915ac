//! The watch over running rollouts. Every process watches, and states which of its accesses a rollout decided
//! differently. The first process that finds at the head that these are too many, or that a step is due, states that
//! too. The others then find it stated.
//!
//! No state here is missed after a restart, when the watch continues from the facts. Only what a process saw in its
//! last half minute, and did not state because it concerned only known people, is lost.

use crate::step::{self, StepWitness};
use countersign_admission::{Admission, RolloutTurns};
use countersign_decide::rollout::is_within;
use countersign_evidence::Store;
use countersign_facts::Actor;
use countersign_ledger::{CommandError, Ledger, Never};
use countersign_names::{ApplicationName, Principal, RolloutId, Timestamp};
use countersign_policy::PolicySet;
use countersign_world::Rollout;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// Interval between checks for steps that are due.
const TICK: Duration = Duration::from_millis(500);

/// How long to gather accesses of people who were counted already before stating them: each fact wakes every process.
const GATHER: Duration = Duration::from_secs(30);

/// Time before the evidence of a due step is read again: its span may be long.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// What the watch reads and states facts through.
#[derive(Clone)]
pub struct RolloutContext {
    /// The world and its journal.
    pub ledger: Ledger,
    /// The accesses of this process, and the policies.
    pub admission: Admission,
    /// The evidence of this process.
    pub store: Store,
    /// The application name of the control plane: no step may lock every administrator out of it.
    pub control_plane: ApplicationName,
}

/// Watches over running rollouts, in one process.
pub struct RolloutWatch {
    context: RolloutContext,
    /// What was seen and not stated, and since when.
    untold: BTreeMap<RolloutId, (Timestamp, RolloutTurns)>,
    /// Due steps without a witness: when that was found, and what could not be read then.
    open: BTreeMap<RolloutId, (Timestamp, Option<String>)>,
}

impl RolloutWatch {
    /// Creates the watch of a process.
    pub const fn new(context: RolloutContext) -> Self {
        Self { context, untold: BTreeMap::new(), open: BTreeMap::new() }
    }

    /// Watches until the task is cancelled.
    pub async fn keep(mut self) {
        loop {
            tokio::select! {
                () = self.context.admission.sighting() => {}
                () = tokio::time::sleep(TICK) => {}
            }
            self.look().await;
        }
    }

    /// Does one round: states what was seen, and takes the steps that are due.
    pub async fn look(&mut self) {
        let now = self.context.ledger.now();
        for (id, sighted) in self.context.admission.sighted() {
            self.untold.entry(id).or_insert_with(|| (now, RolloutTurns::default())).1.merge(sighted);
        }
        let world = self.context.ledger.world();
        let is_running = |id: RolloutId| world.rollout(id).is_some_and(|known| known.is_running());
        // Accesses under a halted rollout no longer matter.
        self.untold.retain(|id, _| is_running(*id));
        let to_tell = self.untold.iter().filter(|(id, (since, sighted))| {
            now.since(*since) >= GATHER || step::is_urgent(&world, **id, sighted)
        });
        let moving: BTreeSet<RolloutId> = to_tell.map(|(id, _)| *id).collect();
        let is_due = |known: &&Arc<Rollout>| known.due_at().is_some_and(|due| due <= now);
        let due: Vec<Arc<Rollout>> = world.active_rollouts().iter().filter(is_due).map(Arc::clone).collect();
        self.open.retain(|id, _| due.iter().any(|known| known.id == *id));
        let mut witnesses = BTreeMap::new();
        for rollout in due {
            let within = |principal| is_within(rollout.id, rollout.percent(), principal);
            let reaches_anybody = world.people().any(|person| within(Principal::Person(person.id)))
                || world.services().any(|service| within(Principal::Service(service.id)));
            // An empty sample can never have a witness, however long the watch.
            let witness = if reaches_anybody { self.witness(&rollout, now).await } else { StepWitness::Seen };
            witnesses.insert(rollout.id, witness);
        }
        for id in &moving {
            let witness = witnesses.remove(id).unwrap_or(StepWitness::Nobody);
            self.tell(*id, witness).await;
        }
        for (id, witness) in witnesses.into_iter().filter(|(_, witness)| *witness != StepWitness::Nobody) {
            self.tell(id, witness).await;
        }
    }

    /// Returns what the evidence shows about a due step. Damage counts only if it is found twice: a disk that is slow
    /// for a moment must not take a policy back.
    async fn witness(&mut self, rollout: &Arc<Rollout>, now: Timestamp) -> StepWitness {
        let before = self.open.get(&rollout.id).cloned();
        if before.as_ref().is_some_and(|(at, _)| now.since(*at) < LOOK_AGAIN) {
            return StepWitness::Nobody;
        }
        let (store, policies) = (self.context.store.clone(), self.context.admission.policies());
        let looking = Arc::clone(rollout);
        let looked =
            tokio::task::spawn_blocking(move || look_through(&store, &policies, &looking, now)).await;
        let witness =
            looked.unwrap_or_else(|_| StepWitness::Partial("it could not be looked through".to_owned()));
        let missing = match &witness {
            StepWitness::Seen => {
                self.open.remove(&rollout.id);
                return witness;
            }
            StepWitness::Nobody => None,
            StepWitness::Partial(missing) => Some(missing.clone()),
        };
        let again = missing.is_some() && before.is_some_and(|(_, missing)| missing.is_some());
        self.open.insert(rollout.id, (now, missing));
        if again { witness } else { StepWitness::Nobody }
    }

    async fn tell(&mut self, id: RolloutId, witness: StepWitness) {
        let sighted = self.untold.get(&id).map(|(_, sighted)| sighted.clone()).unwrap_or_default();
        let policies = self.context.admission.policies();
        let own = self.context.control_plane.clone();
        let stating = self.context.ledger.command(
            Actor::System(step::ACTOR.to_owned()),
            move |world, now| -> Result<_, Never> {
                Ok((step::facts(world, id, (&sighted, &witness), &policies, &own, now), ()))
            },
        );
        match stating.await {
            Ok(()) => drop(self.untold.remove(&id)),
            Err(CommandError::Unavailable(why) | CommandError::Early(why)) => {
                tracing::warn!(rollout = %id, why, "what was seen of a rollout could not be told; it is tried again");
            }
            Err(CommandError::Refused(_) | CommandError::Contradiction(_)) => {
                tracing::error!(rollout = %id, "a rollout could not be moved");
                self.untold.remove(&id);
            }
        }
    }
}

/// Searches the evidence of this process since the rollout's last move for an access by a principal in the sample, at
/// an application that the policy applies to. Reads all of it, because an unreadable part may show otherwise.
fn look_through(store: &Store, policies: &PolicySet, rollout: &Rollout, now: Timestamp) -> StepWitness {
    let since = rollout.moves.last().map_or(Timestamp::from_micros(0), |moved| moved.at);
    let until = Timestamp::from_micros(now.as_micros().saturating_add(1));
    let mut sweep = store.sweep(since, until);
    let mut seen = false;
    for accesses in sweep.by_ref() {
        seen = seen
            || accesses.iter().any(|access| {
                is_within(rollout.id, rollout.percent(), access.principal)
                    && policies.concerns(&rollout.policy, access.application)
            });
    }
    match sweep.skipped().first() {
        Some(gap) => StepWitness::Partial(gap.to_string()),
        None if seen => StepWitness::Seen,
        None => StepWitness::Nobody,
    }
}
