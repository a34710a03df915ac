//! Moments, as whole microseconds since the Unix epoch: the resolution that the stores keep, and no more.

use crate::{NameError, text_serde};
use std::time::Duration;

/// A moment in UTC. Read from a clock at the edge, passed in everywhere else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The last moment there is: what never ends ends then.
    pub const MAX: Self = Self(i64::MAX);

    /// The moment so many microseconds after the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The moment that much later; the last moment there is when that would overflow.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros))
    }

    /// How long ago `earlier` was; zero when it lies in the future (clocks of two machines differ).
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Whole seconds since `earlier`, as policies compare ages; zero when it lies in the future.
    pub const fn age_of(self, earlier: Self) -> i64 {
        match self.0.saturating_sub(earlier.0) {
            ..0 => 0,
            micros => micros / 1_000_000,
        }
    }
}

impl std::fmt::Display for Timestamp {
    /// RFC 3339 in UTC with six decimals, so that texts sort as moments do.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(moment) => write!(f, "{moment:.6}"),
            Err(_) => f.write_str(if self.0.is_negative() { "before time" } else { "never" }),
        }
    }
}

impl std::fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text == "never" {
            return Ok(Self::MAX);
        }
        text.parse::<jiff::Timestamp>()
            .map(|moment| Self(moment.as_microsecond()))
            .map_err(|_| NameError::new("a moment", text, "write RFC 3339, as in 2026-11-22T09:00:00Z"))
    }
}

text_serde!(Timestamp);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ages_are_whole_seconds_and_never_negative() {
        let noon = Timestamp::from_micros(43_200_000_000);
        assert_eq!(noon.age_of(noon), 0);
        assert_eq!(noon.plus(Duration::from_millis(1_999)).age_of(noon), 1);
        assert_eq!(noon.age_of(noon.plus(Duration::from_secs(5))), 0);
        assert_eq!(Timestamp::MAX.plus(Duration::from_secs(1)), Timestamp::MAX);
    }

    proptest! {
        #[test]
        fn a_moment_reads_back_as_it_was_written(micros in 0i64..4_102_444_800_000_000) {
            let moment = Timestamp::from_micros(micros);
            prop_assert_eq!(moment.to_string().parse::<Timestamp>().unwrap(), moment);
        }
    }
}
