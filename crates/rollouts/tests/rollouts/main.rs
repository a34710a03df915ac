//! The watch over staged rollouts: over real decisions, a real journal and real evidence, with a clock that the test
//! controls. The test calls the watch; only the last one waits for it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod bounds;
mod steps;
mod watched;
mod witness;

#[path = "../../../rehearse/tests/rehearsing/post.rs"]
#[expect(dead_code, reason = "the tests of `rehearse` use the rest of the post")]
mod post;
