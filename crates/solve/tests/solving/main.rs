//! A real solver over real sets, and programs that are none.
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
