//! Directories that are read: a real one (OpenLDAP), and servers that lie.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod hostile;
mod openldap;
mod scripted;
