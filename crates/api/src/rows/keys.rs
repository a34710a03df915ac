//! The keys that assertions are signed with.

use crate::access::{ADMINISTERS, READS};
use crate::row::{EndpointRow, NoBody, NoContent, delete, get, post};
use crate::{AssertionKey, Items, SortField};

rows! {
    /// The keys that assertions to applications are signed with.
    LIST: EndpointRow<0, NoBody, Items<AssertionKey>> =
        get("keys.list", "/keys", READS)
            .sorted_by(&[SortField::descending("published_at")]);

    /// Have a key replaced: its gate makes another; what was signed is believed until it has expired.
    ROTATE: EndpointRow<1, NoBody, AssertionKey> =
        post("keys.rotate", "/keys/{kid}/rotate", ADMINISTERS);

    /// Trust a key no more, nor anything that it signed. The last that signs is to be rotated first.
    RETIRE: EndpointRow<1, NoBody, NoContent> =
        delete("keys.retire", "/keys/{kid}", ADMINISTERS);
}
