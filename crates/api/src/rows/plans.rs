//! Rehearsals of policies and settings.

use crate::access::READS;
use crate::row::{Created, EndpointRow, post};
use crate::{Job, NewPlan};

rows! {
    /// Evaluate every decision of a period against the running policies and others.
    START: EndpointRow<0, NewPlan, Created<Job>> =
        post("plans.start", "/plans", READS)
            .example(r#"{"files": {"applications/wiki.cedar": "..."}}"#);
}
