//! Jobs.

use crate::access::READS;
use crate::row::{EndpointRow, EventStream, NoBody, NoContent, delete, get};
use crate::{Items, Job, SortField};

rows! {
    /// List the jobs of all processes, the newest first.
    LIST: EndpointRow<0, NoBody, Items<Job>> =
        get("jobs.list", "/jobs", READS)
            .sorted_by(&[SortField::descending("started_at")]);

    /// Show a job, with its result once it has finished.
    SHOW: EndpointRow<1, NoBody, Job> =
        get("jobs.show", "/jobs/{id}", READS);

    /// Follow the progress of a job as server-sent events.
    FOLLOW: EndpointRow<1, NoBody, EventStream<Job>> =
        get("jobs.follow", "/jobs/{id}/events", READS);

    /// Cancel a job, whichever process runs it, or delete one that has ended.
    STOP: EndpointRow<1, NoBody, NoContent> =
        delete("jobs.stop", "/jobs/{id}", READS);
}
