//! Evaluates one recorded access again.

use crate::asked;
use crate::past::Past;
use countersign_decide::{Answer, reserved};
use countersign_evidence::Access;
use countersign_facts::Digest;
use countersign_policy::{Items, PolicySet};
use countersign_routes::Ambiguous;
use countersign_world::World;
use std::sync::Arc;

/// The reason why a recorded access cannot be evaluated again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswerable {
    /// The decision knew facts that the journal does not hold: the record is from another installation, or the journal
    /// was rolled back.
    #[error("it knew the facts up to number {world}, and the journal ends with number {present}")]
    Future {
        /// The sequence that the record names.
        world: u64,
        /// The last sequence of the journal.
        present: u64,
    },
    /// No fact published the policy set of the decision.
    #[error("the policy set {0} that decided it was never published here")]
    Unpublished(Digest),
    /// This build no longer accepts that policy set.
    #[error("this version cannot read the policy set {version} that decided it: {why}")]
    Rejected {
        /// The version of the policy set.
        version: Digest,
        /// The error of the policy set.
        why: String,
    },
    /// The facts that the decision knew cannot be read or folded.
    #[error("the facts that it knew cannot be read: {0}")]
    Facts(String),
    /// The result differs from the record.
    #[error("evaluated again, it does not give the recorded result: `countersign replay` names it")]
    Otherwise,
    /// A text that policies may read was truncated in the record.
    #[error("a text of it was too long to be recorded completely")]
    Cut,
    /// The record does not contain enough to determine what the request means under other routes.
    #[error("their resource under the planned routes cannot be determined")]
    Unnamed,
    /// Under the planned routes the gate would refuse the request without a decision.
    #[error("under the planned routes the gate would refuse them as malformed: {0}")]
    Ambiguous(Ambiguous),
    /// The access was refused without evaluating the policies.
    #[error("it was refused without evaluating the policies ({0}), so no evidence would have changed that")]
    Unasked(&'static str),
    /// The result differs from the record, so it would prove nothing.
    #[error("it does not give the recorded result, as a replay would show")]
    Unfaithful,
}

/// Returns why an access was refused without evaluating the policies: a foreign origin of the request, or a stale world
/// of the enforcement point. Such an access cannot be evaluated again.
pub fn unasked(access: &Access<'_>) -> Option<&'static str> {
    const UNASKED: [&str; 2] = [reserved::STALE_WORLD, reserved::FOREIGN_ORIGIN];
    let only = access.reasons.iter().next()?;
    UNASKED.into_iter().find(|reason| only.as_str() == *reason)
}

/// Evaluates the access with `policies`, in the world and at the time of its decision.
pub fn ask(
    past: &mut Past,
    access: &Access<'_>,
    policies: &Arc<PolicySet>,
) -> Result<Arc<Answer>, Unanswerable> {
    ask_in(&past.world(access.world)?, access, policies)
}

/// Evaluates the access with `policies`, in this world and at the time of its decision.
pub fn ask_in(
    world: &Arc<World>,
    access: &Access<'_>,
    policies: &Arc<PolicySet>,
) -> Result<Arc<Answer>, Unanswerable> {
    let request = asked::request(access, world);
    let answer = countersign_decide::again(world, policies, asked::place(access), &request, access.at);
    whole(access, answer.decision().reads)?;
    Ok(Arc::new(answer))
}

/// Refuses an access if the record does not contain the full text of what policies read.
pub fn whole(access: &Access<'_>, reads: Items) -> Result<(), Unanswerable> {
    if asked::is_cut(access, reads) { Err(Unanswerable::Cut) } else { Ok(()) }
}
