//! Logs, for people or for machines, on standard error, because standard output is for answers. Also starts traces, if
//! a collector is configured.

use crate::config::{Config, LogFormat};
use crate::telemetry::TelemetryExport;
use tokio::runtime::Handle;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

/// Why logging cannot start.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter cannot be parsed.
    #[error("log.filter: {0}: write a level (info) or target=level pairs (countersign_gate_http=debug,info)")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Traces cannot be sent.
    #[error("telemetry.otlp_endpoint: {0}")]
    Telemetry(String),
    /// Logging was started before.
    #[error("another logger is already active in this process: {0}")]
    Started(#[from] tracing_subscriber::util::TryInitError),
}

/// Running logs and traces.
#[must_use = "stopping it sends the remaining spans"]
pub struct Logs {
    telemetry: Option<TelemetryExport>,
}

impl Logs {
    /// Sends the waiting spans, for a few seconds at most. Log lines are written at once and need no such step.
    pub async fn stop(self) {
        if let Some(telemetry) = self.telemetry {
            telemetry.stop().await;
        }
    }
}

/// Starts logging, and tracing if `config` has an endpoint. Must be called within a runtime, which sends the traces.
/// The environment variable `COUNTERSIGN_LOG` overrides the configuration's filter.
///
/// # Errors
/// If the filter or the endpoint is invalid, or logging was started before.
pub fn start_logs(config: &Config) -> Result<Logs, LogError> {
    let log = &config.log;
    let text = std::env::var("COUNTERSIGN_LOG").unwrap_or_else(|_| log.filter.clone());
    // The gate's spans are for the collector only; log lines about a request contain the same fields.
    let silent = format!("{}=off", countersign_gate_http::SPAN_TARGET).parse()?;
    let filter = EnvFilter::try_new(&text)?.add_directive(silent);
    let unsent = |error: &dyn std::fmt::Display| LogError::Telemetry(error.to_string());
    let runtime = Handle::try_current().map_err(|error| unsent(&error))?;
    let telemetry = TelemetryExport::start(config, runtime).map_err(|error| unsent(&error))?;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match log.format {
        LogFormat::Text => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .with(telemetry.as_ref().map(TelemetryExport::layer))
        .try_init()?;
    Ok(Logs { telemetry })
}
