//! The facts of the journal: lists and histories.

use crate::access::READS;
use crate::parameters::query;
use crate::row::{EndpointRow, NoBody, get};
use crate::{Items, RecordedFact, SortField};
use countersign_names::Timestamp;

query! {
    /// The facts to list. All given parameters must match.
    #[derive(Default)]
    FactFilter {
        /// Only facts that name this: an id, or a kind and a name, such as `group:staff`. The kinds are
        /// application, group, key, network, policy, process and resource.
        about: Option<String>,
        /// Only facts of this subject, such as `person`, or of this kind, such as `person.added`.
        kind: Option<String>,
        /// Only facts that this author stated: an id, `operator`, or `system:` and a part of the software.
        by: Option<String>,
        /// Only facts since this moment, inclusive.
        since: Option<Timestamp>,
        /// Only facts before this moment.
        until: Option<Timestamp>,
        /// Only facts that say each of these words, in upper or lower case: whole words of names, addresses,
        /// reasons, purposes and authorities. The texts of policies are not searched.
        q: Option<String>,
    }
}

rows! {
    /// List facts of the journal, the newest first. A page can be short of its limit, or empty, and still have a `next`:
    /// a request examines a limited number of facts.
    LIST: EndpointRow<0, NoBody, Items<RecordedFact>, FactFilter> =
        get("facts.list", "/facts", READS)
            .sorted_by(&[SortField::descending("sequence")]);

    /// Show a fact of the journal.
    SHOW: EndpointRow<1, NoBody, RecordedFact> =
        get("facts.show", "/facts/{sequence}", READS);
}
