//! The facts: what happened, once said never changed.
//!
//! A fact's wire form is JSON, tagged `"fact": "<subject>.<verb>/<version>"`. A published version never changes
//! its shape; a new need is a new version beside it, and `samples/` keeps one file of every version that was ever
//! written, which must parse for ever.
//!
//! This room knows the shape of events. It must not know how they are stored, chained or shown, nor what they add
//! up to: whether a fact makes sense after the ones before it is for the world to say.

mod access;
mod application;
mod digest;
mod evidence;
mod flat;
mod identity;
mod register;
mod rollout;
mod settings;
mod stated;
mod trust;

pub use access::{EndReason, ExceptionScope, Session};
pub use application::{Application, ApplicationStage, Method, RequestHeader, Resource, Route, Upstream};
pub use digest::{Digest, DigestError};
pub use evidence::{EvidenceFile, ExpiredFile};
pub use identity::{Device, InvitationPurpose, Member, Person, PersonKind, Posture, TokenBinding};
pub use register::{Found, Seen, TrustKey};
pub use rollout::{Counted, HaltIf, HaltIfError, MOST_STEPS, SHORTEST_WATCH, Turned, Turning};
pub use settings::Settings;
pub use stated::Stated;
pub use trust::{AcceptedHead, Actor, PolicyFile, PolicyRemoval};

use countersign_names::{
    ApplicationName, Assurance, CredentialId, DecisionId, DeviceId, ExceptionId, GrantId, GroupName,
    InvitationId, PersonId, PolicyId, Principal, ProposalId, ResourceName, RiskLevel, RolloutId, Sensitivity,
    ServiceId, SessionId, Timestamp, TokenId,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What happened. The variants are grouped by what they are about; the comment of each says when it is stated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum Fact {
    // --- people, groups, service accounts -------------------------------------------------------------------
    /// A person came into the inventory.
    #[serde(rename = "person.added/1")]
    PersonAdded {
        /// Their id.
        person: PersonId,
        /// Who they are.
        #[serde(flatten)]
        about: Person,
    },
    /// What is known about a person changed; the whole is stated, not the difference.
    #[serde(rename = "person.changed/1")]
    PersonChanged {
        /// Their id.
        person: PersonId,
        /// Who they are now.
        #[serde(flatten)]
        about: Person,
    },
    /// A person may do nothing until restored; their sessions end.
    #[serde(rename = "person.suspended/1")]
    PersonSuspended {
        /// Their id.
        person: PersonId,
        /// Why.
        reason: String,
    },
    /// A suspended person may act again.
    #[serde(rename = "person.restored/1")]
    PersonRestored {
        /// Their id.
        person: PersonId,
    },
    /// A person left; their sessions, credentials and grants end with them.
    #[serde(rename = "person.removed/1")]
    PersonRemoved {
        /// Their id.
        person: PersonId,
    },
    /// Somebody who does not rest on the same word as this person, or the machine's operator, vouches that they are who they
    /// are taken for.
    #[serde(rename = "person.confirmed/1")]
    PersonConfirmed {
        /// Who is confirmed.
        person: PersonId,
        /// How whoever confirms them knows.
        reason: String,
    },
    /// A person has seen what was announced to them.
    #[serde(rename = "person.notices_seen/1")]
    NoticesSeen {
        /// Who.
        person: PersonId,
        /// The sequence of the last fact that was announced to them then.
        up_to: u64,
    },
    /// A group came into the inventory.
    #[serde(rename = "group.added/1")]
    GroupAdded {
        /// Its name.
        group: GroupName,
        /// What it is for.
        purpose: String,
    },
    /// A group went; nobody is in it any more, and its name is never taken again.
    #[serde(rename = "group.removed/1")]
    GroupRemoved {
        /// Its name.
        group: GroupName,
    },
    /// Somebody, or another group, is now in a group.
    #[serde(rename = "group.member_added/1")]
    MemberAdded {
        /// The group.
        group: GroupName,
        /// Who is in it now.
        member: Member,
    },
    /// Somebody, or another group, is no longer in a group.
    #[serde(rename = "group.member_removed/1")]
    MemberRemoved {
        /// The group.
        group: GroupName,
        /// Who is not in it any more.
        member: Member,
    },
    /// A service account came into the inventory.
    #[serde(rename = "service.added/1")]
    ServiceAdded {
        /// Its id.
        service: ServiceId,
        /// What people call it.
        name: String,
        /// Who answers for it.
        owner: PersonId,
        /// What it does.
        purpose: String,
    },
    /// A service account went, and its tokens with it.
    #[serde(rename = "service.removed/1")]
    ServiceRemoved {
        /// Its id.
        service: ServiceId,
    },
    /// A service account holds a new bearer token.
    #[serde(rename = "service.token_issued/1")]
    TokenIssued {
        /// The token's id.
        token: TokenId,
        /// Whose it is.
        service: ServiceId,
        /// SHA-256 of the token; the token itself is nowhere but with its holder.
        secret: Digest,
        /// The one application for which the holder may ask decisions; none: it may only call the API.
        application: Option<ApplicationName>,
        /// When it stops working.
        expires_at: Timestamp,
    },
    /// A bearer token is bound, from its issue on, to a key and to commands.
    #[serde(rename = "service.token_bound/1")]
    TokenBound(TokenBinding),
    /// A bearer token stopped working before its time.
    #[serde(rename = "service.token_revoked/1")]
    TokenRevoked {
        /// The token's id.
        token: TokenId,
    },

    // --- invitations and passkeys ---------------------------------------------------------------------------
    /// Somebody may enrol a passkey with a one-time link.
    #[serde(rename = "invitation.issued/1")]
    InvitationIssued {
        /// Its id.
        invitation: InvitationId,
        /// Who may use it.
        person: PersonId,
        /// SHA-256 of the secret in the link.
        secret: Digest,
        /// A first passkey, or the way back in for somebody who lost theirs.
        purpose: InvitationPurpose,
        /// When it stops working.
        expires_at: Timestamp,
    },
    /// An invitation was withdrawn unused.
    #[serde(rename = "invitation.withdrawn/1")]
    InvitationWithdrawn {
        /// Its id.
        invitation: InvitationId,
    },
    /// A passkey was registered: its public part.
    #[serde(rename = "credential.registered/1")]
    CredentialRegistered {
        /// Its id.
        credential: CredentialId,
        /// Whose it is.
        person: PersonId,
        /// What its owner calls it.
        name: String,
        /// The invitation that it used up, if it came by one.
        invitation: Option<InvitationId>,
        /// The assurance that signing in with it gives.
        assurance: Assurance,
        /// The verifier's own JSON for the public key, its counter and flags.
        passkey: serde_json::Value,
    },
    /// A passkey's counter or flags moved.
    #[serde(rename = "credential.used/1")]
    CredentialUsed {
        /// Its id.
        credential: CredentialId,
        /// The verifier's JSON after the use.
        passkey: serde_json::Value,
    },
    /// A passkey no longer signs anybody in; the sessions that it began end.
    #[serde(rename = "credential.removed/1")]
    CredentialRemoved {
        /// Its id.
        credential: CredentialId,
    },

    // --- devices --------------------------------------------------------------------------------------------
    /// A device came into the inventory.
    #[serde(rename = "device.registered/1")]
    DeviceRegistered {
        /// Its id.
        device: DeviceId,
        /// What it is.
        #[serde(flatten)]
        about: Device,
    },
    /// What is known about a device changed; the whole is stated.
    #[serde(rename = "device.changed/1")]
    DeviceChanged {
        /// Its id.
        device: DeviceId,
        /// What it is now.
        #[serde(flatten)]
        about: Device,
    },
    /// A device's posture was reported.
    #[serde(rename = "device.posture_reported/1")]
    PostureReported {
        /// The device.
        device: DeviceId,
        /// What was found, and when.
        posture: Posture,
    },
    /// A device went out of the inventory.
    #[serde(rename = "device.removed/1")]
    DeviceRemoved {
        /// Its id.
        device: DeviceId,
    },

    // --- applications ---------------------------------------------------------------------------------------
    /// An application was declared, or declared again: the whole is stated.
    #[serde(rename = "application.declared/1")]
    ApplicationDeclared {
        /// Its name.
        application: ApplicationName,
        /// What it is.
        #[serde(flatten)]
        about: Application,
    },
    /// An application's stage moved between observing and enforcing.
    #[serde(rename = "application.staged/1")]
    ApplicationStaged {
        /// Its name.
        application: ApplicationName,
        /// The stage from now on.
        stage: ApplicationStage,
    },
    /// An application is no longer protected, nor reachable; its name is never taken again.
    #[serde(rename = "application.removed/1")]
    ApplicationRemoved {
        /// Its name.
        application: ApplicationName,
    },
    /// A resource got its sensitivity label, or lost it.
    #[serde(rename = "resource.labelled/1")]
    ResourceLabelled {
        /// The resource.
        resource: ResourceName,
        /// The label; none takes it away, and the resource counts as restricted again.
        sensitivity: Option<Sensitivity>,
    },

    // --- sessions -------------------------------------------------------------------------------------------
    /// Somebody signed in.
    #[serde(rename = "session.started/1")]
    SessionStarted {
        /// Its id.
        session: SessionId,
        /// What it rests on.
        #[serde(flatten)]
        about: Session,
    },
    /// Somebody proved again, within a session, that it is them.
    #[serde(rename = "session.stepped_up/1")]
    SessionSteppedUp {
        /// The session.
        session: SessionId,
        /// The passkey used.
        credential: CredentialId,
        /// What it gives.
        assurance: Assurance,
    },
    /// A session is being handed to one application through a one-time code.
    #[serde(rename = "session.handed_over/1")]
    SessionHandedOver {
        /// The session.
        session: SessionId,
        /// The application.
        application: ApplicationName,
        /// SHA-256 of the code.
        code: Digest,
        /// SHA-256 of the state that the same browser must show, so that nobody signs another in as themselves.
        state: Digest,
        /// When the code stops working.
        expires_at: Timestamp,
    },
    /// A session was opened at one application: the code is used up, and the cookie valid there alone.
    #[serde(rename = "session.opened/1")]
    SessionOpened {
        /// The session.
        session: SessionId,
        /// The application.
        application: ApplicationName,
        /// SHA-256 of the code that was used up.
        code: Digest,
        /// SHA-256 of the cookie's value.
        secret: Digest,
    },
    /// A one-time code was shown and opened nothing: by the wrong browser, at the wrong host, with a broken link. It is used
    /// up all the same.
    #[serde(rename = "session.handover_spent/1")]
    HandoverSpent {
        /// SHA-256 of the code.
        code: Digest,
    },
    /// A session ended, everywhere.
    #[serde(rename = "session.ended/1")]
    SessionEnded {
        /// The session.
        session: SessionId,
        /// Why.
        reason: EndReason,
    },

    // --- privilege, exceptions, risk ------------------------------------------------------------------------
    /// Somebody asked for a just-in-time grant.
    #[serde(rename = "grant.requested/1")]
    GrantRequested {
        /// Its id.
        grant: GrantId,
        /// Who asks.
        person: PersonId,
        /// For which application.
        application: ApplicationName,
        /// Why.
        reason: String,
        /// For how many seconds, counted from the approval.
        seconds: u32,
    },
    /// Somebody else countersigned the grant.
    #[serde(rename = "grant.approved/1")]
    GrantApproved {
        /// Its id.
        grant: GrantId,
        /// When it ends by itself.
        expires_at: Timestamp,
    },
    /// Somebody refused the grant.
    #[serde(rename = "grant.refused/1")]
    GrantRefused {
        /// Its id.
        grant: GrantId,
        /// Why.
        reason: String,
    },
    /// A grant ended before its time.
    #[serde(rename = "grant.revoked/1")]
    GrantRevoked {
        /// Its id.
        grant: GrantId,
        /// Why.
        reason: String,
    },
    /// A guardrail does not hold for somebody, for a time, on somebody's authority.
    #[serde(rename = "exception.opened/1")]
    ExceptionOpened {
        /// Its id.
        exception: ExceptionId,
        /// The guardrail that reads it.
        policy: PolicyId,
        /// For whom and where.
        scope: ExceptionScope,
        /// Who answers for it.
        owner: PersonId,
        /// Who allowed it, in words.
        authority: String,
        /// Why.
        reason: String,
        /// When it ends by itself.
        expires_at: Timestamp,
    },
    /// An exception ended before its time.
    #[serde(rename = "exception.ended/1")]
    ExceptionEnded {
        /// Its id.
        exception: ExceptionId,
        /// Why.
        reason: String,
    },
    /// How risky a principal looks changed.
    #[serde(rename = "risk.changed/1")]
    RiskChanged {
        /// Who.
        principal: Principal,
        /// The level from now on.
        level: RiskLevel,
        /// Why, a reason a line, in words that can be shown to an analyst.
        reasons: Vec<String>,
    },

    // --- commands that two people make ----------------------------------------------------------------------
    /// Somebody asked for a command that takes a second person.
    #[serde(rename = "command.proposed/1")]
    CommandProposed {
        /// The proposal's id.
        proposal: ProposalId,
        /// What the command does, in words that were made of its facts.
        text: String,
        /// SHA-256 over its facts, as JSON.
        digest: Digest,
        /// What it would state.
        facts: Vec<Fact>,
        /// When nobody can countersign it any more.
        expires_at: Timestamp,
    },
    /// A second person countersigned a command. Its facts are those right after this one.
    #[serde(rename = "command.countersigned/1")]
    CommandCountersigned {
        /// The proposal.
        proposal: ProposalId,
        /// The digest of what was countersigned.
        digest: Digest,
    },
    /// A proposed command will not be carried out: somebody refused it, or whoever proposed it took it back.
    #[serde(rename = "command.refused/1")]
    CommandRefused {
        /// The proposal.
        proposal: ProposalId,
        /// Why.
        reason: String,
    },

    // --- the implicit-trust register ------------------------------------------------------------------------
    /// A proof found that accesses rest on implicit trust: entries that are new, that had been eliminated, or of which
    /// something else was seen than before.
    #[serde(rename = "trust.found/1")]
    TrustFound {
        /// The entries.
        found: Vec<Found>,
    },
    /// A proof found that no access rests on these any more, although there were some: what they were trusted in is checked.
    #[serde(rename = "trust.eliminated/1")]
    TrustEliminated {
        /// The entries.
        keys: Vec<TrustKey>,
        /// The sequence of the world up to which accesses were looked at.
        up_to: u64,
    },
    /// Somebody answers for these from now on.
    #[serde(rename = "trust.owned/1")]
    TrustOwned {
        /// The entries.
        keys: Vec<TrustKey>,
        /// Who.
        owner: PersonId,
    },
    /// These are known and authorised, for a time.
    #[serde(rename = "trust.documented/1")]
    TrustDocumented {
        /// The entries.
        keys: Vec<TrustKey>,
        /// Who answers for them.
        owner: PersonId,
        /// Who allowed it, in words.
        authority: String,
        /// Why.
        reason: String,
        /// When the authority ends by itself.
        expires_at: Timestamp,
    },

    // --- configuration --------------------------------------------------------------------------------------
    /// A policy set was published: every file of it, so that any version can be read again.
    #[serde(rename = "policies.published/1")]
    PoliciesPublished {
        /// SHA-256 over the files in order.
        version: Digest,
        /// The files, by their path within the policy folder.
        files: BTreeMap<String, PolicyFile>,
    },
    /// A policy set was put in force for a reason: one that was rehearsed, or an earlier one again. Stated in the place of a
    /// publication where somebody said why.
    #[serde(rename = "policies.applied/1")]
    PoliciesApplied {
        /// SHA-256 over the files in order.
        version: Digest,
        /// The files, by their path within the policy folder.
        files: BTreeMap<String, PolicyFile>,
        /// Why, in the words of whoever did it.
        why: String,
        /// SHA-256 over the rehearsal that they had seen, as JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rehearsal: Option<Digest>,
    },
    /// Policies that counted count no more, by the publication right before this fact.
    #[serde(rename = "policies.removed/1")]
    PoliciesRemoved(PolicyRemoval),
    /// Applications, labels or exceptions were changed as one, by the facts right before this one: those of a working folder
    /// that was rehearsed, or as they were at an earlier moment.
    #[serde(rename = "settings.applied/1")]
    SettingsApplied {
        /// Which, and why.
        #[serde(flatten)]
        settings: Settings,
    },
    /// A policy in its shadow stage counts from now on for a sample of people, the first percentage of them.
    #[serde(rename = "rollout.started/1")]
    RolloutStarted {
        /// The rollout's id, by which the sample is drawn too.
        rollout: RolloutId,
        /// The policy.
        policy: PolicyId,
        /// SHA-256 over the text of the policy, for which alone this was started.
        text: Digest,
        /// The percentages, rising, the last of them 100.
        percents: Vec<u8>,
        /// For how many seconds each is watched.
        watch_seconds: u32,
        /// What halts it.
        halt_if: HaltIf,
        /// Why, where whoever started it said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
        /// SHA-256 over the report or the plan that they had seen, as JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rehearsal: Option<Digest>,
    },
    /// What an enforcement point saw of a rollout since it last said so: whom it turned.
    #[serde(rename = "rollout.counted/1")]
    RolloutCounted {
        /// The rollout.
        rollout: RolloutId,
        /// Accesses that were denied, and would have been allowed without it.
        newly_denied: Turned,
        /// Accesses that were allowed, and would have been denied without it.
        newly_allowed: Turned,
    },
    /// The sample of a rollout grew to its next percentage.
    #[serde(rename = "rollout.advanced/1")]
    RolloutAdvanced {
        /// The rollout.
        rollout: RolloutId,
        /// The percentage from now on.
        percent: u8,
    },
    /// A rollout was taken back: its policy counts for nobody any more.
    #[serde(rename = "rollout.halted/1")]
    RolloutHalted {
        /// The rollout.
        rollout: RolloutId,
        /// Why, with the numbers where it halted by itself.
        why: String,
        /// One of the accesses that it was halted for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        example: Option<DecisionId>,
    },
    /// A rollout reached everybody, and the watch over that was quiet: its policy goes on to count for everybody.
    #[serde(rename = "rollout.finished/1")]
    RolloutFinished {
        /// The rollout.
        rollout: RolloutId,
    },
    /// The policy of a rollout left its shadow stage: it counts by its own text, and the rollout is over.
    #[serde(rename = "rollout.ended/1")]
    RolloutEnded {
        /// The rollout.
        rollout: RolloutId,
    },
    /// A gate signs its assertions with this key from now on.
    #[serde(rename = "assertion_key.published/1")]
    AssertionKeyPublished {
        /// The key's id in JWKS and token headers.
        kid: String,
        /// The public key as a JWK.
        jwk: serde_json::Value,
    },
    /// A gate's key has had its day: the gate makes another to sign with. What this one signed is believed until it has
    /// expired.
    #[serde(rename = "assertion_key.rotated/1")]
    AssertionKeyRotated {
        /// The key's id.
        kid: String,
    },
    /// A gate's key must no longer be trusted.
    #[serde(rename = "assertion_key.retired/1")]
    AssertionKeyRetired {
        /// The key's id.
        kid: String,
    },

    // --- evidence -------------------------------------------------------------------------------------------
    /// Files of the evidence are finished, and are this from now on. Stated before what they were made of is removed.
    #[serde(rename = "evidence.anchored/1")]
    EvidenceAnchored {
        /// The process whose files they are.
        gate: String,
        /// The files.
        files: Vec<EvidenceFile>,
        /// True when they were found rather than made, so that nothing vouches for the time before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
    },
    /// A file of the evidence holds what several held, which then go. Stated before they do.
    #[serde(rename = "evidence.compacted/1")]
    EvidenceCompacted {
        /// The process whose files they are.
        gate: String,
        /// The file that holds it all.
        file: EvidenceFile,
        /// The paths of those that it replaces.
        replaced: Vec<String>,
    },
    /// Everything older than a day has expired, and these files go. Stated before they do.
    #[serde(rename = "evidence.expired/1")]
    EvidenceExpired {
        /// The process whose files they are.
        gate: String,
        /// The first moment that is kept.
        before: Timestamp,
        /// The files that go.
        files: Vec<ExpiredFile>,
    },
    /// The operator had a process start whose journal does not hold what was remembered of it outside.
    #[serde(rename = "journal.head_accepted/1")]
    HeadAccepted(AcceptedHead),
}

#[cfg(test)]
mod tests;
