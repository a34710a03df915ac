//! Pending passkey ceremonies: each is stored for a few minutes, and can be finished at most once, by the browser that
//! started it.
//!
//! They are stored in this process's memory. A restart loses them, which costs their users one more click.

use crate::federated::FederatedRequest;
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

/// The purpose of a ceremony, and the state that is needed to verify its end.
pub enum Pending {
    /// Registering a passkey by invitation.
    Enrol { invitation: InvitationId, person: PersonId, state: PasskeyRegistration },
    /// Registering a further passkey, within a session.
    Add { session: SessionId, state: PasskeyRegistration },
    /// Signing in; the passkey identifies the person.
    SignIn { state: DiscoverableAuthentication },
    /// Stepping up, within a session.
    StepUp { session: SessionId, state: DiscoverableAuthentication },
    /// Signing in with a provider.
    Federate(Box<FederatedRequest>),
}

/// The response to the start of a ceremony.
pub struct BegunCeremony {
    /// The id of the ceremony.
    pub ceremony: String,
    /// The cookie to set, if the browser had none.
    pub cookie: Option<HeaderValue>,
}

pub struct Ceremonies {
    life: Duration,
    most: usize,
    open: Mutex<OpenCeremonies>,
}

#[derive(Default)]
struct OpenCeremonies {
    by_id: HashMap<Id, PendingCeremony>,
    /// Sorted by start, and therefore by expiry; finished ceremonies stay until their turn.
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

    /// Stores `pending` for the browser that sent `headers`.
    pub fn begin(
        &self,
        pending: Pending,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<BegunCeremony, Refusal> {
        // A browser keeps its cookie, so that two tabs do not invalidate each other's ceremony.
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
        // A flood of requests removes the oldest ceremonies, which are the least likely to be still in use. Refusing
        // the newest instead would let a flood lock everybody out.
        while open.order.len() >= self.most {
            open.forget_oldest();
        }
        open.order.push_back((expires_at, id));
        open.by_id.insert(id, PendingCeremony { browser, expires_at, pending });
        Ok(BegunCeremony { ceremony: URL_SAFE_NO_PAD.encode(id), cookie })
    }

    /// Takes the ceremony: whatever the result, it cannot be finished again.
    pub fn take(&self, ceremony: &str, headers: &HeaderMap, now: Timestamp) -> Result<Pending, Refusal> {
        let id: Id = URL_SAFE_NO_PAD
            .decode(ceremony)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(Refusal::CeremonyOver)?;
        // Removed before any check: if another browser presents the id, it is no longer secret.
        let kept = self.open.lock().by_id.remove(&id);
        let browser =
            browser::secret(headers, browser::CEREMONY_COOKIE).ok_or(Refusal::CeremonyOver)?.digest();
        kept.filter(|kept| kept.browser == browser && now < kept.expires_at)
            .map(|kept| kept.pending)
            .ok_or(Refusal::CeremonyOver)
    }
}

impl OpenCeremonies {
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
