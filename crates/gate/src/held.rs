//! The accesses that one exchange rests on, watched and completed as one.

use countersign_admission::{Completion, OngoingAccess, Refused, Why};
use std::time::Duration;

/// What an exchange rests on: the access itself and, when there turned out to be more in it (an answer that is a
/// download), the access to that too.
pub struct HeldAccess {
    first: OngoingAccess,
    second: Option<OngoingAccess>,
}

impl HeldAccess {
    /// Rests on this.
    pub const fn new(first: OngoingAccess) -> Self {
        Self { first, second: None }
    }

    /// Rests on this as well from now on.
    pub fn also(&mut self, second: OngoingAccess) {
        self.second = Some(second);
    }

    /// The access itself.
    pub const fn first(&self) -> &OngoingAccess {
        &self.first
    }

    /// The session is in use.
    pub fn touch(&self) {
        self.first.touch();
    }

    /// Whether what has come just now may pass; after a refusal the exchange has ended.
    ///
    /// # Errors
    /// When the exchange must end.
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

    /// Wait until the exchange must end at once. What is merely asked to end because of a shutdown gets `grace`.
    pub async fn ended(&self, grace: Duration) -> Refused {
        let refused = self.either().await;
        if refused.why() == Why::Drained {
            tokio::time::sleep(grace).await;
        }
        refused
    }

    /// Say what came of it.
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
