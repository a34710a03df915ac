//! The state that one access is routed and decided on.

use countersign_names::Timestamp;
use countersign_policy::PolicySet;
use countersign_world::World;
use std::sync::Arc;

/// The world, the policies and the moment, as they were together when [`Admission::snapshot`](crate::Admission::snapshot)
/// was called. A gate finds out in it what a request means, and asks on it: the two cannot differ.
///
/// Take one for each access, and ask at once. What moved since is not overlooked: an access that is held looks at the
/// newest world before anything passes.
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

    /// The world.
    pub const fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// The policies that are in force in it.
    pub const fn policies(&self) -> &Arc<PolicySet> {
        &self.policies
    }

    /// The present moment when it was taken.
    pub const fn at(&self) -> Timestamp {
        self.at
    }
}
