//! Bearer tokens of service accounts.

use crate::access::ADMINISTERS;
use crate::row::{EndpointRow, NoBody, NoContent, delete};

rows! {
    /// Revoke a bearer token.
    REVOKE: EndpointRow<1, NoBody, NoContent> =
        delete("tokens.revoke", "/tokens/{id}", ADMINISTERS);
}
