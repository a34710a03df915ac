//! Archive files beside a real journal in SQLite.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

mod copies;
mod damage;
mod reading;
mod site;
mod together;
mod writing;
