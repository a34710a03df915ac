//! The settings of an application that only HTTP has: hosts, the upstream, routes and headers.

use countersign_names::Action;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// An application that speaks HTTP: how the gate reaches it, and which requests match which of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpApplication {
    /// The hosts under which people reach it, in lower case, without a port.
    pub hosts: BTreeSet<String>,
    /// The server to which the gate forwards.
    pub upstream: Upstream,
    /// The routes that match each part. The parts are tried in the order of [`Application::resources`]; the first route
    /// that matches a request determines its resource.
    ///
    /// [`Application::resources`]: crate::Application::resources
    pub routes: PartRoutes,
    /// The header in which the upstream receives the signed assertion about the principal.
    pub assertion_header: String,
    /// Media types that count as a download, as `type/subtype` or `type/*`. A response marked as an attachment always
    /// counts.
    pub download_types: BTreeSet<String>,
    /// The request headers that it receives, beside those of HTTP itself. `None` leaves that to the gate's rules.
    pub request_headers: Option<BTreeSet<RequestHeader>>,
}

/// The routes of each part that has at least one.
///
/// A part without routes has no entry, so that a declaration has only one representation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartRoutes(BTreeMap<String, Vec<Route>>);

impl PartRoutes {
    /// Returns the routes of a part, in the order in which they are tried.
    pub fn of(&self, part: &str) -> &[Route] {
        self.0.get(part).map_or(&[], Vec::as_slice)
    }

    /// Returns the names of the parts that have routes.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl<P: Into<String>> Extend<(P, Vec<Route>)> for PartRoutes {
    fn extend<I: IntoIterator<Item = (P, Vec<Route>)>>(&mut self, parts: I) {
        for (part, routes) in parts {
            if !routes.is_empty() {
                self.0.entry(part.into()).or_default().extend(routes);
            }
        }
    }
}

impl<P: Into<String>> FromIterator<(P, Vec<Route>)> for PartRoutes {
    fn from_iter<I: IntoIterator<Item = (P, Vec<Route>)>>(parts: I) -> Self {
        let mut routes = Self::default();
        routes.extend(parts);
        routes
    }
}

/// The server to which a gate forwards: an HTTP origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Upstream {
    /// Whether the gate uses TLS.
    pub tls: bool,
    /// Host name or address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// A pattern that requests match by method and path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The methods. An empty set matches every method.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub methods: BTreeSet<Method>,
    /// The path pattern: segments, `*` for any one segment, and `**` at the end for any rest, including none.
    pub path: String,
    /// The action of matching requests. `None` derives it from the method (GET and HEAD read, the rest write).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
}

/// An HTTP method in capital letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Method(String);

impl Method {
    /// Returns the method as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether a text is a method in its canonical form. Every registered method consists of capital letters and
    /// hyphens. Methods are case-sensitive (RFC 9110, 9.1), but some servers take `post` for `POST`, so no other form is
    /// accepted.
    pub fn is_well_formed(text: &str) -> bool {
        (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'-')
    }
}

impl TryFrom<String> for Method {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if Self::is_well_formed(&text) {
            Ok(Self(text))
        } else {
            Err(format!("{text:?} is not an HTTP method: write it in capital letters, as in GET"))
        }
    }
}

impl From<Method> for String {
    fn from(method: Method) -> Self {
        method.0
    }
}

/// The name, in lower case, of a request header that an application has declared to accept from clients.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestHeader(String);

/// Headers that the gate sets itself, or that end at the gate.
const NOT_TO_DECLARE: [&str; 13] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-real-ip",
    "forwarded",
];

impl RequestHeader {
    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RequestHeader {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=64).contains(&text.len()) || !text.bytes().all(plain) {
            return Err(format!(
                "{text:?} is not a header name: write it in lower case, of letters, digits and hyphens"
            ));
        }
        let families = ["x-countersign-", "x-forwarded", "proxy-"];
        if NOT_TO_DECLARE.contains(&&*text) || families.iter().any(|family| text.starts_with(family)) {
            return Err(format!("{text:?} is written by the gate itself, so no client can be let say it"));
        }
        Ok(Self(text))
    }
}

impl From<RequestHeader> for String {
    fn from(header: RequestHeader) -> Self {
        header.0
    }
}

impl std::fmt::Display for Upstream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        if self.host.contains(':') {
            write!(f, "{scheme}://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{scheme}://{}:{}", self.host, self.port)
        }
    }
}

impl TryFrom<String> for Upstream {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Upstream> for String {
    fn from(upstream: Upstream) -> Self {
        upstream.to_string()
    }
}

impl std::str::FromStr for Upstream {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = |why: &str| format!("{text:?} is not an upstream: {why}, as in http://127.0.0.1:3000");
        let (tls, rest) = match (text.strip_prefix("http://"), text.strip_prefix("https://")) {
            (Some(rest), _) => (false, rest),
            (_, Some(rest)) => (true, rest),
            _ => return Err(refused("begin with http:// or https://")),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '?', '#', '@']) {
            return Err(refused("give the origin alone, without a path, query or user"));
        }
        // A bracketed IPv6 address contains colons, so the port is after the bracket.
        let (host, port) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, after)) => (host, after.strip_prefix(':')),
            None => match rest.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (rest, None),
            },
        };
        let port = match port {
            None if tls => 443,
            None => 80,
            Some(digits) => digits.parse().map_err(|_| refused("the port is a number up to 65535"))?,
        };
        let plausible = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'_');
        if host.is_empty() || !host.bytes().all(plausible) {
            return Err(refused("name a host"));
        }
        Ok(Self { tls, host: host.to_ascii_lowercase(), port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_written_in_capital_letters() {
        for (text, is_one) in [
            ("POST", true),
            ("BASELINE-CONTROL", true),
            ("post", false),
            ("Post", false),
            ("", false),
            ("GET ", false),
            ("G\u{c9}T", false),
            ("ABCDEFGHIJKLMNOPQRSTU", false),
        ] {
            assert_eq!(Method::is_well_formed(text), is_one, "{text:?}");
            assert_eq!(Method::try_from(text.to_owned()).is_ok(), is_one, "{text:?}");
        }
    }

    #[test]
    fn a_declared_header_is_one_that_a_client_may_speak_in() {
        for (text, is_one) in [
            ("x-auth-token", true),
            ("destination", true),
            ("remote-user", true),
            ("", false),
            ("X-Auth-Token", false),
            ("x_auth_token", false),
            ("x-auth-token ", false),
            ("x-forwarded-for", false),
            ("forwarded", false),
            ("x-countersign-assertion", false),
            ("proxy-authorization", false),
            ("connection", false),
            ("content-length", false),
            ("host", false),
        ] {
            assert_eq!(RequestHeader::try_from(text.to_owned()).is_ok(), is_one, "{text:?}");
        }
    }

    #[test]
    fn an_upstream_is_an_origin() {
        for (text, shown) in [
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://Localhost", "http://localhost:80"),
            ("https://wiki.example/", "https://wiki.example:443"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(text.parse::<Upstream>().unwrap().to_string(), shown);
        }
        for bad in
            ["", "wiki:80", "ftp://a", "http://", "http://a/b", "http://u@a", "http://a:99999", "http://a b"]
        {
            assert!(bad.parse::<Upstream>().is_err(), "{bad:?} must not parse");
        }
    }
}
