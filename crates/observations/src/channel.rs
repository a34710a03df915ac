//! How the exchange with other processes goes.

use countersign_names::Timestamp;
use parking_lot::Mutex;

/// How the exchange with other processes goes. Without one, each process knows only what it observed itself since it began.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChannelState {
    /// When this process last told the others and was told everything; none: never yet.
    pub exchanged_at: Option<Timestamp>,
    /// Why the last exchange failed, if it did.
    pub problem: Option<String>,
    /// How many exchanges have failed.
    pub failures: u64,
    /// How many rows were written.
    pub written: u64,
    /// How many rows were read.
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

    /// Returns whether it failed before.
    pub fn exchanged(&self, now: Timestamp) -> bool {
        let mut state = self.0.lock();
        state.exchanged_at = Some(now);
        state.problem.take().is_some()
    }

    /// Returns whether it went well before.
    pub fn failed(&self, problem: String) -> bool {
        let mut state = self.0.lock();
        state.failures += 1;
        state.problem.replace(problem).is_none()
    }
}
