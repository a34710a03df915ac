//! The state on which one access is routed and decided.

use countersign_names::Timestamp;
use countersign_policy::PolicySet;
use countersign_world::World;
use std::sync::Arc;

/// The world, the policies and the time, as they were together when [`Admission::snapshot`](crate::Admission::snapshot)
/// was called. A gate interprets a request on it and requests the decision on it, so the two cannot differ.
///
/// Take one for each access, and use it at once. A later change is not missed: an access that is held checks the newest
/// world before any data passes.
#[derive(Debug, Clone)]
pub struct Snapshot {
    world: Arc<World>,
    policies: Arc<PolicySet>,
    at: Timestamp,
}

impl Snapshot {
    pub(crate) const fn new(world: Arc<World>, policies: Arc<PolicySet>, at: Timestamp) -> Self {
        Self { world, policies, at }
    }

    /// Returns the world.
    pub const fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// Returns the policies in force in it.
    pub const fn policies(&self) -> &Arc<PolicySet> {
        &self.policies
    }

    /// Returns the time when it was taken.
    pub const fn at(&self) -> Timestamp {
        self.at
    }
}
