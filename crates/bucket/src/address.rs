//! The address of a bucket: parsed from the configuration, in the form that requests need.

use http::Uri;
use std::fmt::{self, Display, Formatter};

/// Maximum length of the prefix, so that every key is shorter than the store's limit of 1,024 bytes.
const LONGEST_PREFIX: usize = 256;

/// A bucket, our prefix in it, and the store that serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub(crate) kind: Kind,
    /// The storage account, for Azure; empty for other stores.
    account: String,
    bucket: String,
    prefix: String,
    pub(crate) region: String,
    pub(crate) tls: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Whether the bucket is part of the path, rather than of the host name.
    pub(crate) in_path: bool,
    /// Whether the configuration sets the endpoint.
    is_given: bool,
}

/// The protocol of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Amazon S3 and compatible stores.
    S3,
    /// Google Cloud Storage.
    Google,
    /// Azure Blob Storage.
    Azure,
}

impl Kind {
    const ALL: [Self; 3] = [Self::S3, Self::Google, Self::Azure];

    const fn scheme(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Google => "gs",
            Self::Azure => "azure",
        }
    }
}

/// An invalid setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct AddressError {
    /// The name of the setting: `url`, `endpoint`, `region` or `plain_http`.
    pub field: &'static str,
    /// What is wrong, and what to write instead.
    pub message: String,
}

fn wrong(field: &'static str, message: impl Into<String>) -> AddressError {
    AddressError { field, message: message.into() }
}

impl Address {
    /// Parses `s3://bucket/prefix`, `gs://bucket/prefix` or `azure://account/container/prefix`. The store is at
    /// `endpoint`; without one it is Amazon's, Google's or Microsoft's own. `plain_http` allows a store beyond loopback
    /// to be used without TLS.
    ///
    /// # Errors
    /// The invalid setting, and what to write instead.
    pub fn parse(
        url: &str,
        endpoint: Option<&str>,
        region: &str,
        plain_http: bool,
    ) -> Result<Self, AddressError> {
        let example = "write a bucket and the part of it to use, as in s3://our-evidence/countersign, \
                       gs://our-evidence/countersign or azure://account/container/countersign";
        let schemed = |kind: Kind| Some((kind, url.strip_prefix(kind.scheme())?.strip_prefix("://")?));
        let (kind, rest) = Kind::ALL
            .into_iter()
            .find_map(schemed)
            .ok_or_else(|| wrong("url", format!("this is no URL of a store: {example}")))?;
        let (account, rest) = match kind {
            Kind::Azure => rest.split_once('/').unwrap_or((rest, "")),
            Kind::S3 | Kind::Google => ("", rest),
        };
        if kind == Kind::Azure && !is_account(account) {
            let rule = "a storage account's name has 3 to 24 lower-case letters and digits";
            return Err(wrong("url", format!("{rule}: {example}")));
        }
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if !is_bucket(bucket) {
            let rule = "a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens";
            return Err(wrong("url", format!("{rule}: {example}")));
        }
        let prefix = prefix.trim_end_matches('/');
        if !prefix.is_empty() && (prefix.len() > LONGEST_PREFIX || !prefix.split('/').all(is_segment)) {
            let rule =
                "the parts after the bucket have letters, digits, dots, hyphens and underscores, 256 at most";
            return Err(wrong("url", format!("{rule}: {example}")));
        }
        if region.is_empty() || !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(wrong(
                "region",
                "write the region's name, such as eu-central-1; many stores accept any",
            ));
        }
        let address = Self {
            kind,
            account: account.to_owned(),
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            region: region.to_owned(),
            tls: true,
            host: String::new(),
            port: 443,
            in_path: true,
            is_given: endpoint.is_some(),
        };
        let host = match (kind, endpoint) {
            (_, Some(endpoint)) => return address.at(endpoint, plain_http),
            // The store's wildcard certificate does not match a host name with a dot in the bucket's part.
            (Kind::S3, None) if bucket.contains('.') => format!("s3.{region}.amazonaws.com"),
            (Kind::S3, None) => {
                let host = format!("{bucket}.s3.{region}.amazonaws.com");
                return Ok(Self { host, in_path: false, ..address });
            }
            (Kind::Google, None) => "storage.googleapis.com".to_owned(),
            (Kind::Azure, None) => format!("{account}.blob.core.windows.net"),
        };
        Ok(Self { host, ..address })
    }

    fn at(self, endpoint: &str, plain_http: bool) -> Result<Self, AddressError> {
        let example = "write the origin of a store, as in https://s3.example:9000";
        let refused = |what: &str| wrong("endpoint", format!("{what}: {example}"));
        let uri: Uri = endpoint.parse().map_err(|_| refused("this is no URL"))?;
        let tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(refused("it begins with https:// (or http://)")),
        };
        let authority = uri.authority().ok_or_else(|| refused("it has no host"))?;
        if authority.as_str().contains('@') {
            return Err(refused(
                "a name or password does not belong into a URL; keys go into credentials_file",
            ));
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(refused("a path does not belong here; name the bucket in url"));
        }
        let host = authority.host();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
        let loopback = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
        if !tls && !loopback && !plain_http {
            return Err(wrong(
                "plain_http",
                "without TLS the network reads the records on their way to the store: use https://, or set plain_http = true",
            ));
        }
        let port = authority.port_u16().unwrap_or(if tls { 443 } else { 80 });
        Ok(Self { tls, host: host.to_owned(), port, ..self })
    }

    /// Returns the key of a path under the prefix.
    pub fn key(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
    }

    /// Returns the path under the prefix of a key; `None` if the key is outside the prefix.
    pub fn path<'a>(&self, key: &'a str) -> Option<&'a str> {
        if self.prefix.is_empty() { Some(key) } else { key.strip_prefix(&self.prefix)?.strip_prefix('/') }
    }

    /// Returns the protocol of the store.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the name of the bucket.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// Returns the origin of the store, for messages.
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.authority())
    }

    /// Returns host and port in the form of a URL.
    fn authority(&self) -> String {
        let usual = if self.tls { 443 } else { 80 };
        if self.port == usual { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }

    /// Returns the storage account, for Azure.
    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// Returns the base URL of requests: the origin, followed by the account if the host name does not contain it, as
    /// with stores that emulate Azure.
    pub(crate) fn endpoint(&self) -> String {
        let origin = self.origin();
        let named = self.host.strip_prefix(&self.account).is_some_and(|rest| rest.starts_with('.'));
        if self.kind == Kind::Azure && !named { format!("{origin}/{}", self.account) } else { origin }
    }

    /// Returns the endpoint, if the configuration sets one.
    pub(crate) fn given_endpoint(&self) -> Option<String> {
        self.is_given.then(|| self.endpoint())
    }

    /// Returns whether a request goes to the store itself.
    pub(crate) fn is_at(&self, uri: &Uri) -> bool {
        let tls = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
        (tls, uri.host(), port) == (self.tls, Some(self.host.as_str()), self.port)
    }
}

impl Display for Address {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.kind.scheme())?;
        if !self.account.is_empty() {
            write!(f, "{}/", self.account)?;
        }
        f.write_str(&self.bucket)?;
        if self.prefix.is_empty() { Ok(()) } else { write!(f, "/{}", self.prefix) }
    }
}

fn is_bucket(name: &str) -> bool {
    let ends = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    (3..=63).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte))
        && ends(name.bytes().next())
        && ends(name.bytes().last())
        && !name.contains("..")
}

fn is_account(name: &str) -> bool {
    (3..=24).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// Returns whether this is a valid and unambiguous part of a key between two slashes.
fn is_segment(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
        && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_reached_where_it_is() {
        let parse = |url, endpoint| Address::parse(url, endpoint, "eu-central-1", false).unwrap();
        let local = Some("http://127.0.0.1:9000");
        for (url, endpoint, expected, key) in [
            ("s3://our-bucket", None, "https://our-bucket.s3.eu-central-1.amazonaws.com", "a/b"),
            ("s3://our.bucket/x/", None, "https://s3.eu-central-1.amazonaws.com", "x/a/b"),
            ("s3://our-bucket/x/y", Some("https://s3.example/"), "https://s3.example", "x/y/a/b"),
            ("s3://our-bucket", local, "http://127.0.0.1:9000", "a/b"),
            ("s3://our-bucket", Some("http://[::1]:9000"), "http://[::1]:9000", "a/b"),
            ("gs://our-bucket/x", None, "https://storage.googleapis.com", "x/a/b"),
            ("azure://acc/our-bucket/x", None, "https://acc.blob.core.windows.net", "x/a/b"),
            ("azure://acc/our-bucket", local, "http://127.0.0.1:9000/acc", "a/b"),
            (
                "azure://acc/our-bucket",
                Some("https://acc.blob.core.example"),
                "https://acc.blob.core.example",
                "a/b",
            ),
        ] {
            let address = parse(url, endpoint);
            assert_eq!(address.endpoint(), expected, "{url}");
            assert_eq!(address.key("a/b"), key);
            assert_eq!(address.path(key), Some("a/b"));
            assert!(address.is_at(&format!("{}/x", address.origin()).parse().unwrap()), "{url}");
            assert!(!address.is_at(&"https://elsewhere.example/x".parse().unwrap()));
        }
        assert!(
            !parse("s3://our.bucket", None).is_at(&"http://s3.eu-central-1.amazonaws.com/x".parse().unwrap())
        );
        assert_eq!(parse("s3://our-bucket/x/", None).to_string(), "s3://our-bucket/x");
        assert_eq!(parse("azure://acc/our-bucket/x/", None).to_string(), "azure://acc/our-bucket/x");
        assert_eq!(parse("s3://our-bucket/x", None).path("xy/a"), None);
    }
}
