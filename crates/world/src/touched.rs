//! The values read by decisions that the last facts changed, so that the holder of an answer is notified only when a
//! value on which it rests has changed.

use crate::rollouts::Rollout;
use crate::{Exception, Networks, Policies, World};
use countersign_facts::Digest;
use countersign_names::{ApplicationName, DeviceId, PersonId, ServiceId, SessionId};
use imbl::Vector;
use std::sync::Arc;

/// Maximum number of facts remembered. A reader further behind must check everything.
const MOST_MOVES: usize = 1024;

/// Maximum number of changes per fact. A fact with more is remembered as changing everything.
const MOST_TOUCHED: usize = 1024;

/// A value that decisions read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Touched {
    /// A person or their grants.
    Person(PersonId),
    /// A service account.
    Service(ServiceId),
    /// A session.
    Session(SessionId),
    /// A device.
    Device(DeviceId),
    /// The device of a key.
    Key(Digest),
    /// An application.
    Application(ApplicationName),
    /// The token of a service account.
    Tokens,
}

/// The changes of one fact.
#[derive(Debug, Clone)]
enum Move {
    Nothing,
    These(Arc<[Touched]>),
    Everything,
}

/// The changes of the last facts, and the values after them that every decision reads.
#[derive(Debug, Clone, Default)]
pub struct Moves {
    recent: Vector<Move>,
    exceptions: Arc<Vec<Arc<Exception>>>,
    rollouts: Arc<Vec<Arc<Rollout>>>,
    networks: Arc<Networks>,
    policies: Option<Arc<Policies>>,
}

impl World {
    /// Returns the values read by decisions that the facts after this sequence changed. Returns `None` if it may be
    /// anything: a policy, an exception, a rollout or a network changed, a fact changed too much, or the sequence is too
    /// old.
    ///
    /// The caller must pass a sequence of this world's own history. A later one returns no changes.
    pub fn touched_since(&self, seq: u64) -> Option<Vec<Touched>> {
        let facts = usize::try_from(self.seq.saturating_sub(seq)).unwrap_or(usize::MAX);
        let skipped = self.moves.recent.len().checked_sub(facts)?;
        let mut touched = Vec::new();
        for fact in self.moves.recent.iter().skip(skipped) {
            match fact {
                Move::Nothing => {}
                Move::These(these) => touched.extend_from_slice(these),
                Move::Everything => return None,
            }
        }
        Some(touched)
    }
}

/// Records the changes of the fact that was just folded in.
pub fn note(world: &mut World) {
    let mut touched = Vec::new();
    touched.extend(world.people.by_id.take_changed().into_iter().map(Touched::Person));
    touched.extend(world.privilege.grants_of.take_changed().into_iter().map(Touched::Person));
    touched.extend(world.services.by_id.take_changed().into_iter().map(Touched::Service));
    touched.extend(world.sessions.by_id.take_changed().into_iter().map(Touched::Session));
    touched.extend(world.devices.by_id.take_changed().into_iter().map(Touched::Device));
    touched.extend(world.devices.by_key.take_changed().into_iter().map(Touched::Key));
    touched.extend(world.applications.by_name.take_changed().into_iter().map(Touched::Application));
    if !world.services.tokens.take_changed().is_empty() {
        touched.push(Touched::Tokens);
    }
    let moves = &mut world.moves;
    let stands = Arc::ptr_eq(&moves.exceptions, &world.privilege.exceptions)
        && Arc::ptr_eq(&moves.rollouts, &world.rollouts.active)
        && Arc::ptr_eq(&moves.networks, &world.networks)
        && match (&moves.policies, &world.policies) {
            (Some(before), Some(after)) => Arc::ptr_eq(before, after),
            (None, None) => true,
            _ => false,
        };
    if !stands {
        moves.exceptions = Arc::clone(&world.privilege.exceptions);
        moves.rollouts = Arc::clone(&world.rollouts.active);
        moves.networks = Arc::clone(&world.networks);
        moves.policies.clone_from(&world.policies);
    }
    moves.recent.push_back(match touched.len() {
        _ if !stands => Move::Everything,
        0 => Move::Nothing,
        1..=MOST_TOUCHED => Move::These(touched.into()),
        _ => Move::Everything,
    });
    if moves.recent.len() > MOST_MOVES {
        moves.recent.pop_front();
    }
}
