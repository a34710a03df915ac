//! Which evidence accesses depend on.

use crate::access::ADMINISTERS;
use crate::row::{Created, EndpointRow, OptionalBody, post};
use crate::{Job, NewProof};

rows! {
    /// Ask every access of a span that went ahead again, without each item of its evidence.
    START: EndpointRow<0, OptionalBody<NewProof>, Created<Job>> =
        post("proofs.start", "/proofs", ADMINISTERS);
}
