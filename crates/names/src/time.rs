//! Time stamps in whole microseconds since the Unix epoch: exactly the resolution of the stores.

use crate::{NameError, text_serde};
use std::time::Duration;

/// A time stamp in UTC. The edge reads it from a clock; everything else receives it as an argument.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The last time stamp. It also means "never ends".
    pub const MAX: Self = Self(i64::MAX);

    /// Creates a time stamp from microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Returns the microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Returns the whole seconds since the Unix epoch, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Returns the time stamp that much later; [`Self::MAX`] on overflow.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros))
    }

    /// Returns the time stamp that much earlier; the first possible one on overflow.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(micros))
    }

    /// Returns the time since `earlier`; zero if that is in the future (the clocks of two machines differ).
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Returns the whole seconds since `earlier`, as policies compare ages; zero if that is in the future.
    pub const fn age_of(self, earlier: Self) -> i64 {
        match self.0.saturating_sub(earlier.0) {
            ..0 => 0,
            micros => micros / 1_000_000,
        }
    }
}

impl std::fmt::Display for Timestamp {
    /// Writes RFC 3339 in UTC with six decimals, so that texts sort as time stamps do.
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
        assert_eq!(noon.minus(Duration::from_secs(3)).age_of(noon), 0);
        assert_eq!(noon.age_of(noon.minus(Duration::from_secs(3))), 3);
        assert_eq!(Timestamp::from_micros(i64::MIN).minus(Duration::MAX), Timestamp::from_micros(i64::MIN));
    }

    proptest! {
        #[test]
        fn a_moment_reads_back_as_it_was_written(micros in 0i64..4_102_444_800_000_000) {
            let moment = Timestamp::from_micros(micros);
            prop_assert_eq!(moment.to_string().parse::<Timestamp>().unwrap(), moment);
        }
    }
}
