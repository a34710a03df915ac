//! Opaque ids: a prefix for the type, and 128 bits that are never reused.
//!
//! People and devices are renamed, and their names may later belong to others. A policy or record that contained a name
//! would then refer to someone else. So every record contains one of these ids.

use crate::{NameError, text_serde};
use uuid::Uuid;

macro_rules! opaque_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $expected:literal, $remedy:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The prefix before the 32 hexadecimal digits.
            pub const PREFIX: &'static str = $prefix;

            /// Creates an id from 128 bits. Take them from a UUID v7, so that ids sort by creation time.
            pub const fn new(bits: Uuid) -> Self {
                Self(bits)
            }

            /// Returns the 128 bits, for storage with a type for them.
            pub const fn bits(&self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!($prefix, "_"))?;
                f.write_str(self.0.simple().encode_lower(&mut [0; uuid::fmt::Simple::LENGTH]))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                // Accept only the 32 digits. The UUID crate would also accept braces and hyphens, and a text comparison
                // fails for an id with two spellings.
                text.strip_prefix(concat!($prefix, "_"))
                    .filter(|rest| rest.len() == 32)
                    .filter(|rest| rest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
                    .and_then(|rest| Uuid::try_parse(rest).ok())
                    .map(Self)
                    .ok_or_else(|| NameError::new($expected, text, $remedy))
            }
        }

        text_serde!($name);
    };
}

opaque_id!(
    /// A person in the inventory.
    PersonId, "per", "a person id", "it looks like per_ and 32 hexadecimal digits; `countersign person list` shows them");
opaque_id!(
    /// A service account: an automation, an API client, a proxy that asks for decisions.
    ServiceId, "svc", "a service account id", "it looks like svc_ and 32 hexadecimal digits; `countersign service list` shows them");
opaque_id!(
    /// A device, managed or not.
    DeviceId, "dev", "a device id", "it looks like dev_ and 32 hexadecimal digits; `countersign device list` shows them");
opaque_id!(
    /// A person's session, opened by signing in.
    SessionId, "ses", "a session id", "it looks like ses_ and 32 hexadecimal digits; `countersign session list` shows them");
opaque_id!(
    /// A passkey (its public part).
    CredentialId, "key", "a passkey id", "it looks like key_ and 32 hexadecimal digits");
opaque_id!(
    /// An invitation to enrol a passkey.
    InvitationId, "inv", "an invitation id", "it looks like inv_ and 32 hexadecimal digits");
opaque_id!(
    /// A just-in-time grant, requested or active.
    GrantId, "gra", "a grant id", "it looks like gra_ and 32 hexadecimal digits; `countersign grant list` shows them");
opaque_id!(
    /// An exception to a guardrail.
    ExceptionId, "exc", "an exception id", "it looks like exc_ and 32 hexadecimal digits; `countersign exception list` shows them");
opaque_id!(
    /// A recorded decision.
    DecisionId, "dec", "a decision id", "it looks like dec_ and 32 hexadecimal digits; `countersign decisions` shows them");
opaque_id!(
    /// A bearer token of a service account (never the token itself).
    TokenId, "tok", "a token id", "it looks like tok_ and 32 hexadecimal digits");
opaque_id!(
    /// A long-running job: a replay, a plan.
    JobId, "job", "a job id", "it looks like job_ and 32 hexadecimal digits; `countersign job list` shows them");

opaque_id!(
    /// A staged rollout of a policy.
    RolloutId, "rol", "a rollout id", "it looks like rol_ and 32 hexadecimal digits; `countersign rollout history` shows them");

opaque_id!(
    /// Something that is wrong with an account, a group or the like. Its bits are the digest of what it is about, so that it is
    /// recognised when it is found again.
    FindingId, "fnd", "a finding id", "it looks like fnd_ and 32 hexadecimal digits; `countersign finding list` shows them");

opaque_id!(
    /// A command that waits for a second person's approval.
    ProposalId, "prp", "a proposal id", "it looks like prp_ and 32 hexadecimal digits; `countersign proposal list` shows them");

opaque_id!(
    /// An access review: a campaign in which people decide which accesses stay.
    ReviewId, "rev", "an access review id", "it looks like rev_ and 32 hexadecimal digits; `countersign review list` shows them");

opaque_id!(
    /// A decision of a person about which accounts belong together.
    LinkDecisionId, "lnk", "a decision about identities", "it looks like lnk_ and 32 hexadecimal digits; `countersign identity decisions` shows them");

opaque_id!(
    /// A label of a thing. Its bits are the digest of what it is about, so that it is recognised when it is proposed again.
    LabelId, "lab", "a label id", "it looks like lab_ and 32 hexadecimal digits; `countersign label list` shows them");

opaque_id!(
    /// A proposed role. Its bits are the digest of what it grants and of its rule, so that it is recognised when it is found again.
    RoleProposalId, "rpr", "the id of a proposed role", "it looks like rpr_ and 32 hexadecimal digits; `countersign role list` shows them");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = PersonId::new(Uuid::from_u128(0x0193_9a6f_2c3e_7d8a_b1c2_d3e4_f5a6_b7c8));
        assert_eq!(id.to_string(), "per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8");
        assert_eq!(id.to_string().parse::<PersonId>().unwrap(), id);
        for other in [
            "",
            "per_",
            "per_01939A6F2C3E7D8AB1C2D3E4F5A6B7C8",
            "per_01939a6f-2c3e-7d8a-b1c2-d3e4f5a6b7c8",
            "dev_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
            " per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8",
            "per_01939a6f2c3e7d8ab1c2d3e4f5a6b7c8\n",
            "per_é1939a6f2c3e7d8ab1c2d3e4f5a6b7c",
        ] {
            assert!(other.parse::<PersonId>().is_err(), "{other:?} must not parse");
        }
    }
}
