//! Determines whether a request opens a stream, for our own gate and for the proxies that ask us.
//!
//! A stream is decided as the action `connect`, so a request that counts as a stream escapes the decision for its
//! method. The only supported stream is a WebSocket (RFC 6455). The gate switches to no other protocol: `h2c`, another
//! HTTP or TLS inside the connection would carry requests that nobody decides, and a server that does not know the
//! protocol processes the request as if there were no `Upgrade` (RFC 9110, 7.8).

use http::{HeaderValue, Method};

/// The only protocol that a request may switch its connection to.
pub const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");

/// The result of classifying `Upgrade`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upgrade {
    /// There is no `Upgrade`.
    None,
    /// The request opens a WebSocket.
    WebSocket,
    /// The request names another protocol and opens no stream: it must not reach an application with its `Upgrade`.
    Refused,
    /// The request could open a stream, but names no protocol or more than one.
    Ambiguous,
}

impl Upgrade {
    /// Classifies a request with this method and these `Upgrade` headers. `agreed` states whether `Connection` names
    /// `upgrade`, in the version of HTTP that has it.
    pub fn of<'a>(
        method: &Method,
        protocols: impl IntoIterator<Item = &'a HeaderValue>,
        agreed: bool,
    ) -> Self {
        let mut protocols = protocols.into_iter();
        let Some(first) = protocols.next() else { return Self::None };
        let protocol = first.as_bytes().trim_ascii();
        if method != Method::GET || !agreed {
            return Self::Refused;
        }
        if protocols.next().is_some() || protocol.is_empty() || protocol.contains(&b',') {
            return Self::Ambiguous;
        }
        if protocol.eq_ignore_ascii_case(WEBSOCKET.as_bytes()) { Self::WebSocket } else { Self::Refused }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, protocols: &[&str], agreed: bool, expected: Upgrade) {
        let protocols: Vec<HeaderValue> = protocols.iter().map(|text| text.parse().unwrap()).collect();
        let found = Upgrade::of(&method.parse().unwrap(), &protocols, agreed);
        assert_eq!(found, expected, "{method} {protocols:?} {agreed}");
    }

    #[test]
    fn only_a_get_for_one_websocket_opens_a_stream() {
        use Upgrade as U;
        check("GET", &[], true, U::None);
        check("GET", &["websocket"], true, U::WebSocket);
        check("GET", &["WebSocket"], true, U::WebSocket);
        check("GET", &[" websocket "], true, U::WebSocket);
        check("GET", &["websocket"], false, U::Refused);
        for method in ["POST", "HEAD", "PUT", "DELETE", "OPTIONS", "get", "CONNECT"] {
            check(method, &["websocket"], true, U::Refused);
            check(method, &["websocket", "h2c"], true, U::Refused);
        }
        for protocol in
            ["h2c", "h2", "HTTP/2.0", "TLS/1.0", "x", "websocket/13", "websockets", "\"websocket\""]
        {
            check("GET", &[protocol], true, U::Refused);
            check("POST", &[protocol], true, U::Refused);
        }
        for several in
            [&["websocket, h2c"][..], &["h2c,websocket"], &["websocket", "websocket"], &[""], &[","]]
        {
            check("GET", several, true, U::Ambiguous);
        }
    }
}
