//! Facts about resources.

use countersign_names::{ResourceName, Sensitivity};
use serde::{Deserialize, Serialize};

/// An event about a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum ResourceFact {
    /// The sensitivity label of a resource was set or removed.
    #[serde(rename = "resource.labelled/1")]
    Labelled {
        /// The resource.
        resource: ResourceName,
        /// The label. `None` removes it, and the resource counts as restricted again.
        sensitivity: Option<Sensitivity>,
    },
}

#[cfg(test)]
crate::golden::every_fact! { ResourceFact {
    Labelled { resource, sensitivity },
} }
