//! A request as the gate parsed it: from here on there is one reading of it.

use crate::host::host_of;
use crate::method;
use crate::pages::{Notice, Reader};
use crate::target::Target;
use crate::upgrade::Upgrade;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, Request, Version};
use http_body::Body;

/// The request in terms of HTTP.
#[derive(Debug, Clone)]
pub struct RequestHead {
    /// The method.
    pub method: Method,
    /// The host, with its port if there was one, as the client wrote it.
    pub authority: HeaderValue,
    /// The host, lower-cased.
    pub host: String,
    /// The path and the query.
    pub target: Target,
    /// The kind of client that reads the answer.
    pub reader: Reader,
    /// Whether it opens a stream (a WebSocket), which is a different action than its method's.
    pub opens_stream: bool,
}

impl RequestHead {
    /// Parses a request.
    ///
    /// # Errors
    /// If it could be understood in two ways, or in none; the notice tells the sender.
    pub fn of<B: Body>(request: &Request<B>) -> Result<Self, Box<Notice>> {
        let headers = request.headers();
        let method = method::read(request.method().as_str().as_bytes())?;
        let authority = authority(request)?;
        let host = authority.to_str().ok().and_then(host_of).ok_or_else(|| {
            Notice::bad_request("The Host header must be a host name, and a port if it is not the usual one.")
        })?;
        let raw = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let target = Target::parse(raw.as_bytes())
            .map_err(|why| Notice::bad_request(format!("In this request {why}.")))?;
        let opens_stream = opens_stream(request)?;
        Ok(Self { reader: Reader::of(&method, headers), method, authority, host, target, opens_stream })
    }

    /// Returns where a browser returns after signing in: to this path, if repeating the request only reads.
    pub fn return_to(&self) -> String {
        if self.method == Method::GET { self.target.to_string() } else { "/".to_owned() }
    }
}

/// Returns the one host that the request is for. HTTP/2 and the absolute form state it in the target, HTTP/1 in `Host`;
/// if both are present, they must agree.
fn authority<B>(request: &Request<B>) -> Result<HeaderValue, Box<Notice>> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (host, second) = (hosts.next(), hosts.next());
    if second.is_some() {
        return Err(Notice::bad_request("There is more than one Host header."));
    }
    let target = request.uri().authority().map(http::uri::Authority::as_str);
    match (host, target) {
        (Some(host), None) => Ok(host.clone()),
        (None, Some(target)) => {
            HeaderValue::try_from(target).map_err(|_| Notice::bad_request("The authority cannot be read."))
        }
        (Some(host), Some(target)) if host.as_bytes().eq_ignore_ascii_case(target.as_bytes()) => {
            Ok(host.clone())
        }
        (Some(_), Some(_)) => {
            Err(Notice::bad_request("The Host header names another host than the request target."))
        }
        (None, None) => Err(Notice::bad_request("There is no Host header.")),
    }
}

/// Returns whether a request opens a stream. A request for any other protocol continues without its `Upgrade`, as a
/// server may choose (RFC 9110, 7.8), and is decided by its method.
fn opens_stream<B: Body>(request: &Request<B>) -> Result<bool, Box<Notice>> {
    let headers = request.headers();
    let agreed = request.version() == Version::HTTP_11 && connection_says_upgrade(headers);
    match Upgrade::of(request.method(), headers.get_all(header::UPGRADE), agreed) {
        Upgrade::None | Upgrade::Refused => Ok(false),
        Upgrade::Ambiguous => Err(Notice::bad_request("Name one protocol to upgrade to.")),
        Upgrade::WebSocket if request.body().is_end_stream() => Ok(true),
        Upgrade::WebSocket => Err(Notice::bad_request("A request to upgrade has no body.")),
    }
}

fn connection_says_upgrade(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|token| token.trim().eq_ignore_ascii_case("upgrade"))
}

/// Returns whether an upgrade request comes from a page of another origin than the one that it is for.
pub fn is_foreign(headers: &HeaderMap, authority: &HeaderValue) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    let origin = origin.as_bytes();
    let host = origin.strip_prefix(b"https://").or_else(|| origin.strip_prefix(b"http://"));
    !host.is_some_and(|host| host.eq_ignore_ascii_case(authority.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::Empty;

    fn check(uri: &str, headers: &[(&str, &str)], expected: &str) {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let heard = RequestHead::of(&request.body(Empty::<bytes::Bytes>::new()).unwrap());
        let shown = match heard {
            Ok(heard) => format!("{} {} {}", heard.host, heard.target, heard.opens_stream),
            Err(notice) => notice.status.as_u16().to_string(),
        };
        assert_eq!(shown, expected, "{uri} {headers:?}");
    }

    #[test]
    fn a_request_is_for_one_host() {
        check("/a?b", &[("host", "Wiki.localhost:8443")], "wiki.localhost /a?b false");
        check("http://wiki/a", &[("host", "wiki")], "wiki /a false");
        check("https://WIKI", &[("host", "wiki")], "wiki / false");
        check("https://wiki/a", &[], "wiki /a false");
        check("http://wiki/a", &[("host", "payroll")], "400");
        check("http://wiki:80/a", &[("host", "wiki")], "400");
        check("/a", &[("host", "wiki"), ("host", "wiki")], "400");
        check("/a", &[], "400");
        check("/a", &[("host", "")], "400");
        check("/a", &[("host", "wiki/x")], "400");
        check("/a", &[("host", "user@wiki")], "400");
        for host in ["[wiki]", ":1", "wiki:99999", "wiki:0", "wiki.", "wiki..localhost", "[::1", "::1"] {
            check("/a", &[("host", host)], "400");
        }
        for target in ["http://user@wiki/a", "http://wiki:99999/a", "http://wiki./a"] {
            check(target, &[], "400");
        }
        check("/a/../b", &[("host", "wiki")], "400");
        check("*", &[("host", "wiki")], "400");
    }

    #[test]
    fn an_upgrade_names_one_protocol_that_is_not_http() {
        let with = |protocol: &'static str| {
            [("host", "wiki"), ("connection", "keep-alive, Upgrade"), ("upgrade", protocol)]
        };
        check("/", &with("websocket"), "wiki / true");
        check("/", &with("h2c"), "wiki / false");
        check("/", &with("HTTP/2.0"), "wiki / false");
        check("/", &with("TLS/1.0"), "wiki / false");
        check("/", &with("anything"), "wiki / false");
        check("/", &with("WebSocket"), "wiki / true");
        check("/", &with("websocket, h2c"), "400");
        check("/", &with(""), "400");
        check("/", &[("host", "wiki"), ("upgrade", "websocket")], "wiki / false");
    }

    #[test]
    fn a_page_of_another_origin_is_foreign() {
        let authority = HeaderValue::from_static("wiki.localhost:8443");
        for (origin, foreign) in [
            (None, false),
            (Some("https://wiki.localhost:8443"), false),
            (Some("http://Wiki.localhost:8443"), false),
            (Some("https://wiki.localhost"), true),
            (Some("https://payroll.localhost:8443"), true),
            (Some("null"), true),
            (Some("https://wiki.localhost:8443.evil.example"), true),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(is_foreign(&headers, &authority), foreign, "{origin:?}");
        }
    }
}
