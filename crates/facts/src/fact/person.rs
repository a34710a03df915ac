//! Facts about people.

use crate::Person;
use countersign_names::PersonId;
use serde::{Deserialize, Serialize};

/// An event about a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum PersonFact {
    /// A person came into the inventory.
    #[serde(rename = "person.added/1")]
    Added {
        /// Their id.
        person: PersonId,
        /// Who they are.
        #[serde(flatten)]
        about: Person,
    },
    /// What is known about a person changed; the whole is stated, not the difference.
    #[serde(rename = "person.changed/1")]
    Changed {
        /// Their id.
        person: PersonId,
        /// Who they are now.
        #[serde(flatten)]
        about: Person,
    },
    /// A person may do nothing until restored; their sessions end.
    #[serde(rename = "person.suspended/1")]
    Suspended {
        /// Their id.
        person: PersonId,
        /// Why.
        reason: String,
    },
    /// A suspended person may act again.
    #[serde(rename = "person.restored/1")]
    Restored {
        /// Their id.
        person: PersonId,
    },
    /// A person left; their sessions, credentials and grants end with them.
    #[serde(rename = "person.removed/1")]
    Removed {
        /// Their id.
        person: PersonId,
    },
    /// Somebody who does not rest on the same word as this person, or the machine's operator, vouches that they are who they
    /// are taken for.
    #[serde(rename = "person.confirmed/1")]
    Confirmed {
        /// Who is confirmed.
        person: PersonId,
        /// How whoever confirms them knows.
        reason: String,
    },
    /// A person has seen what was announced to them.
    #[serde(rename = "person.notices_seen/1")]
    NoticesSeen {
        /// Who.
        person: PersonId,
        /// The sequence of the last fact that was announced to them then.
        up_to: u64,
    },
}
