//! Questions to an engine's process, real but played: each message, each way to end, and each byte between the two.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod answering;
mod ending;
mod fetching;
mod played;
mod reference;
mod serving;
mod wire;
mod words;

#[path = "../../../lake/tests/lake/book.rs"]
#[expect(dead_code, reason = "the lake's own tests use the rest of the book")]
mod book;
