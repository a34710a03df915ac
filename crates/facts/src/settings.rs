//! A change of applications, labels and exceptions that was put in force as one, as facts state it.

use crate::Digest;
use countersign_names::{ApplicationName, ExceptionId, ResourceName};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What was put in force as one. The facts right before it say to what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// SHA-256 over all settings as they are then, as JSON.
    pub version: Digest,
    /// Why, in the words of whoever did it.
    pub why: String,
    /// SHA-256 over the rehearsal that they had seen, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rehearsal: Option<Digest>,
    /// The version of the policy set that was put in force with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<Digest>,
    /// The applications that were declared.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub applications: BTreeSet<ApplicationName>,
    /// The resources whose labels were given or taken away.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub labels: BTreeSet<ResourceName>,
    /// The exceptions that were opened.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub opened: BTreeSet<ExceptionId>,
    /// The exceptions that were ended.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub ended: BTreeSet<ExceptionId>,
}
