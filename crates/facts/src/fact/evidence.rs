//! Facts about evidence.

use crate::{EvidenceFile, ExpiredFile};
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};

/// An event about files of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum EvidenceFact {
    /// Files of the evidence are finished, and are this from now on. Stated before what they were made of is removed.
    #[serde(rename = "evidence.anchored/1")]
    Anchored {
        /// The process whose files they are.
        gate: String,
        /// The files.
        files: Vec<EvidenceFile>,
        /// True when they were found rather than made, so that nothing vouches for the time before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
    },
    /// A file of the evidence holds what several held, which then go. Stated before they do.
    #[serde(rename = "evidence.compacted/1")]
    Compacted {
        /// The process whose files they are.
        gate: String,
        /// The file that holds it all.
        file: EvidenceFile,
        /// The paths of those that it replaces.
        replaced: Vec<String>,
    },
    /// Everything older than a day has expired, and these files go. Stated before they do.
    #[serde(rename = "evidence.expired/1")]
    Expired {
        /// The process whose files they are.
        gate: String,
        /// The first moment that is kept.
        before: Timestamp,
        /// The files that go.
        files: Vec<ExpiredFile>,
    },
}
