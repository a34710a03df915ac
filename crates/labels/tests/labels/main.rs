//! What is recognised, what is not, and how well on generated data.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests stop at the first surprise, and one prints what it measures"
)]

mod content;
mod measured;
mod recognisers;
