//! Principals: the parties that request access.

use crate::{NameError, PersonId, ServiceId, text_serde};

/// A party that requests access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Principal {
    /// Unauthenticated: no session, no credential.
    Anonymous,
    /// A person.
    Person(PersonId),
    /// A service account.
    Service(ServiceId),
}

/// The kind of a principal: its entity type in policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalKind {
    /// See [`Principal::Anonymous`].
    Anonymous,
    /// See [`Principal::Person`].
    Person,
    /// See [`Principal::Service`].
    Service,
}

impl Principal {
    /// Returns the kind of the principal.
    pub const fn kind(&self) -> PrincipalKind {
        match self {
            Self::Anonymous => PrincipalKind::Anonymous,
            Self::Person(_) => PrincipalKind::Person,
            Self::Service(_) => PrincipalKind::Service,
        }
    }
}

impl std::fmt::Display for Principal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Anonymous => f.pad("anonymous"),
            Self::Person(id) => id.fmt(f),
            Self::Service(id) => id.fmt(f),
        }
    }
}

impl std::str::FromStr for Principal {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text == "anonymous" {
            return Ok(Self::Anonymous);
        }
        text.parse().map(Self::Person).or_else(|_| text.parse().map(Self::Service)).map_err(|_: NameError| {
            NameError::new(
                "a principal",
                text,
                "use anonymous, a person id (per_...) or a service account id (svc_...)",
            )
        })
    }
}

text_serde!(Principal);

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_principal_reads_back_as_it_was_written() {
        let bits = Uuid::from_u128(7);
        for principal in [
            Principal::Anonymous,
            Principal::Person(PersonId::new(bits)),
            Principal::Service(ServiceId::new(bits)),
        ] {
            assert_eq!(principal.to_string().parse::<Principal>().unwrap(), principal);
        }
        assert!("root".parse::<Principal>().is_err());
    }
}
