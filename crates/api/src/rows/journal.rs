//! The journal of facts.

use crate::access::{ADMINISTERS, READS};
use crate::row::{Created, EndpointRow, NoBody, OptionalBody, get, post};
use crate::{Job, JournalHead, NewArchive, Verification, VerifyRequest};

rows! {
    /// Show the end of the journal.
    HEAD: EndpointRow<0, NoBody, JournalHead> =
        get("journal.head", "/journal/head", READS);

    /// Verify the journal's whole chain.
    VERIFY: EndpointRow<0, OptionalBody<VerifyRequest>, Verification> =
        post("journal.verify", "/journal/verify", READS);

    /// Move old facts to archive files, and out of the journal's store.
    ARCHIVE: EndpointRow<0, OptionalBody<NewArchive>, Created<Job>> =
        post("journal.archive", "/journal/archive", ADMINISTERS);
}
