//! The accesses that one exchange rests on, watched and completed as one.

use countersign_admission::{Completion, Ended, OngoingAccess, Refused, Why};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What an exchange rests on: the access itself and, when the answer turned out to be a download, that one too.
pub struct HeldAccess {
    first: OngoingAccess,
    download: Option<OngoingAccess>,
}

impl HeldAccess {
    /// Rests on this.
    pub const fn new(first: OngoingAccess) -> Self {
        Self { first, download: None }
    }

    /// Rests on this as well from now on.
    pub fn also(&mut self, download: OngoingAccess) {
        self.download = Some(download);
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
    pub fn may_pass(&self) -> Result<(), Refused> {
        self.download.as_ref().map_or(Ok(()), OngoingAccess::may_pass)?;
        self.first.may_pass()
    }

    async fn either(&self) -> Refused {
        match &self.download {
            None => self.first.revoked().await,
            Some(download) => {
                tokio::select! {
                    refused = self.first.revoked() => refused,
                    refused = download.revoked() => refused,
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
        if let Some(download) = self.download {
            download.complete(completion);
        }
        self.first.complete(completion);
    }
}

/// An answer in one piece, and what it rests on: recorded as complete once it is sent, or given up.
#[derive(Debug)]
pub struct OnePiece {
    held: Option<HeldAccess>,
    completion: Completion,
    cut: AtomicBool,
}

impl OnePiece {
    /// An answer that rests on `held`, and of which this can be said if it gets out.
    pub const fn new(held: HeldAccess, completion: Completion) -> Self {
        Self { held: Some(held), completion, cut: AtomicBool::new(false) }
    }

    /// Whether it may get out now. Once it may not, it never may.
    pub fn may_pass(&self) -> bool {
        if self.cut.load(Ordering::Acquire) {
            return false;
        }
        let refused = self.held.as_ref().is_some_and(|held| held.may_pass().is_err());
        if refused {
            self.cut.store(true, Ordering::Release);
        }
        !refused
    }
}

impl Drop for OnePiece {
    fn drop(&mut self) {
        let Some(held) = self.held.take() else { return };
        let completion = if self.cut.load(Ordering::Acquire) {
            Completion { bytes_out: 0, ended: Ended::Revoked, ..self.completion }
        } else {
            self.completion
        };
        held.complete(completion);
    }
}

impl std::fmt::Debug for HeldAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held").finish_non_exhaustive()
    }
}
