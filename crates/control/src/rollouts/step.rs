//! What a rollout comes to next: pure, and asked at the head, so that of two processes only one takes a step.

use countersign_admission::{RolloutTurns, TurnedAccesses};
use countersign_decide::keeps_an_administrator;
use countersign_facts::{Actor, Fact, RolloutFact, Stated, Turned, Turning};
use countersign_names::{ApplicationName, PersonId, RolloutId, Timestamp};
use countersign_policy::PolicySet;
use countersign_world::{Rollout, RolloutCounts, World};

/// The part of the software on whose word rollouts move by themselves.
pub const ACTOR: &str = "rollout";

/// What the evidence says of the time over which a step was watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Witness {
    /// Somebody whom the rollout reaches used an application that its policy applies to, and everything could be read.
    Seen,
    /// Nobody did, so nothing is known of the step yet.
    Nobody,
    /// Not everything could be read: what is missing, for a person.
    Partial(String),
}

/// Everything that follows from what was sighted and from the time: it was counted, and then it is halted, or takes its
/// next step because its watch is over and there is a witness. Nothing when it does not run any more.
pub fn facts(
    world: &World,
    id: RolloutId,
    (sighted, witness): (&RolloutTurns, &Witness),
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

/// What becomes of a rollout whose watch is over. What nobody saw, or nobody can read any more, is no reason to go on.
fn due(
    world: &World,
    rollout: &Rollout,
    witness: &Witness,
    policies: &PolicySet,
    own: &ApplicationName,
    now: Timestamp,
) -> Option<Fact> {
    match witness {
        Witness::Seen => Some(next(world, rollout, policies, own, now)),
        Witness::Nobody => None,
        Witness::Partial(missing) => {
            let percent = rollout.percent();
            let why = format!("the evidence of its watch at {percent} percent is not whole: {missing}");
            Some(Fact::Rollout(RolloutFact::Halted { rollout: rollout.id, why, example: None }))
        }
    }
}

/// Whether what was sighted says anything that is not known yet and matters at once: somebody who was not counted, or
/// enough to halt.
pub fn is_urgent(world: &World, id: RolloutId, sighted: &RolloutTurns) -> bool {
    let Some(rollout) = world.rollout(id) else { return false };
    let so_far = world.rollout_counts(id).map(|counts| RolloutCounts::clone(counts)).unwrap_or_default();
    let denied = news(&sighted.newly_denied, |person| so_far.newly_denied.has(person));
    let allowed = news(&sighted.newly_allowed, |person| so_far.newly_allowed.has(person));
    !denied.people.is_empty()
        || !allowed.people.is_empty()
        || exceeded(rollout, &so_far.and(&denied, &allowed)).is_some()
}

/// The next step, or the end of the watch. Where it would lock every administrator out it is halted instead.
pub fn next(
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

/// Whether an administrator could still reach the control plane after this fact.
pub fn keeps_an_administrator_after(
    world: &World,
    fact: Fact,
    policies: &PolicySet,
    own: &ApplicationName,
    now: Timestamp,
) -> bool {
    let stated = Stated { at: now, by: Actor::System(ACTOR.to_owned()), fact };
    // What contradicts is refused by the world itself, in words of its own.
    world.after(&[stated]).map_or(true, |after| keeps_an_administrator(&after, policies, own, now))
}

/// What was seen, with the people who were counted already left out.
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
