//! Where copies of the evidence go, as the configuration's author writes it.

use super::ConfigError;
use countersign_bucket::{Address, Bucket, Kind, Source};
use countersign_copies::is_plain;
use serde::Deserialize;
use std::path::PathBuf;

/// A bucket in an object store.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// The bucket, and the part of it to use: `s3://our-evidence/countersign`, `gs://our-evidence/countersign` or
    /// `azure://account/container/countersign`. What processes with one journal share.
    pub url: String,
    /// The origin of the store, as in `https://s3.example:9000`; Amazon's, Google's or Microsoft's own when it is not given.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// The region that requests are signed for; many stores take any.
    #[serde(default = "default_region")]
    pub region: String,
    /// A file with the keys. For S3 as Amazon's tools keep it (`[default]`, `aws_access_key_id`, `aws_secret_access_key`, perhaps
    /// `aws_session_token`), or the environment's variables of these names when neither it nor `role` is given; for Google the JSON
    /// of a service account; for Azure an access key or a shared access signature. It is read again each time.
    #[serde(default)]
    pub credentials_file: Option<PathBuf>,
    /// Whether the role that the platform gives this machine or process is used in place of keys.
    #[serde(default)]
    pub role: bool,
    /// Certificates (PEM) that are trusted for the store in place of the machine's.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Whether a store beyond loopback may be spoken to without TLS.
    #[serde(default)]
    pub plain_http: bool,
    /// About how many bytes of what was fetched from the store stay on this machine's disk.
    #[serde(default = "default_cache")]
    pub cache_bytes: u64,
}

fn default_region() -> String {
    "us-east-1".to_owned()
}

const fn default_cache() -> u64 {
    1 << 30
}

impl Store {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        self.credentials_file.iter_mut().chain(self.ca_file.iter_mut())
    }

    pub(super) fn check(&self, name: &str) -> Result<(), ConfigError> {
        if !is_plain(name) {
            let message = "with [evidence.store] it names a place in the bucket: use letters, digits, hyphens, underscores and \
                           dots, and begin with none";
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

    /// The bucket, once what it needs of this machine was found. Nobody is asked yet.
    ///
    /// # Errors
    /// When there are no credentials or certificates.
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
