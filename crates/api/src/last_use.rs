//! When something was last used.

use crate::words;
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The last use of a session, a passkey, a token, a device or by a person, as this process knows it. It knows its own
/// accesses at once, and those of other processes up to half an hour later (a session's within seconds). A use that
/// nobody observed, or that was forgotten after thirteen months, is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LastUse {
    /// When it was.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// The process that observed it.
    #[schema(example = "edge-1")]
    pub by: String,
}
