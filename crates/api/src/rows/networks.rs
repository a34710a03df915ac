//! Networks by name.

use crate::access::READS;
use crate::parameters::query;
use crate::row::{EndpointRow, NoBody, get};
use crate::{Items, NamedNetwork, SearchText, SortField};

query! {
    /// The networks to list.
    #[derive(Default)]
    NetworkFilter {
        /// Only networks whose name or a range contains this text, in upper or lower case.
        q: Option<SearchText>,
    }
}

rows! {
    /// List the named networks, which all processes that share the journal use. The configuration of the control plane
    /// declares them (`[networks]`), so no endpoint changes them.
    LIST: EndpointRow<0, NoBody, Items<NamedNetwork>, NetworkFilter> =
        get("networks.list", "/networks", READS)
            .sorted_by(&[SortField::ascending("name")]);
}
