//! Creates the library's client for each kind of store.

use crate::address::{Address, Kind};
use crate::connector::Connector;
use crate::credentials::{Keys, Read};
use object_store::aws::{AmazonS3Builder, Checksum};
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::{ClientOptions, ObjectStore, Result, RetryConfig};
use secrecy::ExposeSecret as _;
use std::sync::Arc;

/// Creates the client of the store at an address. Sends no request.
pub(crate) fn open(address: &Address, read: &Read, connector: &Connector) -> Result<Arc<dyn ObjectStore>> {
    // The caller that maintains the copies retries and reports it.
    let retry = RetryConfig { max_retries: 0, ..RetryConfig::default() };
    let options = ClientOptions::new().with_allow_http(!address.tls);
    Ok(match address.kind {
        Kind::S3 => {
            let endpoint = address.endpoint();
            let mut builder = match &read.keys {
                Keys::Access(keys) => {
                    let builder = AmazonS3Builder::new()
                        .with_access_key_id(&keys.id)
                        .with_secret_access_key(keys.secret.expose_secret());
                    match &keys.token {
                        Some(token) => builder.with_token(token.expose_secret()),
                        None => builder,
                    }
                }
                // Use only the environment variables of a role, and no others.
                _ => role_from_environment(AmazonS3Builder::new()),
            };
            builder = builder
                .with_bucket_name(address.bucket())
                .with_region(&address.region)
                .with_endpoint(endpoint)
                .with_virtual_hosted_style_request(!address.in_path)
                .with_checksum_algorithm(Checksum::SHA256)
                // We remove one object at a time. A request for many hides a refusal in an answer of success, and not every
                // store knows it.
                .with_disable_bulk_delete(true)
                .with_client_options(options)
                .with_retry(retry)
                .with_http_connector(connector.clone());
            Arc::new(builder.build()?)
        }
        Kind::Google => {
            let mut builder = GoogleCloudStorageBuilder::new()
                .with_bucket_name(address.bucket())
                .with_client_options(options)
                .with_retry(retry)
                .with_http_connector(connector.clone());
            if let Some(endpoint) = address.given_endpoint() {
                builder = builder.with_base_url(&endpoint);
            }
            if let Keys::Text(text) = &read.keys {
                builder = builder.with_service_account_key(text.expose_secret());
            }
            Arc::new(builder.build()?)
        }
        Kind::Azure => {
            let builder = match &read.keys {
                Keys::Text(text) => {
                    let text = text.expose_secret();
                    let builder = MicrosoftAzureBuilder::new();
                    match text.contains("sig=") {
                        true => builder.with_config(object_store::azure::AzureConfigKey::SasKey, text),
                        false => builder.with_access_key(text),
                    }
                }
                _ => MicrosoftAzureBuilder::from_env(),
            };
            let builder = builder
                .with_account(address.account())
                .with_container_name(address.bucket())
                .with_endpoint(address.endpoint())
                .with_client_options(options)
                .with_retry(retry)
                .with_http_connector(connector.clone());
            Arc::new(builder.build()?)
        }
    })
}

/// Applies the environment variables with which a platform provides the role of a process.
fn role_from_environment(mut builder: AmazonS3Builder) -> AmazonS3Builder {
    const VARIABLES: [&str; 6] = [
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ];
    for name in VARIABLES {
        let key = name.to_ascii_lowercase().parse();
        if let (Ok(value), Ok(key)) = (std::env::var(name), key) {
            builder = builder.with_config(key, value);
        }
    }
    builder
}
