//! The keys that sign assertions to applications.

use crate::words;
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A key that signs or signed assertions. Each gate has its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssertionKey {
    /// Its id, the `kid` of tokens and of the key set.
    #[schema(example = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")]
    pub id: String,
    /// The state of the key.
    pub state: KeyState,
    /// When it was published.
    #[schema(value_type = words::Moment)]
    pub published_at: Timestamp,
    /// When it was rotated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub rotated_at: Option<Timestamp>,
    /// Until when the key set contains it, if it was rotated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub believed_until: Option<Timestamp>,
}

/// The states of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// A gate signs with it.
    Signs,
    /// It was rotated: it signs nothing more, and its assertions are valid until they expire.
    Leaving,
    /// It was rotated, and is not in the key set any more.
    Over,
}
