//! What was observed beside the facts, as each question is asked with it. It is not a fact: a fact a request would drown
//! the journal. Losing it makes a session look idle for longer and a posture older, and so fails closed.

use countersign_decide::{Request, Who};
use countersign_names::Timestamp;
use countersign_observations::Observations;
use countersign_world::{Device, World, posture_digest};

/// Puts what was observed of the session and of the device into the request.
pub fn fill(observations: &Observations, world: &World, request: &mut Request, now: Timestamp) {
    request.idle = idle(observations, world, request.who, now);
    request.posture_confirmed_at = request
        .key
        .and_then(|key| world.device_by_key(&key))
        .and_then(|device| confirmed_at(observations, device));
}

/// Seconds since the session was last used, rounded down to whole minutes so that an answer can be given again.
///
/// A session of which no use is known counts from when its person last proved that it is them. Where uses are not
/// shared, or lost, a session therefore looks idle for longer than it was, and a step-up mends it.
fn idle(observations: &Observations, world: &World, who: Who, now: Timestamp) -> i64 {
    let Who::Session(id) = who else { return 0 };
    let Some(session) = world.session(id) else { return 0 };
    let used = observations.session_used_at(id);
    let last = used.map_or(session.proved_at, |used| used.max(session.proved_at));
    now.age_of(last) / 60 * 60
}

/// When the device's posture was last observed to be what the world knows. Only what is newer than the report that the
/// world holds is of any use, and only of that posture.
pub fn confirmed_at(observations: &Observations, device: &Device) -> Option<Timestamp> {
    let reported = device.collected_at?;
    let confirmed = observations.posture_confirmed_at(device.id, posture_digest(&device.checks))?;
    (confirmed > reported).then_some(confirmed)
}

/// The session was used at `now`.
pub fn used(observations: &Observations, who: Who, now: Timestamp) {
    if let Who::Session(id) = who {
        observations.session_used(id, now);
    }
}

#[cfg(test)]
mod tests;
