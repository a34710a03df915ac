//! What an OpenID provider says: its documents and tokens, fetched within limits and checked.
//!
//! [`ProviderClient`] fetches and caches a provider's metadata and keys, and exchanges an authorization code for an ID token.
//! The checks of a token are functions of the token, the keys, what is expected and the time ([`check_id_token`],
//! [`check_logout_token`]).
//!
//! This room must not know people, sessions, facts or policies: which person an account is, and what the provider's
//! statements are worth, are decided elsewhere. Everything that a provider sends is a stranger's bytes.
//!
//! `docs/federation.md` describes the protocol, the limits and the attacks that the checks stop.

mod claims;
mod error;
mod exchange;
mod fetch;
mod issuer;
mod keys;
mod metadata;
mod providers;
mod token;

pub use error::{FederationError, TokenError};
pub use exchange::{AuthorizationRequest, ClientIdentity, CodeExchange};
pub use issuer::{Issuer, IssuerError};
pub use keys::ProviderKeys;
pub use metadata::ProviderMetadata;
pub use providers::{CachedProvider, ProviderClient};
pub use token::{CLOCK_SKEW, ExpectedToken, IdToken, LogoutToken, check_id_token, check_logout_token};
