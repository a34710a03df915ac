//! Facts about policies.

use crate::{Digest, PolicyFile, PolicyRemoval};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An event about the policy set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum PoliciesFact {
    /// A policy set was published. The fact holds all its files, so that every version can be read again.
    #[serde(rename = "policies.published/1")]
    Published {
        /// SHA-256 over the files in order.
        version: Digest,
        /// The files, by their path within the policy folder.
        files: BTreeMap<String, PolicyFile>,
    },
    /// A policy set was applied with a reason: a rehearsed one, or an earlier one again. Stated instead of a publication
    /// if a reason was given.
    #[serde(rename = "policies.applied/1")]
    Applied {
        /// SHA-256 over the files in order.
        version: Digest,
        /// The files, by their path within the policy folder.
        files: BTreeMap<String, PolicyFile>,
        /// The reason, as the person who applied it wrote it.
        why: String,
        /// SHA-256 over the rehearsal report that this person had seen, as JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rehearsal: Option<Digest>,
    },
    /// Policies are no longer in force, because of the publication right before this fact.
    #[serde(rename = "policies.removed/1")]
    Removed(PolicyRemoval),
}

#[cfg(test)]
crate::golden::every_fact! { PoliciesFact {
    Published { version, files },
    Applied { version, files, why, rehearsal },
    Removed(removal),
} }
