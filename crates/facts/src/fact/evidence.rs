//! Facts about evidence files.

use crate::{EvidenceFile, ExpiredFile};
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};

/// An event about evidence files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum EvidenceFact {
    /// Evidence files are finished and must not change from now on. Stated before their sources are removed.
    #[serde(rename = "evidence.anchored/1")]
    Anchored {
        /// The process that wrote them.
        gate: String,
        /// The files.
        files: Vec<EvidenceFile>,
        /// True if the files were found rather than written by this process: nothing vouches for them before this fact.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
    },
    /// An evidence file replaces several, which are removed next. Stated before the removal.
    #[serde(rename = "evidence.compacted/1")]
    Compacted {
        /// The process that wrote them.
        gate: String,
        /// The file that holds all of their rows.
        file: EvidenceFile,
        /// The paths of the files that it replaces.
        replaced: Vec<String>,
    },
    /// All evidence older than a day has expired, and these files are removed next. Stated before the removal.
    #[serde(rename = "evidence.expired/1")]
    Expired {
        /// The process that wrote them.
        gate: String,
        /// The earliest time that is kept.
        before: Timestamp,
        /// The files to be removed.
        files: Vec<ExpiredFile>,
    },
}

#[cfg(test)]
crate::golden::every_fact! { EvidenceFact {
    Anchored { gate, files, late },
    Compacted { gate, file, replaced },
    Expired { gate, before, files },
} }
