//! Load: many connections to one server, from one core, every answer checked.
//!
//! It writes and reads HTTP/1.1 by hand rather than through a library: it shares a core with the upstream, and what it
//! spends on itself is not there for the server that is measured. An answer with another status or length than expected
//! ends the run: a server that refuses is not a fast one.
//!
//! This module must not know which server it talks to, nor what is measured.

mod connection;
mod core;
mod fleet;

pub use self::core::Core;
pub use connection::{Target, Work};
pub use fleet::{Done, Fleet};

/// Raise how many files this process and the servers that it starts may have open, as far as the system lets us.
pub fn allow_many_connections() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}
