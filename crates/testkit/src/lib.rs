//! Real peers for tests, started for one test and gone after it.
//!
//! This room knows how to run other people's servers in a folder of their own. It must not know any room of ours, and
//! no production code may depend on it: it panics where it cannot go on, as a test should.

mod postgres;

pub use postgres::Postgres;
