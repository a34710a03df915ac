//! The files of the evidence, and their export.

use crate::access::{ADMINISTERS, READS};
use crate::parameters::query;
use crate::row::{Created, EndpointRow, NoBody, OptionalBody, TextLines, get, post};
use crate::{ExportFormat, Job, NewEvidenceVerification, NewUpkeep};
use countersign_names::Timestamp;

query! {
    /// What is exported, and how.
    ExportOptions {
        /// The format: `ocsf`, the only one.
        format: ExportFormat,
        /// Only records since this moment, inclusive.
        since: Option<Timestamp>,
        /// Only records before this moment.
        until: Option<Timestamp>,
    }
}

rows! {
    /// Export decisions, sign-ins and grants for other systems, the oldest first.
    EXPORT: EndpointRow<0, NoBody, TextLines, ExportOptions> =
        get("evidence.export", "/evidence/export", READS);

    /// Compare every file of the evidence with its anchor.
    VERIFY: EndpointRow<0, OptionalBody<NewEvidenceVerification>, Created<Job>> =
        post("evidence.verify", "/evidence/verify", READS);

    /// Anchor files of the evidence that have no anchor.
    ANCHOR: EndpointRow<0, OptionalBody<NewUpkeep>, Created<Job>> =
        post("evidence.anchor", "/evidence/anchor", ADMINISTERS);

    /// Merge the files of each finished day.
    COMPACT: EndpointRow<0, OptionalBody<NewUpkeep>, Created<Job>> =
        post("evidence.compact", "/evidence/compact", ADMINISTERS);

    /// Remove records that are older than their retention.
    RETAIN: EndpointRow<0, OptionalBody<NewUpkeep>, Created<Job>> =
        post("evidence.retain", "/evidence/retain", ADMINISTERS);
}
