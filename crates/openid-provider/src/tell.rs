//! Back-channel logout: clients are told that a session ended.
//!
//! Each process looks which sessions that clients know have ended, whenever the journal moves. A row says whom to tell; the
//! process that takes it up tells them, and another one does if that fails or the process ends.

use crate::OpenIdProvider;
use crate::tables::{DueLogout, MOST_LOGOUTS};
use countersign_names::{SessionId, Timestamp};
use countersign_openid::{LOGOUT_TOKEN_LIFE, LogoutTokenClaims, TokenKind};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How patiently clients are told.
#[derive(Debug, Clone, Copy)]
pub struct LogoutPace {
    /// How often the tables are read, also if nothing happened; 2 seconds.
    pub every: Duration,
    /// The pause after the first attempt that failed; it is four times as long after each further one. 5 seconds.
    pub pause: Duration,
    /// After how many attempts a client is given up; 6, which is after about half an hour.
    pub attempts: i64,
}

impl Default for LogoutPace {
    fn default() -> Self {
        Self { every: Duration::from_secs(2), pause: Duration::from_secs(5), attempts: 6 }
    }
}

impl LogoutPace {
    pub(crate) fn again(&self, attempts: i64, now: Timestamp) -> Timestamp {
        let times = 4_u32.saturating_pow(u32::try_from(attempts).unwrap_or(u32::MAX).min(8));
        now.plus(self.pause.saturating_mul(times))
    }
}

/// How often old rows are deleted.
const CLEAN_EVERY: Duration = Duration::from_secs(600);

/// Why a process looks whom it has to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RoundCause {
    /// Time passed: the tables may have changed by another process.
    Tick,
    /// The journal moved: a session may have ended.
    Moved,
    /// A client was told, or the attempt failed: there is room for another one.
    Told,
}

impl OpenIdProvider {
    /// Tells clients of ended sessions until `stop` is cancelled. `moved` changes whenever the journal does.
    pub async fn tell_clients(
        self: Arc<Self>,
        mut moved: watch::Receiver<u64>,
        pace: LogoutPace,
        stop: CancellationToken,
    ) {
        // A client that does not answer delays itself alone, so nobody waits for all of them.
        let (mut watched, mut telling) = (BTreeSet::new(), JoinSet::new());
        let mut cleaned: Option<Timestamp> = None;
        let mut tick = tokio::time::interval(pace.every);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let cause = tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => RoundCause::Tick,
                changed = moved.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    RoundCause::Moved
                }
                Some(_) = telling.join_next() => RoundCause::Told,
            };
            let now = self.admission.now();
            if cleaned.is_none_or(|then| now.since(then) >= CLEAN_EVERY) {
                cleaned = Some(now);
                if let Err(error) = self.tables.clean(now).await {
                    tracing::warn!(%error, "old authorizations cannot be deleted");
                }
            }
            let round = self.clone().round(&mut watched, &mut telling, cause, pace);
            match stop.run_until_cancelled(round).await {
                None => return,
                Some(Ok(())) => {}
                Some(Err(error)) => tracing::warn!(%error, "clients cannot be told of ended sessions"),
            }
        }
    }

    async fn round(
        self: Arc<Self>,
        watched: &mut BTreeSet<SessionId>,
        telling: &mut JoinSet<()>,
        cause: RoundCause,
        pace: LogoutPace,
    ) -> Result<(), countersign_database::DatabaseError> {
        if cause == RoundCause::Tick {
            *watched = self.tables.watched().await?;
        }
        let snapshot = self.admission.snapshot();
        let ended: Vec<_> = watched
            .iter()
            .copied()
            .filter(|session| crate::going_on(&snapshot, *session).is_none())
            .collect();
        for session in &ended {
            self.tables.session_ended(*session, snapshot.at()).await?;
            watched.remove(session);
        }
        // Most moves of the journal end no session, and cost no question to the database.
        if ended.is_empty() && cause == RoundCause::Moved {
            return Ok(());
        }
        let now = self.admission.now();
        let free = MOST_LOGOUTS.saturating_sub(telling.len());
        if free > 0 {
            for logout in self.tables.take_due((now, free), |attempts| pace.again(attempts, now)).await? {
                telling.spawn(self.clone().tell(logout, pace));
            }
        }
        Ok(())
    }

    async fn tell(self: Arc<Self>, logout: DueLogout, pace: LogoutPace) {
        let over = match self.post(&logout).await {
            Ok(()) => true,
            Err(why) => {
                let last = logout.attempts + 1 >= pace.attempts;
                tracing::warn!(client = %logout.client, session = %logout.session, why, last, "a client was not told that a session ended");
                last
            }
        };
        if over && let Err(error) = self.tables.told(&logout).await {
            tracing::warn!(%error, "that a client was told cannot be noted: it is told again");
        }
    }

    /// Posts the logout token. A client that wants none, or is withdrawn, counts as told.
    async fn post(&self, logout: &DueLogout) -> Result<(), String> {
        let snapshot = self.admission.snapshot();
        let Some(client) = snapshot.world().openid_client(&logout.client) else { return Ok(()) };
        let Some(uri) = &client.about.backchannel_logout_uri else { return Ok(()) };
        let now = self.admission.now();
        let claims = LogoutTokenClaims {
            iss: self.issuer.clone(),
            sub: logout.person.to_string(),
            aud: logout.client.client_id(),
            iat: now.as_seconds(),
            exp: now.plus(LOGOUT_TOKEN_LIFE).as_seconds(),
            jti: crate::random::id().map_err(|_| "no randomness".to_owned())?.simple().to_string(),
            sid: logout.session.to_string(),
            events: LogoutTokenClaims::logout_event(),
        };
        let claims = serde_json::to_value(claims).map_err(|error| error.to_string())?;
        let token = self.signer.sign(TokenKind::Logout, &claims).map_err(|error| error.to_string())?;
        let url = url::Url::parse(uri).map_err(|error| error.to_string())?;
        match self.clients.post_logout(url, &token).await {
            Ok(200 | 204) => Ok(()),
            Ok(status) => Err(format!("it answered {status}")),
            Err(error) => Err(error.to_string()),
        }
    }
}
