//! On whose word a fact stands, and the policies that it publishes.

use countersign_names::{PersonId, ServiceId};
use serde::{Deserialize, Serialize};

/// On whose word a fact stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Whoever holds the machine: a command over its local socket.
    Operator,
    /// A person, signed in.
    Person(PersonId),
    /// A service account, by its token.
    Service(ServiceId),
    /// The software itself, by the name of the part that acted.
    System(String),
}

/// One file of a policy set, as its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PolicyFile(pub String);
