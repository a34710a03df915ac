//! On whose word a fact stands, the policies that it publishes, and the journal that the operator believes.

use crate::{Digest, Fact, PoliciesFact};
use countersign_names::{PersonId, PolicyId, ServiceId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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

/// A head of the journal that is believed although another was remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedHead {
    /// The process that had remembered it.
    pub gate: String,
    /// The head that was remembered, as `12:` and its hash; none when what was remembered could not be read.
    pub remembered: Option<String>,
    /// The head that was found, and is believed.
    pub found: String,
    /// Why, in the operator's words.
    pub why: String,
}

/// Policies that a publication took out of force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRemoval {
    /// The version of the set that was published without them.
    pub version: Digest,
    /// The guardrails and permits that counted before and do not any more.
    pub policies: BTreeSet<PolicyId>,
}

/// One file of a policy set, as its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PolicyFile(pub String);

impl Fact {
    /// The policy set that this fact puts in force: its version and its files.
    pub const fn policies(&self) -> Option<(&Digest, &BTreeMap<String, PolicyFile>)> {
        match self {
            Self::Policies(
                PoliciesFact::Published { version, files } | PoliciesFact::Applied { version, files, .. },
            ) => Some((version, files)),
            _ => None,
        }
    }
}
