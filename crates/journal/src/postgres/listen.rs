//! The connection that listens for notifications, and the poll every two seconds that does not depend on it.
//!
//! Notifications are lost while there is no connection, so each new connection starts by reading the head. A connection
//! can also die silently (a cable, a firewall that dropped its state): the poll detects that too.

use super::{CHANNEL, PostgresStore};
use crate::chain::Seq;
use crate::error::StoreError;
use crate::follow::{POLL, Signals};
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use std::convert::Infallible;
use std::time::Duration;

/// The back-off between reconnections: it doubles from the first to the last and then stays there. A query that the
/// store answers meanwhile ends the back-off, so that notifications are back as soon as the store is.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(2);

/// How far a notified number may exceed the known head. Fewer entries than this are appended between two polls.
const NEAR: u64 = 1 << 20;

/// Keeps the signals up to date until it is aborted.
pub(crate) async fn watch(store: PostgresStore, signals: Signals) {
    let mut pause = FIRST_PAUSE;
    loop {
        let Err(error) = session(&store, &signals, &mut pause).await;
        if store.pool.is_closed() {
            return;
        }
        if signals.lost() {
            tracing::warn!(%error, source = ?std::error::Error::source(&error), "the journal cannot be reached");
        }
        // Without this minimum pause, a store that answers queries but accepts no listener would be tried without a
        // pause.
        let mut answered = std::pin::pin!(store.answered.notified());
        answered.as_mut().enable();
        tokio::time::sleep(FIRST_PAUSE).await;
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = answered => {}
        }
        pause = LAST_PAUSE.min(pause * 2);
    }
}

/// Runs one connection; returns only with an error.
async fn session(
    store: &PostgresStore,
    signals: &Signals,
    pause: &mut Duration,
) -> Result<Infallible, StoreError> {
    let mut listener = store.within("listening", connect(&store.listening())).await?;
    // Listen first and read the head second: an append between the two is notified.
    signals.connected_at(store.head().await?.seq);
    *pause = FIRST_PAUSE;
    tracing::debug!("listening for the journal's notifications");
    let mut look = tokio::time::interval(POLL);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        // Kept across the polls, because dropping a receive in progress may lose a notification.
        let mut next = std::pin::pin!(listener.try_recv());
        let heard = loop {
            tokio::select! {
                heard = &mut next => break heard,
                // Also receives during a poll, which would otherwise delay the detection of a lost connection until its
                // own time-out.
                _ = look.tick() => tokio::select! {
                    heard = &mut next => break heard,
                    head = looked(store) => signals.appended(head?),
                },
            }
        };
        match heard.map_err(|e| StoreError::new("listening", e))? {
            Some(note) => match plausible(note.payload(), signals.latest()) {
                Some(seq) => signals.appended(seq),
                None => signals.appended(looked(store).await?),
            },
            None => return Err(StoreError::new("listening", "the connection was lost")),
        }
    }
}

/// Reads the head. A store that does not answer before the next poll counts as unreachable: a loss must be detected
/// sooner than a query's time-out.
async fn looked(store: &PostgresStore) -> Result<Seq, StoreError> {
    store.head_within(POLL).await.map(|head| head.seq)
}

/// Parses a notified number. Any user of the database can notify any text, so a number far beyond the head is not
/// trusted (`None`), and the caller reads the head instead: otherwise followers would wait for ever for entries up to
/// it.
fn plausible(text: &str, latest: Seq) -> Option<Seq> {
    let seq = text.parse().ok()?;
    (seq <= latest.0.saturating_add(NEAR)).then_some(Seq(seq))
}

async fn connect(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}
