//! What an observation is.

use countersign_names::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// What was observed. Its number stands in the shared table and never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObservationKind {
    /// A device's posture was found to be still what was known. The subject is the device.
    Posture,
    /// A session was used. The subject is the session.
    SessionUse,
}

/// Where a kind has nothing to say of what was so.
pub(crate) const NOTHING: i64 = 0;

const DAY: Duration = Duration::from_secs(86_400);

impl ObservationKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Posture, Self::SessionUse];

    /// Its number in the shared table.
    pub const fn number(self) -> i64 {
        match self {
            Self::Posture => 1,
            Self::SessionUse => 2,
        }
    }

    /// The kind with this number, unless only a newer version knows it.
    pub fn of_number(number: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.number() == number)
    }

    /// Its name in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Posture => "posture",
            Self::SessionUse => "session_use",
        }
    }

    /// How long it is kept. A posture that nobody confirmed for a quarter of a year is not fresh by any policy that asks;
    /// a session lives for hours, and one that is not used for a month has long ended.
    pub const fn kept_for(self) -> Duration {
        match self {
            Self::Posture => DAY.saturating_mul(92),
            Self::SessionUse => DAY.saturating_mul(31),
        }
    }

    /// What is older than this at `now` is not kept.
    pub fn expired_at(self, now: Timestamp) -> Timestamp {
        let kept = i64::try_from(self.kept_for().as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(now.as_micros().saturating_sub(kept))
    }

    /// How long one subject's newer moment waits after the last one that was shared. A session in use would otherwise be
    /// written at every exchange; idle time is told in whole minutes.
    pub const fn spacing(self) -> Duration {
        match self {
            Self::Posture => Duration::ZERO,
            Self::SessionUse => Duration::from_secs(15),
        }
    }
}

/// The newest moment at which something was so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// What was observed.
    pub kind: ObservationKind,
    /// Of what, by the bits of its id.
    pub subject: Uuid,
    /// When.
    pub at: Timestamp,
    /// What exactly was so, as a digest; zero where the kind says it all.
    pub of: i64,
    /// The process that observed it.
    pub by: Arc<str>,
}
