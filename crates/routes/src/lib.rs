//! Determines which resource of an application a request means, and which action: a pure function of the application's
//! routes and of the request's method and path.
//!
//! The gates evaluate it for every request, and a rehearsal evaluates it for recorded requests under planned routes. It
//! is here so that both get the same result.
//!
//! This room knows routes and canonical paths. It must not know hosts, sockets, who sends a request, or what is
//! decided.

mod method;
mod path;
mod routes;

pub use method::is_forwarded;
pub use path::{Ambiguous, CanonicalPath};
pub use routes::{Meaning, OTHER, Routes};
