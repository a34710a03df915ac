//! Facts about labels: what a scan proposed, and what the owner made of it.

use crate::LabelEvidence;
use countersign_names::{LabelId, LabelKind, LabelTarget, Sensitivity};
use serde::{Deserialize, Serialize};

/// An event about labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum LabelFact {
    /// A scan proposed a label, or proposed it again with other evidence.
    #[serde(rename = "label.proposed/1")]
    Proposed {
        /// The label.
        label: LabelId,
        /// What it is about.
        target: LabelTarget,
        /// What is sensitive about it.
        kind: LabelKind,
        /// How sensitive that makes it.
        sensitivity: Sensitivity,
        /// Why.
        evidence: Vec<LabelEvidence>,
    },
    /// A person set a label, without a proposal. It is confirmed.
    #[serde(rename = "label.set/1")]
    Set {
        /// The label.
        label: LabelId,
        /// What it is about.
        target: LabelTarget,
        /// What is sensitive about it.
        kind: LabelKind,
        /// How sensitive that makes it.
        sensitivity: Sensitivity,
        /// Why.
        reason: String,
    },
    /// A person confirmed a label that was proposed.
    #[serde(rename = "label.confirmed/1")]
    Confirmed {
        /// The label.
        label: LabelId,
        /// Why.
        reason: String,
    },
    /// A person dismissed a label that was proposed.
    #[serde(rename = "label.dismissed/1")]
    Dismissed {
        /// The label.
        label: LabelId,
        /// Why.
        reason: String,
    },
    /// A confirmed or dismissed label holds no more: the thing is as if nobody had said anything.
    #[serde(rename = "label.withdrawn/1")]
    Withdrawn {
        /// The label.
        label: LabelId,
        /// Why.
        reason: String,
    },
}

#[cfg(test)]
crate::golden::every_fact! { LabelFact {
    Proposed { label, target, kind, sensitivity, evidence },
    Set { label, target, kind, sensitivity, reason },
    Confirmed { label, reason },
    Dismissed { label, reason },
    Withdrawn { label, reason },
} }
