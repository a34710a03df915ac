//! What is said when the world may not be the newest, or the clocks do not agree.

use crate::MOST_SKEW;
use std::time::Duration;

/// From when on a world that is not known to be the newest is a trouble that is told: several questions were not answered.
pub const LATE: Duration = Duration::from_secs(10);

/// What is wrong, if anything is: by how much the machine's clock is behind the newest moment that is known, by how much
/// the present is ahead of the store's clock, and for how long the world has not been known to be the newest.
pub fn of(skew: Duration, ahead: Duration, behind: Duration) -> Option<String> {
    if skew > MOST_SKEW {
        return Some(format!(
            "the clock of this machine is {} s behind the newest that is known: set it right",
            skew.as_secs()
        ));
    }
    if ahead > MOST_SKEW {
        return Some(said_ahead(ahead));
    }
    (behind > LATE).then(|| {
        format!(
            "the journal has not been known to be read to its end for {} s; decisions rest on what was last known",
            behind.as_secs()
        )
    })
}

/// That the present is this much ahead of the store's clock.
pub fn said_ahead(ahead: Duration) -> String {
    format!(
        "the clock of this machine is {} s ahead of the database's: nothing is stated until it is set right, and this process \
         started again",
        ahead.as_secs()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_a_bound_is_said_and_what_is_at_it_is_not() {
        const SECOND: Duration = Duration::from_secs(1);
        assert_eq!(of(MOST_SKEW, MOST_SKEW, LATE), None);
        for (skew, ahead, behind, words) in [
            (MOST_SKEW + SECOND, Duration::ZERO, Duration::ZERO, "61 s behind the newest"),
            (Duration::ZERO, MOST_SKEW + SECOND, Duration::ZERO, "61 s ahead of the database's"),
            (Duration::ZERO, Duration::ZERO, LATE + SECOND, "for 11 s"),
            (MOST_SKEW + SECOND, MOST_SKEW + SECOND, LATE + SECOND, "behind the newest"),
            (MOST_SKEW, MOST_SKEW + SECOND, LATE + SECOND, "ahead of the database's"),
        ] {
            let said = of(skew, ahead, behind).unwrap_or_default();
            assert!(said.contains(words), "{said:?} should speak of {words:?}");
        }
    }
}
