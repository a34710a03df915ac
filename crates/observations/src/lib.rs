//! What merely goes on: a device's posture is still the same, a session is in use. A change is a fact; this is not.
//!
//! An observation is a kind, a subject's id and the newest moment at which it was so. [`Observations`] holds the newest
//! of each subject in bounded memory. Merging takes the later moment, so it does not matter in which order, how often or
//! by which process something is told. When the memory is full, the oldest are dropped. To lose an observation makes
//! evidence older, and never younger: it fails closed.
//!
//! No observation is later than the present moment: a moment in the future counts as now.
//!
//! This room must not know facts, the world, policies, the journal or any clock: the present moment is an argument.

mod channel;
mod exchange;
mod newest;
mod observation;
mod process_names;

pub use channel::ChannelState;
pub use exchange::{EVERY, Exchange};
pub use newest::MOST_SUBJECTS;
pub use observation::{Observation, ObservationKind};

use countersign_names::{DeviceId, SessionId, Timestamp};
use newest::{Newest, NewestMoment};
use observation::NOTHING;
use process_names::{OWN, ProcessNames};
use std::sync::Arc;
use tokio::sync::Notify;

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
    /// None yet, in the process of this name.
    pub fn new(process: &str) -> Self {
        Self::bounded(process, MOST_SUBJECTS)
    }

    /// The same with another bound: so many subjects of each kind, rounded up to the next multiple of 16.
    pub fn bounded(process: &str, most: usize) -> Self {
        let newest = ObservationKind::ALL.iter().map(|kind| (*kind, Newest::bounded(most))).collect();
        Self(Arc::new(SharedObservations {
            names: ProcessNames::of(process),
            newest,
            urgent: Notify::new(),
            channel: channel::Channel::default(),
        }))
    }

    /// The name of this process.
    pub fn process(&self) -> Arc<str> {
        self.0.names.name(OWN)
    }

    /// A session is used at `now`.
    pub fn session_used(&self, session: SessionId, now: Timestamp) {
        self.of(ObservationKind::SessionUse).note(session.bits(), now, NOTHING, &self.0.names);
    }

    /// When a session was last used, at any process that shares.
    pub fn session_used_at(&self, session: SessionId) -> Option<Timestamp> {
        self.of(ObservationKind::SessionUse).get(session.bits()).map(|newest| newest.at)
    }

    /// A device's posture was still `posture` (a digest of its checks) at `collected_at`.
    pub fn posture_confirmed(&self, device: DeviceId, posture: i64, collected_at: Timestamp, now: Timestamp) {
        let at = collected_at.min(now);
        self.of(ObservationKind::Posture).note(device.bits(), at, posture, &self.0.names);
        self.0.urgent.notify_one();
    }

    /// When a device's posture was last confirmed to be `posture`. What was observed of another posture does not count: it
    /// says nothing about this one.
    pub fn posture_confirmed_at(&self, device: DeviceId, posture: i64) -> Option<Timestamp> {
        let newest = self.of(ObservationKind::Posture).get(device.bits())?;
        (newest.of == posture).then_some(newest.at)
    }

    /// Take in what a process observed, this one or another.
    pub fn merge(&self, observation: &Observation, now: Timestamp) {
        let by = self.0.names.number(&observation.by);
        let at = observation.at.min(now);
        let source = NewestMoment { at, of: observation.of, by };
        self.of(observation.kind).merge(observation.subject, source, true, &self.0.names);
    }

    /// The newest of one subject.
    pub fn get(&self, kind: ObservationKind, subject: uuid::Uuid) -> Option<Observation> {
        let newest = self.of(kind).get(subject)?;
        Some(self.observation(kind, subject, newest))
    }

    /// How many subjects there are of this kind.
    pub fn subjects(&self, kind: ObservationKind) -> usize {
        self.of(kind).len()
    }

    /// How many subjects were dropped because there was no room.
    pub fn dropped(&self) -> u64 {
        self.0.newest.iter().map(|(_, newest)| newest.dropped()).sum()
    }

    /// Forget what is older than its kind is kept.
    pub fn expire(&self, now: Timestamp) {
        for (kind, newest) in &self.0.newest {
            newest.forget_before(kind.expired_at(now));
        }
    }

    /// What other processes cannot know yet, in pieces that are bounded each.
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

    /// These are where other processes find them.
    pub fn shared(&self, observations: &[Observation]) {
        for observation in observations {
            self.of(observation.kind).shared(observation.subject, observation.at);
        }
    }

    /// How the exchange with other processes goes.
    pub fn channel(&self) -> ChannelState {
        self.0.channel.state()
    }

    /// Resolves when something was observed that should not wait for the next exchange.
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
