//! On whose word a fact stands, and the policies that it publishes.

use crate::{Digest, Fact};
use countersign_names::{PersonId, ServiceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

impl Fact {
    /// The policy set that this fact puts in force: its version and its files.
    pub const fn policies(&self) -> Option<(&Digest, &BTreeMap<String, PolicyFile>)> {
        match self {
            Self::PoliciesPublished { version, files } | Self::PoliciesApplied { version, files, .. } => {
                Some((version, files))
            }
            _ => None,
        }
    }
}
