//! The command line from outside: its help, what it reads, what it asks, what it answers.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests stop at the first surprise"
)]

mod every;
mod fake;
mod help;
mod input;
mod offline;
mod output;
mod parameters;
mod parsing;
mod raw;
mod transport;
mod verbs;
