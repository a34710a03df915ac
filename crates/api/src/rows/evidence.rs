//! The files of the evidence, and their export.

use crate::access::{ADMINISTERS, READS};
use crate::row::{Created, EndpointRow, NoBody, OptionalBody, TextLines, get, post};
use crate::{Job, NewEvidenceVerification, NewUpkeep, words};

rows! {
    /// Decisions, sign-ins and grants for other systems, oldest first.
    EXPORT: EndpointRow<0, NoBody, TextLines> =
        get("evidence.export", "/evidence/export", READS)
            .needs::<String>("format", "In whose words: `ocsf`, the only ones there are.")
            .asks::<words::Moment>("since", "Not before this moment.")
            .asks::<words::Moment>("until", "Before this moment.");

    /// Compare every file of the evidence with its anchor.
    VERIFY: EndpointRow<0, OptionalBody<NewEvidenceVerification>, Created<Job>> =
        post("evidence.verify", "/evidence/verify", READS);

    /// Take in files of the evidence that nobody anchored.
    ANCHOR: EndpointRow<0, OptionalBody<NewUpkeep>, Created<Job>> =
        post("evidence.anchor", "/evidence/anchor", ADMINISTERS);

    /// Make the files of each finished day one.
    COMPACT: EndpointRow<0, OptionalBody<NewUpkeep>, Created<Job>> =
        post("evidence.compact", "/evidence/compact", ADMINISTERS);

    /// Remove what is older than records are kept.
    RETAIN: EndpointRow<0, OptionalBody<NewUpkeep>, Created<Job>> =
        post("evidence.retain", "/evidence/retain", ADMINISTERS);
}
