//! A bucket in an object store: objects put whole, read, listed and removed.
//!
//! The protocols of S3 (and what speaks like it), Google Cloud Storage and Azure are `object_store`'s, with the keys of a file
//! or the role of a machine. The connections are ours, over our own TLS, so that no second client of HTTP and no second
//! provider of cryptography come in, and so that what a store refuses is told apart.
//!
//! A file is read to its end before there is an object: it is put by one request once its digest was compared, or in parts
//! that become an object only then. So an object is there as a whole or not at all, whatever happens to this process meanwhile.
//!
//! This room must not know what is kept in a bucket, why, or who asks for it.

mod address;
mod client;
mod connector;
mod credentials;
mod error;
mod open;

pub use address::{Address, AddressError, Kind};
pub use client::{Bucket, Expected, Listed};
pub use credentials::{Credentials, CredentialsError, Source};
pub use error::BucketError;
