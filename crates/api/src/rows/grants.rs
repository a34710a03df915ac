//! Just-in-time grants.

use crate::access::{ANSWERS, ASKS_FOR_ONESELF, OwnedBy, READS_APPROVALS};
use crate::row::{Created, EndpointRow, NoBody, get, post};
use crate::{Grant, GrantState, Items, NewGrant, Reason, SortField};

rows! {
    /// Grants.
    LIST: EndpointRow<0, NoBody, Items<Grant>> =
        get("grants.list", "/grants", READS_APPROVALS.or_own(OwnedBy::PersonInQuery))
            .asks::<GrantState>("state", "In this state.")
            .asks::<String>("person", "Of this person: an id, address or alias.")
            .sorted_by(&[SortField::descending("requested_at")]);

    /// Ask for a just-in-time grant.
    REQUEST: EndpointRow<0, NewGrant, Created<Grant>> =
        post("grants.request", "/grants", ASKS_FOR_ONESELF)
            .example(r#"{"application": "wiki", "reason": "repair the search", "duration_seconds": 3600}"#);

    /// One grant.
    SHOW: EndpointRow<1, NoBody, Grant> =
        get("grants.show", "/grants/{id}", READS_APPROVALS.or_own(OwnedBy::PersonOfGrant));

    /// Approve another person's request for a grant.
    APPROVE: EndpointRow<1, NoBody, Grant> =
        post("grants.approve", "/grants/{id}/approve", ANSWERS);

    /// Refuse a grant.
    REFUSE: EndpointRow<1, Reason, Grant> =
        post("grants.refuse", "/grants/{id}/refuse", ANSWERS)
            .example(r#"{"reason": "not without a ticket"}"#);

    /// End a grant before its time.
    REVOKE: EndpointRow<1, Reason, Grant> =
        post("grants.revoke", "/grants/{id}/revoke", ANSWERS)
            .example(r#"{"reason": "the work is done"}"#);
}
