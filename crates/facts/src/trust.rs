//! The author of a fact, policy files and removals, and accepted heads and clocks.

use crate::{Digest, Fact, PoliciesFact};
use countersign_names::{PersonId, PolicyId, ServiceId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The author of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The operator: a command over the machine's local socket.
    Operator,
    /// A signed-in person.
    Person(PersonId),
    /// A service account, identified by its token.
    Service(ServiceId),
    /// The software itself, with the name of the component that acted.
    System(String),
}

impl std::fmt::Display for Actor {
    /// Writes the actor as one text: an id, `operator`, or `system:` and the component.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Operator => f.write_str("operator"),
            Self::Person(id) => write!(f, "{id}"),
            Self::Service(id) => write!(f, "{id}"),
            Self::System(component) => write!(f, "system:{component}"),
        }
    }
}

/// A head of the journal that the operator accepted although a process had remembered another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedHead {
    /// The process that had remembered the other head.
    pub gate: String,
    /// The remembered head, as `12:` and its hash. `None` if it could not be read.
    pub remembered: Option<String>,
    /// The head that was found and accepted.
    pub found: String,
    /// The reason, as the operator wrote it.
    pub why: String,
}

/// The operator's statement that the clock of a machine is right, and time in the journal or on that machine ran ahead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedClock {
    /// The process on whose machine it was stated.
    pub gate: String,
    /// The moment that counted as the present before, later than the time of the fact.
    pub held: Timestamp,
    /// The reason, as the operator wrote it.
    pub why: String,
}

/// Policies that a publication removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRemoval {
    /// The version of the set that was published without them.
    pub version: Digest,
    /// The guardrails and permits that were in force before.
    pub policies: BTreeSet<PolicyId>,
}

/// One file of a policy set, as its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PolicyFile(pub String);

impl Fact {
    /// Returns the policy set that this fact puts in force: its version and its files.
    pub const fn policies(&self) -> Option<(&Digest, &BTreeMap<String, PolicyFile>)> {
        match self {
            Self::Policies(
                PoliciesFact::Published { version, files } | PoliciesFact::Applied { version, files, .. },
            ) => Some((version, files)),
            _ => None,
        }
    }
}
