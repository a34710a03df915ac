//! Sessions, their cookies, and their handovers to applications.

use crate::World;
use crate::contradiction::Contradiction;
use crate::maps::{HashMap, TrackedMap};
use crate::people::Standing;
use countersign_facts::{Digest, FederatedSession, SessionFact, Stated};
use countersign_names::{
    ApplicationName, Assurance, CredentialId, PersonId, ProviderName, SessionId, Timestamp,
};
use imbl::{OrdMap, OrdSet};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::Arc;

/// A session that has not ended, as decisions read it. It is replaced as a whole whenever anything here changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The id.
    pub id: SessionId,
    /// The person.
    pub person: PersonId,
    /// When the person signed in.
    pub started_at: Timestamp,
    /// The passkey that started it, or the link to the account at the provider that did.
    pub begun_by: CredentialId,
    /// When the person last authenticated.
    pub proved_at: Timestamp,
    /// The passkey that they used last, or the link.
    pub credential: CredentialId,
    /// The assurance level that it gave.
    pub assurance: Assurance,
    /// The client's address at the sign-in.
    pub address: Option<IpAddr>,
    /// When it expires.
    pub expires_at: Timestamp,
    /// SHA-256 of the cookie's value at the sign-in host.
    pub secret: Digest,
    /// SHA-256 of the cookie's value at each application where it was opened; two if a browser opened it twice.
    pub opened: Vec<(ApplicationName, Digest)>,
    /// How a provider started it; `None` if a passkey did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub federated: Option<FederatedStart>,
}

/// How a provider started a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FederatedStart {
    /// The provider.
    pub provider: ProviderName,
    /// Whether the authentication there resisted phishing, by the provider's declaration.
    pub phishing_resistant: bool,
    /// SHA-256 of the provider's id of its own session.
    pub provider_session: Option<Digest>,
}

impl FederatedStart {
    /// Returns the method of such a proof, as policies read it.
    pub fn method(&self) -> String {
        method_of(&self.provider)
    }
}

/// Returns the method of signing in with a provider, as policies read it.
pub fn method_of(provider: &ProviderName) -> String {
    format!("federated:{provider}")
}

impl Session {
    /// The moment that counts as the last authentication if a provider did not state it: of no age that a policy accepts.
    pub const UNKNOWN_PROOF: Timestamp = Timestamp::from_micros(0);

    /// Returns the provider if it gave the last proof, and no passkey did since.
    pub fn proved_by_provider(&self) -> Option<&FederatedStart> {
        self.federated.as_ref().filter(|_| self.credential == self.begun_by)
    }

    /// Returns the method of the last proof, as policies read it: `passkey`, or `federated:` and the provider's name.
    pub fn method(&self) -> String {
        self.proved_by_provider().map_or_else(|| "passkey".to_owned(), FederatedStart::method)
    }
}

/// A session that is being handed over to an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The session.
    pub session: SessionId,
    /// The application.
    pub application: ApplicationName,
    /// SHA-256 of the state that the browser must present.
    pub state: Digest,
    /// When the code expires.
    pub expires_at: Timestamp,
}

/// The session of a cookie.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn<'a> {
    /// The session.
    pub session: &'a Arc<Session>,
    /// The application at which the cookie is valid; `None`: at the sign-in host.
    pub application: Option<&'a ApplicationName>,
}

/// All sessions that have not ended.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Sessions {
    #[serde(with = "crate::maps::pairs")]
    pub(crate) by_id: TrackedMap<SessionId, Arc<Session>>,
    #[serde(with = "crate::maps::pairs")]
    pub(crate) handovers: HashMap<Digest, Arc<Handover>>,
    #[serde(with = "crate::maps::pairs")]
    by_secret: HashMap<Digest, (SessionId, Option<ApplicationName>)>,
    #[serde(with = "crate::maps::pairs")]
    by_person: HashMap<PersonId, OrdSet<SessionId>>,
    /// Sessions and handovers by expiry, so that they can be removed; otherwise every sign-in would be kept for ever.
    #[serde(with = "crate::maps::pairs")]
    expiring: OrdMap<(Timestamp, Expiring), ()>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Expiring {
    Session(SessionId),
    Handover(Digest),
}

impl Sessions {
    pub(crate) fn signed_in(&self, secret: &Digest, now: Timestamp) -> Option<SignedIn<'_>> {
        let (id, application) = self.by_secret.get(secret)?;
        let session = self.by_id.get(id).filter(|session| now < session.expires_at)?;
        Some(SignedIn { session, application: application.as_ref() })
    }

    pub(crate) fn of(&self, person: PersonId) -> impl Iterator<Item = SessionId> + '_ {
        self.by_person.get(&person).into_iter().flat_map(|ids| ids.iter().copied())
    }

    fn get(&self, session: SessionId, at: Timestamp) -> Result<&Arc<Session>, Contradiction> {
        self.by_id.get(&session).filter(|known| at < known.expires_at).ok_or_else(|| {
            Contradiction::over("session", format!("the session {session} has ended: sign in again"))
        })
    }

    fn end(&mut self, session: SessionId) -> bool {
        let Some(gone) = self.by_id.remove(&session) else { return false };
        self.by_secret.remove(&gone.secret);
        for (_, secret) in &gone.opened {
            self.by_secret.remove(secret);
        }
        if let Some(rest) = self.by_person.get_mut(&gone.person) {
            rest.remove(&session);
        }
        self.expiring.remove(&(gone.expires_at, Expiring::Session(session)));
        true
    }

    /// Ends all sessions of a person. The reason is in the fact that caused it.
    pub(crate) fn end_all_of(&mut self, person: PersonId) {
        let theirs: Vec<_> = self.of(person).collect();
        for session in theirs {
            self.end(session);
        }
    }

    pub(crate) fn end_all_begun_by(&mut self, credential: CredentialId) {
        let begun: Vec<_> = self
            .by_id
            .values()
            .filter(|session| session.begun_by == credential || session.credential == credential)
            .map(|session| session.id)
            .collect();
        for session in begun {
            self.end(session);
        }
    }

    /// Ends all sessions and handovers. Returns how many of each there were.
    pub(crate) fn end_all(&mut self) -> (usize, usize) {
        let all: Vec<_> = self.by_id.keys().copied().collect();
        for session in &all {
            self.end(*session);
        }
        let handovers = self.handovers.len();
        (self.handovers, self.expiring) = (HashMap::default(), OrdMap::new());
        (all.len(), handovers)
    }

    /// Removes everything that expired by `at`.
    fn forget_expired(&mut self, at: Timestamp) {
        while let Some(((moment, what), ())) = self.expiring.get_min().copied() {
            if moment > at {
                break;
            }
            self.expiring.remove(&(moment, what));
            match what {
                Expiring::Session(session) => {
                    self.end(session);
                }
                Expiring::Handover(code) => {
                    self.handovers.remove(&code);
                }
            }
        }
    }

    fn start(&mut self, started: Session) -> Result<(), Contradiction> {
        let id = started.id;
        if self.by_id.contains_key(&id) || self.by_secret.contains_key(&started.secret) {
            return Err(Contradiction::taken("session", format!("the session {id} was already started")));
        }
        self.by_secret.insert(started.secret, (id, None));
        self.by_person.entry(started.person).or_default().insert(id);
        self.expiring.insert((started.expires_at, Expiring::Session(id)), ());
        self.by_id.insert(id, Arc::new(started));
        Ok(())
    }

    /// Uses up a one-time code.
    fn take_handover(&mut self, code: &Digest, at: Timestamp) -> Result<Arc<Handover>, Contradiction> {
        let handover =
            self.handovers.remove(code).filter(|handover| at < handover.expires_at).ok_or_else(|| {
                Contradiction::over(
                    "code",
                    "the sign-in code was already used or has expired: open the application again",
                )
            })?;
        self.expiring.remove(&(handover.expires_at, Expiring::Handover(*code)));
        Ok(handover)
    }

    fn open(
        &mut self,
        at: Timestamp,
        session: SessionId,
        application: &ApplicationName,
        code: &Digest,
        secret: Digest,
    ) -> Result<(), Contradiction> {
        let handover = self.take_handover(code, at)?;
        if handover.session != session || handover.application != *application {
            return Err(Contradiction::impossible("code", "the sign-in code is for another application"));
        }
        let mut next = Session::clone(self.get(session, at)?);
        if self.by_secret.contains_key(&secret) {
            return Err(Contradiction::taken("secret", "the cookie already identifies a session"));
        }
        next.opened.push((application.clone(), secret));
        self.by_secret.insert(secret, (session, Some(application.clone())));
        self.by_id.insert(session, Arc::new(next));
        Ok(())
    }
}

/// Folds in facts about sessions.
pub fn apply(world: &mut World, stated: &Stated, fact: &SessionFact) -> Result<(), Contradiction> {
    world.sessions.forget_expired(stated.at);
    match fact {
        SessionFact::Started { session, about } => {
            active(world, about.person)?;
            theirs(world, about.credential, about.person)?;
            world.sessions.start(Session {
                id: *session,
                person: about.person,
                started_at: stated.at,
                begun_by: about.credential,
                proved_at: stated.at,
                credential: about.credential,
                assurance: about.assurance,
                address: about.address,
                expires_at: about.expires_at,
                secret: about.secret,
                opened: Vec::new(),
                federated: None,
            })
        }
        SessionFact::Federated { session, about } => federated(world, stated.at, *session, about),
        SessionFact::SteppedUp { session, credential, assurance } => {
            let mut next = Session::clone(world.sessions.get(*session, stated.at)?);
            theirs(world, *credential, next.person)?;
            next.proved_at = stated.at;
            next.credential = *credential;
            next.assurance = *assurance;
            world.sessions.by_id.insert(*session, Arc::new(next));
            Ok(())
        }
        SessionFact::HandedOver { session, application, code, state, expires_at } => {
            world.sessions.get(*session, stated.at)?;
            if world.application(application.as_str()).is_none() {
                return Err(Contradiction::unknown("application", "application", application));
            }
            let handover = Handover {
                session: *session,
                application: application.clone(),
                state: *state,
                expires_at: *expires_at,
            };
            if world.sessions.handovers.insert(*code, Arc::new(handover)).is_some() {
                return Err(Contradiction::taken("code", "the sign-in code already exists"));
            }
            world.sessions.expiring.insert((*expires_at, Expiring::Handover(*code)), ());
            Ok(())
        }
        SessionFact::Opened { session, application, code, secret } => {
            world.sessions.open(stated.at, *session, application, code, *secret)
        }
        SessionFact::HandoverSpent { code } => world.sessions.take_handover(code, stated.at).map(|_| ()),
        SessionFact::Ended { session, .. } => {
            if world.sessions.end(*session) {
                Ok(())
            } else {
                Err(Contradiction::over("session", format!("the session {session} has already ended")))
            }
        }
    }
}

fn active(world: &World, person: PersonId) -> Result<(), Contradiction> {
    if world.people.get(person)?.standing == Standing::Active {
        Ok(())
    } else {
        Err(Contradiction::over("person", format!("{person} is suspended")))
    }
}

fn federated(
    world: &mut World,
    at: Timestamp,
    session: SessionId,
    about: &FederatedSession,
) -> Result<(), Contradiction> {
    active(world, about.person)?;
    let link = world.providers.link(about.link)?;
    if link.person != about.person {
        let why = format!("{} is not a link of {}", about.link, about.person);
        return Err(Contradiction::impossible("link", why));
    }
    let federated = Some(FederatedStart {
        provider: link.provider.clone(),
        phishing_resistant: about.phishing_resistant,
        provider_session: about.provider_session,
    });
    world.sessions.start(Session {
        id: session,
        person: about.person,
        started_at: at,
        begun_by: about.link,
        // A clock that runs ahead must not make the proof younger than it is.
        proved_at: about.authenticated_at.map_or(Session::UNKNOWN_PROOF, |then| then.min(at)),
        credential: about.link,
        assurance: about.assurance,
        address: about.address,
        expires_at: about.expires_at,
        secret: about.secret,
        opened: Vec::new(),
        federated,
    })
}

fn theirs(world: &World, credential: CredentialId, person: PersonId) -> Result<(), Contradiction> {
    match world.credential(credential) {
        Some(known) if known.person == person => Ok(()),
        Some(_) => {
            Err(Contradiction::impossible("credential", format!("{credential} is not a passkey of {person}")))
        }
        None => Err(Contradiction::unknown("credential", "passkey", credential)),
    }
}
