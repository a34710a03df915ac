//! The watch over running rollouts. Every process watches: each tells the journal whom it saw turned, and whichever finds
//! at the head that it is too many, or that a step is due, says so. The others then find that it was said.
//!
//! Nothing is remembered here that would be missed: after a restart the watch goes on from the facts. What a process had
//! seen in its last half minute, and had not told because only known people came again, is lost.

use super::step::{self, Witness};
use crate::{Control, Refusal};
use countersign_admission::RolloutTurns;
use countersign_decide::rollout::is_within;
use countersign_evidence::Store;
use countersign_facts::Actor;
use countersign_ledger::CommandError;
use countersign_names::{Principal, RolloutId, Timestamp};
use countersign_policy::PolicySet;
use countersign_world::Rollout;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// How often the clock is looked at for steps that are due.
const TICK: Duration = Duration::from_millis(500);

/// How long accesses of people who were counted already are gathered before they are told: each fact wakes everybody.
const GATHER: Duration = Duration::from_secs(30);

/// How long to wait before the evidence of a step that is due is looked at again: it may be a long span.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Watches over the rollouts that run, in one process.
pub struct RolloutWatch {
    control: Control,
    /// What was seen and not told, and since when.
    untold: BTreeMap<RolloutId, (Timestamp, RolloutTurns)>,
    /// Steps that are due without a witness: when that was found, and what could not be read then.
    open: BTreeMap<RolloutId, (Timestamp, Option<String>)>,
}

impl RolloutWatch {
    /// The watch of the process of this control plane.
    pub const fn new(control: Control) -> Self {
        Self { control, untold: BTreeMap::new(), open: BTreeMap::new() }
    }

    /// Watch until the task is ended.
    pub async fn keep(mut self) {
        loop {
            tokio::select! {
                () = self.control.admission().sighting() => {}
                () = tokio::time::sleep(TICK) => {}
            }
            self.look().await;
        }
    }

    /// Look once: tell what was seen, and take the steps that are due.
    pub async fn look(&mut self) {
        let now = self.control.now();
        for (id, sighted) in self.control.admission().sighted() {
            self.untold.entry(id).or_insert_with(|| (now, RolloutTurns::default())).1.merge(sighted);
        }
        let world = self.control.world();
        let is_running = |id: RolloutId| world.rollout(id).is_some_and(|known| known.is_running());
        // Who came while it was halted changes nothing any more.
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
            // Of a sample without anybody in it nothing could be known, however long it was watched.
            let witness = if reaches_anybody { self.witness(&rollout, now).await } else { Witness::Seen };
            witnesses.insert(rollout.id, witness);
        }
        for id in &moving {
            let witness = witnesses.remove(id).unwrap_or(Witness::Nobody);
            self.tell(*id, witness).await;
        }
        for (id, witness) in witnesses.into_iter().filter(|(_, witness)| *witness != Witness::Nobody) {
            self.tell(id, witness).await;
        }
    }

    /// What the evidence says of a step that is due. Damage is only believed when it is found twice: a disk that is slow
    /// for a moment must not take a policy back.
    async fn witness(&mut self, rollout: &Arc<Rollout>, now: Timestamp) -> Witness {
        let before = self.open.get(&rollout.id).cloned();
        if before.as_ref().is_some_and(|(at, _)| now.since(*at) < LOOK_AGAIN) {
            return Witness::Nobody;
        }
        let (store, policies) = (self.control.store().clone(), self.control.admission().policies());
        let looking = Arc::clone(rollout);
        let looked =
            tokio::task::spawn_blocking(move || look_through(&store, &policies, &looking, now)).await;
        let witness =
            looked.unwrap_or_else(|_| Witness::Partial("it could not be looked through".to_owned()));
        let missing = match &witness {
            Witness::Seen => {
                self.open.remove(&rollout.id);
                return witness;
            }
            Witness::Nobody => None,
            Witness::Partial(missing) => Some(missing.clone()),
        };
        let again = missing.is_some() && before.is_some_and(|(_, missing)| missing.is_some());
        self.open.insert(rollout.id, (now, missing));
        if again { witness } else { Witness::Nobody }
    }

    async fn tell(&mut self, id: RolloutId, witness: Witness) {
        let sighted = self.untold.get(&id).map(|(_, sighted)| sighted.clone()).unwrap_or_default();
        let policies = self.control.admission().policies();
        let own = self.control.settings().application.clone();
        let stating = self.control.ledger().command(
            Actor::System(step::ACTOR.to_owned()),
            move |world, now| -> Result<_, Refusal> {
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

/// Looks through the evidence of this process from when the rollout moved last: for somebody whom it reaches, at an
/// application that its policy applies to. All of it is read, since what cannot be read may say otherwise.
fn look_through(store: &Store, policies: &PolicySet, rollout: &Rollout, now: Timestamp) -> Witness {
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
        Some(gap) => Witness::Partial(crate::decisions::unread(gap)),
        None if seen => Witness::Seen,
        None => Witness::Nobody,
    }
}
