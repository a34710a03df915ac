//! The object store for copies of the evidence, as configured.

use super::ConfigError;
use countersign_bucket::{Address, Bucket, Kind, Source};
use countersign_copies::is_plain;
use serde::Deserialize;
use std::path::PathBuf;

/// A bucket in an object store.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    /// The bucket and the prefix to use: `s3://our-evidence/countersign`, `gs://our-evidence/countersign` or
    /// `azure://account/container/countersign`. Processes with the same journal share it.
    pub url: String,
    /// The origin of the store, as in `https://s3.example:9000`; default: Amazon's, Google's or Microsoft's own.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// The region that requests are signed for; many stores accept any.
    #[serde(default = "default_region")]
    pub region: String,
    /// A file with the keys, read again each time. For S3 in the format of Amazon's tools (`[default]`,
    /// `aws_access_key_id`, `aws_secret_access_key`, optionally `aws_session_token`), or the environment variables of
    /// these names if neither it nor `role` is set; for Google the JSON of a service account; for Azure an access key
    /// or a shared access signature.
    #[serde(default)]
    pub credentials_file: Option<PathBuf>,
    /// Whether to use the role that the platform gives this machine or process, instead of keys.
    #[serde(default)]
    pub role: bool,
    /// Certificates (PEM) that are trusted for the store instead of the machine's.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Whether a store beyond loopback may be used without TLS.
    #[serde(default)]
    pub plain_http: bool,
    /// Approximate size in bytes of the local cache of downloads from the store.
    #[serde(default = "default_cache")]
    pub cache_bytes: u64,
}

fn default_region() -> String {
    "us-east-1".to_owned()
}

const fn default_cache() -> u64 {
    1 << 30
}

impl StoreConfig {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        self.credentials_file.iter_mut().chain(self.ca_file.iter_mut())
    }

    pub(super) fn check(&self, name: &str) -> Result<(), ConfigError> {
        if !is_plain(name) {
            let message = "[evidence.store] uses the name as a path in the bucket: use letters, digits, \
                           hyphens, underscores and dots, and do not begin with a dot";
            return Err(ConfigError::wrong("name", message));
        }
        self.address().map(drop)
    }

    fn address(&self) -> Result<Address, ConfigError> {
        let parsed = Address::parse(&self.url, self.endpoint.as_deref(), &self.region, self.plain_http);
        parsed.map_err(|error| {
            let field = match error.field {
                "endpoint" => "evidence.store.endpoint",
                "region" => "evidence.store.region",
                "plain_http" => "evidence.store.plain_http",
                _ => "evidence.store.url",
            };
            ConfigError::wrong(field, error.message)
        })
    }

    /// Creates the bucket's client from the credentials and certificates on this machine. Sends no request.
    ///
    /// # Errors
    /// If there are no credentials or certificates.
    pub(crate) fn bucket(&self) -> Result<Bucket, ConfigError> {
        let address = self.address()?;
        let source = Source::find(address.kind(), self.credentials_file.as_deref(), self.role);
        let source = source.map_err(|error| {
            let remedy = match address.kind() {
                Kind::S3 => {
                    "write aws_access_key_id and aws_secret_access_key into a file of your own and name it here, or say role = true"
                }
                Kind::Google => "name the JSON file of a service account here, or say role = true",
                Kind::Azure => {
                    "write an access key or a shared access signature into a file of your own and name it here, or say role = true"
                }
            };
            ConfigError::wrong("evidence.store.credentials_file", format!("{error}: {remedy}"))
        })?;
        let wrong = |message: String| ConfigError::wrong("evidence.store.ca_file", message);
        let roots = self.ca_file.as_ref().map(|path| {
            std::fs::read(path).map_err(|error| wrong(format!("{} cannot be read: {error}", path.display())))
        });
        Bucket::new(address, source, roots.transpose()?.as_deref()).map_err(wrong)
    }
}
