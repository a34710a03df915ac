//! Facts about OpenID providers with which people sign in, and about the links to their accounts there.

use crate::{IdentityProvider, ProviderLink};
use countersign_names::{CredentialId, ProviderName};
use serde::{Deserialize, Serialize};

/// An event about an OpenID provider or a link to an account there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", deny_unknown_fields)]
pub enum ProviderFact {
    /// A provider was declared, or declared again: the declaration replaces the earlier one.
    #[serde(rename = "provider.declared/1")]
    Declared {
        /// The name of the provider.
        provider: ProviderName,
        /// The declaration.
        #[serde(flatten)]
        about: IdentityProvider,
    },
    /// A provider was withdrawn, with its links. The sessions that it started ended before, each by its own fact. Its name
    /// can never be used again.
    #[serde(rename = "provider.withdrawn/1")]
    Withdrawn {
        /// The name of the provider.
        provider: ProviderName,
    },
    /// An account at a provider was linked to a person, who can sign in with it from now on.
    #[serde(rename = "provider.linked/1")]
    Linked {
        /// The id of the link, which is a credential of the person.
        link: CredentialId,
        /// Whose account it is, and where.
        #[serde(flatten)]
        about: ProviderLink,
    },
    /// A link was removed. The sessions that it started ended before, each by its own fact.
    #[serde(rename = "provider.unlinked/1")]
    Unlinked {
        /// The id of the link.
        link: CredentialId,
    },
}

#[cfg(test)]
crate::golden::every_fact! { ProviderFact {
    Declared { provider, about },
    Withdrawn { provider },
    Linked { link, about },
    Unlinked { link },
} }
