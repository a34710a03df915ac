//! Evaluates recorded accesses again: with the same policies (a replay, which must give the same result), with others
//! (a plan, which shows whom they would stop), without an item of evidence (a proof, which shows what the access
//! depends on), or with evidence changed at will (one access, for a person who wants to understand it). Also reports what shadow-stage policies would have changed, as recorded live.
//!
//! A recorded access is reconstructed from its record and from the world that its decision knew, which is folded again
//! from the facts. The question is then the same as before, and deciding is a pure function. The work is proportional
//! to the number of distinct questions: as at a gate, an answer is reused while nothing that it read has changed and
//! its time has not passed.
//!
//! This crate must not know where evidence or facts are stored (the caller implements [`Facts`]), who wants to know,
//! files, clocks or any protocol.

mod again;
mod asked;
mod counterfactual;
mod memo;
mod naming;
mod past;
mod plan;
mod progress;
mod proof;
mod prove;
mod replay;
mod settings;
mod shadow;

pub use again::Unanswerable;
pub use counterfactual::RecordedAnswer;
pub use past::{Facts, Past};
pub use plan::{Change, Changed, DeviceClass, Direction, ITEMISED, Impact, Plan, Reached, Whom};
pub use progress::Progress;
pub use proof::{Bites, ITEMS, Proof, Resting, Share, Use};
pub use prove::Prove;
pub use replay::{Difference, Fell, NAMED, Outcome, Replay};
pub use settings::Settings;
pub use shadow::{Shadow, Tried};
