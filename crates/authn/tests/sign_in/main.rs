//! The whole sign-in: a real journal, the real router, browsers that store cookies, authenticators that may misbehave.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod common;
mod edges;
mod enrolling;
mod federation;
mod host;
mod signing_in;
