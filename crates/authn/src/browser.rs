//! The cookies that browsers hold for us.
//!
//! Every one is `__Host-`: sent to the very host that set it, over a secure connection (or localhost), and no other
//! host can plant one. `SameSite=Lax` and not `Strict`: signing in comes back across sites, and a browser does not
//! send a strict cookie on the way back.

use crate::Secret;
use http::{HeaderMap, HeaderValue, header};
use secrecy::ExposeSecret;
use std::time::Duration;

/// The session, at the sign-in host.
pub const SIGN_IN_COOKIE: &str = "__Host-countersign";
/// The session, at one application's host.
pub const APPLICATION_COOKIE: &str = "__Host-countersign-app";
/// That the browser that comes back to an application is the one that set out.
pub const STATE_COOKIE: &str = "__Host-countersign-state";
/// That the browser that finishes a passkey dialogue is the one that began it.
pub const CEREMONY_COOKIE: &str = "__Host-countersign-ceremony";

/// The secret in the cookie of that name; nothing when there is none, when it is not one of ours, or when two differ
/// (no browser does that, so somebody is trying something).
///
/// The header is read as bytes, and other cookies are not looked into: an application may set what is no text, and it must
/// not end anybody's session by that.
pub fn secret(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let mut found: Option<&[u8]> = None;
    for line in headers.get_all(header::COOKIE) {
        for pair in line.as_bytes().split(|byte| *byte == b';') {
            let pair = pair.trim_ascii();
            let Some(value) = pair.strip_prefix(name.as_bytes()).and_then(|rest| rest.strip_prefix(b"="))
            else {
                continue;
            };
            if found.is_some_and(|other| other != value) {
                return None;
            }
            found = Some(value);
        }
    }
    Secret::parse(std::str::from_utf8(found?).ok()?)
}

/// A cookie that holds `secret` for `life`.
pub fn set(name: &str, secret: &Secret, life: Duration) -> HeaderValue {
    let text = secret.text();
    let cookie = format!(
        "{name}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={}",
        text.expose_secret(),
        life.as_secs()
    );
    sensitive(&cookie)
}

/// Take the cookie away.
pub fn clear(name: &str) -> HeaderValue {
    sensitive(&format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"))
}

/// The name is ours and the value base64url, so this always is a header's value; were it not, no cookie is set and
/// nobody is signed in.
fn sensitive(cookie: &str) -> HeaderValue {
    let mut value = HeaderValue::from_str(cookie).unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_header_makes_it_stumble(bytes in any::<Vec<u8>>(), value in "[A-Za-z0-9_=;, -]{0,90}") {
            let mut headers = HeaderMap::new();
            if let Ok(odd) = HeaderValue::from_bytes(&bytes) {
                headers.append(header::COOKIE, odd);
            }
            headers.append(header::COOKIE, format!("{SIGN_IN_COOKIE}={value}").parse().unwrap());
            if let Some(found) = secret(&headers, SIGN_IN_COOKIE) {
                // One spelling: what was found is what stood there.
                prop_assert!(value.contains(found.text().expose_secret()));
            }
        }
    }

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::COOKIE, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_cookie_is_found_wherever_it_stands_and_only_when_it_is_ours() {
        let a = "A".repeat(43);
        let b = format!("{}E", "A".repeat(42));
        let check = |values: &[String], found: bool| {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            assert_eq!(secret(&headers(&values), "__Host-countersign").is_some(), found, "{values:?}");
        };
        check(&[format!("__Host-countersign={a}")], true);
        check(&[format!("x=1; __Host-countersign={a}; y=2")], true);
        check(&["x=1".to_owned(), format!("__Host-countersign={a}")], true);
        check(&[format!("__Host-countersign={a}; __Host-countersign={a}")], true);
        check(&[format!("__Host-countersign={a}; __Host-countersign={b}")], false);
        check(&[format!("__Host-countersign-app={a}")], false);
        check(&[format!("__host-countersign={a}")], false);
        check(&["__Host-countersign=".to_owned()], false);
        check(&["__Host-countersign=short".to_owned()], false);
        check(&["__Host-countersign".to_owned()], false);
        check(&[], false);
    }

    #[test]
    fn a_foreign_cookie_that_is_no_text_signs_nobody_out() {
        let ours = format!("__Host-countersign={}", "A".repeat(43)).into_bytes();
        let check = |lines: &[&[u8]], found: bool| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::COOKIE, HeaderValue::from_bytes(line).unwrap());
            }
            assert_eq!(secret(&headers, SIGN_IN_COOKIE).is_some(), found, "{lines:?}");
        };
        check(&[&[b"x=\xe9; ", &ours[..]].concat()], true);
        check(&[&[&ours[..], b"; x=\xff\xfe"].concat()], true);
        check(&[b"\xe9", &ours], true);
        check(&[b"x=caf\xc3\xa9", &ours], true);
        check(&[b"=; ;;\xe9=\xe9;", &ours], true);
        check(&[&[&ours[..], b"\xe9"].concat()], false);
        check(&[b"__Host-countersign=\xe9", &ours], false);
    }

    #[test]
    fn cookies_are_bound_to_their_host() {
        let secret = Secret::draw().unwrap();
        let cookie = set(SIGN_IN_COOKIE, &secret, Duration::from_secs(60));
        let text = cookie.to_str().unwrap();
        assert!(text.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60"), "{text}");
        assert!(!text.contains("Domain"));
        assert!(cookie.is_sensitive());
        assert!(!format!("{cookie:?}").contains(secret.text().expose_secret()));
    }
}
