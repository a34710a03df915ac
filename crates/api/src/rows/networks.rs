//! Networks by name.

use crate::access::READS;
use crate::row::{EndpointRow, NoBody, get};
use crate::{Items, NamedNetwork, SortField};

rows! {
    /// The networks that addresses are named by, as every process that shares the journal names them. The configuration of the
    /// control plane declares them (`[networks]`), so nothing here changes them.
    LIST: EndpointRow<0, NoBody, Items<NamedNetwork>> =
        get("networks.list", "/networks", READS)
            .sorted_by(&[SortField::ascending("name")])
            .asks::<String>("q", "Whose name or a range of which contains this, in any case.");
}
