//! The journal of facts.

use crate::access::{ADMINISTERS, READS};
use crate::row::{Created, EndpointRow, NoBody, OptionalBody, get, post};
use crate::{Job, JournalHead, NewArchive, Verification, VerifyRequest};

rows! {
    /// How far the journal goes.
    HEAD: EndpointRow<0, NoBody, JournalHead> =
        get("journal.head", "/journal/head", READS);

    /// Walk the journal's whole chain and check every hash.
    VERIFY: EndpointRow<0, OptionalBody<VerifyRequest>, Verification> =
        post("journal.verify", "/journal/verify", READS);

    /// Move old facts to archive files, and out of the journal's store.
    ARCHIVE: EndpointRow<0, OptionalBody<NewArchive>, Created<Job>> =
        post("journal.archive", "/journal/archive", ADMINISTERS);
}
