//! The files of the evidence, and their export.

use crate::access::{ADMINISTERS, READS};
use crate::row::{Created, EndpointRow, NoBody, OptionalBody, TextLines, get, post};
use crate::{Job, NewEvidenceVerification, NewUpkeep, words};

rows! {
    /// Export decisions, sign-ins and grants for other systems, the oldest first.
    EXPORT: EndpointRow<0, NoBody, TextLines> =
        get("evidence.export", "/evidence/export", READS)
            .needs::<String>("format", "The format: `ocsf`, the only one.")
            .asks::<words::Moment>("since", "Only records since this moment, inclusive.")
            .asks::<words::Moment>("until", "Only records before this moment.");

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
