//! Observations and their kinds.

use countersign_names::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// The kind of an observation. Its number is stored in the shared table and never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObservationKind {
    /// A device's posture was found unchanged. The subject is the device.
    Posture,
    /// A session was used. The subject is the session.
    SessionUse,
}

/// The digest for kinds that need none.
pub(crate) const NOTHING: i64 = 0;

const DAY: Duration = Duration::from_secs(86_400);

impl ObservationKind {
    /// All kinds.
    pub const ALL: &'static [Self] = &[Self::Posture, Self::SessionUse];

    /// Returns its number in the shared table.
    pub const fn number(self) -> i64 {
        match self {
            Self::Posture => 1,
            Self::SessionUse => 2,
        }
    }

    /// Returns the kind with this number, or `None` if only a newer version knows it.
    pub fn of_number(number: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.number() == number)
    }

    /// Returns its name in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Posture => "posture",
            Self::SessionUse => "session_use",
        }
    }

    /// Returns the retention. A posture that was not confirmed for three months is not fresh by any policy that requires
    /// freshness. A session lives for hours, and one that was not used for a month has long ended.
    pub const fn kept_for(self) -> Duration {
        match self {
            Self::Posture => DAY.saturating_mul(92),
            Self::SessionUse => DAY.saturating_mul(31),
        }
    }

    /// Returns the time at `now` before which observations are removed.
    pub fn expired_at(self, now: Timestamp) -> Timestamp {
        let kept = i64::try_from(self.kept_for().as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(now.as_micros().saturating_sub(kept))
    }

    /// Returns how long a newer time of a subject waits after the last one that was shared. Otherwise a session in use
    /// would be written at every exchange; idle time is only used in whole minutes.
    pub const fn spacing(self) -> Duration {
        match self {
            Self::Posture => Duration::ZERO,
            Self::SessionUse => Duration::from_secs(15),
        }
    }
}

/// The newest time at which something was observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The kind.
    pub kind: ObservationKind,
    /// The subject, by the bits of its id.
    pub subject: Uuid,
    /// When it was observed.
    pub at: Timestamp,
    /// The digest of the observed value; zero if the kind needs none.
    pub of: i64,
    /// The process that observed it.
    pub by: Arc<str>,
}
