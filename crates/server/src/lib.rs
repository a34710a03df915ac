//! Assembly: turns one configuration file into running parts, and stops them in order.
//!
//! This room knows which parts there are and in which order they start and stop. It must not know logic that belongs to
//! one of them: a line here that decides something about an access, a user or a policy is in the wrong place.

mod archives;
mod background;
mod bootstrap;
mod certificate;
mod checkpoints;
mod components;
mod config;
mod console;
mod database;
mod decision_point;
mod front;
mod grants;
mod health;
mod home;
mod keys;
mod logs;
mod networks;
mod operator;
mod own_host;
mod policies;
mod publishing;
mod remembered;
mod running;
mod schedules;
mod serving;
mod sign_in;
mod signing;
mod telemetry;
mod up;
mod upkeep;

pub use config::{Config, ConfigError, Journal, LogFormat, Span, Telemetry};
pub use logs::{LogError, Logs, start_logs};
pub use remembered::{AcceptedClockReport, ClockNotAccepted, ClockStatement, NotAccepted, NotBelieved};
pub use running::{Running, StartError, accept_clock, accept_head};
pub use up::{UpOptions, up};

/// The version of this build.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Returns the path of the operator's socket in a data folder.
pub fn operator_socket(data: &std::path::Path) -> std::path::PathBuf {
    data.join("countersign.sock")
}

/// Handles a hang-up (SIGHUP) of a process that was started with this configuration file: logs whether the file is
/// valid, and how to apply it.
pub fn hung_up(config: &std::path::Path) {
    match Config::read(config) {
        Ok(_) => tracing::info!(
            "hangup: the configuration file is valid, and applies from the next start; policies and keys \
             apply without a signal"
        ),
        Err(error) => {
            tracing::error!(
                %error,
                "hangup: the configuration file is not valid; the process keeps its present configuration"
            );
        }
    }
}

/// Reads the present time, at the edge of the program.
#[expect(clippy::disallowed_methods, reason = "this is the edge: every other room is given this clock")]
fn present_moment() -> countersign_names::Timestamp {
    countersign_names::Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
}
