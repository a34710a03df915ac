//! A finding.

use crate::table::HygieneDetector;
use countersign_correlate::SourcedKey;
use countersign_names::Timestamp;
use serde::Deserialize;

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HygieneFinding {
    /// Who found it.
    pub detector: HygieneDetector,
    /// The nodes that it speaks of, the one to be changed first.
    pub subjects: Vec<SourcedKey>,
    /// What it has in common with others of its detector: whoever mends that mends them all.
    pub cause: String,
    /// How bad it is.
    pub severity: HygieneSeverity,
    /// What it rests on.
    pub evidence: Vec<FindingEvidence>,
    /// What to do about it.
    pub fix: String,
}

/// How bad a finding is, in rising order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HygieneSeverity {
    /// It will be a finding soon.
    Notice,
    /// It should be mended at some time.
    Low,
    /// It should be mended.
    Medium,
    /// It should be mended now.
    High,
    /// It should be mended now, and gives power over a system.
    Critical,
}

impl HygieneSeverity {
    /// Returns the word that stands for it in tables and files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Returns the next higher one, for what has power over a system.
    #[must_use]
    pub const fn raised(self) -> Self {
        match self {
            Self::Notice | Self::Low => Self::Medium,
            Self::Medium => Self::High,
            Self::High | Self::Critical => Self::Critical,
        }
    }
}

/// A statement of a source that a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingEvidence {
    /// The node that it is about.
    pub node: SourcedKey,
    /// The attribute or relation.
    pub attribute: &'static str,
    /// What the source says.
    pub value: String,
    /// The moment that it speaks of, if it does.
    pub moment: Option<Timestamp>,
}

impl FindingEvidence {
    pub(crate) fn new(node: &SourcedKey, attribute: &'static str, value: impl Into<String>) -> Self {
        Self { node: node.clone(), attribute, value: value.into(), moment: None }
    }

    pub(crate) fn at(node: &SourcedKey, attribute: &'static str, moment: Timestamp) -> Self {
        Self { node: node.clone(), attribute, value: moment.to_string(), moment: Some(moment) }
    }
}
