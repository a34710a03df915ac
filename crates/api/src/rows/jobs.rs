//! Long runs.

use crate::access::READS;
use crate::row::{EndpointRow, EventStream, NoBody, NoContent, delete, get};
use crate::{Items, Job, SortField};

rows! {
    /// The long runs of all processes, the newest first.
    LIST: EndpointRow<0, NoBody, Items<Job>> =
        get("jobs.list", "/jobs", READS)
            .sorted_by(&[SortField::descending("started_at")]);

    /// One long run, with what it found once it has finished.
    SHOW: EndpointRow<1, NoBody, Job> =
        get("jobs.show", "/jobs/{id}", READS);

    /// How far a long run is, as it goes on: its state as server-sent events.
    FOLLOW: EndpointRow<1, NoBody, EventStream<Job>> =
        get("jobs.follow", "/jobs/{id}/events", READS);

    /// Break off a long run, whichever process works on it, or forget one that has ended.
    STOP: EndpointRow<1, NoBody, NoContent> =
        delete("jobs.stop", "/jobs/{id}", READS);
}
