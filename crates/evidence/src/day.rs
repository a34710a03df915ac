//! Days in UTC, the partitions of the store.

use countersign_names::{DecisionId, Timestamp};

const MICROS: i64 = 86_400_000_000;

/// A day in UTC, counted from the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Day(i64);

impl Day {
    /// The day of a moment.
    pub(crate) const fn of(at: Timestamp) -> Self {
        Self(at.as_micros().div_euclid(MICROS))
    }

    /// The day on which the id was drawn; none when it is not a UUID v7.
    pub(crate) fn of_id(id: DecisionId) -> Option<Self> {
        let bits = id.bits();
        let millis = i64::try_from(bits.as_u128() >> 80).ok()?;
        (bits.get_version_num() == 7).then(|| Self::of(Timestamp::from_micros(millis.saturating_mul(1_000))))
    }

    /// Where completions of that decision are kept. Ids that tell no time share the first day of the epoch.
    pub(crate) fn of_completion(id: DecisionId) -> Self {
        Self::of_id(id).unwrap_or(Self(0))
    }

    /// The day so many days later.
    pub(crate) const fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Its first moment.
    pub(crate) const fn start(self) -> Timestamp {
        Timestamp::from_micros(self.0.saturating_mul(MICROS))
    }

    /// The partition's folder, `dt=2026-11-22`. A day that no calendar has is kept under the epoch's.
    pub(crate) fn folder(self) -> String {
        let span = jiff::Span::new().try_days(self.0);
        let date = span.and_then(|span| jiff::civil::date(1970, 1, 1).checked_add(span));
        format!("dt={}", date.unwrap_or(jiff::civil::date(1970, 1, 1)))
    }

    /// The day whose folder this is.
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
        let id = DecisionId::new(Uuid::new_v7(noon));
        assert_eq!(Day::of_id(id).map(Day::folder), Some("dt=2026-11-22".to_owned()));
        assert_eq!(Day::of_id(DecisionId::new(Uuid::from_u128(5))), None);
    }
}
