//! Figures of the last days.

use crate::Trends;
use crate::access::READS;
use crate::row::{EndpointRow, NoBody, get};

rows! {
    /// Show the figures of the installation at the end of each of the last days, in UTC.
    SHOW: EndpointRow<0, NoBody, Trends> =
        get("trends.show", "/trends", READS)
            .asks::<u32>("days", "Number of complete days: 30 unless given, and never more than 366.");
}
