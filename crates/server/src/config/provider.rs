//! The client secrets of OpenID providers: each in a file of its own, so that no secret is in the configuration.

use crate::keys::{KeyError, secret_file};
use countersign_names::ProviderName;
use secrecy::SecretString;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What this process has of a provider. Everything else about it is declared over the API.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderConfig {
    /// The file that contains the client secret; no other user may read it.
    pub client_secret_file: PathBuf,
}

/// Reads the client secret of each provider.
///
/// # Errors
/// If a file cannot be read, is empty, or other users can read it.
pub fn secrets(
    providers: &BTreeMap<ProviderName, ProviderConfig>,
) -> Result<BTreeMap<ProviderName, SecretString>, KeyError> {
    let read = |(name, provider): (&ProviderName, &ProviderConfig)| {
        Ok((name.clone(), secret_file(&provider.client_secret_file)?))
    };
    providers.iter().map(read).collect()
}
