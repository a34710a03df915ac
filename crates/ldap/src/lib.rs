//! Reads a directory over LDAP (RFC 4511), as a client: bind, StartTLS, paged searches (RFC 2696), and the ranges in which
//! Active Directory gives long lists (MS-ADTS 3.1.1.3.1.3.3).
//!
//! A server may be anybody's. Every message, every page, every list of ranges and the whole search have limits, and memory
//! grows with the bytes that arrive, never with a length that the server announces. Referrals are reported and not followed.
//! That is why the client is our own, and small: libraries at hand queue what arrives without a bound, have no maximum length of a
//! message, and read elements within elements by recursion.
//!
//! Calls block: a caller with a runtime runs them on a thread of its own.
//!
//! This room must not know what attributes mean, what becomes of an entry, who asks, or where a password comes from.

mod ber;
mod connection;
mod error;
mod message;
mod range;
mod search;
mod stream;

pub use connection::DirectoryConnection;
pub use error::LdapError;
pub use message::{DirectoryResponse, LdapEntry, MalformedMessage, OperationResult, ResponseOperation};
pub use search::{DirectorySearch, FoundItem, SearchLimits, SubtreeQuery};
pub use stream::{ConnectionEncryption, DirectoryServer};
