//! The keys that assertions to applications are signed with.

use crate::words;
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A key that assertions are, or were, signed with. Each gate has one of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssertionKey {
    /// Its id, the `kid` of tokens and of the key set.
    #[schema(example = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")]
    pub id: String,
    /// What it is good for.
    pub state: KeyState,
    /// When it was published.
    #[schema(value_type = words::Moment)]
    pub published_at: Timestamp,
    /// When it was rotated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub rotated_at: Option<Timestamp>,
    /// Until when the key set holds it, once it was rotated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    pub believed_until: Option<Timestamp>,
}

/// What a key is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// A gate signs with it.
    Signs,
    /// It was rotated: nothing more is signed with it, and what was is believed until it has expired.
    Leaving,
    /// It was rotated, and is in the key set no more.
    Over,
}
