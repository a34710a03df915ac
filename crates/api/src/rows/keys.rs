//! The keys that sign assertions.

use crate::access::{ADMINISTERS, READS};
use crate::row::{EndpointRow, NoBody, NoContent, delete, get, post};
use crate::{AssertionKey, Items, SortField};

rows! {
    /// List the keys that sign assertions to applications.
    LIST: EndpointRow<0, NoBody, Items<AssertionKey>> =
        get("keys.list", "/keys", READS)
            .sorted_by(&[SortField::descending("published_at")]);

    /// Rotate a key: its gate makes another. Assertions that it signed are valid until they expire.
    ROTATE: EndpointRow<1, NoBody, AssertionKey> =
        post("keys.rotate", "/keys/{kid}/rotate", ADMINISTERS);

    /// Retire a key: neither it nor its assertions are valid any more. Rotate the last key that signs first.
    RETIRE: EndpointRow<1, NoBody, NoContent> =
        delete("keys.retire", "/keys/{kid}", ADMINISTERS);
}
