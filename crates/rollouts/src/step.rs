//! Decides the next step of a rollout. Pure, and evaluated at the head, so that only one of several processes takes a
//! step.

use countersign_admission::{RolloutTurns, TurnedAccesses};
use countersign_decide::keeps_an_administrator;
use countersign_facts::{Actor, Fact, RolloutFact, Stated, Turned, Turning};
use countersign_names::{ApplicationName, PersonId, RolloutId, Timestamp};
use countersign_policy::PolicySet;
use countersign_world::{Rollout, RolloutCounts, World};

/// The part of the software in whose name rollouts advance by themselves.
pub(crate) const ACTOR: &str = "rollout";

/// What the evidence shows about the time over which a step was watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StepWitness {
    /// A principal in the sample used an application that the policy applies to, and everything could be read.
    Seen,
    /// No such access happened, so nothing is known of the step yet.
    Nobody,
    /// Not everything could be read; the text tells people what is missing.
    Partial(String),
}

/// Returns the facts that follow from the sighted accesses and the time: they are counted; then the rollout is halted,
/// or takes its next step because its watch is over and there is a witness. Empty if the rollout no longer runs.
pub(crate) fn facts(
    world: &World,
    id: RolloutId,
    (sighted, witness): (&RolloutTurns, &StepWitness),
    policies: &PolicySet,
    own: &ApplicationName,
    now: Timestamp,
) -> Vec<Fact> {
    let Some(rollout) = world.rollout(id).filter(|known| known.is_running()) else { return Vec::new() };
    let mut facts = Vec::new();
    let so_far = world.rollout_counts(id).map(|counts| RolloutCounts::clone(counts)).unwrap_or_default();
    let newly_denied = news(&sighted.newly_denied, |person| so_far.newly_denied.has(person));
    let newly_allowed = news(&sighted.newly_allowed, |person| so_far.newly_allowed.has(person));
    let counts = so_far.and(&newly_denied, &newly_allowed);
    if newly_denied.accesses + newly_allowed.accesses > 0 {
        facts.push(Fact::Rollout(RolloutFact::Counted { rollout: id, newly_denied, newly_allowed }));
    }
    if let Some(halt) = exceeded(rollout, &counts) {
        facts.push(halt);
    } else if rollout.due_at().is_some_and(|due| due <= now) {
        facts.extend(due(world, rollout, witness, policies, own, now));
    }
    facts
}

/// Decides on a rollout whose watch is over. A step that nobody used, or whose evidence is unreadable, must not
/// advance.
fn due(
    world: &World,
    rollout: &Rollout,
    witness: &StepWitness,
    policies: &PolicySet,
    own: &ApplicationName,
    now: Timestamp,
) -> Option<Fact> {
    match witness {
        StepWitness::Seen => Some(next_step(world, rollout, policies, own, now)),
        StepWitness::Nobody => None,
        StepWitness::Partial(missing) => {
            let percent = rollout.percent();
            let why = format!("the evidence of its watch at {percent} percent is not whole: {missing}");
            Some(Fact::Rollout(RolloutFact::Halted { rollout: rollout.id, why, example: None }))
        }
    }
}

/// Returns whether the sighted accesses must be stated at once: they hold a person who was not counted, or suffice to
/// halt.
pub(crate) fn is_urgent(world: &World, id: RolloutId, sighted: &RolloutTurns) -> bool {
    let Some(rollout) = world.rollout(id) else { return false };
    let so_far = world.rollout_counts(id).map(|counts| RolloutCounts::clone(counts)).unwrap_or_default();
    let denied = news(&sighted.newly_denied, |person| so_far.newly_denied.has(person));
    let allowed = news(&sighted.newly_allowed, |person| so_far.newly_allowed.has(person));
    !denied.people.is_empty()
        || !allowed.people.is_empty()
        || exceeded(rollout, &so_far.and(&denied, &allowed)).is_some()
}

/// Returns the next step, or the end of the watch. Halts instead if the step would lock every administrator out.
pub fn next_step(
    world: &World,
    rollout: &Rollout,
    policies: &PolicySet,
    own: &ApplicationName,
    now: Timestamp,
) -> Fact {
    let Some(percent) = rollout.next() else {
        return Fact::Rollout(RolloutFact::Finished { rollout: rollout.id });
    };
    let advanced = Fact::Rollout(RolloutFact::Advanced { rollout: rollout.id, percent });
    if keeps_an_administrator_after(world, advanced.clone(), policies, own, now) {
        return advanced;
    }
    let why = format!("at {percent} percent no administrator could reach the control plane any more");
    Fact::Rollout(RolloutFact::Halted { rollout: rollout.id, why, example: None })
}

/// Returns whether an administrator could still reach the control plane after this fact.
pub fn keeps_an_administrator_after(
    world: &World,
    fact: Fact,
    policies: &PolicySet,
    own: &ApplicationName,
    now: Timestamp,
) -> bool {
    let stated = Stated { at: now, by: Actor::System(ACTOR.to_owned()), fact };
    // The world itself refuses a fact that contradicts it, with its own message.
    world.after(&[stated]).map_or(true, |after| keeps_an_administrator(&after, policies, own, now))
}

/// Returns what was seen, without the people who were counted already.
fn news(seen: &TurnedAccesses, is_known: impl Fn(PersonId) -> bool) -> Turned {
    let people = seen.people.iter().copied().filter(|person| !is_known(*person)).collect();
    Turned { people, accesses: seen.accesses, example: seen.example }
}

fn exceeded(rollout: &Rollout, counts: &RolloutCounts) -> Option<Fact> {
    let (halt_if, found) = (&rollout.halt_if, counts.of(&rollout.halt_if));
    if found <= halt_if.more_than {
        return None;
    }
    let example = counts.turned(halt_if.turning).example;
    let seen = match halt_if.turning {
        Turning::Denied => "denied",
        Turning::Allowed => "allowed",
    };
    let first = example.map_or_else(String::new, |id| format!("; the first was {seen} by {id}"));
    let why = format!(
        "{found} {} at {} percent, and it halts at more than {}{first}",
        halt_if.what(),
        rollout.percent(),
        halt_if.more_than
    );
    Some(Fact::Rollout(RolloutFact::Halted { rollout: rollout.id, why, example }))
}
