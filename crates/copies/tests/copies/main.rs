//! Copies of the evidence in an external object store: made, verified, read by another process, and missing. The store is
//! another program, which speaks S3.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

mod fetching;
mod keeping;
mod making;
mod process;
mod verifying;

#[path = "../../../lake/tests/lake/kinds.rs"]
mod kinds;
