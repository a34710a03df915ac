//! Facts about networks.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An event about the networks that addresses are named by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum NetworkFact {
    /// The network of this name is these ranges from now on, whatever it was before.
    #[serde(rename = "network.declared/1")]
    Declared {
        /// Its name, as policies read it in `context.place.network`.
        network: String,
        /// Its ranges, at least one.
        ranges: BTreeSet<IpNet>,
    },
    /// There is no network of this name any more.
    #[serde(rename = "network.removed/1")]
    Removed {
        /// Its name.
        network: String,
    },
}
