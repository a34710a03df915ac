//! Issuer identifiers, and which addresses may be requested.

use url::{Host, Url};

/// Maximum length of an issuer identifier.
const LONGEST: usize = 512;

/// A provider's issuer identifier: an `https` URL without query and fragment, compared exactly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Issuer {
    text: String,
    loopback: bool,
}

/// A text that is not an issuer identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}: write the issuer as the provider does, as in https://login.example.com/tenant")]
pub struct IssuerError(&'static str);

impl Issuer {
    /// Returns the identifier, exactly as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the URL of the discovery document.
    pub(crate) fn discovery(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.text.trim_end_matches('/'))
    }

    /// Checks an address that the provider names. It must use TLS; only a provider on this machine may name others on
    /// this machine without it.
    pub(crate) fn endpoint(&self, text: &str) -> Result<Url, &'static str> {
        let url = Url::parse(text).map_err(|_| "it is no URL")?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err("it has a user or a fragment");
        }
        match url.scheme() {
            "https" => Ok(url),
            "http" if self.loopback && is_loopback(&url) => Ok(url),
            _ => Err("it does not use https"),
        }
    }
}

impl std::fmt::Display for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::str::FromStr for Issuer {
    type Err = IssuerError;

    fn from_str(text: &str) -> Result<Self, IssuerError> {
        if text.len() > LONGEST {
            return Err(IssuerError("the issuer is longer than 512 characters"));
        }
        let url = Url::parse(text).map_err(|_| IssuerError("the issuer is no URL"))?;
        if url.query().is_some() || url.fragment().is_some() || text.contains(['?', '#']) {
            return Err(IssuerError("the issuer has a query or a fragment"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(IssuerError("the issuer names a user"));
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(IssuerError("the issuer contains spaces"));
        }
        let loopback = is_loopback(&url);
        match url.scheme() {
            "https" => Ok(Self { text: text.to_owned(), loopback }),
            "http" if loopback => Ok(Self { text: text.to_owned(), loopback }),
            _ => Err(IssuerError("the issuer does not use https")),
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => host == "localhost" || host.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_uses_tls_or_is_on_this_machine() {
        for good in [
            "https://accounts.google.com",
            "https://login.example.com/tenant/v2.0",
            "https://id.example.com/",
            "http://127.0.0.1:9000",
            "http://[::1]:9000/a",
            "http://localhost:1",
            "http://idp.localhost:1",
        ] {
            assert_eq!(good.parse::<Issuer>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "accounts.google.com",
            "http://accounts.google.com",
            "http://127.0.0.1.example.com",
            "http://192.0.2.1",
            "https://a?b",
            "https://a/#b",
            "https://u@a",
            "https://a b",
            "ftp://localhost",
            "file:///etc/passwd",
            &format!("https://a/{}", "a".repeat(600)),
        ] {
            assert!(bad.parse::<Issuer>().is_err(), "{bad:?} must not parse");
        }
    }

    #[test]
    fn a_provider_elsewhere_names_no_address_of_this_machine_without_tls() {
        let far: Issuer = "https://idp.example.com".parse().unwrap();
        assert!(far.endpoint("https://keys.example.com/jwks").is_ok());
        for bad in
            ["http://127.0.0.1/jwks", "http://idp.example.com/jwks", "file:///x", "https://u:p@a/", "/jwks"]
        {
            assert!(far.endpoint(bad).is_err(), "{bad}");
        }
        let near: Issuer = "http://127.0.0.1:9000".parse().unwrap();
        assert!(near.endpoint("http://127.0.0.1:9000/jwks").is_ok());
        assert!(near.endpoint("http://192.0.2.1/jwks").is_err());
    }

    #[test]
    fn the_discovery_document_is_below_the_issuer() {
        for (issuer, at) in [
            ("https://a.example", "https://a.example/.well-known/openid-configuration"),
            ("https://a.example/", "https://a.example/.well-known/openid-configuration"),
            ("https://a.example/t/v2.0", "https://a.example/t/v2.0/.well-known/openid-configuration"),
        ] {
            assert_eq!(issuer.parse::<Issuer>().unwrap().discovery(), at);
        }
    }
}
