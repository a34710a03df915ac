//! Facts about networks.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An event about named networks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum NetworkFact {
    /// A network was defined, or defined again: its ranges replace the earlier ones.
    #[serde(rename = "network.declared/1")]
    Declared {
        /// The name of the network, as policies read it in `context.place.network`.
        network: String,
        /// Its ranges, at least one.
        ranges: BTreeSet<IpNet>,
    },
    /// A network was removed.
    #[serde(rename = "network.removed/1")]
    Removed {
        /// The name of the network.
        network: String,
    },
}

#[cfg(test)]
crate::golden::every_fact! { NetworkFact {
    Declared { network, ranges },
    Removed { network },
} }
