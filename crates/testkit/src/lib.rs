//! Test support: real servers, started for one test and stopped after it.
//!
//! This room knows how to run third-party servers in temporary folders, how to build a world in few words ([`story`]),
//! how to read what was ever written ([`golden`]),
//! how to compare an answer with the contract and to make a sample of one ([`contract`]), how to check and read our output with third-party tools
//! ([`ocsf`], [`engines`]), how to check our SCIM server with a test suite of others ([`scim`]), where third-party test data is ([`outside`]), how to make values with check digits and decoys
//! ([`planted`]), and what happens to a test that cannot run
//! ([`skip()`]). It must not know how anything is decided, and no production code may depend on it: it panics on failure,
//! as a test should.

pub mod contract;
pub mod engines;
pub mod golden;
mod link;
pub mod ocsf;
pub mod outside;
pub mod planted;
mod postgres;
pub mod s3;
pub mod scim;
mod skip;
pub mod slapd;
pub mod story;
mod validators;

pub use link::{Link, LinkState};
pub use postgres::Postgres;
pub use s3::S3;
pub use skip::{is_long, skip};
pub use slapd::Slapd;
pub use validators::python;
