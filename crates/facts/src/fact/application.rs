//! Facts about applications.

use crate::{Application, ApplicationStage};
use countersign_names::ApplicationName;
use serde::{Deserialize, Serialize};

/// An event about an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
#[expect(
    clippy::large_enum_variant,
    reason = "a fact is held while it is folded in, and seldom with many others"
)]
pub enum ApplicationFact {
    /// An application was declared, or declared again: the fact holds the whole declaration.
    #[serde(rename = "application.declared/1")]
    Declared {
        /// The name of the application.
        application: ApplicationName,
        /// The declaration.
        #[serde(flatten)]
        about: Application,
    },
    /// An application changed its stage between observing and enforcing.
    #[serde(rename = "application.staged/1")]
    Staged {
        /// The name of the application.
        application: ApplicationName,
        /// The new stage.
        stage: ApplicationStage,
    },
    /// An application was removed: it is neither protected nor reachable. Its name can never be used again.
    #[serde(rename = "application.removed/1")]
    Removed {
        /// The name of the application.
        application: ApplicationName,
    },
}

#[cfg(test)]
crate::golden::every_fact! { ApplicationFact {
    Declared { application, about },
    Staged { application, stage },
    Removed { application },
} }
