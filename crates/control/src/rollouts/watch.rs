//! The watch over running rollouts. Every process watches: each tells the journal whom it saw turned, and whichever finds
//! at the head that it is too many, or that a step is due, says so. The others then find that it was said.
//!
//! Nothing is remembered here that would be missed: after a restart the watch goes on from the facts. What a process had
//! seen in its last half minute, and had not told because only known people came again, is lost.

use super::step;
use crate::{Control, Refusal};
use countersign_admission::Sighted;
use countersign_facts::Actor;
use countersign_ledger::CommandError;
use countersign_names::{RolloutId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How often the clock is looked at for steps that are due.
const TICK: Duration = Duration::from_millis(500);

/// How long accesses of people who were counted already are gathered before they are told: each fact wakes everybody.
const GATHER: Duration = Duration::from_secs(30);

/// Watches over the rollouts that run, in one process.
pub struct RolloutWatch {
    control: Control,
    /// What was seen and not told, and since when.
    untold: BTreeMap<RolloutId, (Timestamp, Sighted)>,
}

impl RolloutWatch {
    /// The watch of the process of this control plane.
    pub const fn new(control: Control) -> Self {
        Self { control, untold: BTreeMap::new() }
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
            self.untold.entry(id).or_insert_with(|| (now, Sighted::default())).1.merge(sighted);
        }
        let world = self.control.world();
        let is_running = |id: RolloutId| world.rollout(id).is_some_and(|known| known.is_running());
        // Who came while it was halted changes nothing any more.
        self.untold.retain(|id, _| is_running(*id));
        let to_tell = self.untold.iter().filter(|(id, (since, sighted))| {
            now.since(*since) >= GATHER || step::is_urgent(&world, **id, sighted)
        });
        let due = world.active_rollouts().iter().filter(|known| known.due_at().is_some_and(|due| due <= now));
        let moving: BTreeSet<RolloutId> =
            to_tell.map(|(id, _)| *id).chain(due.map(|known| known.id)).collect();
        for id in moving {
            self.tell(id).await;
        }
    }

    async fn tell(&mut self, id: RolloutId) {
        let sighted = self.untold.get(&id).map(|(_, sighted)| sighted.clone()).unwrap_or_default();
        let policies = self.control.admission().policies();
        let own = self.control.settings().application.clone();
        let stating = self.control.ledger().command(
            Actor::System(step::ACTOR.to_owned()),
            move |world, now| -> Result<_, Refusal> {
                Ok((step::facts(world, id, &sighted, &policies, &own, now), ()))
            },
        );
        match stating.await {
            Ok(()) => drop(self.untold.remove(&id)),
            Err(CommandError::Unavailable(why)) => {
                tracing::warn!(rollout = %id, why, "what was seen of a rollout could not be told; it is tried again");
            }
            Err(CommandError::Refused(_) | CommandError::Contradiction(_)) => {
                tracing::error!(rollout = %id, "a rollout could not be moved");
                self.untold.remove(&id);
            }
        }
    }
}
