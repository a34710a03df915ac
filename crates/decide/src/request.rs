//! A request for a decision.

use countersign_facts::Digest;
use countersign_names::{
    Action, ApplicationName, PersonId, Principal, ResourceName, ServiceId, SessionId, Timestamp,
};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The principal of a request, as far as the gate could identify it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// An unknown principal.
    Anonymous,
    /// The holder of this session.
    Session(SessionId),
    /// A service account, identified by its token.
    Service(ServiceId),
    /// A person named by a decision client, without evidence of their identity (AuthZEN).
    Person(PersonId),
}

/// One access request, in the same form for every protocol.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Request {
    /// The principal.
    pub who: Who,
    /// SHA-256 of the public key (DER SubjectPublicKeyInfo) that this connection proved possession of.
    pub key: Option<Digest>,
    /// The application.
    pub application: ApplicationName,
    /// The part of the application.
    pub resource: ResourceName,
    /// The action.
    pub action: Action,
    /// The protocol's own name of the action.
    pub operation: String,
    /// The protocol's own name of the requested item.
    pub item: String,
    /// The item's tags, as a decision client gave them; empty from a gate.
    pub tags: BTreeMap<String, String>,
    /// The media type of a download.
    pub content_type: Option<String>,
    /// The client's address.
    pub address: Option<IpAddr>,
    /// How long the session was idle before this request, in seconds, as far as this enforcement point knows.
    ///
    /// Must be in whole minutes (rounded down), or no two requests would ever be the same.
    pub idle: i64,
    /// When the device's posture was last observed to be unchanged since the report in the world. `None` if there is no
    /// later observation.
    ///
    /// It can only make the posture younger, and only that of a device which has reported.
    pub posture_confirmed_at: Option<Timestamp>,
}

impl Who {
    /// Returns the principal, if it is known without the world.
    pub const fn principal(&self) -> Option<Principal> {
        match self {
            Self::Anonymous => Some(Principal::Anonymous),
            Self::Service(service) => Some(Principal::Service(*service)),
            Self::Person(person) => Some(Principal::Person(*person)),
            Self::Session(_) => None,
        }
    }
}
