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
    /// An application was declared, or declared again: the whole is stated.
    #[serde(rename = "application.declared/1")]
    Declared {
        /// Its name.
        application: ApplicationName,
        /// What it is.
        #[serde(flatten)]
        about: Application,
    },
    /// An application's stage moved between observing and enforcing.
    #[serde(rename = "application.staged/1")]
    Staged {
        /// Its name.
        application: ApplicationName,
        /// The stage from now on.
        stage: ApplicationStage,
    },
    /// An application is no longer protected, nor reachable; its name is never taken again.
    #[serde(rename = "application.removed/1")]
    Removed {
        /// Its name.
        application: ApplicationName,
    },
}
