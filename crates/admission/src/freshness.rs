//! How long an enforcement point may continue without its control plane.

use countersign_names::Sensitivity;
use std::time::Duration;

/// The limit for each sensitivity. Past it, the last known world no longer justifies an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// The limit for public resources.
    pub public: Duration,
    /// The limit for internal resources.
    pub internal: Duration,
    /// The limit for confidential resources.
    pub confidential: Duration,
    /// The limit for restricted resources, including those without a label.
    pub restricted: Duration,
}

impl Freshness {
    /// Returns the shortest limit.
    pub fn shortest(&self) -> Duration {
        self.public.min(self.internal).min(self.confidential).min(self.restricted)
    }

    /// Returns the limit for one sensitivity.
    pub const fn bound(&self, sensitivity: Sensitivity) -> Duration {
        match sensitivity {
            Sensitivity::Public => self.public,
            Sensitivity::Internal => self.internal,
            Sensitivity::Confidential => self.confidential,
            Sensitivity::Restricted => self.restricted,
        }
    }
}

impl Default for Freshness {
    /// A day, an hour, ten minutes, one minute: a balance between how long a revocation could remain unknown and how long
    /// people could not work.
    fn default() -> Self {
        Self {
            public: Duration::from_secs(86_400),
            internal: Duration::from_secs(3600),
            confidential: Duration::from_secs(600),
            restricted: Duration::from_secs(60),
        }
    }
}
