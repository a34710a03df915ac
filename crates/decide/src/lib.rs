//! The decision: `decide(world, policies, request, now)`, a pure function, and the permit that only it can make.
//!
//! [`decide`] gathers from the world every item of evidence that policies may read, evaluates the policies, and returns a
//! [`Decision`]: the effect, the policies that determined it, and, for a denial, the smallest evidence that would have
//! changed it into an allowance, found by evaluating again with that evidence added. The decision also states until when
//! the passing of time alone cannot change it. An [`Answer`] keeps pointers to the values that were read, so that a few
//! comparisons show whether it is still valid.
//!
//! This room must not know tokio, clocks, files, metrics or any protocol. The same input gives the same output, for
//! ever.

mod answer;
mod decision;
mod gather;
mod permit;
mod reach;
mod remedy;
mod request;
pub mod rollout;
mod varied;
mod without;

pub use answer::Answer;
pub use decision::{Decision, Effect};
pub use gather::Evidence;
pub use permit::Permit;
pub use reach::{Class, Need, Reach, Survey, Target};
pub use remedy::Remedy;
pub use request::{Request, Who};
pub use varied::{EvidenceVariation, VariedDecision};
pub use without::Without;

use countersign_names::{ApplicationName, PolicyId, Timestamp};
use countersign_policy::{Place, PolicySet, Question};
use countersign_world::World;
use std::sync::Arc;

/// The reasons for denials that no policy determined.
pub mod reserved {
    /// No policy permits the access.
    pub const NO_PERMIT: &str = "no-permit";
    /// A policy could not be evaluated, so nothing is allowed.
    pub const POLICY_ERROR: &str = "policy-error";
    /// The principal is suspended.
    pub const SUSPENDED: &str = "suspended";
    /// There is no such application.
    pub const UNKNOWN_APPLICATION: &str = "unknown-application";
    /// The enforcement point lost its control plane for longer than the resource's sensitivity allows.
    pub const STALE_WORLD: &str = "stale-world";

    /// A page of another origin tried to open a connection in the name of its visitor.
    pub const FOREIGN_ORIGIN: &str = "foreign-origin";

    /// All of them. No policy may use one as its `@id`.
    pub const ALL: &[&str] =
        &[NO_PERMIT, POLICY_ERROR, SUSPENDED, UNKNOWN_APPLICATION, STALE_WORLD, FOREIGN_ORIGIN];

    /// Returns the text of a reason for the person who is refused.
    pub fn text(id: &str) -> Option<&'static str> {
        match id {
            NO_PERMIT => Some("No policy of this application lets you do that."),
            POLICY_ERROR => {
                Some("A policy could not be evaluated, so nothing is allowed until it is mended.")
            }
            SUSPENDED => Some("Your account is suspended."),
            UNKNOWN_APPLICATION => Some("There is no such application here."),
            STALE_WORLD => {
                Some("This gate has lost touch with its control plane for too long to vouch for anybody.")
            }
            FOREIGN_ORIGIN => Some("A page of another origin may not open a connection to this application."),
            _ => None,
        }
    }
}

/// Decides one request on `world` and `policies` at the time `now`.
pub fn decide(world: &Arc<World>, policies: &Arc<PolicySet>, request: &Request, now: Timestamp) -> Answer {
    again(world, policies, gather::place(world, request.address), request, now)
}

/// Decides a recorded request again: like [`decide`], but with the recorded place. Before networks were facts, each
/// enforcement point named them by its own configuration, which no fact records.
pub fn again(
    world: &Arc<World>,
    policies: &Arc<PolicySet>,
    place: Option<Place>,
    request: &Request,
    now: Timestamp,
) -> Answer {
    let Some(evidence) = gather::gather(world, place, request, now) else {
        return Answer::unknown_application(world, policies, now);
    };
    let decision = decision::conclude(policies, &evidence, now);
    Answer::new(decision, evidence, world, policies, now)
}

/// Refuses one request because of the way it came (`reason` is one of the [`reserved`]), whatever its principal and the
/// policies. The result is an answer with the evidence like any other.
pub fn refuse(
    world: &Arc<World>,
    policies: &Arc<PolicySet>,
    request: &Request,
    reason: &'static str,
    now: Timestamp,
) -> Answer {
    let place = gather::place(world, request.address);
    let Some(mut evidence) = gather::gather(world, place, request, now) else {
        return Answer::unknown_application(world, policies, now);
    };
    // No policy was evaluated, so it does not rest on anything that only policies read.
    evidence.grant = None;
    evidence.exceptions.clear();
    evidence.rollouts.clear();
    Answer::new(Decision::refusal(reason, now), evidence, world, policies, now)
}

/// Returns whether at least one administrator could still reach the control plane under `policies`, with the best
/// evidence that they could obtain. Any other set would lock everybody out and must not be published.
///
/// True if there is no administrator yet: the machine's operator is then the only one, and needs no policy.
pub fn keeps_an_administrator(
    world: &World,
    policies: &PolicySet,
    control: &ApplicationName,
    now: Timestamp,
) -> bool {
    let mut administrators = world.administrators().peekable();
    if administrators.peek().is_none() {
        return true;
    }
    administrators.any(|person| {
        gather::best_case(world, person, control, now)
            .is_some_and(|question: Question| policies.judge(&question).allowed)
    })
}

/// Returns a reserved reason as a policy id.
pub(crate) fn reserved_id(id: &'static str) -> Option<PolicyId> {
    id.parse().ok()
}
