//! Listeners: which connections are taken, how many at a time, and how long a client may take nothing of what is
//! written to it.
//!
//! Every listener of a process goes through this room, so that none lacks what another has: a number of connections in
//! all and for each address, accepting that goes on when the system has no descriptors left, a deadline for writes at
//! the socket, and figures that say when it is full.
//!
//! This room knows sockets, addresses and file descriptors. It must not know any protocol, who asks, or what is decided.
//!
//! * [`Places`] counts connections and says which one more may be taken.
//! * [`InTurn`] lets addresses take turns at the processors.
//! * [`Door`] accepts them.
//! * [`Paced`] ends one whose client does not read.
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
