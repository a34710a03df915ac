//! SQL queries over recorded events: their limits, the tables, the answers, and the process that runs them.
//!
//! The SQL engine is a separate program, `countersign-query`. This crate starts one process per query, limits its
//! memory, time, files and descriptors, gives it what only the server has (entries of the journal, files in an object
//! store), and receives its answer. A query that crashes the engine ends only that process.
//!
//! This crate must not know how SQL is executed (it does not depend on an engine), who asks, where the journal is
//! stored, or what a policy is.

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
