//! The program, from outside: its clock is moved, its journal is cut, its store hangs, it is killed, and what it says of itself is read.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod access;
mod clock;
mod directory;
mod exports;
mod identities;
mod inventory;
mod journal_end;
mod killed;
mod labels;
mod leavers;
mod outside;
mod server_roles;
mod stage;
mod stalled;
