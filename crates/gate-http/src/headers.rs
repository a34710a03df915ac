//! What may pass between client and application in headers, and what may not.
//!
//! An application behind the gate believes certain headers, because only the gate could have written them. So every
//! name in which some application somewhere looks for an identity, an address or another path is taken away from
//! clients, whether or not this application is known to look there.

use crate::trailers::{self, Trailing};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// What the names of our own cookies begin with; no application may see them or set them.
pub const COOKIE_PREFIX: &str = "__Host-countersign";

/// The header that names the decision that let a request through.
pub const DECISION: HeaderName = HeaderName::from_static("x-countersign-decision");

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Headers that end at each hop (RFC 9110, 7.6.1), beside those that `Connection` names. `Expect` is answered by the
/// gate itself; what `TE` and `Trailer` say of trailers is said anew.
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

/// Names in which applications look for who asks, from where, or for which other path or method.
const BELIEVED: &[&str] = &[
    "cdn-loop",
    "cf-access-jwt-assertion",
    "cf-access-authenticated-user-email",
    "cf-connecting-ip",
    "client-ip",
    "fastly-client-ip",
    "forwarded",
    "oidc-claim",
    "remote-addr",
    "remote-email",
    "remote-groups",
    "remote-name",
    "remote-user",
    "ssl-client-cert",
    "true-client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-envoy-external-address",
    "x-goog-iap-jwt-assertion",
    "x-host",
    "x-http-host-override",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-pomerium-jwt-assertion",
    "x-proxy-user",
    "x-real-ip",
    "x-remote-user",
    "x-rewrite-url",
    "x-user",
    "x-user-email",
    "x-webauth-user",
];

/// Beginnings of such names.
const BELIEVED_PREFIXES: &[&str] = &[
    "x-amzn-oidc-",
    "x-auth-request-",
    "x-authenticated-",
    "x-client-cert",
    "x-countersign-",
    "x-forwarded",
    "x-goog-authenticated-user-",
    "x-ms-client-principal",
    "x-original-",
    "x-remote-",
    "x-ssl-client-",
    "x-webauth-",
];

/// Whether a client may not send this header, since an application might believe it.
///
/// A name with `_` is refused whatever it says: CGI and WSGI turn both `-` and `_` into `_`, so that to the application
/// `x_remote_user` and `x-remote-user` are one.
pub fn is_believed(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.contains('_')
        || BELIEVED.contains(&name)
        || BELIEVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// The other end of the connection, and how the client addressed the gate.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The client's address.
    pub address: &'a HeaderValue,
    /// The host, with its port if there was one, as the client wrote it.
    pub authority: &'a HeaderValue,
    /// `https` or `http`.
    pub scheme: &'static str,
}

/// Make a client's headers fit to be forwarded: nothing that ends here, nothing that an application might believe,
/// none of our cookies, and our own word on where the request came from. Says what may follow the body.
pub fn cleanse_request(headers: &mut HeaderMap, assertion: &HeaderName, asked: Asked<'_>) -> Trailing {
    let takes_trailers = trailers::are_taken(headers);
    let trailing = remove(headers, Some(assertion), |name| is_believed(name) || name == assertion);
    if takes_trailers {
        headers.insert(header::TE, HeaderValue::from_static("trailers"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("te"));
    }
    hide_our_cookies(headers);
    headers.insert(header::HOST, asked.authority.clone());
    headers.insert(FORWARDED_HOST, asked.authority.clone());
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static(asked.scheme));
    headers.insert(FORWARDED_FOR, asked.address.clone());
    trailing
}

/// Make an application's headers fit to be passed on: nothing that ends here, none of our cookies set, no word in our
/// name, and no invitation to reach the application by another way (`Alt-Svc`). Says what may follow the body.
pub fn cleanse_response(headers: &mut HeaderMap) -> Trailing {
    let trailing = remove(headers, None, |name| *name == header::ALT_SVC || *name == DECISION);
    if headers.get_all(header::SET_COOKIE).iter().any(sets_ours) {
        let theirs: Vec<HeaderValue> =
            headers.get_all(header::SET_COOKIE).iter().filter(|value| !sets_ours(value)).cloned().collect();
        headers.remove(header::SET_COOKIE);
        for value in theirs {
            headers.append(header::SET_COOKIE, value);
        }
    }
    trailing
}

/// Take away what ends at this hop, the headers that `Connection` names among it, and what else goes; announce the
/// trailers that go on. Those that are there are looked at, rather than all that could be looked for.
fn remove(
    headers: &mut HeaderMap,
    assertion: Option<&HeaderName>,
    also: impl Fn(&HeaderName) -> bool,
) -> Trailing {
    let trailing = Trailing::of(headers, assertion);
    let announced = trailing.announced(headers);
    // The framing and the host are ours to write; a client that names them only wants to confuse.
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

/// The names that `Connection` holds.
pub fn named_by_connection(headers: &HeaderMap) -> impl Iterator<Item = HeaderName> {
    headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
}

fn hide_our_cookies(headers: &mut HeaderMap) {
    let ours = |pair: &[u8]| is_ours(pair.trim_ascii());
    let lines = headers.get_all(header::COOKIE);
    if !lines.iter().any(|line| line.as_bytes().split(|byte| *byte == b';').any(ours)) {
        return;
    }
    let kept: Vec<&[u8]> = lines
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .map(<[u8]>::trim_ascii)
        .filter(|pair| !pair.is_empty() && !is_ours(pair))
        .collect();
    let kept = kept.join(&b"; "[..]);
    headers.remove(header::COOKIE);
    if let (false, Ok(line)) = (kept.is_empty(), HeaderValue::from_bytes(&kept)) {
        headers.insert(header::COOKIE, line);
    }
}

/// In any case: browsers compare cookie names exactly, but not every application does.
fn is_ours(pair: &[u8]) -> bool {
    pair.get(..COOKIE_PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(COOKIE_PREFIX.as_bytes()))
}

fn sets_ours(value: &HeaderValue) -> bool {
    is_ours(value.as_bytes().trim_ascii_start())
}

/// The host of an authority (`host[:port]`), lower-cased; nothing for what is no host and port.
pub fn host_of(authority: &str) -> Option<String> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => authority.find(':').map_or((authority, ""), |at| authority.split_at(at)),
    };
    let port_ok = port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| {
            (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
    let host_ok = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':'));
    (port_ok && host_ok).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(lines: &[(&str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap()))
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
        let asked = Asked { address: &address, authority: &authority, scheme: "https" };
        cleanse_request(&mut headers, &HeaderName::from_static("x-pomerium-claim"), asked);
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
                ("connection", "x-other"),
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
        check_request(&[("trailer", "X-Sum, Cookie, X-Pomerium-Claim")], &["trailer: x-sum"]);
    }

    #[test]
    fn our_cookies_stay_here_and_the_others_go_on() {
        for (sent, kept) in [
            ("a=1; __Host-countersign=s; b=2", Some("cookie: a=1; b=2")),
            ("__Host-countersign-wiki=s", None),
            ("__host-COUNTERSIGN=s;a=1", Some("cookie: a=1")),
            ("a=__Host-countersign", Some("cookie: a=__Host-countersign")),
            ("a=1;b=2", Some("cookie: a=1;b=2")),
        ] {
            check_request(&[("cookie", sent)], kept.as_slice());
        }
        check_request(&[("cookie", "a=1"), ("cookie", "__Host-countersign=s")], &["cookie: a=1"]);
    }

    #[test]
    fn an_application_cannot_set_our_cookies_or_speak_for_us() {
        let mut headers = map(&[
            ("set-cookie", "a=1"),
            ("set-cookie", "__Host-countersign=evil; Path=/"),
            ("set-cookie", " __HOST-countersign-x=evil"),
            ("x-countersign-decision", "dec_1"),
            ("alt-svc", "h3=\":443\""),
            ("connection", "x-inner"),
            ("x-inner", "1"),
            ("content-type", "text/html"),
        ]);
        cleanse_response(&mut headers);
        assert_eq!(shown(&headers), ["content-type: text/html", "set-cookie: a=1"]);
    }

    #[test]
    fn an_authority_is_a_host_and_perhaps_a_port() {
        for (authority, host) in [
            ("wiki.localhost", Some("wiki.localhost")),
            ("Wiki.LocalHost:8443", Some("wiki.localhost")),
            ("[::1]:80", Some("::1")),
            ("", None),
            (":80", None),
            ("a:", None),
            ("a:b", None),
            ("a:123456", None),
            ("a:80:80", None),
            ("u@a", None),
            ("a/b", None),
            ("a b", None),
            ("[::1", None),
        ] {
            assert_eq!(host_of(authority).as_deref(), host, "{authority:?}");
        }
    }
}
