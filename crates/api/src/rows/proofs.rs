//! Which evidence accesses depend on.

use crate::access::ADMINISTERS;
use crate::row::{Created, EndpointRow, OptionalBody, post};
use crate::{Job, NewProof};

rows! {
    /// Evaluate every allowed access of a period again, without each item of its evidence.
    START: EndpointRow<0, OptionalBody<NewProof>, Created<Job>> =
        post("proofs.start", "/proofs", ADMINISTERS);
}
