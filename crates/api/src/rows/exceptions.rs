//! Exceptions to guardrails.

use crate::access::{ADMINISTERS, READS};
use crate::parameters::query;
use crate::row::{Created, EndpointRow, NoBody, NoContent, delete, get, post};
use crate::{Exception, Items, NewException, Reason, SearchText, SortField};
use countersign_names::Timestamp;

query! {
    /// The exceptions to list. All given parameters must match.
    #[derive(Default)]
    ExceptionFilter {
        /// Only exceptions whose policy, person, group, application, owner, authority or reason contains this text,
        /// in upper or lower case.
        q: Option<SearchText>,
        /// Only exceptions that expire since this moment, inclusive.
        expires_since: Option<Timestamp>,
        /// Only exceptions that expire before this moment.
        expires_until: Option<Timestamp>,
    }
}

rows! {
    /// List exceptions that were not ended.
    LIST: EndpointRow<0, NoBody, Items<Exception>, ExceptionFilter> =
        get("exceptions.list", "/exceptions", READS)
            .sorted_by(&[
                SortField::descending("opened_at"),
                SortField::ascending("expires_at"),
                SortField::ascending("policy"),
            ]);

    /// Show an exception that was not ended.
    SHOW: EndpointRow<1, NoBody, Exception> =
        get("exceptions.show", "/exceptions/{id}", READS);

    /// Open an exception to a guardrail.
    OPEN: EndpointRow<0, NewException, Created<Exception>> =
        post("exceptions.open", "/exceptions", ADMINISTERS)
            .example(r#"{"policy": "fresh-passkey", "group": "field-engineers", "owner": "team-field", "authority": "CISO", "reason": "readers arrive in June", "expires_in_seconds": 604800}"#);

    /// End an exception before it expires.
    END: EndpointRow<1, Reason, NoContent> =
        delete("exceptions.end", "/exceptions/{id}", ADMINISTERS)
            .example(r#"{"reason": "the readers have arrived"}"#);
}
