//! The journal of facts.

use crate::access::READS;
use crate::row::{EndpointRow, NoBody, OptionalBody, get, post};
use crate::{JournalHead, Verification, VerifyRequest};

rows! {
    /// How far the journal goes.
    HEAD: EndpointRow<0, NoBody, JournalHead> =
        get("journal.head", "/journal/head", READS);

    /// Walk the journal's whole chain and check every hash.
    VERIFY: EndpointRow<0, OptionalBody<VerifyRequest>, Verification> =
        post("journal.verify", "/journal/verify", READS);
}
