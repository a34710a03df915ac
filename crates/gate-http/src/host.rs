//! The host that a request names, in its one canonical form.

use std::net::Ipv6Addr;

/// Maximum length of a host name in bytes (RFC 1035, 2.3.4).
const LONGEST: usize = 253;
/// Maximum length of one label in bytes.
const LONGEST_LABEL: usize = 63;

/// Returns the host of an authority (`host[:port]`), lower-cased and without brackets. Returns `None` for anything that
/// some server could read as another host: brackets around something other than an IPv6 address, empty labels
/// (including a dot at the end), an invalid port, user information.
pub fn host_of(authority: &str) -> Option<String> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let address: Ipv6Addr = address.parse().ok()?;
        return (port.is_empty() || is_port(port.strip_prefix(':')?)).then(|| address.to_string());
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    (is_name(host) && port.is_none_or(is_port)).then(|| host.to_ascii_lowercase())
}

/// Returns whether the digits are a number from 1 to 65535 in canonical form.
fn is_port(digits: &str) -> bool {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    plain && digits.parse::<u16>().is_ok()
}

fn is_name(host: &str) -> bool {
    let label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    host.len() <= LONGEST && host.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_authority_is_a_host_and_perhaps_a_port() {
        for (authority, host) in [
            ("wiki.localhost", Some("wiki.localhost")),
            ("Wiki.LocalHost:8443", Some("wiki.localhost")),
            ("a_b.example:65535", Some("a_b.example")),
            ("127.0.0.1:1", Some("127.0.0.1")),
            ("[::1]:80", Some("::1")),
            ("[0:0::1]", Some("::1")),
            ("", None),
            (":", None),
            (":1", None),
            (":80", None),
            ("a:", None),
            ("a:b", None),
            ("a:0", None),
            ("a:080", None),
            ("a:+80", None),
            ("a:65536", None),
            ("a:99999", None),
            ("a:123456", None),
            ("a:80:80", None),
            ("::1", None),
            ("u@a", None),
            ("u:p@a", None),
            ("a/b", None),
            ("a b", None),
            (" a", None),
            ("a\u{e9}", None),
            ("a%2eb", None),
            (".", None),
            ("a.", None),
            (".a", None),
            ("a..b", None),
            ("[docs.localhost]", None),
            ("[docs.localhost]:80", None),
            ("[127.0.0.1]", None),
            ("[::1%25eth0]", None),
            ("[::1%eth0]", None),
            ("[v1.x]", None),
            ("[::1", None),
            ("[::1]80", None),
            ("[::1]:", None),
            ("[::1]:99999", None),
            ("[]", None),
            ("a,b", None),
        ] {
            assert_eq!(host_of(authority).as_deref(), host, "{authority:?}");
        }
        assert!(host_of(&"a".repeat(64)).is_none() && host_of(&"a.".repeat(127)).is_none());
        assert_eq!(host_of(&format!("{}a", "a.".repeat(126))).map(|host| host.len()), Some(253));
    }

    proptest! {
        #[test]
        fn a_host_is_its_own_host(authority in "[\\[\\]a-zA-Z0-9.:_@%/-]{0,24}") {
            if let Some(host) = host_of(&authority) {
                let again = if host.contains(':') { format!("[{host}]") } else { host.clone() };
                prop_assert_eq!(host_of(&again), Some(host));
            }
        }
    }
}
