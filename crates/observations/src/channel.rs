//! The state of the exchange with other processes.

use countersign_names::Timestamp;
use parking_lot::Mutex;

/// The state of the exchange with other processes. Without an exchange, each process knows only what it observed itself
/// since its start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChannelState {
    /// The time of the last successful exchange in both directions; `None` before the first.
    pub exchanged_at: Option<Timestamp>,
    /// Why the last exchange failed, if it did.
    pub problem: Option<String>,
    /// The number of failed exchanges.
    pub failures: u64,
    /// The number of rows written.
    pub written: u64,
    /// The number of rows read.
    pub read: u64,
}

#[derive(Debug, Default)]
pub struct Channel(Mutex<ChannelState>);

impl Channel {
    pub fn state(&self) -> ChannelState {
        self.0.lock().clone()
    }

    pub fn count(&self, written: usize, read: usize) {
        let mut state = self.0.lock();
        state.written += written as u64;
        state.read += read as u64;
    }

    /// Records a success. Returns whether the exchange before it failed.
    pub fn exchanged(&self, now: Timestamp) -> bool {
        let mut state = self.0.lock();
        state.exchanged_at = Some(now);
        state.problem.take().is_some()
    }

    /// Records a failure. Returns whether the exchange before it succeeded.
    pub fn failed(&self, problem: String) -> bool {
        let mut state = self.0.lock();
        state.failures += 1;
        state.problem.replace(problem).is_none()
    }
}
