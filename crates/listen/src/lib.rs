//! Listeners: limits on the number of connections, and a time-out for clients that do not read.
//!
//! Every listener of a process uses this crate, so that all have the same protections: a limit of connections in all
//! and per address, accepting that continues when the system has no descriptors left, a write time-out at the socket,
//! and metrics that show when it is full.
//!
//! This crate knows sockets, addresses and file descriptors. It must not know any protocol, who asks, or what is
//! decided.
//!
//! * [`Places`] counts connections and decides whether one more is accepted.
//! * [`InTurn`] schedules addresses fairly over the processors.
//! * [`Door`] accepts connections.
//! * [`Paced`] ends a connection whose client does not read.
//! * [`raise_limit`], [`Shares`] and [`Spare`] keep descriptors for what must always work.

mod descriptors;
mod door;
mod paced;
mod places;
mod turns;

pub use descriptors::{RequestedConnections, Shares, Spare, raise_limit};
pub use door::{Door, Listener};
pub use paced::Paced;
pub use places::{Caps, Place, Places, RequestPlace, State};
pub use turns::InTurn;
