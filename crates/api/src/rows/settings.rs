//! All applications, labels and exceptions.

use crate::SettingsInForce;
use crate::access::READS;
use crate::row::{EndpointRow, NoBody, get};

rows! {
    /// Show all applications, labels and exceptions.
    SHOW: EndpointRow<0, NoBody, SettingsInForce> =
        get("settings.show", "/settings", READS);
}
