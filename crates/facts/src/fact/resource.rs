//! Facts about resources.

use countersign_names::{ResourceName, Sensitivity};
use serde::{Deserialize, Serialize};

/// An event about a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum ResourceFact {
    /// A resource got its sensitivity label, or lost it.
    #[serde(rename = "resource.labelled/1")]
    Labelled {
        /// The resource.
        resource: ResourceName,
        /// The label; none takes it away, and the resource counts as restricted again.
        sensitivity: Option<Sensitivity>,
    },
}
