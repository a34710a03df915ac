//! When the next import of a source is due, and which sources are overdue.

use crate::{Control, Refusal};
use countersign_names::{SourceName, Timestamp};
use countersign_world::DeclaredSource;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

/// When the next import of a source is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueImport {
    /// Nobody expects one at any time.
    Anytime,
    /// One is expected, and there was none yet.
    First,
    /// The last one is too old after this moment.
    Next(Timestamp),
}

impl DueImport {
    /// Returns when the next import of a source is due, of which the last one was applied at this moment.
    pub fn of(source: &DeclaredSource, last: Option<Timestamp>) -> Self {
        match (source.about.expected_every_seconds, last) {
            (None, _) => Self::Anytime,
            (Some(_), None) => Self::First,
            (Some(every), Some(last)) => Self::Next(last.plus(Duration::from_secs(every))),
        }
    }

    /// Returns the moment, if there is one.
    pub const fn at(self) -> Option<Timestamp> {
        match self {
            Self::Anytime | Self::First => None,
            Self::Next(at) => Some(at),
        }
    }

    /// Returns whether an import is expected that did not come.
    pub fn is_overdue(self, now: Timestamp) -> bool {
        match self {
            Self::Anytime => false,
            Self::First => true,
            Self::Next(at) => now > at,
        }
    }
}

impl Control {
    /// Returns the sources of which an import is expected that did not come.
    ///
    /// # Errors
    /// If the inventory does not answer.
    pub async fn overdue_sources(&self) -> Result<BTreeSet<SourceName>, Refusal> {
        let (world, now) = (self.world(), self.now());
        let states = self.inventory()?.sources().await?;
        let last: HashMap<_, _> = states.into_iter().map(|state| (state.source, state.applied_at)).collect();
        let overdue = world.sources().filter(|source| {
            let last = last.get(source.name.as_str()).copied().flatten();
            DueImport::of(source, last).is_overdue(now)
        });
        Ok(overdue.map(|source| source.name.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_facts::IdentitySource;
    use countersign_testkit::story::{at, per};

    #[test]
    fn a_source_is_overdue_once_its_last_import_is_older_than_it_may_be() {
        let check = |every: Option<u64>, last: Option<i64>, now: i64, overdue: bool| {
            let about = IdentitySource {
                format: "ldif".parse().unwrap(),
                title: "Directory".to_owned(),
                purpose: "test".to_owned(),
                owner: per(1),
                authoritative: false,
                expected_every_seconds: every,
                leavers: None,
            };
            let source = DeclaredSource { name: "people".parse().unwrap(), about };
            let due = DueImport::of(&source, last.map(at));
            assert_eq!(due.is_overdue(at(now)), overdue, "{every:?} {last:?} {now}");
        };
        check(None, None, 1_000_000, false);
        check(None, Some(0), 1_000_000, false);
        check(Some(3_600), None, 0, true);
        check(Some(3_600), Some(100), 3_700, false);
        check(Some(3_600), Some(100), 3_701, true);
        check(Some(u64::MAX), Some(100), 3_701, false);
    }
}
