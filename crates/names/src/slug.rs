//! Names that people choose and policies contain: groups, applications, policies, sources.
//!
//! They are the exception to opaque ids, because policies must be readable. The world never lets a removed name be
//! reused, so a policy cannot come to refer to something else.

use crate::{NameError, text_serde};
use std::sync::Arc;

/// Maximum length of a name in bytes: the limit of a DNS label, since an application's name is also the first label of
/// its host.
const LONGEST: usize = 63;

fn is_slug(text: &str) -> bool {
    let edges_are_alphanumeric =
        |edge: Option<u8>| edge.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= LONGEST
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && edges_are_alphanumeric(text.bytes().next())
        && edges_are_alphanumeric(text.bytes().last())
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Returns the name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&self.0, f)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                if is_slug(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(NameError::new(
                        $expected,
                        text,
                        "use 1 to 63 lower-case letters, digits and inner hyphens",
                    ))
                }
            }
        }

        text_serde!($name);
    };
}

slug!(
    /// A group of people, services or other groups.
    GroupName, "a group name");
slug!(
    /// An application; also the first label of its default host.
    ApplicationName, "an application name");
slug!(
    /// A policy, by its `@id` annotation.
    PolicyId, "a policy id");
slug!(
    /// A source of identities: a directory or a system that says which accounts and groups there are.
    SourceName, "a source name");
slug!(
    /// The format of a source's exports, as `ldif`.
    SourceFormat, "a format of a source");
slug!(
    /// An OpenID provider with which people sign in.
    ProviderName, "a provider name");
slug!(
    /// An OpenID client: a program that signs people in with this installation.
    OpenIdClientName, "an OpenID client name");

/// The start of every client id. No name of an application has an underscore, so that no token for a client is one for an
/// application.
const CLIENT_ID_PREFIX: &str = "client_";

impl OpenIdClientName {
    /// Returns the client id, by which the client names itself.
    pub fn client_id(&self) -> String {
        format!("{CLIENT_ID_PREFIX}{self}")
    }

    /// Returns the name of the client with this client id; `None` if it is none.
    pub fn of_client_id(id: &str) -> Option<Self> {
        id.strip_prefix(CLIENT_ID_PREFIX)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_dns_labels() {
        for good in ["wiki", "a", "0", "pay-roll-2", &"a".repeat(63)] {
            assert_eq!(good.parse::<ApplicationName>().unwrap().as_str(), good);
        }
        for bad in ["", "-a", "a-", "Wiki", "a_b", "a.b", "a b", "é", "a/b", &"a".repeat(64)] {
            assert!(bad.parse::<ApplicationName>().is_err(), "{bad:?} must not parse");
        }
    }

    #[test]
    fn a_client_id_is_a_name_that_no_application_has() {
        let name: OpenIdClientName = "wiki-web".parse().unwrap();
        assert_eq!(name.client_id(), "client_wiki-web");
        assert_eq!(OpenIdClientName::of_client_id("client_wiki-web"), Some(name));
        for bad in ["", "client_", "wiki-web", "client_Wiki", "client_client_wiki", "CLIENT_wiki"] {
            assert_eq!(OpenIdClientName::of_client_id(bad), None, "{bad:?}");
        }
        assert!("client_wiki-web".parse::<ApplicationName>().is_err());
    }

    #[test]
    fn the_error_names_what_was_expected_and_how_to_mend_it() {
        let error = "Wi ki".parse::<ApplicationName>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"Wi ki\" is not an application name: use 1 to 63 lower-case letters, digits and inner hyphens"
        );
    }
}
