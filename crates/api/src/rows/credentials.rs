//! Passkeys.

use crate::access::ADMINISTERS;
use crate::row::{EndpointRow, NoBody, NoContent, delete};

rows! {
    /// Remove a passkey and end the sessions that it began.
    REMOVE: EndpointRow<1, NoBody, NoContent> =
        delete("credentials.remove", "/credentials/{id}", ADMINISTERS);
}
