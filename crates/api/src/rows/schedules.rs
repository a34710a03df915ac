//! Schedules.

use crate::access::READS;
use crate::row::{EndpointRow, NoBody, get};
use crate::{Items, Schedule, SortField};

rows! {
    /// List recurring work and its last results.
    LIST: EndpointRow<0, NoBody, Items<Schedule>> =
        get("schedules.list", "/schedules", READS)
            .sorted_by(&[SortField::ascending("name")]);
}
