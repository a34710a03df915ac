//! Headers of an answer that mean more than the answer and its host.
//!
//! An application is one of several behind a gate, and under one site browsers hold some of what one of them says against
//! all of them, or against the gate. Such headers are dropped, or cut down to the host that they come from. What browsers
//! bind to one origin by themselves passes (`Service-Worker-Allowed`, `Accept-CH`, `Origin-Agent-Cluster`, `Refresh`,
//! `Reporting-Endpoints`): there it is the application's own matter.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// What is cleared of the answer's own origin. `"cookies"` is not among it: browsers clear them for the whole registrable
/// domain, and so for the sign-in host and every other application.
const OF_ONE_ORIGIN: [&[u8]; 5] = [
    br#""cache""#,
    br#""storage""#,
    br#""executionContexts""#,
    br#""prefetchCache""#,
    br#""prerenderCache""#,
];

/// Names that are dropped: promises about every host below or every port beside this one, reports of what happens at them
/// (with the addresses of our own pages), cookies in other clothes, and orders to a proxy or a delivery network in front
/// of the gate.
const FAR: [&str; 10] = [
    "alt-svc",
    "expect-ct",
    "nel",
    "public-key-pins",
    "public-key-pins-report-only",
    "report-to",
    "set-cookie2",
    "strict-transport-security",
    "x-lighttpd-send-file",
    "x-sendfile",
];

/// Beginnings of such names, and of those in which the gate gives its own word.
const FAR_FAMILIES: [&str; 5] =
    ["x-countersign-", "x-accel-", "x-reproxy-", "sec-session-", "secure-session-"];

/// Whether no application's answer may hold this header.
pub fn is_far(name: &HeaderName) -> bool {
    let name = name.as_str();
    FAR.contains(&name) || FAR_FAMILIES.iter().any(|family| name.starts_with(family))
}

/// Cuts `Clear-Site-Data` down to what is cleared of one origin.
pub fn clear_own_site_data(headers: &mut HeaderMap) {
    if !headers.contains_key(&CLEAR_SITE_DATA) {
        return;
    }
    let asked: Vec<Vec<u8>> = headers
        .get_all(&CLEAR_SITE_DATA)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(|kind| kind.trim_ascii().to_vec())
        .collect();
    let all = asked.iter().any(|kind| kind == br#""*""#);
    let kept: Vec<&[u8]> =
        OF_ONE_ORIGIN.into_iter().filter(|kind| all || asked.iter().any(|asked| asked == kind)).collect();
    headers.remove(&CLEAR_SITE_DATA);
    if let (false, Ok(value)) = (kept.is_empty(), HeaderValue::from_bytes(&kept.join(&b", "[..]))) {
        headers.insert(CLEAR_SITE_DATA, value);
    }
}

/// What every answer over TLS says: come back over TLS alone. Not `includeSubDomains`: whether each host below one of ours
/// has a certificate is not known here.
pub fn insist_on_tls(headers: &mut HeaderMap) {
    headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reaches_beyond_a_host_is_known() {
        for name in [
            "Strict-Transport-Security",
            "Public-Key-Pins",
            "Public-Key-Pins-Report-Only",
            "Expect-CT",
            "NEL",
            "Report-To",
            "Alt-Svc",
            "Set-Cookie2",
            "X-Accel-Redirect",
            "X-Sendfile",
            "Sec-Session-Registration",
            "Secure-Session-Registration",
            "X-Countersign-Decision",
            "X-Countersign-Anything",
        ] {
            assert!(is_far(&name.parse().unwrap()), "{name}");
        }
        for name in [
            "Service-Worker-Allowed",
            "Accept-CH",
            "Origin-Agent-Cluster",
            "Refresh",
            "Reporting-Endpoints",
            "Set-Cookie",
            "Content-Security-Policy",
            "WWW-Authenticate",
            "Access-Control-Allow-Origin",
        ] {
            assert!(!is_far(&name.parse().unwrap()), "{name}");
        }
    }

    #[test]
    fn an_application_clears_what_is_its_own() {
        let check = |sent: &[&str], kept: Option<&str>| {
            let mut headers: HeaderMap =
                sent.iter().map(|value| (CLEAR_SITE_DATA, value.parse().unwrap())).collect();
            clear_own_site_data(&mut headers);
            let found: Vec<_> =
                headers.get_all(CLEAR_SITE_DATA).iter().map(|v| v.to_str().unwrap()).collect();
            assert_eq!(found, kept.into_iter().collect::<Vec<_>>(), "{sent:?}");
        };
        let all = "\"cache\", \"storage\", \"executionContexts\", \"prefetchCache\", \"prerenderCache\"";
        check(&[], None);
        check(&["\"cookies\""], None);
        check(&["\"cache\",\"cookies\" , \"storage\""], Some("\"cache\", \"storage\""));
        check(&["\"cookies\"", "\"storage\""], Some("\"storage\""));
        check(&["\"*\""], Some(all));
        check(&["\"cache\"", "\"*\""], Some(all));
        check(&["cookies"], None);
        check(&["\"COOKIES\""], None);
        check(&["\"clientHints\", \"future\""], None);
    }
}
