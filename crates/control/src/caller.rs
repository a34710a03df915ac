//! Who asks the control plane.

use crate::{Control, Refusal};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use countersign_facts::{Actor, Digest};
use countersign_names::{PersonId, ServiceId, SessionId, Timestamp};
use countersign_world::World;
use std::net::IpAddr;
use std::sync::Arc;

/// Reads whose session a request's cookie stands for, at the host of the control plane: in this world, at this moment.
pub type SessionOf = Arc<dyn Fn(&World, &HeaderMap, Timestamp) -> Option<SessionId> + Send + Sync>;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Whoever holds the machine.
    Operator,
    /// A person, by the cookie of their session.
    Person {
        /// Who.
        id: PersonId,
        /// Their session.
        session: SessionId,
    },
    /// A service account, by its token.
    Service(ServiceId),
}

impl Caller {
    /// On whose word the facts stand that follow.
    pub const fn actor(&self) -> Actor {
        match self {
            Self::Operator => Actor::Operator,
            Self::Person { id, .. } => Actor::Person(*id),
            Self::Service(id) => Actor::Service(*id),
        }
    }
}

/// What the server knows of the connection; an extension of the request that only the server can set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Connection {
    /// Where it came from.
    pub address: Option<IpAddr>,
    /// SHA-256 of the public key whose possession it proved.
    pub key: Option<Digest>,
}

/// The mark of the machine's own door; only [`Control::operator_router`] sets it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operator;

impl FromRequestParts<Control> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Control) -> Result<Self, Refusal> {
        // The guard puts it there, and no route is outside the guard; were one, it would answer nobody.
        parts
            .extensions
            .get::<Self>()
            .copied()
            .ok_or_else(|| Refusal::unauthenticated("nobody is known to ask"))
    }
}
