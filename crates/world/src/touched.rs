//! Which of what decisions read was changed by the last facts, so that whoever holds an answer is told only when
//! something that it rests on moved.

use crate::rollouts::Rollout;
use crate::{Exception, Networks, Policies, World};
use countersign_facts::Digest;
use countersign_names::{ApplicationName, DeviceId, PersonId, ServiceId, SessionId};
use imbl::Vector;
use std::sync::Arc;

/// How many facts are remembered. Who is further behind has to look at everything.
const MOST_MOVES: usize = 1024;

/// A fact that changes more than this is remembered as changing everything.
const MOST_TOUCHED: usize = 1024;

/// Something that decisions read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Touched {
    /// A person, or their grants.
    Person(PersonId),
    /// A service account.
    Service(ServiceId),
    /// A session.
    Session(SessionId),
    /// A device.
    Device(DeviceId),
    /// Whose key this is.
    Key(Digest),
    /// An application.
    Application(ApplicationName),
    /// The token of some service account.
    Tokens,
}

/// What one fact changed.
#[derive(Debug, Clone)]
enum Move {
    Nothing,
    These(Arc<[Touched]>),
    Everything,
}

/// What the last facts changed, and what was there after them that every decision reads.
#[derive(Debug, Clone, Default)]
pub struct Moves {
    recent: Vector<Move>,
    exceptions: Arc<Vec<Arc<Exception>>>,
    rollouts: Arc<Vec<Arc<Rollout>>>,
    networks: Arc<Networks>,
    policies: Option<Arc<Policies>>,
}

impl World {
    /// What decisions read that the facts after this sequence changed; none when that may be anything: a policy, an
    /// exception, a rollout or a network moved, a fact changed very much, or the sequence is too far back to know.
    ///
    /// A sequence of this world's own history, and not of a later one, is a caller's promise; a later one has seen
    /// everything.
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

/// Take note of what the fact that was just folded in changed.
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
