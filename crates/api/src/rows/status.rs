//! How the installation is.

use crate::Status;
use crate::access::READS;
use crate::row::{EndpointRow, NoBody, get};

rows! {
    /// How the installation is.
    SHOW: EndpointRow<0, NoBody, Status> =
        get("status.show", "/status", READS);
}
