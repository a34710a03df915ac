//! Facts about access reviews: campaigns in which people decide which accesses stay.
//!
//! What is asked is no fact, and is kept in tables; the opening states its digest. These facts say who decided what, and
//! with which report the campaign was sealed. An item is named by its number in the campaign.

use crate::{Digest, ReviewEscalation, ReviewScope, ReviewVerdict, ReviewersRule, UndecidedRule};
use countersign_names::{PersonId, ReviewId, Timestamp};
use serde::{Deserialize, Serialize};

/// An event about an access review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum ReviewFact {
    /// A campaign was opened.
    #[serde(rename = "review.opened/1")]
    Opened {
        /// The campaign.
        review: ReviewId,
        /// Its title.
        title: String,
        /// Which accesses it asks about.
        scope: ReviewScope,
        /// Who reviews them.
        reviewers: ReviewersRule,
        /// Who reviews what nobody else can.
        fallback: PersonId,
        /// To whom undecided items go before the due date.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        escalation: Option<ReviewEscalation>,
        /// When it is closed.
        due_at: Timestamp,
        /// What happens then to what nobody decided.
        undecided: UndecidedRule,
        /// Number of items.
        items: u32,
        /// SHA-256 over the items as they were asked, in canonical JSON.
        asked: Digest,
    },
    /// Items were decided, or decided again.
    #[serde(rename = "review.decided/1")]
    Decided {
        /// The campaign.
        review: ReviewId,
        /// The numbers of the items, which were decided together.
        items: Vec<u32>,
        /// Whether the accesses stay.
        verdict: ReviewVerdict,
        /// Why; always there if they are revoked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Undecided items went to another reviewer, because the due date is near.
    #[serde(rename = "review.escalated/1")]
    Escalated {
        /// The campaign.
        review: ReviewId,
        /// The numbers of the items.
        items: Vec<u32>,
        /// Who reviews them now.
        reviewer: PersonId,
    },
    /// An administrator gave items to another reviewer.
    #[serde(rename = "review.reassigned/1")]
    Reassigned {
        /// The campaign.
        review: ReviewId,
        /// The numbers of the items.
        items: Vec<u32>,
        /// Who reviews them now.
        reviewer: PersonId,
        /// Why.
        reason: String,
    },
    /// A campaign was closed, and its report sealed.
    #[serde(rename = "review.closed/1")]
    Closed {
        /// The campaign.
        review: ReviewId,
        /// SHA-256 over the report, in canonical JSON.
        report: Digest,
        /// Number of items whose access stays.
        kept: u32,
        /// Number of items whose access was revoked.
        revoked: u32,
        /// Number of items that nobody decided.
        undecided: u32,
    },
}

#[cfg(test)]
crate::golden::every_fact! { ReviewFact {
    Opened { review, title, scope, reviewers, fallback, escalation, due_at, undecided, items, asked },
    Decided { review, items, verdict, reason },
    Escalated { review, items, reviewer },
    Reassigned { review, items, reviewer, reason },
    Closed { review, report, kept, revoked, undecided },
} }
