//! Logs: for people or for machines, to standard error, since standard output is for answers. Traces leave by the same
//! door, where there is a collector for them.

use crate::config::{Config, LogFormat};
use crate::telemetry::Telemetry;
use tokio::runtime::Handle;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

/// The logs can not be started as configured.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// What is logged can not be read.
    #[error("log.filter: {0}; write a level (info) or target=level pairs (countersign_gate_http=debug,info)")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Traces can not be sent.
    #[error("telemetry.otlp_endpoint: {0}")]
    Telemetry(String),
    /// Somebody started them before.
    #[error("logs are written elsewhere in this process: {0}")]
    Started(#[from] tracing_subscriber::util::TryInitError),
}

/// Started logs, and what is sent beside them.
#[must_use = "spans that wait are sent when this is stopped"]
pub struct Logs {
    telemetry: Option<Telemetry>,
}

impl Logs {
    /// Send the spans that wait, for a few seconds at most. Lines need no such care: they are written at once.
    pub async fn stop(self) {
        if let Some(telemetry) = self.telemetry {
            telemetry.stop().await;
        }
    }
}

/// Start logging, and tracing if `config` says where to; from within a runtime, which sends what is traced. The
/// environment variable `COUNTERSIGN_LOG` goes before the configuration's filter.
///
/// # Errors
/// When the filter or the endpoint can not be read, or logs were started before.
pub fn start_logs(config: &Config) -> Result<Logs, LogError> {
    let log = &config.log;
    let text = std::env::var("COUNTERSIGN_LOG").unwrap_or_else(|_| log.filter.clone());
    // The gate's spans are for the collector: what they say of a request, lines about it say by themselves.
    let silent = format!("{}=off", countersign_gate_http::SPAN_TARGET).parse()?;
    let filter = EnvFilter::try_new(&text)?.add_directive(silent);
    let unsent = |error: &dyn std::fmt::Display| LogError::Telemetry(error.to_string());
    let runtime = Handle::try_current().map_err(|error| unsent(&error))?;
    let telemetry = Telemetry::start(config, runtime).map_err(|error| unsent(&error))?;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match log.format {
        LogFormat::Text => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .with(telemetry.as_ref().map(Telemetry::layer))
        .try_init()?;
    Ok(Logs { telemetry })
}
