//! The accesses that one exchange rests on, watched and completed as one.

use countersign_admission::{Admitted, Completion, Refused, Why};
use std::time::Duration;

/// What an exchange rests on: the access itself and, when the answer turned out to be a download, that one too.
pub struct Held {
    first: Admitted,
    download: Option<Admitted>,
}

impl Held {
    /// Rests on this.
    pub const fn new(first: Admitted) -> Self {
        Self { first, download: None }
    }

    /// Rests on this as well from now on.
    pub fn also(&mut self, download: Admitted) {
        self.download = Some(download);
    }

    /// The access itself.
    pub const fn first(&self) -> &Admitted {
        &self.first
    }

    /// The session is in use.
    pub fn touch(&self) {
        self.first.touch();
    }

    /// Whether what has come just now may pass; after a refusal the exchange has ended.
    pub fn may_pass(&self) -> Result<(), Refused> {
        self.download.as_ref().map_or(Ok(()), Admitted::may_pass)?;
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
