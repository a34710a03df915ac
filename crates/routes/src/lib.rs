//! Which of an application's resources, and which action, a request means: a pure function of the application's routes
//! and of the request's method and path.
//!
//! The gates ask it of every request, and a rehearsal asks it again of recorded ones, of routes that are not in force yet:
//! so there is one answer to it, here.
//!
//! This room knows routes and canonical paths. It must not know hosts, sockets, who asks, or what is decided.

mod path;
mod routes;

pub use path::{Ambiguous, CanonicalPath};
pub use routes::{Meaning, OTHER, Routes};
