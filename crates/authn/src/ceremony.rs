//! Passkey dialogues under way: each known for a few minutes, finished at most once, by the browser that began it.
//!
//! They live in this process's memory. A restart forgets them, which costs whoever was in the middle one more click.

use crate::token::{Secret, random};
use crate::{Refusal, browser};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_facts::Digest;
use countersign_names::{InvitationId, PersonId, SessionId, Timestamp};
use http::{HeaderMap, HeaderValue};
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::time::Duration;
use webauthn_rs::prelude::{DiscoverableAuthentication, PasskeyRegistration};

/// What a dialogue is for, and what must be known to judge its end.
pub enum Pending {
    /// A passkey by invitation.
    Enrol { invitation: InvitationId, person: PersonId, state: PasskeyRegistration },
    /// A further passkey, within a session.
    Add { session: SessionId, state: PasskeyRegistration },
    /// Signing in, as whoever it turns out to be.
    SignIn { state: DiscoverableAuthentication },
    /// Proving again, within a session.
    StepUp { session: SessionId, state: DiscoverableAuthentication },
}

/// What the browser gets back to begin with.
pub struct BegunCeremony {
    /// Names the dialogue.
    pub ceremony: String,
    /// To be set, when the browser had no such cookie.
    pub cookie: Option<HeaderValue>,
}

pub struct Ceremonies {
    life: Duration,
    most: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    by_id: HashMap<Id, PendingCeremony>,
    /// In the order of their beginning, which is that of their end; those that were finished stay until their turn.
    order: VecDeque<(Timestamp, Id)>,
}

type Id = [u8; 16];

struct PendingCeremony {
    browser: Digest,
    expires_at: Timestamp,
    pending: Pending,
}

impl Ceremonies {
    pub fn new(life: Duration, most: usize) -> Self {
        Self { life, most: most.max(1), open: Mutex::default() }
    }

    /// Keep `pending` for the browser that sent `headers`.
    pub fn begin(
        &self,
        pending: Pending,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<BegunCeremony, Refusal> {
        // A browser keeps the cookie that it has, so that two tabs do not spoil each other's dialogue.
        let (browser, cookie) = match browser::secret(headers, browser::CEREMONY_COOKIE) {
            Some(known) => (known.digest(), None),
            None => {
                let fresh = Secret::draw()?;
                (
                    fresh.digest(),
                    Some(browser::set(browser::CEREMONY_COOKIE, &fresh, Duration::from_secs(86_400))),
                )
            }
        };
        let id: Id = random()?;
        let expires_at = now.plus(self.life);
        let mut open = self.open.lock();
        open.forget_expired(now);
        // Whoever floods us pushes out the oldest, who is the least likely to be still at it. To refuse the newest
        // instead would let a flood lock everybody out.
        while open.order.len() >= self.most {
            open.forget_oldest();
        }
        open.order.push_back((expires_at, id));
        open.by_id.insert(id, PendingCeremony { browser, expires_at, pending });
        Ok(BegunCeremony { ceremony: URL_SAFE_NO_PAD.encode(id), cookie })
    }

    /// Take the dialogue: whatever comes of it, it can not be finished again.
    pub fn take(&self, ceremony: &str, headers: &HeaderMap, now: Timestamp) -> Result<Pending, Refusal> {
        let id: Id = URL_SAFE_NO_PAD
            .decode(ceremony)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(Refusal::CeremonyOver)?;
        // Gone before anything is looked at: an id that another browser shows is known to somebody else.
        let kept = self.open.lock().by_id.remove(&id);
        let browser =
            browser::secret(headers, browser::CEREMONY_COOKIE).ok_or(Refusal::CeremonyOver)?.digest();
        kept.filter(|kept| kept.browser == browser && now < kept.expires_at)
            .map(|kept| kept.pending)
            .ok_or(Refusal::CeremonyOver)
    }
}

impl Open {
    fn forget_expired(&mut self, now: Timestamp) {
        while self.order.front().is_some_and(|(expires_at, _)| *expires_at <= now) {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, id)) = self.order.pop_front() {
            self.by_id.remove(&id);
        }
    }
}
