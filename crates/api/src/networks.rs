//! Networks by name.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A named network. Policies read its name in `context.place.network`. An address outside all networks has the name
/// `elsewhere`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamedNetwork {
    /// Its name.
    #[schema(example = "office")]
    pub name: String,
    /// Its address ranges, in order. If ranges of several networks contain an address, the longest prefix counts.
    #[schema(example = json!(["192.0.2.0/24", "2001:db8::/32"]))]
    pub ranges: Vec<String>,
}
