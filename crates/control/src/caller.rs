//! The caller of the control plane.

use crate::{Control, Refusal};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use countersign_facts::{Actor, Digest};
use countersign_names::{PersonId, ServiceId, SessionId, Timestamp};
use countersign_world::World;
use std::net::IpAddr;
use std::sync::Arc;

/// Returns the session of a request's cookie at the host of the control plane, in this world, at this moment.
pub type SessionOf = Arc<dyn Fn(&World, &HeaderMap, Timestamp) -> Option<SessionId> + Send + Sync>;

/// The authenticated caller of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// The operator, who holds the machine.
    Operator,
    /// A person, by the cookie of their session.
    Person {
        /// The person's id.
        id: PersonId,
        /// Their session.
        session: SessionId,
    },
    /// A service account, by its token.
    Service(ServiceId),
}

impl Caller {
    /// Returns the actor in whose name the resulting facts are stated.
    pub const fn actor(&self) -> Actor {
        match self {
            Self::Operator => Actor::Operator,
            Self::Person { id, .. } => Actor::Person(*id),
            Self::Service(id) => Actor::Service(*id),
        }
    }
}

/// What the server knows about the connection, as an extension of the request that only the server can set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Connection {
    /// The client's address.
    pub address: Option<IpAddr>,
    /// SHA-256 of the public key whose possession the client proved.
    pub key: Option<Digest>,
}

/// Marks the requests of the local socket; only [`Control::operator_router`] sets it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operator;

impl FromRequestParts<Control> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Control) -> Result<Self, Refusal> {
        // The guard inserts the caller for every route. A route outside the guard would refuse every request.
        parts
            .extensions
            .get::<Self>()
            .copied()
            .ok_or_else(|| Refusal::unauthenticated("the caller is not authenticated"))
    }
}

impl FromRequestParts<Control> for Connection {
    type Rejection = std::convert::Infallible;

    /// Returns the connection; one of which nothing is known if the server set none, as on the local socket.
    async fn from_request_parts(parts: &mut Parts, _: &Control) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or_default())
    }
}
