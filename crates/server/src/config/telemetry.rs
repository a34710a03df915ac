//! The collector for traces, as configured.

use super::ConfigError;
use http::Uri;
use serde::Deserialize;

/// Traces. Nothing leaves this process unless an endpoint is configured here.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telemetry {
    /// The origin of a collector that accepts OTLP over HTTP (`http://127.0.0.1:4318`); `/v1/traces` is appended.
    pub otlp_endpoint: Option<String>,
    /// The service's name in traces; default: the process's name.
    pub service_name: Option<String>,
    /// The share of traces that is sent, from 0.0 to 1.0. The trace's id determines which, so that processes with the
    /// same share keep the same traces; a client's request to keep a trace is ignored.
    pub sample_ratio: f64,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self { otlp_endpoint: None, service_name: None, sample_ratio: 1.0 }
    }
}

impl Telemetry {
    /// Returns where spans are sent, or `None` if they are not.
    pub fn spans_endpoint(&self) -> Option<String> {
        let origin = self.otlp_endpoint.as_ref()?;
        Some(format!("{}/v1/traces", origin.trim_end_matches('/')))
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if let Some(endpoint) = &self.otlp_endpoint {
            check_endpoint(endpoint)
                .map_err(|message| ConfigError::wrong("telemetry.otlp_endpoint", message))?;
        }
        if self.service_name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            let message = "the name is empty: give one, or leave the setting out to use the name of this \
                           process";
            return Err(ConfigError::wrong("telemetry.service_name", message));
        }
        // Written so that NaN is refused as well.
        if !(0.0..=1.0).contains(&self.sample_ratio) {
            let message =
                format!("{} is not a ratio: write a number from 0.0 (none) to 1.0 (all)", self.sample_ratio);
            return Err(ConfigError::wrong("telemetry.sample_ratio", message));
        }
        Ok(())
    }
}

/// Checks that the endpoint is an origin without TLS: a collector nearby, which has the keys, forwards the spans to
/// their storage.
fn check_endpoint(endpoint: &str) -> Result<(), String> {
    let example = "write the origin of a collector that accepts OTLP over HTTP, as in http://127.0.0.1:4318";
    let uri: Uri = endpoint.parse().map_err(|_| format!("this is not a URL: {example}"))?;
    if uri.scheme_str() != Some("http") {
        return Err(format!(
            "the server speaks only http://, to a collector on this host or network: {example}"
        ));
    }
    if uri.authority().is_none_or(|authority| authority.as_str().contains('@')) {
        return Err(format!("the URL must not contain a name or password: {example}"));
    }
    if uri.query().is_some() || uri.path().trim_end_matches('/').ends_with("/v1/traces") {
        return Err(format!(
            "the server appends /v1/traces itself, so leave out the path and any query: {example}"
        ));
    }
    Ok(())
}
