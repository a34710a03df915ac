//! SQL over what happened: the decisions of the evidence, and the sessions and facts of the journal, as tables.
//!
//! It only reads. One question is bounded in memory, in time, in the length of its text and of its answer, and a few are
//! asked at once at most, each on a thread of its own: the gate shares the machine and must not wait for an analyst. What
//! could not be read is said beside the rows, so that a part never passes for the whole.
//!
//! This room knows tables and the engine, which is nobody else's. It must not know who asks, where the journal is kept, or
//! what a policy is.

mod answer;
mod decisions;
mod engine;
mod error;
mod facts;
mod gaps;
mod limits;
mod sessions;
mod sql;
mod tables;
mod window;

pub use answer::{Answer, AnswerColumn};
pub use engine::Engine;
pub use error::{QueryError, Spot};
pub use facts::{Entry, Facts, Reading};
pub use limits::{LONGEST_SQL, Limits, MOST_AT_ONCE, MOST_TOKENS};
pub use tables::{Column, Table, tables};
