//! The decision: `decide(world, policies, request, now)`, a pure function, and the permit that only it can make.
//!
//! A request says who wants what. [`decide`] gathers from the world every item of evidence that policies may read,
//! asks the policies, and answers with a [`Decision`]: the effect, the policies that determined it, and, for a
//! denial, the smallest evidence that would have turned it into an allowance, found by asking again with that evidence
//! put in. The decision also says until when it can not change by the passing of time alone, and keeps pointers to
//! what it read, so that an [`Answer`] can tell at the cost of a few comparisons whether it still holds.
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
mod without;

pub use answer::Answer;
pub use decision::{Decision, Effect};
pub use gather::Evidence;
pub use permit::Permit;
pub use reach::{Class, Need, Reach, Survey, Target};
pub use remedy::Remedy;
pub use request::{Request, Who};
pub use without::Without;

use countersign_names::{ApplicationName, PolicyId, Timestamp};
use countersign_policy::{Place, PolicySet, Question};
use countersign_world::World;
use std::sync::Arc;

/// The reasons that no policy file holds: they determine a denial when no policy could.
pub mod reserved {
    /// No policy permits the access.
    pub const NO_PERMIT: &str = "no-permit";
    /// A policy could not be evaluated, so nothing is allowed.
    pub const POLICY_ERROR: &str = "policy-error";
    /// Whoever asks is suspended.
    pub const SUSPENDED: &str = "suspended";
    /// There is no such application.
    pub const UNKNOWN_APPLICATION: &str = "unknown-application";
    /// The enforcement point lost its control plane for longer than the resource's sensitivity allows.
    pub const STALE_WORLD: &str = "stale-world";

    /// A page of another origin tried to open a connection in the name of whoever looks at it.
    pub const FOREIGN_ORIGIN: &str = "foreign-origin";

    /// All of them: no policy may take one as its `@id`.
    pub const ALL: &[&str] =
        &[NO_PERMIT, POLICY_ERROR, SUSPENDED, UNKNOWN_APPLICATION, STALE_WORLD, FOREIGN_ORIGIN];

    /// The reason in words for whoever it stops.
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

/// Decide one request: what is known of it in `world`, judged by `policies`, at the moment `now`.
pub fn decide(world: &Arc<World>, policies: &Arc<PolicySet>, request: &Request, now: Timestamp) -> Answer {
    again(world, policies, gather::place(world, request.address), request, now)
}

/// Decide what was asked once before: as [`decide`], but the place is the one that was on record then. Before networks were facts,
/// each enforcement point named them by its own configuration, which no fact remembers.
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

/// Refuse one request for how it came (`reason` is one of the [`reserved`]), whoever sent it and whatever the policies
/// say. It is an answer like any other, with the evidence that there was.
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
    // No policy was asked, so it rests on nothing that only policies honour.
    evidence.grant = None;
    evidence.exceptions.clear();
    evidence.rollouts.clear();
    Answer::new(Decision::refusal(reason, now), evidence, world, policies, now)
}

/// Whether at least one administrator could still reach the control plane under `policies`, with the best evidence
/// that they could obtain. A set of which this is not true would lock everybody out, and must not be published.
///
/// True when there is no administrator yet: then the machine's operator is the only one, and needs no policy.
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

/// A reserved reason as a policy id.
pub(crate) fn reserved_id(id: &'static str) -> Option<PolicyId> {
    id.parse().ok()
}
