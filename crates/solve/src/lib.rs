//! Determines with an SMT solver what a policy change does to *every* possible request.
//!
//! A rehearsal knows what happened; this crate knows what could happen. For each kind of principal and each action it
//! translates both sets into formulas and asks two questions: is there a request that would be newly allowed, and is
//! there one that would be newly denied? *No* is a proof over all requests. *Yes* comes with an example, which our own
//! engine then evaluates before and after the change. An example that our engine does not confirm is an error, and is
//! never presented as true.
//!
//! It must not know what happened, who asks, wall-clock time or how an answer is shown. Its only contact with the
//! outside is the solver's process, which receives a text and returns one within limits of time and memory.

mod account;
mod compare;
mod find;
mod kind;
mod plain;
mod premise;
mod process;
mod side;
mod witness;

pub use compare::{Answer, Comparison, Limits, Line, Progress, Stopped, compare};
pub use find::{NoSolver, Solver, Whereabouts};
pub use kind::Kind;
pub use witness::Witness;
