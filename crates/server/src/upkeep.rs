//! Periodic upkeep of the evidence.

use countersign_lake::{Lake, UpkeepError};
use countersign_ledger::{Ledger, Settled};
use std::ops::ControlFlow;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The delay after a start, so that upkeep does not slow the start down.
const FIRST: Duration = Duration::from_secs(60);

/// How often upkeep runs. Days end once a day; the other runs retry what failed.
const EVERY: Duration = Duration::from_secs(15 * 60);

/// Runs upkeep until the process stops. `settled` prevents a clock that jumps ahead from expiring records.
pub async fn look_after(lake: Lake, ledger: Ledger, mut settled: Settled, stop: CancellationToken) {
    let looking = lake.clone();
    if let Ok(files @ 1..) = tokio::task::spawn_blocking(move || looking.unanchored_count()).await {
        tracing::warn!(
            files,
            "the journal does not anchor some evidence files, perhaps of an older release: check them with \
             `countersign evidence verify`, then anchor them with `countersign evidence anchor`"
        );
    }
    let mut pause = FIRST;
    while stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_some() {
        pause = EVERY;
        let now = settled.moment(ledger.now(), ledger.elapsed());
        if settled.is_waiting() {
            tracing::warn!(
                believed = %now,
                "the clock jumped ahead: no record expires until the new time has lasted for a day; correct \
                 the clock if it is wrong"
            );
        }
        let (lake, stopping) = (lake.clone(), stop.clone());
        let tended = tokio::task::spawn_blocking(move || {
            lake.tend(now, &mut |_, _| match stopping.is_cancelled() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            })
        });
        match tended.await {
            Ok(Ok(upkept)) => {
                for (day, done) in upkept.days {
                    tracing::info!(
                        day,
                        files = done.files,
                        bytes = done.bytes,
                        after = done.bytes_after,
                        "this process compacted or expired evidence files"
                    );
                }
            }
            // Another process does it, or this one is stopping.
            Ok(Err(UpkeepError::Busy | UpkeepError::Stopped)) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "the upkeep of the evidence failed; this process tries again")
            }
            Err(error) => tracing::error!(%error, "the upkeep of the evidence was aborted"),
        }
    }
}
