//! Keys, tokens and passwords. A form that only these have is the check where a producer defines none.

use super::FormMatch;
use crate::checksums::crc_32;

/// A private key in PEM: the beginning of the encapsulation of RFC 7468, of OpenSSL's older labels, or of OpenSSH.
pub(super) fn private_key(text: &str) -> FormMatch {
    let found = text.split("-----BEGIN ").skip(1).any(|after| {
        let label = after.split("-----").next().unwrap_or_default();
        // A text that merely mentions the header has nothing behind it.
        let body = after.get(label.len() + 5..).unwrap_or_default().trim_start();
        let body =
            body.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"+/=-:, \\\r\n".contains(b)).count();
        matches!(
            label,
            "PRIVATE KEY"
                | "ENCRYPTED PRIVATE KEY"
                | "RSA PRIVATE KEY"
                | "EC PRIVATE KEY"
                | "DSA PRIVATE KEY"
                | "OPENSSH PRIVATE KEY"
        ) && body >= 40
    });
    FormMatch::of(found, found)
}

/// An AWS access key id: AKIA or ASIA and 16 characters of Base32 (AWS IAM User Guide, "Understanding unique ID prefixes").
pub(super) fn aws_key(text: &str) -> FormMatch {
    let rest = text.strip_prefix("AKIA").or_else(|| text.strip_prefix("ASIA"));
    let found = rest
        .is_some_and(|rest| rest.len() == 16 && rest.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7')));
    FormMatch::of(found, found)
}

/// The digits of Base62 as GitHub orders them.
const BASE_62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A GitHub token: `ghp_` and its like, 30 random characters, and their CRC-32 as six digits of Base62 (GitHub, "Behind GitHub's
/// new authentication token formats", 2021).
pub(super) fn github_token(text: &str) -> FormMatch {
    let rest = ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].iter().find_map(|prefix| text.strip_prefix(prefix));
    let form = rest.filter(|rest| rest.len() == 36 && rest.bytes().all(|b| b.is_ascii_alphanumeric()));
    let Some((random, check)) = form.and_then(|rest| rest.split_at_checked(30)) else {
        return FormMatch::Other;
    };
    let value = check.bytes().try_fold(0_u64, |value, byte| {
        let digit = BASE_62.iter().position(|other| *other == byte)?;
        Some(value * 62 + u64::try_from(digit).ok()?)
    });
    FormMatch::of(true, value == Some(u64::from(crc_32(random.as_bytes()))))
}

/// A Slack token: `xoxb-` and its like, one to three numbers, and random characters (Slack API, "Token types").
pub(super) fn slack_token(text: &str) -> FormMatch {
    let rest = ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-"]
        .iter()
        .find_map(|kind| text.strip_prefix(kind));
    let found = rest.is_some_and(|rest| {
        let parts: Vec<&str> = rest.split('-').collect();
        let Some((random, numbers)) = parts.split_last() else { return false };
        let numeric =
            |part: &&str| (1..=14).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        random.len() >= 10
            && random.bytes().all(|b| b.is_ascii_alphanumeric())
            && (1..=3).contains(&numbers.len())
            && numbers.iter().all(numeric)
    });
    FormMatch::of(found, found)
}

/// A secret or restricted key of Stripe (Stripe documentation, "API keys").
pub(super) fn stripe_key(text: &str) -> FormMatch {
    let prefixes = ["sk_live_", "sk_test_", "rk_live_", "rk_test_"];
    let rest = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix));
    let found = rest.is_some_and(|rest| {
        (16..=247).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    FormMatch::of(found, found)
}

/// A Google API key: AIza and 35 characters of Base64url (the form that Google's own scanners report).
pub(super) fn google_key(text: &str) -> FormMatch {
    let found = text.strip_prefix("AIza").is_some_and(|rest| rest.len() == 35 && is_base_64_url(rest));
    FormMatch::of(found, found)
}

fn is_base_64_url(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// A JSON Web Token in compact form (RFC 7519): three parts of Base64url, of which the first is an object with `alg` and the
/// second is an object.
pub(super) fn web_token(text: &str) -> FormMatch {
    let mut parts = text.split('.');
    let (Some(head), Some(claims), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return FormMatch::Other;
    };
    let form = head.starts_with("eyJ") && [head, claims, signature].into_iter().all(is_base_64_url);
    let is_object = |bytes: &[u8]| bytes.first() == Some(&b'{') && bytes.last() == Some(&b'}');
    let passes = form
        && base_64_url(head)
            .is_some_and(|head| is_object(&head) && head.windows(5).any(|five| five == b"\"alg\""))
        && base_64_url(claims).is_some_and(|claims| is_object(&claims));
    FormMatch::of(form, passes)
}

/// Decodes Base64url without padding (RFC 4648, 5).
fn base_64_url(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut held, mut bits) = (Vec::with_capacity(text.len() * 3 / 4), 0_u32, 0);
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        held = (held << 6 | u32::from(six)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xFF).ok()?);
        }
    }
    (text.len() % 4 != 1).then_some(bytes)
}

/// What stands for a password in examples and templates.
const PLACEHOLDERS: [&str; 8] =
    ["password", "passwd", "pass", "secret", "changeme", "your_password", "yourpassword", "pwd"];

fn is_password(text: &str) -> bool {
    let masks = text.bytes().all(|b| b"*xX.".contains(&b));
    let template = text.starts_with(['<', '$', '{', '%', '[']);
    !text.is_empty() && !masks && !template && !PLACEHOLDERS.contains(&text.to_ascii_lowercase().as_str())
}

/// A connection string with a password: `scheme://user:password@host` (RFC 3986, 3.2.1), or `Server=...;Password=...` (ADO.NET
/// and ODBC) with a server in it.
pub(super) fn connection_password(text: &str) -> FormMatch {
    let found = url_password(text) || keyword_password(text);
    FormMatch::of(found, found)
}

fn url_password(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let user_and_password = authority.rsplit_once('@').and_then(|(user, host)| {
        let (user, password) = user.split_once(':')?;
        (!host.is_empty() && !user.contains(char::is_whitespace)).then_some(password)
    });
    let named =
        scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) && !scheme.is_empty();
    named && user_and_password.is_some_and(is_password)
}

fn keyword_password(text: &str) -> bool {
    let (mut server, mut password) = (false, false);
    for pair in text.split(';') {
        let Some((keyword, value)) = pair.split_once('=') else { continue };
        match keyword.trim().to_ascii_lowercase().as_str() {
            "server" | "data source" | "host" | "address" | "addr" | "network address" => server = true,
            "password" | "pwd" => password |= is_password(value.trim()),
            _ => {}
        }
    }
    server && password
}
