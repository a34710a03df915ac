//! The state of the installation.

use crate::Status;
use crate::access::READS;
use crate::row::{EndpointRow, NoBody, get};

rows! {
    /// Show the state of the installation.
    SHOW: EndpointRow<0, NoBody, Status> =
        get("status.show", "/status", READS);
}
