//! Replaces the key with which this process signs assertions, as soon as it is rotated or retired.

use crate::{bootstrap, keys};
use countersign_control::ASSERTION_KEY_AFTERLIFE;
use countersign_gate_http::{ASSERTION_LIFETIME, Gate};
use countersign_ledger::{CommandError, Ledger, Never};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The pause before another attempt, after a key could not be replaced.
const AGAIN: Duration = Duration::from_secs(5);

/// How long a new key is in the key set before it signs: as long as the set may be cached (its `max-age`), so that
/// applications have it by then. A retired key is replaced at once, because its signatures are refused already.
const LEAD: Duration = Duration::from_secs(60);

/// The clock error that a verifier of assertions may have (docs/verify-assertion.md).
const LEEWAY: Duration = Duration::from_secs(30);

// A rotated key must be in the key set for as long as any of its signatures can be valid.
const _: () = assert!(
    LEAD.as_secs() + ASSERTION_LIFETIME.as_secs() + LEEWAY.as_secs() < ASSERTION_KEY_AFTERLIFE.as_secs(),
    "a key would leave the key set before its last signature expires"
);

/// Why a key was not replaced.
#[derive(Debug, thiserror::Error)]
enum NotReplaced {
    #[error(transparent)]
    Key(#[from] keys::KeyError),
    #[error(transparent)]
    Ledger(#[from] CommandError<Never>),
}

/// Watches the key in `path`, with which `gate` signs, for as long as the ledger lives.
pub async fn watch_over(path: PathBuf, ledger: Ledger, gate: Arc<Gate>) {
    let mut moved = ledger.moved();
    loop {
        if ledger.world().is_spent_key(gate.assertion_key().kid()) {
            match replace(&path, &ledger, &gate, &mut moved).await {
                Ok(()) => {
                    tracing::info!(
                        kid = gate.assertion_key().kid(),
                        "this process signs assertions with a new key"
                    )
                }
                Err(error) => {
                    tracing::error!(
                        %error,
                        "this process cannot replace its assertion key, whose signatures soon become \
                         invalid; it tries again"
                    );
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

/// Replaces the key. Publishes the new one before it signs, so that no application receives an assertion that it cannot
/// verify. A key that an earlier attempt stored and could not publish is reused.
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
