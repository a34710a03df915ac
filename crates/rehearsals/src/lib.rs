//! Rehearsals over an installation's own records: reads the evidence and the facts, has them evaluated again, and puts
//! what was found into the API's form.
//!
//! The evaluation itself is `rehearse`, which knows no store. This room must not know who asks, how a job is kept or
//! shown, whether a policy set may be published, or how the register of implicit trust is written.

mod basis;
mod context;
mod exhaustive;
mod journal;
mod run;
mod shown;
mod trial;

pub use basis::Reading;
pub use context::{RehearsalContext, RehearsalProgress};
pub use run::{PlannedPolicies, ProvedSpan, plan, prove, replay, shadow};
pub use shown::name_of;
pub use trial::ShadowPeople;
