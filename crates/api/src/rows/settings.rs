//! Applications, labels and exceptions as a whole.

use crate::SettingsInForce;
use crate::access::READS;
use crate::row::{EndpointRow, NoBody, get};

rows! {
    /// Applications, labels and exceptions as they are, as a whole.
    SHOW: EndpointRow<0, NoBody, SettingsInForce> =
        get("settings.show", "/settings", READS);
}
