//! Sessions of people.

use crate::access::{ADMINISTERS, OwnedBy, READS};
use crate::row::{EndpointRow, NoBody, NoContent, delete, get};
use crate::{Items, Session, SortField};

rows! {
    /// List sessions that have not ended.
    LIST: EndpointRow<0, NoBody, Items<Session>> =
        get("sessions.list", "/sessions", READS.or_own(OwnedBy::PersonInQuery))
            .asks::<String>("person", "Only those of this person: an id, address or alias.")
            .sorted_by(&[SortField::descending("started_at"), SortField::descending("expires_at")]);

    /// End a session at every application.
    REVOKE: EndpointRow<1, NoBody, NoContent> =
        delete("sessions.revoke", "/sessions/{id}", ADMINISTERS);
}
