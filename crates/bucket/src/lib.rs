//! A bucket of an S3-compatible store: objects put whole, read, listed and removed.
//!
//! Every request is signed (Signature Version 4), also over the SHA-256 of what is put, so that a store that keeps to the
//! protocol takes no other bytes than those that were meant. An object is put by one request: it is there as a whole or
//! not at all, whatever happens to this process meanwhile, and there are no parts to be cleared away. A file is read a piece
//! at a time, and its last piece is sent only when the rest was what it should be.
//!
//! Why not the client that the query engine brings: it needs a second provider of cryptography, which this house does not
//! have (`deny.toml`), for the five requests that are needed here.
//!
//! This room must not know what is kept in a bucket, why, or who asks for it. It reads no clock: it is given one.

mod address;
mod client;
mod credentials;
mod error;
mod listing;
mod send;
mod sign;
mod upload;

pub use address::{Address, AddressError};
pub use client::{Bucket, Clock, Expected};
pub use credentials::{Credentials, CredentialsError, Source};
pub use error::BucketError;
pub use listing::{Listed, Page, read_page};
