//! The watch over staged rollouts, and the rule by which they take a step, finish or halt.
//!
//! Every process watches its own accesses. The rule is pure, and evaluated at the journal's head, so that only one of
//! several processes takes a step. A step needs a witness in the evidence of the process that takes it.
//!
//! This room must not know REST, who may start or halt a rollout, or how one is shown.

mod step;
mod watch;

pub use step::{keeps_an_administrator_after, next_step};
pub use watch::{RolloutContext, RolloutWatch};
