//! Replays of recorded decisions.

use crate::access::READS;
use crate::row::{Created, EndpointRow, OptionalBody, post};
use crate::{Job, NewReplay};

rows! {
    /// Evaluate every decision of a period again, with the state and the policies of that time.
    START: EndpointRow<0, OptionalBody<NewReplay>, Created<Job>> =
        post("replays.start", "/replays", READS);
}
