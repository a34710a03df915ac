//! The caller.

use crate::CallerReport;
use crate::access::READS_OWN;
use crate::row::{EndpointRow, NoBody, get};

rows! {
    /// Who calls, and whether policies would let them read and change each resource of the control plane now.
    SHOW: EndpointRow<0, NoBody, CallerReport> =
        get("me.show", "/me", READS_OWN);
}
