//! Commands that need two people.

use crate::access::{ANSWERS, READS_APPROVALS};
use crate::parameters::query;
use crate::row::{EndpointRow, NoBody, get, post};
use crate::{Countersigning, Items, Proposal, ProposalState, Reason, SortField};

query! {
    /// The proposals to list.
    #[derive(Default)]
    ProposalFilter {
        /// Only those in this state.
        state: Option<ProposalState>,
    }
}

rows! {
    /// List commands that need two people, the newest first.
    LIST: EndpointRow<0, NoBody, Items<Proposal>, ProposalFilter> =
        get("proposals.list", "/proposals", READS_APPROVALS)
            .sorted_by(&[SortField::descending("proposed_at")]);

    /// Show a proposal, with every fact that it states.
    SHOW: EndpointRow<1, NoBody, Proposal> =
        get("proposals.show", "/proposals/{id}", READS_APPROVALS);

    /// Countersign another person's proposal, which then runs.
    COUNTERSIGN: EndpointRow<1, Countersigning, Proposal> =
        post("proposals.countersign", "/proposals/{id}/countersign", ANSWERS)
            .example(r#"{"digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}"#);

    /// Refuse a proposal, or withdraw one's own.
    REFUSE: EndpointRow<1, Reason, Proposal> =
        post("proposals.refuse", "/proposals/{id}/refuse", ANSWERS)
            .example(r#"{"reason": "not agreed"}"#);
}
