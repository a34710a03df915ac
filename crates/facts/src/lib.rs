//! The facts: the events of the journal, which never change.
//!
//! A fact's wire form is JSON, tagged `"fact": "<subject>.<verb>/<version>"`. A published version never changes its
//! shape; a new need becomes a new version beside it. The journals in `golden/` hold every version ever written, and each
//! must be read for ever.
//!
//! This room knows the shape of events. It must not know how they are stored, chained or shown, nor what they add up to:
//! the world checks whether a fact is valid after the ones before it.

mod access;
mod application;
mod digest;
mod evidence;
mod fact;
mod finding;
mod flat;
mod identity;
mod label;
mod openid_client;
mod provider;
mod register;
mod review;
mod rollout;
mod settings;
mod source;
mod stated;
mod trust;

pub use access::{EndReason, ExceptionScope, Session};
pub use application::{
    Application, ApplicationProtocol, ApplicationStage, HttpApplication, Method, PartRoutes, RequestHeader,
    Resource, Route, Upstream,
};
pub use digest::{Digest, DigestError};
pub use evidence::{EvidenceFile, ExpiredFile};
pub use fact::{
    ApplicationFact, AssertionKeyFact, CommandFact, CredentialFact, DeviceFact, EvidenceFact, ExceptionFact,
    Fact, FindingFact, GrantFact, GroupFact, IdentityFact, InvitationFact, JournalFact, LabelFact,
    NetworkFact, OpenIdClientFact, PersonFact, PoliciesFact, ProviderFact, ResourceFact, ReviewFact,
    RiskFact, RoleFact, RolloutFact, ServiceFact, SessionFact, SettingsFact, SourceFact, TrustFact,
};
pub use finding::AcceptedSeverity;
pub use identity::{Device, InvitationPurpose, Member, Person, PersonKind, Posture, TokenBinding};
pub use label::LabelEvidence;
pub use openid_client::OpenIdClient;
pub use provider::{AssuranceRule, FederatedSession, IdentityProvider, ProviderLink};
pub use register::{TrustEntry, TrustKey, TrustUse};
pub use review::{ReviewEscalation, ReviewScope, ReviewVerdict, ReviewersRule, UndecidedRule};
pub use rollout::{
    CountUnit, HaltIf, HaltIfError, MOST_STEPS, PredictedStep, SHORTEST_WATCH, Turned, Turning,
};
pub use settings::Settings;
pub use source::{ChangedRows, IdentityNode, IdentitySource, LeaverLimit};
pub use stated::Stated;
pub use trust::{AcceptedClock, AcceptedHead, Actor, PolicyFile, PolicyRemoval};

#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;
