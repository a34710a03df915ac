//! The answers: documents and assets with their headers.

use crate::files::{self, BuiltFile};
use bytes::Bytes;
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use std::fmt::Write as _;

/// What the build writes in each place where the document needs its nonce.
const NONCE_MARK: &str = "COUNTERSIGN_NONCE";

/// An asset never changes under its name.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The headers of every answer: nothing is sniffed, framed, or loaded by another site.
const COMMON: [(HeaderName, &str); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// The headers of a document only. Our own pages alone may use passkeys, and no page may use anything else.
const DOCUMENT: [(HeaderName, &str); 5] = [
    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), geolocation=(), microphone=()",
    ),
];

/// A random number that is used for one document: 128 bits, which no other page can guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// Creates the nonce of these random bytes.
    pub fn new(random: [u8; 16]) -> Self {
        let mut text = String::with_capacity(32);
        for byte in random {
            // Writing to a string cannot fail.
            let _written = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// Returns the text of the nonce: hexadecimal digits, which need no escaping.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the policy of the document with this nonce. Scripts come from files of this host alone. The nonce is for the
    /// style elements that the console's components add while they run.
    fn policy(&self) -> String {
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{}'; img-src 'self' data:; \
             connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            self.0
        )
    }
}

/// Returns the console's document with this nonce; `None` if the console is not built.
pub fn document(nonce: &Nonce) -> Option<Response<Bytes>> {
    let file = files::find("index.html")?;
    let text = String::from_utf8_lossy(&file.bytes).replace(NONCE_MARK, nonce.as_str());
    Some(page(StatusCode::OK, text, nonce))
}

/// Returns the page that says that the console is not built yet. It loads itself again until it is.
pub fn not_built(nonce: &Nonce) -> Response<Bytes> {
    let mut answer = page(StatusCode::SERVICE_UNAVAILABLE, include_str!("not-built.html").to_owned(), nonce);
    let headers = answer.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    headers.insert(header::REFRESH, HeaderValue::from_static("5"));
    answer
}

/// Why the console does not open, in words for the person who wanted to open it.
#[derive(Debug, Clone)]
pub struct RefusalPage<'a> {
    /// What is wrong.
    pub detail: &'a str,
    /// The policies' own reasons.
    pub reasons: Vec<&'a str>,
    /// What would open it.
    pub remedies: Vec<&'a str>,
    /// The path of the page that asks for a fresh proof, if that would help.
    pub step_up: Option<&'a str>,
}

/// Returns the page that says why the console does not open. It works without scripts.
pub fn refused(status: StatusCode, refusal: &RefusalPage<'_>, nonce: &Nonce) -> Response<Bytes> {
    let list = |lines: &[&str]| {
        let items: String = lines.iter().map(|line| format!("<li>{}</li>", escaped(line))).collect();
        if items.is_empty() { items } else { format!("<ul class=\"reasons\">{items}</ul>") }
    };
    let step_up = refusal.step_up.map_or_else(String::new, |path| {
        format!("<p><a class=\"primary\" href=\"{}\">Confirm that it is you</a></p>", escaped(path))
    });
    let text = include_str!("refused.html")
        .replace("{detail}", &escaped(refusal.detail))
        .replace("{reasons}", &list(&refusal.reasons))
        .replace("{remedies}", &list(&refusal.remedies))
        .replace("{step_up}", &step_up);
    page(status, text, nonce)
}

/// Escapes text for HTML, in elements and in quoted attributes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Braces would be read as a place of the template.
            '{' => out.push_str("&#123;"),
            c => out.push(c),
        }
    }
    out
}

fn page(status: StatusCode, text: String, nonce: &Nonce) -> Response<Bytes> {
    let mut answer = with_headers(status, text.into(), DOCUMENT);
    // A nonce is hexadecimal, so the policy always is a valid value; without one, nothing may load.
    let policy = HeaderValue::from_str(&nonce.policy())
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    answer
}

/// Returns the asset of this name below [`ASSETS`](crate::ASSETS), compressed if the client takes that. An unknown name
/// is 404, and one that the client holds is 304.
pub fn asset(name: &str, asked: &HeaderMap) -> Response<Bytes> {
    let name = format!("assets/{name}");
    let Some(plain) = files::find(&name).filter(|_| !name.ends_with(".br")) else {
        return with_headers(
            StatusCode::NOT_FOUND,
            Bytes::from_static(b"There is no such file.\n"),
            [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")],
        );
    };
    let compressed = if takes_brotli(asked) { files::find(&format!("{name}.br")) } else { None };
    let encoded = compressed.is_some();
    let BuiltFile { bytes, sha256 } = compressed.unwrap_or(plain);
    let tag = entity_tag(&sha256);
    let held = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_held = held.is_some_and(|held| held.split(',').any(|one| one.trim() == tag));
    let (status, bytes) = match is_held {
        true => (StatusCode::NOT_MODIFIED, Bytes::new()),
        false => (StatusCode::OK, Bytes::from(bytes.into_owned())),
    };
    let mut answer = with_headers(status, bytes, [(header::CONTENT_TYPE, media_type(&name))]);
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, FOR_GOOD);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if encoded {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    answer
}

fn with_headers(
    status: StatusCode,
    body: Bytes,
    headers: impl IntoIterator<Item = (HeaderName, &'static str)>,
) -> Response<Bytes> {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    for (name, value) in COMMON.into_iter().chain(headers) {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// Returns whether a client takes brotli. One that gives it the weight 0 does not.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_brotli = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
        is_brotli
            && !parts.any(|weight| {
                weight.starts_with("q=0") && !weight.contains(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
            })
    })
}

fn entity_tag(sha256: &[u8; 32]) -> String {
    let mut tag = String::from("\"");
    for byte in sha256.iter().take(16) {
        // Writing to a string cannot fail.
        let _written = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// Returns the media type of what the build writes; anything else is bytes, which no browser runs.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, kind)| kind) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn a_document_may_run_files_of_its_own_host_only_and_is_framed_by_nobody() {
        let nonce = Nonce::new([7; 16]);
        let answer = not_built(&nonce);
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "{policy}");
        assert!(policy.contains(&format!("'nonce-{}'", "07".repeat(16))), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-frame-options", "DENY"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.headers()[name], value);
        }
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()[header::REFRESH], "5");
    }

    #[test]
    fn a_reason_is_never_markup() {
        let evil = "<script>alert(1)</script>\" onload='x' {step_up}";
        let page =
            RefusalPage { detail: evil, reasons: vec![evil], remedies: vec![evil], step_up: Some(evil) };
        let answer = refused(StatusCode::FORBIDDEN, &page, &Nonce::new([0; 16]));
        let html = String::from_utf8_lossy(answer.body()).into_owned();
        assert_eq!(html.matches("&lt;script&gt;").count(), 4, "{html}");
        assert!(
            !html.contains("<script") && !html.contains("\" onload") && !html.contains("{step_up}"),
            "{html}"
        );
    }

    #[test]
    fn an_unknown_asset_is_not_found_and_never_the_document() {
        for name in ["nothing.js", "../index.html", "", "a.js.br"] {
            let answer = asset(name, &HeaderMap::new());
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{name}");
            assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/plain; charset=utf-8");
            assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
        }
    }

    #[test]
    fn brotli_is_for_clients_that_take_it() {
        let check = |value: &str, takes: bool| {
            assert_eq!(takes_brotli(&asking(header::ACCEPT_ENCODING, value)), takes, "{value}");
        };
        check("gzip, deflate, br, zstd", true);
        check("gzip;q=1.0, BR;q=0.1", true);
        check("gzip, br;q=0", false);
        check("br;q=0.000", false);
        check("gzip", false);
        check("brotli", false);
        assert!(!takes_brotli(&HeaderMap::new()));
    }
}
