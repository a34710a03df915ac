//! Real peers for tests, started for one test and gone after it.
//!
//! This room knows how to run other people's servers in a folder of their own, how to tell a world in few words
//! ([`story`]), how to have others judge or read what we write ([`ocsf`], [`engines`]), where data lies that others wrote
//! ([`outside`]), and what becomes of a test that cannot run ([`skip()`]). It must not know how anything is
//! decided, and no production code may depend on it: it panics where it cannot go on, as a test should.

pub mod engines;
mod link;
pub mod ocsf;
pub mod outside;
mod postgres;
pub mod s3;
mod skip;
pub mod story;
mod validators;

pub use link::{Link, LinkState};
pub use postgres::Postgres;
pub use s3::S3;
pub use skip::{is_long, skip};
pub use validators::python;
