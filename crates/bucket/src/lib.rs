//! A bucket in an object store: objects are uploaded whole, downloaded, listed and removed.
//!
//! The crate `object_store` implements the protocols of S3 (and compatible stores), Google Cloud Storage and Azure,
//! with keys from a file or the role of a machine. The connections are our own, with our own TLS, so that no second
//! HTTP client and no second cryptography provider are needed, and so that errors of the store are classified.
//!
//! A file is read to its end before the object exists: it is uploaded by one request after its digest was compared, or
//! in parts that become an object only then. So an object exists as a whole or not at all, whatever happens to this
//! process.
//!
//! This room must not know what is stored in a bucket, why, or who requests it.

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
