//! Facts of the journal, as people read them.

use crate::words;
use countersign_names::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A fact of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordedFact {
    /// Its place in the journal: 1 for the first fact.
    pub sequence: u64,
    /// When it was stated.
    #[schema(value_type = words::Moment)]
    pub at: Timestamp,
    /// Its kind: the subject, and what happened to it.
    #[schema(example = "person.added")]
    pub kind: String,
    /// The version of the kind's form.
    pub version: u32,
    /// Who stated it: an id, `operator`, or `system:` and a part of the software.
    pub by: String,
    /// What it names, each once: ids, and names with their kind, such as `group:staff`. The parameter `about` selects by
    /// these.
    pub about: Vec<String>,
    /// Names of what `by` and `about` give by id: of people, service accounts and devices the present ones, and of
    /// sessions, passkeys, tokens, grants, exceptions, invitations, proposals and rollouts what they belong to, also
    /// after they have ended. A person, a
    /// service account or a device that was removed has none. At most 200 names of what has ended are looked up for one
    /// page.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// What it says. Its fields depend on the kind. It holds no secret: of secrets the journal has digests only.
    #[schema(value_type = Object)]
    pub body: Map<String, Value>,
}
