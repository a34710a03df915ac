//! How far the journal went, remembered in the bucket as well: whoever has this machine has the file beside the journal, and
//! the evidence, and may have nothing in the bucket.
//!
//! What is there is believed only if this installation signed it, and is never waited for long: a store that is away keeps
//! nothing from starting. It is asked again until it answers, and before this process leaves anything there: a journal that
//! turns out to be shorter is followed no further from then on, and what betrayed it stays where it is.

use super::{Memory, NotBelieved, Remembered, compare, read};
use crate::keys;
use countersign_copies::{Copies, Problem};
use countersign_gate_http::AssertionKey;
use countersign_journal::Head;
use countersign_ledger::Ledger;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How soon after a fact the head is left in the bucket, so that a busy journal costs a few requests a minute.
const SOON: Duration = Duration::from_secs(10);

/// How long the store may take: a start and a stop wait for it.
const LONGEST: Duration = Duration::from_secs(5);

/// What is remembered in the bucket of the copies.
#[derive(Clone)]
pub struct Elsewhere {
    remembered: Arc<Remembered>,
    copies: Copies,
}

/// What came of asking the bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The journal holds what is remembered there, if anything is.
    Holds,
    /// Nobody knows, and why.
    Away(String),
}

impl Elsewhere {
    /// Beside what this process remembers on its own disk.
    pub const fn new(remembered: Arc<Remembered>, copies: Copies) -> Self {
        Self { remembered, copies }
    }

    /// Whether what is remembered there is in the journal of this ledger.
    ///
    /// # Errors
    /// When it is not.
    pub async fn believe(&self, ledger: &Ledger, key: &AssertionKey) -> Result<Asked, NotBelieved> {
        let page = match self.within(self.copies.left_head()).await {
            Ok(Some(page)) => page,
            Ok(None) => return Ok(Asked::Holds),
            Err(away) => return Ok(Asked::Away(away)),
        };
        // Whoever may write there may write anything: it is worth no more than nothing at all.
        let memory = match read(&String::from_utf8_lossy(&page), &ledger.world(), key) {
            Ok(memory) => memory,
            Err(why) => {
                tracing::warn!("the bucket should say how far the journal went, and what is there {why}");
                return Ok(Asked::Holds);
            }
        };
        if ledger.remembered().is_none_or(|(head, _)| head.seq < memory.head.seq) {
            ledger.remember(memory.head, memory.at);
        }
        compare(ledger.journal(), ledger.head(), memory).await.map(|()| Asked::Holds)
    }

    /// Leave there how far the journal goes.
    ///
    /// # Errors
    /// When it is not known to be there: why.
    pub async fn leave(&self, ledger: &Ledger) -> Result<Head, String> {
        let memory = Memory { head: ledger.head(), at: ledger.borne_out() };
        let remembered = self.remembered.clone();
        let signed = tokio::task::spawn_blocking(move || remembered.page(memory)).await;
        let page = signed.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
        self.within(self.copies.leave_head(page.into_bytes())).await.map(|()| memory.head)
    }

    /// Leave there how far the journal goes, soon after each fact, until the process stops or the journal turns out to hold
    /// less than what is remembered there.
    pub async fn keep(self, ledger: Ledger, asked: Asked, stop: CancellationToken) {
        let mut moved = ledger.moved();
        let (mut asked, mut left, mut said) = (asked, None, None);
        loop {
            if asked != Asked::Holds {
                asked = match self.ask_again(&ledger).await {
                    Ok(asked) => asked,
                    Err(doubt) => return ledger.disbelieve(doubt.to_string()),
                };
            }
            if asked == Asked::Holds && left != Some(ledger.head()) {
                match self.leave(&ledger).await {
                    Ok(head) => left = Some(head),
                    // What is there may be another's by the time that it answers again.
                    Err(why) => asked = Asked::Away(why),
                }
            }
            if let Asked::Away(why) = &asked
                && said.as_ref() != Some(why)
            {
                tracing::warn!(why, "how far the journal goes is not remembered in the bucket");
            }
            said = if let Asked::Away(why) = &asked { Some(why.clone()) } else { None };
            if stop.is_cancelled() {
                return;
            }
            let due = async {
                if asked == Asked::Holds && left == Some(ledger.head()) {
                    let _moved = moved.changed().await;
                }
                tokio::time::sleep(SOON).await;
            };
            stop.run_until_cancelled(due).await;
        }
    }

    async fn ask_again(&self, ledger: &Ledger) -> Result<Asked, NotBelieved> {
        match keys::assertion_key(&self.remembered.key_file) {
            Ok(key) => match self.believe(ledger, &key).await {
                Err(NotBelieved::Read(error)) => Ok(Asked::Away(error.to_string())),
                asked => asked,
            },
            Err(error) => Ok(Asked::Away(error.to_string())),
        }
    }

    async fn within<T>(&self, asking: impl Future<Output = Result<T, Problem>>) -> Result<T, String> {
        match tokio::time::timeout(LONGEST, asking).await {
            Ok(answer) => answer.map_err(|Problem { what, remedy }| format!("{what}; {remedy}")),
            Err(_) => Err(format!("the store did not answer within {} s", LONGEST.as_secs())),
        }
    }
}
