//! Where a bucket is: as the configuration says it, and as a request needs it.

use http::Uri;
use std::fmt::{self, Display, Formatter};

/// The longest prefix, so that a key with it is shorter than the 1,024 bytes that a store takes.
const LONGEST_PREFIX: usize = 256;

/// A bucket, the part of it that is ours, and who serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub(crate) kind: Kind,
    /// The storage account, for Azure; empty for others.
    account: String,
    bucket: String,
    prefix: String,
    pub(crate) region: String,
    pub(crate) tls: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Whether the bucket is a part of the path, and not of the host's name.
    pub(crate) in_path: bool,
    /// Whether the configuration says where the store is.
    is_given: bool,
}

/// The protocols of stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Amazon's S3 and what speaks like it.
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

/// What is wrong with a setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct AddressError {
    /// The setting: `url`, `endpoint`, `region` or `plain_http`.
    pub field: &'static str,
    /// What is wrong, and what to write instead.
    pub message: String,
}

fn wrong(field: &'static str, message: impl Into<String>) -> AddressError {
    AddressError { field, message: message.into() }
}

impl Address {
    /// The bucket that `s3://bucket/prefix`, `gs://bucket/prefix` or `azure://account/container/prefix` names, in the store at
    /// `endpoint` (Amazon's, Google's or Microsoft's own when there is none). `plain_http` lets a store beyond loopback be
    /// spoken to without TLS.
    ///
    /// # Errors
    /// Which setting can not be, and what to write instead.
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
            return Err(wrong("region", "write the region's name, as in eu-central-1; many stores take any"));
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
            // In a name with a dot the store's certificate would not fit the host.
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
            return Err(refused("a path does not belong here; the bucket is said in url"));
        }
        let host = authority.host();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
        let loopback = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
        if !tls && !loopback && !plain_http {
            return Err(wrong(
                "plain_http",
                "without TLS the network reads the records on their way to the store: use https://, or say plain_http = true",
            ));
        }
        let port = authority.port_u16().unwrap_or(if tls { 443 } else { 80 });
        Ok(Self { tls, host: host.to_owned(), port, ..self })
    }

    /// The key of what is at a path under the prefix.
    pub fn key(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
    }

    /// The path under the prefix of the object with a key; none when it lies elsewhere.
    pub fn path<'a>(&self, key: &'a str) -> Option<&'a str> {
        if self.prefix.is_empty() { Some(key) } else { key.strip_prefix(&self.prefix)?.strip_prefix('/') }
    }

    /// The protocol that is spoken there.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The bucket's name.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// The origin of the store, for a person.
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.authority())
    }

    /// Host and port as a request names them.
    fn authority(&self) -> String {
        let usual = if self.tls { 443 } else { 80 };
        if self.port == usual { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }

    /// The storage account, for Azure.
    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// What is put before the names of objects: the origin, and the account where the host does not name it, as with stores
    /// that imitate Azure's.
    pub(crate) fn endpoint(&self) -> String {
        let origin = self.origin();
        let named = self.host.strip_prefix(&self.account).is_some_and(|rest| rest.starts_with('.'));
        if self.kind == Kind::Azure && !named { format!("{origin}/{}", self.account) } else { origin }
    }

    /// The endpoint, when the configuration names one.
    pub(crate) fn given_endpoint(&self) -> Option<String> {
        self.is_given.then(|| self.endpoint())
    }

    /// Whether a request goes to the store itself.
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

/// Whether this can stand between two slashes of a key and be read in one way only.
fn is_segment(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
        && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str, endpoint: Option<&str>, region: &str) -> String {
        Address::parse(url, endpoint, region, false).unwrap_err().to_string()
    }

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

    #[test]
    fn what_can_not_be_is_refused_with_the_setting_and_what_to_write() {
        for (url, endpoint, region, expected) in [
            ("our-bucket", None, "r", "url: this is no URL of a store"),
            ("azure://Acc/our-bucket", None, "r", "url: a storage account's name"),
            ("azure://account", None, "r", "url: a bucket's name"),
            ("s3://", None, "r", "url: a bucket's name"),
            ("s3://Our_Bucket", None, "r", "url: a bucket's name"),
            ("s3://our-bucket/a//b", None, "r", "url: the parts after the bucket"),
            ("s3://our-bucket/../b", None, "r", "url: the parts after the bucket"),
            ("s3://our-bucket/a b", None, "r", "url: the parts after the bucket"),
            ("s3://our-bucket", None, "", "region: write"),
            ("s3://our-bucket", None, "a/b", "region: write"),
            ("s3://our-bucket", Some("s3.example"), "r", "endpoint: it begins with"),
            ("s3://our-bucket", Some("https://a:b@s3.example"), "r", "endpoint: a name or password"),
            ("s3://our-bucket", Some("https://s3.example/our-bucket"), "r", "endpoint: a path"),
            ("s3://our-bucket", Some("http://s3.example"), "r", "plain_http: without TLS"),
        ] {
            let said = refused(url, endpoint, region);
            assert!(said.starts_with(expected), "{url} {endpoint:?}: {said}");
        }
        assert!(Address::parse("s3://our-bucket", Some("http://s3.example"), "r", true).is_ok());
    }
}
