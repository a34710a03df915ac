//! The configuration of the sign-in, validated once.

use countersign_throttle::Rates;
use std::num::NonZeroU32;
use std::time::Duration;
use url::{Host, Url};

/// The configuration of the sign-in. Build it with [`Config::new`], then change fields.
#[derive(Debug, Clone)]
pub struct Config {
    /// The origin of the sign-in host. Its host name is the relying party of every passkey: changing it makes every
    /// passkey useless.
    pub origin: Origin,
    /// The port of application hosts, if it differs from the sign-in origin's. The scheme is the same.
    pub application_port: Option<u16>,
    /// The name that the authenticator's dialogue shows.
    pub title: String,
    /// Lifetime of a session; 12 hours.
    pub session: Duration,
    /// Lifetime of an invitation, if the inviter does not set one; 24 hours.
    pub invitation: Duration,
    /// Lifetime of a one-time code with which a session is handed over to an application; 60 seconds.
    pub code: Duration,
    /// Lifetime of a passkey ceremony; 5 minutes.
    pub ceremony: Duration,
    /// Maximum age of the last proof for adding or removing a passkey; 10 minutes. Without this limit an attacker could
    /// turn a stolen cookie into lasting access.
    pub fresh: Duration,
    /// Time-out of a whole request; 15 seconds.
    pub request: Duration,
    /// Limits for unauthenticated requests.
    pub limits: Limits,
}

/// Limits for unauthenticated requests. A passkey cannot be guessed, so these protect the machine and not the accounts:
/// they are wide enough for an office behind one address on a Monday morning.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Sustained requests per second of one address (for IPv6, of one /64); 4.
    pub address_per_second: NonZeroU32,
    /// Burst of requests of one address; 120.
    pub address_burst: NonZeroU32,
    /// Sustained requests per second of all addresses together; 500.
    pub all_per_second: NonZeroU32,
    /// Burst of requests of all addresses; 2000.
    pub all_burst: NonZeroU32,
    /// Maximum number of tracked addresses; 65,536. Beyond it a new address must wait.
    pub addresses: usize,
    /// Maximum number of bytes of a request's body; 64 KiB.
    pub body: usize,
    /// Maximum number of pending passkey ceremonies; 10,000. The oldest is removed for a new one.
    pub ceremonies: usize,
}

/// The origin of the sign-in host: scheme, host name, port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    url: Url,
    host: String,
}

/// An invalid setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct ConfigError {
    /// The name of the setting.
    pub field: &'static str,
    /// What is wrong with it, and what to write instead.
    pub message: String,
}

impl ConfigError {
    pub(crate) fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}

impl Config {
    /// Returns the defaults, with this sign-in origin.
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            application_port: None,
            title: "Countersign".to_owned(),
            session: Duration::from_secs(12 * 3600),
            invitation: Duration::from_secs(24 * 3600),
            code: Duration::from_secs(60),
            ceremony: Duration::from_secs(300),
            fresh: Duration::from_secs(600),
            request: Duration::from_secs(15),
            limits: Limits::default(),
        }
    }

    /// Returns the URL of a path at an application's host.
    pub fn application_url(&self, host: &str, path: &str) -> String {
        let scheme = self.origin.url.scheme();
        match self.application_port.or_else(|| self.origin.url.port()) {
            // Never write the scheme's default port: browsers leave it out of origins too.
            Some(port) if Some(port) != default_port(scheme) => format!("{scheme}://{host}:{port}{path}"),
            _ => format!("{scheme}://{host}{path}"),
        }
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

impl Limits {
    /// Returns the limits that count requests.
    pub const fn rates(&self) -> Rates {
        Rates {
            address_per_second: self.address_per_second,
            address_burst: self.address_burst,
            all_per_second: self.all_per_second,
            all_burst: self.all_burst,
            addresses: self.addresses,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        let some = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self {
            address_per_second: some(4),
            address_burst: some(120),
            all_per_second: some(500),
            all_burst: some(2000),
            addresses: 65_536,
            body: 64 * 1024,
            ceremonies: 10_000,
        }
    }
}

impl Origin {
    /// Returns the host name in lower case, which is the relying party id.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the origin as browsers write it, without a trailing slash.
    pub fn as_str(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// Returns the URL of a path at the sign-in host.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.as_str())
    }

    pub(crate) const fn as_url(&self) -> &Url {
        &self.url
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Origin {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let refused = |why: &str| {
            ConfigError::new(
                "origin",
                format!("{text:?} is not where people can sign in: {why}, as in https://sign-in.example.com"),
            )
        };
        let url = Url::parse(text).map_err(|_| refused("write an origin"))?;
        let bare = matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !bare {
            return Err(refused("write the origin alone, without a path, query or user"));
        }
        let host = match url.host() {
            Some(Host::Domain(host)) if !host.ends_with('.') => host.to_owned(),
            Some(Host::Domain(_)) => return Err(refused("leave out the dot at the host name's end")),
            _ => return Err(refused("browsers tie passkeys to a host name, so an address will not do")),
        };
        let local = host == "localhost" || host.ends_with(".localhost");
        match url.scheme() {
            "https" => Ok(Self { url, host }),
            "http" if local => Ok(Self { url, host }),
            _ => Err(refused("browsers offer passkeys over https only (or http under localhost)")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_place_where_browsers_offer_passkeys() {
        for (text, host, shown) in [
            ("https://id.example.com", "id.example.com", "https://id.example.com"),
            ("https://ID.example.com:443/", "id.example.com", "https://id.example.com"),
            (
                "http://countersign.localhost:8080",
                "countersign.localhost",
                "http://countersign.localhost:8080",
            ),
            ("http://localhost:1", "localhost", "http://localhost:1"),
        ] {
            let origin = text.parse::<Origin>().unwrap();
            assert_eq!((origin.host(), origin.as_str()), (host, shown));
        }
        for bad in [
            "",
            "id.example.com",
            "http://id.example.com",
            "ftp://localhost",
            "https://127.0.0.1",
            "https://[::1]",
            "https://a/b",
            "https://a?b",
            "https://u@a",
            "https://a.",
        ] {
            assert!(bad.parse::<Origin>().is_err(), "{bad:?} must not parse");
        }
    }

    #[test]
    fn an_application_is_reached_at_the_scheme_and_port_that_people_use() {
        let check = |origin: &str, port, expected: &str| {
            let mut config = Config::new(origin.parse().unwrap());
            config.application_port = port;
            assert_eq!(config.application_url("wiki.localhost", "/a"), expected);
        };
        check("http://countersign.localhost:8080", None, "http://wiki.localhost:8080/a");
        check("http://countersign.localhost:8080", Some(9090), "http://wiki.localhost:9090/a");
        check("https://countersign.localhost", None, "https://wiki.localhost/a");
        check("https://countersign.localhost:8443", Some(443), "https://wiki.localhost/a");
    }
}
