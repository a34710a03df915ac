//! Looking after the evidence by itself: now and then, whatever is due.

use countersign_lake::{Lake, UpkeepError};
use countersign_ledger::{Ledger, Settled};
use std::ops::ControlFlow;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// After the start, so that nobody who is waiting for it waits for this too.
const FIRST: Duration = Duration::from_secs(60);

/// How often it is looked whether something is due. Days end once a day; the rest is for what failed the last time.
const EVERY: Duration = Duration::from_secs(15 * 60);

/// Look after the evidence until the process stops. `settled` keeps a clock that jumps ahead from having records expire.
pub async fn look_after(lake: Lake, ledger: Ledger, mut settled: Settled, stop: CancellationToken) {
    let looking = lake.clone();
    if let Ok(strangers @ 1..) = tokio::task::spawn_blocking(move || looking.strangers()).await {
        tracing::warn!(
            strangers,
            "files of the evidence are not anchored in the journal, perhaps of an older release: look at them with \
             `countersign evidence verify`, then take them in with `countersign evidence anchor`"
        );
    }
    let mut pause = FIRST;
    while stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_some() {
        pause = EVERY;
        let now = settled.moment(ledger.now(), ledger.elapsed());
        if settled.is_waiting() {
            tracing::warn!(
                believed = %now,
                "the clock jumped ahead: no record expires by it until it has stood for a day; set it right if it is wrong"
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
                        "evidence put in order"
                    );
                }
            }
            // Somebody else does it, or nobody any more.
            Ok(Err(UpkeepError::Busy | UpkeepError::Stopped)) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "the evidence could not be looked after; it is tried again")
            }
            Err(error) => tracing::error!(%error, "looking after the evidence failed"),
        }
    }
}
