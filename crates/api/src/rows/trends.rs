//! Figures of the last days.

use crate::access::READS;
use crate::parameters::query;
use crate::row::{EndpointRow, NoBody, get};
use crate::{TrendDays, Trends};

query! {
    /// The days of the figures.
    #[derive(Default)]
    TrendsPeriod {
        /// Number of complete days: 30 unless given, and never more than 366.
        days: Option<TrendDays>,
    }
}

rows! {
    /// Show the figures of the installation at the end of each of the last days, in UTC.
    SHOW: EndpointRow<0, NoBody, Trends, TrendsPeriod> =
        get("trends.show", "/trends", READS);
}
