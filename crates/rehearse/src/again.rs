//! One recorded access asked again.

use crate::asked;
use crate::past::Past;
use countersign_decide::{Answer, reserved};
use countersign_evidence::Access;
use countersign_facts::Digest;
use countersign_policy::{Items, PolicySet};
use countersign_routes::Ambiguous;
use countersign_world::World;
use std::sync::Arc;

/// Why a recorded access cannot be asked again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswerable {
    /// It knew facts that the journal does not hold: the record is of another installation, or the journal was put back.
    #[error("it knew the facts up to number {world}, and the journal ends with number {present}")]
    Future {
        /// The sequence that it names.
        world: u64,
        /// The last that there is.
        present: u64,
    },
    /// No fact published the policy set by which it fell.
    #[error("the policy set {0} by which it fell was never published here")]
    Unpublished(Digest),
    /// This build does not read that policy set any more.
    #[error("the policy set {version} by which it fell is not read by this version: {why}")]
    Rejected {
        /// Its version.
        version: Digest,
        /// What is wrong with it.
        why: String,
    },
    /// The facts that it knew cannot be read, or not folded.
    #[error("the facts that it knew cannot be read: {0}")]
    Facts(String),
    /// Asked again, it does not come out as it was recorded.
    #[error("asked again, it does not come out as it was recorded: `countersign replay` names it")]
    Otherwise,
    /// A text that policies may read was cut when it was recorded.
    #[error("a text of it was too long to be recorded whole")]
    Cut,
    /// Its record does not say enough to tell what it would mean by other routes.
    #[error("it cannot be told what they would mean by the planned routes")]
    Unnamed,
    /// The planned routes would have the gate refuse it, without a decision.
    #[error("by the planned routes the gate would refuse them as malformed: {0}")]
    Ambiguous(Ambiguous),
    /// It comes out differently, so nothing that rests on it would be proved.
    #[error("it comes out differently than it was recorded, as a replay would tell")]
    Unfaithful,
}

/// Why an access was refused without asking the policies: how it came, or what the enforcement point had lost. There is
/// then nothing that could be asked again.
pub fn unasked(access: &Access<'_>) -> Option<&'static str> {
    const UNASKED: [&str; 2] = [reserved::STALE_WORLD, reserved::FOREIGN_ORIGIN];
    let only = access.reasons.iter().next()?;
    UNASKED.into_iter().find(|reason| only.as_str() == *reason)
}

/// The answer of `policies`, in the world and at the moment of the access.
pub fn ask(
    past: &mut Past,
    access: &Access<'_>,
    policies: &Arc<PolicySet>,
) -> Result<Arc<Answer>, Unanswerable> {
    ask_in(&past.world(access.world)?, access, policies)
}

/// The answer of `policies`, in this world and at the moment of the access.
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

/// Refuse what policies read and the record does not hold whole.
pub fn whole(access: &Access<'_>, reads: Items) -> Result<(), Unanswerable> {
    if asked::is_cut(access, reads) { Err(Unanswerable::Cut) } else { Ok(()) }
}
