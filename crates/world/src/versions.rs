//! The part of the versions of policies and settings that the world knows: when they last changed.
//!
//! Which versions there were is a projection, because no decision reads it. A reader of the projection finds out here how
//! far it has to be, and whether it hides a change.

use serde::{Deserialize, Serialize};

/// When policies and settings were last put in force.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct VersionsChanged {
    policies: u64,
    settings: u64,
    settings_count: u64,
}

impl VersionsChanged {
    /// Notes that the fact of this sequence put a policy set in force.
    pub(crate) const fn policies_at(&mut self, seq: u64) {
        self.policies = seq;
    }

    /// Notes that the fact of this sequence put a joint change of the settings in force.
    pub(crate) const fn settings_at(&mut self, seq: u64) {
        self.settings = seq;
        self.settings_count += 1;
    }

    /// Returns the sequence of the last fact that put policies or settings in force; 0 before the first.
    pub const fn last(&self) -> u64 {
        if self.policies > self.settings { self.policies } else { self.settings }
    }

    /// Returns the sequence of the last joint change of the settings; 0 before the first.
    pub const fn last_settings(&self) -> u64 {
        self.settings
    }

    /// Returns the number of joint changes of the settings so far.
    pub const fn settings_count(&self) -> u64 {
        self.settings_count
    }
}
