//! The world: what all the facts so far add up to.
//!
//! [`World`] is a value. Folding a fact into it gives the next one; cloning it is cheap, because the maps share what
//! did not change, so a reader keeps the snapshot that it took for as long as it likes while a writer goes on.
//!
//! [`World::apply`] is also the only judge of whether a fact makes sense after those before it, and [`World::after`] of
//! whether a command may state all that it wants to: it folds them into a copy, and if that contradicts, the command is
//! refused and nothing was said.
//!
//! This room must not know files, clocks, sockets or policies. "Now" is the moment that the fact carries.
//!
//! What a decision reads is held behind [`Arc`]s that are replaced, never changed, so that "nothing it read has
//! changed" is a comparison of pointers.

mod applications;
mod apply;
mod archives;
mod checkpoint;
mod command;
mod contradiction;
mod devices;
mod evidence;
mod groups;
mod guarded;
mod head;
mod invitations;
mod keys;
mod maps;
mod networks;
mod notices;
mod origins;
mod people;
mod privilege;
mod proposals;
mod register;
mod rollouts;
mod services;
mod sessions;
mod settings;
mod stating;
mod suppose;
mod touched;

pub use applications::Application;
pub use archives::ArchivedEntries;
pub use checkpoint::{CHECKPOINT_EVERY, CHECKPOINT_FORMAT, CheckpointError};
pub use contradiction::{Contradiction, Kind};
pub use devices::{Device, posture_digest};
pub use evidence::{Anchored, Evidence};
pub use groups::Group;
pub use head::HeadAccepted;
pub use invitations::{LONGEST_INVITATION, NewInvitation};
pub use keys::AssertionKey;
pub use networks::Networks;
pub use notices::{Notice, Noticed};
pub use origins::Confirmed;
pub use people::{Credential, Invitation, Person, Risk, Standing};
pub use privilege::{Exception, Grant, GrantState};
pub use proposals::{LONGEST_PROPOSAL, Proposal, ProposalState};
pub use rollouts::{Rollout, RolloutCounts, RolloutMove, RolloutState, TurnedSoFar};
pub use services::{Service, Token};
pub use sessions::{Handover, Session, SignedIn};
pub use stating::{AwaitsSecond, StatedBy};
pub use touched::Touched;

use countersign_facts::{Digest, PolicyFile, Stated};
use countersign_names::{
    CredentialId, DeviceId, ExceptionId, GrantId, InvitationId, PersonId, ServiceId, SessionId, Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// The group whose members administer the installation.
pub const ADMINISTRATORS: &str = "administrators";

/// The application that the control plane itself is.
pub const CONTROL_PLANE: &str = "countersign";

/// Everything known after some number of facts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct World {
    seq: u64,
    newest: Option<Timestamp>,
    people: people::People,
    groups: groups::Groups,
    services: services::Services,
    devices: devices::Devices,
    applications: applications::Applications,
    networks: Arc<Networks>,
    sessions: sessions::Sessions,
    privilege: privilege::Privilege,
    policies: Option<Arc<Policies>>,
    /// Follows from the policies.
    #[serde(skip)]
    guarded: Arc<guarded::Guarded>,
    origins: origins::Origins,
    proposals: proposals::Proposals,
    notices: notices::Notices,
    #[serde(with = "maps::pairs")]
    publications: maps::HashMap<Digest, u64>,
    assertion_keys: keys::AssertionKeys,
    register_changed: u64,
    evidence: imbl::OrdMap<String, Arc<Evidence>>,
    rollouts: rollouts::Rollouts,
    settings: settings::Applied,
    head_accepted: Option<Arc<HeadAccepted>>,
    checkpoints: checkpoint::Checkpoints,
    archives: archives::ArchivesByEnd,
    #[serde(skip)]
    moves: touched::Moves,
    /// See [`World::take_snapshot`].
    #[serde(skip)]
    snapshot: Option<Arc<World>>,
}

/// The policy set that was last published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policies {
    /// SHA-256 over the files.
    pub version: Digest,
    /// When it was published.
    pub at: Timestamp,
    /// The files, by their path within the policy folder.
    pub files: BTreeMap<String, PolicyFile>,
    /// Why, where whoever put it in force said so.
    pub why: Option<String>,
    /// SHA-256 over the rehearsal that they had seen.
    pub rehearsal: Option<Digest>,
}

impl Policies {
    const fn new(version: Digest, at: Timestamp, files: BTreeMap<String, PolicyFile>) -> Self {
        Self { version, at, files, why: None, rehearsal: None }
    }
}

impl World {
    /// The world before any fact.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// How many facts were folded in: the sequence of the last one.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// Fold in the next fact.
    ///
    /// # Errors
    /// When the fact does not make sense after those before it; the world is then as it was.
    pub fn apply(&mut self, stated: &Stated) -> Result<(), Contradiction> {
        // A variant may touch several parts, and a contradiction may be found after the first was touched. The copy is
        // a handful of reference counts; the alternative, checking everything twice, is where such folds go wrong.
        let mut next = self.clone();
        apply::apply(&mut next, stated)?;
        next.move_on(stated);
        *self = next;
        Ok(())
    }

    /// Fold in a fact that the journal already holds: as [`World::apply`], without the copy.
    ///
    /// # Errors
    /// When the fact contradicts those before it. The journal is then damaged or written by a newer build, and this
    /// world must not be used any more.
    pub fn replay(&mut self, stated: &Stated) -> Result<(), Contradiction> {
        apply::apply(self, stated)?;
        self.move_on(stated);
        Ok(())
    }

    fn move_on(&mut self, stated: &Stated) {
        touched::note(self);
        self.seq += 1;
        self.newest = self.newest.max(Some(stated.at));
        if self.seq.is_multiple_of(CHECKPOINT_EVERY) {
            self.snapshot = None;
            self.snapshot = Some(Arc::new(self.clone()));
        }
    }

    /// The operator's last word that the journal is believed although it does not hold what was remembered of it.
    pub const fn head_accepted(&self) -> Option<&Arc<HeadAccepted>> {
        self.head_accepted.as_ref()
    }

    /// The latest moment that any fact carries: the present is not before it, whatever a clock says.
    pub const fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    // --- people -------------------------------------------------------------------------------------------------

    /// A person, by id.
    pub fn person(&self, person: PersonId) -> Option<&Arc<Person>> {
        self.people.by_id.get(&person)
    }

    /// A person, by address (in any case).
    pub fn person_by_email(&self, email: &str) -> Option<&Arc<Person>> {
        self.people.by_email.get(email.to_lowercase().as_str()).and_then(|id| self.person(*id))
    }

    /// A person, by the id that another system knows them under.
    pub fn person_by_alias(&self, alias: &str) -> Option<&Arc<Person>> {
        self.people.by_alias.get(alias).and_then(|id| self.person(*id))
    }

    /// Everybody in the inventory.
    pub fn people(&self) -> impl Iterator<Item = &Arc<Person>> {
        self.people.by_id.values()
    }

    /// Everybody whose address comes after `after`, in the order of their addresses, or in the opposite order. Finds the first of
    /// them without a look at those before.
    pub fn people_by_address<'a>(
        &'a self,
        after: Option<&str>,
        descending: bool,
    ) -> impl Iterator<Item = &'a Arc<Person>> + use<'a> {
        let (from, to) = match after {
            None => (Bound::Unbounded, Bound::Unbounded),
            Some(address) if descending => (Bound::Unbounded, Bound::Excluded(address)),
            Some(address) => (Bound::Excluded(address), Bound::Unbounded),
        };
        let mut rest = self.people.by_email.range::<_, str>((from, to));
        let ids = std::iter::from_fn(move || if descending { rest.next_back() } else { rest.next() });
        ids.filter_map(|(_, id)| self.person(*id))
    }

    /// A passkey.
    pub fn credential(&self, credential: CredentialId) -> Option<&Arc<Credential>> {
        self.people.credentials.get(&credential)
    }

    /// Somebody's passkeys.
    pub fn credentials_of(&self, person: PersonId) -> impl Iterator<Item = &Arc<Credential>> {
        self.people
            .credentials_of
            .get(&person)
            .into_iter()
            .flat_map(|ids| ids.iter())
            .filter_map(|id| self.credential(*id))
    }

    /// An open invitation, by the digest of its secret. It may have expired: the fact that uses it up says when.
    pub fn invitation_by_secret(&self, secret: &Digest) -> Option<&Arc<Invitation>> {
        self.people.invitation_by_secret.get(secret).and_then(|id| self.people.invitations.get(id))
    }

    /// An open invitation, by id.
    pub fn invitation(&self, invitation: InvitationId) -> Option<&Arc<Invitation>> {
        self.people.invitations.get(&invitation)
    }

    /// Every invitation that was neither used nor withdrawn.
    pub fn invitations(&self) -> impl Iterator<Item = &Arc<Invitation>> {
        self.people.invitations.values()
    }

    // --- groups and services ------------------------------------------------------------------------------------

    /// A group.
    pub fn group(&self, group: &str) -> Option<&Arc<Group>> {
        self.groups.by_name.get(group)
    }

    /// Every group.
    pub fn groups(&self) -> impl Iterator<Item = &Arc<Group>> {
        self.groups.by_name.values()
    }

    /// Everybody who administers the installation and is not suspended.
    pub fn administrators(&self) -> impl Iterator<Item = &Arc<Person>> {
        self.groups
            .leaves(ADMINISTRATORS)
            .into_iter()
            .filter_map(|member| match member {
                countersign_facts::Member::Person(person) => self.person(person),
                _ => None,
            })
            .filter(|person| person.standing == Standing::Active)
    }

    /// A service account.
    pub fn service(&self, service: ServiceId) -> Option<&Arc<Service>> {
        self.services.by_id.get(&service)
    }

    /// Every service account.
    pub fn services(&self) -> impl Iterator<Item = &Arc<Service>> {
        self.services.by_id.values()
    }

    /// A bearer token that is valid at `now`, by the digest of its secret.
    pub fn token_by_secret(&self, secret: &Digest, now: Timestamp) -> Option<&Arc<Token>> {
        self.services.token(secret).filter(|token| now < token.expires_at)
    }

    /// The token of a service account that is bound to this key, and lasts longest.
    pub fn token_bound_to(&self, service: ServiceId, key: &Digest) -> Option<&Arc<Token>> {
        let bound = self.tokens().filter(|token| token.service == service && token.key.as_ref() == Some(key));
        bound.max_by_key(|token| (token.expires_at, token.id))
    }

    /// A service account's bearer tokens, the expired ones among them.
    pub fn tokens(&self) -> impl Iterator<Item = &Arc<Token>> {
        self.services.tokens.values()
    }

    // --- devices ------------------------------------------------------------------------------------------------

    /// A device, by id.
    pub fn device(&self, device: DeviceId) -> Option<&Arc<Device>> {
        self.devices.by_id.get(&device)
    }

    /// A device, by the digest of the public key that it proved possession of.
    pub fn device_by_key(&self, key: &Digest) -> Option<&Arc<Device>> {
        self.devices.by_key.get(key).and_then(|id| self.device(*id))
    }

    /// Every device in the inventory.
    pub fn devices(&self) -> impl Iterator<Item = &Arc<Device>> {
        self.devices.by_id.values()
    }

    // --- applications -------------------------------------------------------------------------------------------

    /// An application.
    pub fn application(&self, application: &str) -> Option<&Arc<Application>> {
        self.applications.by_name.get(application)
    }

    /// The application that a host belongs to; lower-case, without a port.
    pub fn application_by_host(&self, host: &str) -> Option<&Arc<Application>> {
        self.applications.hosts.get(host).and_then(|name| self.application(name.as_str()))
    }

    /// Every application.
    pub fn applications(&self) -> impl Iterator<Item = &Arc<Application>> {
        self.applications.by_name.values()
    }

    /// A number that changes whenever any application does: what a table made of all of them depends on.
    pub const fn applications_epoch(&self) -> u64 {
        self.applications.epoch
    }

    // --- sessions -----------------------------------------------------------------------------------------------

    /// A session that has not ended, by id. It may have expired.
    pub fn session(&self, session: SessionId) -> Option<&Arc<Session>> {
        self.sessions.by_id.get(&session)
    }

    /// Whose cookie this is: the session, and the one application at which the cookie is valid (none at the sign-in
    /// host). Nothing when it ended or is past its time at `now`.
    pub fn signed_in(&self, secret: &Digest, now: Timestamp) -> Option<SignedIn<'_>> {
        self.sessions.signed_in(secret, now)
    }

    /// Every session that has not ended; some may have expired.
    pub fn sessions(&self) -> impl Iterator<Item = &Arc<Session>> {
        self.sessions.by_id.values()
    }

    /// Somebody's sessions that have not ended.
    pub fn sessions_of(&self, person: PersonId) -> impl Iterator<Item = &Arc<Session>> {
        self.sessions.of(person).filter_map(|id| self.session(id))
    }

    /// A session on its way to an application, by the digest of its one-time code.
    pub fn handover(&self, code: &Digest) -> Option<&Arc<Handover>> {
        self.sessions.handovers.get(code)
    }

    // --- privilege, exceptions ----------------------------------------------------------------------------------

    /// A grant, in whatever state.
    pub fn grant(&self, grant: GrantId) -> Option<&Arc<Grant>> {
        self.privilege.grants.get(&grant)
    }

    /// Every grant, in whatever state.
    pub fn grants(&self) -> impl Iterator<Item = &Arc<Grant>> {
        self.privilege.grants.values()
    }

    /// Somebody's grants, in whatever state. The pointer is replaced whenever one of them changes.
    pub fn grants_of(&self, person: PersonId) -> Option<&Arc<Vec<Arc<Grant>>>> {
        self.privilege.grants_of.get(&person)
    }

    /// The networks that addresses are named by. The pointer is replaced whenever one changes.
    pub const fn networks(&self) -> &Arc<Networks> {
        &self.networks
    }

    /// Every exception that was not ended; some may have expired. The pointer is replaced whenever one changes.
    pub const fn exceptions(&self) -> &Arc<Vec<Arc<Exception>>> {
        &self.privilege.exceptions
    }

    /// An exception that was not ended.
    pub fn exception(&self, exception: ExceptionId) -> Option<&Arc<Exception>> {
        self.privilege.exceptions.iter().find(|e| e.id == exception)
    }

    // --- the implicit-trust register ----------------------------------------------------------------------------

    /// The sequence of the last fact about the register; 0 before there was one. The entries are a projection.
    pub const fn register_changed(&self) -> u64 {
        self.register_changed
    }

    // --- configuration ------------------------------------------------------------------------------------------

    /// The policy set last published.
    pub const fn policies(&self) -> Option<&Arc<Policies>> {
        self.policies.as_ref()
    }

    /// Every version of the policy set that was ever in force, with the sequence of the fact that put it there last.
    pub fn publications(&self) -> impl Iterator<Item = (&Digest, u64)> {
        self.publications.iter().map(|(version, seq)| (version, *seq))
    }

    /// The sequence of the fact that published this version of the policy set last, where its files can be read again.
    pub fn publication(&self, version: &Digest) -> Option<u64> {
        self.publications.get(version).copied()
    }

    /// Every change of applications, labels and exceptions that was put in force as one, with the sequence of its fact, in
    /// that order.
    pub fn settings_applied(
        &self,
    ) -> impl DoubleEndedIterator<Item = (u64, &Arc<countersign_facts::Settings>)> {
        self.settings.all()
    }

    /// Every version of the settings that such a change made, with the sequence of the fact that did so last.
    pub fn settings_versions(&self) -> impl Iterator<Item = (&Digest, u64)> {
        self.settings.versions()
    }
}
