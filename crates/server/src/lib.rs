//! Assembly: one configuration file to running parts, and their orderly end.
//!
//! This room knows which parts there are and in which order they start and stop. It must not know logic that belongs
//! to one of them: when a line here decides something about an access, a person or a policy, it is in the wrong place.

mod bootstrap;
mod config;
mod decision_point;
mod front;
mod grants;
mod health;
mod home;
mod keys;
mod logs;
mod operator;
mod policies;
mod publishing;
mod running;
mod sign_in;
mod signing;
mod telemetry;
mod up;
mod upkeep;

pub use config::{Config, ConfigError, Journal, LogFormat, Span, Telemetry};
pub use logs::{LogError, Logs, start_logs};
pub use running::{Running, StartError};
pub use up::{UpOptions, up};

/// The version of this build.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The path of the operator's socket in a data folder.
pub fn operator_socket(data: &std::path::Path) -> std::path::PathBuf {
    data.join("countersign.sock")
}

/// The present moment, read at the edge.
#[expect(clippy::disallowed_methods, reason = "this is the edge: every other room is given this clock")]
fn present_moment() -> countersign_names::Timestamp {
    countersign_names::Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
}
