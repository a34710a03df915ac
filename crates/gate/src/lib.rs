//! The gate kit: what every gate needs, whatever protocol it speaks.
//!
//! A gate accepts connections, finds out who is at the other end, turns bytes into requests, asks admission, spends the
//! permit, and stays beside the bytes until the access ends. All of that but the protocol is here, once:
//!
//! * [`ConnectionTasks`] accepts connections, reads whose a load balancer passes on (the PROXY protocol), and drains them
//!   at a stop.
//! * [`AcceptedConnection::encrypt`] terminates [`Tls`], and tells the key that a device proved.
//! * [`connect`] spends a permit on a connection to its application.
//! * [`HeldAccess`] is the accesses that one exchange rests on, watched and completed as one.
//! * [`Pump`] passes bytes between two streams, and stops between two bytes when the answer changes.
//! * [`ApplicationCounts`] counts.
//!
//! How many connections there may be is `countersign-listen`'s to say. `tests/toy` is a whole gate in a hundred lines.
//!
//! This room must not know any protocol above TCP and TLS, policies, how a decision falls, how anybody signs in, or where
//! anything is stored.

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

/// What reads a stranger's bytes within the kit, for whoever tries it by itself, as `fuzz/` does.
pub mod readers {
    pub use crate::proxy::{read_header, source};
}
