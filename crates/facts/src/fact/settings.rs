//! Facts about settings.

use crate::Settings;
use serde::{Deserialize, Serialize};

/// An event about applications, labels and exceptions that changed together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum SettingsFact {
    /// Applications, labels or exceptions were changed together by the facts right before this one. They come from a
    /// rehearsed working folder or from an earlier version.
    #[serde(rename = "settings.applied/1")]
    Applied {
        /// The change and its reason.
        #[serde(flatten)]
        settings: Settings,
    },
}

#[cfg(test)]
crate::golden::every_fact! { SettingsFact {
    Applied { settings },
} }
