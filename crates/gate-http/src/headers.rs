//! Which headers may pass between client and application.
//!
//! `names` decides which request headers an application receives, `cookies` which cookies pass in either direction, and
//! `reach` which headers of an answer affect more than the host that sent it.

mod cookies;
mod names;
mod reach;

pub use cookies::{COOKIE_PREFIX, without_ours};
pub use names::{AcceptedHeaders, is_believed};
pub use reach::{insist_on_tls, is_far};

use crate::trailers::{self, Trailing};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// The header that contains the id of the decision that allowed a request.
pub const DECISION: HeaderName = HeaderName::from_static("x-countersign-decision");

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Hop-by-hop headers (RFC 9110, 7.6.1), in addition to those that `Connection` names. The gate itself answers
/// `Expect`; it rewrites what `TE` and `Trailer` state about trailers.
static HOP_BY_HOP: [HeaderName; 11] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::EXPECT,
    HeaderName::from_static("http2-settings"),
];

/// The other end of the connection, and how the client addressed the gate.
#[derive(Debug, Clone, Copy)]
pub struct ForwardedHeaders<'a> {
    /// The client's address.
    pub address: &'a HeaderValue,
    /// The host, with its port if there was one, as the client wrote it.
    pub authority: &'a HeaderValue,
    /// `https` or `http`.
    pub scheme: &'static str,
}

/// Prepares a client's headers for forwarding: removes hop-by-hop headers, headers that the application does not accept
/// and our own cookies, and adds the gate's statement of the request's origin. Returns which trailers may follow the
/// body.
pub fn cleanse_request(
    headers: &mut HeaderMap,
    accepted: &AcceptedHeaders,
    asked: ForwardedHeaders<'_>,
) -> Trailing {
    let takes_trailers = trailers::are_taken(headers);
    let trailing = remove(headers, Some(accepted), |name| !accepted.accept(name));
    if takes_trailers {
        headers.insert(header::TE, HeaderValue::from_static("trailers"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("te"));
    }
    cookies::hide_ours(headers);
    headers.insert(header::HOST, asked.authority.clone());
    headers.insert(FORWARDED_HOST, asked.authority.clone());
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static(asked.scheme));
    headers.insert(FORWARDED_FOR, asked.address.clone());
    trailing
}

/// Prepares the headers of an application at `host` for the client: removes hop-by-hop headers, and those that affect
/// more than that host or imitate the gate's own. Returns which trailers may follow the body.
pub fn cleanse_response(headers: &mut HeaderMap, host: &str) -> Trailing {
    let trailing = remove(headers, None, is_far);
    cookies::keep_those_of(host, headers);
    reach::clear_own_site_data(headers);
    trailing
}

/// Removes hop-by-hop headers, those that `Connection` names and what `also` selects, and announces the trailers that
/// continue. Iterates over the headers present, instead of looking up every name that could be.
fn remove(
    headers: &mut HeaderMap,
    accepted: Option<&AcceptedHeaders>,
    also: impl Fn(&HeaderName) -> bool,
) -> Trailing {
    let trailing = Trailing::of(headers, accepted);
    let announced = trailing.announced(headers);
    // The gate writes the framing and the host itself; a client that names them in `Connection` only tries to confuse.
    let ours = |name: &HeaderName| *name == header::HOST || *name == header::CONTENT_LENGTH;
    let going: Vec<HeaderName> = named_by_connection(headers)
        .filter(|name| !ours(name))
        .chain(headers.keys().filter(|name| HOP_BY_HOP.contains(name) || also(name)).cloned())
        .collect();
    for name in going {
        headers.remove(name);
    }
    if let Some(announced) = announced {
        headers.insert(header::TRAILER, announced);
    }
    trailing
}

/// Returns the header names in `Connection`.
pub fn named_by_connection(headers: &HeaderMap) -> impl Iterator<Item = HeaderName> {
    headers
        .get_all(header::CONNECTION)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(lines: &[(&str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| {
                (name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap())
            })
            .collect()
    }

    fn shown(headers: &HeaderMap) -> Vec<String> {
        let mut lines: Vec<_> =
            headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
        lines.sort();
        lines
    }

    fn check_request(sent: &[(&str, &str)], expected: &[&str]) {
        let mut headers = map(sent);
        let authority = HeaderValue::from_static("wiki.localhost:8443");
        let address = HeaderValue::from_static("192.0.2.7");
        let asked = ForwardedHeaders { address: &address, authority: &authority, scheme: "https" };
        let accepted = AcceptedHeaders::new(HeaderName::from_static("x-claims"), None);
        cleanse_request(&mut headers, &accepted, asked);
        let ours = [
            "host: wiki.localhost:8443",
            "x-forwarded-for: 192.0.2.7",
            "x-forwarded-host: wiki.localhost:8443",
            "x-forwarded-proto: https",
        ];
        let mut expected: Vec<_> = ours.iter().chain(expected).map(|line| (*line).to_owned()).collect();
        expected.sort();
        assert_eq!(shown(&headers), expected, "{sent:?}");
    }

    #[test]
    fn what_an_application_might_believe_is_taken_away() {
        for name in [
            "X-Forwarded-For",
            "X-Forwarded-User",
            "X-Forwarded-Email",
            "X-Forwarded-Groups",
            "X-Forwarded-Preferred-Username",
            "Forwarded",
            "X-Real-IP",
            "X-Countersign-Assertion",
            "X-Countersign-Anything",
            "X-Pomerium-Claim",
            "X-Claims",
            "X-Auth-Request-Email",
            "Remote-User",
            "X-Remote-User",
            "X-WebAuth-User",
            "X-Goog-IAP-JWT-Assertion",
            "X-Goog-Authenticated-User-Email",
            "CF-Access-JWT-Assertion",
            "X-Amzn-OIDC-Data",
            "X-MS-CLIENT-PRINCIPAL",
            "X-MS-CLIENT-PRINCIPAL-NAME",
            "X-HTTP-Method-Override",
            "X-Original-URL",
            "X-Rewrite-URL",
            "X_Remote_User",
            "Remote_User",
            "Any_Thing",
            "Content_Length",
        ] {
            check_request(&[(name, "root"), ("accept", "*/*")], &["accept: */*"]);
        }
    }

    #[test]
    fn what_ends_at_a_hop_is_not_forwarded() {
        check_request(
            &[
                ("connection", "close, X-Mine, cookie"),
                ("connection", "x-other, \u{e9}"),
                ("x-mine", "1"),
                ("x-other", "1"),
                ("keep-alive", "5"),
                ("te", "gzip"),
                ("trailer", "host"),
                ("upgrade", "h2c"),
                ("http2-settings", "x"),
                ("proxy-authorization", "x"),
                ("expect", "100-continue"),
                ("transfer-encoding", "chunked"),
                ("accept", "*/*"),
            ],
            &["accept: */*"],
        );
        check_request(
            &[("connection", "host, content-length"), ("content-length", "3")],
            &["content-length: 3"],
        );
    }

    #[test]
    fn what_is_said_of_trailers_is_said_anew_to_the_application() {
        check_request(
            &[("te", "gzip, trailers"), ("connection", "te, x-mine"), ("x-mine", "1")],
            &["te: trailers", "connection: te"],
        );
        check_request(&[("trailer", "X-Sum, Cookie, X-Claims")], &["trailer: x-sum"]);
    }

    #[test]
    fn an_application_cannot_set_our_cookies_or_speak_for_us() {
        let mut headers = map(&[
            ("set-cookie", "a=1"),
            ("set-cookie", "__Host-countersign=evil; Path=/"),
            ("set-cookie", " __HOST-countersign-x=evil"),
            ("x-countersign-decision", "dec_1"),
            ("alt-svc", "h3=\":443\""),
            ("strict-transport-security", "max-age=0"),
            ("clear-site-data", "\"cookies\""),
            ("set-cookie", "b=2; Domain=localhost"),
            ("set-cookie", "=__Host-countersign-app=evil"),
            ("refresh", "5"),
            ("connection", "x-inner"),
            ("x-inner", "1"),
            ("content-type", "text/html"),
        ]);
        cleanse_response(&mut headers, "wiki.localhost");
        assert_eq!(shown(&headers), ["content-type: text/html", "refresh: 5", "set-cookie: a=1"]);
    }
}
