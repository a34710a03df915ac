//! Adds observations to requests. They are not facts: one fact per request would flood the journal. A lost observation
//! makes a session look idle for longer and a posture older, and so fails closed.

use countersign_decide::{Answer, Request, Who};
use countersign_names::Timestamp;
use countersign_observations::Observations;
use countersign_world::{Device, World};

/// Adds the observations of the session and of the device to the request.
pub fn fill(observations: &Observations, world: &World, request: &mut Request, now: Timestamp) {
    request.idle = idle(observations, world, request.who, now);
    request.posture_confirmed_at = request
        .key
        .and_then(|key| world.device_by_key(&key))
        .and_then(|device| confirmed_at(observations, world, device));
}

/// Returns the seconds since the session was last used, rounded down to whole minutes so that an answer can be reused.
///
/// Without a known use, the time counts from the last authentication. If uses are not shared, or are lost, the session
/// looks idle for longer than it was; a step-up resolves that.
fn idle(observations: &Observations, world: &World, who: Who, now: Timestamp) -> i64 {
    let Who::Session(id) = who else { return 0 };
    let Some(session) = world.session(id) else { return 0 };
    let used = observations.session_used_at(id);
    let last = used.map_or(session.proved_at, |used| used.max(session.proved_at));
    now.age_of(last) / 60 * 60
}

/// Returns when the device's posture was last observed to be the recorded one. Only an observation of this posture that
/// is newer than the report in the world is of use.
pub fn confirmed_at(observations: &Observations, world: &World, device: &Device) -> Option<Timestamp> {
    let reported = device.collected_at?;
    let confirmed = observations.posture_confirmed_at(device.id, world.posture_digest(&device.checks))?;
    (confirmed > reported).then_some(confirmed)
}

/// Records an access that was admitted at `now`, as a use of its session, its passkey, its person and its device.
///
/// The evidence names what the decision read. A passkey was used when the session last proved its person, which may be
/// before this access.
pub fn used(observations: &Observations, who: Who, answer: &Answer, now: Timestamp) {
    session_used(observations, who, now);
    let Some(evidence) = answer.evidence() else { return };
    if let Some(session) = &evidence.session {
        if session.proved_by_provider().is_none() {
            observations.passkey_used(session.credential, session.proved_at);
        }
        observations.person_used(session.person, now);
    }
    if let Some(device) = &evidence.device {
        observations.device_used(device.id, now);
    }
}

fn session_used(observations: &Observations, who: Who, now: Timestamp) {
    if let Who::Session(id) = who {
        observations.session_used(id, now);
    }
}

#[cfg(test)]
mod tests;
