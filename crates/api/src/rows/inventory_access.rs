//! Who can reach what, and who can come to control what, by what the sources of identities say.

use crate::access::READS;
use crate::parameters::query;
use crate::row::{EndpointRow, NoBody, get};
use crate::{
    AccessAnswer, AccessGraphState, AccessMeans, CompromiseAnswer, InventoryKind, ItemLimit, PathAnswer,
    RightLevel, TierZeroAnswer,
};
use countersign_names::SourceName;

query! {
    /// A question about who has access to a node.
    WhoHasAccess {
        /// The source of the node.
        source: SourceName,
        /// The node: its key in the source, or a name that no other node of the source has.
        node: String,
        /// What is meant by access: to reach it today, which is the default, or to come to control it.
        means: Option<AccessMeans>,
        /// Only accounts that reach it at this level or a higher one.
        level: Option<RightLevel>,
        /// Maximum number of items on the page: never more than 1,000; 100 unless given.
        limit: Option<ItemLimit>,
        /// Continue after an earlier page: its `next`.
        cursor: Option<String>,
    }
}

query! {
    /// A question about what a node can reach.
    WhatIsReached {
        /// The source of the node.
        source: SourceName,
        /// The node: its key in the source, or a name that no other node of the source has.
        node: String,
        /// Only what is reached at this level or a higher one.
        level: Option<RightLevel>,
        /// Only nodes of this kind.
        kind: Option<InventoryKind>,
        /// Maximum number of items on the page: never more than 1,000; 100 unless given.
        limit: Option<ItemLimit>,
        /// Continue after an earlier page: its `next`.
        cursor: Option<String>,
    }
}

query! {
    /// A question about a path.
    PathQuestion {
        /// The source of both nodes. No path leads from one source to another.
        source: SourceName,
        /// Where it begins: a key in the source, or a name that no other node of the source has.
        from: String,
        /// Where it ends, in the same way. Default: tier zero, for which the path is one of control.
        to: Option<String>,
        /// What is meant by access: to reach it today, which is the default, or to come to control it.
        means: Option<AccessMeans>,
    }
}

query! {
    /// Who can come to control tier zero.
    #[derive(Default)]
    TierZeroFilter {
        /// Only nodes of this source.
        source: Option<SourceName>,
        /// Only nodes of this kind.
        kind: Option<InventoryKind>,
        /// Maximum number of items on the page: never more than 1,000; 100 unless given.
        limit: Option<ItemLimit>,
        /// Continue after an earlier page: its `next`.
        cursor: Option<String>,
    }
}

query! {
    /// A question about what a compromised account reaches.
    CompromiseQuestion {
        /// The source of the account.
        source: SourceName,
        /// The account: its key in the source, or a name that no other node of the source has.
        node: String,
        /// Only nodes of this kind.
        kind: Option<InventoryKind>,
        /// Maximum number of items on the page: never more than 1,000; 100 unless given.
        limit: Option<ItemLimit>,
        /// Continue after an earlier page: its `next`.
        cursor: Option<String>,
    }
}

rows! {
    /// Show the graph that answers who can reach what: when it was read, and as of which imports.
    SHOW: EndpointRow<0, NoBody, AccessGraphState> =
        get("inventory.access_graph", "/inventory/access", READS);

    /// Show which accounts can reach a resource, a group or a role, or can come to control a node, each with its path.
    WHO_CAN: EndpointRow<0, NoBody, AccessAnswer, WhoHasAccess> =
        get("inventory.who_can", "/inventory/access/who-can", READS);

    /// Show what an account, group or role can reach, each with its path.
    WHAT_CAN: EndpointRow<0, NoBody, AccessAnswer, WhatIsReached> =
        get("inventory.what_can", "/inventory/access/what-can", READS);

    /// Show a shortest path from one node to another, or to tier zero.
    PATH: EndpointRow<0, NoBody, PathAnswer, PathQuestion> =
        get("inventory.access_path", "/inventory/access/path", READS);

    /// Show tier zero, and who can come to control some of it, each with a shortest path.
    TIER_ZERO: EndpointRow<0, NoBody, TierZeroAnswer, TierZeroFilter> =
        get("inventory.tier_zero", "/inventory/access/tier-zero", READS);

    /// Show everything that the holder of a compromised account can come to control, each with a shortest path.
    COMPROMISE: EndpointRow<0, NoBody, CompromiseAnswer, CompromiseQuestion> =
        get("inventory.compromise", "/inventory/access/compromise", READS);
}
