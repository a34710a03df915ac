//! Projections on both stores: real files and a real PostgreSQL server.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

mod facts;
mod fold;
mod following;
mod house;
mod positions;
mod reading;
mod recorded;
mod tallies;
mod tamper;
mod trends;
mod versions;
