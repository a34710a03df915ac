//! The URIs of a client: redirect URIs and the like. A request names one exactly as it is declared, or is refused.

use std::str::FromStr;
use url::{Host, Url};

/// Maximum length of a URI.
const LONGEST: usize = 500;

/// A URI of a client that may be declared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientUri(String);

/// Why a URI may not be declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClientUriError {
    /// It is longer than 500 characters.
    #[error("it is longer than 500 characters")]
    Long,
    /// It is not an absolute URL in the one form that browsers write.
    #[error(
        "it is not an absolute URL as browsers write it: lower-case host, a path, no `..`, percent-encoded"
    )]
    Form,
    /// Neither https, nor http on the own machine.
    #[error("it is neither https nor http on the own machine (localhost, 127.0.0.1, [::1])")]
    Scheme,
    /// It holds a fragment.
    #[error("it holds a fragment: leave out the # and what follows")]
    Fragment,
    /// It holds a user name or a password.
    #[error("it holds a user name or a password")]
    UserInfo,
    /// It holds an asterisk, which some take for a pattern.
    #[error("it holds an asterisk: list each URI, since each is compared as a whole")]
    Pattern,
}

impl ClientUri {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClientUri {
    type Err = ClientUriError;

    fn from_str(text: &str) -> Result<Self, ClientUriError> {
        if text.len() > LONGEST {
            return Err(ClientUriError::Long);
        }
        if text.contains('*') {
            return Err(ClientUriError::Pattern);
        }
        let url = Url::parse(text).map_err(|_| ClientUriError::Form)?;
        if url.fragment().is_some() {
            return Err(ClientUriError::Fragment);
        }
        if !url.username().is_empty() || url.password().is_some() || text.contains('@') {
            return Err(ClientUriError::UserInfo);
        }
        let own_machine = match url.host() {
            Some(Host::Domain(host)) => host == "localhost" || host.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        if url.scheme() != "https" && !(url.scheme() == "http" && own_machine) {
            return Err(ClientUriError::Scheme);
        }
        // One spelling only: what a browser would change, it would change on the way to the client.
        if url.as_str() != text || !text.bytes().all(|b| (0x21..=0x7e).contains(&b)) {
            return Err(ClientUriError::Form);
        }
        Ok(Self(text.to_owned()))
    }
}

/// Returns a declared URI with parameters added to its query, which stays as it is.
pub fn with_parameters(uri: &str, parameters: &[(&str, &str)]) -> String {
    let mut written = url::form_urlencoded::Serializer::new(String::new());
    written.extend_pairs(parameters);
    let joint = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{joint}{}", written.finish())
}
