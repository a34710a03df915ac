//! The protocol of an OpenID provider, for applications that sign people in themselves: what a request means, what a token
//! says, what the documents and the errors are.
//!
//! Everything here is a function of its arguments: the clock is one of them, and nothing is stored or sent. A request is
//! parsed in two steps, because a mistake may be told to a client only once its redirect URI is known to be its own:
//! [`Parameters`] first, then [`AuthorizationQuery`], [`TokenQuery`] or [`LogoutQuery`].
//!
//! This room must not know people, sessions, policies, where grants are kept, how a token is signed, or HTTP beyond the
//! values of its headers. Everything that a client or a browser sends is a stranger's bytes.
//!
//! `docs/openid-provider.md` describes the flows, the limits and the attacks that the checks stop.

mod authorization;
mod claims;
mod client;
mod discovery;
mod error;
mod grant_type;
mod logout;
mod opaque;
mod own_token;
mod parameters;
mod pkce;
mod redirect;
mod scope;
mod token_query;

pub use authorization::{AskedPrompt, AuthorizationQuery, FRESH_PROOF_PARAMETER, redirected};
pub use claims::{
    ACCESS_TOKEN_LIFE, AccessTokenClaims, BACKCHANNEL_LOGOUT_EVENT, IdTokenClaims, LOGOUT_TOKEN_LIFE,
    LogoutTokenClaims, ProfileClaims, TokenKind,
};
pub use client::PresentedClient;
pub use discovery::discovery_document;
pub use error::{OAuthErrorCode, ProtocolError};
pub use grant_type::GrantType;
pub use logout::LogoutQuery;
pub use opaque::{OpaqueKind, OpaqueToken};
pub use own_token::{OwnKeys, OwnTokenError};
pub use parameters::{LONGEST_PARAMETERS, Parameters};
pub use pkce::CodeChallenge;
pub use redirect::{ClientUri, ClientUriError, with_parameters};
pub use scope::Scopes;
pub use token_query::{CodeQuery, RefreshQuery, TokenQuery, bearer_token};
