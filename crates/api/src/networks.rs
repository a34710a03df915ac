//! Networks by name.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A network that addresses are named by: policies read its name in `context.place.network`. An address in none of them
/// lies `elsewhere`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamedNetwork {
    /// Its name.
    #[schema(example = "office")]
    pub name: String,
    /// Its ranges, in order. Where ranges of several networks hold an address, the longest prefix names it.
    #[schema(example = json!(["192.0.2.0/24", "2001:db8::/32"]))]
    pub ranges: Vec<String>,
}
