//! Links to people's accounts at OpenID providers.

use crate::access::ADMINISTERS;
use crate::row::{EndpointRow, NoBody, NoContent, delete};

rows! {
    /// Remove a link to an account at an OpenID provider. The sessions that it started end.
    REMOVE: EndpointRow<1, NoBody, NoContent> =
        delete("links.remove", "/links/{id}", ADMINISTERS);
}
