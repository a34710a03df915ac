//! The world: the state to which all facts so far add up.
//!
//! [`World`] is a value. Folding a fact into it gives the next world. A clone is cheap, because the maps share their
//! unchanged parts, so a reader keeps its snapshot for as long as it likes while a writer continues.
//!
//! [`World::apply`] alone determines whether a fact is valid after those before it, and [`World::after`] whether a
//! command may state its facts: it folds them into a copy, and on a contradiction the command is refused and nothing is
//! stated.
//!
//! This room must not know files, clocks, sockets or policies. "Now" is the time that the fact carries.
//!
//! The values that decisions read are held behind [`Arc`]s, which are replaced and never changed. So a comparison of
//! pointers shows whether anything that a decision read has changed.

mod applications;
mod apply;
mod archives;
mod checkpoint;
mod clock;
mod command;
mod contradiction;
mod devices;
mod evidence;
mod findings;
mod groups;
mod guarded;
mod head;
mod identities;
mod invitations;
mod keys;
mod labels;
mod maps;
mod networks;
mod notices;
mod openid_clients;
mod origins;
mod people;
mod privilege;
mod proposals;
mod providers;
mod register;
mod reviews;
mod roles;
mod rollouts;
mod services;
mod sessions;
mod settling;
mod sources;
mod stating;
mod suppose;
mod touched;
mod versions;

pub use applications::{Application, check_route_path};
pub use archives::ArchivedEntries;
pub use checkpoint::{CHECKPOINT_EVERY, CHECKPOINT_FORMAT, CheckpointError};
pub use clock::{ClockSetBack, EndedByClock};
pub use contradiction::{Contradiction, Kind};
pub use devices::Device;
pub use evidence::{Anchored, Evidence};
pub use findings::{AcceptedFinding, LONGEST_ACCEPTANCE};
pub use groups::Group;
pub use head::HeadAccepted;
pub use identities::{IdentityDecision, IdentityVerdict};
pub use invitations::{LONGEST_INVITATION, NewInvitation};
pub use keys::AssertionKey;
pub use labels::{LabelAnswer, MOST_LABEL_EVIDENCE, MOST_LABELS, ThingLabel};
pub use networks::Networks;
pub use notices::{Notice, Noticed};
pub use openid_clients::RegisteredOpenIdClient;
pub use origins::Confirmed;
pub use people::{Credential, Invitation, Person, Risk, Standing};
pub use privilege::{Exception, Grant, GrantState};
pub use proposals::{LONGEST_PROPOSAL, Proposal, ProposalState};
pub use providers::{LinkedAccount, Provider};
pub use reviews::{LONGEST_REVIEW, MOST_ITEMS_AT_ONCE, MOST_REVIEW_ITEMS, ReviewCampaign, SealedReview};
pub use roles::{RoleRuling, RoleVerdict};
pub use rollouts::{Rollout, RolloutCounts, RolloutMove, RolloutState, TurnedSoFar};
pub use services::{PROVISIONING_COMMAND, PROVISIONING_RESOURCE, Service, Token};
pub use sessions::{FederatedStart, Handover, Session, SignedIn, method_of};
pub use settling::{EmploymentClaim, HeldLeavers, SettledLeavers};
pub use sources::{ConfirmedLeavers, DeclaredSource, LeftPerson};
pub use stating::{AwaitsSecond, StatedBy};
pub use touched::Touched;
pub use versions::VersionsChanged;

use countersign_facts::{Digest, PolicyFile, Stated};
use countersign_names::{
    CredentialId, DeviceId, ExceptionId, GrantId, GroupName, InvitationId, PersonId, ServiceId, SessionId,
    Timestamp, TokenId,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// The group whose members administer the installation.
pub const ADMINISTRATORS: &str = "administrators";

/// The control plane's own application.
pub const CONTROL_PLANE: &str = "countersign";

/// The state after a number of facts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct World {
    seq: u64,
    newest: Option<Timestamp>,
    /// The latest time that any fact carries from before time was set back; `None` if it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latest_before: Option<Timestamp>,
    people: people::People,
    groups: groups::Groups,
    services: services::Services,
    devices: devices::Devices,
    applications: applications::Applications,
    networks: Arc<Networks>,
    #[serde(default, skip_serializing_if = "sources::are_none")]
    sources: Arc<sources::Sources>,
    #[serde(default, skip_serializing_if = "findings::are_none")]
    findings: Arc<findings::AcceptedFindings>,
    #[serde(default, skip_serializing_if = "reviews::are_none")]
    reviews: Arc<reviews::Reviews>,
    #[serde(default, skip_serializing_if = "identities::IdentityDecisions::is_empty")]
    identities: identities::IdentityDecisions,
    #[serde(default, skip_serializing_if = "labels::Labels::is_empty")]
    labels: labels::Labels,
    #[serde(default, skip_serializing_if = "roles::are_none")]
    roles: Arc<roles::RoleRulings>,
    sessions: sessions::Sessions,
    #[serde(default, skip_serializing_if = "providers::Providers::is_empty")]
    providers: providers::Providers,
    #[serde(default, skip_serializing_if = "openid_clients::OpenIdClients::is_empty")]
    openid_clients: openid_clients::OpenIdClients,
    privilege: privilege::Privilege,
    policies: Option<Arc<Policies>>,
    /// Derived from the policies.
    #[serde(skip)]
    guarded: Arc<guarded::Guarded>,
    origins: origins::Origins,
    proposals: proposals::Proposals,
    notices: notices::Notices,
    assertion_keys: keys::AssertionKeys,
    register_changed: u64,
    evidence: imbl::OrdMap<String, Arc<Evidence>>,
    rollouts: rollouts::Rollouts,
    versions_changed: versions::VersionsChanged,
    head_accepted: Option<Arc<HeadAccepted>>,
    /// The acceptances of the clock that set time back, oldest first.
    #[serde(default, skip_serializing_if = "clock::is_none")]
    clocks: Arc<Vec<ClockSetBack>>,
    checkpoints: checkpoint::Checkpoints,
    archives: archives::ArchivesByEnd,
    #[serde(skip)]
    moves: touched::Moves,
    /// See [`World::take_snapshot`].
    #[serde(skip)]
    snapshot: Option<Arc<World>>,
}

/// The policy set in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policies {
    /// SHA-256 over the files.
    pub version: Digest,
    /// When it was published.
    pub at: Timestamp,
    /// The files, by their path within the policy folder.
    pub files: BTreeMap<String, PolicyFile>,
    /// The reason, if one was given.
    pub why: Option<String>,
    /// SHA-256 over the rehearsal report that the person who applied it had seen.
    pub rehearsal: Option<Digest>,
}

impl Policies {
    const fn new(version: Digest, at: Timestamp, files: BTreeMap<String, PolicyFile>) -> Self {
        Self { version, at, files, why: None, rehearsal: None }
    }
}

impl World {
    /// Returns the world before any fact.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Returns the sequence of the last fact, which is the number of facts folded in.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// Folds in the next fact.
    ///
    /// # Errors
    /// If the fact is not valid after those before it. The world is then unchanged.
    pub fn apply(&mut self, stated: &Stated) -> Result<(), Contradiction> {
        // A variant may change several parts, and a contradiction may be found after the first change. The copy costs a
        // handful of reference counts; the alternative, to check everything before any change, is where such folds go
        // wrong.
        let mut next = self.clone();
        apply::apply(&mut next, stated)?;
        next.move_on(stated);
        *self = next;
        Ok(())
    }

    /// Folds in a fact that the journal already holds: like [`World::apply`], but without the copy.
    ///
    /// # Errors
    /// If the fact contradicts those before it. The journal is then damaged or written by a newer build, and this world
    /// must not be used any more.
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

    /// Returns the operator's last acceptance of a journal that lacks a remembered entry.
    pub const fn head_accepted(&self) -> Option<&Arc<HeadAccepted>> {
        self.head_accepted.as_ref()
    }

    /// Returns the latest time that any fact carries since time was last set back. The present is not before it, whatever
    /// a clock says.
    pub const fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    /// Returns the latest time that any fact carries, also one that was stated before time was set back.
    pub fn latest_dated(&self) -> Option<Timestamp> {
        self.newest.max(self.latest_before)
    }

    // --- people -------------------------------------------------------------------------------------------------

    /// Returns a person by id.
    pub fn person(&self, person: PersonId) -> Option<&Arc<Person>> {
        self.people.by_id.get(&person)
    }

    /// Returns a person by e-mail address, in any case.
    pub fn person_by_email(&self, email: &str) -> Option<&Arc<Person>> {
        self.people.by_email.get(email.to_lowercase().as_str()).and_then(|id| self.person(*id))
    }

    /// Returns a person by their id in another system.
    pub fn person_by_alias(&self, alias: &str) -> Option<&Arc<Person>> {
        self.people.by_alias.get(alias).and_then(|id| self.person(*id))
    }

    /// Returns all people in the inventory.
    pub fn people(&self) -> impl Iterator<Item = &Arc<Person>> {
        self.people.by_id.values()
    }

    /// Returns all people whose address comes after `after`, in the order of their addresses or in reverse. Finds the
    /// first of them without reading those before.
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

    /// Returns a passkey by id.
    pub fn credential(&self, credential: CredentialId) -> Option<&Arc<Credential>> {
        self.people.credentials.get(&credential)
    }

    /// Returns a person's passkeys.
    pub fn credentials_of(&self, person: PersonId) -> impl Iterator<Item = &Arc<Credential>> {
        self.people
            .credentials_of
            .get(&person)
            .into_iter()
            .flat_map(|ids| ids.iter())
            .filter_map(|id| self.credential(*id))
    }

    /// Returns an open invitation by the digest of its secret. It may have expired: its use is checked at the time of the
    /// fact.
    pub fn invitation_by_secret(&self, secret: &Digest) -> Option<&Arc<Invitation>> {
        self.people.invitation_by_secret.get(secret).and_then(|id| self.people.invitations.get(id))
    }

    /// Returns an open invitation by id.
    pub fn invitation(&self, invitation: InvitationId) -> Option<&Arc<Invitation>> {
        self.people.invitations.get(&invitation)
    }

    /// Returns all invitations that were neither used nor withdrawn.
    pub fn invitations(&self) -> impl Iterator<Item = &Arc<Invitation>> {
        self.people.invitations.values()
    }

    // --- groups and services ------------------------------------------------------------------------------------

    /// Returns a group by name.
    pub fn group(&self, group: &str) -> Option<&Arc<Group>> {
        self.groups.by_name.get(group)
    }

    /// Returns all groups.
    pub fn groups(&self) -> impl Iterator<Item = &Arc<Group>> {
        self.groups.by_name.values()
    }

    /// Returns all groups that would contain `member`, at any depth, if it were in the groups with `true` and in none of
    /// the groups with `false`. A membership that leads into one of the latter through other groups ends too.
    pub fn groups_if(
        &self,
        member: &countersign_facts::Member,
        changed: &BTreeMap<GroupName, bool>,
    ) -> Vec<GroupName> {
        self.groups.ancestors_if(member, changed)
    }

    /// Returns all administrators of the installation who are not suspended.
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

    /// Returns a service account by id.
    pub fn service(&self, service: ServiceId) -> Option<&Arc<Service>> {
        self.services.by_id.get(&service)
    }

    /// Returns all service accounts.
    pub fn services(&self) -> impl Iterator<Item = &Arc<Service>> {
        self.services.by_id.values()
    }

    /// Returns a bearer token that is valid at `now`, by the digest of its secret.
    pub fn token_by_secret(&self, secret: &Digest, now: Timestamp) -> Option<&Arc<Token>> {
        self.services.token(secret).filter(|token| now < token.expires_at)
    }

    /// Returns the token of a service account that is bound to this key; of several, the one that expires last.
    pub fn token_bound_to(&self, service: ServiceId, key: &Digest) -> Option<&Arc<Token>> {
        let bound = self.tokens().filter(|token| token.service == service && token.key.as_ref() == Some(key));
        bound.max_by_key(|token| (token.expires_at, token.id))
    }

    /// Returns the token of a service account that is for provisioning and bound to no key; of several, the one that
    /// expires last.
    pub fn token_for_provisioning(&self, service: ServiceId) -> Option<&Arc<Token>> {
        let unbound = self.tokens().filter(|token| token.service == service && token.key.is_none());
        let found = unbound.filter(|token| token.is_for_provisioning());
        found.max_by_key(|token| (token.expires_at, token.id))
    }

    /// Returns a bearer token by id, also if it has expired.
    pub fn token(&self, token: TokenId) -> Option<&Arc<Token>> {
        self.services.tokens.get(&token)
    }

    /// Returns all bearer tokens, including expired ones.
    pub fn tokens(&self) -> impl Iterator<Item = &Arc<Token>> {
        self.services.tokens.values()
    }

    // --- devices ------------------------------------------------------------------------------------------------

    /// Returns a device by id.
    pub fn device(&self, device: DeviceId) -> Option<&Arc<Device>> {
        self.devices.by_id.get(&device)
    }

    /// Returns a device by the digest of the public key that it proved possession of.
    pub fn device_by_key(&self, key: &Digest) -> Option<&Arc<Device>> {
        self.devices.by_key.get(key).and_then(|id| self.device(*id))
    }

    /// Returns all devices in the inventory.
    pub fn devices(&self) -> impl Iterator<Item = &Arc<Device>> {
        self.devices.by_id.values()
    }

    // --- applications -------------------------------------------------------------------------------------------

    /// Returns an application by name.
    pub fn application(&self, application: &str) -> Option<&Arc<Application>> {
        self.applications.by_name.get(application)
    }

    /// Returns the application of a host, given in lower case and without a port.
    pub fn application_by_host(&self, host: &str) -> Option<&Arc<Application>> {
        self.applications.hosts.get(host).and_then(|name| self.application(name.as_str()))
    }

    /// Returns all applications.
    pub fn applications(&self) -> impl Iterator<Item = &Arc<Application>> {
        self.applications.by_name.values()
    }

    /// Returns a number that changes whenever any application changes, for caches that are computed from all of them.
    pub const fn applications_epoch(&self) -> u64 {
        self.applications.epoch
    }

    // --- sessions -----------------------------------------------------------------------------------------------

    /// Returns a session that has not ended, by id. It may have expired.
    pub fn session(&self, session: SessionId) -> Option<&Arc<Session>> {
        self.sessions.by_id.get(&session)
    }

    /// Returns the session of a cookie, and the application at which the cookie is valid (`None` at the sign-in host).
    /// Returns `None` if the session has ended or is expired at `now`.
    pub fn signed_in(&self, secret: &Digest, now: Timestamp) -> Option<SignedIn<'_>> {
        self.sessions.signed_in(secret, now)
    }

    /// Returns all sessions that have not ended. Some may have expired.
    pub fn sessions(&self) -> impl Iterator<Item = &Arc<Session>> {
        self.sessions.by_id.values()
    }

    /// Returns a person's sessions that have not ended.
    pub fn sessions_of(&self, person: PersonId) -> impl Iterator<Item = &Arc<Session>> {
        self.sessions.of(person).filter_map(|id| self.session(id))
    }

    /// Returns the handover of a session to an application, by the digest of its one-time code.
    pub fn handover(&self, code: &Digest) -> Option<&Arc<Handover>> {
        self.sessions.handovers.get(code)
    }

    // --- privilege, exceptions ----------------------------------------------------------------------------------

    /// Returns a grant by id, in any state.
    pub fn grant(&self, grant: GrantId) -> Option<&Arc<Grant>> {
        self.privilege.grants.get(&grant)
    }

    /// Returns all grants, in any state.
    pub fn grants(&self) -> impl Iterator<Item = &Arc<Grant>> {
        self.privilege.grants.values()
    }

    /// Returns a person's grants, in any state. The pointer is replaced whenever one of them changes.
    pub fn grants_of(&self, person: PersonId) -> Option<&Arc<Vec<Arc<Grant>>>> {
        self.privilege.grants_of.get(&person)
    }

    /// Returns the named networks. The pointer is replaced whenever one changes.
    pub const fn networks(&self) -> &Arc<Networks> {
        &self.networks
    }

    /// Returns all exceptions that were not ended; some may have expired. The pointer is replaced whenever one changes.
    pub const fn exceptions(&self) -> &Arc<Vec<Arc<Exception>>> {
        &self.privilege.exceptions
    }

    /// Returns an exception that was not ended, by id.
    pub fn exception(&self, exception: ExceptionId) -> Option<&Arc<Exception>> {
        self.privilege.exceptions.iter().find(|e| e.id == exception)
    }

    // --- the implicit-trust register ----------------------------------------------------------------------------

    /// Returns the sequence of the last fact about the register; 0 before the first. The entries are a projection.
    pub const fn register_changed(&self) -> u64 {
        self.register_changed
    }

    // --- configuration ------------------------------------------------------------------------------------------

    /// Returns the policy set in force.
    pub const fn policies(&self) -> Option<&Arc<Policies>> {
        self.policies.as_ref()
    }

    /// Returns when policies and settings were last put in force. The versions are a projection.
    pub const fn versions_changed(&self) -> VersionsChanged {
        self.versions_changed
    }
}
