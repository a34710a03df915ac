//! The accesses that one exchange depends on, watched and completed as one.

use countersign_admission::{Completion, OngoingAccess, Refused, Why};
use std::time::Duration;

/// The access of an exchange and, if its answer turns out to be a download, the access for that too.
pub struct HeldAccess {
    first: OngoingAccess,
    second: Option<OngoingAccess>,
}

impl HeldAccess {
    /// Starts with one access.
    pub const fn new(first: OngoingAccess) -> Self {
        Self { first, second: None }
    }

    /// Adds a second access, on which the exchange depends from now on.
    pub fn also(&mut self, second: OngoingAccess) {
        self.second = Some(second);
    }

    /// Returns the first access.
    pub const fn first(&self) -> &OngoingAccess {
        &self.first
    }

    /// Records that the session is in use.
    pub fn touch(&self) {
        self.first.touch();
    }

    /// Checks whether bytes that have just arrived may pass. After a refusal the exchange has ended.
    ///
    /// # Errors
    /// If the exchange must end.
    pub fn may_pass(&self) -> Result<(), Refused> {
        self.second.as_ref().map_or(Ok(()), OngoingAccess::may_pass)?;
        self.first.may_pass()
    }

    async fn either(&self) -> Refused {
        match &self.second {
            None => self.first.revoked().await,
            Some(second) => {
                tokio::select! {
                    refused = self.first.revoked() => refused,
                    refused = second.revoked() => refused,
                }
            }
        }
    }

    /// Waits until the exchange must end at once. If the reason is only a shutdown, the exchange gets `grace`.
    pub async fn ended(&self, grace: Duration) -> Refused {
        let refused = self.either().await;
        if refused.why() == Why::Drained {
            tokio::time::sleep(grace).await;
        }
        refused
    }

    /// Records how the exchange ended, for each access.
    pub fn complete(self, completion: Completion) {
        if let Some(second) = self.second {
            second.complete(completion);
        }
        self.first.complete(completion);
    }
}

impl std::fmt::Debug for HeldAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HeldAccess").finish_non_exhaustive()
    }
}
