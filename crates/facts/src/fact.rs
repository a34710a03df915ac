//! A fact: its subject and the event.

mod application;
mod assertion_key;
mod command;
mod credential;
mod device;
mod evidence;
mod exception;
mod finding;
mod grant;
mod group;
mod identity;
mod invitation;
mod journal;
mod label;
mod network;
mod openid_client;
mod person;
mod policies;
mod provider;
mod resource;
mod review;
mod risk;
mod role;
mod rollout;
mod service;
mod session;
mod settings;
mod source;
mod trust;

pub use application::ApplicationFact;
pub use assertion_key::AssertionKeyFact;
pub use command::CommandFact;
pub use credential::CredentialFact;
pub use device::DeviceFact;
pub use evidence::EvidenceFact;
pub use exception::ExceptionFact;
pub use finding::FindingFact;
pub use grant::GrantFact;
pub use group::GroupFact;
pub use identity::IdentityFact;
pub use invitation::InvitationFact;
pub use journal::JournalFact;
pub use label::LabelFact;
pub use network::NetworkFact;
pub use openid_client::OpenIdClientFact;
pub use person::PersonFact;
pub use policies::PoliciesFact;
pub use provider::ProviderFact;
pub use resource::ResourceFact;
pub use review::ReviewFact;
pub use risk::RiskFact;
pub use role::RoleFact;
pub use rollout::RolloutFact;
pub use service::ServiceFact;
pub use session::SessionFact;
pub use settings::SettingsFact;
pub use source::SourceFact;
pub use trust::TrustFact;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// One variant per subject: the type of its facts, and the first part of their tags.
macro_rules! subjects {
    ($($(#[$doc:meta])* $subject:ident($facts:ident) = $word:literal,)+) => {
        /// An event, grouped by subject.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        pub enum Fact {
            $($(#[$doc])* $subject($facts),)+
        }

        impl Fact {
            /// The first parts of the tags: one per subject.
            pub const SUBJECTS: &[&str] = &[$($word),+];

            /// Reads a fact of the subject with this tag prefix.
            fn of_subject(word: &str, object: Value) -> Result<Self, serde_json::Error> {
                match word {
                    $($word => $facts::deserialize(object).map(Self::$subject),)+
                    other => Err(Error::unknown_variant(other, Self::SUBJECTS)),
                }
            }
        }
    };
}

subjects! {
    /// About people.
    Person(PersonFact) = "person",
    /// About groups.
    Group(GroupFact) = "group",
    /// About service accounts.
    Service(ServiceFact) = "service",
    /// About invitations.
    Invitation(InvitationFact) = "invitation",
    /// About passkeys.
    Credential(CredentialFact) = "credential",
    /// About devices.
    Device(DeviceFact) = "device",
    /// About applications.
    Application(ApplicationFact) = "application",
    /// About resources.
    Resource(ResourceFact) = "resource",
    /// About networks.
    Network(NetworkFact) = "network",
    /// About sources of identities.
    Source(SourceFact) = "source",
    /// About findings: what is wrong with accounts, groups and the like.
    Finding(FindingFact) = "finding",
    /// About access reviews.
    Review(ReviewFact) = "review",
    /// About which accounts of which sources belong together.
    Identity(IdentityFact) = "identity",
    /// About labels: what is sensitive about a thing.
    Label(LabelFact) = "label",
    /// About proposed roles.
    Role(RoleFact) = "role",
    /// About OpenID providers and the links to accounts there.
    Provider(ProviderFact) = "provider",
    /// About OpenID clients.
    OpenIdClient(OpenIdClientFact) = "openid_client",
    /// About sessions.
    Session(SessionFact) = "session",
    /// About grants.
    Grant(GrantFact) = "grant",
    /// About exceptions.
    Exception(ExceptionFact) = "exception",
    /// About risk.
    Risk(RiskFact) = "risk",
    /// About commands that need a second person.
    Command(CommandFact) = "command",
    /// About the implicit-trust register.
    Trust(TrustFact) = "trust",
    /// About policies.
    Policies(PoliciesFact) = "policies",
    /// About settings.
    Settings(SettingsFact) = "settings",
    /// About staged rollouts.
    Rollout(RolloutFact) = "rollout",
    /// About the gates' signing keys.
    AssertionKey(AssertionKeyFact) = "assertion_key",
    /// About evidence.
    Evidence(EvidenceFact) = "evidence",
    /// About the journal itself.
    Journal(JournalFact) = "journal",
}

impl<'de> Deserialize<'de> for Fact {
    /// Reads the object, then the fact of the subject that its tag names. serde's derived code for nested enumerations
    /// would try every subject, and its error would not say what is wrong with the right one.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let UniqueFields(fields) = UniqueFields::deserialize(deserializer)?;
        let tag = fields.get(TAG).and_then(Value::as_str).ok_or_else(|| Error::missing_field(TAG))?;
        let subject = tag.split('.').next().unwrap_or_default().to_owned();
        Self::of_subject(&subject, Value::Object(fields)).map_err(Error::custom)
    }
}

const TAG: &str = "fact";

/// The fields of an object, without duplicates.
struct UniqueFields(Map<String, Value>);

impl<'de> Deserialize<'de> for UniqueFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Once;

        impl<'de> Visitor<'de> for Once {
            type Value = UniqueFields;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a fact: an object with a tag")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<UniqueFields, A::Error> {
                let mut fields = Map::new();
                while let Some((name, value)) = all.next_entry::<String, Value>()? {
                    if let Some(_twice) = fields.insert(name.clone(), value) {
                        return Err(Error::custom(format_args!("duplicate field `{name}`")));
                    }
                }
                Ok(UniqueFields(fields))
            }
        }

        deserializer.deserialize_map(Once)
    }
}
