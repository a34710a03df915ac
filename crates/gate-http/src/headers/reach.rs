//! Headers of an answer that affect more than the answer and its host.
//!
//! An application is one of several behind a gate, and browsers apply some headers to the whole site, so one
//! application's answer affects the others, or the gate. Such headers are removed, or reduced to the host that sent
//! them. Headers that browsers bind to one origin pass (`Service-Worker-Allowed`, `Accept-CH`, `Origin-Agent-Cluster`,
//! `Refresh`, `Reporting-Endpoints`): they affect only the application itself.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The values that clear data of the answer's own origin. `"cookies"` is not among them: browsers clear them for the
/// whole registrable domain, and so for the sign-in host and every other application.
const OF_ONE_ORIGIN: [&[u8]; 5] = [
    br#""cache""#,
    br#""storage""#,
    br#""executionContexts""#,
    br#""prefetchCache""#,
    br#""prerenderCache""#,
];

/// Removed names: promises about every host below or every port beside this one, reports of events there (with the
/// addresses of our own pages), cookies under other names, and commands to a proxy or a delivery network in front of
/// the gate.
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

/// Prefixes of such names, and of the gate's own headers.
const FAR_FAMILIES: [&str; 5] =
    ["x-countersign-", "x-accel-", "x-reproxy-", "sec-session-", "secure-session-"];

/// Returns whether an application's answer may not contain this header.
pub fn is_far(name: &HeaderName) -> bool {
    let name = name.as_str();
    FAR.contains(&name) || FAR_FAMILIES.iter().any(|family| name.starts_with(family))
}

/// Reduces `Clear-Site-Data` to the data of one origin.
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

/// Adds to an answer over TLS that the browser must return over TLS only. Without `includeSubDomains`, because the gate
/// does not know whether each host below one of ours has a certificate.
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
