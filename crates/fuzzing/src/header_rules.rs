//! Headers and trailers of a client on their way to an application, and of an application on their way back. Whatever was
//! sent, nothing is left in which an application could read somebody else's word as the gate's.

use crate::Fields;
use countersign_gate_http::readers::{
    AcceptedHeaders, ForwardedHeaders, Trailing, cleanse_request, cleanse_response,
};
use http::{HeaderMap, HeaderName, HeaderValue};

/// Names that matter, so that they are met often enough.
const KNOWN: [&str; 24] = [
    "connection",
    "te",
    "trailer",
    "host",
    "content-length",
    "transfer-encoding",
    "upgrade",
    "keep-alive",
    "cookie",
    "set-cookie",
    "authorization",
    "proxy-authorization",
    "x-forwarded-for",
    "x-forwarded-user",
    "forwarded",
    "remote-user",
    "x_remote_user",
    "x-countersign-assertion",
    "x-countersign-decision",
    "x-original-url",
    "x-claims",
    "alt-svc",
    "content-type",
    "x-mine",
];

#[derive(Debug)]
enum SentName {
    Known(u8),
    Free(String),
}

type HeaderLines = Vec<(SentName, Vec<u8>)>;

#[derive(Debug)]
struct SentHeaders {
    headers: HeaderLines,
    trailers: HeaderLines,
    claims: SentName,
}

impl SentHeaders {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self { headers: lines(fields), trailers: lines(fields), claims: read_name(fields) }
    }
}

/// Takes a number of lines, and the lines.
fn lines(fields: &mut Fields<'_>) -> HeaderLines {
    let number = fields.byte();
    (0..number).map(|_| (read_name(fields), fields.bytes().to_vec())).collect()
}

/// Takes a name: the number of a known one below 128, or a text behind it.
fn read_name(fields: &mut Fields<'_>) -> SentName {
    match fields.byte() {
        number @ 0..128 => SentName::Known(number),
        _ => SentName::Free(fields.text().to_owned()),
    }
}

/// Cleanses headers and trailers both ways. Returns whether anything was sent that could be a header.
pub fn header_rules(bytes: &[u8]) -> bool {
    let input = SentHeaders::read(&mut Fields::new(bytes));
    let sent = map(&input.headers);
    let is_sent = !sent.is_empty();
    // The name that this application declared for the gate's assertion.
    let claims = name(&input.claims).unwrap_or(HeaderName::from_static("x-claims"));
    let authority = HeaderValue::from_static("wiki.localhost");
    let address = HeaderValue::from_static("192.0.2.7");
    let asked = ForwardedHeaders { address: &address, authority: &authority, scheme: "https" };

    let mut up = sent.clone();
    let trailing = cleanse_request(&mut up, &AcceptedHeaders::new(claims.clone(), None), asked);
    for name in up.keys() {
        let text = name.as_str();
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{text}");
        let ours = ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "host"].contains(&text);
        assert!(ours || !text.starts_with("x-forwarded") && !text.starts_with("x-countersign-"), "{text}");
        assert!(ours || *name != claims || ["te", "connection", "trailer"].contains(&text), "{text}");
        assert!(!["forwarded", "remote-user", "x-original-url"].contains(&text), "{text}");
    }
    assert_eq!(up.get_all("x-forwarded-for").iter().collect::<Vec<_>>(), ["192.0.2.7"]);
    assert_eq!(up.get_all("host").iter().collect::<Vec<_>>(), ["wiki.localhost"]);
    hop_by_hop(&up);
    for line in up.get_all("cookie") {
        assert!(line.as_bytes().split(|byte| *byte == b';').all(|pair| !is_ours(pair)), "{line:?}");
    }
    behind(&trailing, &input.trailers, &claims);

    let mut down = sent;
    let trailing = cleanse_response(&mut down, "wiki.localhost");
    hop_by_hop(&down);
    assert!(!down.contains_key("te") && !down.contains_key("connection"));
    assert!(!down.contains_key("alt-svc") && !down.contains_key("x-countersign-decision"));
    for value in down.get_all("set-cookie") {
        let value = value.as_bytes();
        assert!(
            !is_ours(value) && value.contains(&b'=') && !value.trim_ascii_start().starts_with(b"="),
            "{value:?}"
        );
        let lower = value.to_ascii_lowercase();
        let domain = |part: &[u8]| part.trim_ascii().starts_with(b"domain=");
        assert!(!lower.split(|byte| *byte == b';').skip(1).any(domain), "{value:?}");
    }
    behind(&trailing, &input.trailers, &HeaderName::from_static("x-countersign-assertion"));
    is_sent
}

/// What ends at a hop is gone, but for what is said anew of trailers.
fn hop_by_hop(headers: &HeaderMap) {
    for gone in ["transfer-encoding", "upgrade", "keep-alive", "proxy-authorization", "http2-settings"] {
        assert!(!headers.contains_key(gone), "{gone}");
    }
    let said = |name: &str| headers.get_all(name).iter().cloned().collect::<Vec<_>>();
    assert!(said("te").is_empty() || said("te") == ["trailers"] && said("connection") == ["te"]);
    assert!(said("connection").is_empty() || said("connection") == ["te"]);
    for name in said("trailer").iter().flat_map(|value| value.to_str().expect("names").split(", ")) {
        follows(name);
    }
}

/// Trailers behind what was just cleansed.
fn behind(trailing: &Trailing, lines: &HeaderLines, claims: &HeaderName) {
    let Some(left) = trailing.cleanse(map(lines)) else { return };
    assert!(!left.is_empty());
    for name in left.keys() {
        follows(name.as_str());
        assert_ne!(name, claims);
    }
    assert_eq!(trailing.cleanse(left.clone()), Some(left), "what is clean stays as it is");
}

/// Names that must not stand behind a body.
fn follows(name: &str) {
    let refused = [
        "connection",
        "te",
        "trailer",
        "host",
        "content-length",
        "transfer-encoding",
        "upgrade",
        "keep-alive",
        "cookie",
        "set-cookie",
        "authorization",
        "content-type",
        "forwarded",
        "remote-user",
        "alt-svc",
    ];
    let beginnings = ["x-forwarded", "x-countersign-", "proxy-", "x-original-"];
    assert!(!refused.contains(&name) && !name.contains('_'), "{name}");
    assert!(beginnings.iter().all(|beginning| !name.starts_with(beginning)), "{name}");
}

fn is_ours(pair: &[u8]) -> bool {
    let pair = pair.trim_ascii_start();
    pair.len() >= 18 && pair[..18].eq_ignore_ascii_case(b"__Host-countersign")
}

fn name(name: &SentName) -> Option<HeaderName> {
    match name {
        SentName::Known(number) => KNOWN[usize::from(*number) % KNOWN.len()].parse().ok(),
        SentName::Free(text) => text.parse().ok(),
    }
}

fn map(lines: &HeaderLines) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (named, value) in lines.iter().take(200) {
        if let (Some(name), Ok(value)) = (name(named), HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    }
    headers
}
