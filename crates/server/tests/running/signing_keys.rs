//! The signing key of a server, from its file to the key set: replaced when it is rotated or retired, and never used
//! again.

#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use countersign_facts::{Actor, AssertionKeyFact, Fact};
use countersign_server::{Config, Running};
use std::path::Path;
use std::time::Duration;

/// Far longer than any step here takes; only a hanging test reaches it.
const PATIENCE: Duration = Duration::from_secs(60);

async fn started(data: &Path) -> Running {
    let mut config = Config::embedded(data.to_owned(), "127.0.0.1:0".parse().unwrap(), None);
    config.origin = "http://countersign.localhost:8080".to_owned();
    Running::start(config).await.unwrap()
}

/// Returns the signing key, once it is a different one than `before`.
async fn signs(running: &Running, before: Option<&str>) -> String {
    let mut moved = running.ledger.moved();
    let found = async {
        loop {
            let world = running.ledger.world();
            let mut signing = world.assertion_keys().filter(|key| key.rotated_at.is_none());
            if let Some(key) = signing.next().filter(|key| Some(key.kid.as_str()) != before) {
                assert!(signing.next().is_none(), "one process has one key");
                return key.kid.clone();
            }
            moved.changed().await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, found).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_had_its_day_is_replaced_at_once_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("assertion.key");
    let running = started(folder.path()).await;
    let first = signs(&running, None).await;
    let kept = std::fs::read(&file).unwrap();

    let rotate = |kid: &str| vec![Fact::AssertionKey(AssertionKeyFact::Rotated { kid: kid.to_owned() })];
    running.ledger.state(Actor::Operator, rotate(&first)).await.unwrap();
    let second = signs(&running, Some(&first)).await;
    assert_ne!(std::fs::read(&file).unwrap(), kept, "the new key outlives the process");
    let retire = vec![Fact::AssertionKey(AssertionKeyFact::Retired { kid: first.clone() })];
    running.ledger.state(Actor::Operator, retire).await.unwrap();
    running.stop().await;

    let running = started(folder.path()).await;
    assert_eq!(signs(&running, None).await, second, "a restart alone replaces nothing");
    running.stop().await;

    // A retired key returns with an old copy of the folder, and is not used.
    std::fs::write(&file, kept).unwrap();
    let running = started(folder.path()).await;
    let world = running.ledger.world();
    assert!(world.assertion_key(&first).is_none());
    assert_eq!(world.assertion_keys().filter(|key| key.rotated_at.is_none()).count(), 2);
    running.stop().await;
}
