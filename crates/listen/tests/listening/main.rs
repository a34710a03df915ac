//! Listeners as their users have them: real sockets on loopback, and a scripted listener for what the kernel of a
//! healthy machine does not do.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

mod common;
mod door;
mod local;
mod paced;
mod places;
mod shares;
mod turns;
