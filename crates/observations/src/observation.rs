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
    /// A bearer token was used. The subject is the token.
    TokenUse,
    /// A person proved who they are with a passkey. The subject is the passkey.
    PasskeyUse,
    /// An access was made from a device that proved its key. The subject is the device.
    DeviceUse,
    /// A person made an access. The subject is the person.
    PersonUse,
}

/// The digest for kinds that need none.
pub(crate) const NOTHING: i64 = 0;

const DAY: Duration = Duration::from_secs(86_400);

impl ObservationKind {
    /// All kinds.
    pub const ALL: &'static [Self] = &[
        Self::Posture,
        Self::SessionUse,
        Self::TokenUse,
        Self::PasskeyUse,
        Self::DeviceUse,
        Self::PersonUse,
    ];

    /// Returns its number in the shared table.
    pub const fn number(self) -> i64 {
        match self {
            Self::Posture => 1,
            Self::SessionUse => 2,
            Self::TokenUse => 3,
            Self::PasskeyUse => 4,
            Self::DeviceUse => 5,
            Self::PersonUse => 6,
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
            Self::TokenUse => "token_use",
            Self::PasskeyUse => "passkey_use",
            Self::DeviceUse => "device_use",
            Self::PersonUse => "person_use",
        }
    }

    /// Returns the retention. A posture that was not confirmed for three months is not fresh by any policy that requires
    /// freshness. A session lives for hours, and one that was not used for a month has long ended. The other uses are
    /// read by people who look for what nobody needs any more; a year and a month covers what is used once a year.
    pub const fn kept_for(self) -> Duration {
        match self {
            Self::Posture => DAY.saturating_mul(92),
            Self::SessionUse => DAY.saturating_mul(31),
            Self::TokenUse | Self::PasskeyUse | Self::DeviceUse | Self::PersonUse => DAY.saturating_mul(396),
        }
    }

    /// Returns the time at `now` before which observations are removed.
    pub fn expired_at(self, now: Timestamp) -> Timestamp {
        let kept = i64::try_from(self.kept_for().as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(now.as_micros().saturating_sub(kept))
    }

    /// Returns how long a newer time of a subject waits after the last one that was shared. Otherwise a session in use
    /// would be written at every exchange; idle time is only used in whole minutes, and the other uses are only read by
    /// people.
    pub const fn spacing(self) -> Duration {
        match self {
            Self::Posture => Duration::ZERO,
            Self::SessionUse => Duration::from_secs(15),
            Self::TokenUse | Self::PasskeyUse | Self::DeviceUse | Self::PersonUse => {
                Duration::from_secs(1_800)
            }
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
