//! What a change of the policies does to *every* request there can be, asked of an SMT solver.
//!
//! A rehearsal knows what happened; this room knows what could. For each kind of principal and each action it asks two
//! questions of both sets, as formulas: is there a request that would be newly allowed, and one that would be newly
//! denied. *No* is a proof over all requests. *Yes* comes with one of them, which our own policy set then decides before
//! and after: what does not fall out as the solver said is an error here, and never shown as true.
//!
//! It must not know what happened, who asks, clocks of the world or how an answer is shown. Of the outside it touches one
//! thing, the solver's process, which gets a text and gives one back within bounds of time and memory.

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
