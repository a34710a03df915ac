//! Reports about policies in their shadow stage.

use crate::access::READS;
use crate::row::{Created, EndpointRow, OptionalBody, post};
use crate::{Job, NewShadowReport};

rows! {
    /// Gather what the policies in their shadow stage would have done to the decisions of a span.
    START: EndpointRow<0, OptionalBody<NewShadowReport>, Created<Job>> =
        post("shadow.start", "/shadow-reports", READS);
}
