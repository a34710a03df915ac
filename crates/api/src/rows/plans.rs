//! Rehearsals of policies and settings.

use crate::access::READS;
use crate::row::{Created, EndpointRow, post};
use crate::{Job, NewPlan};

rows! {
    /// Ask every decision of a span of the policies that run, and of others.
    START: EndpointRow<0, NewPlan, Created<Job>> =
        post("plans.start", "/plans", READS)
            .example(r#"{"files": {"applications/wiki.cedar": "..."}}"#);
}
