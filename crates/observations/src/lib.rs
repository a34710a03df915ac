//! Observations: repeated confirmations, such as "the posture is unchanged" or "the session is in use". A change is a
//! fact; this is not.
//!
//! An observation is a kind, a subject's id and the newest time at which it was made. [`Observations`] holds the newest
//! of each subject in bounded memory. A merge takes the later time, so the order, the number and the source of the
//! messages do not matter. When the memory is full, the oldest are dropped. A lost observation makes evidence older,
//! never younger: it fails closed.
//!
//! No observation is later than the present. A moment up to [`MOST_AHEAD`] later counts as now, because the clocks of two
//! processes differ a little; a later one was dated by a wrong clock and counts as none.
//!
//! This room must not know facts, the world, policies, the journal or any clock: the present time is an argument.

mod channel;
mod exchange;
mod newest;
mod observation;
mod process_names;

pub use channel::ChannelState;
pub use exchange::{EVERY, ObservationExchange, delete_expired};
pub use newest::MOST_SUBJECTS;
pub use observation::{Observation, ObservationKind};

use countersign_names::{CredentialId, DeviceId, PersonId, SessionId, Timestamp, TokenId};
use newest::{Newest, NewestMoment};
use observation::NOTHING;
use process_names::{OWN, ProcessNames};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// How far ahead of the present an observation may be dated, to count at all.
pub const MOST_AHEAD: Duration = Duration::from_secs(60);

/// The newest observations, as this process knows them. Clones are handles to the same.
#[derive(Clone, Debug)]
pub struct Observations(Arc<SharedObservations>);

#[derive(Debug)]
struct SharedObservations {
    names: ProcessNames,
    newest: Vec<(ObservationKind, Newest)>,
    urgent: Notify,
    channel: channel::Channel,
}

impl Observations {
    /// Creates an empty set in the process of this name.
    pub fn new(process: &str) -> Self {
        Self::bounded(process, MOST_SUBJECTS)
    }

    /// Creates an empty set with another limit: a number of subjects per kind, rounded up to the next multiple of 16.
    pub fn bounded(process: &str, most: usize) -> Self {
        let newest = ObservationKind::ALL.iter().map(|kind| (*kind, Newest::bounded(most))).collect();
        Self(Arc::new(SharedObservations {
            names: ProcessNames::of(process),
            newest,
            urgent: Notify::new(),
            channel: channel::Channel::default(),
        }))
    }

    /// Returns the name of this process.
    pub fn process(&self) -> Arc<str> {
        self.0.names.name(OWN)
    }

    /// Records that a session was used at `now`.
    pub fn session_used(&self, session: SessionId, now: Timestamp) {
        self.of(ObservationKind::SessionUse).note(session.bits(), now, NOTHING, &self.0.names);
    }

    /// Returns when a session was last used, at any process that shares its observations.
    pub fn session_used_at(&self, session: SessionId) -> Option<Timestamp> {
        self.of(ObservationKind::SessionUse).get(session.bits()).map(|newest| newest.at)
    }

    /// Records that a bearer token was used at `now`.
    pub fn token_used(&self, token: TokenId, now: Timestamp) {
        self.of(ObservationKind::TokenUse).note(token.bits(), now, NOTHING, &self.0.names);
    }

    /// Records that a person proved who they are with a passkey at `proved_at`.
    pub fn passkey_used(&self, passkey: CredentialId, proved_at: Timestamp) {
        self.of(ObservationKind::PasskeyUse).note(passkey.bits(), proved_at, NOTHING, &self.0.names);
    }

    /// Records that an access was made from a device at `now`.
    pub fn device_used(&self, device: DeviceId, now: Timestamp) {
        self.of(ObservationKind::DeviceUse).note(device.bits(), now, NOTHING, &self.0.names);
    }

    /// Records that a person made an access at `now`.
    pub fn person_used(&self, person: PersonId, now: Timestamp) {
        self.of(ObservationKind::PersonUse).note(person.bits(), now, NOTHING, &self.0.names);
    }

    /// Records that a device's posture was still `posture` (a digest of its checks) at `collected_at`.
    pub fn posture_confirmed(&self, device: DeviceId, posture: i64, collected_at: Timestamp, now: Timestamp) {
        let at = collected_at.min(now);
        self.of(ObservationKind::Posture).note(device.bits(), at, posture, &self.0.names);
        self.0.urgent.notify_one();
    }

    /// Returns when a device's posture was last confirmed to be `posture`. An observation of another posture does not
    /// count, because it says nothing about this one.
    pub fn posture_confirmed_at(&self, device: DeviceId, posture: i64) -> Option<Timestamp> {
        let newest = self.of(ObservationKind::Posture).get(device.bits())?;
        (newest.of == posture).then_some(newest.at)
    }

    /// Merges an observation of this process or another.
    pub fn merge(&self, observation: &Observation, now: Timestamp) {
        if observation.at > now.plus(MOST_AHEAD) {
            return;
        }
        let by = self.0.names.number(&observation.by);
        let at = observation.at.min(now);
        let source = NewestMoment { at, of: observation.of, by };
        self.of(observation.kind).merge(observation.subject, source, true, &self.0.names);
    }

    /// Returns the newest observation of one subject.
    pub fn get(&self, kind: ObservationKind, subject: uuid::Uuid) -> Option<Observation> {
        let newest = self.of(kind).get(subject)?;
        Some(self.observation(kind, subject, newest))
    }

    /// Returns the number of subjects of this kind.
    pub fn subjects(&self, kind: ObservationKind) -> usize {
        self.of(kind).len()
    }

    /// Returns the number of subjects that were dropped for lack of room.
    pub fn dropped(&self) -> u64 {
        self.0.newest.iter().map(|(_, newest)| newest.dropped()).sum()
    }

    /// Removes observations older than the retention of their kind.
    pub fn expire(&self, now: Timestamp) {
        for (kind, newest) in &self.0.newest {
            newest.forget_before(kind.expired_at(now));
        }
    }

    /// Returns the observations that other processes cannot know yet, in pieces of limited size.
    pub fn unshared(&self, now: Timestamp) -> impl Iterator<Item = Vec<Observation>> {
        self.0.newest.iter().flat_map(move |(kind, newest)| {
            newest.pieces().map(move |piece| {
                let unshared = newest.unshared(piece, now, kind.spacing());
                unshared
                    .into_iter()
                    .map(|(subject, source)| self.observation(*kind, subject, source))
                    .collect()
            })
        })
    }

    /// Marks these observations as available to other processes.
    pub fn shared(&self, observations: &[Observation]) {
        for observation in observations {
            self.of(observation.kind).shared(observation.subject, observation.at);
        }
    }

    /// Returns the state of the exchange with other processes.
    pub fn channel(&self) -> ChannelState {
        self.0.channel.state()
    }

    /// Resolves when an observation was made that should not wait for the next exchange.
    pub async fn urgent(&self) {
        self.0.urgent.notified().await;
    }

    fn of(&self, kind: ObservationKind) -> &Newest {
        let at = self.0.newest.iter().position(|(known, _)| *known == kind).unwrap_or(0);
        #[expect(clippy::indexing_slicing, reason = "there is one for each kind, and at least one kind")]
        &self.0.newest[at].1
    }

    fn observation(&self, kind: ObservationKind, subject: uuid::Uuid, source: NewestMoment) -> Observation {
        let by = self.0.names.name(source.by);
        Observation { kind, subject, at: source.at, of: source.of, by }
    }
}
