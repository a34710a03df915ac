//! What a principal wants to do. Few words, the same for every protocol, so that one policy covers them all.

use crate::NameError;
use serde::{Deserialize, Serialize};

/// An action, named as in the policy schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Look, and change nothing.
    Read,
    /// Change something.
    Write,
    /// Take content of a kind that is kept as a file (asked when an answer turns out to be one).
    Download,
    /// Open a two-way stream (a WebSocket or another upgrade).
    Connect,
    /// Change who may do what: privileged, needs a grant, and is not answered unless its record is durable.
    Administer,
}

impl Action {
    /// Every action.
    pub const ALL: &'static [Self] =
        &[Self::Read, Self::Write, Self::Download, Self::Connect, Self::Administer];

    /// The action's name in policies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Download => "download",
            Self::Connect => "connect",
            Self::Administer => "administer",
        }
    }

    /// Whether this is privileged: it needs a grant, and its record must be durable before it happens.
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
