//! Rollouts in the API's form.

use crate::names::current_name;
use countersign_api as api;
use countersign_decide::rollout::is_within;
use countersign_facts::PredictedStep;
use countersign_names::{PersonId, Principal, RolloutId};
use countersign_policy::PolicySet;
use countersign_rehearsals::ShadowPeople;
use countersign_world::{Rollout, RolloutState, TurnedSoFar, World};
use std::collections::BTreeSet;

/// Converts a rollout and its present counts, without the people of each step: these require a look at everybody.
pub fn rollout(world: &World, policies: &PolicySet, rollout: &Rollout) -> api::Rollout {
    let counts = world.rollout_counts(rollout.id);
    let turned = |of: Option<&TurnedSoFar>| {
        of.map_or_else(api::RolloutTurned::default, |of| api::RolloutTurned {
            people: of.people(),
            accesses: of.accesses,
            example: of.example,
        })
    };
    let (halted_because, example) = match &rollout.state {
        RolloutState::Halted { why, example } => (Some(why.clone()), *example),
        _ => (None, None),
    };
    api::Rollout {
        id: rollout.id,
        policy: rollout.policy.clone(),
        state: match rollout.state {
            RolloutState::Running => api::RolloutState::Running,
            RolloutState::Finished => api::RolloutState::Finished,
            RolloutState::Halted { .. } => api::RolloutState::Halted,
            RolloutState::Ended => api::RolloutState::Ended,
        },
        dry_run: false,
        percent: rollout.percent(),
        percents: rollout.percents.clone(),
        watch_seconds: rollout.watch.as_secs(),
        due_at: rollout.due_at(),
        halt_if: rollout.halt_if.to_string(),
        why: rollout.why.clone(),
        rehearsal: rollout.rehearsal.map(|digest| digest.to_string()),
        halted_because,
        example,
        newly_denied: turned(counts.map(|counts| &counts.newly_denied)),
        newly_allowed: turned(counts.map(|counts| &counts.newly_allowed)),
        moves: rollout
            .moves
            .iter()
            .map(|moved| {
                let by = moved.by.to_string();
                let by_name = current_name(world, &by);
                api::RolloutMove { at: moved.at, by, by_name, percent: moved.percent }
            })
            .collect(),
        steps: Vec::new(),
        next: next(policies, rollout),
    }
}

/// Counts the people whom each step reaches, and says what was predicted for it, as far as that is known.
pub fn steps(world: &World, rollout: &Rollout, predicted: &[PredictedStep]) -> Vec<api::RolloutStep> {
    let step = |percent: &u8| {
        let within = |person: PersonId| is_within(rollout.id, *percent, Principal::Person(person));
        let known = predicted.iter().find(|known| known.percent == *percent);
        api::RolloutStep {
            percent: *percent,
            people: world.people().filter(|person| within(person.id)).count() as u64,
            seen: known.map(|known| known.seen),
            newly_denied: known.map(|known| known.newly_denied),
            newly_allowed: known.map(|known| known.newly_allowed),
        }
    };
    rollout.percents.iter().map(step).collect()
}

/// Predicts for each of these steps of a rollout whom a shadow report would have affected.
pub fn predicted(rollout: RolloutId, percents: &[u8], window: &ShadowPeople) -> Vec<PredictedStep> {
    let step = |percent: &u8| {
        let of = |people: &BTreeSet<PersonId>| {
            people.iter().filter(|person| is_within(rollout, *percent, Principal::Person(**person))).count()
                as u64
        };
        PredictedStep {
            percent: *percent,
            seen: of(&window.people),
            newly_denied: of(&window.newly_denied),
            newly_allowed: of(&window.newly_allowed),
        }
    };
    percents.iter().map(step).collect()
}

fn next(policies: &PolicySet, rollout: &Rollout) -> String {
    let place = policies.get(&rollout.policy).map(|policy| format!("{}:{}", policy.file, policy.line));
    match (&rollout.state, rollout.due_at(), rollout.next()) {
        (RolloutState::Running, Some(due), Some(percent)) => format!(
            "At {due} it goes on to {percent} percent, unless it is halted. It waits until somebody whom it reaches has \
             come: what nobody used is not known to work. `countersign rollout advance` goes on at once."
        ),
        (RolloutState::Running, ..) => {
            "Everybody is reached. When the watch over that was quiet, and somebody came, it has \
                                        finished."
                .to_owned()
        }
        (RolloutState::Finished, ..) => format!(
            "Take @stage(\"shadow\") out of {} ({}), and apply it: until then {} counts for everybody by this rollout.",
            rollout.policy,
            place.unwrap_or_else(|| "its file".to_owned()),
            rollout.policy
        ),
        (RolloutState::Halted { .. }, ..) => format!(
            "{} is enforced for nobody. See whom it stopped, repair the policy or help them, and start again.",
            rollout.policy
        ),
        (RolloutState::Ended, ..) => format!("Nothing: {} counts by its own text.", rollout.policy),
    }
}
