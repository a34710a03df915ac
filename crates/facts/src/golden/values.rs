//! What the golden journals must contain: every fact, every optional field, every value of every enumeration.
//!
//! Everything is destructured without `..` and matched without `_`, so that an addition to a fact does not compile until
//! it is added: a variant or a field of a subject below its enumeration in `fact/`, anything else here.

use crate::*;
use countersign_names::{
    Action, ApplicationName, Assurance, CheckResult, Cohort, CredentialId, DecisionId, DeviceId,
    EvidenceItem, ExceptionId, FindingId, GrantId, GroupName, InvitationId, LabelId, LabelKind, LabelTarget,
    LinkDecisionId, OpenIdClientName, PersonId, PolicyId, PostureCheck, Principal, ProposalId, ProviderName,
    ResourceName, ReviewId, RiskLevel, RoleProposalId, RolloutId, Sensitivity, ServiceId, SessionId,
    SourceFormat, SourceName, Timestamp, TokenId,
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
        let all = SHARED.iter().chain(SUBJECTS);
        let words = all.flat_map(|(kind, words)| words.iter().map(move |word| format!("{kind} {word}")));
        words.chain(self.wanted.iter().cloned()).filter(|what| !self.seen.contains(what)).collect()
    }

    pub(crate) fn saw(&mut self, what: String) {
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
pub(crate) trait Walk {
    fn walk(&self, path: &str, gathered: &mut Gathered);
}

/// The name of an enumeration, and the words of its values.
pub(crate) type EnumValues = (&'static str, &'static [&'static str]);

/// An enumeration of facts with the names of its variants, which stand below it in its own file.
pub(crate) trait Variants {
    const VARIANTS: EnumValues;
}

/// The facts of one subject: each variant, with all of its fields.
macro_rules! every_fact {
    ($kind:ident { $($variant:ident $(($inner:ident))? $({ $($field:ident),+ $(,)? })?),+ $(,)? }) => {
        impl crate::golden::values::Walk for $kind {
            fn walk(&self, _: &str, gathered: &mut crate::golden::values::Gathered) {
                use crate::golden::values::Walk;
                let variant = match self {
                    $($kind::$variant $(($inner))? $({ $($field),+ })? => {
                        let variant = concat!(stringify!($kind), "::", stringify!($variant));
                        $(Walk::walk($inner, variant, gathered);)?
                        $($(Walk::walk($field, &format!("{variant}.{}", stringify!($field)), gathered);)+)?
                        stringify!($variant)
                    })+
                };
                gathered.saw(format!("{} {variant}", stringify!($kind)));
            }
        }
        impl crate::golden::values::Variants for $kind {
            const VARIANTS: crate::golden::values::EnumValues = (stringify!($kind), &[$(stringify!($variant)),+]);
        }
    };
}
pub(crate) use every_fact;

macro_rules! subjects {
    ($($subject:ident($facts:ident)),+ $(,)?) => {
        impl Walk for Fact {
            fn walk(&self, path: &str, gathered: &mut Gathered) {
                match self {
                    $(Fact::$subject(fact) => fact.walk(path, gathered),)+
                }
            }
        }
        const SUBJECTS: &[EnumValues] = &[$($facts::VARIANTS),+];
    };
}

subjects! {
    Person(PersonFact), Group(GroupFact), Service(ServiceFact), Invitation(InvitationFact),
    Credential(CredentialFact), Device(DeviceFact), Application(ApplicationFact), Resource(ResourceFact),
    Network(NetworkFact), Source(SourceFact), Finding(FindingFact), Session(SessionFact), Grant(GrantFact), Command(CommandFact), Provider(ProviderFact), Identity(IdentityFact), OpenIdClient(OpenIdClientFact), Review(ReviewFact), Label(LabelFact), Role(RoleFact),
    Exception(ExceptionFact), Risk(RiskFact), Trust(TrustFact), Policies(PoliciesFact),
    Settings(SettingsFact), Rollout(RolloutFact), AssertionKey(AssertionKeyFact), Evidence(EvidenceFact),
    Journal(JournalFact),
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
        const SHARED: &[EnumValues] = &[$((stringify!($kind), &[$($word),+])),+];
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
    "RolloutFact::Started.predicted",
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
    ProviderName, OpenIdClientName, ResourceName, CredentialId, DecisionId, DeviceId, ExceptionId, FindingId, GrantId, InvitationId, PersonId, ProposalId, RolloutId, LinkDecisionId, ReviewId, LabelId, LabelTarget, RoleProposalId,
    ServiceId,
    SessionId, SourceFormat, SourceName, TokenId,
}

parts! {
    Person { name, email, kind, aliases }
    Device { name, owner, platform, managed, key }
    Posture { collected_at, checks }
    Application { title, owner, stage, sensitivity, resources, operations, protocol }
    HttpApplication { hosts, upstream, routes, assertion_header, download_types, request_headers }
    Resource { part, sensitivity }
    IdentityNode { source, key }
    IdentitySource { format, title, purpose, owner, authoritative, expected_every_seconds, leavers }
    LeaverLimit { people, percent }
    LabelEvidence { place, recogniser, matched, sampled }
    ChangedRows { new, changed, gone }
    ReviewScope { source, here, group, privileged, contractors }
    ReviewEscalation { at, to }
    Route { methods, path, action }
    Session { person, credential, secret, assurance, address, expires_at }
    FederatedSession {
        person, link, secret, assurance, phishing_resistant, authenticated_at, provider_session, address, expires_at
    }
    IdentityProvider {
        title, issuer, client_id, scopes, domains, creates_people, assurance, max_age, session
    }
    AssuranceRule { acr, amr, assurance, phishing_resistant }
    ProviderLink { provider, subject, person, invitation }
    OpenIdClient { application, redirect_uris, post_logout_redirect_uris, backchannel_logout_uri, public }
    ExceptionScope { person, group, application }
    TrustKey { resource, action, cohort, item }
    TrustUse { first, last, accesses, principals, policies, example }
    TrustEntry { key, seen, brought_back_by }
    Settings { version, why, rehearsal, policies, applications, labels, opened, ended }
    Turned { people, accesses, example }
    PredictedStep { percent, seen, newly_denied, newly_allowed }
    EvidenceFile { path, digest, bytes, rows, first, last, tally }
    ExpiredFile { path, digest }
    AcceptedClock { gate, held, why }
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
    AcceptedSeverity { Notice = "notice", Low = "low", Medium = "medium", High = "high", Critical = "critical" }
    ReviewersRule { Owner = "owner", Manager = "manager", Person(person) = "person" }
    UndecidedRule { Nothing = "nothing", Revoke = "revoke" }
    ReviewVerdict { Keep = "keep", Revoke = "revoke" }
    ApplicationProtocol { Http(http) = "http" }
    Actor { Operator = "operator", Person(id) = "person", Service(id) = "service", System(part) = "system" }
    Member { Person(id) = "person", Service(id) = "service", Group(name) = "group" }
    PersonKind { Employee = "employee", Contractor = "contractor", Vendor = "vendor" }
    InvitationPurpose { Enrol = "enrol", Recover = "recover" }
    EndReason {
        SignedOut = "signed_out", Revoked = "revoked", PersonStopped = "person_stopped",
        CredentialRemoved = "credential_removed",
        ProviderEnded = "provider_ended",
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
    LabelKind { Personal = "personal", Payment = "payment", Credentials = "credentials", Health = "health" }
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
}
