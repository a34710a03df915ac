//! From a command to facts.

use crate::{Caller, Control, Refusal};
use countersign_facts::Fact;
use countersign_names::Timestamp;
use countersign_world::World;

impl Control {
    /// Ask the world at the head for facts, and state them on the caller's word. The closure may be asked again, so
    /// whatever is drawn at random is drawn before it.
    pub(crate) async fn command<T, F>(&self, caller: &Caller, decide: F) -> Result<T, Refusal>
    where
        T: Send + 'static,
        F: Fn(&World, Timestamp) -> Result<(Vec<Fact>, T), Refusal> + Send + 'static,
    {
        Ok(self.ledger().command(caller.actor(), decide).await?)
    }
}
