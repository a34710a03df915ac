//! Real peers for tests, started for one test and gone after it.
//!
//! This room knows how to run other people's servers in a folder of their own, how to tell a world in few words
//! ([`story`]), and how to have others judge or read what we write ([`ocsf`], [`engines`]). It must not know how anything is
//! decided, and no production code may depend on it: it panics where it cannot go on, as a test should.

pub mod engines;
mod link;
pub mod ocsf;
mod postgres;
pub mod s3;
pub mod story;

pub use link::{Link, Way};
pub use postgres::Postgres;
pub use s3::S3;
