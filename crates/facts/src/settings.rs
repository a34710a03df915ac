//! A joint change of applications, labels and exceptions, as facts state it.

use crate::Digest;
use countersign_names::{ApplicationName, ExceptionId, ResourceName};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A joint change of settings. The facts right before it hold the new values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// SHA-256 over all settings after the change, as JSON.
    pub version: Digest,
    /// The reason, as the person who applied it wrote it.
    pub why: String,
    /// SHA-256 over the rehearsal report that this person had seen, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rehearsal: Option<Digest>,
    /// The version of the policy set that was applied with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<Digest>,
    /// The applications that were declared.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub applications: BTreeSet<ApplicationName>,
    /// The resources whose labels were set or removed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub labels: BTreeSet<ResourceName>,
    /// The exceptions that were opened.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub opened: BTreeSet<ExceptionId>,
    /// The exceptions that were ended.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub ended: BTreeSet<ExceptionId>,
}
