//! What is asked.

use countersign_facts::Digest;
use countersign_names::{
    Action, ApplicationName, PersonId, Principal, ResourceName, ServiceId, SessionId, Timestamp,
};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Who asks, as far as the gate could tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// Nobody in particular.
    Anonymous,
    /// Whoever holds this session.
    Session(SessionId),
    /// A service account, by its token.
    Service(ServiceId),
    /// A person of whom somebody else asks, without evidence that it is them (AuthZEN).
    Person(PersonId),
}

/// One access: the same for every protocol.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Request {
    /// Who asks.
    pub who: Who,
    /// SHA-256 of the public key (DER SubjectPublicKeyInfo) whose possession this connection proved.
    pub key: Option<Digest>,
    /// Which application.
    pub application: ApplicationName,
    /// Which part of it.
    pub resource: ResourceName,
    /// To do what.
    pub action: Action,
    /// The protocol's own word for that.
    pub operation: String,
    /// The protocol's own name of what is asked for.
    pub item: String,
    /// What a decision client said of the item; empty from a gate.
    pub tags: BTreeMap<String, String>,
    /// Of what would be downloaded.
    pub content_type: Option<String>,
    /// Where it came from.
    pub address: Option<IpAddr>,
    /// How long the session was idle before this request, in seconds, as far as this enforcement point saw.
    ///
    /// Give it in whole minutes (rounded down), or no two requests would ever ask the same.
    pub idle: i64,
    /// When the device's posture was last observed to be still what the world knows, beside the report that the world
    /// holds; none where nothing was observed since, or nobody looked.
    ///
    /// It can only make the posture younger, and only of a device that has reported.
    pub posture_confirmed_at: Option<Timestamp>,
}

impl Who {
    /// The principal, where it is known without the world.
    pub const fn principal(&self) -> Option<Principal> {
        match self {
            Self::Anonymous => Some(Principal::Anonymous),
            Self::Service(service) => Some(Principal::Service(*service)),
            Self::Person(person) => Some(Principal::Person(*person)),
            Self::Session(_) => None,
        }
    }
}
