//! The actions of principals: a few, the same for every protocol, so that one policy covers them all.

use crate::NameError;
use serde::{Deserialize, Serialize};

/// An action, named as in the policy schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Read without changing anything.
    Read,
    /// Change something.
    Write,
    /// Download content that is usually stored as a file. Decided when a response turns out to be such content.
    Download,
    /// Open a two-way stream (a WebSocket or another upgrade).
    Connect,
    /// Change permissions. Privileged: it needs a grant, and is not answered until its record is durable.
    Administer,
}

impl Action {
    /// Every action.
    pub const ALL: &'static [Self] =
        &[Self::Read, Self::Write, Self::Download, Self::Connect, Self::Administer];

    /// Returns the action's name in policies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Download => "download",
            Self::Connect => "connect",
            Self::Administer => "administer",
        }
    }

    /// Returns whether the action is privileged: it needs a grant, and its record must be durable before it happens.
    pub const fn is_privileged(self) -> bool {
        matches!(self, Self::Administer)
    }
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for Action {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::ALL.iter().copied().find(|action| action.as_str() == text).ok_or_else(|| {
            NameError::new("an action", text, "use read, write, download, connect or administer")
        })
    }
}
