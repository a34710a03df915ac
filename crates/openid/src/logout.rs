//! The logout request of a client (OpenID Connect RP-Initiated Logout).

use crate::parameters::Parameters;

/// A logout request. Nothing of it is checked.
pub struct LogoutQuery {
    /// An ID token of the session that is to end.
    pub id_token_hint: Option<String>,
    /// The client id.
    pub client_id: Option<String>,
    /// Where the browser is to go afterwards.
    pub post_logout_redirect_uri: Option<String>,
    /// The client's own value, which the answer repeats.
    pub state: Option<String>,
}

impl LogoutQuery {
    /// Reads a request.
    pub fn of(parameters: &Parameters) -> Self {
        let get = |name: &str| parameters.get(name).map(str::to_owned);
        Self {
            id_token_hint: get("id_token_hint"),
            client_id: get("client_id"),
            post_logout_redirect_uri: get("post_logout_redirect_uri"),
            state: get("state"),
        }
    }
}
