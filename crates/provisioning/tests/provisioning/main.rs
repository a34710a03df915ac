//! What an identity provider pushes, over a real journal and real tables.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

mod bulk;
mod changing;
mod groups;
mod listing;
mod users;
mod world;
