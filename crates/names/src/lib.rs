//! The vocabulary of the domain as types: a value of one of these types has been parsed and is valid.
//!
//! This crate knows principals, devices, resources, actions, sensitivity, levels, ids and time stamps. It must not know
//! policies, wire formats, storage, clocks or randomness: the caller supplies the 128 bits of an id and reads the clock
//! for a time stamp.

mod action;
mod id;
mod label;
mod level;
mod posture;
mod principal;
mod resource;
mod slug;
mod time;
mod trust;

pub use action::Action;
pub use id::{
    CredentialId, DecisionId, DeviceId, ExceptionId, FindingId, GrantId, InvitationId, JobId, LabelId,
    LinkDecisionId, PersonId, ProposalId, ReviewId, RoleProposalId, RolloutId, ServiceId, SessionId, TokenId,
};
pub use label::{LabelKind, LabelTarget};
pub use level::{Assurance, RiskLevel, Sensitivity};
pub use posture::{CheckResult, PostureCheck};
pub use principal::{Principal, PrincipalKind};
pub use resource::ResourceName;
pub use slug::{
    ApplicationName, GroupName, OpenIdClientName, PolicyId, ProviderName, SourceFormat, SourceName,
};
pub use time::Timestamp;
pub use trust::{Cohort, EvidenceItem};

/// A text that is not a valid name of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not {expected}: {remedy}")]
pub struct NameError {
    /// The expected kind of name, with its article ("a person id").
    pub expected: &'static str,
    /// The text that did not parse, cut to 80 characters.
    pub found: String,
    /// The form of a valid name.
    pub remedy: &'static str,
}

impl NameError {
    pub(crate) fn new(expected: &'static str, found: &str, remedy: &'static str) -> Self {
        Self { expected, found: found.chars().take(80).collect(), remedy }
    }
}

/// Implements serde by `Display` and `FromStr`, so that serde uses the same text as people do.
macro_rules! text_serde {
    ($name:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use text_serde;
