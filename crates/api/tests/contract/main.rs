//! The contract: its document, its table of endpoints, its bodies and the files that people write.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod access;
mod answers;
mod bodies;
mod document;
mod every;
mod files;
mod problems;
mod queries;
mod requests;
mod strict;
