//! The one connection that listens for notifications, and the look every two seconds that does without.
//!
//! Notifications are lost while nobody is connected, so each new connection begins with a look at the head. A
//! connection can also die without a word (a cable, a firewall that forgot it): the look finds that too.

use super::{CHANNEL, PostgresStore};
use crate::chain::Seq;
use crate::error::StoreError;
use crate::follow::{POLL, Signals};
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use std::convert::Infallible;
use std::time::Duration;

/// The pauses between attempts to connect again: doubling from the first to the last, then for ever. A question that the
/// store answers meanwhile ends a pause, so that pushes are back as soon as anything is.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(2);

/// How far a notified number may be beyond what is known. More are not appended between two looks.
const NEAR: u64 = 1 << 20;

/// Keeps the signals true until it is aborted.
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
        // Without the wait before it, a store that answers questions and takes no listener would be tried without a pause.
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

/// One connection's life; it ends only in an error.
async fn session(
    store: &PostgresStore,
    signals: &Signals,
    pause: &mut Duration,
) -> Result<Infallible, StoreError> {
    let mut listener = store.within("listening", connect(&store.listening())).await?;
    // Listening first, looking second: what is appended between the two is notified.
    signals.connected_at(store.head().await?.seq);
    *pause = FIRST_PAUSE;
    tracing::debug!("listening for the journal's notifications");
    let mut look = tokio::time::interval(POLL);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        // Held over the looks: it is not promised that a receive may be dropped half-way.
        let mut next = std::pin::pin!(listener.try_recv());
        let heard = loop {
            tokio::select! {
                heard = &mut next => break heard,
                // A lost connection is heard of during a look too, which would else go on trying for its own time.
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

/// How far the journal goes. One that does not say so before the next look is due is away: a loss has to be known sooner
/// than it takes to give a question up.
async fn looked(store: &PostgresStore) -> Result<Seq, StoreError> {
    store.head_within(POLL).await.map(|head| head.seq)
}

/// Any user of the database may notify anything. A number that is not near costs a look at the head, and is not
/// believed: followers would wait for ever for entries up to it.
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
