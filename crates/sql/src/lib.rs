//! Questions in SQL over what happened: what one may take, which tables there are, what an answer is, and the process that
//! answers it.
//!
//! The SQL engine is a program of its own, `countersign-query`. This room starts one process for each question, holds it to
//! its memory, time, files and descriptors, hands it what only the server has (entries of the journal, files that a store
//! keeps), and takes its answer. A question that breaks the engine ends that process and nothing else.
//!
//! This room must not know how SQL is executed (it has no engine among its dependencies), who asks, where the journal is
//! kept, or what a policy is.

mod answer;
mod engine;
mod error;
mod facts;
mod kinds;
mod limits;
mod process;
mod program;
mod serve;
mod tables;
pub mod wire;

pub use answer::{Answer, AnswerColumn};
pub use engine::SqlEngine;
pub use error::{QueryError, Spot};
pub use facts::{Entry, Facts, Reading, ReadingWorld};
pub use kinds::{kind, moment_type};
pub use limits::{LONGEST_ANSWER, LONGEST_SQL, Limits, MOST_AT_ONCE, MOST_TOKENS};
pub use program::{Missing, Program};
pub use tables::{Column, Table, facts_schema, sessions_schema, tables};
