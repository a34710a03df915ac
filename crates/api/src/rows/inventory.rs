//! The inventory: what all sources say now.

use crate::access::READS;
use crate::parameters::query;
use crate::row::{EndpointRow, NoBody, get};
use crate::{InventoryEdge, InventoryKind, InventoryNode, Items, KnownNode, NodeEnd, SearchText, SortField};
use countersign_names::SourceName;

query! {
    /// The nodes to list. All given parameters must match.
    #[derive(Default)]
    NodeFilter {
        /// Only nodes of this source.
        source: Option<SourceName>,
        /// Only nodes of this kind.
        kind: Option<InventoryKind>,
        /// Only nodes whose name or key contains this text, in upper or lower case.
        q: Option<SearchText>,
    }
}

query! {
    /// A node.
    NodePlace {
        /// Its source.
        source: SourceName,
        /// Its key in the source.
        key: String,
    }
}

query! {
    /// The edges to list.
    NodeEdges {
        /// The source of the node.
        source: SourceName,
        /// The key of the node in the source.
        key: String,
        /// At which end of the edges the node is.
        end: NodeEnd,
    }
}

rows! {
    /// List people, accounts, groups, roles, resources and credentials, as their sources describe them now.
    LIST: EndpointRow<0, NoBody, Items<InventoryNode>, NodeFilter> =
        get("inventory.list", "/inventory/nodes", READS)
            .sorted_by(&[SortField::ascending("name")]);

    /// Show one of them, and how it is known.
    SHOW: EndpointRow<0, NoBody, KnownNode, NodePlace> =
        get("inventory.show", "/inventory/node", READS);

    /// List the edges of one of them: its memberships and entitlements, or its members and who may reach it.
    EDGES: EndpointRow<0, NoBody, Items<InventoryEdge>, NodeEdges> =
        get("inventory.edges", "/inventory/edges", READS)
            .sorted_by(&[SortField::ascending("relation")]);
}
