//! The key that this process signs assertions with, replaced as soon as somebody says that it has had its day.

use crate::{bootstrap, keys};
use countersign_control::ASSERTION_KEY_AFTERLIFE;
use countersign_gate_http::{ASSERTION_LIFETIME, Gate};
use countersign_ledger::{CommandError, Ledger, Never};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How long to wait after a key could not be replaced, before trying again.
const AGAIN: Duration = Duration::from_secs(5);

/// For how long a new key is in the key set before it signs: as long as the set may be cached (its `max-age`), so that
/// applications have it by then. Not when the old one was retired: then what it signs is refused already.
const LEAD: Duration = Duration::from_secs(60);

/// By how much the clock of whoever verifies an assertion may be wrong (docs/verify-assertion.md).
const LEEWAY: Duration = Duration::from_secs(30);

// A rotated key must be in the key set for as long as anything that it signed can be believed.
const _: () = assert!(
    LEAD.as_secs() + ASSERTION_LIFETIME.as_secs() + LEEWAY.as_secs() < ASSERTION_KEY_AFTERLIFE.as_secs(),
    "a key would leave the key set before what it signed is past its time"
);

/// Why a key was not replaced.
#[derive(Debug, thiserror::Error)]
enum NotReplaced {
    #[error(transparent)]
    Key(#[from] keys::KeyError),
    #[error(transparent)]
    Ledger(#[from] CommandError<Never>),
}

/// Watch over the key in `path`, with which `gate` signs, for as long as the ledger lives.
pub async fn watch_over(path: PathBuf, ledger: Ledger, gate: Arc<Gate>) {
    let mut moved = ledger.moved();
    loop {
        if ledger.world().is_spent_key(gate.assertion_key().kid()) {
            match replace(&path, &ledger, &gate, &mut moved).await {
                Ok(()) => {
                    tracing::info!(kid = gate.assertion_key().kid(), "assertions are signed with another key")
                }
                Err(error) => {
                    tracing::error!(%error, "the assertion key could not be replaced; soon nobody believes what it signs");
                    tokio::time::sleep(AGAIN).await;
                }
            }
            continue;
        }
        if moved.changed().await.is_err() {
            return;
        }
    }
}

/// Published before it signs: nobody is given an assertion that can not be verified. A key that an earlier attempt made
/// and could not publish is in the file, and taken.
async fn replace(
    path: &Path,
    ledger: &Ledger,
    gate: &Gate,
    moved: &mut watch::Receiver<u64>,
) -> Result<(), NotReplaced> {
    let key = keys::unspent_assertion_key(path, &ledger.world())?;
    bootstrap::publish_key(ledger, &key).await?;
    let old = gate.assertion_key();
    let retired = async {
        while ledger.world().assertion_key(old.kid()).is_some() {
            if moved.changed().await.is_err() {
                return;
            }
        }
    };
    let _known_by_now_or_retired = tokio::time::timeout(LEAD, retired).await;
    gate.sign_with(key);
    Ok(())
}
