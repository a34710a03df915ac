//! Days in UTC: the partitions of the store.

use crate::kind::RecordKey;
use countersign_names::Timestamp;

const MICROS: i64 = 86_400_000_000;

/// A day in UTC, counted from the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Day(i64);

impl Day {
    /// Returns the day of a time.
    pub(crate) const fn of(at: Timestamp) -> Self {
        Self(at.as_micros().div_euclid(MICROS))
    }

    /// Returns the day on which a key was generated; `None` if the key contains no time.
    pub(crate) fn of_key(key: impl RecordKey) -> Option<Self> {
        key.drawn_at().map(Self::of)
    }

    /// Returns the day under which the end of a record is stored: the epoch's first day for keys without a time.
    pub(crate) fn of_end(key: impl RecordKey) -> Self {
        Self::of_key(key).unwrap_or(Self(0))
    }

    /// Returns the day this many days later.
    pub(crate) const fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Returns the first moment of the day.
    pub(crate) const fn start(self) -> Timestamp {
        Timestamp::from_micros(self.0.saturating_mul(MICROS))
    }

    /// Returns the name of the partition's folder, `dt=2026-11-22`. Days outside the calendar's range use the epoch's
    /// folder.
    pub(crate) fn folder(self) -> String {
        let span = jiff::Span::new().try_days(self.0);
        let date = span.and_then(|span| jiff::civil::date(1970, 1, 1).checked_add(span));
        format!("dt={}", date.unwrap_or(jiff::civil::date(1970, 1, 1)))
    }

    /// Returns the day of a folder name; `None` if it is not the name of a partition.
    pub(crate) fn from_folder(name: &str) -> Option<Self> {
        let date: jiff::civil::Date = name.strip_prefix("dt=")?.parse().ok()?;
        let span = date.since(jiff::civil::date(1970, 1, 1)).ok()?;
        let day = Self(span.get_days().into());
        (day.folder() == name).then_some(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_names::SessionId;
    use uuid::Uuid;

    #[test]
    fn a_day_and_its_folder_name_each_other() {
        for (micros, folder) in [
            (0, "dt=1970-01-01"),
            (-1, "dt=1969-12-31"),
            (1_795_305_599_999_999, "dt=2026-11-21"),
            (1_795_305_600_000_000, "dt=2026-11-22"),
        ] {
            let day = Day::of(Timestamp::from_micros(micros));
            assert_eq!(day.folder(), folder);
            assert_eq!(Day::from_folder(folder), Some(day));
        }
        for foreign in ["", "dt=", "dt=2026-13-01", "dt=20261122", "dt=2026-11-22x", "day=2026-11-22"] {
            assert_eq!(Day::from_folder(foreign), None, "{foreign:?}");
        }
        assert_eq!(Day::of(Timestamp::MAX).folder(), "dt=1970-01-01");
    }

    #[test]
    fn an_id_tells_its_day_only_when_it_is_a_uuid_v7() {
        let noon = uuid::Timestamp::from_unix(uuid::NoContext, 1_795_348_800, 0);
        let id = SessionId::new(Uuid::new_v7(noon));
        assert_eq!(Day::of_key(id).map(Day::folder), Some("dt=2026-11-22".to_owned()));
        assert_eq!(Day::of_key(SessionId::new(Uuid::from_u128(5))), None);
    }
}
