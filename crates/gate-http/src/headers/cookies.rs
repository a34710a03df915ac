//! Cookies of the gate and of the application, which share one header.
//!
//! They are parsed as bytes: a value that is not text, or not a cookie, is the application's matter and does not affect
//! ours.

use http::header::{self, HeaderMap, HeaderValue};

/// The prefix of our own cookies' names; no application may see or set them.
pub const COOKIE_PREFIX: &str = "__Host-countersign";

/// Removes our cookies from a request's headers, and writes the rest in one line: HTTP/2 sends one line per cookie (RFC
/// 9113, 8.2.3), and many servers read only one of them.
pub fn hide_ours(headers: &mut HeaderMap) {
    let lines = headers.get_all(header::COOKIE);
    let several = lines.iter().nth(1).is_some();
    let ours = |pair: &[u8]| is_ours(pair.trim_ascii());
    if !several && !lines.iter().any(|line| line.as_bytes().split(|byte| *byte == b';').any(ours)) {
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

/// Returns a request's cookies without ours, for a proxy that forwards by itself.
pub fn without_ours(headers: &HeaderMap) -> Option<HeaderValue> {
    let lines = headers.get_all(header::COOKIE).iter();
    let mut cookies: HeaderMap = lines.map(|line| (header::COOKIE, line.clone())).collect();
    hide_ours(&mut cookies);
    cookies.remove(header::COOKIE)
}

/// Removes those cookies of an answer that do not belong to `host` alone.
pub fn keep_those_of(host: &str, headers: &mut HeaderMap) {
    let set = headers.get_all(header::SET_COOKIE);
    if set.iter().all(|value| own(value.as_bytes(), host) == CookieVerdict::Keep) {
        return;
    }
    let kept: Vec<HeaderValue> = set
        .iter()
        .filter_map(|value| match own(value.as_bytes(), host) {
            CookieVerdict::Keep => Some(value.clone()),
            CookieVerdict::WithoutDomain => without_domain(value.as_bytes()),
            CookieVerdict::Drop => None,
        })
        .collect();
    headers.remove(header::SET_COOKIE);
    for value in kept {
        headers.append(header::SET_COOKIE, value);
    }
}

/// What happens to a cookie that an application sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CookieVerdict {
    Keep,
    /// Its domain is the host itself. Browsers would also send it to every host below, so the domain is removed.
    WithoutDomain,
    Drop,
}

fn own(cookie: &[u8], host: &str) -> CookieVerdict {
    let mut parts = cookie.split(|byte| *byte == b';');
    let pair = parts.next().unwrap_or_default();
    // Browsers send a cookie without a name as its value alone, which may look like any name.
    let Some(at) = pair.iter().position(|byte| *byte == b'=') else { return CookieVerdict::Drop };
    let name = pair.get(..at).unwrap_or_default().trim_ascii();
    let odd = |byte: &u8| !(byte.is_ascii_graphic() || *byte >= 0x80);
    if name.is_empty() || name.iter().any(odd) || is_ours(name) || cookie.iter().any(u8::is_ascii_control) {
        return CookieVerdict::Drop;
    }
    let mut verdict = CookieVerdict::Keep;
    for domain in parts.filter_map(domain) {
        let domain = domain.strip_prefix(b".").unwrap_or(domain);
        if !domain.is_empty() && !domain.eq_ignore_ascii_case(host.as_bytes()) {
            return CookieVerdict::Drop;
        }
        verdict = CookieVerdict::WithoutDomain;
    }
    verdict
}

/// Returns the value of a `Domain` attribute, if this is one.
fn domain(attribute: &[u8]) -> Option<&[u8]> {
    let mut halves = attribute.splitn(2, |byte| *byte == b'=');
    let is_domain = halves.next()?.trim_ascii().eq_ignore_ascii_case(b"domain");
    is_domain.then(|| halves.next().unwrap_or_default().trim_ascii())
}

fn without_domain(cookie: &[u8]) -> Option<HeaderValue> {
    let parts: Vec<&[u8]> =
        cookie.split(|byte| *byte == b';').filter(|part| domain(part).is_none()).collect();
    HeaderValue::from_bytes(&parts.join(&b";"[..])).ok()
}

/// Ignores case: browsers compare cookie names exactly, but not every application does.
fn is_ours(pair: &[u8]) -> bool {
    pair.get(..COOKIE_PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(COOKIE_PREFIX.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(name: header::HeaderName, values: &[&[u8]]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_bytes(value).unwrap())).collect()
    }

    #[test]
    fn our_cookies_stay_here_and_the_others_go_on() {
        let check = |sent: &[&[u8]], kept: Option<&[u8]>| {
            let mut headers = lines(header::COOKIE, sent);
            hide_ours(&mut headers);
            let found: Vec<&[u8]> =
                headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes).collect();
            assert_eq!(found, kept.into_iter().collect::<Vec<_>>(), "{sent:?}");
        };
        check(&[b"a=1; __Host-countersign=s; b=2"], Some(b"a=1; b=2"));
        check(&[b"__Host-countersign-wiki=s"], None);
        check(&[b"__host-COUNTERSIGN=s;a=1"], Some(b"a=1"));
        check(&[b"a=__Host-countersign"], Some(b"a=__Host-countersign"));
        check(&[b"a=1;b=2"], Some(b"a=1;b=2"));
        check(&[b"a=1", b"__Host-countersign=s"], Some(b"a=1"));
        check(&[b"a=1", b"b=2", b"c=3; d=4"], Some(b"a=1; b=2; c=3; d=4"));
        check(&[b"x=\xe9; __Host-countersign-app=s; y=\xff\xfe"], Some(b"x=\xe9; y=\xff\xfe"));
        check(&[b"x=\xe9"], Some(b"x=\xe9"));
        check(&[b"a=1; __Host-countersign-app"], Some(b"a=1"));
    }

    #[test]
    fn an_application_sets_cookies_of_its_own_host_alone() {
        let check = |cookie: &[u8], kept: Option<&[u8]>| {
            let mut headers = lines(header::SET_COOKIE, &[b"theme=dark", cookie]);
            keep_those_of("wiki.example.org", &mut headers);
            let found: Vec<&[u8]> =
                headers.get_all(header::SET_COOKIE).iter().map(HeaderValue::as_bytes).collect();
            let expected: Vec<&[u8]> = [&b"theme=dark"[..]].into_iter().chain(kept).collect();
            assert_eq!(found, expected, "{}", String::from_utf8_lossy(cookie));
        };
        for own in [
            &b"a=1; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60"[..],
            b"a=",
            b"a=b=c",
            b"a=domain=org",
            b"a=1; xdomain=example.org",
            b"__Host-mine=1; Secure; Path=/",
            b"a=__Host-countersign-app",
            b"caf\xc3\xa9=1",
        ] {
            check(own, Some(own));
        }
        check(b"a=1; Domain=wiki.example.org; Path=/", Some(b"a=1; Path=/"));
        check(b"a=1; DOMAIN = .Wiki.Example.org", Some(b"a=1"));
        check(b"a=1; domain; Secure", Some(b"a=1; Secure"));
        check(b"a=1; Domain=", Some(b"a=1"));
        for foreign in [
            &b"a=1; Domain=example.org"[..],
            b"a=1; Domain=.example.org",
            b"a=1; domain=org",
            b"a=1; Domain=payroll.example.org",
            b"a=1; Domain=x.wiki.example.org",
            b"a=1; Domain=wiki.example.org; Domain=example.org",
            b"a=1; Domain=example.org; Domain=wiki.example.org",
            b"a=1; Path=/; DoMaIn=\"example.org\"",
            // Ours, or what a browser sends back as ours.
            b"__Host-countersign=evil; Path=/",
            b" __HOST-countersign-x=evil",
            b"\t__Host-countersign-app=evil",
            b"=__Host-countersign-app=evil",
            b" = __Host-countersign-app=evil",
            b"__Host-countersign-app",
            b"nameless",
            b"",
            b";Path=/",
            b"=a",
            // Not a valid name, or not a cookie.
            b"a\tb=1",
            b"a b=1",
            b"a=1\t2",
        ] {
            check(foreign, None);
        }
    }
}
