//! Rehearsals over the real records of an enforcement point: what they report, what they say that they do not know, and
//! how they are stopped.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first surprise")]

mod missing;
mod planning;
mod rehearsed;
mod solving;
mod stopping;
mod trying;

#[path = "../../../rehearse/tests/rehearsing/post.rs"]
mod post;

#[path = "../../../lake/tests/lake/book.rs"]
#[expect(dead_code, reason = "the lake's own tests use the rest of the book")]
mod book;
