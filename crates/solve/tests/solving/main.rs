//! A real solver over realistic sets, and programs that are not solvers.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]
mod common;
mod comparing;
mod random;
mod solvers;
