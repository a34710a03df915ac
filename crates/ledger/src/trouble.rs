//! The messages when the world may not be the newest, or when the clocks disagree.

use crate::MOST_SKEW;
use countersign_facts::AcceptedClock;
use countersign_names::Timestamp;
use std::time::Duration;

/// How long the world may be unconfirmed before that is reported: several questions were then not answered.
pub const LATE: Duration = Duration::from_secs(10);

/// The remedy if time in the journal ran ahead.
const ACCEPT_CLOCK: &str = "stop the server and see `countersign journal accept-clock --dry-run`";

/// Returns the problem, if there is one. The arguments are how far the machine's clock is behind the newest known time,
/// how far the present is ahead of the store's clock, and for how long the world has not been confirmed as the newest.
pub fn of(skew: Duration, ahead: Duration, behind: Duration) -> Option<String> {
    if skew > MOST_SKEW {
        return Some(format!(
            "the clock of this machine is {} s behind the newest known moment: set it right. If it is right, time in the \
             journal ran ahead: {ACCEPT_CLOCK}",
            skew.as_secs()
        ));
    }
    if ahead > MOST_SKEW {
        return Some(said_ahead(ahead));
    }
    (behind > LATE).then(|| {
        format!(
            "the journal was last known to be read to its end {} s ago; decisions use the last known state",
            behind.as_secs()
        )
    })
}

/// Returns the message that the present is this far ahead of the store's clock.
pub fn said_ahead(ahead: Duration) -> String {
    format!(
        "the clock of this machine is {} s ahead of the database's: no fact is appended until it is set right, and this process \
         started again",
        ahead.as_secs()
    )
}

/// Returns why a process must stop after the operator's acceptance of the clock at another one, stated at `at`.
pub fn said_set_back(seq: u64, at: Timestamp, clock: &AcceptedClock) -> String {
    format!(
        "with fact {seq} the operator set time back to {at}, from {}, at the machine of {} ({}). This process stops, because \
         what it holds assumes that time goes on",
        clock.held, clock.gate, clock.why
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
            (Duration::ZERO, Duration::ZERO, LATE + SECOND, "11 s ago"),
            (MOST_SKEW + SECOND, MOST_SKEW + SECOND, LATE + SECOND, "behind the newest"),
            (MOST_SKEW, MOST_SKEW + SECOND, LATE + SECOND, "ahead of the database's"),
        ] {
            let said = of(skew, ahead, behind).unwrap_or_default();
            assert!(said.contains(words), "{said:?} should speak of {words:?}");
        }
    }
}
