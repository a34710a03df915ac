//! Logs: for people or for machines, to standard error, since standard output is for answers.

use crate::config::{Log, LogFormat};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

/// The logs can not be started as configured.
#[derive(Debug, thiserror::Error)]
#[error("log.filter: {0}; write a level (info) or target=level pairs (countersign_gate_http=debug,info)")]
pub struct LogError(String);

/// Start logging. The environment variable `COUNTERSIGN_LOG` goes before the configuration's filter.
///
/// # Errors
/// When the filter can not be read, or logs were started before.
pub fn start_logs(log: &Log) -> Result<(), LogError> {
    let text = std::env::var("COUNTERSIGN_LOG").unwrap_or_else(|_| log.filter.clone());
    let filter = EnvFilter::try_new(&text).map_err(|error| LogError(error.to_string()))?;
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match log.format {
        LogFormat::Text => lines.with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| LogError(error.to_string()))
}
