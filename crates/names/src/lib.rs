//! The words of the field as types: whoever holds one of these values holds something that parsed.
//!
//! This room knows principals, devices, resources, actions, sensitivity, levels, ids and time stamps.
//! It must not know policies, wire formats, storage, clocks or randomness: an id is made from 128 bits
//! that the caller drew, a time stamp from a clock that the caller read.

mod action;
mod id;
mod level;
mod posture;
mod principal;
mod resource;
mod slug;
mod time;
mod trust;

pub use action::Action;
pub use id::{
    CredentialId, DecisionId, DeviceId, ExceptionId, GrantId, InvitationId, JobId, PersonId, ProposalId,
    RolloutId, ServiceId, SessionId, TokenId,
};
pub use level::{Assurance, RiskLevel, Sensitivity};
pub use posture::{CheckResult, PostureCheck};
pub use principal::{Principal, PrincipalKind};
pub use resource::ResourceName;
pub use slug::{ApplicationName, GroupName, PolicyId};
pub use time::Timestamp;
pub use trust::{Cohort, EvidenceItem};

/// Text that is not a name of the kind asked for: what was expected, and what stood there instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not {expected}: {remedy}")]
pub struct NameError {
    /// The kind of name, with its article ("a person id").
    pub expected: &'static str,
    /// The text that did not parse, cut to 80 characters.
    pub found: String,
    /// What would have parsed.
    pub remedy: &'static str,
}

impl NameError {
    pub(crate) fn new(expected: &'static str, found: &str, remedy: &'static str) -> Self {
        Self { expected, found: found.chars().take(80).collect(), remedy }
    }
}

/// Text in and out for a type that has `Display` and `FromStr`, so that serde sees exactly what people see.
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
