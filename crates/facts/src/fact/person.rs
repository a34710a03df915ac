//! Facts about people.

use crate::Person;
use countersign_names::PersonId;
use serde::{Deserialize, Serialize};

/// An event about a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum PersonFact {
    /// A person was added to the inventory.
    #[serde(rename = "person.added/1")]
    Added {
        /// The id of the person.
        person: PersonId,
        /// The person's record.
        #[serde(flatten)]
        about: Person,
    },
    /// The record of a person changed; the fact holds the whole record, not the difference.
    #[serde(rename = "person.changed/1")]
    Changed {
        /// The id of the person.
        person: PersonId,
        /// The new record.
        #[serde(flatten)]
        about: Person,
    },
    /// A person was suspended: their sessions end, and they may do nothing until restored.
    #[serde(rename = "person.suspended/1")]
    Suspended {
        /// The id of the person.
        person: PersonId,
        /// The reason.
        reason: String,
    },
    /// A suspended person may act again.
    #[serde(rename = "person.restored/1")]
    Restored {
        /// The id of the person.
        person: PersonId,
    },
    /// A person was removed: their sessions, credentials and grants end.
    #[serde(rename = "person.removed/1")]
    Removed {
        /// The id of the person.
        person: PersonId,
    },
    /// The operator, or a person who is independent of this person, confirmed that this person is who they claim to be.
    #[serde(rename = "person.confirmed/1")]
    Confirmed {
        /// The person who was confirmed.
        person: PersonId,
        /// How the confirming person knows.
        reason: String,
    },
    /// A person has read the notices addressed to them.
    #[serde(rename = "person.notices_seen/1")]
    NoticesSeen {
        /// The person.
        person: PersonId,
        /// The sequence of the newest fact in those notices.
        up_to: u64,
    },
}

#[cfg(test)]
crate::golden::every_fact! { PersonFact {
    Added { person, about },
    Changed { person, about },
    Suspended { person, reason },
    Restored { person },
    Removed { person },
    Confirmed { person, reason },
    NoticesSeen { person, up_to },
} }
