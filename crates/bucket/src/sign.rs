//! Signature Version 4: what proves to a store who asks, and for what exactly.

use crate::credentials::Credentials;
use aws_lc_rs::{digest, hmac};
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use secrecy::ExposeSecret as _;

const DIGEST: HeaderName = HeaderName::from_static("x-amz-content-sha256");
const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// What is asked, in the parts that are signed.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a Method,
    /// The path, encoded as it is sent.
    pub(crate) path: &'a str,
    /// The query, encoded as it is sent and in the order of its names.
    pub(crate) query: &'a str,
    pub(crate) host: &'a str,
    /// SHA-256 of the body, in hexadecimal.
    pub(crate) body: &'a str,
}

/// The headers that sign a request, at a moment (`20261122T213320Z`); none when a part of it cannot be a header.
pub(crate) fn headers(asked: &Asked<'_>, moment: &str, region: &str, who: &Credentials) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(HOST, asked.host.parse().ok()?);
    headers.insert(DIGEST, asked.body.parse().ok()?);
    headers.insert(DATE, moment.parse().ok()?);
    if let Some(token) = &who.token {
        let mut token: HeaderValue = token.expose_secret().parse().ok()?;
        token.set_sensitive(true);
        headers.insert(TOKEN, token);
    }
    // Names in their order: host, then those that begin with x-amz.
    let mut names: Vec<&HeaderName> = headers.keys().collect();
    names.sort_by_key(|name| name.as_str());
    let signed = names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(";");
    let mut canonical = format!("{}\n{}\n{}\n", asked.method, asked.path, asked.query);
    for name in names {
        let value = headers.get(name)?.to_str().ok()?;
        canonical.push_str(&format!("{name}:{value}\n"));
    }
    canonical.push_str(&format!("\n{signed}\n{}", asked.body));
    let day = moment.get(..8)?;
    let scope = format!("{day}/{region}/s3/aws4_request");
    let what = hex::encode(digest::digest(&digest::SHA256, canonical.as_bytes()));
    let text = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{what}");
    let mut key = format!("AWS4{}", who.secret.expose_secret()).into_bytes();
    for part in [day, region, "s3", "aws4_request"] {
        key = keyed(&key, part).as_ref().to_vec();
    }
    let signature = hex::encode(keyed(&key, &text));
    let value = format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={signed}, Signature={signature}",
        who.id
    );
    let mut value: HeaderValue = value.parse().ok()?;
    value.set_sensitive(true);
    headers.insert(AUTHORIZATION, value);
    Some(headers)
}

fn keyed(key: &[u8], text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
}

/// A text with everything encoded that is not plain; slashes too, unless they are `kept`.
pub(crate) fn encoded(text: &str, kept: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || (kept && byte == b'/');
        if plain { out.push(char::from(byte)) } else { out.push_str(&format!("%{byte:02X}")) }
    }
    out
}

/// A query of these names and values, which are in order.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{}={}", encoded(name, false), encoded(value, false));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 of nothing.
    const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// An example of the specification's own.
    #[test]
    fn a_listing_is_signed_as_in_the_specification() {
        let who = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let query = query(&[("max-keys", "2"), ("prefix", "J")]);
        let asked = Asked {
            method: &Method::GET,
            path: "/",
            query: &query,
            host: "examplebucket.s3.amazonaws.com",
            body: NOTHING,
        };
        let headers = headers(&asked, "20130524T000000Z", "us-east-1", &who).unwrap();
        let value = headers[AUTHORIZATION].to_str().unwrap();
        assert_eq!(
            value,
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
             Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        );
        assert!(!format!("{headers:?}").contains("Signature"), "what is signed with is not shown");
    }

    #[test]
    fn what_is_not_plain_is_encoded() {
        assert_eq!(encoded("dt=2026-11-22/a b~c.d_é", true), "dt%3D2026-11-22/a%20b~c.d_%C3%A9");
        assert_eq!(encoded("a/b", false), "a%2Fb");
    }
}
