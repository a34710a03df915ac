//! Just-in-time grants.

use crate::access::{ANSWERS, ASKS_FOR_ONESELF, OwnedBy, READS_APPROVALS};
use crate::parameters::query;
use crate::row::{Created, EndpointRow, NoBody, get, post};
use crate::{Grant, GrantState, Items, NewGrant, PersonRef, Reason, SortField};

query! {
    /// The grants to list. All given parameters must match.
    #[derive(Default)]
    GrantFilter {
        /// Only those in this state.
        state: Option<GrantState>,
        /// Only those of this person: an id, address or alias.
        person: Option<PersonRef>,
    }
}

rows! {
    /// List grants.
    LIST: EndpointRow<0, NoBody, Items<Grant>, GrantFilter> =
        get("grants.list", "/grants", READS_APPROVALS.or_own(OwnedBy::PersonInQuery))
            .sorted_by(&[SortField::descending("requested_at")]);

    /// Request a just-in-time grant.
    REQUEST: EndpointRow<0, NewGrant, Created<Grant>> =
        post("grants.request", "/grants", ASKS_FOR_ONESELF)
            .example(r#"{"application": "wiki", "reason": "repair the search", "duration_seconds": 3600}"#);

    /// Show a grant.
    SHOW: EndpointRow<1, NoBody, Grant> =
        get("grants.show", "/grants/{id}", READS_APPROVALS.or_own(OwnedBy::PersonOfGrant));

    /// Approve another person's request for a grant.
    APPROVE: EndpointRow<1, NoBody, Grant> =
        post("grants.approve", "/grants/{id}/approve", ANSWERS);

    /// Refuse a grant.
    REFUSE: EndpointRow<1, Reason, Grant> =
        post("grants.refuse", "/grants/{id}/refuse", ANSWERS)
            .example(r#"{"reason": "not without a ticket"}"#);

    /// End a grant before it expires.
    REVOKE: EndpointRow<1, Reason, Grant> =
        post("grants.revoke", "/grants/{id}/revoke", ANSWERS)
            .example(r#"{"reason": "the work is done"}"#);
}
