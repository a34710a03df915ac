//! What the golden journals must contain: every fact, every optional field, every value of every enumeration.
//!
//! Everything is destructured without `..` and matched without `_`, so that an addition to a fact does not compile until
//! it is added here.

use countersign_facts::{
    AcceptedHead, Actor, Application, ApplicationFact, ApplicationProtocol, ApplicationStage,
    AssertionKeyFact, CommandFact, CountUnit, CredentialFact, Device, DeviceFact, Digest, EndReason,
    EvidenceFact, EvidenceFile, ExceptionFact, ExceptionScope, ExpiredFile, Fact, GrantFact, GroupFact,
    HaltIf, HttpApplication, InvitationFact, InvitationPurpose, JournalFact, Member, Method, NetworkFact,
    PartRoutes, Person, PersonFact, PersonKind, PoliciesFact, PolicyFile, PolicyRemoval, Posture,
    RequestHeader, Resource, ResourceFact, RiskFact, RolloutFact, Route, ServiceFact, Session, SessionFact,
    Settings, SettingsFact, Stated, TokenBinding, TrustEntry, TrustFact, TrustKey, TrustUse, Turned, Turning,
    Upstream,
};
use countersign_names::{
    Action, ApplicationName, Assurance, CheckResult, Cohort, CredentialId, DecisionId, DeviceId,
    EvidenceItem, ExceptionId, GrantId, GroupName, InvitationId, PersonId, PolicyId, PostureCheck, Principal,
    ProposalId, ResourceName, RiskLevel, RolloutId, Sensitivity, ServiceId, SessionId, Timestamp, TokenId,
};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The values that occurred, and those that can occur: `EndReason signed_out`, `TokenIssued.application none`.
#[derive(Default)]
pub struct Gathered {
    seen: BTreeSet<String>,
    /// Optional fields, which must occur both present and absent.
    wanted: BTreeSet<String>,
}

impl Gathered {
    pub fn fact(&mut self, stated: &Stated) {
        let Stated { at, by, fact } = stated;
        at.walk("Stated.at", self);
        by.walk("Stated.by", self);
        fact.walk("Stated.fact", self);
    }

    /// Returns the values that no golden journal contains.
    pub fn missing(&self) -> BTreeSet<String> {
        let words =
            WORDS.iter().flat_map(|(kind, words)| words.iter().map(move |word| format!("{kind} {word}")));
        words.chain(self.wanted.iter().cloned()).filter(|what| !self.seen.contains(what)).collect()
    }

    fn saw(&mut self, what: String) {
        self.seen.insert(what);
    }

    /// Records that a field must occur in both of two ways, and occurred in one of them now.
    fn either(&mut self, path: &str, now: bool, ways: [&str; 2]) {
        let [yes, no] = ways;
        self.saw(format!("{path} {}", if now { yes } else { no }));
        self.wanted.extend([format!("{path} {yes}"), format!("{path} {no}")]);
    }
}

/// Any value within a fact.
trait Walk {
    fn walk(&self, path: &str, gathered: &mut Gathered);
}

impl Walk for Fact {
    fn walk(&self, path: &str, gathered: &mut Gathered) {
        match self {
            Fact::Person(fact) => fact.walk(path, gathered),
            Fact::Group(fact) => fact.walk(path, gathered),
            Fact::Service(fact) => fact.walk(path, gathered),
            Fact::Invitation(fact) => fact.walk(path, gathered),
            Fact::Credential(fact) => fact.walk(path, gathered),
            Fact::Device(fact) => fact.walk(path, gathered),
            Fact::Application(fact) => fact.walk(path, gathered),
            Fact::Resource(fact) => fact.walk(path, gathered),
            Fact::Network(fact) => fact.walk(path, gathered),
            Fact::Session(fact) => fact.walk(path, gathered),
            Fact::Grant(fact) => fact.walk(path, gathered),
            Fact::Command(fact) => fact.walk(path, gathered),
            Fact::Exception(fact) => fact.walk(path, gathered),
            Fact::Risk(fact) => fact.walk(path, gathered),
            Fact::Trust(fact) => fact.walk(path, gathered),
            Fact::Policies(fact) => fact.walk(path, gathered),
            Fact::Settings(fact) => fact.walk(path, gathered),
            Fact::Rollout(fact) => fact.walk(path, gathered),
            Fact::AssertionKey(fact) => fact.walk(path, gathered),
            Fact::Evidence(fact) => fact.walk(path, gathered),
            Fact::Journal(fact) => fact.walk(path, gathered),
        }
    }
}

macro_rules! leaves {
    ($($kind:ty),+ $(,)?) => { $(impl Walk for $kind {
        fn walk(&self, _: &str, _: &mut Gathered) {}
    })+ };
}

/// Structs, destructured completely.
macro_rules! parts {
    ($($kind:ident { $($field:ident),+ $(,)? })+) => { $(impl Walk for $kind {
        fn walk(&self, _: &str, gathered: &mut Gathered) {
            let $kind { $($field),+ } = self;
            $($field.walk(concat!(stringify!($kind), ".", stringify!($field)), gathered);)+
        }
    })+ };
}

/// Enumerations: each value with its wire name, once for the match and once for the list of possible values.
macro_rules! words {
    ($($kind:ident { $($variant:ident $(($inner:ident))? $({ $($field:ident),+ $(,)? })? = $word:literal),+ $(,)? })+) => {
        $(impl Walk for $kind {
            fn walk(&self, _: &str, gathered: &mut Gathered) {
                let word = match self {
                    $($kind::$variant $(($inner))? $({ $($field),+ })? => {
                        $($inner.walk(concat!(stringify!($kind), "::", stringify!($variant)), gathered);)?
                        $($($field.walk(concat!(stringify!($variant), ".", stringify!($field)), gathered);)+)?
                        $word
                    })+
                };
                gathered.saw(format!("{} {word}", stringify!($kind)));
            }
        })+
        const WORDS: &[(&str, &[&str])] = &[$((stringify!($kind), &[$($word),+])),+];
    };
}

impl<T: Walk> Walk for Option<T> {
    fn walk(&self, path: &str, gathered: &mut Gathered) {
        gathered.either(path, self.is_some(), ["some", "none"]);
        self.iter().for_each(|inner| inner.walk(path, gathered));
    }
}

impl<T: Walk> Walk for Vec<T> {
    fn walk(&self, path: &str, gathered: &mut Gathered) {
        many(self.iter(), path, gathered);
    }
}

impl<T: Walk> Walk for BTreeSet<T> {
    fn walk(&self, path: &str, gathered: &mut Gathered) {
        many(self.iter(), path, gathered);
    }
}

impl<K: Walk, V: Walk> Walk for BTreeMap<K, V> {
    fn walk(&self, path: &str, gathered: &mut Gathered) {
        many(self.keys(), path, gathered);
        self.values().for_each(|value| value.walk(path, gathered));
    }
}

/// Walks a collection, in which at least one item must occur somewhere. Whether it also occurs empty is only checked
/// where facts are written so.
fn many<'a, T: Walk + 'a>(all: impl Iterator<Item = &'a T>, path: &str, gathered: &mut Gathered) {
    let mut filled = false;
    for one in all {
        one.walk(path, gathered);
        filled = true;
    }
    if filled {
        gathered.saw(format!("{path} filled"));
    } else {
        gathered.saw(format!("{path} empty"));
    }
    gathered.wanted.insert(format!("{path} filled"));
    if LEFT_OUT_WHEN_EMPTY.contains(&path) {
        gathered.wanted.insert(format!("{path} empty"));
    }
}

/// The collections that the wire form omits when they are empty.
const LEFT_OUT_WHEN_EMPTY: &[&str] = &[
    "Person.aliases",
    "Application.download_types",
    "Application.operations",
    "Route.methods",
    "Turned.people",
    "Settings.applications",
    "Settings.labels",
    "Settings.opened",
    "Settings.ended",
    "TokenBinding.commands",
];

impl Walk for bool {
    fn walk(&self, path: &str, gathered: &mut Gathered) {
        gathered.either(path, *self, ["true", "false"]);
    }
}

impl Walk for IpAddr {
    fn walk(&self, path: &str, gathered: &mut Gathered) {
        gathered.either(path, self.is_ipv4(), ["IPv4", "IPv6"]);
    }
}

impl Walk for IpNet {
    fn walk(&self, path: &str, gathered: &mut Gathered) {
        self.addr().walk(path, gathered);
    }
}

impl Walk for Upstream {
    fn walk(&self, path: &str, gathered: &mut Gathered) {
        let Self { tls, host, port: _ } = self;
        gathered.either(path, *tls, ["https", "http"]);
        gathered.either(path, host.contains(':'), ["IPv6", "a name"]);
    }
}

/// On the wire not an enumeration, but a sentence of two words.
impl Walk for HaltIf {
    fn walk(&self, path: &str, gathered: &mut Gathered) {
        let Self { turning, counted, more_than: _ } = self;
        turning.walk(path, gathered);
        counted.walk(path, gathered);
    }
}

/// A fact may only name a known principal: the anonymous one is never written.
impl Walk for Principal {
    fn walk(&self, path: &str, gathered: &mut Gathered) {
        match self {
            Self::Person(_) => gathered.either(path, true, ["person", "service"]),
            Self::Service(_) => gathered.either(path, false, ["person", "service"]),
            Self::Anonymous => panic!("{path} speaks of nobody: no world folds that"),
        }
    }
}

leaves! {
    String, u8, u32, u64, Timestamp, Digest, serde_json::Value, Method, RequestHeader, PolicyFile, ApplicationName, GroupName, PolicyId,
    ResourceName, CredentialId, DecisionId, DeviceId, ExceptionId, GrantId, InvitationId, PersonId, ProposalId, RolloutId,
    ServiceId,
    SessionId, TokenId,
}

parts! {
    Person { name, email, kind, aliases }
    Device { name, owner, platform, managed, key }
    Posture { collected_at, checks }
    Application { title, owner, stage, sensitivity, resources, operations, protocol }
    HttpApplication { hosts, upstream, routes, assertion_header, download_types, request_headers }
    Resource { part, sensitivity }
    Route { methods, path, action }
    Session { person, credential, secret, assurance, address, expires_at }
    ExceptionScope { person, group, application }
    TrustKey { resource, action, cohort, item }
    TrustUse { first, last, accesses, principals, policies, example }
    TrustEntry { key, seen, brought_back_by }
    Settings { version, why, rehearsal, policies, applications, labels, opened, ended }
    Turned { people, accesses, example }
    EvidenceFile { path, digest, bytes, rows, first, last }
    ExpiredFile { path, digest }
    AcceptedHead { gate, remembered, found, why }
    TokenBinding { token, key, commands }
    PolicyRemoval { version, policies }
}

impl Walk for PartRoutes {
    fn walk(&self, path: &str, gathered: &mut Gathered) {
        self.parts().for_each(|part| self.of(part).to_vec().walk(path, gathered));
    }
}

words! {
    ApplicationProtocol { Http(http) = "http" }
    Actor { Operator = "operator", Person(id) = "person", Service(id) = "service", System(part) = "system" }
    Member { Person(id) = "person", Service(id) = "service", Group(name) = "group" }
    PersonKind { Employee = "employee", Contractor = "contractor", Vendor = "vendor" }
    InvitationPurpose { Enrol = "enrol", Recover = "recover" }
    EndReason {
        SignedOut = "signed_out", Revoked = "revoked", PersonStopped = "person_stopped",
        CredentialRemoved = "credential_removed",
    }
    ApplicationStage { Observe = "observe", Enforce = "enforce" }
    Turning { Denied = "denied", Allowed = "allowed" }
    CountUnit { People = "people", Accesses = "accesses" }
    Action {
        Read = "read", Write = "write", Download = "download", Connect = "connect", Administer = "administer",
    }
    Sensitivity {
        Public = "public", Internal = "internal", Confidential = "confidential", Restricted = "restricted",
    }
    RiskLevel { Low = "low", Medium = "medium", High = "high" }
    Assurance { Aal1 = "aal1", Aal2 = "aal2", Aal3 = "aal3" }
    PostureCheck {
        DiskEncryption = "disk_encryption", OsPatched = "os_patched", EndpointProtection = "endpoint_protection",
        Firewall = "firewall", SecureBoot = "secure_boot", ScreenLock = "screen_lock",
    }
    CheckResult { Pass = "pass", Fail = "fail", Unknown = "unknown" }
    Cohort {
        Employee = "employee", Contractor = "contractor", Vendor = "vendor", Service = "service",
        Anonymous = "anonymous",
    }
    EvidenceItem {
        Device = "device", Compliance = "compliance", PhishingResistance = "phishing-resistance",
        Freshness = "freshness", Risk = "risk", Place = "place", Grant = "grant", Exception = "exception",
    }
    PersonFact {
        Added { person, about } = "person.added/1",
        Changed { person, about } = "person.changed/1",
        Suspended { person, reason } = "person.suspended/1",
        Restored { person } = "person.restored/1",
        Removed { person } = "person.removed/1",
        Confirmed { person, reason } = "person.confirmed/1",
        NoticesSeen { person, up_to } = "person.notices_seen/1",
    }
    GroupFact {
        Added { group, purpose } = "group.added/1",
        Removed { group } = "group.removed/1",
        MemberAdded { group, member } = "group.member_added/1",
        MemberRemoved { group, member } = "group.member_removed/1",
    }
    ServiceFact {
        Added { service, name, owner, purpose } = "service.added/1",
        Removed { service } = "service.removed/1",
        TokenIssued { token, service, secret, application, expires_at } = "service.token_issued/1",
        TokenBound(binding) = "service.token_bound/1",
        TokenRevoked { token } = "service.token_revoked/1",
    }
    InvitationFact {
        Issued { invitation, person, secret, purpose, expires_at } = "invitation.issued/1",
        Withdrawn { invitation } = "invitation.withdrawn/1",
    }
    CredentialFact {
        Registered { credential, person, name, invitation, assurance, passkey } = "credential.registered/1",
        Used { credential, passkey } = "credential.used/1",
        Removed { credential } = "credential.removed/1",
    }
    DeviceFact {
        Registered { device, about } = "device.registered/1",
        Changed { device, about } = "device.changed/1",
        PostureReported { device, posture } = "device.posture_reported/1",
        Removed { device } = "device.removed/1",
    }
    ApplicationFact {
        Declared { application, about } = "application.declared/1",
        Staged { application, stage } = "application.staged/1",
        Removed { application } = "application.removed/1",
    }
    ResourceFact {
        Labelled { resource, sensitivity } = "resource.labelled/1",
    }
    SessionFact {
        Started { session, about } = "session.started/1",
        SteppedUp { session, credential, assurance } = "session.stepped_up/1",
        HandedOver { session, application, code, state, expires_at } = "session.handed_over/1",
        HandoverSpent { code } = "session.handover_spent/1",
        Opened { session, application, code, secret } = "session.opened/1",
        Ended { session, reason } = "session.ended/1",
    }
    GrantFact {
        Requested { grant, person, application, reason, seconds } = "grant.requested/1",
        Approved { grant, expires_at } = "grant.approved/1",
        Refused { grant, reason } = "grant.refused/1",
        Revoked { grant, reason } = "grant.revoked/1",
    }
    CommandFact {
        Proposed { proposal, text, digest, facts, expires_at } = "command.proposed/1",
        Countersigned { proposal, digest } = "command.countersigned/1",
        Refused { proposal, reason } = "command.refused/1",
    }
    ExceptionFact {
        Opened { exception, policy, scope, owner, authority, reason, expires_at } = "exception.opened/1",
        Ended { exception, reason } = "exception.ended/1",
    }
    RiskFact {
        Changed { principal, level, reasons } = "risk.changed/1",
    }
    TrustFact {
        Found { found } = "trust.found/1",
        Eliminated { keys, up_to } = "trust.eliminated/1",
        Owned { keys, owner } = "trust.owned/1",
        Documented { keys, owner, authority, reason, expires_at } = "trust.documented/1",
    }
    PoliciesFact {
        Published { version, files } = "policies.published/1",
        Applied { version, files, why, rehearsal } = "policies.applied/1",
        Removed(removal) = "policies.removed/1",
    }
    SettingsFact {
        Applied { settings } = "settings.applied/1",
    }
    RolloutFact {
        Started { rollout, policy, text, percents, watch_seconds, halt_if, why, rehearsal } = "rollout.started/1",
        Counted { rollout, newly_denied, newly_allowed } = "rollout.counted/1",
        Advanced { rollout, percent } = "rollout.advanced/1",
        Halted { rollout, why, example } = "rollout.halted/1",
        Finished { rollout } = "rollout.finished/1",
        Ended { rollout } = "rollout.ended/1",
    }
    AssertionKeyFact {
        Published { kid, jwk } = "assertion_key.published/1",
        Rotated { kid } = "assertion_key.rotated/1",
        Retired { kid } = "assertion_key.retired/1",
    }
    EvidenceFact {
        Anchored { gate, files, late } = "evidence.anchored/1",
        Compacted { gate, file, replaced } = "evidence.compacted/1",
        Expired { gate, before, files } = "evidence.expired/1",
    }
    NetworkFact {
        Declared { network, ranges } = "network.declared/1",
        Removed { network } = "network.removed/1",
    }
    JournalFact {
        HeadAccepted(accepted) = "journal.head_accepted/1",
        CheckpointTaken { seq, format, digest } = "journal.checkpoint_taken/1",
        Archived { first, last, hash, digest, bytes } = "journal.archived/1",
    }
}
