//! What was recorded, asked again: with the same policies (a replay, which must give the same), with others (a plan, which
//! shows whom they would stop), or without an item of its evidence (a proof, which shows what it rests on).
//! And what policies in their shadow stage would have changed, as it was recorded live.
//!
//! A recorded access is put together again from its record and from the world that its decision knew, which is folded
//! again from the facts. The question is then the one that was asked, and deciding is a pure function. Work is proportional
//! to the distinct questions: an answer is given again, as at a gate, while nothing that it read has changed and its time
//! is not up.
//!
//! This room must not know where evidence or facts are stored ([`Facts`] is given to it), who wants to know, files,
//! clocks or any protocol.

mod again;
mod asked;
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
pub use past::{Facts, Past};
pub use plan::{Change, Changed, DeviceClass, Direction, ITEMISED, Impact, Plan, Reached, Whom};
pub use progress::Progress;
pub use proof::{Bites, ITEMS, Proof, Resting, Share, Use};
pub use prove::Prove;
pub use replay::{Difference, Fell, NAMED, Outcome, Replay};
pub use settings::Settings;
pub use shadow::{Shadow, Tried};
