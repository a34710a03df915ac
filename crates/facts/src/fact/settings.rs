//! Facts about settings.

use crate::Settings;
use serde::{Deserialize, Serialize};

/// An event about applications, labels or exceptions that changed as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum SettingsFact {
    /// Applications, labels or exceptions were changed as one, by the facts right before this one: those of a working folder
    /// that was rehearsed, or as they were at an earlier moment.
    #[serde(rename = "settings.applied/1")]
    Applied {
        /// Which, and why.
        #[serde(flatten)]
        settings: Settings,
    },
}
