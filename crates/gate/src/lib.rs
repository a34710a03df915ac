//! The gate kit: what every gate needs, whatever protocol it speaks.
//!
//! A gate accepts connections, identifies the other end, parses bytes into requests, asks admission, spends the permit,
//! and watches the bytes until the access ends. This crate implements all of that except the protocol:
//!
//! * [`ConnectionTasks`] accepts connections, reads the client's address from a load balancer (the PROXY protocol), and
//!   drains connections at a stop.
//! * [`AcceptedConnection::encrypt`] terminates [`Tls`], and returns the key that a device proved.
//! * [`connect`] spends a permit on a connection to its application.
//! * [`HeldAccess`] holds the accesses that one exchange depends on, watched and completed as one.
//! * [`Pump`] copies bytes between two streams, and stops between two bytes when the access is revoked.
//! * [`ApplicationCounts`] counts.
//!
//! `countersign-listen` limits the number of connections. `tests/toy` is a whole gate in a hundred lines.
//!
//! This room must not know any protocol above TCP and TLS, policies, how a decision is made, how users sign in, or
//! where anything is stored.

mod accept;
mod connect;
mod counts;
mod held;
mod proxy;
mod pump;
mod tls;

pub use accept::{AcceptedConnection, ConnectionTasks, Peer};
pub use connect::connect;
pub use counts::ApplicationCounts;
pub use held::HeldAccess;
pub use proxy::{ProxyHeaderError, TrustedProxies};
pub use pump::{Pump, PumpEnd, PumpedBytes, StreamHalves};
pub use tls::{ClientCertificates, Tls, TlsError, key_of};

/// The parsers of untrusted bytes in this crate, exposed for fuzzing (`fuzz/`).
pub mod readers {
    pub use crate::proxy::{read_header, source};
}
