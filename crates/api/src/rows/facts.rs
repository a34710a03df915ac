//! The facts of the journal: lists and histories.

use crate::access::READS;
use crate::row::{EndpointRow, NoBody, get};
use crate::{Items, RecordedFact, SortField, words};

rows! {
    /// List facts of the journal, the newest first. A page can be short of its limit, or empty, and still have a `next`:
    /// a request examines a limited number of facts.
    LIST: EndpointRow<0, NoBody, Items<RecordedFact>> =
        get("facts.list", "/facts", READS)
            .sorted_by(&[SortField::descending("sequence")])
            .asks::<String>("about", "Only facts that name this: an id, or a kind and a name, such as `group:staff`. The kinds are application, group, key, network, policy, process and resource.")
            .asks::<String>("kind", "Only facts of this subject, such as `person`, or of this kind, such as `person.added`.")
            .asks::<String>("by", "Only facts that this author stated: an id, `operator`, or `system:` and a part of the software.")
            .asks::<words::Moment>("since", "Only facts since this moment, inclusive.")
            .asks::<words::Moment>("until", "Only facts before this moment.")
            .asks::<String>("q", "Only facts that say each of these words, in upper or lower case: whole words of names, addresses, reasons, purposes and authorities. The texts of policies are not searched.");

    /// Show a fact of the journal.
    SHOW: EndpointRow<1, NoBody, RecordedFact> =
        get("facts.show", "/facts/{sequence}", READS);
}
