//! Queries over real evidence and real facts, run as the control plane runs them.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod bounds;
mod engines;
mod house;
mod journal;
mod lake;

#[path = "../../../evidence/tests/evidence/common/mod.rs"]
mod day;
