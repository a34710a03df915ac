//! Which installation a place in the bucket belongs to.
//!
//! If two installations are given one bucket by mistake, neither must treat the other's copies as replaced or expired
//! files. So a process puts a marker there at the first use, the hash of the first entry of its journal, and copies
//! nothing to a place with another marker.

use crate::{Copies, told};
use countersign_bucket::BucketError;
use countersign_journal::Seq;

/// The name of the marker object.
pub(crate) const WORD: &str = "installation";

/// Returns whether a process name is valid in a bucket: it must be one unambiguous part of a path.
pub fn is_plain(name: &str) -> bool {
    !name.starts_with('.')
        && (1..=63).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// Why copying stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Halt {
    Bucket(BucketError),
    /// The place belongs to another installation.
    Taken(String),
    /// The journal does not identify this installation.
    Journal(String),
}

impl From<BucketError> for Halt {
    fn from(error: BucketError) -> Self {
        Self::Bucket(error)
    }
}

impl Halt {
    pub(crate) fn words(&self) -> (String, String) {
        match self {
            Self::Bucket(error) => (error.to_string(), error.remedy().to_owned()),
            Self::Taken(place) => (
                format!("{place} holds the evidence of another installation's process of this name"),
                "give evidence.store.url another prefix, or this process another name".to_owned(),
            ),
            Self::Journal(why) => {
                (format!("the journal: {why}"), "nothing: the process tries again".to_owned())
            }
        }
    }
}

impl Copies {
    /// Checks that the place belongs to this installation; claims it if it is unclaimed.
    pub(crate) async fn claim(&self) -> Result<(), Halt> {
        let read = self.0.ledger.journal().read(Seq(0), 1).await;
        let entries = read.map_err(|error| Halt::Journal(error.to_string()))?;
        let first = entries.first().ok_or_else(|| Halt::Journal("it is empty".to_owned()))?;
        let word = format!("{}\n", first.hash);
        let path = Self::path(&self.0.gate, WORD);
        match self.0.bucket.get(&path).await {
            Ok(found) if found == word.as_bytes() => Ok(()),
            Ok(_) => Err(Halt::Taken(format!("{}/{}", self.0.bucket.address(), self.0.gate))),
            Err(BucketError::Missing) => Ok(self.0.bucket.put(&path, word.into()).await?),
            Err(error) => {
                tracing::debug!(error = told(&error), "the place in the store could not be looked at");
                Err(error.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_have_a_place() {
        for name in ["countersign", "gate-2", "eu.west_1", "A"] {
            assert!(is_plain(name), "{name}");
        }
        for name in ["", ".", "..", ".hidden", "a/b", "a b", "é", &"a".repeat(64)] {
            assert!(!is_plain(name), "{name}");
        }
    }
}
