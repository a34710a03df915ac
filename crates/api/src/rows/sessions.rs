//! Sessions of people.

use crate::access::{ADMINISTERS, OwnedBy, READS};
use crate::parameters::query;
use crate::row::{EndpointRow, NoBody, NoContent, delete, get};
use crate::{Items, PersonRef, Session, SortField};

query! {
    /// The sessions to list.
    #[derive(Default)]
    SessionFilter {
        /// Only those of this person: an id, address or alias.
        person: Option<PersonRef>,
    }
}

rows! {
    /// List sessions that have not ended.
    LIST: EndpointRow<0, NoBody, Items<Session>, SessionFilter> =
        get("sessions.list", "/sessions", READS.or_own(OwnedBy::PersonInQuery))
            .sorted_by(&[SortField::descending("started_at"), SortField::descending("expires_at")]);

    /// End a session at every application.
    REVOKE: EndpointRow<1, NoBody, NoContent> =
        delete("sessions.revoke", "/sessions/{id}", ADMINISTERS);
}
