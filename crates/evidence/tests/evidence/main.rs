//! Writing and reading the evidence: one test program, so that the dependencies are linked once.

#[path = "../../../lake/tests/lake/book.rs"]
mod book;
#[expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]
mod common;
mod ledger;

mod compact;
mod disk;
mod engines;
mod golden;
mod kill;
mod kill_upkeep;
mod ocsf;
mod partial;
mod scan;
mod small_disk;
mod store;
mod sweep;
mod verify;
