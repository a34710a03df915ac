//! The report with which a campaign is sealed.

use crate::canonical::canonical_json;
use crate::fold::{ItemDecision, ItemState};
use crate::item::{AssignedAs, ReviewItem};
use crate::pace::ReviewerPace;
use countersign_facts::{
    Actor, Digest, ReviewEscalation, ReviewScope, ReviewVerdict, ReviewersRule, UndecidedRule,
};
use countersign_names::{PersonId, ReviewId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything about a campaign when it was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewReport {
    /// The version of this form.
    pub format: u32,
    /// The campaign.
    pub review: ReviewId,
    /// Its title.
    pub title: String,
    /// Which accesses it asked about.
    pub scope: ReviewScope,
    /// Who reviewed them.
    pub reviewers: ReviewersRule,
    /// Who reviewed what nobody else could.
    pub fallback: PersonId,
    /// To whom undecided items went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation: Option<ReviewEscalation>,
    /// When it was due.
    pub due_at: Timestamp,
    /// What was to happen then to what nobody decided.
    pub undecided_rule: UndecidedRule,
    /// Who opened it.
    pub opened_by: Actor,
    /// When.
    pub opened_at: Timestamp,
    /// SHA-256 over the items as they were asked.
    pub asked: Digest,
    /// When this report was made.
    pub made_at: Timestamp,
    /// Number of items whose access stays.
    pub kept: u32,
    /// Number of items whose access was revoked.
    pub revoked: u32,
    /// Number of items that nobody decided.
    pub undecided: u32,
    /// Number of items that nobody could review.
    pub without_reviewer: u32,
    /// How each reviewer decided.
    pub paces: Vec<ReviewerPace>,
    /// What those figures count.
    pub what_is_counted: String,
    /// The name and address, then, of each person whom the report names.
    pub people: BTreeMap<PersonId, String>,
    /// The items.
    pub items: Vec<ReportedItem>,
}

/// An item with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedItem {
    /// The item as it was asked.
    pub asked: ReviewItem,
    /// Its last reviewer; `None` if nobody could review it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<PersonId>,
    /// As what.
    pub assigned_as: AssignedAs,
    /// The last decision; `None` if nobody decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<ItemDecision>,
    /// Whether the access was gone when the report was made, as far as the last import knew.
    pub is_gone: bool,
}

impl ReviewReport {
    /// The version of the form that this build writes.
    pub const FORMAT: u32 = 1;

    /// Joins items with what became of them, and counts them: kept, revoked, undecided and without a reviewer.
    pub fn reported(
        items: Vec<ReviewItem>,
        states: Vec<ItemState>,
        is_gone: impl Fn(&ReviewItem) -> bool,
    ) -> (Vec<ReportedItem>, [u32; 4]) {
        let mut counts = [0; 4];
        let [kept, revoked, undecided, without] = &mut counts;
        let joined = items.into_iter().zip(states).map(|(asked, state)| {
            let counted = match state.decision.as_ref().map(|decision| decision.verdict) {
                Some(ReviewVerdict::Keep) => &mut *kept,
                Some(ReviewVerdict::Revoke) => &mut *revoked,
                None => &mut *undecided,
            };
            *counted += 1;
            *without += u32::from(state.reviewer.is_none());
            let ItemState { reviewer, assigned_as, decision } = state;
            ReportedItem { is_gone: is_gone(&asked), asked, reviewer, assigned_as, decision }
        });
        (joined.collect(), counts)
    }

    /// Writes the report as the one text whose digest is stated.
    ///
    /// # Errors
    /// Never for a report of this build: it has no value that JSON lacks.
    pub fn canonical(&self) -> Result<String, serde_json::Error> {
        Ok(canonical_json(&serde_json::to_value(self)?))
    }

    /// Reads a report from its text.
    ///
    /// # Errors
    /// If a newer build wrote it, or it is none.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}
