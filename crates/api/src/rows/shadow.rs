//! Reports about policies in their shadow stage.

use crate::access::READS;
use crate::row::{Created, EndpointRow, OptionalBody, post};
use crate::{Job, NewShadowReport};

rows! {
    /// Summarise what the policies in the shadow stage would have changed in the decisions of a period.
    START: EndpointRow<0, OptionalBody<NewShadowReport>, Created<Job>> =
        post("shadow.start", "/shadow-reports", READS);
}
