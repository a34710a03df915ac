//! Replays of recorded decisions.

use crate::access::READS;
use crate::row::{Created, EndpointRow, OptionalBody, post};
use crate::{Job, NewReplay};

rows! {
    /// Ask every decision of a span again, as it was.
    START: EndpointRow<0, OptionalBody<NewReplay>, Created<Job>> =
        post("replays.start", "/replays", READS);
}
