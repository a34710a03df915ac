//! For how long an enforcement point may go on without its control plane.

use countersign_names::Sensitivity;
use std::time::Duration;

/// A bound for each sensitivity: past it, what was last known no longer vouches for anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// For what is public.
    pub public: Duration,
    /// For what is internal.
    pub internal: Duration,
    /// For what is confidential.
    pub confidential: Duration,
    /// For what is restricted, the unlabelled included.
    pub restricted: Duration,
}

impl Freshness {
    /// The shortest of them.
    pub fn shortest(&self) -> Duration {
        self.public.min(self.internal).min(self.confidential).min(self.restricted)
    }

    /// The bound for one sensitivity.
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
    /// A day, an hour, ten minutes, one minute: the time for which a revocation could go unheard, against the time
    /// for which people can not work.
    fn default() -> Self {
        Self {
            public: Duration::from_secs(86_400),
            internal: Duration::from_secs(3600),
            confidential: Duration::from_secs(600),
            restricted: Duration::from_secs(60),
        }
    }
}
