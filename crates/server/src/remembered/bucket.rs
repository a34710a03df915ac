//! Remembers the head of the journal in the bucket too: restoring a whole machine also restores its `journal.head` and
//! its evidence to the old state, but not the bucket.
//!
//! This module trusts only a page that this installation signed. It waits for the store at most [`LONGEST`], so an
//! unreachable store never prevents a start. It asks the store again until it answers, and writes nothing there before.
//! If the journal turns out to be shorter, the process stops following it and leaves the page in the bucket unchanged.

use super::clock::has_heard;
use super::{Memory, NotBelieved, Remembered, compare, read};
use crate::keys;
use countersign_copies::{Copies, CopyProblem};
use countersign_gate_http::AssertionKey;
use countersign_journal::Head;
use countersign_ledger::Ledger;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How soon after a fact the head is uploaded, so that a busy journal costs a few requests per minute.
const SOON: Duration = Duration::from_secs(10);

/// Time-out of the store: a start and a stop wait for it.
const LONGEST: Duration = Duration::from_secs(5);

/// The page in the bucket of the copies.
#[derive(Clone)]
pub struct BucketHead {
    remembered: Arc<Remembered>,
    copies: Copies,
}

/// Whether the journal was compared with the page in the bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BucketCheck {
    /// The journal contains the head that the page names, or there is no page.
    Holds,
    /// The store did not answer, and why.
    Away(String),
}

impl BucketCheck {
    fn away(&self) -> Option<&str> {
        match self {
            Self::Holds => None,
            Self::Away(why) => Some(why),
        }
    }
}

impl BucketHead {
    /// Signs pages with the key that `remembered` names, and stores them beside `copies`.
    pub const fn new(remembered: Arc<Remembered>, copies: Copies) -> Self {
        Self { remembered, copies }
    }

    /// Compares the journal of this ledger with the page.
    ///
    /// # Errors
    /// If the journal does not contain the head that the page names.
    pub async fn believe(&self, ledger: &Ledger, key: &AssertionKey) -> Result<BucketCheck, NotBelieved> {
        let memory = match self.recall(ledger, key).await {
            Ok(Some(memory)) => memory,
            Ok(None) => return Ok(BucketCheck::Holds),
            Err(away) => return Ok(BucketCheck::Away(away)),
        };
        if ledger.remembered().is_none_or(|(head, _)| head.seq < memory.head.seq) {
            has_heard(ledger, memory)?;
            ledger.remember(memory.head, memory.at);
        }
        compare(ledger.journal(), ledger.head(), memory).await.map(|()| BucketCheck::Holds)
    }

    /// Reads the page. Returns `None` if there is none that this installation signed.
    ///
    /// # Errors
    /// If the store does not answer, with the reason.
    pub(super) async fn recall(&self, ledger: &Ledger, key: &AssertionKey) -> Result<Option<Memory>, String> {
        let Some(page) = self.within(self.copies.get_head()).await? else { return Ok(None) };
        // An attacker who can write there can write anything, so an invalid page counts as absent.
        match read(&String::from_utf8_lossy(&page), &ledger.world(), key) {
            Ok(memory) => Ok(Some(memory)),
            Err(why) => {
                tracing::warn!("the bucket should name the last entry of the journal, but {why}");
                Ok(None)
            }
        }
    }

    /// Uploads the journal's head.
    ///
    /// # Errors
    /// The reason, if the upload is not known to have succeeded.
    pub async fn leave(&self, ledger: &Ledger) -> Result<Head, String> {
        let memory = Memory { head: ledger.head(), at: ledger.borne_out() };
        let remembered = self.remembered.clone();
        let signed = tokio::task::spawn_blocking(move || remembered.page(memory)).await;
        let page = signed.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
        self.within(self.copies.put_head(page.into_bytes())).await.map(|()| memory.head)
    }

    /// Uploads the journal's head soon after each fact, until the process stops or the journal turns out to contain
    /// less than the page states.
    pub async fn keep(self, ledger: Ledger, check: BucketCheck, stop: CancellationToken) {
        let mut moved = ledger.moved();
        let (mut check, mut left, mut said) = (check, None, None);
        loop {
            if check != BucketCheck::Holds {
                check = match self.ask_again(&ledger).await {
                    Ok(check) => check,
                    Err(doubt) => {
                        ledger.disbelieve(doubt.to_string());
                        // Nothing may be uploaded any more, and this is not a failure.
                        return stop.cancelled().await;
                    }
                };
            }
            if check == BucketCheck::Holds && left != Some(ledger.head()) {
                match self.leave(&ledger).await {
                    Ok(head) => left = Some(head),
                    // Another process may have written there by the time that the store answers again.
                    Err(why) => check = BucketCheck::Away(why),
                }
            }
            let away = check.away().map(str::to_owned);
            if let Some(why) = away.as_ref().filter(|_| away != said) {
                tracing::warn!(why, "the bucket does not have the head of the journal");
            }
            said = away;
            if stop.is_cancelled() {
                return;
            }
            let due = async {
                if check == BucketCheck::Holds && left == Some(ledger.head()) {
                    let _moved = moved.changed().await;
                }
                tokio::time::sleep(SOON).await;
            };
            stop.run_until_cancelled(due).await;
        }
    }

    async fn ask_again(&self, ledger: &Ledger) -> Result<BucketCheck, NotBelieved> {
        match keys::assertion_key(&self.remembered.key_file) {
            Ok(key) => match self.believe(ledger, &key).await {
                Err(NotBelieved::Read(error)) => Ok(BucketCheck::Away(error.to_string())),
                check => check,
            },
            Err(error) => Ok(BucketCheck::Away(error.to_string())),
        }
    }

    async fn within<T>(&self, asking: impl Future<Output = Result<T, CopyProblem>>) -> Result<T, String> {
        match tokio::time::timeout(LONGEST, asking).await {
            Ok(answer) => answer.map_err(|CopyProblem { what, remedy }| format!("{what}; {remedy}")),
            Err(_) => Err(format!("the store did not answer within {} s", LONGEST.as_secs())),
        }
    }
}
