//! The cookies of the sign-in.
//!
//! All are `__Host-` cookies: a browser sends them only to the host that set them, over a secure connection (or
//! localhost), and no other host can set them. They are `SameSite=Lax` rather than `Strict`, because a browser returns
//! from signing in across sites, and would not send a strict cookie on the way back.

use crate::Secret;
use http::{HeaderMap, HeaderValue, header};
use secrecy::ExposeSecret;
use std::time::Duration;

/// The session at the sign-in host.
pub const SIGN_IN_COOKIE: &str = "__Host-countersign";
/// The session at one application's host.
pub const APPLICATION_COOKIE: &str = "__Host-countersign-app";
/// Proves that the browser that returns to an application is the one that left it.
pub const STATE_COOKIE: &str = "__Host-countersign-state";
/// Proves that the browser that finishes a passkey ceremony is the one that started it.
pub const CEREMONY_COOKIE: &str = "__Host-countersign-ceremony";

/// Returns the secret in the cookie of that name; `None` if there is none, if it is malformed, or if two differ (no
/// browser does that, so it is an attack).
///
/// The header is read as bytes, and other cookies are not parsed: an application may set a cookie that is not valid
/// text, and that must not end a session.
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

/// Returns a cookie that holds `secret` for `life`.
pub fn set(name: &str, secret: &Secret, life: Duration) -> HeaderValue {
    let text = secret.text();
    let cookie = format!(
        "{name}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={}",
        text.expose_secret(),
        life.as_secs()
    );
    sensitive(&cookie)
}

/// Returns a cookie that removes the one of that name.
pub fn clear(name: &str) -> HeaderValue {
    sensitive(&format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"))
}

/// Marks the header value as sensitive. The name is ours and the value base64url, so it always is a valid header value;
/// otherwise the cookie would be empty and nobody would be signed in.
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
                // One spelling only: the result is the text in the header.
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
