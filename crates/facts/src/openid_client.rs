//! OpenID clients, as facts state them.

use countersign_names::ApplicationName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The declaration of an OpenID client: a program that signs people in with this installation. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenIdClient {
    /// The application that it belongs to: whoever may not use that application gets no token for the client.
    pub application: ApplicationName,
    /// Where the answer to an authorization request may go, each exactly as the client writes it.
    pub redirect_uris: BTreeSet<String>,
    /// Where a browser may go after it signed out, each exactly as the client writes it.
    pub post_logout_redirect_uris: BTreeSet<String>,
    /// Where the client is told that a session ended. `None`: it is not told.
    pub backchannel_logout_uri: Option<String>,
    /// Whether it has no secret, and PKCE alone protects its codes.
    pub public: bool,
}
