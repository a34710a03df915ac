//! Decides which trailers may pass, in either direction (RFC 9110, 6.5).
//!
//! A trailer comes after the message was processed, and some servers merge it into the headers. So a trailer that
//! frames a message, routes it, authenticates its sender, or determines how it is parsed or cached is removed (6.5.1),
//! and so is a name that a client may not send as a header.
//!
//! On HTTP/1.1, hyper writes only those trailers that the head announced in `Trailer`, and to a client only if it sent
//! `TE: trailers`. Others are dropped there, which a recipient must expect (6.5.2).

use crate::headers::{AcceptedHeaders, is_believed, is_far, named_by_connection};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// Fields that have a meaning only in a head, in addition to those that [`BEGINNINGS`] covers.
static HEAD_ONLY: [HeaderName; 33] = [
    header::AGE,
    header::ALT_SVC,
    header::AUTHORIZATION,
    header::CACHE_CONTROL,
    header::CONNECTION,
    header::COOKIE,
    header::DATE,
    header::ETAG,
    header::EXPECT,
    header::EXPIRES,
    header::HOST,
    header::LAST_MODIFIED,
    header::LINK,
    header::LOCATION,
    header::MAX_FORWARDS,
    header::ORIGIN,
    header::PRAGMA,
    header::RANGE,
    header::REFERER,
    header::REFRESH,
    header::RETRY_AFTER,
    header::SET_COOKIE,
    header::STRICT_TRANSPORT_SECURITY,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::VARY,
    header::WARNING,
    header::WWW_AUTHENTICATE,
    HeaderName::from_static("http2-settings"),
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("priority"),
];

/// Prefixes of such names. Of those, `content-digest` alone is meant for trailers (RFC 9530).
const BEGINNINGS: [&str; 7] =
    ["accept", "access-control-", "authentication-", "content-", "if-", "proxy-", "sec-"];

/// Which trailers may follow a body, as far as its head determines that.
#[derive(Debug, Default)]
pub struct Trailing {
    /// Names refused for this message, in addition to those refused for all: what `Connection` names, which ends at
    /// this hop.
    also: Vec<HeaderName>,
    /// The names that an application accepts as headers and so as trailers; `None` for its answers.
    accepted: Option<AcceptedHeaders>,
}

impl Trailing {
    /// Determines which trailers may follow the body behind this head, which must still be as received.
    pub fn of(headers: &HeaderMap, accepted: Option<&AcceptedHeaders>) -> Self {
        let also = named_by_connection(headers).filter(may_trail).collect();
        Self { also, accepted: accepted.cloned() }
    }

    fn may_pass(&self, name: &HeaderName) -> bool {
        let accepted = self.accepted.as_ref().is_none_or(|accepted| accepted.accept(name));
        accepted && may_trail(name) && !self.also.contains(name)
    }

    /// Returns the trailers to pass on, or `None` if none remain.
    pub fn cleanse(&self, trailers: HeaderMap) -> Option<HeaderMap> {
        let refused: Vec<HeaderName> = trailers.keys().filter(|name| !self.may_pass(name)).cloned().collect();
        let mut trailers = trailers;
        for name in refused {
            trailers.remove(name);
        }
        (!trailers.is_empty()).then_some(trailers)
    }

    /// Returns the `Trailer` header for the next hop: the announced names that may pass. A body of a stated length is
    /// not chunked on the next hop, so no trailers can follow it there.
    pub fn announced(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        if headers.contains_key(header::CONTENT_LENGTH) {
            return None;
        }
        let names: Vec<HeaderName> = headers
            .get_all(header::TRAILER)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|name| name.trim().parse().ok())
            .filter(|name| self.may_pass(name))
            .collect();
        let names: Vec<&str> = names.iter().map(HeaderName::as_str).collect();
        if names.is_empty() { None } else { HeaderValue::try_from(names.join(", ")).ok() }
    }
}

/// Returns whether a field of this name may follow any body.
fn may_trail(name: &HeaderName) -> bool {
    let text = name.as_str();
    let head_only =
        BEGINNINGS.iter().any(|beginning| text.starts_with(beginning)) && text != "content-digest";
    !head_only && !HEAD_ONLY.contains(name) && !is_believed(name) && !is_far(name)
}

/// Returns whether the sender of this head accepts trailers (RFC 9110, 10.1.4).
pub fn are_taken(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::TE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| coding.trim().eq_ignore_ascii_case("trailers"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(names: &[&str]) -> HeaderMap {
        names
            .iter()
            .map(|name| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_static("1")))
            .collect()
    }

    fn check(head: &[(&str, &str)], trailers: &[&str], left: &[&str]) {
        let head: HeaderMap =
            head.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let accepted = AcceptedHeaders::new(HeaderName::from_static("x-claims"), None);
        let trailing = Trailing::of(&head, Some(&accepted));
        let found = trailing.cleanse(map(trailers)).unwrap_or_default();
        let mut found: Vec<_> = found.keys().map(HeaderName::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, left, "{trailers:?} behind {head:?}");
    }

    #[test]
    fn what_a_head_decides_is_not_decided_again_behind_the_body() {
        for refused in [
            "Content-Length",
            "Transfer-Encoding",
            "Trailer",
            "TE",
            "Host",
            "Authorization",
            "Cookie",
            "Set-Cookie",
            "Proxy-Authorization",
            "WWW-Authenticate",
            "Authentication-Info",
            "Content-Type",
            "Content-Encoding",
            "Content-Range",
            "Content-Disposition",
            "Content-Security-Policy",
            "Cache-Control",
            "Expires",
            "Vary",
            "If-Match",
            "Range",
            "Expect",
            "Location",
            "Retry-After",
            "Connection",
            "Keep-Alive",
            "Upgrade",
            "Sec-Fetch-Site",
            "Origin",
            "Access-Control-Allow-Origin",
            "Accept-Encoding",
            "Alt-Svc",
            "Strict-Transport-Security",
            // An application might trust these.
            "X-Countersign-Assertion",
            "X-Countersign-Decision",
            "X-Forwarded-For",
            "X-Forwarded-User",
            "Remote-User",
            "X-HTTP-Method-Override",
            "Grpc_Status",
            "X-Claims",
            "NEL",
            "X-Accel-Redirect",
        ] {
            check(&[], &[refused], &[]);
            check(&[], &[refused, "x-kept"], &["x-kept"]);
        }
    }

    #[test]
    fn what_is_about_the_body_passes() {
        let kept = ["content-digest", "grpc-message", "grpc-status", "server-timing", "x-checksum"];
        check(&[], &kept, &kept);
    }

    #[test]
    fn what_connection_names_ends_here() {
        check(&[("connection", "close, X-Mine")], &["x-mine", "x-other"], &["x-other"]);
    }

    #[test]
    fn only_what_may_pass_is_announced() {
        let announced = |head: &[(&str, &str)]| {
            let head: HeaderMap =
                head.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            Trailing::of(&head, None).announced(&head).map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(announced(&[]), None);
        assert_eq!(
            announced(&[("trailer", "X-A, host"), ("trailer", "x-b ,, x c")]).as_deref(),
            Some("x-a, x-b")
        );
        assert_eq!(announced(&[("trailer", "content-length")]), None);
        assert_eq!(announced(&[("trailer", "x-a"), ("content-length", "3")]), None);
        assert_eq!(announced(&[("trailer", "x-a"), ("connection", "x-a")]), None);
    }

    #[test]
    fn trailers_are_taken_by_whoever_says_so() {
        for (te, taken) in
            [("trailers", true), ("gzip;q=0.5, Trailers", true), ("gzip", false), ("trailersx", false)]
        {
            let head = HeaderMap::from_iter([(header::TE, HeaderValue::from_static(te))]);
            assert_eq!(are_taken(&head), taken, "{te}");
        }
        assert!(!are_taken(&HeaderMap::new()));
    }
}
