//! Facts about policies.

use crate::{Digest, PolicyFile, PolicyRemoval};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An event about the policy set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum PoliciesFact {
    /// A policy set was published: every file of it, so that any version can be read again.
    #[serde(rename = "policies.published/1")]
    Published {
        /// SHA-256 over the files in order.
        version: Digest,
        /// The files, by their path within the policy folder.
        files: BTreeMap<String, PolicyFile>,
    },
    /// A policy set was put in force for a reason: one that was rehearsed, or an earlier one again. Stated in the place of a
    /// publication where somebody said why.
    #[serde(rename = "policies.applied/1")]
    Applied {
        /// SHA-256 over the files in order.
        version: Digest,
        /// The files, by their path within the policy folder.
        files: BTreeMap<String, PolicyFile>,
        /// Why, in the words of whoever did it.
        why: String,
        /// SHA-256 over the rehearsal that they had seen, as JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rehearsal: Option<Digest>,
    },
    /// Policies that counted count no more, by the publication right before this fact.
    #[serde(rename = "policies.removed/1")]
    Removed(PolicyRemoval),
}
