//! Recorded decisions.

use crate::access::READS;
use crate::row::{EndpointRow, NoBody, get};
use crate::{CURSOR, Decisions, Explained, words};

rows! {
    /// Recorded decisions, newest first.
    LIST: EndpointRow<0, NoBody, Decisions> =
        get("decisions.list", "/decisions", READS)
            .asks::<words::Moment>("since", "Not before this moment.")
            .asks::<words::Moment>("until", "Before this moment.")
            .asks::<words::ApplicationName>("application", "Of this application.")
            .asks::<String>("person", "By this person: an id, address or alias.")
            .asks::<words::Principal>("principal", "By this principal.")
            .asks::<String>("effect", "That fell this way: `allow` or `deny`.")
            .asks::<words::Action>("action", "About this action.")
            .asks::<words::DeviceId>("device", "From this device.")
            .asks::<words::Limit>("limit", "Maximum number of decisions on the page: 100 if absent, never more than 10,000.")
            .asks::<String>(CURSOR, "Continue after an earlier page: its `next`.");

    /// One decision, and why it fell as it did.
    WHY: EndpointRow<1, NoBody, Explained> =
        get("decisions.why", "/decisions/{id}", READS);
}
