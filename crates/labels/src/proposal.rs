//! What a sample is proposed to be labelled with, and why.

use crate::Recogniser;
use countersign_names::{LabelKind, Sensitivity};

/// A label that a sample suggests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelProposal {
    /// The label.
    pub kind: LabelKind,
    /// The sensitivity that it suggests.
    pub sensitivity: Sensitivity,
    /// Which recognisers matched how often. Never empty.
    pub evidence: Vec<RecognisedShare>,
}

/// How many values of a sample a recogniser matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecognisedShare {
    /// The recogniser.
    pub recogniser: Recogniser,
    /// Number of different values that it matched; 0 for the name of a column.
    pub matched: u64,
    /// Number of values that were sampled.
    pub sampled: u64,
}

/// Joins what recognisers found to one proposal for each label.
pub(crate) fn by_kind(found: impl Iterator<Item = RecognisedShare>) -> Vec<LabelProposal> {
    let mut proposals: Vec<LabelProposal> = Vec::new();
    for share in found {
        let (kind, sensitivity) = (share.recogniser.kind(), share.recogniser.sensitivity());
        match proposals.iter_mut().find(|proposal| proposal.kind == kind) {
            Some(proposal) => {
                proposal.sensitivity = proposal.sensitivity.max(sensitivity);
                proposal.evidence.push(share);
            }
            None => proposals.push(LabelProposal { kind, sensitivity, evidence: vec![share] }),
        }
    }
    proposals
}
